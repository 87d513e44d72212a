//! How the key is derived for each variant of stored hashes, and the limits for new and
//! stored hashes.

use super::digest::HashFunction;
use crate::error::PasswordError;

/// An algorithm and its cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Bcrypt {
        cost: u32,
        quirk: BcryptQuirk,
    },
    Argon2(Argon2),
    Scrypt {
        log_n: u32,
        r: u32,
        p: u32,
    },
    Pbkdf2 {
        hash: Sha,
        iterations: u32,
    },
    /// crypt(3)'s `$5$` and `$6$`.
    ShaCrypt {
        hash: Sha,
        rounds: u32,
    },
    /// `2^log_rounds` rounds, each of which hashes the previous digest and the password.
    Phpass {
        hash: PhpassHash,
        log_rounds: u32,
    },
    /// A single hash of the password and the salt, as in LDAP's `{SSHA}`.
    SaltedSha {
        hash: Sha,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PhpassHash {
    /// phpass's portable hashes, which `WordPress` and `phpBB` use.
    Md5,
    /// Drupal 7.
    Sha512,
}

/// How a bcrypt variant differs from today's bcrypt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BcryptQuirk {
    None,
    /// `$2x$`: has the bug that `crypt_blowfish` had before 2011.
    SignExtended,
    /// `$2$`: the first version of bcrypt did not hash the NUL that ends the password, but some
    /// systems that write `$2$` do. So both keys are derived, one after the other.
    TwoKeys,
}

