//! CORS (Fetch standard): credentials for exact trusted origins, nothing else.

use crate::config::Config;
use crate::gateway::is_forwarded;
use crate::http::{Request, Response};

/// What the response says of the page that asks.
pub(crate) struct Grant {
    origin: Option<String>,
}

/// What scripts may read beyond the simple headers.
const EXPOSED: &str = "retry-after, set-auth-jwt, x-request-id, x-retry-after";

impl Grant {
    /// Grants a trusted origin itself; another one gets no CORS header.
    pub(crate) fn of(request: &Request, config: &Config) -> Self {
        let origin = request.headers().get("origin");
        let trusted = &config.trusted_origins;
        Self {
            origin: origin
                .filter(|origin| trusted.iter().any(|one| one == origin))
                .map(str::to_owned),
        }
    }

    /// Answers a preflight at the edge.
    pub(crate) fn preflight(&self, request: &Request) -> Response {
        let mut response = Response::empty(204);
        if self.origin.is_some() {
            let headers = &mut response.headers;
            headers.append(
                "access-control-allow-methods",
                "GET, HEAD, POST, PUT, PATCH, DELETE",
            );
            // What the gateway drops anyway need not be asked for.
            let asked = request.headers().get("access-control-request-headers");
            let asked = asked.unwrap_or_default().to_ascii_lowercase();
            let allowed: Vec<_> = asked
                .split(',')
                .map(str::trim)
                .filter(|name| *name == "authorization" || (!name.is_empty() && is_forwarded(name)))
                .collect();
            if !allowed.is_empty() {
                headers.append("access-control-allow-headers", allowed.join(", "));
            }
            headers.append("access-control-max-age", "600");
        }
        self.apply(response)
    }

    /// Adds the grant to a response, which has none: an upstream's does not pass.
    pub(crate) fn apply(&self, mut response: Response) -> Response {
        let headers = &mut response.headers;
        if let Some(origin) = &self.origin {
            headers.append("access-control-allow-origin", origin.as_str());
            headers.append("access-control-allow-credentials", "true");
            headers.append("access-control-expose-headers", EXPOSED);
        }
        headers.append("vary", "Origin");
        response
    }
}

/// Whether this `OPTIONS` is a preflight and not a request for the upstream.
pub(crate) fn is_preflight(request: &Request) -> bool {
    request.headers().has("access-control-request-method")
}
