//! Sends webhooks according to the Standard Webhooks specification.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use worker::{
    AbortController, Delay, Fetch, Fetcher, Headers, Method, Request, RequestInit, RequestRedirect,
    Response,
};

use crate::clock;
use crate::config::WebhookKey;

/// How long a receiver may take to respond.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(5);

/// Signs a body and sends it. Any status other than 2xx counts as a failure. The
/// returned reason doesn't contain the URL or the body.
pub(crate) async fn post(url: &str, key: &WebhookKey, id: &str, body: &str) -> Result<(), String> {
    let timestamp = clock::now() / 1000;
    let headers = Headers::new();
    for (name, value) in [
        ("webhook-id", id),
        ("webhook-timestamp", &timestamp.to_string()),
        ("webhook-signature", &key.sign(id, timestamp, body)),
    ] {
        headers.set(name, value).map_err(reason)?;
    }
    let request = request(url, headers, body)?;
    let stop = AbortController::default();
    let signal = stop.signal();
    let request = Fetch::Request(request);
    let answered = pin!(request.send_with_signal(&signal));
    match select(answered, pin!(Delay::from(TIMEOUT))).await {
        Either::Left((answered, _)) => accepted(answered.map_err(reason)?.status_code()),
        Either::Right(_) => {
            stop.abort();
            Err(late())
        }
    }
}

/// Sends a body to a service in the same account.
pub(crate) async fn post_to_service(service: &Fetcher, body: &str) -> Result<Response, String> {
    // A service doesn't have a host name, so any name works here.
    let request = request("https://service/", Headers::new(), body)?;
    let answered = pin!(service.fetch_request(request));
    match select(answered, pin!(Delay::from(TIMEOUT))).await {
        Either::Left((answered, _)) => {
            let answered: Response = answered.map_err(reason)?;
            accepted(answered.status_code()).map(|()| answered)
        }
        Either::Right(_) => Err(late()),
    }
}

fn request(url: &str, headers: Headers, body: &str) -> Result<Request, String> {
    headers
        .set("content-type", "application/json")
        .map_err(reason)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_headers(headers)
        .with_body(Some(body.into()))
        // Don't follow redirects, because only the configured receiver may see the body.
        .with_redirect(RequestRedirect::Manual);
    Request::new_with_init(url, &init).map_err(reason)
}

fn accepted(status: u16) -> Result<(), String> {
    if (200..300).contains(&status) {
        Ok(())
    } else {
        Err(format!("status {status}"))
    }
}

pub(crate) fn late() -> String {
    format!("no response within {} s", TIMEOUT.as_secs())
}

/// Returns only the error's kind, because the error's message may contain the URL.
#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn reason(_: worker::Error) -> String {
    "the request failed".to_owned()
}
