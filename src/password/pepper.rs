//! A server's key that is combined with every password, so that a stolen database is
//! not enough to guess passwords.

use zeroize::{Zeroize, Zeroizing};

use super::encoding::write_base64;
use crate::error::{KeyError, PasswordError};
use crate::key::{HmacKey, KeyRing};

/// Keys with their ids. New hashes use the first key; all keys can verify.
///
/// Before hashing, the password is replaced with its HMAC-SHA256 (RFC 2104) in base64,
/// and the stored string begins with `$hmac-sha256$keyid=2026a`. A server without the
/// key, or without support for peppers, refuses such a string instead of returning a
/// wrong result.
///
/// ```
/// use edgeseal::{HashParams, HmacKey, Password, PasswordPolicy, Pepper};
///
/// let key = HmacKey::new(b"thirty-two-random-bytes-from-env")?;
/// let pepper = Pepper::new([("2026a", key)])?;
/// let params = HashParams::Bcrypt { cost: 4 }; // use 12 or more
/// let policy = PasswordPolicy::weak(params)?.pepper(pepper);
/// let stored = policy.hash(&Password::new("correct horse")?, &[7; 16])?;
/// assert!(stored.starts_with("$hmac-sha256$keyid=2026a$2b$04$"));
/// assert!(policy.verify(&Password::new("correct horse")?, &stored)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Pepper(KeyRing);

impl Pepper {
    /// Makes a pepper from keys and their ids, with the key for new hashes first. An id
    /// consists of 1 to 32 of the characters `A-Z a-z 0-9 / + . -`, like a value in a
    /// PHC string.
    ///
    /// # Errors
    /// [`KeyError::Ring`] if there are no keys or more than 8, or if an id is invalid
    /// or repeated.
    pub fn new<K: Into<String>>(
        keys: impl IntoIterator<Item = (K, HmacKey)>,
    ) -> Result<Self, KeyError> {
        Self::from_ring(KeyRing::new(keys)?)
    }

    pub(crate) fn from_ring(ring: KeyRing) -> Result<Self, KeyError> {
        if ring.kids().all(|kid| kid.is_some_and(is_keyid)) {
            Ok(Self(ring))
        } else {
            Err(KeyError::Ring {
                reason: "for a pepper needs key ids of 1 to 32 letters, digits or / + . -",
            })
        }
    }

    /// The id of the key for new hashes.
    pub(super) fn keyid(&self) -> &str {
        self.0.kids().next().flatten().unwrap_or_default()
    }

    /// Replaces a password with its HMAC under the key with this id.
    pub(super) fn apply(
        &self,
        keyid: &str,
        password: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, PasswordError> {
        let key = self.0.named(keyid).ok_or(PasswordError::PepperUnknown)?;
        let mut mac = key.mac(password);
        let text = write_base64(&mac);
        mac.zeroize();
        Ok(Zeroizing::new(text.into_bytes()))
    }
}

pub(super) fn is_keyid(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/+.-".contains(&byte);
    (1..=32).contains(&text.len()) && text.bytes().all(allowed)
}
