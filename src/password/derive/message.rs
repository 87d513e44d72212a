//! Converts a [`Derivation`] to bytes and back, to send it to another instance of this
//! code.

use zeroize::{Zeroize, Zeroizing};

use super::Derivation;
use crate::password::scheme::{
    Argon2, Argon2Variant, Argon2Version, BcryptQuirk, PhpassHash, Scheme, Sha,
};

/// How many numbers precede the salt: the scheme's five numbers, the length of the key and
/// the length of the salt.
const NUMBERS: usize = 7;

impl Derivation {
    /// Returns seven numbers, the salt and the password as bytes, and zeroises the
    /// password in `self`.
    pub(crate) fn take_bytes(&mut self) -> Zeroizing<Vec<u8>> {
        let lengths = [self.key_length as u32, self.salt.len() as u32];
        let numbers = self.scheme.numbers().into_iter().chain(lengths);
        let capacity = NUMBERS * 4 + self.salt.len() + self.password.len();
        let mut bytes = Zeroizing::new(Vec::with_capacity(capacity));
        bytes.extend(numbers.flat_map(u32::to_le_bytes));
        bytes.extend(&self.salt);
        bytes.extend(self.password.iter());
        self.password.zeroize();
        bytes
    }

    /// Reads what [`Derivation::take_bytes`] wrote, starting with [`Scheme::numbers`].
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (numbers, rest) = bytes.split_first_chunk::<{ NUMBERS * 4 }>()?;
        let mut numbers = numbers.as_chunks::<4>().0.iter();
        let mut next = || numbers.next().map(|bytes| u32::from_le_bytes(*bytes));
        let [kind, a, b, c, d] = [next()?, next()?, next()?, next()?, next()?];
        let key_length = next()? as usize;
        let (salt, password) = rest.split_at_checked(next()? as usize)?;
        let scheme = match kind {
            0 => Scheme::Bcrypt {
                cost: a,
                quirk: match b {
                    0 => BcryptQuirk::None,
                    1 => BcryptQuirk::SignExtended,
                    _ => BcryptQuirk::TwoKeys,
                },
            },
            1..=3 => Scheme::Argon2(Argon2 {
                variant: [Argon2Variant::D, Argon2Variant::I, Argon2Variant::Id][kind as usize - 1],
                version: match a {
                    0x10 => Argon2Version::V10,
                    _ => Argon2Version::V13,
                },
                memory_cost: b,
                time_cost: c,
                parallelism: d,
            }),
            4 => Scheme::Scrypt {
                log_n: a,
                r: b,
                p: c,
            },
            5 => Scheme::Pbkdf2 {
                hash: Sha::from_length(a),
                iterations: b,
            },
            6 => Scheme::ShaCrypt {
                hash: Sha::from_length(a),
                rounds: b,
            },
            7 => Scheme::Phpass {
                hash: match a {
                    0 => PhpassHash::Md5,
                    _ => PhpassHash::Sha512,
                },
                log_rounds: b,
            },
            _ => Scheme::SaltedSha {
                hash: Sha::from_length(a),
            },
        };
        Some(Self {
            scheme,
            password: Zeroizing::new(password.to_vec()),
            salt: salt.to_vec(),
            key_length,
        })
    }
}
