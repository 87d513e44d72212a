use wasm_bindgen::prelude::*;

use super::{error, room};
use crate::error::VerifyError;
use crate::jwt::decode_untrusted;

/// Leaves header and claims of an unverified token in the room, as a JSON array
/// of both; gives its length.
#[wasm_bindgen(js_name = decodeJwt)]
pub fn decode(length: usize, limit: usize) -> Result<usize, JsValue> {
    room::with(|desk| {
        let token = desk.room.get(..length);
        let parts = token
            .ok_or(VerifyError::TooLarge { limit })
            .and_then(|token| decode_untrusted(token, limit));
        parts.map(|[header, claims]| {
            let array = [&b"["[..], &header, b",", &claims, b"]"].concat();
            desk.put(&array)
        })
    })
    .map_err(|refusal| error::verify(&refusal))
}
