//! Clears secrets that calls leave on wasm's stack.

/// Overwrites the stack below the caller, because moving a key or a password copies it,
/// and HMAC pads a copy of its key.
#[inline(never)]
pub(crate) fn scrub() {
    /// In bytes: more stack than any call in this crate uses.
    const DEPTH: usize = 16 * 1024;
    // One `memory.fill`, because volatile writes byte by byte would take longer than a
    // verification.
    let mut frame = [0_u8; DEPTH];
    // `&mut`, because for a shared reference the compiler could use a constant.
    std::hint::black_box(&mut frame);
}
