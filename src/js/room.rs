//! One buffer that JavaScript writes into and reads from: a token crosses the
//! boundary by one `encodeInto`, without an allocation on either side.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use super::error;
use crate::error::VerifyError;
use crate::jwt::{Buffers, Window};

/// What outlives a call: at rest between two of them, as wasm has one thread
/// and no call comes back into JavaScript.
#[derive(Default)]
pub(super) struct Desk {
    pub(super) room: Vec<u8>,
    pub(super) buffers: Buffers,
    pub(super) window: Option<Window>,
    pub(super) refusal: Option<VerifyError>,
}

#[cfg(feature = "js")]
impl Desk {
    /// Leaves bytes in the room for JavaScript to read.
    pub(super) fn put(&mut self, bytes: &[u8]) -> usize {
        if self.room.len() < bytes.len() {
            self.room.resize(bytes.len(), 0);
        }
        self.room[..bytes.len()].copy_from_slice(bytes);
        bytes.len()
    }
}

thread_local! {
    static DESK: RefCell<Desk> = RefCell::default();
}

pub(super) fn with<T>(work: impl FnOnce(&mut Desk) -> T) -> T {
    DESK.with_borrow_mut(work)
}

/// Where JavaScript may write at least `length` bytes: the address of the room.
/// This call and signing may move it.
#[wasm_bindgen]
pub fn room(length: usize) -> *mut u8 {
    with(|desk| {
        if desk.room.len() < length {
            desk.room.resize(length, 0);
        }
        desk.room.as_mut_ptr()
    })
}

/// Why the last verification refused its token.
#[wasm_bindgen]
pub fn refusal() -> JsValue {
    with(|desk| desk.refusal.take()).map_or(JsValue::UNDEFINED, |refusal| error::verify(&refusal))
}

/// From when on the token that was verified last holds, in seconds.
#[wasm_bindgen(js_name = validFrom)]
pub fn valid_from() -> f64 {
    with(|desk| desk.window.map_or(f64::INFINITY, |window| window.from))
}

/// Until when the token that was verified last holds, exclusively, in seconds.
#[wasm_bindgen(js_name = validUntil)]
pub fn valid_until() -> f64 {
    with(|desk| desk.window.map_or(f64::NEG_INFINITY, |window| window.until))
}
