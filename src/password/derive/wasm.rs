//! The engines for wasm, written for `simd128`. Native builds include them only for tests
//! and fuzzing, with plain vectors instead.

mod argon2;
mod bcrypt;
mod lanes;
mod pbkdf2;
mod pi;
mod scrypt;
#[cfg(test)]
mod tests;

use std::cell::RefCell;

use self::argon2::argon2;
use self::bcrypt::bcrypt;
use self::lanes::V;
use self::pbkdf2::{pbkdf2_sha1, pbkdf2_sha256, pbkdf2_sha512};
use self::scrypt::scrypt;
use super::{bcrypt_key, legacy};
use crate::password::scheme::{Scheme, Sha};

thread_local! {
    /// The memory that argon2 and scrypt work in. Wasm's linear memory never shrinks, so
    /// this memory is kept for later derivations.
    static MEMORY: RefCell<Vec<V>> = const { RefCell::new(Vec::new()) };
}

fn with_memory(length: usize, work: impl FnOnce(&mut [V])) {
    MEMORY.with_borrow_mut(|memory| {
        if memory.len() < length {
            // Frees the old memory first, so that the larger allocation can reuse the space.
            *memory = Vec::new();
            *memory = vec![V::ZERO; length];
        }
        let memory = &mut memory[..length];
        work(memory);
        memory.fill(V::ZERO);
    });
}

// Not inlined, because the caller scrubs this stack frame afterwards.
#[inline(never)]
pub(super) fn derive(scheme: Scheme, password: &[u8], salt: &[u8], key: &mut [u8]) {
    match scheme {
        Scheme::Bcrypt { cost, quirk } => {
            let salt = salt.try_into().expect("bcrypt's salt is checked");
            bcrypt_key::each(password, quirk, key, |words| bcrypt(cost, salt, words));
        }
        Scheme::Argon2(params) => {
            with_memory(params.memory_vectors(), |memory| {
                argon2(&params, password, salt, &[], &[], key, memory);
            });
        }
        Scheme::Scrypt { log_n, r, p } => {
            with_memory(scrypt::memory_vectors(log_n, r), |memory| {
                scrypt(log_n, r, p, password, salt, key, memory);
            });
        }
        Scheme::Pbkdf2 { hash, iterations } => match hash {
            Sha::Sha1 => pbkdf2_sha1(password, salt, iterations, key),
            Sha::Sha256 => pbkdf2_sha256(password, salt, iterations, key),
            Sha::Sha512 => pbkdf2_sha512(password, salt, iterations, key),
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
