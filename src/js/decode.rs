use wasm_bindgen::prelude::*;

use super::{buffer, error};
use crate::error::VerifyError;
use crate::jwt::decode_untrusted;

/// Leaves header and claims of an unverified token in the buffer, as a JSON array
/// of both; gives its length.
#[wasm_bindgen(js_name = decodeJwt)]
pub fn decode(length: usize, limit: usize) -> Result<usize, JsValue> {
    buffer::with(|state| {
        let token = state.buffer.get(..length);
        let parts = token
            .ok_or(VerifyError::TooLarge { limit })
            .and_then(|token| decode_untrusted(token, limit));
        parts.map(|[header, claims]| {
            let array = [&b"["[..], &header, b",", &claims, b"]"].concat();
            state.put(&array)
        })
    })
    .map_err(|refusal| error::verify(&refusal))
}
