//! Statements that create, change and delete users.

use std::cell::Cell;

use serde::de::IgnoredAny;
use worker::D1PreparedStatement;

use super::connection::{Connection, Store, WithBookmark, first, optional, text};
use super::events::{record, with_events};
use super::fault::{Fault, Retry};
use super::rows::UserRow;
use super::schema::Schema;
use super::sessions::{IS_VALID, validity_values};
use crate::clock::iso8601;
use crate::error::Refusal;
use crate::event::Kind;
use crate::id::random_id;
use crate::token::Session;
use crate::user::{Email, User};

/// A new user, whose values have been validated.
pub(crate) struct NewUser<'a> {
    pub(crate) name: &'a str,
    pub(crate) email: &'a Email,
    pub(crate) image: Option<&'a str>,
    pub(crate) password_hash: &'a str,
}

impl NewUser<'_> {
    /// Returns the user as it will be stored, with a new id.
    pub(crate) fn user(&self, now: u64) -> User {
        let at = iso8601(now);
        User {
            name: self.name.to_owned(),
            email: self.email.as_str().to_owned(),
            email_verified: false,
            image: self.image.map(str::to_owned),
            created_at: at.clone(),
            updated_at: at,
            id: random_id(),
        }
    }
}

/// Changes to a user. The values have been validated.
pub(crate) struct Changes<'a> {
    pub(crate) name: Option<&'a str>,
    /// Whether to change the image. If this is true and `image` is `None`, the image is
    /// removed.
    pub(crate) sets_image: bool,
    pub(crate) image: Option<&'a str>,
}

impl Store {
    /// Creates a user with a password. The UNIQUE constraint on `email` lets only one of
    /// several concurrent requests succeed.
    pub(crate) async fn create_user(
        &self,
        new: &NewUser<'_>,
        now: u64,
    ) -> Result<WithBookmark<User>, Refusal> {
        let schema = self.schema().await?;
        let unfillable = schema.unfillable();
        if !unfillable.is_empty() {
            return Err(Refusal::DatabaseInvalid(unfillable.join("; ")));
        }
        // This is the user as a later read will return it.
        let user = new.user(schema.user_dates.as_stored(now));
        let account_id = random_id();
        let event = self.event(Kind::UserCreated, &user.id, now);
        let tries = Cell::new(0);
        let created = self.run(Retry::Safe, async |primary| {
            tries.set(tries.get() + 1);
            let insert_user = insert_user(primary, &user, now)?;
            let insert_account =
                insert_account(primary, &account_id, &user.id, new.password_hash, now)?;
            let mut statements = vec![insert_user, insert_account];
            statements.extend(record(primary, [(&event, "TRUE")], &[])?);
            let inserted = primary.session.batch(statements);
            let is_done = match inserted.await.map_err(Fault::from) {
                Ok(_) => true,
                // Don't send another query, because its duration would reveal that the
                // address already has an account.
                Err(Fault::Unique) if tries.get() == 1 => false,
                // An earlier try may have succeeded even though its response was lost.
                Err(Fault::Unique) => user_exists(primary, &user.id).await?,
                Err(fault) => return Err(fault),
            };
            Ok(if is_done {
                Some(primary.with_bookmark(())?)
            } else {
                None
            })
        });
        let WithBookmark { bookmark, .. } = created.await?.ok_or(Refusal::UserExists)?;
        Ok(WithBookmark {
            value: user,
            bookmark,
        })
    }

    /// Changes the profile of a session's user. Returns `None` if the session has
    /// ended.
    pub(crate) async fn update_user(
        &self,
        session: &Session,
        changes: &Changes<'_>,
        now: u64,
    ) -> Result<Option<WithBookmark<User>>, Refusal> {
        let event = self.event(Kind::UserUpdated, &session.user_id, now);
        self.run(Retry::Safe, async |primary| {
            let valid = validity_values(session);
            let events = record(primary, [(&event, IS_VALID)], &valid)?;
            let values = [
                optional(changes.name),
                u32::from(changes.sets_image).into(),
                optional(changes.image),
                primary.schema.user_dates.value(now),
            ];
            let statement = primary
                .prepare(
                    r"UPDATE {user} SET {user:name} = coalesce(?5, {user.name}),
                        {user:image} = CASE ?6 WHEN 1 THEN ?7 ELSE {user.image} END,
                        {user:updatedAt} = ?8
                       WHERE {user.id} = ?1 AND {VALID} RETURNING {USER}",
                )
                .bind(&[valid.as_slice(), &values].concat())?;
            match first::<UserRow>(with_events(primary, events, statement).await?.as_ref())? {
                Some(row) => primary.with_bookmark(row.into()).map(Some),
                None => Ok(None),
            }
        })
        .await
    }

