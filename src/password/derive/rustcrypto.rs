//! The native engines: the `RustCrypto` crates.

use argon2::{Algorithm, Params, Version};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use zeroize::Zeroize;

use super::{bcrypt_key, legacy};
use crate::password::scheme::{Argon2Variant, Argon2Version, Scheme, Sha};

const CHECKED: &str = "a scheme is checked before it is derived";

pub(super) fn derive(scheme: Scheme, password: &[u8], salt: &[u8], key: &mut [u8]) {
    match scheme {
        Scheme::Bcrypt { cost, quirk } => {
            let salt = salt.try_into().expect(CHECKED);
            bcrypt_key::each(password, quirk, key, |words| {
                let mut bytes = words.map(u32::to_be_bytes);
                let digest = bcrypt::bcrypt(cost, salt, bytes.as_flattened());
                bytes.as_flattened_mut().zeroize();
                digest
            });
        }
        Scheme::Argon2(scheme) => {
            let algorithm = match scheme.variant {
                Argon2Variant::D => Algorithm::Argon2d,
                Argon2Variant::I => Algorithm::Argon2i,
                Argon2Variant::Id => Algorithm::Argon2id,
            };
            let version = match scheme.version {
                Argon2Version::V10 => Version::V0x10,
                Argon2Version::V13 => Version::V0x13,
            };
            let (m, t, p) = (scheme.memory_cost, scheme.time_cost, scheme.parallelism);
            let params = Params::new(m, t, p, Some(key.len())).expect(CHECKED);
            argon2::Argon2::new(algorithm, version, params)
                .hash_password_into(password, salt, key)
                .expect(CHECKED);
        }
        Scheme::Scrypt { log_n, r, p } => {
            let params = scrypt::Params::new(log_n as u8, r, p).expect(CHECKED);
            scrypt::scrypt(password, salt, &params, key).expect(CHECKED);
        }
        Scheme::Pbkdf2 { hash, iterations } => match hash {
            Sha::Sha1 => pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, iterations, key),
            Sha::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, iterations, key),
            Sha::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>(password, salt, iterations, key),
        },
        Scheme::ShaCrypt { hash, rounds } => {
            legacy::sha_crypt(hash, rounds, password, salt, key);
        }
        Scheme::Phpass { hash, log_rounds } => {
            legacy::phpass(hash, log_rounds, password, salt, key);
        }
        Scheme::SaltedSha { hash } => legacy::salted_sha(hash, password, salt, key),
    }
}
