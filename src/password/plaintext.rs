use std::fmt;

use zeroize::Zeroizing;

use crate::error::PasswordError;

/// Longest password taken at all, in bytes: far beyond any that a person or a
/// password manager makes, and no work for a server.
pub const MAX_PASSWORD_LENGTH: usize = 4096;

/// A password on its way to a hash: capped, zeroised on drop, never printed.
/// Its bytes are used exactly as they are: nothing trims or folds them.
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

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(_)")
    }
}
