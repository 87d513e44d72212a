use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::error;
use crate::error::PasswordError;
use crate::password::{BcryptParams, Password, SALT_LENGTH, hash_password, verify_password};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HashOptions {
    cost: Option<u32>,
    allow_weak_params: Option<bool>,
}

impl HashOptions {
    fn params(&self) -> Result<BcryptParams, PasswordError> {
        match (self.cost, self.allow_weak_params) {
            (None, _) => Ok(BcryptParams::default()),
            (Some(cost), Some(true)) => BcryptParams::weak(cost),
            (Some(cost), _) => BcryptParams::new(cost),
        }
    }
}

#[wasm_bindgen(js_name = hashPassword)]
pub fn hash(password: Vec<u8>, options: JsValue) -> Result<String, JsValue> {
    let password = Password::new(password).map_err(|refusal| error::password(&refusal))?;
    let options: HashOptions =
        serde_wasm_bindgen::from_value(options).map_err(|cause| error::option(&cause))?;
    let mut salt = [0; SALT_LENGTH];
    getrandom::fill(&mut salt)
        .map_err(|_| JsValue::from(js_sys::Error::new("this runtime has no randomness here")))?;
    options
        .params()
        .and_then(|params| hash_password(&password, params, salt))
        .map_err(|refusal| error::password(&refusal))
}

#[wasm_bindgen(js_name = verifyPassword)]
pub fn verify(password: Vec<u8>, stored: &str) -> Result<bool, JsValue> {
    Password::new(password)
        .and_then(|password| verify_password(&password, stored))
        .map_err(|refusal| error::password(&refusal))
}

#[wasm_bindgen(js_name = randomBytes)]
pub fn random_bytes(length: usize) -> Result<Vec<u8>, JsValue> {
    let mut bytes = vec![0; length];
    getrandom::fill(&mut bytes)
        .map_err(|_| JsValue::from(js_sys::Error::new("this runtime has no randomness here")))?;
    Ok(bytes)
}
