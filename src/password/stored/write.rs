//! Writes new hashes: bcrypt as `$2b$…`, and all others in the PHC string format,
//! `$<id>[$v=<version>]$<params>$<salt>$<hash>`.

use crate::password::encoding::{write_base64, write_bcrypt_base64};
use crate::password::scheme::{Argon2Variant, Scheme, Sha};

/// Returns empty text for schemes that new hashes never use.
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
        Scheme::Bcrypt { cost, .. } => {
            let (salt, key) = (write_bcrypt_base64(salt), write_bcrypt_base64(key));
            return format!("$2b${cost:02}${salt}{key}");
        }
        Scheme::ShaCrypt { .. } | Scheme::Phpass { .. } | Scheme::SaltedSha { .. } => {
            return String::new();
        }
    };
    let (salt, key) = (write_base64(salt), write_base64(key));
    format!("${id}${params}${salt}${key}")
}
