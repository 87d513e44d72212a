//! Clears secrets that function calls leave on the wasm stack.

/// Overwrites the stack below the caller's frame. That part may hold copies of secrets,
/// because moving a key or a password copies it, and HMAC pads a copy of its key.
#[inline(never)]
pub(crate) fn scrub() {
    /// In bytes. No call in this crate uses more stack than this.
    const DEPTH: usize = 16 * 1024;
    // Compiles to one `memory.fill`. Volatile writes, byte by byte, would take longer
    // than a verification.
    let mut frame = [0_u8; DEPTH];
    // Passes `&mut`: with a shared reference, the compiler could assume that the content is
    // constant.
    std::hint::black_box(&mut frame);
}
