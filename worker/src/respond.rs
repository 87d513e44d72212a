//! The Worker's own responses, which are mostly JSON and never cached, and the headers
//! that every response gets.

use serde::Serialize;
use serde_json::json;
use worker::Result;

use crate::config::Config;
use crate::error::{DATABASE_RETRY, Refusal};
use crate::http::{Headers, Response};

/// A response from the auth API: a JSON body, cookies and other headers.
pub(crate) struct Answer<B> {
    pub(crate) body: B,
    pub(crate) cookies: Vec<String>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl<B: Serialize> Answer<B> {
    pub(crate) fn new(body: B) -> Self {
        Self {
            body,
            cookies: Vec::new(),
            headers: Vec::new(),
        }
    }

    pub(crate) fn with_cookies(mut self, cookies: Vec<String>) -> Self {
        self.cookies = cookies;
        self
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn into_response(self) -> Result<Response> {
        let mut response = Response::json(200, &self.body)?;
        own(&mut response.headers);
        for (name, value) in self.headers {
            response.headers.set(name, value);
        }
        Ok(with_cookies(response, &self.cookies))
    }
}

/// Creates a redirect. [`protect`] keeps the token in a link's URL out of `Referer`.
pub(crate) fn redirect(status: u16, location: &str, cookies: &[String]) -> Response {
    let mut response = Response::empty(status);
    own(&mut response.headers);
    response.headers.set("location", header_value(location));
    with_cookies(response, cookies)
}

/// Adds `Set-Cookie` values to a response.
pub(crate) fn with_cookies(mut response: Response, cookies: &[String]) -> Response {
    for cookie in cookies {
        response.headers.append("set-cookie", cookie.as_str());
    }
    response
}

/// Returns a URL as a header value, with non-ASCII characters percent-encoded.
pub(crate) fn header_value(url: &str) -> String {
    percent_encoding::utf8_percent_encode(url, percent_encoding::CONTROLS).to_string()
}

/// Returns the response for a refusal.
pub(crate) fn refusal(refusal: &Refusal) -> Result<Response> {
    let (status, code, message) = refusal.on_the_wire();
    let mut response = match refusal {
        Refusal::UnknownEndpoint => Response::empty(status),
        _ => Response::json(status, &json!({ "message": message, "code": code }))?,
    };
    let headers = &mut response.headers;
    own(headers);
    match refusal {
        Refusal::MethodNotRouted(allowed) => headers.set("allow", allowed.as_str()),
        Refusal::MovedToHttps(url) => headers.set("location", url.as_str()),
        Refusal::TooManyRequests(seconds) => {
            headers.set("retry-after", seconds.to_string());
            // Better Auth's client reads this header.
            headers.set("x-retry-after", seconds.to_string());
        }
        Refusal::DatabaseUnavailable(_) | Refusal::SessionNotEnded(_) => {
            headers.set("retry-after", DATABASE_RETRY.to_string());
        }
        // RFC 9110 §11.6.1. The challenge doesn't contain an `error`, so that the
        // response is the same for all invalid tokens.
        _ if status == 401 => headers.set("www-authenticate", "Bearer"),
        _ => {}
    }
    Ok(response)
}

/// Sets the headers of the Worker's own responses, which must not be cached or rendered as pages.
pub(crate) fn own(headers: &mut Headers) {
    headers.set("cache-control", "no-store");
    headers.set(
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    );
}

/// Sets the headers that every response has, including an upstream's. `is_encrypted` says
/// whether the request arrived through https.
pub(crate) fn protect(
    headers: &mut Headers,
    request_id: &str,
    is_encrypted: bool,
    config: Option<&Config>,
) {
    headers.set("x-content-type-options", "nosniff");
    headers.set("x-request-id", request_id);
    if !headers.has("referrer-policy") {
        headers.set("referrer-policy", "no-referrer");
    }
    // HSTS must not be sent over plain http (RFC 6797 §7.2).
    if let Some(config) = config.filter(|config| config.secure && is_encrypted) {
        let hsts = if config.hsts_includes_subdomains {
            "max-age=31536000; includeSubDomains"
        } else {
            "max-age=31536000"
        };
        headers.set("strict-transport-security", hsts);
    }
}