    /// Deletes a session's user and all of the user's data, which also ends the user's
    /// sessions. Returns `false`, and does nothing, if the session has ended.
    pub(crate) async fn delete_user(&self, session: &Session, now: u64) -> Result<bool, Refusal> {
        let event = self.event(Kind::UserDeleted, &session.user_id, now);
        // A retry would find that the session no longer exists.
        self.run(Retry::Unsafe, async |primary| {
            let values = validity_values(session);
            let mut statements = record(primary, [(&event, IS_VALID)], &values)?;
            // The rows that determine whether the session is valid are deleted last.
            for sql in [
                r#"DELETE FROM "edgeseal_ended_session" WHERE "userId" = ?1 AND {VALID}"#,
                r"DELETE FROM {account} WHERE {account.userId} = ?1 AND {VALID}",
                r"DELETE FROM {user} WHERE {user.id} = ?1 AND {VALID} RETURNING {user.id}",
            ] {
                statements.push(primary.prepare(sql).bind(&values)?);
            }
            let orphan = primary
                .prepare(
                    r#"DELETE FROM "edgeseal_user" WHERE "userId" = ?1
                        AND NOT EXISTS (SELECT 1 FROM {user} WHERE {user.id} = ?1)"#,
                )
                .bind(&values[..1])?;
            let user_at = statements.len() - 1;
            statements.push(orphan);
            let results = primary.session.batch(statements).await?;
            Ok(first::<IgnoredAny>(results.get(user_at))?.is_some())
        })
        .await
    }
}

/// Inserts user ?1 with name ?2, address ?3, image ?4 and creation time ?5.
pub(super) const INSERT_USER: &str = r"INSERT INTO {user}
    ({user:id}, {user:name}, {user:email}, {user:emailVerified}, {user:image}, {user:createdAt}, {user:updatedAt})
    VALUES (?1, ?2, ?3, 0, ?4, ?5, ?5)";

fn insert_user(primary: &Connection, user: &User, now: u64) -> Result<D1PreparedStatement, Fault> {
    Ok(primary.prepare(INSERT_USER).bind(&[
        text(&user.id),
        text(&user.name),
        text(&user.email),
        optional(user.image.as_deref()),
        primary.schema.user_dates.value(now),
    ])?)
}

/// Inserts account ?1 for user ?2, with password hash ?3 and creation time ?4. The
/// caller may append a condition.
pub(super) fn insert_account_sql(schema: &Schema) -> &'static str {
    // Versions 1.7.0 to 1.7.2 of Better Auth also look up accounts by issuer.
    if schema.has("account", "issuer") {
        r"INSERT INTO {account} ({account:id}, {account:accountId}, {account:providerId}, {account:userId},
           {account:password}, {account:createdAt}, {account:updatedAt}, {account:issuer})
          SELECT ?1, ?2, 'credential', ?2, ?3, ?4, ?4, 'local:credential'"
    } else {
        r"INSERT INTO {account} ({account:id}, {account:accountId}, {account:providerId}, {account:userId},
           {account:password}, {account:createdAt}, {account:updatedAt})
          SELECT ?1, ?2, 'credential', ?2, ?3, ?4, ?4"
    }
}

fn insert_account(
    primary: &Connection,
    id: &str,
    user_id: &str,
    password_hash: &str,
    now: u64,
) -> Result<D1PreparedStatement, Fault> {
    let statement = primary.prepare(insert_account_sql(&primary.schema));
    Ok(statement.bind(&[
        text(id),
        text(user_id),
        text(password_hash),
        primary.schema.account_dates.value(now),
    ])?)
}

/// Returns whether a user with this id exists.
async fn user_exists(primary: &Connection, user_id: &str) -> Result<bool, Fault> {
    let statement = primary
        .prepare("SELECT {user.id} FROM {user} WHERE {user.id} = ?1")
        .bind(&[text(user_id)])?;
    Ok(statement.first::<IgnoredAny>(None).await?.is_some())
}
