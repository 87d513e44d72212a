//! Stored hashes: every spelling that is read, and the one that is written.

mod crypt;
mod frameworks;
mod hash;
mod phc;

use super::pepper::is_keyid;
use super::scheme::Scheme;
use crate::error::PasswordError;

pub(super) use self::hash::{Prehash, StoredHash};

/// Longer than any honest hash, and nothing is done with what is longer.
const MAX_LENGTH: usize = 512;
/// Fewer bytes of a key are a stored string that was cut off: PBKDF2's and
/// scrypt's keys are prefixes of longer ones, so a short one would still match.
const KEY_LENGTHS: std::ops::RangeInclusive<usize> = 16..=128;
/// The 24th byte is computed and, since 1999, never stored.
pub(super) const BCRYPT_KEY_LENGTH: usize = 23;

/// In front of a hash whose password has a pepper.
const PEPPER: &str = "$hmac-sha256$keyid=";

const UNKNOWN: PasswordError = PasswordError::HashInvalid {
    reason: "has an unknown format or is damaged",
};

/// Reads any known spelling, strictly: numbers without signs or leading
/// zeros, base64 and hexadecimal without stray bits, nothing before or after.
pub(super) fn parse(text: &str) -> Result<StoredHash, PasswordError> {
    if text.len() > MAX_LENGTH || !text.is_ascii() {
        return Err(UNKNOWN);
    }
    let (keyid, text) = match text.strip_prefix(PEPPER) {
        None => (None, text),
        Some(rest) => {
            let keyid = rest.split('$').next().unwrap_or_default();
            let text = rest.strip_prefix(keyid).unwrap_or_default();
            if !is_keyid(keyid) {
                return Err(UNKNOWN);
            }
            (Some(keyid.to_owned()), text)
        }
    };
    let parsed = match crypt::parse(text) {
        None if text.starts_with('$') => phc::parse(text)?,
        None if keyid.is_none() => frameworks::parse(text)?,
        parsed => parsed,
    };
    let mut stored = parsed.ok_or(UNKNOWN)?;
    stored.keyid = keyid;
    let key_length = stored.key_length();
    let whole = match stored.scheme {
        Scheme::Bcrypt { .. } => key_length == BCRYPT_KEY_LENGTH,
        _ => KEY_LENGTHS.contains(&key_length),
    };
    if !whole || stored.salt.is_empty() {
        return Err(UNKNOWN);
    }
    Ok(stored)
}

/// The string to store.
pub(super) fn write(keyid: Option<&str>, scheme: Scheme, salt: &[u8], key: &[u8]) -> String {
    let hash = phc::write(scheme, salt, key);
    match keyid {
        None => hash,
        Some(keyid) => [PEPPER, keyid, &hash].concat(),
    }
}
