//! HMAC-SHA256 keys: checked once, pads precomputed once, zeroised on drop.

use std::fmt;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::KeyError;

/// RFC 7518 §3.2: a key as long as the hash output or longer.
const MIN_SECRET_LENGTH: usize = 32;

/// Length of an HMAC-SHA256 tag in bytes.
pub const MAC_LENGTH: usize = 32;

/// An HS256 key with both of its pads already absorbed, so that a tag costs
/// only the message's own blocks and one more. Prints nothing of itself and is
/// zeroised on drop.
///
/// ```
/// use edgeseal::HmacKey;
///
/// let key = HmacKey::new(b"correct-horse-battery-staple-0123")?;
/// let tag = key.mac(b"message");
/// assert!(key.verify_mac(b"message", &tag));
/// assert!(HmacKey::new(b"too short").is_err());
/// # Ok::<(), edgeseal::KeyError>(())
/// ```
#[derive(Clone)]
pub struct HmacKey {
    absorbed: Hmac<Sha256>,
}

impl HmacKey {
    /// Takes a secret's bytes as the key. A text secret is its UTF-8 bytes.
    ///
    /// # Errors
    /// [`KeyError`] when the secret is shorter than 32 bytes, looks like public
    /// key material (RFC 8725 §2.1: algorithm confusion), or is one repeated byte.
    pub fn new(secret: &[u8]) -> Result<Self, KeyError> {
        check_secret(secret)?;
        Ok(Self::absorb(secret))
    }

    /// Derives a key for one purpose from a secret by HKDF-SHA256 (RFC 5869,
    /// no salt), so that keys of different `purpose` are independent.
    ///
    /// # Errors
    /// As [`HmacKey::new`].
    #[expect(clippy::missing_panics_doc, reason = "32 bytes are below HKDF's limit")]
    pub fn derive(secret: &[u8], purpose: &str) -> Result<Self, KeyError> {
        check_secret(secret)?;
        let mut derived = Zeroizing::new([0; MAC_LENGTH]);
        Hkdf::<Sha256>::new(None, secret)
            .expand(purpose.as_bytes(), derived.as_mut())
            .expect("32 bytes are far below HKDF's limit of 255 blocks");
        Ok(Self::absorb(derived.as_ref()))
    }

    /// The HMAC-SHA256 tag of a message.
    #[must_use]
    pub fn mac(&self, message: &[u8]) -> [u8; MAC_LENGTH] {
        self.absorbed
            .clone()
            .chain_update(message)
            .finalize()
            .into_bytes()
            .into()
    }

    /// Whether `tag` is this key's tag of `message`, in time that depends on
    /// the lengths only.
    #[must_use]
    pub fn verify_mac(&self, message: &[u8], tag: &[u8]) -> bool {
        self.absorbed
            .clone()
            .chain_update(message)
            .verify_slice(tag)
            .is_ok()
    }

    fn absorb(key: &[u8]) -> Self {
        Self {
            absorbed: Hmac::new_from_slice(key).expect("HMAC takes a key of any length"),
        }
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey(_)")
    }
}

fn check_secret(secret: &[u8]) -> Result<(), KeyError> {
    // Public material is refused before its length is looked at: "too short"
    // would invite a longer public key.
    if let Some(what) = looks_like_public_material(secret) {
        return Err(KeyError::LooksLike { what });
    }
    if secret.len() < MIN_SECRET_LENGTH {
        return Err(KeyError::TooShort {
            length: secret.len(),
        });
    }
    if secret.iter().all(|byte| *byte == secret[0]) {
        return Err(KeyError::Repeated);
    }
    Ok(())
}

fn looks_like_public_material(secret: &[u8]) -> Option<&'static str> {
    const BOM: &[u8] = b"\xEF\xBB\xBF";
    const SSH: &[&[u8]] = &[b"ssh-", b"ecdsa-sha2-", b"sk-ssh-", b"sk-ecdsa-"];

    let mut text = secret;
    while let Some(rest) = text.strip_prefix(BOM).or_else(|| {
        text.split_first()
            .filter(|(first, _)| first.is_ascii_whitespace())
            .map(|(_, rest)| rest)
    }) {
        text = rest;
    }
    if text.starts_with(b"-----BEGIN") || text.starts_with(b"---- BEGIN") {
        return Some("a PEM key or certificate");
    }
    if SSH.iter().any(|prefix| text.starts_with(prefix)) {
        return Some("an SSH key");
    }
    // DER SEQUENCE with a two-byte length: a certificate or an RSA key.
    if text.starts_with(&[0x30, 0x82]) {
        return Some("a DER key or certificate");
    }
    if let Ok(serde_json::Value::Object(members)) = serde_json::from_slice(text)
        && (members.contains_key("kty") || members.contains_key("keys"))
    {
        return Some("a JWK or JWKS");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_weak_and_public_material() {
        for (secret, expected) in [
            (&b""[..], KeyError::TooShort { length: 0 }),
            (&[b'x'; 31], KeyError::TooShort { length: 31 }),
            (&[0; 64], KeyError::Repeated),
            (
                b"\xEF\xBB\xBF \n-----BEGIN PUBLIC KEY-----\nAAAA",
                KeyError::LooksLike {
                    what: "a PEM key or certificate",
                },
            ),
            (
                br#" {"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
                KeyError::LooksLike {
                    what: "a JWK or JWKS",
                },
            ),
            (
                b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI",
                KeyError::LooksLike { what: "an SSH key" },
            ),
        ] {
            assert_eq!(HmacKey::new(secret).unwrap_err(), expected);
            assert_eq!(HmacKey::derive(secret, "any").unwrap_err(), expected);
        }
    }

    #[test]
    fn derived_keys_differ_by_purpose_and_from_the_secret() {
        let secret = b"0123456789abcdef0123456789abcdef";
        let tags = [
            HmacKey::new(secret).unwrap().mac(b"m"),
            HmacKey::derive(secret, "a").unwrap().mac(b"m"),
            HmacKey::derive(secret, "b").unwrap().mac(b"m"),
        ];
        assert!(tags[0] != tags[1] && tags[1] != tags[2] && tags[0] != tags[2]);
    }

    #[test]
    fn prints_nothing_of_itself() {
        let key = HmacKey::new(b"0123456789abcdef0123456789abcdef").unwrap();
        assert_eq!(format!("{key:?}"), "HmacKey(_)");
    }
}
