//! `PASSWORD_ALGORITHM` and `PASSWORD_PARAMS`: how new passwords are hashed.
//! `PASSWORD_MAX_MEMORY`, `PASSWORD_LEGACY_KEYS` and the `PASSWORD_VERIFIER` binding: which
//! stored hashes can be verified.

use std::collections::BTreeMap;

use edgeseal::{HashParams, PasswordPolicy};
use serde::Deserialize;
use worker::{Env, console_warn};

use super::env::{is_bound, object_of, text_of};
use super::error::ConfigError;

/// In MiB. All requests in an isolate share its 128 MB of memory, so a hash that needs more
/// than the default may leave too little for them. Hashes are computed one at a time.
const DEFAULT_MEMORY: u64 = 64;
const MAX_MEMORY: u64 = 112;

/// The binding of a service that verifies stored hashes that the Worker can't read.
pub(crate) const VERIFIER_BINDING: &str = "PASSWORD_VERIFIER";

/// Returns whether a service that verifies unreadable hashes is bound.
pub(super) fn has_verifier(env: &Env) -> Result<bool, ConfigError> {
    is_bound(env, VERIFIER_BINDING, "fetch")
}

/// Parameters, named as in the npm package.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
struct Params {
    cost: Option<u32>,
    memory_cost: Option<u32>,
    time_cost: Option<u32>,
    parallelism: Option<u32>,
    #[serde(rename = "N")]
    n: Option<u32>,
    r: Option<u32>,
    p: Option<u32>,
    iterations: Option<u32>,
    #[serde(rename = "allowWeakParams")]
    allow_weak: bool,
}

pub(super) fn read(env: &Env) -> Result<PasswordPolicy, ConfigError> {
    if params_of(env)?.allow_weak {
        console_warn!("PASSWORD_PARAMS allows weak hashes; use this only in tests");
    }
    policy_of(env)
}

fn params_of(env: &Env) -> Result<Params, ConfigError> {
    let malformed = ConfigError::PasswordParamsMalformed;
    Ok(object_of(env, "PASSWORD_PARAMS", malformed)?.unwrap_or_default())
}

pub(crate) fn policy_of(env: &Env) -> Result<PasswordPolicy, ConfigError> {
    let params = params_of(env)?;
    let algorithm = text_of(env, "PASSWORD_ALGORITHM")?;
    let memory = match text_of(env, "PASSWORD_MAX_MEMORY")? {
        None => DEFAULT_MEMORY,
        Some(text) => text
            .parse()
            .ok()
            .filter(|memory| (DEFAULT_MEMORY..=MAX_MEMORY).contains(memory))
            .ok_or(ConfigError::PasswordMemory)?,
    };
    let malformed = || ConfigError::PasswordLegacyKeys;
    let keys: BTreeMap<String, String> =
        object_of(env, "PASSWORD_LEGACY_KEYS", malformed())?.unwrap_or_default();
    let mut policy = policy(algorithm.as_deref().unwrap_or("bcrypt"), &params)?;
    policy = policy.max_memory(memory << 20)?;
    for (id, key) in &keys {
        if id.is_empty() || key.is_empty() {
            return Err(malformed());
        }
        policy = policy.legacy_key(id, key.as_bytes());
    }
    Ok(policy)
}

fn policy(algorithm: &str, params: &Params) -> Result<PasswordPolicy, ConfigError> {
    let hashing = match algorithm {
        "bcrypt" => HashParams::Bcrypt {
            cost: params.cost.unwrap_or(12),
        },
        "argon2id" => HashParams::Argon2id {
            memory_cost: params.memory_cost.unwrap_or(19 * 1024),
            time_cost: params.time_cost.unwrap_or(2),
            parallelism: params.parallelism.unwrap_or(1),
        },
        // N = 2^15 with p = 3 is as strong as N = 2^17 with p = 1 (OWASP), but needs
        // only a quarter of the memory: 32 MiB, which fits into an isolate.
        "scrypt" => HashParams::Scrypt {
            log_n: log2(params.n.unwrap_or(1 << 15))?,
            r: params.r.unwrap_or(8),
            p: params.p.unwrap_or(3),
        },
        "pbkdf2-sha256" => HashParams::Pbkdf2Sha256 {
            iterations: params.iterations.unwrap_or(600_000),
        },
        "pbkdf2-sha512" => HashParams::Pbkdf2Sha512 {
            iterations: params.iterations.unwrap_or(210_000),
        },
        _ => return Err(ConfigError::PasswordAlgorithm),
    };
    let own: &[Option<u32>] = match algorithm {
        "bcrypt" => &[params.cost],
        "argon2id" => &[params.memory_cost, params.time_cost, params.parallelism],
        "scrypt" => &[params.n, params.r, params.p],
        _ => &[params.iterations],
    };
    let count = |given: &[Option<u32>]| given.iter().flatten().count();
    if count(own) != count(&params.all()) {
        return Err(ConfigError::PasswordParamsMalformed);
    }
    let policy = if params.allow_weak {
        PasswordPolicy::weak(hashing)
    } else {
        PasswordPolicy::new(hashing)
    };
    Ok(policy?.max_memory(DEFAULT_MEMORY << 20)?)
}

impl Params {
    const fn all(&self) -> [Option<u32>; 8] {
        [
            self.cost,
            self.memory_cost,
            self.time_cost,
            self.parallelism,
            self.n,
            self.r,
            self.p,
            self.iterations,
        ]
    }
}

fn log2(n: u32) -> Result<u32, ConfigError> {
    if n.is_power_of_two() {
        Ok(n.trailing_zeros())
    } else {
        Err(ConfigError::PasswordParamsMalformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_policy(algorithm: &str, params: &str) -> Result<PasswordPolicy, String> {
        let params = serde_json::from_str(params).map_err(|error| error.to_string())?;
        policy(algorithm, &params).map_err(|error| error.to_string())
    }

    #[test]
    fn takes_the_parameters_of_the_algorithm_and_no_others() {
        for (algorithm, params) in [
            ("bcrypt", "{}"),
            ("bcrypt", r#"{"cost":10}"#),
            ("bcrypt", r#"{"cost":4,"allowWeakParams":true}"#),
            ("argon2id", r#"{"memoryCost":47104,"timeCost":1}"#),
            ("scrypt", r#"{"N":16384,"r":8,"p":5}"#),
            ("scrypt", "{}"),
            // Exactly 64 MiB, without the few blocks that `check_ceiling` does not count.
            ("scrypt", r#"{"N":65536,"p":2}"#),
            ("pbkdf2-sha256", "{}"),
            ("pbkdf2-sha512", r#"{"iterations":300000}"#),
        ] {
            assert!(
                read_policy(algorithm, params).is_ok(),
                "{algorithm} {params}"
            );
        }
        for (algorithm, params) in [
            ("sha256", "{}"),
            ("bcrypt", r#"{"cost":9}"#),
            ("bcrypt", r#"{"iterations":600000}"#),
            ("bcrypt", r#"{"rounds":12}"#),
            ("scrypt", r#"{"N":65535,"p":9}"#),
            // 128 MiB, where new hashes may use 64.
            ("scrypt", r#"{"N":131072,"p":1}"#),
            ("argon2id", r#"{"memoryCost":131072}"#),
        ] {
            assert!(
                read_policy(algorithm, params).is_err(),
                "{algorithm} {params}"
            );
        }
    }
}
