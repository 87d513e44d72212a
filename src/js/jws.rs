//! Signs and verifies JWS tokens with any payload. The buffer holds both the token and the
//! key, so there is no handle to free, and keys are not kept between calls.

use wasm_bindgen::prelude::*;
use zeroize::Zeroize;

use super::buffer::State;
use super::{buffer, error};
use crate::algorithm::Algorithm;
use crate::jwt::jws::{Flaw, Payload, is_object, open, open_verified, seal};
use crate::key::HmacKey;

/// Reads the `length`-byte key at `start`, then zeroises those bytes.
fn take_key(
    buffer: &mut [u8],
    start: usize,
    length: usize,
    algorithm: Algorithm,
) -> Result<HmacKey, JsValue> {
    let secret = buffer.get_mut(start..start + length).unwrap_or_default();
    let key = HmacKey::for_jose(secret, algorithm);
    secret.zeroize();
    key.map_err(|refusal| error::key(&refusal))
}

/// `place` is an index into [`Algorithm::ALL`].
fn algorithm(place: u8) -> Algorithm {
    Algorithm::ALL[usize::from(place) % Algorithm::ALL.len()]
}

/// `payload` uses the same numbers as the TypeScript code: 0 means any bytes, 1 means
/// claims, and 2 means an unencoded payload.
const fn payload_of(payload: u8) -> Payload {
    match payload {
        0 => Payload::Bytes,
        1 => Payload::Claims,
        _ => Payload::Unencoded,
    }
}

/// Verifies the token in the first `length` bytes of the buffer with the key in the next
/// `key` bytes. Replaces both with the payload and returns the payload's length, or a
/// negative [`Flaw`] if the token is refused.
#[wasm_bindgen(js_name = openJws)]
pub fn open_jws(length: usize, key: usize, place: u8, payload: u8) -> Result<i32, JsValue> {
    buffer::with(|state| {
        let algorithm = algorithm(place);
        let key = take_key(&mut state.buffer, length, key, algorithm)?;
        let token = state.buffer.get(..length).unwrap_or_default();
        let payload = payload_of(payload);
        let opened = open(token, &key, algorithm, payload, &mut state.decoded);
        Ok(put_payload(state, opened))
    })
}

/// Same as [`open_jws`], but for a token whose signature `WebCrypto` has already verified.
#[wasm_bindgen(js_name = openVerifiedJws)]
pub fn open_verified_jws(length: usize, payload: u8) -> i32 {
    buffer::with(|state| {
        let token = state.buffer.get(..length).unwrap_or_default();
        let opened = open_verified(token, payload_of(payload), &mut state.decoded);
        put_payload(state, opened)
    })
}

/// Copies the payload to the buffer, which is large enough because it held the token.
fn put_payload(state: &mut State, opened: Result<(), Flaw>) -> i32 {
    if let Err(flaw) = opened {
        return flaw as i32;
    }
    let payload = &state.decoded.payload;
    state.buffer[..payload.len()].copy_from_slice(payload);
    // The TypeScript code accepts at most 2^20 bytes.
    payload.len() as i32
}

/// Signs a payload. The buffer holds the header, the payload and the key, one after another.
/// Replaces them with the token and returns the token's length.
#[wasm_bindgen(js_name = sealJws)]
pub fn seal_jws(header: usize, payload: usize, key: usize, place: u8) -> Result<usize, JsValue> {
    buffer::with(|state| {
        let algorithm = algorithm(place);
        let key = take_key(&mut state.buffer, header + payload, key, algorithm)?;
        let both = state.buffer.get(..header + payload).unwrap_or_default();
        let (header, payload) = both.split_at(header.min(both.len()));
        let token = seal(header, payload, &key, algorithm);
        Ok(state.put(&token))
    })
}

/// Returns whether the buffer contains exactly one strict JSON object.
#[wasm_bindgen(js_name = isStrictObject)]
pub fn is_strict_object(length: usize) -> bool {
    buffer::with(|state| state.buffer.get(..length).is_some_and(is_object))
}
