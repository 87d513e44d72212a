//! Reads stored hashes in all supported formats, and writes new ones.

mod crypt;
mod frameworks;
mod hash;
mod phc;

use super::pepper::is_keyid;
use super::scheme::Scheme;
use crate::error::PasswordError;

pub(super) use self::hash::{Prehash, StoredHash};

/// In bytes; longer than any real hash.
const MAX_LENGTH: usize = 512;
/// In bytes. A shorter key must have been truncated. It is refused, because it would
/// still match: with PBKDF2 and scrypt, a shorter key is a prefix of a longer one.
const KEY_LENGTHS: std::ops::RangeInclusive<usize> = 16..=128;
/// In bytes. bcrypt computes a 24th byte, which no format stores.
pub(super) const BCRYPT_KEY_LENGTH: usize = 23;

/// The prefix of a peppered hash.
const PEPPER: &str = "$hmac-sha256$keyid=";

const UNKNOWN: PasswordError = PasswordError::HashInvalid {
    reason: "has an unknown format or is damaged",
};

/// Reads any known format strictly: numbers must not have a sign or leading zeros,
/// unused bits in base64 and hexadecimal must not be set, and nothing may come before
/// or after the hash.
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

/// Returns the string to store.
pub(super) fn write(keyid: Option<&str>, scheme: Scheme, salt: &[u8], key: &[u8]) -> String {
    let hash = phc::write(scheme, salt, key);
    match keyid {
        None => hash,
        Some(keyid) => [PEPPER, keyid, &hash].concat(),
    }
}
