//! Statements that read and replace passwords.

use serde::de::IgnoredAny;
use worker::D1PreparedStatement;

use super::connection::{Connection, Store, WithBookmark, first, number, text};
use super::events::record;
use super::fault::{Fault, Retry};
use super::rows::{Credential, CredentialRow, StandingRow, ValidAfterRow};
use super::sessions::validity_values;
use crate::error::Refusal;
use crate::event::Kind;
use crate::token::Session;
use crate::user::Email;

/// What determines whether a caller may change the password. A genuine refresh token
/// identifies the caller, even if its session has ended.
pub(crate) struct Standing {
    /// The user, if they have a password.
    pub(crate) credential: Option<Credential>,
    /// Whether the session is still valid.
    pub(crate) is_valid: bool,
    /// Whether the session's sign-in was ended after too many wrong passwords.
    pub(crate) is_spent: bool,
}

/// The result of a password change.
pub(crate) struct PasswordChanged {
    /// The new `sessionsValidAfter`, in milliseconds.
    pub(crate) valid_after: u64,
    /// Whether the caller's session was valid until the change.
    pub(crate) was_valid: bool,
}

/// Selects a user together with the password account that Better Auth would use.
macro_rules! select_credential {
    ($where:literal) => {
        concat!(
            r#"SELECT {USER}, {STANDING}, {account.id} AS "edgeseal_account",
                      {account.password} AS "edgeseal_password",
                      coalesce("edgeseal_user"."sessionsValidAfter", 0) AS "edgeseal_valid_after",
                      "edgeseal_user"."disabledAt" IS NOT NULL AS "edgeseal_disabled"
               FROM {user}
               LEFT JOIN {account} ON {CREDENTIAL}
               LEFT JOIN "edgeseal_user" ON "edgeseal_user"."userId" = {user.id}
               WHERE "#,
            $where,
            " = ?1"
        )
    };
}
pub(super) use select_credential;

impl Store {
    /// Returns the account for a sign-in with this address.
    pub(crate) async fn credential(
        &self,
        email: &Email,
        now: u64,
    ) -> Result<WithBookmark<Option<Credential>>, Refusal> {
        self.run(Retry::Safe, async |primary| {
            let statement = primary
                .prepare(select_credential!("{user.email}"))
                .bind(&[text(email.as_str())])?;
            let row = statement.first::<CredentialRow>(None).await?;
            let credential = row.and_then(|row| row.into_credential(now));
            primary.with_bookmark(credential)
        })
        .await
    }

    /// Reads the [`Standing`] of a session's user.
    pub(crate) async fn standing(&self, session: &Session, now: u64) -> Result<Standing, Refusal> {
        self.run(Retry::Safe, async |primary| {
            let credential = primary
                .prepare(select_credential!("{user.id}"))
                .bind(&[text(&session.user_id)])?;
            let standing = primary
                .prepare(
                    r#"SELECT EXISTS (SELECT 1 FROM {user} WHERE {user.id} = ?1) AND {VALID} AS "valid",
                        EXISTS (SELECT 1 FROM "edgeseal_ended_session"
                         WHERE "userId" = ?1 AND "sid" = ?4) AS "spent""#,
                )
                .bind(&validity_values(session))?;
            let results = primary.session.batch(vec![credential, standing]).await?;
            let credential = first::<CredentialRow>(results.first())?;
            let row = first::<StandingRow>(results.get(1))?;
            Ok(Standing {
                credential: credential.and_then(|row| row.into_credential(now)),
                is_valid: row.as_ref().is_some_and(|row| row.valid),
                is_spent: row.is_none_or(|row| row.spent),
            })
        })
        .await
    }

    /// Replaces a stored hash, unless it has been replaced in the meantime.
    pub(crate) async fn rehash(
        &self,
        credential: &Credential,
        hash: &str,
        now: u64,
    ) -> Result<(), Refusal> {
        self.run(Retry::Safe, async |primary| {
            set_password(primary, credential, hash, now)?.run().await?;
            Ok(())
        })
        .await
    }

