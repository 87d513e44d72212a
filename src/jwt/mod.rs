//! HS256 tokens: [`sign_jwt`] makes one, [`verify_jwt`] checks one.
//!
//! A token is read in one direction: length cap, strict split and base64url,
//! header policy, HMAC, and only then the claims (RFC 8725 §3.3).

mod claims;
mod hs256;
mod json;
mod sign;
mod validation;
mod verify;

pub use claims::NUMERIC_DATE_LIMIT;
pub use hs256::Hs256;
pub use sign::{SignOptions, sign_jwt};
pub use validation::{Audience, DEFAULT_MAX_TOKEN_LENGTH, Validation};
pub use verify::{Verified, verify_jwt};
