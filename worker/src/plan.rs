//! What JavaScript does for a request. Rust decides, and `worker/entry/` waits, because
//! awaiting a promise in Rust takes longer than verifying a token. A plan that is being
//! carried out doesn't depend on the wasm instance that made it: if another request stops
//! that instance, a new one finishes the plan.
//!
//! Plans are text, because JavaScript reads a few lines faster than an object. The first
//! line says what to do. More kinds can be added, for example to let JavaScript check a
//! signature first.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::http::{Edits, Response};

/// What JavaScript does next.
pub(crate) enum Plan<'a> {
    /// Respond without waiting.
    Respond(Response),
    /// Send the request to an upstream, and pass on the outcome with [`Forward::pending`].
    Forward(Forward<'a>),
    /// Return the upstream's response with other headers.
    Return(Edits<'a>),
}

/// How to send a request to an upstream.
pub(crate) struct Forward<'a> {
    pub(crate) url: &'a str,
    /// The service binding that receives the request; `None` for an ordinary fetch.
    pub(crate) service: Option<&'a str>,
    pub(crate) method: &'a str,
    pub(crate) headers: Edits<'a>,
    /// Fetch's cache mode; `None` for the default.
    pub(crate) cache: Option<&'static str>,
    /// How to send the request's body; `None` if a body must not be sent.
    pub(crate) upload: Option<Upload>,
    /// How long the upstream may take to start its response, in milliseconds.
    pub(crate) timeout: u64,
    /// What JavaScript returns with the outcome.
    pub(crate) pending: Pending<'a>,
}

/// How to send a body.
pub(crate) struct Upload {
    /// In bytes, if known.
    pub(crate) length: Option<u64>,
    /// How long the client may pause, in seconds.
    pub(crate) client_pause: u64,
    /// How long the upstream may pause, in seconds.
    pub(crate) upstream_pause: u64,
}

impl Plan<'_> {
    /// Writes the plan for `worker/entry/`. Absent values are empty lines.
    pub(crate) fn write(&self) -> String {
        let mut lines = Lines(String::with_capacity(2048));
        match self {
            Self::Respond(response) => {
                lines.add("respond");
                lines.add(&response.status.to_string());
                response
                    .headers
                    .entries()
                    .for_each(|entry| lines.pair(entry));
                // The rest of the text is the body.
                if let Some(body) = &response.body {
                    lines.add("");
                    lines.0.push_str(body);
                }
            }
            Self::Forward(forward) => {
                lines.add("forward");
                lines.add(forward.url);
                lines.add(forward.service.unwrap_or_default());
                lines.add(forward.method);
                lines.add(forward.cache.unwrap_or_default());
                match &forward.upload {
                    None => lines.add(""),
                    Some(upload) => {
                        let length = upload.length.map(|length| length.to_string());
                        let (client, upstream) = (upload.client_pause, upload.upstream_pause);
                        let length = length.unwrap_or_default();
                        lines.add(&format!("{client} {upstream} {length}"));
                    }
                }
                lines.add(&forward.timeout.to_string());
                lines.add(&forward.pending.write());
                lines.edits(&forward.headers);
            }
            Self::Return(edits) => {
                lines.add("return");
                lines.edits(edits);
            }
        }
        lines.0
    }
}

struct Lines(String);

impl Lines {
    /// Adds a line. None of the texts should contain a line feed, but if one does, it must
    /// not become two lines.
    fn add(&mut self, line: &str) {
        if line.contains('\n') {
            self.0.push_str(&line.replace('\n', " "));
        } else {
            self.0.push_str(line);
        }
        self.0.push('\n');
    }

    /// Adds a header. A space stands for an empty value, because an empty line ends the
    /// headers.
    fn pair(&mut self, (name, value): (&str, &str)) {
        self.add(name);
        self.add(if value.is_empty() { " " } else { value });
    }

    fn edits(&mut self, edits: &Edits<'_>) {
        self.add(&edits.drop.len().to_string());
        edits.drop.iter().for_each(|name| self.add(name));
        edits.set.iter().for_each(|entry| self.pair(*entry));
    }
}

/// What is needed to finish a request once its upstream has responded.
pub(crate) struct Pending<'a> {
    /// The index of the route.
    pub(crate) route: usize,
    /// When the request arrived, in milliseconds since the epoch.
    pub(crate) began: u64,
    pub(crate) method: &'a str,
    pub(crate) request_id: &'a str,
    /// The URL that the upstream was asked for.
    pub(crate) url: &'a str,
    /// The page's origin, if it is trusted.
    pub(crate) origin: Option<&'a str>,
    /// The id of the signed-in user.
    pub(crate) user: Option<&'a str>,
}

impl<'a> Pending<'a> {
    pub(crate) fn write(&self) -> String {
        let (route, began) = (self.route, self.began);
        let (origin, user) = (
            self.origin.unwrap_or_default(),
            self.user.unwrap_or_default(),
        );
        let (method, request_id, url) = (self.method, self.request_id, self.url);
        format!("{route}\t{began}\t{method}\t{request_id}\t{url}\t{origin}\t{user}")
    }

    /// Returns `None` if the text was not made by [`Pending::write`]. Only the last part can
    /// contain a tab: a URL can't, and neither can a trusted origin.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(7, '\t');
        let mut next = || parts.next();
        Some(Self {
            route: next()?.parse().ok()?,
            began: next()?.parse().ok()?,
            method: next()?,
            request_id: next()?,
            url: next()?,
            origin: next().filter(|origin| !origin.is_empty()),
            user: next().filter(|user| !user.is_empty()),
        })
    }
}

/// Why an upstream didn't respond.
#[wasm_bindgen]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The client didn't send its body in time.
    Client = "client",
    /// The upstream didn't respond, or read the body, in time.
    Upstream = "upstream",
    /// The upstream can't be reached, or broke the connection.
    Connection = "connection",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pending_is_read_as_it_was_written() {
        for (origin, user) in [
            (None, None),
            (Some("https://app.example"), Some("u1")),
            (None, Some("an id\twith tabs\t")),
        ] {
            let pending = Pending {
                route: 3,
                began: 1_700_000_000_000,
                method: "GET",
                request_id: "0123456789abcdef0123456789abcdef",
                url: "https://tasks.example/a?b=c",
                origin,
                user,
            };
            let text = pending.write();
            let read = Pending::read(&text).unwrap();
            assert_eq!((read.route, read.began), (3, 1_700_000_000_000));
            assert_eq!((read.method, read.url), (pending.method, pending.url));
            assert_eq!((read.request_id, read.origin), (pending.request_id, origin));
            assert_eq!(read.user, user);
        }
        for text in ["", "x", "1\t2\tGET"] {
            assert!(Pending::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn no_text_adds_a_line() {
        let mut response = Response::html(200, "a\n\nb".to_owned());
        response.headers.set("x-a", "1\n\n2");
        response.headers.set("x-b", "");
        let text = Plan::Respond(response).write();
        let (head, body) = text.split_once("\n\n").unwrap();
        let lines = [
            "respond",
            "200",
            "content-type",
            "text/html; charset=utf-8",
            "x-a",
            "1  2",
            "x-b",
            " ",
        ];
        assert_eq!(head.split('\n').collect::<Vec<_>>(), lines);
        assert_eq!(body, "a\n\nb");
    }
}
