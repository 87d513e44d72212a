use super::hmac::{HmacKey, MAC_LENGTH};
use crate::algorithm::Algorithm;
use crate::error::KeyError;

/// The maximum number of keys in a [`KeyRing`]. The number is limited because a token without a
/// `kid` is tried with every key.
pub const MAX_KEYS: usize = 8;

/// Keys with their `kid`s (RFC 7515 §4.1.4), for rotation: the first key signs, and all keys
/// verify. A token with a `kid` is verified only with the key that has that `kid`.
///
/// ```
/// use edgeseal::{HmacKey, KeyRing, SignOptions, Validation, Verified, sign_jwt, verify_jwt};
/// use serde_json::json;
///
/// let old = HmacKey::new(b"the-secret-of-2025-with-32-bytes")?;
/// let new = HmacKey::new(b"the-secret-of-2026-with-32-bytes")?;
/// let options = SignOptions::new().key_id("2025").expires_in(900.0);
/// let token = sign_jwt(&json!({}), &old, &options, 0.0)?;
///
/// let ring = KeyRing::new([("2026", new), ("2025", old)])?;
/// let verified: Verified = verify_jwt(&token, &ring, &Validation::new(), 1.0)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct KeyRing {
    /// Keys with their `kid`s. If there is only one key, it may have no `kid`.
    keys: Vec<(Option<String>, HmacKey)>,
}

impl KeyRing {
    /// Makes a ring of keys and their `kid`s, with the signing key first.
    ///
    /// # Errors
    /// [`KeyError::Ring`] if there are no keys or more than [`MAX_KEYS`], or if a `kid` is empty
    /// or repeated.
    pub fn new<K: Into<String>>(
        keys: impl IntoIterator<Item = (K, HmacKey)>,
    ) -> Result<Self, KeyError> {
        let keys: Vec<_> = keys
            .into_iter()
            .map(|(kid, key)| (Some(kid.into()), key))
            .collect();
        if keys.is_empty() || keys.len() > MAX_KEYS {
            return Err(KeyError::Ring {
                reason: "must have 1 to 8 keys",
            });
        }
        let is_flawed = |(i, (kid, _)): (usize, &(Option<String>, HmacKey))| {
            kid.as_deref() == Some("") || keys[..i].iter().any(|(other, _)| other == kid)
        };
        if keys.iter().enumerate().any(is_flawed) {
            return Err(KeyError::Ring {
                reason: "needs a unique, non-empty kid for each key",
            });
        }
        Ok(Self { keys })
    }

    /// The HMAC-SHA256 tag (RFC 2104) of a message under the signing key.
    #[must_use]
    pub fn mac(&self, message: &[u8]) -> [u8; MAC_LENGTH] {
        self.keys[0].1.mac(message)
    }

    /// Returns whether `tag` is the HMAC-SHA256 tag of `message` under any of the keys.
    #[must_use]
    pub fn verify_mac(&self, message: &[u8], tag: &[u8]) -> bool {
        let mut keys = self.keys.iter();
        keys.any(|(_, key)| key.verify_mac(message, tag))
    }

    /// The key with exactly this `kid`.
    #[inline]
    pub(crate) fn named(&self, kid: &str) -> Option<&HmacKey> {
        let named = |(one, _): &&(Option<String>, _)| one.as_deref() == Some(kid);
        self.keys.iter().find(named).map(|(_, key)| key)
    }

    /// The `kid` of each key, starting with the signing key.
    pub(crate) fn kids(&self) -> impl Iterator<Item = Option<&str>> {
        self.keys.iter().map(|(kid, _)| kid.as_deref())
    }
}

/// A ring of one key without a `kid`: it verifies tokens with any `kid`.
impl From<HmacKey> for KeyRing {
    fn from(key: HmacKey) -> Self {
        Self {
            keys: vec![(None, key)],
        }
    }
}

