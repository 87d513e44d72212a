//! The cost of new hashes, and its minimum.

use super::scheme::{Argon2, Argon2Variant, Argon2Version, BcryptQuirk, PhpassHash, Scheme, Sha};
use crate::error::PasswordError;

/// The algorithm and cost of new hashes.
///
/// The minimums come from the OWASP Password Storage Cheat Sheet and ASVS 5 appendix C.
/// [`PasswordPolicy::new`](super::PasswordPolicy::new) enforces them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashParams {
    /// bcrypt, `$2b$`.
    Bcrypt {
        /// The base-2 logarithm of the number of rounds, from 10 to 16.
        cost: u32,
    },
    /// Argon2id, version 0x13 (RFC 9106).
    Argon2id {
        /// Memory in KiB: at least 47,104 with one pass, 19,456 with two,
        /// and 12,288 with three or more.
        memory_cost: u32,
        /// The number of passes over the memory.
        time_cost: u32,
        /// The number of lanes, from 1 to 255. They are computed one after another.
        parallelism: u32,
    },
    /// scrypt (RFC 7914).
    Scrypt {
        /// The base-2 logarithm of N, the number of blocks in memory. The minimum is
        /// 17 for p = 1, and lower for a larger p.
        log_n: u32,
        /// The block size, at least 8. A block has 128 * r bytes.
        r: u32,
        /// The parallelization. The parallel parts are computed one after another.
        p: u32,
    },
    /// PBKDF2 (RFC 8018) with HMAC-SHA256.
    Pbkdf2Sha256 {
        /// The number of iterations, at least 600,000.
        iterations: u32,
    },
    /// PBKDF2 (RFC 8018) with HMAC-SHA512.
    Pbkdf2Sha512 {
        /// The number of iterations, at least 210,000.
        iterations: u32,
    },
}

impl HashParams {
    /// bcrypt with cost 12, the default.
    pub const BCRYPT: Self = Self::Bcrypt { cost: 12 };
    /// Argon2id with 19 MiB and two passes, which fits into every edge runtime.
    pub const ARGON2ID: Self = Self::Argon2id {
        memory_cost: 19 * 1024,
        time_cost: 2,
        parallelism: 1,
    };
    /// Argon2id with 46 MiB and one pass, which is OWASP's first choice and ASVS's
    /// minimum.
    pub const ARGON2ID_46_MIB: Self = Self::Argon2id {
        memory_cost: 46 * 1024,
        time_cost: 1,
        parallelism: 1,
    };
    /// scrypt with N = 2^17, r = 8, p = 1: 128 MiB.
    pub const SCRYPT: Self = Self::Scrypt {
        log_n: 17,
        r: 8,
        p: 1,
    };
    /// PBKDF2-HMAC-SHA256 with 600,000 iterations.
    pub const PBKDF2_SHA256: Self = Self::Pbkdf2Sha256 {
        iterations: 600_000,
    };
    /// PBKDF2-HMAC-SHA512 with 210,000 iterations.
    pub const PBKDF2_SHA512: Self = Self::Pbkdf2Sha512 {
        iterations: 210_000,
    };

    pub(super) const fn scheme(self) -> Scheme {
        match self {
            Self::Bcrypt { cost } => Scheme::Bcrypt {
                cost,
                quirk: BcryptQuirk::None,
            },
            Self::Argon2id {
                memory_cost,
                time_cost,
                parallelism,
            } => Scheme::Argon2(Argon2 {
                variant: Argon2Variant::Id,
                version: Argon2Version::V13,
                memory_cost,
                time_cost,
                parallelism,
            }),
            Self::Scrypt { log_n, r, p } => Scheme::Scrypt { log_n, r, p },
            Self::Pbkdf2Sha256 { iterations } => Scheme::Pbkdf2 {
                hash: Sha::Sha256,
                iterations,
            },
            Self::Pbkdf2Sha512 { iterations } => Scheme::Pbkdf2 {
                hash: Sha::Sha512,
                iterations,
            },
        }
    }

