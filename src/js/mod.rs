//! The JavaScript boundary: every wasm-bindgen export, conversions, the clock
//! and randomness. No rule lives here. `pkg-template/src` is its only caller.

// wasm-bindgen exports what is `pub`; to Rust none of it is reachable, and the
// TypeScript over it carries the documentation.
#![allow(unreachable_pub, missing_docs, clippy::missing_errors_doc)]

mod buffer;
mod error;
mod keys;
mod verify;

// What a build that only verifies leaves out.
#[cfg(feature = "js")]
mod decode;
#[cfg(feature = "js")]
mod jws;
#[cfg(feature = "js")]
mod password;
#[cfg(feature = "js")]
mod sign;
