//! Stored hashes: every spelling that is read, and the one that is written.

mod crypt;
mod frameworks;
mod phc;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::encoding;
use super::pepper::is_keyid;
use super::scheme::Scheme;
use crate::error::PasswordError;

/// Longer than any honest hash, and nothing is done with what is longer.
const MAX_LENGTH: usize = 512;
/// Fewer bytes of a key are a stored string that was cut off: PBKDF2's and
/// scrypt's keys are prefixes of longer ones, so a short one would still match.
const KEY_LENGTHS: std::ops::RangeInclusive<usize> = 16..=128;
/// The 24th byte is computed and, since 1999, never stored.
pub(super) const BCRYPT_KEY_LENGTH: usize = 23;

const UNKNOWN: PasswordError = PasswordError::HashInvalid {
    reason: "is of no known format or is damaged",
};

/// A stored string, taken apart.
pub(super) struct StoredHash {
    /// The pepper's key, where one was put over the password.
    pub(super) keyid: Option<String>,
    pub(super) prehash: Prehash,
    pub(super) scheme: Scheme,
    pub(super) salt: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
    /// Whether it is spelled as [`write`] does.
    is_ours: bool,
}

/// What a system makes of a password before it hashes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prehash {
    None,
    /// Better Auth: Unicode's compatibility composition.
    Nfkc,
    /// Django's `bcrypt_sha256`: the hexadecimal text of SHA-256.
    Sha256Hex,
}

impl Prehash {
    pub(super) fn apply(self, password: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
        match self {
            Self::None => password,
            Self::Nfkc => nfkc(password),
            Self::Sha256Hex => Zeroizing::new(encoding::write_hex(&Sha256::digest(&password))),
        }
    }
}

/// Bytes that are no text have no such form, and stay what they are.
#[cfg(not(target_arch = "wasm32"))]
fn nfkc(password: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    use unicode_normalization::UnicodeNormalization;

    match std::str::from_utf8(&password) {
        Ok(text) => Zeroizing::new(text.nfkc().collect::<String>().into_bytes()),
        Err(_) => password,
    }
}

/// See [`wants_nfkc`](super::wants_nfkc).
#[cfg(target_arch = "wasm32")]
fn nfkc(password: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    password
}

impl StoredHash {
    /// Reads any known spelling, strictly: numbers without signs or leading
    /// zeros, base64 and hexadecimal without stray bits, nothing before or after.
    pub(super) fn parse(text: &str) -> Result<Self, PasswordError> {
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
        let key_length = stored.key.len();
        let whole = match stored.scheme {
            Scheme::Bcrypt { .. } => key_length == BCRYPT_KEY_LENGTH,
            _ => KEY_LENGTHS.contains(&key_length),
        };
        if !whole || stored.salt.is_empty() {
            return Err(UNKNOWN);
        }
        Ok(stored)
    }

    /// As [`write`] spells it.
    fn ours(scheme: Scheme, salt: Vec<u8>, key: Vec<u8>) -> Self {
        Self {
            keyid: None,
            prehash: Prehash::None,
            scheme,
            salt,
            key: key.into(),
            is_ours: true,
        }
    }

    /// As another system spells it.
    fn foreign(scheme: Scheme, salt: Vec<u8>, key: Vec<u8>) -> Self {
        Self {
            is_ours: false,
            ..Self::ours(scheme, salt, key)
        }
    }

    pub(super) fn key_length(&self) -> usize {
        self.key.len()
    }

    /// Compares in time that depends on the lengths only.
    pub(super) fn matches(&self, key: &[u8]) -> bool {
        self.key.ct_eq(key).into()
    }

    /// Whether it is spelled as new hashes are, with at least this much salt
    /// and key.
    pub(super) fn is_current(&self, salt_length: usize, key_length: usize) -> bool {
        self.is_ours && self.salt.len() >= salt_length && self.key.len() >= key_length
    }
}

/// In front of a hash whose password has a pepper.
const PEPPER: &str = "$hmac-sha256$keyid=";

/// The string to store.
pub(super) fn write(keyid: Option<&str>, scheme: Scheme, salt: &[u8], key: &[u8]) -> String {
    let hash = match scheme {
        Scheme::Bcrypt { cost, .. } => crypt::write_bcrypt(cost, salt, key),
        _ => phc::write(scheme, salt, key),
    };
    match keyid {
        None => hash,
        Some(keyid) => [PEPPER, keyid, &hash].concat(),
    }
}
