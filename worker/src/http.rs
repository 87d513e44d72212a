//! Requests and responses as plain values. The headers of each one are passed between
//! JavaScript and wasm in one piece, because a separate call for each header would take
//! longer than verifying a token.

mod headers;
mod path;
mod request_headers;
mod response_headers;
mod uri;

use serde::Serialize;
use worker::{ByteStream, Error, Method, Result, Url, web_sys};

pub(crate) use headers::{Edits, Headers};
pub(crate) use path::{AUTH_BASE, HEALTH, auth_endpoint, has_one_reading, is_own};
pub(crate) use request_headers::{
    HeaderPattern, authorization, forwarded, is_forwarded, is_header_name, is_reserved,
};
pub(crate) use response_headers::{is_returned, returned};
pub(crate) use uri::{encode_uri_component, with_parameter, with_raw_parameter};

/// An incoming request.
pub(crate) struct Request {
    raw: web_sys::Request,
    method: String,
    url: Url,
    headers: Headers,
}

impl Request {
    /// Reads all of a request except its body.
    pub(crate) fn read(raw: web_sys::Request) -> Result<Self> {
        Ok(Self {
            method: raw.method(),
            url: Url::parse(&raw.url()).map_err(Error::from)?,
            headers: Headers::read(&raw.headers()),
            raw,
        })
    }

    /// Returns the method. Unknown methods are read as GET.
    pub(crate) fn method(&self) -> Method {
        self.method.clone().into()
    }

    /// Returns the method as it was sent.
    pub(crate) fn method_name(&self) -> &str {
        &self.method
    }

    pub(crate) const fn url(&self) -> &Url {
        &self.url
    }

    pub(crate) const fn headers(&self) -> &Headers {
        &self.headers
    }

    pub(crate) fn has_body(&self) -> bool {
        self.raw.body().is_some()
    }

    /// Returns the body in chunks.
    pub(crate) fn stream(&self) -> Result<ByteStream> {
        worker::Request::from(Clone::clone(&self.raw)).stream()
    }
}

/// A response of the Worker's own.
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Option<String>,
}

impl Response {
    /// Creates a response without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Headers::default(),
            body: None,
        }
    }

    /// Creates a JSON response.
    pub(crate) fn json(status: u16, value: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_string(value)?;
        Ok(Self::text(status, "application/json; charset=utf-8", body))
    }

    /// Creates a response with an HTML page.
    pub(crate) fn html(status: u16, body: String) -> Self {
        Self::text(status, "text/html; charset=utf-8", body)
    }

    fn text(status: u16, content_type: &str, body: String) -> Self {
        let mut headers = Headers::default();
        headers.append("content-type", content_type);
        Self {
            status,
            headers,
            body: Some(body),
        }
    }
}