/// The parameters of RFC 9106 §3.1 that are part of a stored hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Argon2 {
    pub(crate) variant: Argon2Variant,
    pub(crate) version: Argon2Version,
    /// The memory in KiB.
    pub(crate) memory_cost: u32,
    /// The number of passes over the memory.
    pub(crate) time_cost: u32,
    /// The number of lanes.
    pub(crate) parallelism: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Argon2Variant {
    D = 0,
    I = 1,
    Id = 2,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Argon2Version {
    /// Version 1.0, which is older than RFC 9106: later passes overwrite blocks. It is stored
    /// as `v=16` or without `v=`.
    V10 = 0x10,
    V13 = 0x13,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sha {
    Sha1,
    Sha256,
    Sha512,
}

impl Sha {
    pub(crate) const fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    pub(super) const fn function(self) -> HashFunction {
        match self {
            Self::Sha1 => HashFunction::Sha1,
            Self::Sha256 => HashFunction::Sha256,
            Self::Sha512 => HashFunction::Sha512,
        }
    }

    /// The function whose digests have this length.
    #[cfg(any(feature = "js", all(test, not(target_arch = "wasm32"))))]
    pub(crate) const fn from_length(length: u32) -> Self {
        match length {
            20 => Self::Sha1,
            32 => Self::Sha256,
            _ => Self::Sha512,
        }
    }

    /// The number of PBKDF2 iterations that take about five seconds for a key of one block.
    const fn max_iterations(self) -> u64 {
        match self {
            Self::Sha1 | Self::Sha256 => 5_000_000,
            Self::Sha512 => 2_500_000,
        }
    }
}

// Each of these limits corresponds to about five seconds in wasm on a slow core.
const MAX_BCRYPT_COST: u64 = 16;
/// How much argon2 may write in all passes together, in KiB: 4 GiB.
const MAX_ARGON2_WRITTEN: u64 = 4 << 20;
/// How much scrypt may write in total, in bytes: 1 GiB.
const MAX_SCRYPT_WRITTEN: u64 = 1 << 30;
const MAX_PARALLELISM: u64 = 255;
/// With larger values, the PBKDF2 calls before and after scrypt's core take longer than
/// the core itself.
const MAX_SCRYPT_R: u64 = 64;
const MAX_SCRYPT_P: u64 = 64;
const MAX_PHPASS_LOG_ROUNDS: u64 = 21;
/// The maximum password length in bytes for SHA-crypt and phpass. They hash the whole password
/// again in every round, so a longer password would multiply their time (CVE-2016-20013).
/// libxcrypt has the same limit.
const MAX_LEGACY_PASSWORD: usize = 512;

impl Scheme {
    /// Refuses parameters that the algorithm does not allow, that need more than
    /// `max_memory` bytes, or that take more time than any real hash. This check takes
    /// almost no time.
    pub(crate) fn check_ceiling(
        self,
        key_length: usize,
        max_memory: u64,
    ) -> Result<(), PasswordError> {
        match self {
            Self::Bcrypt { cost, quirk } => {
                let keys = u64::from(quirk == BcryptQuirk::TwoKeys);
                within("cost", cost, 4, MAX_BCRYPT_COST - keys)
            }
            Self::Argon2(params) => {
                let (lanes, kib) = (params.parallelism, params.memory_cost);
                // RFC 9106 §3.1: at least 8 blocks per lane.
                within("parallelism", lanes, 1, MAX_PARALLELISM)?;
                within("memoryCost", kib, 8 * lanes, MAX_ARGON2_WRITTEN)?;
                fits(u64::from(kib) << 10, max_memory)?;
                let passes = MAX_ARGON2_WRITTEN / u64::from(kib);
                within("timeCost", params.time_cost, 1, passes)
            }
            Self::Scrypt { log_n, r, p } => {
                within("r", r, 1, MAX_SCRYPT_R)?;
                within("p", p, 1, MAX_SCRYPT_P)?;
                // RFC 7914's limit on N is a mistake (erratum 5971).
                let written = MAX_SCRYPT_WRITTEN / (scrypt_block(r) * u64::from(p));
                let max = written.checked_ilog2().unwrap_or(0);
                if !(1..=max).contains(&log_n) {
                    return Err(PasswordError::ParamsRefused {
                        param: "N",
                        min: 2,
                        max: 1 << max,
                    });
                }
                // The few blocks besides these N are not included. Otherwise, hashes whose N blocks
                // use exactly 64 MiB would exceed a limit of 64 MiB.
                fits(scrypt_block(r) << log_n, max_memory)
            }
            Self::Pbkdf2 { hash, iterations } => {
                let blocks = key_length.div_ceil(hash.length()).max(1);
                let max = hash.max_iterations() / blocks as u64;
                within("iterations", iterations, 1, max)
            }
            Self::ShaCrypt { hash, rounds } => {
                within("rounds", rounds, 1000, hash.max_iterations())
            }
            Self::Phpass { log_rounds, .. } => within("cost", log_rounds, 7, MAX_PHPASS_LOG_ROUNDS),
            Self::SaltedSha { .. } => Ok(()),
        }
    }

    /// Refuses a password so long that it would make this scheme slow.
    pub(crate) fn check_password(self, length: usize) -> Result<(), PasswordError> {
        // The hash's rounds, and the number of rounds that take about five seconds with a short
        // password.
        let (rounds, max) = match self {
            Self::ShaCrypt { hash, rounds } => (u64::from(rounds), hash.max_iterations()),
            Self::Phpass { log_rounds, .. } => (1 << log_rounds, 1 << MAX_PHPASS_LOG_ROUNDS),
            _ => return Ok(()),
        };
        // A round hashes the password up to twice, in blocks of 64 bytes or more.
        let blocks = (max / rounds.max(1)).saturating_sub(1) as usize;
        let limit = (32 * blocks).clamp(64, MAX_LEGACY_PASSWORD);
        if length > limit {
            return Err(PasswordError::TooLong { limit });
        }
        Ok(())
    }

    /// The scheme as numbers, for another instance of this code and for JavaScript.
    #[cfg(any(feature = "js", all(test, not(target_arch = "wasm32"))))]
    pub(crate) const fn numbers(self) -> [u32; 5] {
        match self {
            Self::Bcrypt { cost, quirk } => [0, cost, quirk as u32, 0, 0],
            Self::Argon2(params) => [
                1 + params.variant as u32,
                params.version as u32,
                params.memory_cost,
                params.time_cost,
                params.parallelism,
            ],
            Self::Scrypt { log_n, r, p } => [4, log_n, r, p, 0],
            Self::Pbkdf2 { hash, iterations } => [5, hash.length() as u32, iterations, 0, 0],
            Self::ShaCrypt { hash, rounds } => [6, hash.length() as u32, rounds, 0, 0],
            Self::Phpass { hash, log_rounds } => [7, hash as u32, log_rounds, 0, 0],
            Self::SaltedSha { hash } => [8, hash.length() as u32, 0, 0, 0],
        }
    }

    /// The memory that the derivation needs, in bytes.
    #[cfg(any(feature = "js", test))]
    pub(crate) fn memory(self) -> u64 {
        match self {
            Self::Argon2(params) => u64::from(params.memory_cost) << 10,
            Self::Scrypt { log_n, r, p } => scrypt_block(r) * ((1 << log_n) + scrypt_extra(p)),
            _ => 0,
        }
    }

    /// Returns whether hashes with this scheme should be replaced with hashes that use
    /// `wanted`. That is the case if the algorithm differs or any cost is lower.
    pub(crate) fn is_below(self, wanted: Self) -> bool {
        match (self, wanted) {
            (Self::Bcrypt { cost, quirk }, Self::Bcrypt { cost: wanted, .. }) => {
                quirk != BcryptQuirk::None || cost < wanted
            }
            (Self::Argon2(params), Self::Argon2(wanted)) => {
                params.variant != wanted.variant
                    || params.version != wanted.version
                    || params.memory_cost < wanted.memory_cost
                    || params.time_cost < wanted.time_cost
            }
            (
                Self::Scrypt { log_n, r, p },
                Self::Scrypt {
                    log_n: wanted_n,
                    r: wanted_r,
                    p: wanted_p,
                },
            ) => log_n < wanted_n || r < wanted_r || p < wanted_p,
            (
                Self::Pbkdf2 { hash, iterations },
                Self::Pbkdf2 {
                    hash: wanted_hash,
                    iterations: wanted,
                },
            ) => hash != wanted_hash || iterations < wanted,
            _ => true,
        }
    }
}

/// The size of a block in bytes.
fn scrypt_block(r: u32) -> u64 {
    128 * u64::from(r)
}

/// The number of blocks besides the N blocks: two to work in, those of B, and those of the
/// copy of B that exists while B is hashed.
#[cfg(any(feature = "js", test))]
fn scrypt_extra(p: u32) -> u64 {
    2 + 2 * u64::from(p)
}

/// Refuses a hash that needs more memory than `max_memory`. Both arguments are in bytes.
fn fits(memory: u64, max_memory: u64) -> Result<(), PasswordError> {
    if memory <= max_memory {
        return Ok(());
    }
    Err(PasswordError::MemoryRefused {
        needed: memory.div_ceil(1 << 20) as u32,
        allowed: (max_memory >> 20) as u32,
    })
}

fn within(param: &'static str, value: u32, min: u32, max: u64) -> Result<(), PasswordError> {
    if value >= min && u64::from(value) <= max {
        Ok(())
    } else {
        Err(PasswordError::ParamsRefused { param, min, max })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB_256: u64 = 256 << 20;

    fn argon2(memory_cost: u32, time_cost: u32, parallelism: u32) -> Scheme {
        Scheme::Argon2(Argon2 {
            variant: Argon2Variant::Id,
            version: Argon2Version::V13,
            memory_cost,
            time_cost,
            parallelism,
        })
    }

    fn scrypt(log_n: u32, r: u32, p: u32) -> Scheme {
        Scheme::Scrypt { log_n, r, p }
    }

    #[test]
    fn refuses_too_high_and_too_low_costs() {
        let max = u32::MAX;
        for refused in [
            argon2(0, 1, 1),
            argon2(8, 1, 2),
            argon2(8, 0, 1),
            argon2(8, 1, 0),
            argon2(max, 1, 1),
            argon2(8, max, 1),
            argon2(max, max, max),
            argon2(256 * 1024 + 1, 1, 1),
            argon2(256 * 1024, 17, 1),
            argon2(1 << 20, 1, 256),
            scrypt(0, 8, 1),
            scrypt(32, 8, 1),
            scrypt(max, max, max),
            scrypt(14, max, 1),
            scrypt(14, 8, max),
            scrypt(14, 0, 1),
            scrypt(14, 1, 0),
            scrypt(19, 8, 1),
            scrypt(14, 8, 65),
            scrypt(10, 8, 64 * 20),
            scrypt(1, 16, 131_070),
            scrypt(1, 699_050, 1),
            scrypt(14, 65, 1),
            scrypt(17, 8, 9),
        ] {
            let verdict = refused.check_ceiling(32, MIB_256);
            assert!(verdict.is_err(), "{refused:?}");
        }
        for (cost, key_length, fits) in [
            (5_000_000, 32, true),
            (5_000_001, 32, false),
            (2_500_000, 33, true),
            (5_000_000, 33, false),
            (0, 32, false),
            (max, 32, false),
        ] {
            let scheme = Scheme::Pbkdf2 {
                hash: Sha::Sha256,
                iterations: cost,
            };
            assert_eq!(scheme.check_ceiling(key_length, 0).is_ok(), fits);
        }
    }

    #[test]
    fn accepts_costs_within_the_limits() {
        for fits in [
            argon2(8, 1, 1),
            argon2(256 * 1024, 16, 255),
            scrypt(1, 1, 1),
            scrypt(17, 8, 1),
            scrypt(18, 8, 1),
            scrypt(14, 16, 1),
            scrypt(10, 8, 16),
            scrypt(15, 1, 1),
            scrypt(17, 8, 8),
        ] {
            assert_eq!(fits.check_ceiling(32, MIB_256), Ok(()), "{fits:?}");
            assert!(fits.memory() <= MIB_256 + (1 << 20));
        }
    }
}
