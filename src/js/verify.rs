use wasm_bindgen::prelude::*;

use super::buffer;
use super::keys::Secrets;
use crate::error::VerifyError;
use crate::jwt::{Validation, verify};
use crate::key::KeyRing;

#[wasm_bindgen]
extern "C" {
    /// The options of `createVerifier`, checked and copied by the TypeScript code.
    pub type Expectations;

    /// The issuer, if it is a single string; otherwise see [`Self::issuers`].
    #[wasm_bindgen(method, getter)]
    fn issuer(this: &Expectations) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = issuer)]
    fn issuers(this: &Expectations) -> Option<Vec<String>>;
    /// Absent if no audience is expected; empty if any audience is accepted.
    #[wasm_bindgen(method, getter)]
    fn audience(this: &Expectations) -> Option<Vec<String>>;
    #[wasm_bindgen(method, getter)]
    fn subject(this: &Expectations) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = numericSubject)]
    fn numeric_subject(this: &Expectations) -> bool;
    #[wasm_bindgen(method, getter, js_name = jwtId)]
    fn jwt_id(this: &Expectations) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn typ(this: &Expectations) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = clockTolerance)]
    fn clock_tolerance(this: &Expectations) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = notBeforeTolerance)]
    fn not_before_tolerance(this: &Expectations) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = maxTokenAge)]
    fn max_token_age(this: &Expectations) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = requiredClaims)]
    fn required_claims(this: &Expectations) -> Option<Vec<String>>;
    #[wasm_bindgen(method, getter, js_name = maxTokenLength)]
    fn max_token_length(this: &Expectations) -> Option<usize>;
}

fn validation(expected: &Expectations) -> Validation {
    let mut validation = Validation::new();
    if let Some(issuer) = expected.issuer().as_string() {
        validation = validation.issuer(issuer);
    } else if let Some(issuers) = expected.issuers() {
        validation = issuers.into_iter().fold(validation, Validation::issuer);
    }
    if expected.numeric_subject() {
        validation = validation.numeric_subject();
    }
    if let Some(audiences) = expected.audience() {
        validation = if audiences.is_empty() {
            validation.ignore_audience()
        } else {
            audiences.into_iter().fold(validation, Validation::audience)
        };
    }
    if let Some(subject) = expected.subject() {
        validation = validation.subject(subject);
    }
    if let Some(jwt_id) = expected.jwt_id() {
        validation = validation.jwt_id(jwt_id);
    }
    if let Some(typ) = expected.typ() {
        validation = validation.typ(typ);
    }
    if let Some(seconds) = expected.clock_tolerance() {
        validation = validation.leeway(seconds);
    }
    if let Some(seconds) = expected.not_before_tolerance() {
        validation = validation.not_before_leeway(seconds);
    }
    if let Some(seconds) = expected.max_token_age() {
        validation = validation.max_token_age(seconds);
    }
    if let Some(bytes) = expected.max_token_length() {
        validation = validation.max_token_length(bytes);
    }
    let required = expected.required_claims().unwrap_or_default();
    required
        .into_iter()
        .fold(validation, Validation::require_claim)
}

/// A verifier whose keys and options are prepared only once.
#[wasm_bindgen]
pub struct Verifier {
    keys: KeyRing,
    validation: Validation,
}

#[wasm_bindgen]
impl Verifier {
    #[wasm_bindgen(constructor)]
    pub fn new(secrets: Secrets, expected: &Expectations) -> Result<Self, JsValue> {
        Ok(Self {
            keys: secrets.into_ring()?,
            validation: validation(expected),
        })
    }

    /// Verifies the token in the first `length` bytes of the buffer. `now` is in
    /// seconds since the epoch. Replaces the token with its payload and returns the
    /// payload's length, or -1 if the token is refused.
    pub fn verify(&self, length: usize, now: f64) -> i32 {
        buffer::with(|state| {
            let Self { keys, validation } = self;
            let result = match state.buffer.get(..length) {
                Some(token) => verify(token, keys, validation, now, &mut state.decoded),
                // JavaScript never puts a token that is too long into the buffer.
                None => Err(VerifyError::TooLarge {
                    limit: validation.max_token_length,
                }),
            };
            match result {
                Ok(window) => {
                    let payload = &state.decoded.payload;
                    state.window = Some(window);
                    state.buffer[..payload.len()].copy_from_slice(payload);
                    // The TypeScript code accepts at most 2^30 bytes.
                    i32::try_from(payload.len()).unwrap_or(-1)
                }
                Err(refusal) => {
                    state.refusal = Some(refusal);
                    -1
                }
            }
        })
    }
}
