//! CORS (Fetch standard): credentials for exact trusted origins, nothing else.

use worker::{Request, Response, Result};

use crate::config::Config;

/// What the response says of the page that asks.
pub(crate) struct Grant {
    origin: Option<String>,
}

impl Grant {
    /// Grants a trusted origin itself; another one gets no CORS header.
    pub(crate) fn of(request: &Request, config: &Config) -> Self {
        let origin = request.headers().get("origin").ok().flatten();
        Self {
            origin: origin.filter(|origin| config.trusted_origins.contains(origin)),
        }
    }

    /// Answers a preflight at the edge.
    pub(crate) fn preflight(&self) -> Result<Response> {
        let response = Response::empty()?.with_status(204);
        if self.origin.is_some() {
            let headers = response.headers();
            headers.set(
                "access-control-allow-methods",
                "GET, HEAD, POST, PUT, PATCH, DELETE",
            )?;
            headers.set(
                "access-control-allow-headers",
                "authorization, content-type",
            )?;
            headers.set("access-control-max-age", "600")?;
        }
        self.apply(response)
    }

    /// Adds the grant to a response. The gateway's upstream has no say in it.
    pub(crate) fn apply(&self, response: Response) -> Result<Response> {
        let headers = response.headers();
        for name in ["origin", "credentials"] {
            headers.delete(&format!("access-control-allow-{name}"))?;
        }
        if let Some(origin) = &self.origin {
            headers.set("access-control-allow-origin", origin)?;
            headers.set("access-control-allow-credentials", "true")?;
            headers.set("access-control-expose-headers", "set-auth-jwt")?;
        }
        headers.append("vary", "Origin")?;
        Ok(response)
    }
}

/// Whether this `OPTIONS` is a preflight and not a request for the upstream.
pub(crate) fn is_preflight(request: &Request) -> bool {
    request
        .headers()
        .has("access-control-request-method")
        .unwrap_or(false)
}
