//! Passwords are derived here, or elsewhere: [`Job`] is what both need.

use wasm_bindgen::prelude::*;
use zeroize::{Zeroize, Zeroizing};

use super::error;
use super::keys::Secrets;
use super::room;
use crate::password::{
    Derivation, HashParams, Hashing, Password, PasswordPolicy, Pepper, Verifying, describe,
    wants_nfkc,
};

#[wasm_bindgen]
pub struct Policy(PasswordPolicy);

#[wasm_bindgen]
impl Policy {
    /// `algorithm`: a place in `pkg-template/src/policy.ts`'s list. Of `costs`
    /// and the lengths 0 stands for the default.
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

    pub fn hash(&self, password: Vec<u8>) -> Result<Job, JsValue> {
        let mut salt = vec![0; self.0.salt_bytes()];
        fill(&mut salt)?;
        Password::new(password)
            .and_then(|password| self.0.begin_hash(&password, &salt))
            .map(|hashing| Job(Goal::Hash(hashing)))
            .map_err(|refusal| error::password(&refusal))
    }

    pub fn verify(&self, password: Vec<u8>, stored: &str) -> Result<Job, JsValue> {
        Password::new(password)
            .and_then(|password| self.0.begin_verify(&password, stored))
            .map(|verifying| Job(Goal::Verify(verifying)))
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

enum Goal {
    Hash(Hashing),
    Verify(Verifying),
}

/// Work that waits to be done, and what is then made of its key.
#[wasm_bindgen]
pub struct Job(Goal);

#[wasm_bindgen]
impl Job {
    /// bcrypt with a salt of 16 bytes that JavaScript was given, at a cost of 4 to
    /// 31; `undefined` where it is another length.
    pub fn bcrypt(password: Vec<u8>, salt: &[u8], cost: u32) -> Option<Self> {
        let salt = salt.try_into().ok()?;
        Some(Self(Goal::Hash(Hashing::bcrypt(password, salt, cost))))
    }

    /// Memory that the work takes, in bytes.
    #[wasm_bindgen(getter)]
    pub fn memory(&self) -> f64 {
        self.derivation().memory() as f64
    }

    /// Does the work here.
    pub fn run(self) -> JsValue {
        self.conclude(&self.derivation().run())
    }

    /// The work as bytes, once, for [`derive`] in another instance. The password
    /// leaves with them.
    pub fn message(&mut self) -> js_sys::Uint8Array {
        let derivation = match &mut self.0 {
            Goal::Hash(hashing) => &mut hashing.derivation,
            Goal::Verify(verifying) => &mut verifying.derivation,
        };
        js_sys::Uint8Array::from(derivation.take_bytes().as_slice())
    }

    /// The stored string, or the verdict, by the key that [`derive`] left.
    pub fn finish(self, key: Vec<u8>) -> Result<JsValue, JsValue> {
        let key = Zeroizing::new(key);
        if key.len() != self.derivation().key_length() {
            return Err(js_sys::Error::new("this is not the key that was to be derived").into());
        }
        Ok(self.conclude(&key))
    }
}

impl Job {
    const fn derivation(&self) -> &Derivation {
        match &self.0 {
            Goal::Hash(hashing) => &hashing.derivation,
            Goal::Verify(verifying) => &verifying.derivation,
        }
    }

    fn conclude(&self, key: &[u8]) -> JsValue {
        match &self.0 {
            Goal::Hash(hashing) => JsValue::from_str(&hashing.finish(key)),
            Goal::Verify(verifying) => JsValue::from_bool(verifying.finish(key)),
        }
    }
}

/// Does the work of a message that JavaScript wrote into the room, and leaves
/// the key there instead: gives its length, 0 where the message is none. Numbers
/// in and out, so that an instance without the glue can be asked.
#[wasm_bindgen]
pub fn derive(length: usize) -> usize {
    let derivation = room::with(|desk| {
        let message = &mut desk.room[..length];
        let derivation = Derivation::from_bytes(message);
        message.zeroize();
        derivation
    });
    derivation.map_or(0, |derivation| {
        let key = derivation.run();
        room::with(|desk| desk.put(&key))
    })
}

/// See `pkg-template/src/inspect.ts`.
#[wasm_bindgen(js_name = inspectHash)]
pub fn inspect(stored: &str) -> Result<Vec<u32>, JsValue> {
    let numbers = describe(stored).map_err(|refusal| error::password(&refusal))?;
    Ok(numbers.into())
}

#[wasm_bindgen(js_name = wantsNfkc)]
pub fn wants_normalised(stored: &str) -> bool {
    wants_nfkc(stored)
}

#[wasm_bindgen(js_name = randomBytes)]
pub fn random_bytes(length: usize) -> Result<Vec<u8>, JsValue> {
    let mut bytes = vec![0; length];
    fill(&mut bytes)?;
    Ok(bytes)
}

fn fill(bytes: &mut [u8]) -> Result<(), JsValue> {
    getrandom::fill(bytes)
        .map_err(|_| js_sys::Error::new("this runtime has no randomness here").into())
}
