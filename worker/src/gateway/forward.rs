//! Plans how to send one request to its upstream.

use worker::Method;

use super::dropped;
use crate::config::{Route, Upstream};
use crate::context::Context;
use crate::http::{Headers, Request, authorization, forwarded};
use crate::plan::{Forward, Pending, Plan, Upload};

/// How long a client may pause while sending a body, in seconds.
const CLIENT_PAUSE: u64 = if cfg!(feature = "test-clock") { 3 } else { 60 };

/// Returns whether a request is for a WebSocket (RFC 6455 §4.1).
pub(super) fn is_upgrade(request: &Request) -> bool {
    let asked = request.headers().get("upgrade");
    let is_socket = asked.is_some_and(|protocol| protocol.eq_ignore_ascii_case("websocket"));
    is_socket && request.method() == Method::Get
}

/// Plans to forward a request; `token` identifies the caller.
pub(super) fn plan(
    request: &Request,
    route: &'static Route,
    token: Option<&str>,
    context: &Context,
) -> String {
    let (base, service) = match &route.upstream {
        Upstream::Origin(origin) => (origin, None),
        // A service doesn't have a host of its own, so it gets the host that browsers see.
        Upstream::Service(name) => (&context.config.base_url, Some(name.as_str())),
    };
    let url = request.url();
    let query = url.query().map(|query| format!("?{query}"));
    let url = format!("{base}{}{}", url.path(), query.unwrap_or_default());
    // Responses to callers must stay out of Cloudflare's cache, which decides by file
    // extension what it stores. Only anonymous requests on public routes may use the cache.
    let is_anonymous = route.is_public && token.is_none() && !route.passes_authorization;
    let headers = headers(request, route, token, context);
    let forward = Forward {
        url: &url,
        service,
        method: request.method_name(),
        headers: headers.edits(),
        cache: (!is_anonymous).then_some("no-store"),
        upload: upload(request, route),
        timeout: u64::try_from(route.timeout.as_millis()).unwrap_or(u64::MAX),
        pending: pending(request, route, &url, context),
    };
    Plan::Forward(forward).write()
}

fn pending<'a>(
    request: &'a Request,
    route: &'static Route,
    url: &'a str,
    context: &'a Context,
) -> Pending<'a> {
    let routes = &context.config.routes;
    let origin = request.headers().get("origin");
    let index = routes.iter().position(|one| std::ptr::eq(one, route));
    Pending {
        route: index.expect("the route is from this list"),
        began: context.began,
        method: request.method_name(),
        request_id: &context.request_id,
        url,
        origin: origin.filter(|origin| context.config.trusted_origins.trusts(origin)),
        user: context.trail.noted_user(),
    }
}

/// Fetch refuses GET and HEAD requests with a body, and HTTP doesn't define what such a
/// body means (RFC 9110 §9.3.1).
fn upload(request: &Request, route: &Route) -> Option<Upload> {
    if matches!(request.method(), Method::Get | Method::Head) {
        return None;
    }
    let length = request.headers().get("content-length");
    Some(Upload {
        length: length.and_then(|text| text.parse().ok()),
        client_pause: CLIENT_PAUSE,
        upstream_pause: route.timeout.as_secs(),
    })
}

fn headers(
    request: &Request,
    route: &'static Route,
    token: Option<&str>,
    context: &Context,
) -> Headers {
    let mut names = Vec::new();
    let drop = |name: &str| names.push(name.to_owned());
    let mut headers = forwarded(request.headers(), &route.headers, drop);
    dropped::report(&route.path, &names, context.now);
    if route.passes_authorization
        && let Some(theirs) = authorization(request.headers())
    {
        headers.append("authorization", theirs);
    }
    if let Some(token) = token {
        headers.append("authorization", format!("Bearer {token}"));
    }
    if is_upgrade(request) {
        headers.append("upgrade", "websocket");
        if let Some(offered) = request.headers().get("sec-websocket-protocol") {
            headers.append("sec-websocket-protocol", offered);
        }
    }
    if let Some((scheme, host)) = context.config.base_url.split_once("://") {
        headers.append("x-forwarded-proto", scheme);
        headers.append("x-forwarded-host", host);
    }
    if let Some(address) = context.client.address() {
        headers.append("x-forwarded-for", address.to_string());
    }
    headers.append("x-request-id", context.request_id.as_str());
    headers
}
