use wasm_bindgen::prelude::*;

use super::keys::Secrets;
use super::{buffer, error};
use crate::jwt::{SignOptions, Signing};
use crate::key::KeyRing;

#[wasm_bindgen]
extern "C" {
    /// The options of `createSigner`, checked and copied by the TypeScript code.
    pub type Additions;

    #[wasm_bindgen(method, getter, js_name = expiresIn)]
    fn expires_in(this: &Additions) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = notBefore)]
    fn not_before(this: &Additions) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn issuer(this: &Additions) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn audience(this: &Additions) -> Option<Vec<String>>;
    #[wasm_bindgen(method, getter)]
    fn subject(this: &Additions) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = numericSubject)]
    fn numeric_subject(this: &Additions) -> bool;
    #[wasm_bindgen(method, getter, js_name = jwtId)]
    fn jwt_id(this: &Additions) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = keyId)]
    fn key_id(this: &Additions) -> Option<String>;
    /// The header's `typ`, or an empty string to omit it.
    #[wasm_bindgen(method, getter)]
    fn typ(this: &Additions) -> Option<String>;
}

fn sign_options(additions: &Additions) -> SignOptions {
    let mut options = SignOptions::new();
    if let Some(seconds) = additions.expires_in() {
        options = options.expires_in(seconds);
    }
    if let Some(seconds) = additions.not_before() {
        options = options.not_before(seconds);
    }
    if let Some(issuer) = additions.issuer() {
        options = options.issuer(issuer);
    }
    if let Some(subject) = additions.subject() {
        options = options.subject(subject);
    }
    if additions.numeric_subject() {
        options = options.numeric_subject();
    }
    if let Some(jwt_id) = additions.jwt_id() {
        options = options.jwt_id(jwt_id);
    }
    if let Some(key_id) = additions.key_id() {
        options = options.key_id(key_id);
    }
    if let Some(typ) = additions.typ() {
        options = if typ.is_empty() {
            options.without_typ()
        } else {
            options.typ(typ)
        };
    }
    let audiences = additions.audience().unwrap_or_default();
    audiences.into_iter().fold(options, SignOptions::audience)
}

/// A signer whose keys and options are prepared only once.
#[wasm_bindgen]
pub struct Signer {
    keys: KeyRing,
    signing: Signing,
}

#[wasm_bindgen]
impl Signer {
    #[wasm_bindgen(constructor)]
    pub fn new(secrets: Secrets, additions: &Additions) -> Result<Self, JsValue> {
        let keys = secrets.into_ring()?;
        let signing = Signing::prepare(&keys, &sign_options(additions))
            .map_err(|refusal| error::sign(&refusal))?;
        Ok(Self { keys, signing })
    }

    /// Signs the JSON claims in the first `length` bytes of the buffer. `now` is in seconds
    /// since the epoch. Replaces the claims with the token and returns the token's length.
    pub fn sign(&self, length: usize, now: f64) -> Result<usize, JsValue> {
        buffer::with(|state| {
            let claims = state.buffer.get(..length).unwrap_or_default();
            let token = self.signing.sign(claims, &self.keys, now);
            token.map(|token| state.put(&token))
        })
        .map_err(|refusal| error::sign(&refusal))
    }
}
