//! Statements that find the owner of an address, verify or change an address, and set a
//! new password after a reset.

use worker::D1PreparedStatement;

use super::connection::{Connection, Store, WithBookmark, first, number, text};
use super::events::{record, with_events};
use super::fault::{Fault, Retry};
use super::passwords::select_credential;
use super::rows::{CredentialRow, Owner, UserRow, ValidAfterRow};
use super::users::insert_account_sql;
use crate::error::Refusal;
use crate::event::Kind;
use crate::id::random_id;
use crate::user::{Email, User};

/// The result of changing a user's address.
pub(crate) enum EmailChanged {
    Changed(WithBookmark<User>),
    /// The user was deleted, or now has a different address.
    Outdated,
    /// Another user has the new address.
    Taken,
}

impl Store {
    /// Returns the user with this address.
    pub(crate) async fn owner_of(&self, email: &Email, now: u64) -> Result<Option<Owner>, Refusal> {
        self.owner(select_credential!("{user.email}"), email.as_str(), now)
            .await
    }

    /// Returns the user with this id.
    pub(crate) async fn owner_by_id(&self, id: &str, now: u64) -> Result<Option<Owner>, Refusal> {
        self.owner(select_credential!("{user.id}"), id, now).await
    }

    async fn owner(&self, sql: &str, value: &str, now: u64) -> Result<Option<Owner>, Refusal> {
        self.run(Retry::Safe, async |primary| {
            let statement = primary.prepare(sql).bind(&[text(value)])?;
            let row = statement.first::<CredentialRow>(None).await?;
            Ok(row.map(|row| row.into_owner(now)))
        })
        .await
    }

    /// Sets a new password for a user who received a link by e-mail, marks the address as
    /// verified, and ends all sessions. If the address was not verified before, a
    /// stranger may have signed up with it, so all other ways to sign in are removed.
    ///
    /// Returns `false` and does nothing if the password or address has changed since
    /// `owner` was read, or if the user is not allowed to sign in.
    pub(crate) async fn reset_password(
        &self,
        owner: &Owner,
        hash: &str,
        now: u64,
    ) -> Result<bool, Refusal> {
        let account_id = owner.account_id.clone().unwrap_or_else(random_id);
        let event = |kind| self.event(kind, &owner.user.id, now);
        let reset = event(Kind::PasswordReset);
        let verified = event(Kind::UserVerified);
        let revoked = event(Kind::SessionRevoked);
        // A retry finds the hash that the first attempt set, and repeats the other
        // statements.
        self.run(Retry::Safe, async |primary| {
            let mut statements = vec![put_password(primary, owner, &account_id, hash, now)?];
            let values = [text(&owner.user.id), text(hash), text(&account_id)];
            for sql in primary.schema.other_credentials() {
                let sql = format!("{sql} AND {UNPROVED} AND {IS_SET}");
                statements.push(primary.prepare(&sql).bind(&values)?);
            }
            if let Some(sql) = primary.schema.delete_sessions() {
                let sql = format!("{sql} AND {IS_SET}");
                statements.push(primary.prepare(&sql).bind(&values)?);
            }
            let newly_proved = format!("{UNPROVED} AND {IS_SET}");
            let events = [
                (&reset, IS_SET),
                (&verified, newly_proved.as_str()),
                (&revoked, IS_SET),
            ];
            statements.extend(record(primary, events, &values)?);
            let date = primary.schema.user_dates.value(now);
            let prove = primary
                .prepare(&format!(
                    "UPDATE {{user}} SET {{user:emailVerified}} = 1, {{user:updatedAt}} = ?4
                     WHERE {{user.id}} = ?1 AND {IS_SET}"
                ))
                .bind(&[values.as_slice(), &[date]].concat())?;
            let end_all = primary
                .prepare(&format!(
                    r#"INSERT INTO "edgeseal_user" ("userId", "sessionsValidAfter")
                       SELECT ?1, ?4 WHERE {IS_SET} {{END_ALL}}"#
                ))
                .bind(&[values.as_slice(), &[number(now)]].concat())?;
            statements.extend([prove, end_all]);
            let results = primary.session.batch(statements).await?;
            Ok(first::<ValidAfterRow>(results.last())?.is_some())
        })
        .await
    }

    /// Marks a user's address as verified. Returns `None` if the user was deleted or
    /// disabled, or now has a different address.
    pub(crate) async fn prove_email(
        &self,
        user: &User,
        now: u64,
    ) -> Result<Option<WithBookmark<User>>, Refusal> {
        let verified = self.event(Kind::UserVerified, &user.id, now);
        self.run(Retry::Safe, async |primary| {
            let values = [text(&user.id), text(&user.email)];
            let events = record(primary, [(&verified, IS_UNPROVED_OWNER)], &values)?;
            let statement = primary
                .prepare(
                    r#"UPDATE {user} SET {user:emailVerified} = 1, {user:updatedAt} = ?3
                       WHERE {user.id} = ?1 AND {user.email} = ?2 AND NOT EXISTS
                        (SELECT 1 FROM "edgeseal_user"
                         WHERE "userId" = ?1 AND "disabledAt" IS NOT NULL) RETURNING {USER}"#,
                )
                .bind(&[values.as_slice(), &[primary.schema.user_dates.value(now)]].concat())?;
            match first::<UserRow>(with_events(primary, events, statement).await?.as_ref())? {
                Some(row) => primary.with_bookmark(row.into()).map(Some),
                None => Ok(None),
            }
        })
        .await
    }