    /// Returns parameters with which a new hash of the default length takes as much
    /// work as this derivation.
    pub(super) fn from_work(scheme: Scheme, key_length: usize) -> Self {
        match scheme {
            Scheme::Bcrypt { cost, quirk } => Self::Bcrypt {
                cost: cost + u32::from(quirk == BcryptQuirk::TwoKeys),
            },
            Scheme::Argon2(argon2) => Self::Argon2id {
                memory_cost: argon2.memory_cost,
                time_cost: argon2.time_cost,
                parallelism: argon2.parallelism,
            },
            Scheme::Scrypt { log_n, r, p } => Self::Scrypt { log_n, r, p },
            Scheme::Pbkdf2 { hash, iterations } => {
                // RFC 8018 §5.2: each block of the key takes all the iterations.
                let blocks = key_length.div_ceil(hash.length()) as u32;
                let iterations = iterations.saturating_mul(blocks);
                match hash {
                    // SHA-1 takes 0.5 to 0.6 of SHA-256's time.
                    Sha::Sha1 => Self::Pbkdf2Sha256 {
                        iterations: iterations / 7 * 4,
                    },
                    Sha::Sha256 => Self::Pbkdf2Sha256 { iterations },
                    Sha::Sha512 => Self::Pbkdf2Sha512 { iterations },
                }
            }
            // Measured in wasm, and rounded down: a refusal must not be faster than the policy.
            Scheme::ShaCrypt { hash, rounds } => match hash {
                Sha::Sha512 => Self::Pbkdf2Sha512 {
                    iterations: rounds / 20 * 11,
                },
                _ => Self::Pbkdf2Sha256 {
                    iterations: rounds / 10 * 9,
                },
            },
            Scheme::Phpass { hash, log_rounds } => {
                let rounds = 1 << log_rounds.min(31);
                match hash {
                    PhpassHash::Md5 => Self::Pbkdf2Sha256 {
                        iterations: rounds / 16 * 5,
                    },
                    PhpassHash::Sha512 => Self::Pbkdf2Sha512 {
                        iterations: rounds / 2,
                    },
                }
            }
            Scheme::SaltedSha { .. } => Self::Pbkdf2Sha256 { iterations: 1 },
        }
    }

    pub(super) fn check_floor(self) -> Result<(), PasswordError> {
        let (param, value, min) = match self {
            Self::Bcrypt { cost } => ("cost", cost, 10),
            Self::Argon2id {
                memory_cost,
                time_cost,
                ..
            } => {
                let min = match time_cost {
                    0 | 1 => 46 * 1024,
                    2 => 19 * 1024,
                    _ => 12 * 1024,
                };
                ("memoryCost", memory_cost, min)
            }
            // OWASP: r = 8, and N = 2^17 for p = 1, 2^16 for p = 2, 2^15 for p = 3,
            // 2^14 for p = 5, and 2^13 for p = 10.
            Self::Scrypt { log_n, r, p } => {
                if r < 8 {
                    ("r", r, 8)
                } else {
                    let min = match p {
                        0 | 1 => 17,
                        2 => 16,
                        3 | 4 => 15,
                        5..10 => 14,
                        _ => 13,
                    };
                    ("N", 1_u32.checked_shl(log_n).unwrap_or(u32::MAX), 1 << min)
                }
            }
            Self::Pbkdf2Sha256 { iterations } => ("iterations", iterations, 600_000),
            Self::Pbkdf2Sha512 { iterations } => ("iterations", iterations, 210_000),
        };
        if value < min {
            return Err(PasswordError::ParamsTooWeak { param, min });
        }
        Ok(())
    }
}

impl Default for HashParams {
    fn default() -> Self {
        Self::BCRYPT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_at_or_above_their_floor_and_one_less_is_not() {
        for (at, below) in [
            (
                HashParams::Bcrypt { cost: 10 },
                HashParams::Bcrypt { cost: 9 },
            ),
            (HashParams::ARGON2ID, argon2id(19 * 1024 - 1, 2)),
            (HashParams::ARGON2ID_46_MIB, argon2id(46 * 1024 - 1, 1)),
            (argon2id(12 * 1024, 3), argon2id(12 * 1024 - 1, 9)),
            (HashParams::SCRYPT, scrypt(16, 8, 1)),
            (scrypt(15, 8, 3), scrypt(15, 8, 2)),
            (scrypt(13, 8, 10), scrypt(17, 7, 10)),
            (
                HashParams::PBKDF2_SHA256,
                HashParams::Pbkdf2Sha256 {
                    iterations: 599_999,
                },
            ),
            (
                HashParams::PBKDF2_SHA512,
                HashParams::Pbkdf2Sha512 {
                    iterations: 209_999,
                },
            ),
        ] {
            assert_eq!(at.check_floor(), Ok(()), "{at:?}");
            assert!(below.check_floor().is_err(), "{below:?}");
        }
    }

    fn argon2id(memory_cost: u32, time_cost: u32) -> HashParams {
        HashParams::Argon2id {
            memory_cost,
            time_cost,
            parallelism: 1,
        }
    }

    fn scrypt(log_n: u32, r: u32, p: u32) -> HashParams {
        HashParams::Scrypt { log_n, r, p }
    }
}
