//! Auth at the edge from one Rust core: HS256 tokens (RFC 7515, RFC 7519,
//! hardened by RFC 8725) and password hashes, native and in WebAssembly.
//!
//! The core knows no clock, no environment and no randomness: the time and the
//! salt are arguments. [`jwt`] and [`password`] do not use each other.
//!
//! ```
//! use edgeseal::{HmacKey, SignOptions, Validation, sign_jwt, verify_jwt};
//! use serde_json::json;
//!
//! let key = HmacKey::new(b"a-secret-of-at-least-32-random-bytes")?;
//! let now = 1_800_000_000.0; // seconds since the epoch
//!
//! let options = SignOptions::new().issuer("https://auth.example").expires_in(900.0);
//! let token = sign_jwt(&json!({ "sub": "user_1" }), &key, &options, now)?;
//!
//! let validation = Validation::new().issuer("https://auth.example");
//! let verified = verify_jwt(&token, &key, &validation, now + 60.0)?;
//! assert_eq!(verified.claims()["sub"], "user_1");
//! assert!(verify_jwt(&token, &key, &validation, now + 900.0).is_err()); // expired
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod error;
#[cfg(feature = "js")]
mod js;
pub mod jwt;
mod key;
pub mod password;

pub use error::{ErrorCode, KeyError, PasswordError, SignError, VerifyError};
pub use jwt::{Audience, Hs256, SignOptions, Validation, Verified, sign_jwt, verify_jwt};
pub use key::{HmacKey, MAC_LENGTH};
pub use password::{BcryptParams, Password, hash_password, verify_password};
