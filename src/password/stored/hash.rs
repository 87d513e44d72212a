use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::password::encoding::write_hex;
use crate::password::scheme::Scheme;

/// The parts of a stored string.
pub(in crate::password) struct StoredHash {
    /// The id of the pepper's key, if there is one.
    pub(in crate::password) keyid: Option<String>,
    pub(in crate::password) prehash: Prehash,
    pub(in crate::password) scheme: Scheme,
    pub(in crate::password) salt: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
    /// Whether the string has the format that [`write`](super::write) produces.
    is_ours: bool,
}

/// How a system changes a password before hashing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::password) enum Prehash {
    None,
    /// Better Auth: normalizes the password to NFKC.
    Nfkc,
    /// Django's `bcrypt_sha256`: the SHA-256 hash as hexadecimal text.
    Sha256Hex,
}

impl Prehash {
    pub(in crate::password) fn apply(self, password: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
        match self {
            Self::None => password,
            Self::Nfkc => nfkc(password),
            Self::Sha256Hex => Zeroizing::new(write_hex(&Sha256::digest(&password))),
        }
    }
}

/// Normalizes the password to NFKC. A password that is not UTF-8 remains unchanged.
#[cfg(not(target_arch = "wasm32"))]
fn nfkc(password: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    use unicode_normalization::UnicodeNormalization;

    match std::str::from_utf8(&password) {
        Ok(text) => Zeroizing::new(text.nfkc().collect::<String>().into_bytes()),
        Err(_) => password,
    }
}

/// The caller has already normalized the password; see
/// [`wants_nfkc`](crate::password::wants_nfkc).
#[cfg(target_arch = "wasm32")]
fn nfkc(password: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    password
}

impl StoredHash {
    /// A hash in the format that [`write`](super::write) produces.
    pub(super) fn ours(scheme: Scheme, salt: Vec<u8>, key: Vec<u8>) -> Self {
        Self {
            keyid: None,
            prehash: Prehash::None,
            scheme,
            salt,
            key: key.into(),
            is_ours: true,
        }
    }

    /// A hash in the format of another system.
    pub(super) fn foreign(scheme: Scheme, salt: Vec<u8>, key: Vec<u8>) -> Self {
        Self {
            is_ours: false,
            ..Self::ours(scheme, salt, key)
        }
    }

    /// The same hash, but from a system that may change the password before hashing it.
    pub(super) fn with_prehash(self, prehash: Prehash) -> Self {
        Self {
            prehash,
            is_ours: false,
            ..self
        }
    }

    pub(in crate::password) fn key_length(&self) -> usize {
        self.key.len()
    }

    /// Returns whether the key is the stored one. The time depends only on the lengths.
    pub(in crate::password) fn matches(&self, key: &[u8]) -> bool {
        self.key.ct_eq(key).into()
    }

    /// Returns whether the string has the format of new hashes, and its salt and key
    /// have at least these lengths.
    pub(in crate::password) fn is_current(&self, salt_length: usize, key_length: usize) -> bool {
        self.is_ours && self.salt.len() >= salt_length && self.key.len() >= key_length
    }
}
