use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

use crate::error::{KeyError, PasswordError, SignError, VerifyError};

/// What `pkg-template/src/errors.ts` turns into an instance of one of its classes.
#[derive(Serialize)]
pub(super) struct Refusal<'a> {
    class: &'static str,
    code: &'static str,
    message: String,
    claim: Option<&'a str>,
}

impl Refusal<'_> {
    fn throw(&self) -> JsValue {
        self.serialize(&Serializer::json_compatible())
            .unwrap_or(JsValue::NULL)
    }
}

pub(super) fn key(error: &KeyError) -> JsValue {
    let code = error.code().as_str();
    Refusal {
        class: "KeyError",
        code,
        message: error.to_string(),
        claim: None,
    }
    .throw()
}

pub(super) fn verify(error: &VerifyError) -> JsValue {
    let code = error.code().as_str();
    Refusal {
        class: "JwtError",
        code,
        message: error.to_string(),
        claim: error.claim(),
    }
    .throw()
}

pub(super) fn sign(error: &SignError) -> JsValue {
    let code = error.code().as_str();
    Refusal {
        class: "JwtError",
        code,
        message: error.to_string(),
        claim: error.claim(),
    }
    .throw()
}

pub(super) fn password(error: &PasswordError) -> JsValue {
    let code = error.code().as_str();
    Refusal {
        class: "PasswordError",
        code,
        message: error.to_string(),
        claim: None,
    }
    .throw()
}

/// An option that TypeScript's own checks let through and serde did not.
pub(super) fn option(error: &serde_wasm_bindgen::Error) -> JsValue {
    let message = format!("an option has the wrong type: {error}");
    Refusal {
        class: "EdgesealError",
        code: "ERR_OPTION_INVALID",
        message,
        claim: None,
    }
    .throw()
}
