use std::fmt;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit};
use sha2::Sha256;
#[cfg(feature = "sha512")]
use sha2::{Sha384, Sha512};
use zeroize::Zeroizing;

use super::secret;
use crate::algorithm::{Algorithm, Mac};
use crate::error::KeyError;

/// The length of an HMAC-SHA256 tag, in bytes.
pub const MAC_LENGTH: usize = 32;

/// An HMAC key and the algorithms it may be used with (RFC 8725 §3.1). Both pads are
/// precomputed, so computing a tag means processing only the message's own blocks and one
/// more. `Debug` output doesn't reveal the key, and the key is zeroised on drop.
///
/// ```
/// use edgeseal::{Algorithm, HmacKey};
///
/// let key = HmacKey::new(b"correct-horse-battery-staple-0123")?;
/// let tag = key.mac(b"message");
/// assert!(key.verify_mac(b"message", &tag));
/// assert!(key.allows(Algorithm::Hs256) && !key.allows(Algorithm::Hs512));
/// assert!(HmacKey::new(b"too short").is_err());
/// # Ok::<(), edgeseal::KeyError>(())
/// ```
#[derive(Clone)]
pub struct HmacKey {
    /// Always present, because [`HmacKey::mac`] uses HMAC-SHA256 regardless of the
    /// tokens' algorithms. Boxed, because moving a pointer doesn't leave a copy of the
    /// key behind.
    sha256: Box<Hmac<Sha256>>,
    #[cfg(feature = "sha512")]
    sha384: Option<Box<Hmac<Sha384>>>,
    #[cfg(feature = "sha512")]
    sha512: Option<Box<Hmac<Sha512>>>,
    allows_hs256: bool,
    default_algorithm: Algorithm,
}

impl HmacKey {
    /// Makes an HS256 key from a secret's bytes. If the secret is text, pass its UTF-8
    /// bytes.
    ///
    /// # Errors
    /// [`KeyError`] if the secret is shorter than 32 bytes, looks like public key
    /// material (RFC 8725 §2.1: algorithm confusion) or is one repeated byte.
    pub fn new(secret: &[u8]) -> Result<Self, KeyError> {
        Self::for_algorithms(secret, &[Algorithm::Hs256])
    }

    /// Makes a key for these algorithms from a secret's bytes. The key signs with the
    /// first algorithm unless [`SignOptions::algorithm`](crate::SignOptions::algorithm)
    /// selects a different one.
    ///
    /// # Errors
    /// Same as [`HmacKey::new`], but the secret must be at least as long as the longest
    /// output of these algorithms' hash functions (RFC 7518 §3.2);
    /// [`KeyError::NoAlgorithm`] if the list is empty or contains an algorithm that the
    /// crate was built without.
    pub fn for_algorithms(secret: &[u8], algorithms: &[Algorithm]) -> Result<Self, KeyError> {
        let Some(&default_algorithm) = algorithms.first() else {
            return Err(KeyError::NoAlgorithm);
        };
        let strictest = algorithms
            .iter()
            .copied()
            .max_by_key(|one| one.mac_length());
        secret::check(secret, strictest.unwrap_or_default())?;
        let key = Self::keyed(secret, default_algorithm, algorithms);
        if algorithms.iter().all(|algorithm| key.allows(*algorithm)) {
            Ok(key)
        } else {
            Err(KeyError::NoAlgorithm)
        }
    }

    /// Makes a key for one algorithm, under the rules of `edgeseal/jose`: a secret of one
    /// repeated byte is allowed, because `new Uint8Array(32)` is common in jose users'
    /// tests.
    #[cfg(feature = "js")]
    pub(crate) fn for_jose(secret: &[u8], algorithm: Algorithm) -> Result<Self, KeyError> {
        secret::check_form(secret, algorithm)?;
        Ok(Self::keyed(secret, algorithm, &[algorithm]))
    }

