//! Estimates what hashes cost, so that a refused sign-in takes the same time no matter
//! which hash is stored. A Worker's clock stands still while code runs, so work is
//! counted instead of timed.

use edgeseal::HashParams;

/// Microseconds in workerd on a 2.3 GHz Xeon with fast SHA-2. Only the ratios matter,
/// and they differ between processors: on a 2.5 GHz processor where bcrypt is equally
/// fast, PBKDF2 takes 1.7 times as long. The lower figure is the safe one, because a
/// refusal must never cost less than the policy's hash. `npm run password:costs`
/// compares these figures with measurements.
///
/// bcrypt: one round. A hash takes 2^cost rounds.
const BCRYPT_ROUND: f64 = 72.0;
/// Argon2: one pass over 1 KiB of memory, and the one-time allocation and clearing of that KiB.
const ARGON2_PASS: f64 = 0.7;
const ARGON2_MEMORY: f64 = 0.3;
/// scrypt: one of the p passes over 1 KiB of memory, and the one-time clearing of that
/// KiB. The memory consists of N blocks of 128 × r bytes each.
const SCRYPT_RUN: f64 = 2.15;
const SCRYPT_MEMORY: f64 = 0.15;
/// PBKDF2: one iteration.
const PBKDF2_SHA256_ITERATION: f64 = 0.49;
const PBKDF2_SHA512_ITERATION: f64 = 0.72;

/// bcrypt's lowest cost.
const MIN_BCRYPT_COST: u32 = 4;
/// The maximum number of times that scrypt's N is halved. Hashes with an even smaller N
/// would spend most of their time on overhead.
const SCRYPT_HALVINGS: u32 = 6;

/// Returns the dummy hashes that make up the difference between the work on a stored
/// hash and the cost of the policy's hash. If that work cost at least as much as the
/// policy's hash, returns none. If there was no work, returns one hash under the
/// policy. Dummy hashes use the policy's algorithm. If the stored hash has the same
/// algorithm, the total cost is exact on every processor; otherwise, it is as accurate
/// as the constants above.
pub(super) fn missing(policy: HashParams, done: Option<HashParams>) -> Vec<HashParams> {
    let Some(done) = done else {
        return vec![policy];
    };
    let share = 1.0 - micros(done) / micros(policy);
    if share <= 0.0 {
        return Vec::new();
    }
    // Round up, so that a refusal costs at least as much as the policy's hash.
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
            // RFC 9106 §3.1: at least 8 KiB per lane.
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

/// Splits this share of 2^`exponent`, rounded up, into powers of two. Returns their
/// exponents, none of which is less than `lowest`.
fn powers_of_two(share: f64, exponent: u32, lowest: u32) -> impl Iterator<Item = u32> {
    let steps = exponent.saturating_sub(lowest);
    let sum = (share * f64::from(1_u32 << steps)).ceil() as u32;
    (0..=steps)
        .filter(move |step| sum >> step & 1 == 1)
        .map(move |step| lowest + step)
}

/// Returns the time that a hash takes in workerd, in microseconds.
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

    /// The costs of hashes from other systems.
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
                // Dummy hashes must never fail, because a failure would lead to a
                // distinguishable response.
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
        // This is true of every policy.
        for policy in POLICIES {
            assert_eq!(missing(policy, None), [policy]);
            assert_eq!(missing(policy, Some(policy)), []);
        }
    }
}
