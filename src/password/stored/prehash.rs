use zeroize::Zeroizing;

use crate::password::digest::HashFunction;
use crate::password::encoding::{write_base64, write_bcrypt_base64, write_hex};

/// How a system changes a password before hashing it, in the same order as `PREHASHES` in
/// `pkg-template/src/inspect.ts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::password) enum Prehash {
    None,
    /// Better Auth and Lucia: normalized to NFKC.
    Nfkc,
    /// The digest as hexadecimal text: Drupal's `U$`, and unsalted digests that were hashed
    /// again.
    Md5Hex,
    Sha1Hex,
    /// Also used by Django's `bcrypt_sha256` and by Meteor.
    Sha256Hex,
    Sha512Hex,
    /// passlib's `bcrypt-sha256`, version 1.
    Sha256Base64,
    /// BCrypt.Net's `EnhancedHashPassword`.
    Sha384Base64,
    /// passlib's `bcrypt-sha256`, version 2: the HMAC's key is the salt's text.
    HmacSha256Base64,
    /// `WordPress` 6.8.
    WordPress,
    /// Flask-Security: HMAC-SHA512 with one of the application's keys.
    HmacSha512Base64,
    /// Devise: the password followed by one of the application's keys.
    Suffix,
}

impl Prehash {
    /// Returns whether the stored string contains the id of one of the application's keys.
    pub(in crate::password) fn is_keyed(self) -> bool {
        matches!(self, Self::HmacSha512Base64 | Self::Suffix)
    }

    #[inline(never)]
    /// Changes the password. `key` is the key whose id the stored string contains, if any.
    pub(in crate::password) fn apply(
        self,
        password: Zeroizing<Vec<u8>>,
        salt: &[u8],
        key: &[u8],
    ) -> Zeroizing<Vec<u8>> {
        let function = match self {
            Self::None => return password,
            Self::Nfkc => return nfkc(password),
            Self::Md5Hex => HashFunction::Md5,
            Self::Sha1Hex => HashFunction::Sha1,
            Self::Sha256Hex | Self::Sha256Base64 | Self::HmacSha256Base64 => HashFunction::Sha256,
            Self::Sha384Base64 | Self::WordPress => HashFunction::Sha384,
            Self::Sha512Hex | Self::HmacSha512Base64 => HashFunction::Sha512,
            Self::Suffix => return Zeroizing::new([&password, key].concat()),
        };
        let digest = match self {
            Self::HmacSha256Base64 => {
                function.hmac(write_bcrypt_base64(salt).as_bytes(), &password)
            }
            Self::WordPress => function.hmac(b"wp-sha384", &password),
            Self::HmacSha512Base64 => function.hmac(key, &password),
            _ => function.digest(&password, &[]),
        };
        Zeroizing::new(match self {
            Self::Md5Hex | Self::Sha1Hex | Self::Sha256Hex | Self::Sha512Hex => {
                write_hex(digest.bytes())
            }
            _ => {
                let mut text = write_base64(digest.bytes()).into_bytes();
                text.resize(text.len().next_multiple_of(4), b'=');
                text
            }
        })
    }
}

/// Normalizes the password. Bytes that are not UTF-8 remain unchanged.
#[cfg(not(target_arch = "wasm32"))]
fn nfkc(password: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    use unicode_normalization::UnicodeNormalization;

    match std::str::from_utf8(&password) {
        Ok(text) => Zeroizing::new(text.nfkc().collect::<String>().into_bytes()),
        Err(_) => password,
    }
}

/// The caller has already normalized the password: see [`wants_nfkc`](crate::password::wants_nfkc).
#[cfg(target_arch = "wasm32")]
fn nfkc(password: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    password
}
