use wasm_bindgen::prelude::*;

use super::{buffer, error};
use crate::error::VerifyError;
use crate::jwt::decode_untrusted;

/// Replaces the token in the buffer with a JSON array of its header and claims, without
/// verifying it, and returns the array's length.
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
