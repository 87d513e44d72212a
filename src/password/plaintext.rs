use std::fmt;

use zeroize::Zeroizing;

use crate::error::PasswordError;

/// The length of the longest password accepted, in bytes. People and password managers
/// use shorter ones, and a password of this length is still cheap to hash.
pub const MAX_PASSWORD_LENGTH: usize = 4096;

/// A password to hash or verify: limited in length, zeroised on drop, and never
/// printed. Its bytes are used unchanged.
pub struct Password(Zeroizing<Vec<u8>>);

impl Password {
    /// Makes a password from its bytes. If it is text, pass its UTF-8 bytes.
    ///
    /// # Errors
    /// [`PasswordError::TooLong`] if it has more than [`MAX_PASSWORD_LENGTH`] bytes.
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
