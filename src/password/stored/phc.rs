//! The PHC string format, `$<id>[$v=<version>]$<params>$<salt>$<hash>`, and passlib's
//! older PBKDF2 format.

use super::crypt;
use super::hash::StoredHash;
use crate::error::PasswordError;
use crate::password::encoding::{base64, dotted_base64, named, number, write_base64};
use crate::password::scheme::{Argon2, Argon2Variant, Argon2Version, Scheme, Sha};

/// RFC 9106 doesn't set a minimum for the salt, but argon2's reference library requires
/// 8 bytes.
const MIN_ARGON2_SALT_LENGTH: usize = 8;

pub(super) fn parse(text: &str) -> Result<Option<StoredHash>, PasswordError> {
    let Some((id, rest)) = text.strip_prefix('$').and_then(|text| text.split_once('$')) else {
        return Ok(None);
    };
    let variant = match id {
        "argon2d" => Argon2Variant::D,
        "argon2i" => Argon2Variant::I,
        "argon2id" => Argon2Variant::Id,
        "scrypt" => return Ok(scrypt(rest)),
        "pbkdf2-sha256" => return Ok(pbkdf2(Sha::Sha256, rest)),
        "pbkdf2-sha512" => return Ok(pbkdf2(Sha::Sha512, rest)),
        _ => return Ok(None),
    };
    argon2(variant, rest)
}

/// The last three parts: the parameters, the salt and the hash.
fn parts(text: &str) -> Option<[&str; 3]> {
    let mut parts = text.split('$');
    let found = [parts.next()?, parts.next()?, parts.next()?];
    parts.next().is_none().then_some(found)
}

fn argon2(variant: Argon2Variant, text: &str) -> Result<Option<StoredHash>, PasswordError> {
    let (version, text) = match text.strip_prefix("v=") {
        None => (Argon2Version::V10, text),
        Some(rest) => match rest.split_once('$') {
            Some(("16", rest)) => (Argon2Version::V10, rest),
            Some(("19", rest)) => (Argon2Version::V13, rest),
            _ => return Ok(None),
        },
    };
    let Some([params, salt, key]) = parts(text) else {
        return Ok(None);
    };
    let is_unsupported = |param: &str| param.starts_with("keyid=") || param.starts_with("data=");
    if params.split(',').any(is_unsupported) {
        return Err(PasswordError::HashInvalid {
            reason: "uses argon2's keyid or data, which is not supported",
        });
    }
    let costs = named(params, ["m", "t", "p"]);
    // The npm package `argon2` sorts the parameters by name.
    let sorted = || named(params, ["m", "p", "t"]).map(|[m, p, t]| [m, t, p]);
    let Some([memory_cost, time_cost, parallelism]) = costs.or_else(sorted) else {
        return Ok(None);
    };
    let scheme = Scheme::Argon2(Argon2 {
        variant,
        version,
        memory_cost,
        time_cost,
        parallelism,
    });
    let salt = base64(salt).filter(|salt| salt.len() >= MIN_ARGON2_SALT_LENGTH);
    let stored = if costs.is_some() {
        StoredHash::ours
    } else {
        StoredHash::foreign
    };
    Ok(salt
        .zip(base64(key))
        .map(|(salt, key)| stored(scheme, salt, key)))
}

fn scrypt(text: &str) -> Option<StoredHash> {
    let [params, salt, key] = parts(text)?;
    let [log_n, r, p] = named(params, ["ln", "r", "p"])?;
    let scheme = Scheme::Scrypt { log_n, r, p };
    Some(StoredHash::ours(scheme, base64(salt)?, base64(key)?))
}

/// Reads `i=600000,l=32` with base64, or passlib's `29000` with dotted base64.
fn pbkdf2(hash: Sha, text: &str) -> Option<StoredHash> {
    let [params, salt, key] = parts(text)?;
    let scheme = |iterations| Scheme::Pbkdf2 { hash, iterations };
    if let Some(iterations) = number(params) {
        let (salt, key) = (dotted_base64(salt)?, dotted_base64(key)?);
        return Some(StoredHash::foreign(scheme(iterations), salt, key));
    }
    let [iterations, length] = named(params, ["i", "l"])?;
    let key = base64(key).filter(|key| key.len() == length as usize)?;
    Some(StoredHash::ours(scheme(iterations), base64(salt)?, key))
}

pub(super) fn write(scheme: Scheme, salt: &[u8], key: &[u8]) -> String {
    let (id, params) = match scheme {
        Scheme::Argon2(argon2) => {
            let id = match argon2.variant {
                Argon2Variant::D => "argon2d",
                Argon2Variant::I => "argon2i",
                Argon2Variant::Id => "argon2id",
            };
            let (v, m) = (argon2.version as u32, argon2.memory_cost);
            let (t, p) = (argon2.time_cost, argon2.parallelism);
            (id, format!("v={v}$m={m},t={t},p={p}"))
        }
        Scheme::Scrypt { log_n, r, p } => ("scrypt", format!("ln={log_n},r={r},p={p}")),
        Scheme::Pbkdf2 { hash, iterations } => {
            let id = match hash {
                Sha::Sha1 => "pbkdf2-sha1",
                Sha::Sha256 => "pbkdf2-sha256",
                Sha::Sha512 => "pbkdf2-sha512",
            };
            (id, format!("i={iterations},l={}", key.len()))
        }
        // bcrypt's format is older than the PHC string format.
        Scheme::Bcrypt { cost, .. } => return crypt::write_bcrypt(cost, salt, key),
        // No new hash has these schemes.
        Scheme::ShaCrypt { .. } | Scheme::Phpass { .. } | Scheme::SaltedSha { .. } => {
            return String::new();
        }
    };
    let (salt, key) = (write_base64(salt), write_base64(key));
    format!("${id}${params}${salt}${key}")
}
