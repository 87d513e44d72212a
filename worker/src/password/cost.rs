//! What hashes cost, so that a refused sign-in costs the same whatever is stored.
//! A Worker's clock stands still while code runs, so work is counted, not timed.

use edgeseal::HashParams;

/// Microseconds in workerd on a Xeon of 2.3 GHz, where SHA-2 is fast. Only their
/// ratios count, and those differ between processors: on one of 2.5 GHz whose
/// bcrypt is as fast, PBKDF2 takes 1.7 times as long. The faster one is right
/// here, for a refusal must never cost less than the policy's hash. `npm run
/// password:costs` compares them with what it measures.
///
/// bcrypt: a round, of which a hash has 2^cost.
const BCRYPT_ROUND: f64 = 72.0;
/// Argon2: a KiB of memory, in each pass, and once to take and clear it.
const ARGON2_PASS: f64 = 0.7;
const ARGON2_MEMORY: f64 = 0.3;
/// scrypt: a KiB of the N blocks of 128 r bytes, p times, and once to clear it.
const SCRYPT_RUN: f64 = 2.15;
const SCRYPT_MEMORY: f64 = 0.15;
/// PBKDF2: an iteration.
const PBKDF2_SHA256_ITERATION: f64 = 0.49;
const PBKDF2_SHA512_ITERATION: f64 = 0.72;

/// The lowest cost that bcrypt has.
const MIN_BCRYPT_COST: u32 = 4;
/// How often scrypt's N is halved at most: smaller ones cost more around their
/// core than in it.
const SCRYPT_HALVINGS: u32 = 6;

/// The hashes that a refusal has yet to make after work on a stored one, so that
/// it costs what the policy's hash costs: none where the stored one cost as much
/// or more, the policy's own where there was no work. They are of the policy's
/// algorithm: for a stored hash of the same algorithm the sum is exact on every
/// processor, for another it is as good as the table.
pub(super) fn missing(policy: HashParams, done: Option<HashParams>) -> Vec<HashParams> {
    let Some(done) = done else {
        return vec![policy];
    };
    let share = 1.0 - micros(done) / micros(policy);
    if share <= 0.0 {
        return Vec::new();
    }
    // Rounded up: a refusal costs the policy's hash at least.
    let part = |whole: u32| (share * f64::from(whole)).ceil() as u32;
    match policy {
        HashParams::Bcrypt { cost } => powers_of_two(share, cost, MIN_BCRYPT_COST)
            .map(|cost| HashParams::Bcrypt { cost })
            .collect(),
        HashParams::Argon2id {
            memory_cost,
            time_cost,
            parallelism,
        } => vec![HashParams::Argon2id {
            // RFC 9106 §3.1: at least 8 KiB a lane.
            memory_cost: part(memory_cost).max(8 * parallelism),
            time_cost,
            parallelism,
        }],
        HashParams::Scrypt { log_n, r, p } => {
            let lowest = log_n.saturating_sub(SCRYPT_HALVINGS).max(1);
            powers_of_two(share, log_n, lowest)
                .map(|log_n| HashParams::Scrypt { log_n, r, p })
                .collect()
        }
        HashParams::Pbkdf2Sha256 { iterations } => vec![HashParams::Pbkdf2Sha256 {
            iterations: part(iterations),
        }],
        HashParams::Pbkdf2Sha512 { iterations } => vec![HashParams::Pbkdf2Sha512 {
            iterations: part(iterations),
        }],
    }
}

/// The exponents, from `lowest` on, of the powers of two whose sum is this share
/// of 2^`exponent`, rounded up.
fn powers_of_two(share: f64, exponent: u32, lowest: u32) -> impl Iterator<Item = u32> {
    let steps = exponent.saturating_sub(lowest);
    let sum = (share * f64::from(1_u32 << steps)).ceil() as u32;
    (0..=steps)
        .filter(move |step| sum >> step & 1 == 1)
        .map(move |step| lowest + step)
}

/// The time of a hash in workerd, in microseconds.
fn micros(params: HashParams) -> f64 {
    match params {
        HashParams::Bcrypt { cost } => BCRYPT_ROUND * power(cost),
        HashParams::Argon2id {
            memory_cost,
            time_cost,
            ..
        } => {
            let passes = ARGON2_PASS * f64::from(time_cost) + ARGON2_MEMORY;
            passes * f64::from(memory_cost)
        }
        HashParams::Scrypt { log_n, r, p } => {
            let runs = SCRYPT_RUN * f64::from(p) + SCRYPT_MEMORY;
            runs * power(log_n) * f64::from(r) / 8.0
        }
        HashParams::Pbkdf2Sha256 { iterations } => PBKDF2_SHA256_ITERATION * f64::from(iterations),
        HashParams::Pbkdf2Sha512 { iterations } => PBKDF2_SHA512_ITERATION * f64::from(iterations),
    }
}

