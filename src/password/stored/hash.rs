use aes::Aes256Enc;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::format::Format;
use super::prehash::Prehash;
use crate::error::PasswordError;
use crate::password::digest::HashFunction;
use crate::password::encoding::any_base64;
#[cfg(feature = "js")]
use crate::password::encoding::write_base64;
use crate::password::scheme::{BcryptQuirk, Scheme};

/// The parts of a stored string.
pub(in crate::password) struct StoredHash {
    /// The id of the pepper's key, if there is one.
    pub(in crate::password) keyid: Option<String>,
    pub(in crate::password) format: Format,
    pub(in crate::password) prehash: Prehash,
    pub(in crate::password) scheme: Scheme,
    pub(in crate::password) salt: Vec<u8>,
    /// The key in the string.
    pub(super) key: Zeroizing<Vec<u8>>,
    proof: Proof,
    /// Whether the string is exactly what [`write`](super::write) would write.
    pub(super) is_ours: bool,
}

/// How the derived key proves that the password matches.
pub(super) enum Proof {
    /// It equals the stored key.
    Key,
    /// scrypt-kdf: the HMAC-SHA256 of this header equals the stored key. The HMAC's key is the
    /// second half of the derived key.
    Header(Vec<u8>),
    /// Firebase: this signer key, encrypted with the derived key (AES-256-CTR), equals the stored
    /// key.
    Signer(Vec<u8>),
}

impl StoredHash {
    #[inline(never)]
    pub(super) fn new(
        format: Format,
        prehash: Prehash,
        scheme: Scheme,
        salt: Vec<u8>,
        key: Vec<u8>,
    ) -> Self {
        Self {
            keyid: None,
            format,
            prehash,
            scheme,
            salt,
            key: key.into(),
            proof: Proof::Key,
            is_ours: false,
        }
    }

    /// Turns this into a Firebase hash with the signer key, or with that key's id and an empty key.
    pub(super) fn with_signer(self, keyid: Option<String>, signer: Vec<u8>) -> Self {
        Self {
            keyid,
            ..self.with_proof(Proof::Signer(signer))
        }
    }

    /// Returns whether the string contains the id of a legacy key, not of a pepper's key.
    pub(in crate::password) fn needs_legacy_key(&self) -> bool {
        self.prehash.is_keyed() || matches!(&self.proof, Proof::Signer(signer) if signer.is_empty())
    }

    /// Sets Firebase's signer key, if the string has only the key's id. `key` can be raw, or in
    /// base64 as in Firebase's console.
    pub(in crate::password) fn set_signer(&mut self, key: &[u8]) -> Result<(), PasswordError> {
        let Proof::Signer(signer) = &mut self.proof else {
            return Ok(());
        };
        if signer.is_empty() {
            let decoded = str::from_utf8(key).ok().and_then(any_base64);
            let length = self.key.len();
            let has_length = |key: &Vec<u8>| key.len() == length;
            *signer = Some(key.to_vec())
                .filter(has_length)
                .or(decoded.filter(has_length))
                .unwrap_or_default();
        }
        if signer.len() == self.key.len() {
            return Ok(());
        }
        Err(PasswordError::HashInvalid {
            reason: "needs a signer key of the same length, which is in Firebase's hash parameters as base64_signer_key",
        })
    }

    /// Returns the stored string with Firebase's signer key in place of the key's id.
    #[cfg(feature = "js")]
    pub(in crate::password) fn resolved(&self, text: &str) -> Zeroizing<String> {
        let mut text = Zeroizing::new(text.to_owned());
        if let (Proof::Signer(signer), Some(keyid)) = (&self.proof, &self.keyid)
            // `split_once` would add code for a search that is meant for long texts.
            && let Some(at) = text.as_bytes().windows(7).position(|bytes| bytes == b",keyid=")
            && let (Some(start), Some(end)) = (text.get(..at), text.get(at + 7 + keyid.len()..))
        {
            let key = Zeroizing::new(write_base64(signer));
            *text = [start, ",sk=", &key, end].concat();
        }
        text
    }

    pub(super) fn with_proof(self, proof: Proof) -> Self {
        Self { proof, ..self }
    }

    /// The length of the key to derive, in bytes.
    pub(in crate::password) fn key_length(&self) -> usize {
        match (&self.proof, self.scheme) {
            (Proof::Header(_), _) => 64,
            (Proof::Signer(_), _) => 32,
            // Two keys: the password matches if either one does.
            (
                Proof::Key,
                Scheme::Bcrypt {
                    quirk: BcryptQuirk::TwoKeys,
                    ..
                },
            ) => 2 * self.key.len(),
            (Proof::Key, _) => self.key.len(),
        }
    }

    /// The length of the key in the stored string, in bytes.
    pub(in crate::password) fn stored_length(&self) -> usize {
        self.key.len()
    }

    /// Returns whether a derived key proves that the password matches. The time taken depends
    /// only on the lengths.
    pub(in crate::password) fn matches(&self, derived: &[u8]) -> bool {
        match &self.proof {
            Proof::Key => {}
            Proof::Header(header) => {
                let mac = HashFunction::Sha256.hmac(&derived[derived.len() / 2..], header);
                return self.key.ct_eq(mac.bytes()).into();
            }
            Proof::Signer(signer) => {
                return self.key.ct_eq(&encrypted(derived, signer)).into();
            }
        }
        let keys = derived.chunks(self.key.len().max(1));
        keys.fold(subtle::Choice::from(0), |found, key| {
            found | self.key.ct_eq(key)
        })
        .into()
    }

    /// Returns whether the string has the format of new hashes, and its salt and key have at
    /// least these lengths.
    pub(in crate::password) fn is_current(&self, salt_length: usize, key_length: usize) -> bool {
        self.is_ours && self.salt.len() >= salt_length && self.key.len() >= key_length
    }
}

/// Encrypts with AES-256-CTR (NIST SP 800-38A §6.5). The counter starts at 0.
fn encrypted(key: &[u8], text: &[u8]) -> Vec<u8> {
    let Ok(cipher) = Aes256Enc::new_from_slice(key) else {
        return Vec::new();
    };
    let mut bytes = text.to_vec();
    for (counter, bytes) in (0_u128..).zip(bytes.chunks_mut(16)) {
        let mut block = counter.to_be_bytes().into();
        cipher.encrypt_block(&mut block);
        bytes
            .iter_mut()
            .zip(block)
            .for_each(|(byte, pad)| *byte ^= pad);
    }
    bytes
}
