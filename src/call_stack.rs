//! What calls leave on wasm's stack, which nothing else clears.

/// Writes over the stack below the caller: moving a key or a password's words
/// copies them, and HMAC pads a copy of its key.
#[inline(never)]
pub(crate) fn scrub() {
    /// More than any call of this crate reaches down.
    const DEPTH: usize = 16 * 1024;
    // Whatever looks at it must find zeros: one fill of memory, where a volatile
    // write of each byte takes longer than the verification before it.
    let mut frame = [0_u8; DEPTH];
    // To be changed: of what is only read a constant would do, elsewhere.
    std::hint::black_box(&mut frame);
}
