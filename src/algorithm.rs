use std::fmt;

use subtle::ConstantTimeEq;

/// The HMAC algorithms of RFC 7518 §3.2. Each key has a list of the algorithms that it may
/// be used with, so a token can't choose its own algorithm (RFC 8725 §3.1).
///
/// This type implements jwt-compact's `Algorithm` trait, with [`HmacKey`](crate::HmacKey) as
/// the key type, so that jwt-compact's typed API accepts our keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Algorithm {
    /// HMAC with SHA-256 (the default).
    #[default]
    Hs256,
    /// HMAC with SHA-384; requires the `sha512` feature.
    Hs384,
    /// HMAC with SHA-512; requires the `sha512` feature.
    Hs512,
}

impl Algorithm {
    /// All algorithms.
    pub const ALL: [Self; 3] = [Self::Hs256, Self::Hs384, Self::Hs512];

    /// The algorithm's name, as used in the `alg` header parameter (RFC 7518 §3.1).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
        }
    }

    /// Returns the algorithm with exactly this name, if there is one.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
    }

    /// The length of a signature, and the minimum length of a secret, in bytes.
    #[must_use]
    pub const fn mac_length(self) -> usize {
        match self {
            Self::Hs256 => 32,
            Self::Hs384 => 48,
            Self::Hs512 => 64,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An HMAC tag of 32, 48 or 64 bytes. Tags are compared in constant time.
#[derive(Debug, Clone, Copy)]
pub struct Mac {
    bytes: [u8; Self::MAX_LENGTH],
    length: usize,
}

impl Mac {
    pub(crate) const MAX_LENGTH: usize = 64;

    /// Copies a tag. A tag longer than 64 bytes becomes an empty tag, which never matches.
    pub(crate) fn new(tag: &[u8]) -> Self {
        let mut bytes = [0; Self::MAX_LENGTH];
        let Some(start) = bytes.get_mut(..tag.len()) else {
            return Self { bytes, length: 0 };
        };
        start.copy_from_slice(tag);
        let length = tag.len();
        Self { bytes, length }
    }

    /// The tag's bytes.
    #[must_use]
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Returns whether two tags are equal and non-empty. The time taken depends only on
    /// their lengths.
    #[must_use]
    #[inline]
    pub fn matches(&self, other: &Self) -> bool {
        self.length > 0 && self.as_slice().ct_eq(other.as_slice()).into()
    }
}
