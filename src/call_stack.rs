//! Clears secrets that function calls leave behind on the wasm stack.

/// Overwrites the part of the stack below the caller's frame. That part may contain
/// copies of secrets, because moving a key or a password copies it and because HMAC makes
/// a padded copy of its key.
#[inline(never)]
pub(crate) fn scrub() {
    /// The size of the overwritten part, in bytes. No call in this crate uses more stack.
    const DEPTH: usize = 16 * 1024;
    // Compiles to a single `memory.fill`. Byte-by-byte volatile writes would take longer
    // than verifying a token.
    let mut frame = [0_u8; DEPTH];
    // Passes `&mut`, because a shared reference would let the compiler assume that the
    // contents never change.
    std::hint::black_box(&mut frame);
}
