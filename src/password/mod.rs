//! Password hashing: [`hash_password`] makes the string to store,
//! [`verify_password`] checks a password against one.

mod bcrypt;

use std::fmt;

use zeroize::Zeroizing;

pub use bcrypt::{BcryptParams, SALT_LENGTH};

use crate::error::PasswordError;

/// Longest password taken at all, in bytes: far beyond any that a person or a
/// password manager makes, and no work for a server.
pub const MAX_PASSWORD_LENGTH: usize = 4096;

/// A password on its way to a hash: capped, zeroised on drop, never printed.
/// Its bytes are used exactly as they are: nothing trims, folds or normalises.
pub struct Password(Zeroizing<Vec<u8>>);

impl Password {
    /// Takes a password's bytes. A text password is its UTF-8 bytes.
    ///
    /// # Errors
    /// [`PasswordError::TooLong`] above [`MAX_PASSWORD_LENGTH`].
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, PasswordError> {
        let bytes = Zeroizing::new(bytes.into());
        if bytes.len() > MAX_PASSWORD_LENGTH {
            return Err(PasswordError::TooLong {
                limit: MAX_PASSWORD_LENGTH,
            });
        }
        Ok(Self(bytes))
    }

    fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(_)")
    }
}

/// Hashes a password with bcrypt into its modular form, `$2b$12$…`. `salt` must
/// be fresh and random for every hash.
///
/// # Errors
/// [`PasswordError::Empty`], and [`PasswordError::TooLong`] above the 72 bytes
/// that bcrypt reads: what it would ignore must not look protected.
///
/// ```
/// use edgeseal::{BcryptParams, Password, hash_password, verify_password};
///
/// let params = BcryptParams::weak(4)?; // `BcryptParams::default()` outside of examples
/// let salt = [7; 16]; // random outside of examples
/// let stored = hash_password(&Password::new("correct horse")?, params, salt)?;
/// assert!(verify_password(&Password::new("correct horse")?, &stored)?);
/// assert!(!verify_password(&Password::new("Correct horse")?, &stored)?);
/// # Ok::<(), edgeseal::PasswordError>(())
/// ```
pub fn hash_password(
    password: &Password,
    params: BcryptParams,
    salt: [u8; SALT_LENGTH],
) -> Result<String, PasswordError> {
    bcrypt::hash(password.as_bytes(), params, salt)
}

/// Whether a password is the one behind a stored hash.
///
/// # Errors
/// [`PasswordError::HashInvalid`] for a stored string of no known format, and
/// [`PasswordError::ParamsRefused`] for one that asks for more work than any
/// honest one; neither costs work. A wrong password is `Ok(false)`.
pub fn verify_password(password: &Password, stored: &str) -> Result<bool, PasswordError> {
    bcrypt::verify(password.as_bytes(), stored)
}
