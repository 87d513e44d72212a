//! Password hashing: [`hash_password`] makes the string to store, and [`verify_password`]
//! checks a password against a stored string from any known system. A [`PasswordPolicy`]
//! hashes and verifies with parameters of your choice.

mod derive;
mod digest;
mod encoding;
mod inspect;
mod params;
mod pending;
mod pepper;
mod plaintext;
mod policy;
mod scheme;
mod stored;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod vectors;
#[cfg(feature = "js")]
mod work;

pub use inspect::wants_nfkc;
pub use params::HashParams;
pub use pepper::Pepper;
pub use plaintext::{MAX_PASSWORD_LENGTH, Password};
pub use policy::PasswordPolicy;

#[cfg(feature = "js")]
pub(crate) use inspect::describe;
#[cfg(feature = "js")]
pub(crate) use pending::Hashing;
#[cfg(feature = "js")]
pub(crate) use work::conclude;

use crate::error::PasswordError;

/// Hashes a password with bcrypt at cost 12: `$2b$12$…`. `salt` must be random, and new
/// for each hash.
///
/// # Errors
/// Same as [`PasswordPolicy::hash`].
///
/// ```
/// use edgeseal::{Password, hash_password, verify_password};
///
/// let salt = [7; 16]; // use random bytes
/// let stored = hash_password(&Password::new("correct horse")?, &salt)?;
/// assert!(stored.starts_with("$2b$12$"));
/// assert!(verify_password(&Password::new("correct horse")?, &stored)?);
/// assert!(!verify_password(&Password::new("Correct horse")?, &stored)?);
/// # Ok::<(), edgeseal::PasswordError>(())
/// ```
pub fn hash_password(password: &Password, salt: &[u8; 16]) -> Result<String, PasswordError> {
    PasswordPolicy::default().hash(password, salt)
}

/// Returns whether a stored string, such as Django's `!…` or shadow's `*`, marks an account
/// without a password. Verifying a password against such a string returns an error.
#[must_use]
pub fn is_unusable(stored: &str) -> bool {
    stored::is_unusable(stored)
}

/// Returns whether a password matches a stored hash in any known format.
///
/// # Errors
/// Same as [`PasswordPolicy::verify`].
pub fn verify_password(password: &Password, stored: &str) -> Result<bool, PasswordError> {
    PasswordPolicy::default().verify(password, stored)
}