    fn keyed(secret: &[u8], default_algorithm: Algorithm, algorithms: &[Algorithm]) -> Self {
        let mut key = Self::absorb(secret);
        key.default_algorithm = default_algorithm;
        key.allows_hs256 = algorithms.contains(&Algorithm::Hs256);
        #[cfg(feature = "sha512")]
        {
            let wants = |algorithm| algorithms.contains(&algorithm);
            key.sha384 = wants(Algorithm::Hs384).then(|| Box::new(keyed(secret)));
            key.sha512 = wants(Algorithm::Hs512).then(|| Box::new(keyed(secret)));
        }
        key
    }

    /// Derives an HS256 key from a secret with HKDF-SHA256 (RFC 5869, without a salt).
    /// Keys with different `purpose`s are independent.
    ///
    /// # Errors
    /// Same as [`HmacKey::new`].
    #[expect(clippy::missing_panics_doc, reason = "32 bytes are below HKDF's limit")]
    pub fn derive(secret: &[u8], purpose: &str) -> Result<Self, KeyError> {
        secret::check(secret, Algorithm::Hs256)?;
        let mut derived = Zeroizing::new([0; MAC_LENGTH]);
        Hkdf::<Sha256>::new(None, secret)
            .expand(purpose.as_bytes(), derived.as_mut())
            .expect("32 bytes are below HKDF's limit of 255 blocks");
        Ok(Self::absorb(derived.as_ref()))
    }

    /// Returns whether this key may be used with an algorithm.
    #[must_use]
    pub const fn allows(&self, algorithm: Algorithm) -> bool {
        match algorithm {
            Algorithm::Hs256 => self.allows_hs256,
            #[cfg(feature = "sha512")]
            Algorithm::Hs384 => self.sha384.is_some(),
            #[cfg(feature = "sha512")]
            Algorithm::Hs512 => self.sha512.is_some(),
            #[cfg(not(feature = "sha512"))]
            Algorithm::Hs384 | Algorithm::Hs512 => false,
        }
    }

    /// The algorithm this key signs with by default.
    #[must_use]
    pub const fn default_algorithm(&self) -> Algorithm {
        self.default_algorithm
    }

    /// The HMAC-SHA256 tag (RFC 2104) of a message, regardless of the algorithms that the
    /// key allows for tokens.
    #[must_use]
    pub fn mac(&self, message: &[u8]) -> [u8; MAC_LENGTH] {
        finish(&*self.sha256, message).into()
    }

    /// Returns whether `tag` is this key's HMAC-SHA256 tag of `message`. The time taken
    /// depends only on the lengths.
    #[must_use]
    pub fn verify_mac(&self, message: &[u8], tag: &[u8]) -> bool {
        self.tag(Algorithm::Hs256, message).matches(&Mac::new(tag))
    }

    /// The tag of a message. If the key does not allow the algorithm and the algorithm isn't
    /// HS256, the tag is empty, so that it never matches a signature.
    pub(crate) fn tag(&self, algorithm: Algorithm, message: &[u8]) -> Mac {
        let tag = match algorithm {
            Algorithm::Hs256 => Some(Mac::new(&finish(&*self.sha256, message))),
            #[cfg(feature = "sha512")]
            Algorithm::Hs384 => {
                let key = self.sha384.as_deref();
                key.map(|key| Mac::new(&finish(key, message)))
            }
            #[cfg(feature = "sha512")]
            Algorithm::Hs512 => {
                let key = self.sha512.as_deref();
                key.map(|key| Mac::new(&finish(key, message)))
            }
            #[cfg(not(feature = "sha512"))]
            Algorithm::Hs384 | Algorithm::Hs512 => None,
        };
        tag.unwrap_or_else(|| Mac::new(&[]))
    }

