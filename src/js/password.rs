use wasm_bindgen::prelude::*;

use super::error;
use crate::error::PasswordError;
use crate::password::{BcryptParams, Password, SALT_LENGTH, hash_password, verify_password};

#[wasm_bindgen]
extern "C" {
    /// The options of `hashPassword`, as TypeScript has checked and copied them.
    pub type HashOptions;

    #[wasm_bindgen(method, getter)]
    fn cost(this: &HashOptions) -> Option<u32>;
    #[wasm_bindgen(method, getter, js_name = allowWeakParams)]
    fn allow_weak_params(this: &HashOptions) -> Option<bool>;
}

fn params(options: &HashOptions) -> Result<BcryptParams, PasswordError> {
    match (options.cost(), options.allow_weak_params()) {
        (None, _) => Ok(BcryptParams::default()),
        (Some(cost), Some(true)) => BcryptParams::weak(cost),
        (Some(cost), _) => BcryptParams::new(cost),
    }
}

#[wasm_bindgen(js_name = hashPassword)]
pub fn hash(password: Vec<u8>, options: &HashOptions) -> Result<String, JsValue> {
    let password = Password::new(password).map_err(|refusal| error::password(&refusal))?;
    let mut salt = [0; SALT_LENGTH];
    getrandom::fill(&mut salt)
        .map_err(|_| JsValue::from(js_sys::Error::new("this runtime has no randomness here")))?;
    params(options)
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
