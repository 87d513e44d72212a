//! Reads stored hashes in all supported formats, and writes new ones.

mod diagnosis;
mod format;
mod formats;
mod hash;
mod packed;
mod pattern;
mod prehash;
mod write;

use self::formats::{ROWS, WRAPPERS};
pub(super) use self::hash::StoredHash;
pub(super) use self::prehash::Prehash;
use super::pepper::is_keyid;
use super::scheme::Scheme;
use crate::error::PasswordError;

/// The maximum length of a stored string, in bytes. No real hash is longer.
const MAX_LENGTH: usize = 512;
/// The lengths that a key may have, in bytes. A shorter key must have been truncated. It is
/// refused, because it would still match: with PBKDF2 and scrypt, a shorter key is a prefix of a
/// longer one.
const KEY_LENGTHS: std::ops::RangeInclusive<usize> = 16..=128;
/// The length of a bcrypt key, in bytes. bcrypt computes a 24th byte, which no format stores.
pub(super) const BCRYPT_KEY_LENGTH: usize = 23;
/// The minimum length of an argon2 salt, in bytes. RFC 9106 doesn't set one; argon2's reference
/// library requires this one.
const MIN_ARGON2_SALT_LENGTH: usize = 8;
/// The maximum length of a SHA-crypt salt, in bytes. SHA-crypt ignores the rest of a longer one.
const MAX_SHA_CRYPT_SALT_LENGTH: usize = 16;

/// The prefix of a peppered hash.
const PEPPER: &str = "$hmac-sha256$keyid=";

/// Reads any known format strictly: numbers without a sign or leading zeros, base64 and
/// hexadecimal without unused bits set, and nothing before or after the hash.
pub(super) fn parse(text: &str) -> Result<StoredHash, PasswordError> {
    read(text).ok_or_else(|| PasswordError::HashInvalid {
        reason: diagnosis::reason(text),
    })
}

/// Returns whether the text, such as Django's `!…`, marks an account without a password.
pub(super) fn is_unusable(text: &str) -> bool {
    read(text).is_none() && diagnosis::is_unusable(text)
}

/// Returns `None` for an unknown format or a damaged hash.
#[inline(never)]
fn read(text: &str) -> Option<StoredHash> {
    if text.len() > MAX_LENGTH || !text.is_ascii() {
        return None;
    }
    let Some(rest) = text.strip_prefix(PEPPER) else {
        return wrapped(text).or_else(|| packed::read(text));
    };
    let (keyid, inner) = keyed(rest)?;
    let mut stored = plain(inner).filter(|stored| !stored.needs_legacy_key())?;
    stored.keyid = keyid;
    Some(stored)
}

/// Separates a key's id from the hash that follows it, which begins with `$`.
fn keyed(text: &str) -> Option<(Option<String>, &str)> {
    let (keyid, inner) = text.split_at_checked(text.find('$')?)?;
    is_keyid(keyid).then(|| (Some(keyid.to_owned()), inner))
}

fn wrapped(text: &str) -> Option<StoredHash> {
    for wrapper in WRAPPERS {
        let Some((name, inner)) = text.split_at_checked(wrapper.name.len()) else {
            continue;
        };
        // In LDAP, names in braces are case-insensitive.
        let matches = name == wrapper.name
            || (name.starts_with('{') && name.eq_ignore_ascii_case(wrapper.name));
        if !matches || !inner.starts_with(wrapper.start) {
            continue;
        }
        let (keyid, inner) = if wrapper.prehash.is_keyed() {
            keyed(inner.strip_prefix("$keyid=")?)?
        } else {
            (None, inner)
        };
        let mut stored = plain(inner)?;
        if stored.prehash != Prehash::None || stored.needs_legacy_key() {
            return None;
        }
        (stored.format, stored.prehash) = (wrapper.format, wrapper.prehash);
        stored.is_ours = false;
        stored.keyid = keyid;
        return Some(stored);
    }
    plain(text)
}

/// Reads a hash that doesn't have a wrapper or a pepper.
#[inline(never)]
fn plain(text: &str) -> Option<StoredHash> {
    let mut stored = ROWS.iter().find_map(|row| {
        let stored = pattern::read(row, text)?;
        is_whole(&stored).then_some(stored)
    })?;
    stored.is_ours = stored.prehash == Prehash::None
        && write::write(stored.scheme, &stored.salt, &stored.key) == text;
    Some(stored)
}

/// Returns whether the scheme could have produced this key and salt.
#[inline(never)]
fn is_whole(stored: &StoredHash) -> bool {
    let (key, salt) = (stored.stored_length(), stored.salt.len());
    match stored.scheme {
        Scheme::Bcrypt { .. } => key == BCRYPT_KEY_LENGTH && salt == 16,
        Scheme::Argon2(_) => KEY_LENGTHS.contains(&key) && salt >= MIN_ARGON2_SALT_LENGTH,
        // A salt with `=` is a damaged `rounds=…`.
        Scheme::ShaCrypt { .. } => {
            salt <= MAX_SHA_CRYPT_SALT_LENGTH
                && stored
                    .salt
                    .iter()
                    .all(|byte| byte.is_ascii_graphic() && *byte != b'=')
        }
        _ => KEY_LENGTHS.contains(&key) && salt > 0,
    }
}

/// Returns the string to store.
pub(super) fn write(keyid: Option<&str>, scheme: Scheme, salt: &[u8], key: &[u8]) -> String {
    let hash = write::write(scheme, salt, key);
    match keyid {
        None => hash,
        Some(keyid) => [PEPPER, keyid, &hash].concat(),
    }
}
