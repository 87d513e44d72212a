//! The JavaScript boundary: all wasm-bindgen exports, conversions and randomness. This
//! module doesn't add any rules of its own, and only `pkg-template/src` calls it.

// wasm-bindgen requires exports to be `pub`. Rust users can't reach them; they are
// documented in the TypeScript code.
#![allow(unreachable_pub, missing_docs, clippy::missing_errors_doc)]

mod buffer;
mod error;
mod keys;
mod verify;

// Omitted from builds that only verify.
#[cfg(feature = "js")]
mod decode;
#[cfg(feature = "js")]
mod jws;
#[cfg(feature = "js")]
mod mac;
#[cfg(feature = "js")]
mod password;
#[cfg(feature = "js")]
mod sign;
