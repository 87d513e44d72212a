use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use super::error;
use crate::algorithm::Algorithm;
use crate::call_stack;
use crate::key::{HmacKey, KeyRing};

/// One secret, or several secrets with their `kid`s, for a verifier, a signer or a
/// pepper.
#[wasm_bindgen]
pub struct Secrets {
    algorithms: Vec<Algorithm>,
    single: Option<HmacKey>,
    by_kid: Vec<(String, HmacKey)>,
}

#[wasm_bindgen]
impl Secrets {
    /// `algorithms` contains indices into [`Algorithm::ALL`], starting with the
    /// default.
    #[wasm_bindgen(constructor)]
    pub fn new(algorithms: &[u8]) -> Self {
        let at = |place: &u8| Algorithm::ALL.get(usize::from(*place)).copied();
        Self {
            algorithms: algorithms.iter().filter_map(at).collect(),
            single: None,
            by_kid: Vec::new(),
        }
    }

    pub fn add(&mut self, kid: Option<String>, secret: Vec<u8>) -> Result<(), JsValue> {
        let secret = Zeroizing::new(secret);
        let key = HmacKey::for_algorithms(&secret, &self.algorithms)
            .map_err(|refusal| error::key(&refusal))?;
        match kid {
            None => self.single = Some(key),
            Some(kid) => self.by_kid.push((kid, key)),
        }
        Ok(())
    }

    pub(super) fn into_ring(self) -> Result<KeyRing, JsValue> {
        match self.single {
            Some(key) => Ok(key.into()),
            None => KeyRing::new(self.by_kid).map_err(|refusal| error::key(&refusal)),
        }
    }
}

/// Clears secrets from the stack. JavaScript calls this function after creating or
/// freeing a key.
#[wasm_bindgen(js_name = scrubStack)]
pub fn scrub_stack() {
    call_stack::scrub();
}
