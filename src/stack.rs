//! What calls leave on wasm's stack, which nothing else clears.

use zeroize::Zeroize;

/// Writes over the stack below the caller: moving a key or a password's words
/// copies them, and HMAC pads a copy of its key.
#[inline(never)]
pub(crate) fn scrub() {
    /// More than any call of this crate reaches down.
    const DEPTH: usize = 16 * 1024;
    let mut frame = [0_u8; DEPTH];
    frame.zeroize();
    std::hint::black_box(&frame);
}
