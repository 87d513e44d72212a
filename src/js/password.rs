//! Turns a password into a message from which this wasm instance or another one derives the
//! key.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use zeroize::{Zeroize, Zeroizing};

use super::buffer;
use super::error;
use super::keys::Secrets;
use crate::password::{
    self, HashParams, Hashing, Password, PasswordPolicy, Pepper, conclude, describe,
};

#[wasm_bindgen]
pub struct Policy(PasswordPolicy);

#[wasm_bindgen]
impl Policy {
    /// `algorithm` is an index into the list in `pkg-template/src/policy.ts`. A cost or length
    /// of 0 means the default.
    #[wasm_bindgen(constructor)]
    pub fn new(
        algorithm: u8,
        costs: &[u32],
        salt_length: usize,
        hash_length: usize,
        max_memory: f64,
        weak: bool,
        pepper: Option<Secrets>,
    ) -> Result<Self, JsValue> {
        let params = params(algorithm, costs);
        let build = || {
            let mut policy = if weak {
                PasswordPolicy::weak(params)?
            } else {
                PasswordPolicy::new(params)?
            };
            if salt_length > 0 {
                policy = policy.salt_length(salt_length)?;
            }
            if hash_length > 0 {
                policy = policy.hash_length(hash_length)?;
            }
            policy.max_memory(max_memory as u64)
        };
        let mut policy = build().map_err(|refusal| error::password(&refusal))?;
        if let Some(secrets) = pepper {
            let pepper = Pepper::from_ring(secrets.into_ring()?);
            policy = policy.pepper(pepper.map_err(|refusal| error::key(&refusal))?);
        }
        Ok(Self(policy))
    }

    /// Adds a key that another system mixed into its passwords.
    #[wasm_bindgen(js_name = addLegacyKey)]
    pub fn add_legacy_key(&mut self, id: &str, key: Vec<u8>) {
        let key = Zeroizing::new(key);
        self.0 = std::mem::take(&mut self.0).legacy_key(id, &key);
    }

    /// Returns a message from which [`derive`] makes the string to store.
    pub fn hash(&self, password: Vec<u8>) -> Result<Uint8Array, JsValue> {
        let mut salt = vec![0; self.0.salt_bytes()];
        fill(&mut salt)?;
        Password::new(password)
            .and_then(|password| self.0.begin_hash(&password, &salt))
            .map(|hashing| copied(&hashing.into_message()))
            .map_err(|refusal| error::password(&refusal))
    }

    /// Returns a message from which [`derive`] computes the verdict.
    pub fn verify(&self, password: Vec<u8>, stored: &str) -> Result<Uint8Array, JsValue> {
        Password::new(password)
            .and_then(|password| self.0.begin_verify(&password, stored))
            .map(|verifying| copied(&verifying.into_message(stored)))
            .map_err(|refusal| error::password(&refusal))
    }

    #[wasm_bindgen(js_name = needsRehash)]
    pub fn needs_rehash(&self, stored: &str) -> Result<bool, JsValue> {
        let verdict = self.0.needs_rehash(stored);
        verdict.map_err(|refusal| error::password(&refusal))
    }
}

fn params(algorithm: u8, costs: &[u32]) -> HashParams {
    let presets = [
        HashParams::BCRYPT,
        HashParams::ARGON2ID,
        HashParams::SCRYPT,
        HashParams::PBKDF2_SHA256,
        HashParams::PBKDF2_SHA512,
    ];
    let mut params = presets[usize::from(algorithm) % presets.len()];
    let slots = match &mut params {
        HashParams::Bcrypt { cost } => [Some(cost), None, None],
        HashParams::Argon2id {
            memory_cost,
            time_cost,
            parallelism,
        } => [Some(memory_cost), Some(time_cost), Some(parallelism)],
        HashParams::Scrypt { log_n, r, p } => [Some(log_n), Some(r), Some(p)],
        HashParams::Pbkdf2Sha256 { iterations } | HashParams::Pbkdf2Sha512 { iterations } => {
            [Some(iterations), None, None]
        }
    };
    for (slot, cost) in slots.into_iter().flatten().zip(costs) {
        if *cost > 0 {
            *slot = *cost;
        }
    }
    params
}

/// Returns a message that tells [`derive`] to hash with bcrypt, using the caller's salt and a
/// cost from 4 to 31. Returns `undefined` unless the salt is 16 bytes long.
#[wasm_bindgen]
pub fn bcrypt(password: Vec<u8>, salt: &[u8], cost: u32) -> Option<Uint8Array> {
    let salt = salt.try_into().ok()?;
    Some(copied(
        &Hashing::bcrypt(password, salt, cost).into_message(),
    ))
}

/// Copies a message, including the password, to JavaScript.
fn copied(message: &[u8]) -> Uint8Array {
    Uint8Array::from(message)
}

/// Does the work that the message in the buffer describes, replaces the message with the
/// result, and returns the result's length, or 0 if the buffer doesn't hold a valid message.
/// All arguments and results are numbers, so that this function works without wasm-bindgen's
/// glue code.
#[wasm_bindgen]
pub fn derive(length: usize) -> usize {
    let mut message = buffer::with(|state| {
        let message = state.buffer.get_mut(..length).unwrap_or_default();
        let copy = Zeroizing::new(message.to_vec());
        message.zeroize();
        copy
    });
    let answer = conclude(&mut message).unwrap_or_default();
    buffer::with(|state| state.put(&answer))
}

/// Returns the numbers that `pkg-template/src/inspect.ts` reads.
#[wasm_bindgen(js_name = inspectHash)]
pub fn inspect(stored: &str) -> Result<Vec<u32>, JsValue> {
    let numbers = describe(stored).map_err(|refusal| error::password(&refusal))?;
    Ok(numbers.into())
}

#[wasm_bindgen(js_name = wantsNfkc)]
pub fn wants_nfkc(stored: &str) -> bool {
    password::wants_nfkc(stored)
}

#[wasm_bindgen(js_name = randomBytes)]
pub fn random_bytes(length: usize) -> Result<Vec<u8>, JsValue> {
    let mut bytes = vec![0; length];
    fill(&mut bytes)?;
    Ok(bytes)
}

fn fill(bytes: &mut [u8]) -> Result<(), JsValue> {
    getrandom::fill(bytes)
        .map_err(|_| js_sys::Error::new("this runtime provides no random bytes here").into())
}
