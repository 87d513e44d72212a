//! Signs and verifies HMAC tokens (RFC 7515, RFC 7519, with the rules of
//! RFC 8725) and hashes passwords, natively and in WebAssembly.
//!
//! - [`jwt`]: [`sign_jwt`], [`verify_jwt`] and [`decode_jwt`].
//! - [`password`]: [`hash_password`], [`verify_password`] and [`PasswordPolicy`].
//! - [`HmacKey`] and [`KeyRing`]: keys for tokens and for a [`Pepper`].
//! - [`error`]: one error enum per operation; each error has a stable [`ErrorCode`].
//!
//! The crate doesn't read the clock, the environment or a random source: you pass the time,
//! in seconds since the epoch, and the salt as arguments. [`jwt`] and [`password`] are
//! independent of each other.
//!
//! ```
//! use edgeseal::{HmacKey, SignOptions, Validation, Verified, sign_jwt, verify_jwt};
//! use serde_json::json;
//!
//! let key = HmacKey::new(b"a-secret-of-at-least-32-random-bytes")?;
//! let now = 1_800_000_000.0; // seconds since the epoch
//!
//! let options = SignOptions::new().issuer("https://auth.example").expires_in(900.0);
//! let token = sign_jwt(&json!({ "sub": "user_1" }), &key, &options, now)?;
//!
//! let validation = Validation::new().issuer("https://auth.example");
//! let verified: Verified = verify_jwt(&token, &key, &validation, now + 60.0)?;
//! assert_eq!(verified.claims()["sub"], "user_1");
//!
//! // Deserializes the claims as a type of your own.
//! #[derive(Debug, serde::Deserialize)]
//! struct Session {
//!     sub: String,
//! }
//! let session: Verified<Session> = verify_jwt(&token, &key, &validation, now + 60.0)?;
//! assert_eq!(session.claims().sub, "user_1");
//! assert_eq!(session.valid_until(), now + 900.0);
//!
//! let expired = verify_jwt::<Session>(&token, &key, &validation, now + 900.0).unwrap_err();
//! assert_eq!(expired.code().as_str(), "ERR_JWT_EXPIRED");
//! assert_eq!(expired.claim(), Some("exp"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! - `sha512` (default): HS384 and HS512. Without this feature, keys for these algorithms are
//!   refused ([`KeyError::NoAlgorithm`]), and so are tokens that use them.
//! - `js-verify`: the WebAssembly exports of a verifier, for the npm package's
//!   `edgeseal/slim`.
//! - `js`: all WebAssembly exports, for the npm package. Includes `js-verify`.
//!
//! Rust users need neither `js` nor `js-verify`; these features don't change the Rust API.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(doctest)]
#[doc = include_str!("README.md")]
struct Readme;

mod algorithm;
#[cfg(target_arch = "wasm32")]
mod call_stack;
pub mod error;
#[cfg(feature = "js-verify")]
mod js;
pub mod jwt;
mod key;
pub mod password;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod vectors;

pub use algorithm::Algorithm;
pub use error::{ErrorCode, KeyError, PasswordError, SignError, VerifyError};
pub use jwt::{
    Audience, SignOptions, Untrusted, Validation, Verified, decode_jwt, sign_jwt, verify_jwt,
};
pub use key::{HmacKey, KeyRing, Keys, MAC_LENGTH, MAX_KEYS};
pub use password::{HashParams, Password, PasswordPolicy, Pepper, hash_password, verify_password};
