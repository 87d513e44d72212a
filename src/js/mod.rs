//! The JavaScript boundary: all wasm-bindgen exports, conversions and randomness. It
//! contains no rules. The only caller is `pkg-template/src`.

// wasm-bindgen exports `pub` items; Rust users can't reach them, and their
// documentation is in TypeScript.
#![allow(unreachable_pub, missing_docs, clippy::missing_errors_doc)]

mod buffer;
mod error;
mod keys;
mod verify;

// Left out of a build that only verifies.
#[cfg(feature = "js")]
mod decode;
#[cfg(feature = "js")]
mod jws;
#[cfg(feature = "js")]
mod password;
#[cfg(feature = "js")]
mod sign;