    /// Sets a new password and ends all sessions of the user. If the stored hash has
    /// been replaced or the user has been disabled in the meantime, does nothing and
    /// returns `None`.
    ///
    /// The caller's session doesn't have to be valid any more: someone who knows the
    /// password can sign in anyway, and a thief who keeps ending the owner's sessions
    /// must not be able to keep the owner from changing the password.
    pub(crate) async fn change_password(
        &self,
        session: &Session,
        credential: &Credential,
        hash: &str,
        now: u64,
    ) -> Result<Option<WithBookmark<PasswordChanged>>, Refusal> {
        let changed = self.event(Kind::PasswordChanged, &credential.user.id, now);
        let revoked = self.event(Kind::SessionRevoked, &credential.user.id, now);
        // A retry finds the hash that the first attempt set, and ends the sessions
        // again. By then, the caller's own session has ended, so the caller must sign in
        // again.
        self.run(Retry::Safe, async |primary| {
            let was_valid = primary
                .prepare("SELECT {user.id} FROM {user} WHERE {user.id} = ?1 AND {VALID}")
                .bind(&validity_values(session))?;
            let set_password = set_password(primary, credential, hash, now)?;
            // The salt is unique, so if the hash is stored, this request must have stored it.
            let is_set = "EXISTS (SELECT 1 FROM {account}
                WHERE {account.id} = ?1 AND {account.password} = ?2)";
            let values = [text(&credential.account_id), text(hash)];
            let events = record(primary, [(&changed, is_set), (&revoked, is_set)], &values)?;
            let end_all = primary
                .prepare(&format!(
                    r#"INSERT INTO "edgeseal_user" ("userId", "sessionsValidAfter")
                       SELECT ?3, ?4 WHERE {is_set} {{END_ALL}}"#
                ))
                .bind(&[values.as_slice(), &[text(&credential.user.id), number(now)]].concat())?;
            let mut statements = vec![was_valid, set_password];
            statements.extend(events);
            statements.push(end_all);
            let results = primary.session.batch(statements).await?;
            let Some(row) = first::<ValidAfterRow>(results.last())? else {
                return Ok(None);
            };
            let changed = PasswordChanged {
                valid_after: row.value as u64,
                was_valid: first::<IgnoredAny>(results.first())?.is_some(),
            };
            primary.with_bookmark(changed).map(Some)
        })
        .await
    }

    /// Lifts an expired ban, as Better Auth's admin plugin does at sign-in. Also ends
    /// older sessions, because the plugin deletes a user's sessions when it bans the
    /// user. Returns `sessionsValidAfter` for new sessions. If the ban has changed
    /// since it was read, does nothing and returns `None`.
    pub(crate) async fn lift_ban(
        &self,
        credential: &Credential,
        now: u64,
    ) -> Result<Option<WithBookmark<u64>>, Refusal> {
        let Some(expired) = &credential.expired_ban else {
            return Ok(None);
        };
        self.run(Retry::Safe, async |primary| {
            let lift = primary.prepare(&lift_ban(primary)).bind(&[
                text(&credential.user.id),
                primary.schema.user_dates.value(now),
                expired.value(),
            ])?;
            // Takes effect only if the previous statement lifted a ban.
            let end_all = primary
                .prepare(
                    r#"INSERT INTO "edgeseal_user" ("userId", "sessionsValidAfter")
                       SELECT {user.id}, ?2 FROM {user} WHERE {user.id} = ?1 AND changes() > 0 {END_ALL}"#,
                )
                .bind(&[text(&credential.user.id), number(now)])?;
            let results = primary.session.batch(vec![lift, end_all]).await?;
            match first::<ValidAfterRow>(results.last())? {
                Some(row) => primary.with_bookmark(row.value as u64).map(Some),
                None => Ok(None),
            }
        })
        .await
    }
}

/// Replaces the verified hash of a user who may sign in.
fn set_password(
    primary: &Connection,
    credential: &Credential,
    hash: &str,
    now: u64,
) -> Result<D1PreparedStatement, Fault> {
    let statement = primary.prepare(
        r#"UPDATE {account} SET {account:password} = ?1, {account:updatedAt} = ?2
           WHERE {account.id} = ?3 AND {account.password} = ?4 AND NOT EXISTS
            (SELECT 1 FROM "edgeseal_user"
             WHERE "userId" = {account.userId} AND "disabledAt" IS NOT NULL)"#,
    );
    Ok(statement.bind(&[
        text(hash),
        primary.schema.account_dates.value(now),
        text(&credential.account_id),
        text(&credential.password_hash),
    ])?)
}

/// Resets the admin plugin's ban columns. Skips columns that this database doesn't have.
fn lift_ban(primary: &Connection) -> String {
    let others = ["banReason", "banExpires"]
        .into_iter()
        .filter(|field| primary.schema.has("user", field));
    let others: String = others
        .flat_map(|field| [", {user:", field, "} = NULL"])
        .collect();
    format!(
        "UPDATE {{user}} SET {{user:banned}} = 0{others}, {{user:updatedAt}} = ?2
         WHERE {{user.id}} = ?1 AND {{user.banned}} <> 0 AND {{user.banExpires}} = ?3"
    )
}
