//! What the Worker itself answers: JSON, never cached, never sniffed.

use serde::Serialize;
use serde_json::json;
use worker::{Headers, Response, Result};

use crate::error::Refusal;

/// An answer of the auth API: a JSON body, cookies, and further headers.
pub(crate) struct Answer<B> {
    pub(crate) body: B,
    pub(crate) cookies: Vec<String>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl<B: Serialize> Answer<B> {
    pub(crate) fn of(body: B) -> Self {
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
        let response = Response::from_json(&self.body)?;
        let headers = response.headers();
        protect(headers)?;
        for (name, value) in &self.headers {
            headers.set(name, value)?;
        }
        for cookie in &self.cookies {
            headers.append("set-cookie", cookie)?;
        }
        Ok(response)
    }
}

/// The response for a refusal.
pub(crate) fn refusal(refusal: &Refusal) -> Result<Response> {
    let (status, code, message) = refusal.on_the_wire();
    let response = match refusal {
        Refusal::UnknownEndpoint => Response::empty()?,
        _ => Response::from_json(&json!({ "message": message, "code": code }))?,
    };
    protect(response.headers())?;
    if status == 401 {
        // RFC 9110 §11.6.1. Without `error`: every failed token looks the same.
        response.headers().set("www-authenticate", "Bearer")?;
    }
    Ok(response.with_status(status))
}

fn protect(headers: &Headers) -> Result<()> {
    headers.set("cache-control", "no-store")?;
    headers.set("x-content-type-options", "nosniff")
}
