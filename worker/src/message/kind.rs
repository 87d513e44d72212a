//! The purposes of messages.

use serde::{Deserialize, Serialize};

/// How long the links in messages work, in seconds.
pub(crate) const LINK_TTL: u64 = 60 * 60;

/// The purpose of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    ResetPassword,
    VerifyEmail,
    /// Sent to the old address.
    ChangeEmailConfirmation,
    /// Sent to the new address.
    ChangeEmailVerification,
    DeleteAccount,
    /// Somebody tried to sign up with the address of an existing account.
    ExistingAccount,
}

impl Kind {
    pub(super) const fn changes_email(self) -> bool {
        matches!(
            self,
            Self::ChangeEmailConfirmation | Self::ChangeEmailVerification
        )
    }
}
