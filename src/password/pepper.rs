//! A server's key over every password, so that a stolen database alone is not
//! enough to guess against.

use zeroize::{Zeroize, Zeroizing};

use super::encoding::write_base64;
use crate::error::{KeyError, PasswordError};
use crate::key::{HmacKey, KeyRing};

/// Keys by their id: the first is put over new hashes, every one verifies.
///
/// The password is replaced by the base64 text of its HMAC-SHA256 before it is
/// hashed, and the stored string says so: `$hmac-sha256$keyid=2026a` in front of
/// the hash as it would be otherwise. A server without the key, or without a
/// notion of peppers, refuses such a string instead of taking a wrong verdict
/// from it.
///
/// ```
/// use edgeseal::{HashParams, HmacKey, Password, PasswordPolicy, Pepper};
///
/// let key = HmacKey::new(b"thirty-two-random-bytes-from-env")?;
/// let pepper = Pepper::new([("2026a", key)])?;
/// let params = HashParams::Bcrypt { cost: 4 }; // 12 outside of examples
/// let policy = PasswordPolicy::weak(params)?.pepper(pepper);
/// let stored = policy.hash(&Password::new("correct horse")?, &[7; 16])?;
/// assert!(stored.starts_with("$hmac-sha256$keyid=2026a$2b$04$"));
/// assert!(policy.verify(&Password::new("correct horse")?, &stored)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Pepper(KeyRing);

impl Pepper {
    /// Takes keys by id, the one for new hashes first. An id is 1 to 32 of
    /// `A-Z a-z 0-9 / + . -`, as a value in a PHC string is.
    ///
    /// # Errors
    /// [`KeyError::Ring`] for none or more than 8 keys, or an id that is not one
    /// or stands twice.
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

    /// What takes the password's place.
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
