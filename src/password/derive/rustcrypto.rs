//! The native engines: the `RustCrypto` crates.

use argon2::{Algorithm, Params, Version};
use sha2::{Sha256, Sha512};
use zeroize::Zeroize;

use super::bcrypt_key;
use crate::password::scheme::{Argon2Variant, Argon2Version, Scheme, Sha2};

const CHECKED: &str = "a scheme is checked before it is derived";

pub(super) fn derive(scheme: Scheme, password: &[u8], salt: &[u8], key: &mut [u8]) {
    match scheme {
        Scheme::Bcrypt {
            cost,
            sign_extended,
        } => {
            let salt = salt.try_into().expect(CHECKED);
            let mut words = bcrypt_key::words(password, sign_extended);
            let mut bytes = words.map(u32::to_be_bytes);
            let mut output = bcrypt::bcrypt(cost, salt, bytes.as_flattened());
            key.copy_from_slice(&output[..key.len()]);
            words.zeroize();
            bytes.as_flattened_mut().zeroize();
            output.zeroize();
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
            Sha2::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, iterations, key),
            Sha2::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>(password, salt, iterations, key),
        },
    }
}
