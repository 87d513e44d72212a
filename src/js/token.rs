use serde::Deserialize;
use serde_json::{Map, Value};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use super::error;
use crate::jwt::{SignOptions, Validation, sign_jwt, verify_jwt};
use crate::key::HmacKey;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VerifyOptions {
    issuer: Option<String>,
    /// `None` unnamed, empty ignored: TypeScript refuses an empty list of names.
    audience: Option<Vec<String>>,
    subject: Option<String>,
    jwt_id: Option<String>,
    typ: Option<String>,
    clock_tolerance: Option<f64>,
    max_token_age: Option<f64>,
    required_claims: Option<Vec<String>>,
    max_token_length: Option<usize>,
}

impl From<VerifyOptions> for Validation {
    fn from(options: VerifyOptions) -> Self {
        let mut validation = Self::new();
        if let Some(issuer) = options.issuer {
            validation = validation.issuer(issuer);
        }
        if let Some(audiences) = options.audience {
            validation = if audiences.is_empty() {
                validation.ignore_audience()
            } else {
                audiences.into_iter().fold(validation, Self::audience)
            };
        }
        if let Some(subject) = options.subject {
            validation = validation.subject(subject);
        }
        if let Some(jwt_id) = options.jwt_id {
            validation = validation.jwt_id(jwt_id);
        }
        if let Some(typ) = options.typ {
            validation = validation.typ(typ);
        }
        if let Some(seconds) = options.clock_tolerance {
            validation = validation.leeway(seconds);
        }
        if let Some(seconds) = options.max_token_age {
            validation = validation.max_token_age(seconds);
        }
        if let Some(bytes) = options.max_token_length {
            validation = validation.max_token_length(bytes);
        }
        options
            .required_claims
            .into_iter()
            .flatten()
            .fold(validation, Self::require_claim)
    }
}

/// A key and what to expect of its tokens, both prepared once.
#[wasm_bindgen]
pub struct Verifier {
    key: HmacKey,
    validation: Validation,
}

#[wasm_bindgen]
impl Verifier {
    #[wasm_bindgen(constructor)]
    pub fn new(secret: Vec<u8>, options: JsValue) -> Result<Self, JsValue> {
        let key = key(secret)?;
        let options: VerifyOptions =
            serde_wasm_bindgen::from_value(options).map_err(|cause| error::option(&cause))?;
        Ok(Self {
            key,
            validation: options.into(),
        })
    }

    /// The verified payload as JSON text. `now` in seconds; the clock decides
    /// where it is absent.
    pub fn verify(&self, token: &str, now: Option<f64>) -> Result<String, JsValue> {
        let verified = verify_jwt(token, &self.key, &self.validation, at(now))
            .map_err(|refusal| error::verify(&refusal))?;
        // `verify_jwt` has read the payload as UTF-8 already: nothing is replaced.
        Ok(String::from_utf8_lossy(&verified.into_payload()).into_owned())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SigningOptions {
    expires_in: Option<f64>,
    not_before: Option<f64>,
    issuer: Option<String>,
    audience: Option<Vec<String>>,
    subject: Option<String>,
    jwt_id: Option<String>,
    key_id: Option<String>,
    typ: Option<String>,
    omit_typ: bool,
}

impl From<SigningOptions> for SignOptions {
    fn from(options: SigningOptions) -> Self {
        let mut signing = options
            .audience
            .into_iter()
            .flatten()
            .fold(Self::new(), Self::audience);
        if let Some(seconds) = options.expires_in {
            signing = signing.expires_in(seconds);
        }
        if let Some(seconds) = options.not_before {
            signing = signing.not_before(seconds);
        }
        if let Some(issuer) = options.issuer {
            signing = signing.issuer(issuer);
        }
        if let Some(subject) = options.subject {
            signing = signing.subject(subject);
        }
        if let Some(jwt_id) = options.jwt_id {
            signing = signing.jwt_id(jwt_id);
        }
        if let Some(key_id) = options.key_id {
            signing = signing.key_id(key_id);
        }
        if let Some(typ) = options.typ {
            signing = signing.typ(typ);
        }
        if options.omit_typ {
            signing.without_typ()
        } else {
            signing
        }
    }
}

#[wasm_bindgen(js_name = signJwt)]
pub fn sign(
    claims: JsValue,
    secret: Vec<u8>,
    options: JsValue,
    now: Option<f64>,
) -> Result<String, JsValue> {
    let key = key(secret)?;
    let options: SigningOptions =
        serde_wasm_bindgen::from_value(options).map_err(|cause| error::option(&cause))?;
    let claims: Map<String, Value> =
        serde_wasm_bindgen::from_value(claims).map_err(|cause| error::option(&cause))?;
    sign_jwt(&claims, &key, &options.into(), at(now)).map_err(|refusal| error::sign(&refusal))
}

fn key(secret: Vec<u8>) -> Result<HmacKey, JsValue> {
    HmacKey::new(&Zeroizing::new(secret)).map_err(|refusal| error::key(&refusal))
}

fn at(now: Option<f64>) -> f64 {
    now.unwrap_or_else(|| js_sys::Date::now() / 1000.0)
}