    /// Makes a key from any secret, for the published vectors.
    #[cfg(all(test, not(target_arch = "wasm32")))]
    pub(crate) fn unchecked(secret: &[u8], algorithm: Algorithm) -> Self {
        let mut key = Self::absorb(secret);
        key.default_algorithm = algorithm;
        key.allows_hs256 = algorithm == Algorithm::Hs256;
        #[cfg(feature = "sha512")]
        {
            key.sha384 = (algorithm == Algorithm::Hs384).then(|| Box::new(keyed(secret)));
            key.sha512 = (algorithm == Algorithm::Hs512).then(|| Box::new(keyed(secret)));
        }
        key
    }

    fn absorb(secret: &[u8]) -> Self {
        Self {
            sha256: Box::new(keyed(secret)),
            #[cfg(feature = "sha512")]
            sha384: None,
            #[cfg(feature = "sha512")]
            sha512: None,
            allows_hs256: true,
            default_algorithm: Algorithm::Hs256,
        }
    }
}

/// Computes HMAC-SHA256 (RFC 2104) of a message that arrives in parts, with a key of any
/// length. The state is zeroised on drop.
#[cfg(any(feature = "js", test))]
pub(crate) struct MacInParts(HmacKey);

#[cfg(any(feature = "js", test))]
impl MacInParts {
    pub(crate) fn new(secret: &[u8]) -> Self {
        Self(HmacKey::absorb(secret))
    }

    pub(crate) fn update(&mut self, part: &[u8]) {
        hmac::Mac::update(&mut *self.0.sha256, part);
    }

    /// Returns the tag of all parts so far.
    pub(crate) fn tag(&self) -> Mac {
        self.0.tag(Algorithm::Hs256, &[])
    }
}

fn keyed<M: KeyInit>(secret: &[u8]) -> M {
    M::new_from_slice(secret).expect("HMAC accepts a key of any length")
}

fn finish<M: hmac::Mac + Clone>(key: &M, message: &[u8]) -> hmac::digest::Output<M> {
    key.clone().chain_update(message).finalize().into_bytes()
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey(_)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8; 64] = b"0123456789abcdef0123456789abcdef0123456789ABCDEF0123456789ABCDEF";

    #[test]
    fn derived_keys_differ_by_purpose_and_from_the_secret() {
        let tags = [
            HmacKey::new(SECRET).unwrap().mac(b"m"),
            HmacKey::derive(SECRET, "a").unwrap().mac(b"m"),
            HmacKey::derive(SECRET, "b").unwrap().mac(b"m"),
        ];
        assert!(tags[0] != tags[1] && tags[1] != tags[2] && tags[0] != tags[2]);
    }

    #[test]
    fn allows_the_named_algorithms_only() {
        let key = HmacKey::for_algorithms(SECRET, &[Algorithm::Hs512, Algorithm::Hs384]).unwrap();
        assert_eq!(key.default_algorithm(), Algorithm::Hs512);
        assert!(!key.allows(Algorithm::Hs256));
        for (algorithm, length) in [(Algorithm::Hs384, 48), (Algorithm::Hs512, 64)] {
            assert!(key.allows(algorithm));
            assert_eq!(key.tag(algorithm, b"m").as_slice().len(), length);
        }
        let default = HmacKey::new(SECRET).unwrap();
        assert_eq!(default.tag(Algorithm::Hs512, b"m").as_slice().len(), 0);
        assert_eq!(
            HmacKey::for_algorithms(SECRET, &[]).unwrap_err(),
            KeyError::NoAlgorithm
        );
    }

    #[test]
    fn parts_have_the_tag_of_the_whole() {
        let mut parts = MacInParts::new(SECRET);
        let empty = parts.tag();
        for part in [&b"mess"[..], b"", b"age"] {
            parts.update(part);
        }
        assert_eq!(
            parts.tag().as_slice(),
            HmacKey::new(SECRET).unwrap().mac(b"message")
        );
        assert!(!parts.tag().matches(&empty));
    }

    #[test]
    fn prints_nothing_of_itself() {
        let key = HmacKey::new(SECRET).unwrap();
        assert_eq!(format!("{key:?}"), "HmacKey(_)");
    }
}
