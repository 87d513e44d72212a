//! Requests and responses as plain values. Each one is passed between JavaScript and
//! wasm in one piece, because a separate call for each header would take longer than
//! verifying a token.

mod headers;
mod path;
mod request_headers;
mod response_headers;
mod uri;

use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::{JSON, Reflect};
use worker::worker_sys::ext::ResponseExt;
use worker::{ByteStream, Error, FromRequest, IntoResponse, Method, Result, Url, web_sys};

use headers::SET_COOKIE;

pub(crate) use headers::Headers;
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

impl FromRequest for Request {
    fn from_raw(raw: web_sys::Request) -> std::result::Result<Self, impl Into<BoxedError>> {
        Url::parse(&raw.url()).map(|url| Self {
            method: raw.method(),
            url,
            headers: Headers::read(&raw.headers()),
            raw,
        })
    }
}

type BoxedError = Box<dyn std::error::Error>;

impl Request {
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

    /// Returns the body, if any, so that it can be read or forwarded.
    pub(crate) fn body(&self) -> Option<web_sys::ReadableStream> {
        self.raw.body()
    }

    /// Returns the body in chunks.
    pub(crate) fn stream(&self) -> Result<ByteStream> {
        worker::Request::from(Clone::clone(&self.raw)).stream()
    }
}

/// A response.
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    body: Body,
}

enum Body {
    None,
    Text(String),
    Stream(web_sys::ReadableStream),
    Socket(web_sys::WebSocket),
}

impl Response {
    /// Creates a response without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Headers::default(),
            body: Body::None,
        }
    }

    /// Creates a JSON response.
    pub(crate) fn json(status: u16, value: &impl Serialize) -> Result<Self> {
        let mut headers = Headers::default();
        headers.append("content-type", "application/json; charset=utf-8");
        Ok(Self {
            status,
            headers,
            body: Body::Text(serde_json::to_string(value)?),
        })
    }

    /// Creates a response with an HTML page.
    pub(crate) fn html(status: u16, text: String) -> Self {
        let mut headers = Headers::default();
        headers.append("content-type", "text/html; charset=utf-8");
        Self {
            status,
            headers,
            body: Body::Text(text),
        }
    }

    /// Reads another server's response. Its body is streamed.
    pub(crate) fn read(raw: &web_sys::Response) -> Result<Self> {
        let status = raw.status();
        let body = if status == 101 {
            let none = || Error::RustError("an upgrade without a socket".to_owned());
            Body::Socket(raw.websocket().ok_or_else(none)?)
        } else {
            raw.body().map_or(Body::None, Body::Stream)
        };
        Ok(Self {
            status,
            headers: Headers::read(&raw.headers()),
            body,
        })
    }
}

impl IntoResponse for Response {
    fn into_raw(self) -> std::result::Result<web_sys::Response, impl Into<BoxedError>> {
        let written = || {
            let init: web_sys::ResponseInit = object(&Init {
                status: self.status,
                headers: &self.headers,
            })?
            .unchecked_into();
            let raw = match &self.body {
                Body::None => web_sys::Response::new_with_opt_str_and_init(None, &init),
                Body::Text(text) => web_sys::Response::new_with_opt_str_and_init(Some(text), &init),
                Body::Stream(stream) => {
                    web_sys::Response::new_with_opt_readable_stream_and_init(Some(stream), &init)
                }
                Body::Socket(socket) => {
                    Reflect::set(&init, &"webSocket".into(), socket)?;
                    web_sys::Response::new_with_opt_str_and_init(None, &init)
                }
            }?;
            for cookie in self.headers.cookies() {
                raw.headers().append(SET_COOKIE, cookie)?;
            }
            Ok::<_, JsValue>(raw)
        };
        written().map_err(Error::from)
    }
}

#[derive(Serialize)]
struct Init<'a> {
    status: u16,
    headers: &'a Headers,
}

/// Creates a request to another server. Its body is streamed. `cache` is Fetch's cache
/// mode.
pub(crate) fn outgoing(
    method: &str,
    headers: &Headers,
    body: Option<web_sys::ReadableStream>,
    cache: Option<&'static str>,
) -> Result<web_sys::RequestInit> {
    #[derive(Serialize)]
    struct Init<'a> {
        method: &'a str,
        headers: &'a Headers,
        redirect: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache: Option<&'static str>,
    }
    let init = Init {
        method,
        headers,
        redirect: "manual",
        cache,
    };
    let init: web_sys::RequestInit = object(&init)?.unchecked_into();
    if let Some(body) = body {
        init.set_body(&body);
    }
    Ok(init)
}

/// Converts a value to a JavaScript object with the same members.
fn object(value: &impl Serialize) -> std::result::Result<JsValue, JsValue> {
    let text = serde_json::to_string(value).map_err(|error| error.to_string())?;
    JSON::parse(&text)
}
