//! What a stored hash says about itself, without a password.

use super::stored::{self, Prehash};
#[cfg(feature = "js")]
use crate::error::PasswordError;

/// Returns whether a stored hash was made from a password normalized to NFKC, as Better
/// Auth's hashes are. In native builds,
/// [`PasswordPolicy::verify`](crate::PasswordPolicy::verify) normalizes the password. In wasm,
/// the caller normalizes it with JavaScript's `String.prototype.normalize`, because Unicode's
/// tables are too large for the module.
#[must_use]
pub fn wants_nfkc(stored: &str) -> bool {
    stored::parse(stored).is_ok_and(|stored| stored.prehash == Prehash::Nfkc)
}

/// Describes a stored hash in numbers: its scheme, the lengths of its salt and key, its format,
/// its prehash, and the memory in MiB that verification needs (`u32::MAX` if verification is always
/// refused).
#[cfg(feature = "js")]
pub(crate) fn describe(stored: &str) -> Result<[u32; 10], PasswordError> {
    let stored = stored::parse(stored)?;
    let [kind, a, b, c, d] = stored.scheme.numbers();
    let lengths = [stored.salt.len() as u32, stored.stored_length() as u32];
    let names = [stored.format as u32, stored.prehash as u32];
    let key_length = stored.key_length();
    let check = |max_memory| stored.scheme.check_ceiling(key_length, max_memory);
    let memory = match (check(1 << 30), check(0)) {
        (Err(_), _) => u32::MAX,
        (Ok(()), Err(PasswordError::MemoryRefused { needed, .. })) => needed,
        _ => 0,
    };
    Ok([
        kind, a, b, c, d, lengths[0], lengths[1], names[0], names[1], memory,
    ])
}
