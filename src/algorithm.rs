use std::fmt;

use subtle::ConstantTimeEq;

/// The HMAC algorithms of RFC 7518 §3.2. A key names those it may be used with;
/// a token never chooses (RFC 8725 §3.1).
///
/// It is jwt-compact's `Algorithm` over an [`HmacKey`], so its whole typed API
/// can be used with our keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Algorithm {
    /// HMAC with SHA-256: the default, and the only one unless others are named.
    #[default]
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
}

impl Algorithm {
    /// Every algorithm there is.
    pub const ALL: [Self; 3] = [Self::Hs256, Self::Hs384, Self::Hs512];

    /// The name in a header's `alg`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
        }
    }

    /// The algorithm of exactly this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
    }

    /// Length of a signature in bytes, and the least length of a secret.
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

/// An HMAC tag: 32, 48 or 64 bytes. Compares in constant time.
#[derive(Debug, Clone, Copy)]
pub struct Mac {
    bytes: [u8; Self::MAX_LENGTH],
    length: usize,
}

impl Mac {
    pub(crate) const MAX_LENGTH: usize = 64;

    /// Of more than 64 bytes none is kept, and nothing matches it.
    pub(crate) fn new(tag: &[u8]) -> Self {
        let mut bytes = [0; Self::MAX_LENGTH];
        let Some(room) = bytes.get_mut(..tag.len()) else {
            return Self { bytes, length: 0 };
        };
        room.copy_from_slice(tag);
        let length = tag.len();
        Self { bytes, length }
    }

    /// The tag's bytes.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Whether two tags are there and the same, in time that depends on their
    /// lengths only.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.length > 0 && self.as_slice().ct_eq(other.as_slice()).into()
    }
}
