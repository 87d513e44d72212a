//! Clears secrets that function calls leave behind on the wasm stack.

/// Overwrites the part of the stack below the caller's frame. It may hold copies of
/// secrets, because moving a key or a password copies it, and HMAC makes a padded copy of
/// its key.
#[inline(never)]
pub(crate) fn scrub() {
    /// The size of the overwritten part, in bytes. No call in this crate uses more stack.
    const DEPTH: usize = 16 * 1024;
    // Compiles to one `memory.fill`. Byte-by-byte volatile writes would take longer than
    // verifying a token.
    let mut frame = [0_u8; DEPTH];
    // Passes `&mut`, because with a shared reference the compiler could assume that the
    // content never changes.
    std::hint::black_box(&mut frame);
}
