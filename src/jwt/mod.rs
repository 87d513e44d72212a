//! Tokens: [`sign_jwt`] makes one, [`verify_jwt`] verifies one, and [`decode_jwt`]
//! reads one without verifying it.
//!
//! A verifier checks these in order: the length, the split into three parts, the
//! header, the strict base64url of the other parts, the HMAC, and only then the claims
//! (RFC 8725 §3.3).

mod base64url;
mod claims;
mod compact;
mod decode;
mod header;
mod json;
#[cfg(any(feature = "js", all(test, not(target_arch = "wasm32"))))]
pub(crate) mod jws;
mod sign;
mod validation;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod vectors;
mod verify;

pub use crate::algorithm::{Algorithm, Mac};
pub use claims::NUMERIC_DATE_LIMIT;
pub use decode::{Untrusted, decode_jwt};
pub use sign::{SignOptions, sign_jwt};
pub use validation::{Audience, DEFAULT_MAX_TOKEN_LENGTH, Validation};
pub use verify::{Verified, verify_jwt};

#[cfg(feature = "js-verify")]
pub(crate) use {compact::Buffers, validation::Window, verify::verify};
#[cfg(feature = "js")]
pub(crate) use {decode::decode_untrusted, sign::Signing};
