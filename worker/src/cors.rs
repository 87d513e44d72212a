//! CORS (Fetch standard). Pages may send credentials only if their origin is trusted.

use crate::bearer::SET_AUTH_TOKEN;
use crate::config::{Config, Route};
use crate::http::{
    Headers, Request, Response, auth_endpoint, is_forwarded, is_header_name, is_reserved,
};

const REQUEST_METHOD: &str = "access-control-request-method";

/// What the response grants to the requesting page.
pub(crate) struct Grant {
    origin: Option<String>,
    /// The route of the request; for a preflight, the route of the announced request.
    route: Option<&'static Route>,
    /// Whether responses may carry session tokens.
    bearer_sessions: bool,
}

/// The headers that scripts may read in addition to the CORS-safelisted ones.
const EXPOSED: &str = "retry-after, set-auth-jwt, x-request-id, x-retry-after";

impl Grant {
    /// Grants access to a trusted origin. Other origins don't get any CORS headers.
    pub(crate) fn new(request: &Request, config: &'static Config) -> Self {
        let headers = request.headers();
        let announced = headers.get(REQUEST_METHOD);
        let method = announced.unwrap_or_else(|| request.method_name());
        let route = || config.route_for(method, request.url().path());
        Self::to(headers.get("origin"), route, config)
    }

    /// Like [`Grant::new`], for a request whose route is already known.
    pub(crate) fn for_route(
        origin: Option<&str>,
        route: &'static Route,
        config: &'static Config,
    ) -> Self {
        Self::to(origin, || Some(route), config)
    }

    fn to(
        origin: Option<&str>,
        route: impl FnOnce() -> Option<&'static Route>,
        config: &'static Config,
    ) -> Self {
        let origin = origin.filter(|origin| config.trusted_origins.trusts(origin));
        Self {
            origin: origin.map(str::to_owned),
            route: origin.and_then(|_| route()),
            bearer_sessions: config.bearer_sessions,
        }
    }

    /// Returns whether a page may send the header with this lowercase name. It may send
    /// the gateway only headers that are forwarded. It may send the auth API any header
    /// with a valid name, because that API doesn't forward anything and ignores unknown
    /// headers.
    fn allows(&self, name: &str, path: &str) -> bool {
        let named = self.route.map_or(&[][..], |route| &route.headers);
        name == "authorization"
            || is_forwarded(name, named)
            || (auth_endpoint(path).is_some() && is_header_name(name) && !is_reserved(name))
    }

    /// Responds to a preflight.
    pub(crate) fn preflight(&self, request: &Request) -> Response {
        let mut response = Response::empty(204);
        if self.origin.is_some() {
            let headers = &mut response.headers;
            headers.append(
                "access-control-allow-methods",
                "GET, HEAD, POST, PUT, PATCH, DELETE",
            );
            let asked = request.headers().get("access-control-request-headers");
            let asked = asked.unwrap_or_default().to_ascii_lowercase();
            let allowed: Vec<_> = asked
                .split(',')
                .map(str::trim)
                .filter(|name| self.allows(name, request.url().path()))
                .collect();
            if !allowed.is_empty() {
                headers.append("access-control-allow-headers", allowed.join(", "));
            }
            headers.append("access-control-max-age", "600");
        }
        self.apply(&mut response.headers);
        response
    }

    /// Adds the grant to a response's headers. The response doesn't have any CORS headers
    /// yet, because those from upstreams are dropped.
    pub(crate) fn apply(&self, headers: &mut Headers) {
        if let Some(origin) = &self.origin {
            headers.append("access-control-allow-origin", origin.as_str());
            headers.append("access-control-allow-credentials", "true");
            headers.append("access-control-expose-headers", EXPOSED);
            if self.bearer_sessions {
                headers.append("access-control-expose-headers", SET_AUTH_TOKEN);
            }
            for name in self.route.iter().flat_map(|route| &route.exposed) {
                headers.append("access-control-expose-headers", name.as_str());
            }
        }
        headers.append("vary", "Origin");
    }
}

/// Returns whether an `OPTIONS` request is a preflight rather than a request for the
/// upstream.
pub(crate) fn is_preflight(request: &Request) -> bool {
    request.headers().has(REQUEST_METHOD)
}