/// What tokens are signed and verified with: one [`HmacKey`], or a [`KeyRing`].
pub trait Keys: sealed::Keys {}

impl Keys for HmacKey {}
impl Keys for KeyRing {}

pub(crate) mod sealed {
    use super::{Algorithm, HmacKey, KeyRing};

    pub trait Keys {
        /// The key that signs, and its `kid`.
        fn signing(&self) -> (Option<&str>, &HmacKey);

        fn allows(&self, algorithm: Algorithm) -> bool;

        /// Returns whether `verify` returns true for any key that may have signed a token with
        /// this `kid`. Returns `None` if no key has that `kid`.
        fn any(&self, kid: Option<&str>, verify: impl Fn(&HmacKey) -> bool) -> Option<bool>;
    }

    impl Keys for HmacKey {
        fn signing(&self) -> (Option<&str>, &HmacKey) {
            (None, self)
        }

        fn allows(&self, algorithm: Algorithm) -> bool {
            self.allows(algorithm)
        }

        /// There is only one key, so the `kid` is ignored.
        fn any(&self, _kid: Option<&str>, verify: impl Fn(&HmacKey) -> bool) -> Option<bool> {
            Some(verify(self))
        }
    }

    impl Keys for KeyRing {
        fn signing(&self) -> (Option<&str>, &HmacKey) {
            let (kid, key) = &self.keys[0];
            (kid.as_deref(), key)
        }

        fn allows(&self, algorithm: Algorithm) -> bool {
            self.keys.iter().any(|(_, key)| key.allows(algorithm))
        }

        fn any(&self, kid: Option<&str>, verify: impl Fn(&HmacKey) -> bool) -> Option<bool> {
            match (kid, self.keys.as_slice()) {
                (Some(_), [(None, only)]) => Some(verify(only)),
                (None, keys) => Some(keys.iter().any(|(_, key)| verify(key))),
                (Some(kid), _) => self.named(kid).map(verify),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sealed::Keys as _;
    use super::*;

    fn key(secret: &[u8; 32]) -> HmacKey {
        HmacKey::new(secret).unwrap()
    }

    #[test]
    fn kid_chooses_among_named_keys_only() {
        let (old, new) = (
            key(b"the-secret-of-2025-with-32-bytes"),
            key(b"the-secret-of-2026-with-32-bytes"),
        );
        let tag = old.mac(b"m");
        let verify = |key: &HmacKey| key.verify_mac(b"m", &tag);
        let ring = KeyRing::new([("new", new.clone()), ("old", old.clone())]).unwrap();
        let found = [None, Some("old"), Some("new"), Some("other"), Some("")];
        assert_eq!(
            found.map(|kid| ring.any(kid, verify)),
            [Some(true), Some(true), Some(false), None, None]
        );
        assert_eq!(ring.signing().0, Some("new"));
        assert!(ring.verify_mac(b"m", &tag) && ring.verify_mac(b"m", &ring.mac(b"m")));
        assert!(ring.mac(b"m") == new.mac(b"m") && !ring.verify_mac(b"other", &tag));

        let unnamed = KeyRing::from(old.clone());
        assert_eq!(found.map(|kid| unnamed.any(kid, verify)), [Some(true); 5]);
        assert_eq!(found.map(|kid| old.any(kid, verify)), [Some(true); 5]);
        assert_eq!(unnamed.signing().0, None);
    }

    #[test]
    fn a_ring_has_one_to_eight_keys_of_different_names() {
        let one = key(b"the-secret-of-2026-with-32-bytes");
        let ring = |names: &[&str]| KeyRing::new(names.iter().map(|name| (*name, one.clone())));
        assert!(ring(&["a", "b", "c", "d", "e", "f", "g", "h"]).is_ok());
        for names in [
            &[][..],
            &[""],
            &["a", "a"],
            &["a", "b", "c", "d", "e", "f", "g", "h", "i"],
        ] {
            assert!(ring(names).is_err(), "{names:?}");
        }
    }
}
