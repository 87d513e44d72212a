//! A buffer that JavaScript writes to and reads from. A token crosses the boundary in a
//! single `encodeInto` call, and neither side allocates memory.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use super::error;
use crate::error::VerifyError;
use crate::jwt::{Buffers, Window};
#[cfg(feature = "js")]
use crate::key::MacInParts;

/// State kept between calls. Calls never overlap: wasm has only one thread, and code
/// that uses this state never calls JavaScript.
#[derive(Default)]
pub(super) struct State {
    pub(super) buffer: Vec<u8>,
    pub(super) decoded: Buffers,
    pub(super) window: Option<Window>,
    pub(super) refusal: Option<VerifyError>,
    /// Set only while the calls in `mac.rs` are processing a message.
    #[cfg(feature = "js")]
    pub(super) mac: Option<MacInParts>,
}

#[cfg(feature = "js")]
impl State {
    /// Writes bytes to the buffer for JavaScript to read, and returns their length.
    #[inline]
    pub(super) fn put(&mut self, bytes: &[u8]) -> usize {
        if self.buffer.len() < bytes.len() {
            self.buffer.resize(bytes.len(), 0);
        }
        self.buffer[..bytes.len()].copy_from_slice(bytes);
        bytes.len()
    }
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

pub(super) fn with<T>(work: impl FnOnce(&mut State) -> T) -> T {
    STATE.with_borrow_mut(work)
}

/// Makes the buffer at least `length` bytes long and returns its address. This call may
/// move the buffer, and so may any call whose result is longer than the buffer.
#[wasm_bindgen(js_name = room)]
pub fn reserve(length: usize) -> *mut u8 {
    with(|state| {
        if state.buffer.len() < length {
            state.buffer.resize(length, 0);
        }
        state.buffer.as_mut_ptr()
    })
}

/// Returns the error for the most recently refused token. Each error is returned only
/// once.
#[wasm_bindgen]
pub fn refusal() -> JsValue {
    with(|state| state.refusal.take()).map_or(JsValue::UNDEFINED, |refusal| error::verify(&refusal))
}

/// Returns the time from which the most recently verified token is valid, in seconds
/// since the epoch.
#[wasm_bindgen(js_name = validFrom)]
pub fn valid_from() -> f64 {
    with(|state| state.window.map_or(f64::INFINITY, |window| window.from))
}

/// Returns the time at which the most recently verified token expires, in seconds since
/// the epoch.
#[wasm_bindgen(js_name = validUntil)]
pub fn valid_until() -> f64 {
    with(|state| {
        state
            .window
            .map_or(f64::NEG_INFINITY, |window| window.until)
    })
}