fn power(exponent: u32) -> f64 {
    f64::from(exponent).exp2()
}

#[cfg(test)]
mod tests {
    use edgeseal::PasswordPolicy;

    use super::*;

    const POLICIES: [HashParams; 9] = [
        HashParams::Bcrypt { cost: 10 },
        HashParams::BCRYPT,
        HashParams::ARGON2ID,
        HashParams::ARGON2ID_46_MIB,
        argon2id(12 * 1024, 3, 4),
        scrypt(15, 8, 3),
        scrypt(14, 8, 5),
        HashParams::PBKDF2_SHA256,
        HashParams::PBKDF2_SHA512,
    ];

    /// Hashes as other systems have them.
    const STORED: [HashParams; 15] = [
        HashParams::Bcrypt { cost: 4 },
        HashParams::Bcrypt { cost: 8 },
        HashParams::Bcrypt { cost: 11 },
        HashParams::Bcrypt { cost: 16 },
        argon2id(8, 1, 1),
        argon2id(4 * 1024, 3, 1),
        argon2id(64 * 1024, 3, 4),
        scrypt(1, 1, 1),
        scrypt(14, 16, 1),
        scrypt(15, 8, 1),
        HashParams::Pbkdf2Sha256 { iterations: 1 },
        HashParams::Pbkdf2Sha256 { iterations: 29_000 },
        HashParams::Pbkdf2Sha256 {
            iterations: 1_000_000,
        },
        HashParams::Pbkdf2Sha512 { iterations: 25_000 },
        HashParams::Pbkdf2Sha512 {
            iterations: 2_500_000,
        },
    ];

    const fn argon2id(memory_cost: u32, time_cost: u32, parallelism: u32) -> HashParams {
        HashParams::Argon2id {
            memory_cost,
            time_cost,
            parallelism,
        }
    }

    const fn scrypt(log_n: u32, r: u32, p: u32) -> HashParams {
        HashParams::Scrypt { log_n, r, p }
    }

    fn sum(hashes: &[HashParams]) -> f64 {
        hashes.iter().copied().map(micros).sum()
    }

    #[test]
    fn a_cheaper_hash_is_filled_up_to_the_policys() {
        for policy in POLICIES {
            let whole = micros(policy);
            for stored in STORED {
                let missing = missing(policy, Some(stored));
                let spent = micros(stored) + sum(&missing);
                if micros(stored) >= whole {
                    assert_eq!(missing, [], "{stored:?} under {policy:?}");
                } else {
                    let range = whole * 0.999..whole * 1.03;
                    assert!(range.contains(&spent), "{stored:?} under {policy:?}");
                }
                // None of them may fail: that would be an answer of its own.
                for params in missing {
                    assert!(PasswordPolicy::weak(params).is_ok(), "{params:?}");
                    assert!(micros(params) <= whole, "{params:?}");
                }
            }
        }
    }

    #[test]
    fn a_cheaper_hash_of_the_policys_algorithm_is_filled_exactly() {
        let bcrypt = |costs: std::ops::Range<u32>| -> Vec<_> {
            costs.map(|cost| HashParams::Bcrypt { cost }).collect()
        };
        for (policy, stored) in [(10, 8), (10, 9), (12, 4), (12, 11), (16, 4), (5, 4), (4, 4)] {
            let found = missing(
                HashParams::Bcrypt { cost: policy },
                Some(HashParams::Bcrypt { cost: stored }),
            );
            assert_eq!(found, bcrypt(stored..policy), "{stored} under {policy}");
        }
        for (policy, stored, left) in [
            (
                HashParams::PBKDF2_SHA256,
                HashParams::Pbkdf2Sha256 {
                    iterations: 150_000,
                },
                HashParams::Pbkdf2Sha256 {
                    iterations: 450_000,
                },
            ),
            (
                HashParams::ARGON2ID,
                argon2id(4 * 1024, 2, 1),
                argon2id(15 * 1024, 2, 1),
            ),
            (scrypt(15, 8, 3), scrypt(14, 8, 3), scrypt(14, 8, 3)),
        ] {
            assert_eq!(missing(policy, Some(stored)), [left]);
        }
    }

    #[test]
    fn without_work_a_refusal_costs_the_policys_hash_and_no_other() {
        // Nothing here depends on what others have stored.
        for policy in POLICIES {
            assert_eq!(missing(policy, None), [policy]);
            assert_eq!(missing(policy, Some(policy)), []);
        }
    }
}
