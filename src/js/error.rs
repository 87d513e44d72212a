use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

use crate::error::{ErrorCode, KeyError, VerifyError};
#[cfg(feature = "js")]
use crate::error::{PasswordError, SignError};

/// Returns the class, code, message and claim from which `pkg-template/src/errors.ts`
/// creates an error.
fn refusal(class: &str, code: ErrorCode, message: String, claim: Option<&str>) -> JsValue {
    (class, code.as_str(), message, claim)
        .serialize(&Serializer::json_compatible())
        .unwrap_or(JsValue::NULL)
}

pub(super) fn key(error: &KeyError) -> JsValue {
    refusal("KeyError", error.code(), error.to_string(), None)
}

pub(super) fn verify(error: &VerifyError) -> JsValue {
    refusal("JwtError", error.code(), error.to_string(), error.claim())
}

#[cfg(feature = "js")]
pub(super) fn sign(error: &SignError) -> JsValue {
    refusal("JwtError", error.code(), error.to_string(), error.claim())
}

#[cfg(feature = "js")]
pub(super) fn password(error: &PasswordError) -> JsValue {
    refusal("PasswordError", error.code(), error.to_string(), None)
}
