//! JWS of any payload. Key and token stand in the room together, so that a call
//! keeps nothing: there is no handle to free and no key to outlive it.

use wasm_bindgen::prelude::*;
use zeroize::Zeroize;

use super::room::Desk;
use super::{error, room};
use crate::jwt::Algorithm;
use crate::jwt::jws::{Flaw, Payload, is_object, open, open_verified, seal};
use crate::key::HmacKey;

/// The key of `length` bytes that stands at `start`; nothing of it stays there.
fn take_key(
    room: &mut [u8],
    start: usize,
    length: usize,
    algorithm: Algorithm,
) -> Result<HmacKey, JsValue> {
    let secret = room.get_mut(start..start + length).unwrap_or_default();
    let key = HmacKey::for_jose(secret, algorithm);
    secret.zeroize();
    key.map_err(|refusal| error::key(&refusal))
}

/// `place`: one in [`Algorithm::ALL`].
fn algorithm(place: u8) -> Algorithm {
    Algorithm::ALL[usize::from(place) % Algorithm::ALL.len()]
}

/// `payload` as TypeScript names it: 0 any bytes, 1 claims, 2 unencoded.
const fn payload_of(payload: u8) -> Payload {
    match payload {
        0 => Payload::Bytes,
        1 => Payload::Claims,
        _ => Payload::Unencoded,
    }
}

/// Verifies a token of `length` bytes, behind which its key of `key` bytes stands.
/// Gives the length of the payload, which stands in the room afterwards; below 0
/// what does not hold.
#[wasm_bindgen(js_name = openJws)]
pub fn open_jws(length: usize, key: usize, place: u8, payload: u8) -> Result<i32, JsValue> {
    room::with(|desk| {
        let algorithm = algorithm(place);
        let key = take_key(&mut desk.room, length, key, algorithm)?;
        let token = desk.room.get(..length).unwrap_or_default();
        let payload = payload_of(payload);
        let opened = open(token, &key, algorithm, payload, &mut desk.buffers);
        Ok(left(desk, opened))
    })
}

/// The same for a token that `WebCrypto` has verified.
#[wasm_bindgen(js_name = openVerifiedJws)]
pub fn open_verified_jws(length: usize, payload: u8) -> i32 {
    room::with(|desk| {
        let token = desk.room.get(..length).unwrap_or_default();
        let opened = open_verified(token, payload_of(payload), &mut desk.buffers);
        left(desk, opened)
    })
}

/// Leaves the payload in the room, which is at least as long as its token.
fn left(desk: &mut Desk, opened: Result<(), Flaw>) -> i32 {
    if let Err(flaw) = opened {
        return flaw as i32;
    }
    let payload = &desk.buffers.payload;
    desk.room[..payload.len()].copy_from_slice(payload);
    // TypeScript caps a token at 2^20 bytes.
    payload.len() as i32
}

/// Signs: header, payload and key stand in the room one after the other. Gives the
/// length of the token, which stands there afterwards.
#[wasm_bindgen(js_name = sealJws)]
pub fn seal_jws(header: usize, payload: usize, key: usize, place: u8) -> Result<usize, JsValue> {
    room::with(|desk| {
        let algorithm = algorithm(place);
        let key = take_key(&mut desk.room, header + payload, key, algorithm)?;
        let both = desk.room.get(..header + payload).unwrap_or_default();
        let (header, payload) = both.split_at(header.min(both.len()));
        let token = seal(header, payload, &key, algorithm);
        Ok(desk.put(&token))
    })
}

/// Whether what stands in the room is one JSON object, strictly.
#[wasm_bindgen(js_name = isStrictObject)]
pub fn is_strict_object(length: usize) -> bool {
    room::with(|desk| desk.room.get(..length).is_some_and(is_object))
}
