//! The rows that D1 returns, and their conversion.

use serde::{Deserialize, Deserializer};

use super::dates::Stored;
use crate::user::{MAX_IMAGE_LENGTH, User, shorten_name};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UserRow {
    id: String,
    name: String,
    email: String,
    #[serde(deserialize_with = "integer_as_bool")]
    email_verified: bool,
    image: Option<String>,
    created_at: Stored,
    updated_at: Stored,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            name: shorten_name(row.name),
            email: row.email,
            email_verified: row.email_verified,
            // Some apps store the picture itself here. It would not fit into a cookie.
            image: row.image.filter(|image| image.len() <= MAX_IMAGE_LENGTH),
            created_at: row.created_at.into_iso(),
            updated_at: row.updated_at.into_iso(),
            id: row.id,
        }
    }
}

/// A user with their password account.
pub(crate) struct Credential {
    pub(crate) user: User,
    pub(crate) account_id: String,
    pub(crate) password_hash: String,
    /// `sessionsValidAfter`, in milliseconds. A session is valid only if it was opened
    /// with this value.
    pub(crate) valid_after: u64,
    /// Whether the user is barred from signing in, because they were disabled here or
    /// banned by Better Auth's admin plugin.
    pub(crate) is_disabled: bool,
    /// The stored end of an expired ban that has not been lifted yet.
    pub(crate) expired_ban: Option<Stored>,
    /// Whether the user has turned on a second factor (Better Auth's twoFactor plugin),
    /// which is not supported here.
    pub(crate) needs_second_factor: bool,
}

/// The owner of an address. Not every owner has a password.
pub(crate) struct Owner {
    pub(crate) user: User,
    /// The id of the password account, if there is one.
    pub(crate) account_id: Option<String>,
    pub(crate) password_hash: Option<String>,
    /// Same as in [`Credential`].
    pub(crate) valid_after: u64,
    /// Same as in [`Credential`].
    pub(crate) is_disabled: bool,
}

#[derive(Deserialize)]
pub(super) struct CredentialRow {
    #[serde(flatten)]
    user: UserRow,
    edgeseal_account: Option<String>,
    edgeseal_password: Option<String>,
    edgeseal_valid_after: f64,
    #[serde(deserialize_with = "integer_as_bool")]
    edgeseal_disabled: bool,
    banned: Option<f64>,
    #[serde(rename = "banExpires")]
    ban_expires: Option<Stored>,
    #[serde(rename = "twoFactorEnabled")]
    two_factor_enabled: Option<f64>,
}

impl CredentialRow {
    /// Converts the row. Returns `None` if the user doesn't have a password. `now` is
    /// in milliseconds.
    pub(super) fn into_credential(self, now: u64) -> Option<Credential> {
        let expired_ban = self.expired_ban(now);
        let is_disabled = self.is_disabled(expired_ban.is_some());
        Some(Credential {
            needs_second_factor: is_set(self.two_factor_enabled),
            is_disabled,
            expired_ban,
            user: self.user.into(),
            account_id: self.edgeseal_account?,
            password_hash: self.edgeseal_password?,
            valid_after: self.edgeseal_valid_after as u64,
        })
    }

    /// Converts the row. `now` is in milliseconds.
    pub(super) fn into_owner(self, now: u64) -> Owner {
        Owner {
            is_disabled: self.is_disabled(self.expired_ban(now).is_some()),
            valid_after: self.edgeseal_valid_after as u64,
            user: self.user.into(),
            account_id: self.edgeseal_account,
            password_hash: self.edgeseal_password,
        }
    }

    /// Returns the end of a ban that has expired. A ban without an end, or with an
    /// unreadable end, does not expire.
    fn expired_ban(&self, now: u64) -> Option<Stored> {
        let ends = self.ban_expires.as_ref().filter(|_| is_set(self.banned))?;
        let has_ended = ends.milliseconds().is_some_and(|ends| ends < now);
        has_ended.then(|| ends.clone())
    }

    fn is_disabled(&self, ban_has_expired: bool) -> bool {
        self.edgeseal_disabled || (is_set(self.banned) && !ban_has_expired)
    }
}

fn is_set(flag: Option<f64>) -> bool {
    flag.is_some_and(|flag| flag != 0.0)
}

#[derive(Deserialize)]
pub(super) struct StandingRow {
    #[serde(deserialize_with = "integer_as_bool")]
    pub(super) valid: bool,
    #[serde(deserialize_with = "integer_as_bool")]
    pub(super) spent: bool,
}

#[derive(Deserialize)]
pub(super) struct ValidAfterRow {
    #[serde(rename = "sessionsValidAfter")]
    pub(super) value: f64,
}

/// One stored date from each table.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Samples {
    pub(super) user: Option<Stored>,
    pub(super) account: Option<Stored>,
}

/// D1 doesn't have booleans: `SQLite`'s integers arrive as JavaScript numbers.
fn integer_as_bool<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(f64::deserialize(deserializer)? != 0.0)
}
