//! Hashes and verifications before their keys are derived. In JavaScript, a worker thread may
//! derive the key.

use super::derive::Derivation;
#[cfg(feature = "js")]
use super::scheme::{BcryptQuirk, Scheme};
use super::stored::{self, StoredHash};

/// A new hash, before its key is derived.
pub(crate) struct Hashing {
    pub(super) derivation: Derivation,
    pub(super) keyid: Option<String>,
}

impl Hashing {
    /// A bcrypt hash for any password, at any cost that the algorithm allows. It is for
    /// `edgeseal/bcrypt`, which applies its own rules.
    #[cfg(feature = "js")]
    pub(crate) fn bcrypt(password: Vec<u8>, salt: [u8; 16], cost: u32) -> Self {
        Self {
            derivation: Derivation {
                scheme: Scheme::Bcrypt {
                    cost: cost.clamp(4, 31),
                    quirk: BcryptQuirk::None,
                },
                password: password.into(),
                salt: salt.to_vec(),
                key_length: stored::BCRYPT_KEY_LENGTH,
            },
            keyid: None,
        }
    }

    pub(crate) fn finish(&self, key: &[u8]) -> String {
        let Derivation { scheme, salt, .. } = &self.derivation;
        stored::write(self.keyid.as_deref(), *scheme, salt, key)
    }
}

/// A verification, before its key is derived.
pub(crate) struct Verifying {
    pub(super) derivation: Derivation,
    pub(super) stored: StoredHash,
}

impl Verifying {
    pub(crate) fn finish(&self, key: &[u8]) -> bool {
        self.stored.matches(key)
    }
}
