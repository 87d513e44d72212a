//! Computes HMAC-SHA256 for `edgeseal/webhooks` from a key and a message that arrives in
//! parts. Bodies of any length pass through one small buffer, because wasm memory never
//! shrinks once it has grown. [`finish_mac`] and [`match_mac`] end the message and drop
//! its key.

use wasm_bindgen::prelude::*;
use zeroize::Zeroize;

use super::buffer;
use crate::algorithm::Mac;
use crate::key::{MAC_LENGTH, MacInParts};

/// Starts a MAC, keyed with the first `length` bytes of the buffer, and zeroises those
/// bytes. The caller has already checked the key.
#[wasm_bindgen(js_name = startMac)]
pub fn start_mac(length: usize) {
    buffer::with(|state| {
        let secret = state.buffer.get_mut(..length).unwrap_or_default();
        state.mac = Some(MacInParts::new(secret));
        secret.zeroize();
    });
}

/// Appends the first `length` bytes of the buffer to the message.
#[wasm_bindgen(js_name = updateMac)]
pub fn update_mac(length: usize) {
    buffer::with(|state| {
        if let (Some(mac), Some(part)) = (&mut state.mac, state.buffer.get(..length)) {
            mac.update(part);
        }
    });
}

/// Writes the message's tag into the buffer and returns the tag's length.
#[wasm_bindgen(js_name = finishMac)]
pub fn finish_mac() -> usize {
    buffer::with(|state| match state.mac.take() {
        Some(mac) => state.put(mac.tag().as_slice()),
        None => 0,
    })
}

/// Returns whether the message's tag is among the tags in the first `length` bytes of the
/// buffer. The time taken depends only on the number of tags.
#[wasm_bindgen(js_name = matchMac)]
pub fn match_mac(length: usize) -> bool {
    buffer::with(|state| {
        let tags = state.buffer.get(..length).unwrap_or_default();
        state.mac.take().is_some_and(|mac| {
            let right = mac.tag();
            tags.chunks_exact(MAC_LENGTH)
                .fold(false, |found, tag| found | right.matches(&Mac::new(tag)))
        })
    })
}