    /// Sets a user's new address, which they have verified. The UNIQUE constraint on
    /// `email` lets only one of several concurrent requests succeed. The statement checks
    /// again that the link still matches the user's state.
    pub(crate) async fn change_email(
        &self,
        owner: &Owner,
        new: &Email,
        now: u64,
    ) -> Result<EmailChanged, Refusal> {
        let user = &owner.user;
        let updated = self.event(Kind::UserUpdated, &user.id, now);
        let verified = self.event(Kind::UserVerified, &user.id, now);
        self.run(Retry::Unsafe, async |primary| {
            let values = [
                text(&user.id),
                text(&user.email),
                u32::from(user.email_verified).into(),
                number(owner.valid_after),
            ];
            let proves = format!("{MAY_CHANGE} AND ?3 = 0");
            let events = [(&updated, MAY_CHANGE), (&verified, &*proves)];
            let events = record(primary, events, &values)?;
            let statement = primary
                .prepare(&format!(
                    "UPDATE {{user}} SET {{user:email}} = ?5, {{user:emailVerified}} = 1,
                      {{user:updatedAt}} = ?6
                     WHERE {{user.id}} = ?1 AND {MAY_CHANGE} RETURNING {{USER}}"
                ))
                .bind(
                    &[
                        values.as_slice(),
                        &[text(new.as_str()), primary.schema.user_dates.value(now)],
                    ]
                    .concat(),
                )?;
            let changed = with_events(primary, events, statement).await;
            match changed.and_then(|changed| first::<UserRow>(changed.as_ref())) {
                Ok(Some(row)) => Ok(EmailChanged::Changed(primary.with_bookmark(row.into())?)),
                Ok(None) => Ok(EmailChanged::Outdated),
                Err(Fault::Unique) => Ok(EmailChanged::Taken),
                Err(fault) => Err(fault),
            }
        })
        .await
    }
}

/// True if user ?1 has hash ?2 in account ?3. The salt is unique, so only this request
/// can have set the hash.
const IS_SET: &str = "EXISTS (SELECT 1 FROM {account} AS \"set\"
    WHERE \"set\".{account:id} = ?3 AND \"set\".{account:userId} = ?1 AND \"set\".{account:password} = ?2)";

/// True if the address of user ?1 was never verified.
const UNPROVED: &str = "EXISTS (SELECT 1 FROM {user} AS \"owner\"
    WHERE \"owner\".{user:id} = ?1 AND \"owner\".{user:emailVerified} = 0)";

/// True if user ?1 still has address ?2, `emailVerified` is still ?3, the user may sign
/// in, and `sessionsValidAfter` is still ?4.
const MAY_CHANGE: &str = "EXISTS (SELECT 1 FROM {user}
    WHERE {user.id} = ?1 AND {user.email} = ?2 AND {user.emailVerified} = ?3)
    AND coalesce((SELECT \"sessionsValidAfter\" = ?4 AND \"disabledAt\" IS NULL
     FROM \"edgeseal_user\" WHERE \"userId\" = ?1), ?4 = 0)";

/// True if user ?1 has address ?2, and the address was never verified.
const IS_UNPROVED_OWNER: &str = "EXISTS (SELECT 1 FROM {user}
    WHERE {user.id} = ?1 AND {user.email} = ?2 AND {user.emailVerified} = 0)";

/// Replaces the password hash that `owner` contains, or adds the user's first hash.
fn put_password(
    primary: &Connection,
    owner: &Owner,
    account_id: &str,
    hash: &str,
    now: u64,
) -> Result<D1PreparedStatement, Fault> {
    const MAY_SIGN_IN: &str =
        "EXISTS (SELECT 1 FROM {user} WHERE {user.id} = ?2 AND {user.email} = ?5)
        AND NOT EXISTS (SELECT 1 FROM \"edgeseal_user\"
         WHERE \"userId\" = ?2 AND \"disabledAt\" IS NOT NULL)";
    let sql = match owner.account_id {
        Some(_) => format!(
            "UPDATE {{account}} SET {{account:password}} = ?3, {{account:updatedAt}} = ?4
             WHERE {{account.id}} = ?1 AND {{account.password}} IS ?6 AND {MAY_SIGN_IN}"
        ),
        // Here ?6 is null, because there is no hash to replace.
        None => format!(
            "{} WHERE ?6 IS NULL AND {MAY_SIGN_IN} AND NOT EXISTS
              (SELECT 1 FROM {{account}} WHERE {{account.userId}} = ?2
                AND {{account.providerId}} = 'credential')",
            insert_account_sql(&primary.schema)
        ),
    };
    let statement = primary.prepare(&sql).bind(&[
        text(account_id),
        text(&owner.user.id),
        text(hash),
        primary.schema.account_dates.value(now),
        text(&owner.user.email),
        super::connection::optional(owner.password_hash.as_deref()),
    ])?;
    Ok(statement)
}
