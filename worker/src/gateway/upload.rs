//! Forwards a request body, and finds out which side is too slow.

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::futures::JsFuture;
use worker::js_sys::{Array, Function, Promise};
use worker::web_sys::ReadableStream;

use crate::config::Route;
use crate::context::Context;
use crate::error::Refusal;
use crate::http::Request;

/// How long a client may pause while sending a body, in seconds.
const CLIENT_PAUSE: u64 = if cfg!(feature = "test-clock") { 3 } else { 60 };

// Each chunk is read before it is written, so that the gateway knows which side it is
// waiting for. A slow client therefore doesn't use up the upstream's time. If the
// length is known, it is passed on.
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
  // No matter which side disconnects, the upstream's response or its timeout reports the error.
  const broken = (cause) => Promise.allSettled([writer.abort(cause), reader.cancel(cause)]);
  pump().catch(broken).then(() => end("sent"));
  ended.then((how) => {
    clearInterval(watch);
    if (how !== "sent") broken(new Error("too slow"));
  });
  // Once it has started to respond, the upstream may read the rest as slowly as it likes.
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
    /// Starts the upload, and returns the stream that the upstream reads.
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
        // The upload continues while the response is already being sent.
        let rest = JsFuture::from(ended.clone());
        context.execution.wait_until(async move {
            let _: Result<JsValue, JsValue> = rest.await;
        });
        let answered = parts.get(2).unchecked_into();
        (parts.get(0).unchecked_into(), Self { ended, answered })
    }

    /// Waits until the body has been sent, or one side has taken too long.
    pub(super) async fn sent(&self) -> Result<(), Refusal> {
        let how = JsFuture::from(self.ended.clone()).await.unwrap_or_default();
        match how.as_string().as_deref() {
            Some("client") => Err(Refusal::RequestTimeout),
            Some("upstream") => Err(Refusal::UpstreamTimeout),
            _ => Ok(()),
        }
    }

    /// Notes that the upstream has started to respond, so that the upstream's time
    /// limit no longer applies.
    pub(super) fn answered(&self) -> Result<(), JsValue> {
        self.answered.call0(&JsValue::UNDEFINED).map(drop)
    }
}
