//! Requests and answers as plain values. What JavaScript has of one comes over in
//! one piece, and goes back in one: a call for each header would take longer than
//! to verify a token.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::{JSON, Reflect};
use worker::worker_sys::ext::ResponseExt;
use worker::{ByteStream, Error, FromRequest, IntoResponse, Method, Result, Url, web_sys};

// `forEach` takes half as long as an iterator does. A name has no comma, and a value
// no line feed (RFC 9110 §5).
#[wasm_bindgen(inline_js = r"
export function linesOf(headers) {
  let lines = '';
  headers.forEach((value, name) => { lines += name + ',' + value + '\n'; });
  return lines;
}
")]
extern "C" {
    #[wasm_bindgen(js_name = linesOf)]
    fn lines_of(headers: &web_sys::Headers) -> String;
}

/// The one header whose values can't stand in one line (RFC 9110 §5.3).
const SET_COOKIE: &str = "set-cookie";

/// Headers by name, in small letters. A name stands once, but for `Set-Cookie`.
#[derive(Default)]
pub(crate) struct Headers(Vec<(Cow<'static, str>, String)>);

impl Headers {
    /// All headers that a JavaScript object has.
    fn read(headers: &web_sys::Headers) -> Self {
        let lines = lines_of(headers);
        let pairs = lines.split('\n').filter_map(|line| line.split_once(','));
        Self(
            pairs
                .map(|(name, value)| (name.to_owned().into(), value.to_owned()))
                .collect(),
        )
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut all = self.entries();
        all.find_map(|(found, value)| (found == name).then_some(value))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, value.as_str()))
    }

    /// Takes the place of what there was.
    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.retain(|found| found != name);
        self.append(name, value);
    }

    /// Adds to what there is.
    pub(crate) fn append(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(found, _)| *found == name) {
            Some((_, there)) if name != SET_COOKIE => {
                there.push_str(", ");
                there.push_str(&value);
            }
            _ => self.0.push((name, value)),
        }
    }

    pub(crate) fn cookies(&self) -> impl Iterator<Item = &str> {
        let all = self.entries();
        all.filter_map(|(name, value)| (name == SET_COOKIE).then_some(value))
    }

    pub(crate) fn retain(&mut self, mut keeps: impl FnMut(&str) -> bool) {
        self.0.retain(|(name, _)| keeps(name));
    }
}

/// As an object, all but the cookies: `Response` takes twice as long over a list of
/// pairs.
impl Serialize for Headers {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        for (name, value) in self.entries().filter(|(name, _)| *name != SET_COOKIE) {
            object.serialize_entry(name, value)?;
        }
        object.end()
    }
}

/// What has come in.
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
    /// The method; one that `worker` has no name for reads as GET.
    pub(crate) fn method(&self) -> Method {
        self.method.clone().into()
    }

    /// The method as it is sent.
    pub(crate) fn method_name(&self) -> &str {
        &self.method
    }

    pub(crate) const fn url(&self) -> &Url {
        &self.url
    }

    pub(crate) const fn headers(&self) -> &Headers {
        &self.headers
    }

    /// The body, where there is one, for whoever reads it or hands it on.
    pub(crate) fn body(&self) -> Option<web_sys::ReadableStream> {
        self.raw.body()
    }

    /// The body in chunks.
    pub(crate) fn stream(&self) -> Result<ByteStream> {
        worker::Request::from(Clone::clone(&self.raw)).stream()
    }
}

/// What goes out.
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
    /// An answer with no body.
    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Headers::default(),
            body: Body::None,
        }
    }

    /// An answer of JSON.
    pub(crate) fn json(status: u16, value: &impl Serialize) -> Result<Self> {
        let mut headers = Headers::default();
        headers.append("content-type", "application/json; charset=utf-8");
        Ok(Self {
            status,
            headers,
            body: Body::Text(serde_json::to_string(value)?),
        })
    }

    /// An answer of somebody else's, whose body goes on as it comes.
    pub(crate) fn read(raw: &web_sys::Response) -> Result<Self> {
        let status = raw.status();
        let body = if status == 101 {
            let none = || Error::RustError("an upgrade with no socket".to_owned());
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

#[derive(serde::Serialize)]
struct Init<'a> {
    status: u16,
    headers: &'a Headers,
}

/// A request to somebody else; the body goes on as it comes. `cache` is Fetch's mode.
pub(crate) fn outgoing(
    method: &str,
    headers: &Headers,
    body: Option<web_sys::ReadableStream>,
    cache: Option<&'static str>,
) -> Result<web_sys::RequestInit> {
    #[derive(serde::Serialize)]
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

/// A JavaScript object of the same members.
fn object(value: &impl Serialize) -> std::result::Result<JsValue, JsValue> {
    let text = serde_json::to_string(value).map_err(|error| error.to_string())?;
    JSON::parse(&text)
}

#[cfg(test)]
mod tests {
    use super::Headers;

    #[test]
    fn a_name_stands_once_but_for_cookies() {
        let mut headers = Headers::default();
        headers.append("vary", "Accept");
        headers.append("vary", "Origin");
        headers.append("set-cookie", "a=1");
        headers.append("set-cookie", "b=2");
        headers.set("x-a", "1");
        headers.set("x-a", "2");
        let text = serde_json::to_string(&headers).unwrap();
        assert_eq!(text, r#"{"vary":"Accept, Origin","x-a":"2"}"#);
        assert_eq!(headers.cookies().collect::<Vec<_>>(), ["a=1", "b=2"]);
    }
}
