//! Streams one request to an upstream, and streams the response back.

use std::pin::pin;

use futures_util::future::{Either, select};
use worker::js_sys;
use worker::js_sys::futures::JsFuture;
use worker::wasm_bindgen::JsCast;
use worker::{Delay, Fetcher, Method, Url, web_sys};

use super::dropped;
use super::location::translated;
use super::upload::Upload;
use crate::config::{Route, Upstream};
use crate::context::Context;
use crate::error::Refusal;
use crate::http::{Headers, Request, Response, authorization, forwarded, outgoing, returned};
use crate::log;

/// Returns whether a request is for a WebSocket (RFC 6455 §4.1).
pub(super) fn is_upgrade(request: &Request) -> bool {
    let asked = request.headers().get("upgrade");
    let is_socket = asked.is_some_and(|protocol| protocol.eq_ignore_ascii_case("websocket"));
    is_socket && request.method() == Method::Get
}

/// Forwards a request; `token` identifies the caller.
pub(super) async fn forward(
    request: &Request,
    route: &'static Route,
    token: Option<&str>,
    context: &Context,
) -> Result<Response, Refusal> {
    let base = match &route.upstream {
        Upstream::Origin(origin) => origin,
        // A service doesn't have a host of its own, so it gets the host that browsers see.
        Upstream::Service(_) => &context.config.base_url,
    };
    let url = request.url();
    let query = url.query().map(|query| format!("?{query}"));
    let target = format!("{base}{}{}", url.path(), query.unwrap_or_default());
    let asked_url = Url::parse(&target).map_err(worker::Error::from)?;

    // Fetch refuses GET and HEAD requests with a body, and HTTP doesn't define what
    // such a body means (RFC 9110 §9.3.1).
    let has_body = !matches!(request.method(), Method::Get | Method::Head);
    let body = has_body.then(|| request.body()).flatten();
    let (body, upload) = body
        .map(|body| Upload::begin(request, body, route, context))
        .unzip();
    // Responses to callers must stay out of Cloudflare's cache, which decides by file
    // extension what it stores. Only anonymous requests on public routes may use the cache.
    let is_anonymous = route.is_public && token.is_none() && !route.passes_authorization;
    let cache = (!is_anonymous).then_some("no-store");
    let headers = headers(request, route, token, context);
    let init = outgoing(request.method_name(), &headers, body, cache)?;

    let stop = web_sys::AbortController::new().map_err(worker::Error::from)?;
    let asked = async {
        match &route.upstream {
            Upstream::Origin(_) => {
                init.set_signal(Some(&stop.signal()));
                let worker: web_sys::WorkerGlobalScope = js_sys::global().unchecked_into();
                let answered = JsFuture::from(worker.fetch_with_str_and_init(&target, &init));
                Response::read(&answered.await?.unchecked_into())
            }
            Upstream::Service(name) => {
                let forwarded = web_sys::Request::new_with_str_and_init(&target, &init)?;
                let service: Fetcher = context.env.get_binding(name)?;
                let answered = service.fetch_request(worker::Request::from(forwarded));
                Response::read(&answered.await?.into())
            }
        }
    };
    // The upstream's time limit starts once the upstream has the whole request.
    let too_late = async {
        if let Some(upload) = &upload
            && let Err(refusal) = upload.sent().await
        {
            return refusal;
        }
        Delay::from(route.timeout).await;
        Refusal::UpstreamTimeout
    };
    let answered = match select(pin!(asked), pin!(too_late)).await {
        Either::Left((answered, _)) => answered,
        Either::Right((refusal, _)) => {
            stop.abort();
            return Err(refusal);
        }
    };
    if let Some(upload) = &upload {
        upload.answered().map_err(worker::Error::from)?;
    }
    let answered = answered.map_err(|error| {
        log::fault("UPSTREAM", &format!("{error:?}"));
        Refusal::UpstreamUnavailable
    })?;
    match answered.status {
        // Cloudflare's own statuses for an origin that it couldn't get a response from.
        520 | 521 | 523 | 525..=527 | 530 => Err(Refusal::UpstreamUnavailable),
        522 | 524 => Err(Refusal::UpstreamTimeout),
        101 | 200..=599 => Ok(translate(answered, route, &asked_url, context)),
        // This is not a valid final status (RFC 9110 §15), so `Response` would refuse it.
        status => {
            log::fault("UPSTREAM", &format!("invalid status {status}"));
            Err(Refusal::UpstreamUnavailable)
        }
    }
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

/// Prepares an upstream's response for the client.
fn translate(mut answered: Response, route: &Route, target: &Url, context: &Context) -> Response {
    let headers = &mut answered.headers;
    returned(headers, route.is_public, route.passes_authorization);
    for name in ["location", "content-location"] {
        let found = headers.get(name);
        let ours = found.and_then(|found| translated(found, target, &context.config.base_url));
        if let Some(ours) = ours {
            headers.set(name, ours);
        }
    }
    answered
}
