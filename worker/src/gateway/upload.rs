//! A request body on its way to the upstream, and who keeps it waiting.

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::futures::JsFuture;
use worker::js_sys::{Array, Function, Promise};
use worker::web_sys::ReadableStream;

use crate::config::Route;
use crate::context::Context;
use crate::error::Refusal;
use crate::http::Request;

/// Seconds that a client may pause in the middle of a body.
const CLIENT_PAUSE: u64 = if cfg!(feature = "test-clock") { 3 } else { 60 };

// Each piece is read and then written, so it is known whose turn it is: a slow client
// spends none of the upstream's time. With a length known the upstream is told of it.
#[wasm_bindgen(inline_js = r#"
export function forwardBody(body, length, clientSeconds, upstreamSeconds) {
  const { readable, writable } = length === undefined ? new IdentityTransformStream() : new FixedLengthStream(length);
  const reader = body.getReader({ mode: "byob" });
  const writer = writable.getWriter();
  const limits = { client: clientSeconds, upstream: upstreamSeconds };
  let waitsFor, seconds, end;
  const turnOf = (one) => { waitsFor = one; seconds = 0; };
  const ended = new Promise((resolve) => (end = resolve));
  const watch = setInterval(() => { if (++seconds > limits[waitsFor]) end(waitsFor); }, 1000);
  const pump = async () => {
    let buffer = new ArrayBuffer(65536);
    for (;;) {
      turnOf("client");
      const { done, value } = await reader.read(new Uint8Array(buffer));
      turnOf("upstream");
      if (done) return writer.close();
      await writer.write(value);
      buffer = value.buffer;
    }
  };
  // Whoever broke off, the upstream's answer says so, or its time does.
  const broken = (cause) => Promise.allSettled([writer.abort(cause), reader.cancel(cause)]);
  pump().catch(broken).then(() => end("sent"));
  ended.then((how) => {
    clearInterval(watch);
    if (how !== "sent") broken(new Error("too slow"));
  });
  // Who has begun to answer reads the rest as slowly as it likes, as without an upload.
  const answered = () => { limits.upstream = Infinity; };
  return [readable, ended, answered];
}
"#)]
extern "C" {
    #[wasm_bindgen(js_name = forwardBody)]
    fn forward_body(
        body: ReadableStream,
        length: Option<f64>,
        client_seconds: f64,
        upstream_seconds: f64,
    ) -> Array;
}

/// A body that is being sent.
pub(super) struct Upload {
    ended: Promise,
    answered: Function,
}

impl Upload {
    /// Begins; gives what the upstream reads.
    #[allow(
        clippy::cast_precision_loss,
        reason = "bodies have less than 2^53 bytes"
    )]
    pub(super) fn begin(
        request: &Request,
        body: ReadableStream,
        route: &Route,
        context: &Context,
    ) -> (ReadableStream, Self) {
        let length = request.headers().get("content-length");
        let length = length.and_then(|text| text.parse::<u64>().ok());
        let parts = forward_body(
            body,
            length.map(|length| length as f64),
            CLIENT_PAUSE as f64,
            route.timeout.as_secs_f64(),
        );
        let ended: Promise = parts.get(1).unchecked_into();
        // It goes on while the answer is already on its way.
        let rest = JsFuture::from(ended.clone());
        context.execution.wait_until(async move {
            let _: Result<JsValue, JsValue> = rest.await;
        });
        let answered = parts.get(2).unchecked_into();
        (parts.get(0).unchecked_into(), Self { ended, answered })
    }

    /// Waits until the body is sent, or somebody has taken too long.
    pub(super) async fn sent(&self) -> Result<(), Refusal> {
        let how = JsFuture::from(self.ended.clone()).await.unwrap_or_default();
        match how.as_string().as_deref() {
            Some("client") => Err(Refusal::RequestTimeout),
            Some("upstream") => Err(Refusal::UpstreamTimeout),
            _ => Ok(()),
        }
    }

    /// The upstream has begun to answer: from now on its time is its own.
    pub(super) fn answered(&self) -> Result<(), JsValue> {
        self.answered.call0(&JsValue::UNDEFINED).map(drop)
    }
}
