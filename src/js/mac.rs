//! HMAC-SHA256 with the key and the message in parts, for `edgeseal/webhooks`. A body of
//! any length passes through a small buffer, because wasm memory never shrinks. No key
//! outlives the calls for one message: they end with [`finish_mac`] or [`match_mac`].

use wasm_bindgen::prelude::*;
use zeroize::Zeroize;

use super::buffer;
use crate::algorithm::Mac;
use crate::key::{MAC_LENGTH, MacInParts};

/// Starts a message with the key in the buffer, which is `length` bytes long, and
/// zeroises the key there. The caller has checked it.
#[wasm_bindgen(js_name = startMac)]
pub fn start_mac(length: usize) {
    buffer::with(|state| {
        let secret = state.buffer.get_mut(..length).unwrap_or_default();
        state.mac = Some(MacInParts::new(secret));
        secret.zeroize();
    });
}

/// Appends the `length` bytes in the buffer to the message.
#[wasm_bindgen(js_name = updateMac)]
pub fn update_mac(length: usize) {
    buffer::with(|state| {
        if let (Some(mac), Some(part)) = (&mut state.mac, state.buffer.get(..length)) {
            mac.update(part);
        }
    });
}

/// Writes the message's tag into the buffer and returns its length.
#[wasm_bindgen(js_name = finishMac)]
pub fn finish_mac() -> usize {
    buffer::with(|state| match state.mac.take() {
        Some(mac) => state.put(mac.tag().as_slice()),
        None => 0,
    })
}

/// Whether one of the tags in the buffer, `length` bytes in all, is the message's, in
/// time that depends only on their number.
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
