//! Statements about users and their password accounts.

use serde::de::IgnoredAny;
use worker::D1PreparedStatement;

use super::fault::{Again, Fault};
use super::rows::{Credential, CredentialRow, StandingRow, UserRow, ValidAfterRow};
use super::sessions::held;
use super::{Connection, Seen, Store, first, number, optional, text};
use crate::clock::iso;
use crate::error::Refusal;
use crate::id::random_id;
use crate::token::Session;
use crate::user::{Email, User};

/// What there is where an address signs in.
pub(crate) struct Known {
    /// The user of the address, where it has a password.
    pub(crate) credential: Option<Credential>,
}

/// What decides on a change of the password: a refresh token that is genuine says
/// who asks, whatever has become of its session.
pub(crate) struct Standing {
    /// The user, where it has a password.
    pub(crate) credential: Option<Credential>,
    /// Whether the session is still valid.
    pub(crate) is_valid: bool,
    /// Whether wrong passwords have ended the sign-in that it comes from.
    pub(crate) is_spent: bool,
}

/// A password that was changed.
pub(crate) struct PasswordChanged {
    /// New sessions are opened under this value, in milliseconds.
    pub(crate) valid_after: u64,
    /// Whether the caller's session was valid up to then.
    pub(crate) was_valid: bool,
}

/// A new user, checked.
pub(crate) struct NewUser<'a> {
    pub(crate) name: &'a str,
    pub(crate) email: &'a Email,
    pub(crate) image: Option<&'a str>,
    pub(crate) password_hash: &'a str,
}

impl NewUser<'_> {
    /// The user as it will be stored, under an id of its own.
    pub(crate) fn user(&self, now: u64) -> User {
        let at = iso(now);
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

/// What is to be changed of a user, checked.
pub(crate) struct Changes<'a> {
    pub(crate) name: Option<&'a str>,
    /// Whether the image is changed, to none where there is none.
    pub(crate) sets_image: bool,
    pub(crate) image: Option<&'a str>,
}

/// What versions 1.7.0 to 1.7.2 of Better Auth have in `account.issuer` of a password
/// account; they ask for it when they look for one.
const ISSUER: &str = "local:credential";

/// A user with its password account, as Better Auth looks for it.
macro_rules! select_credential {
    ($where:literal) => {
        concat!(
            r#"SELECT {USER}, {STANDING}, {account.id} AS "edgeseal_account",
                      {account.password} AS "edgeseal_password",
                      coalesce("edgeseal_user"."sessionsValidAfter", 0) AS "edgeseal_valid_after",
                      "edgeseal_user"."disabledAt" IS NOT NULL AS "edgeseal_disabled"
               FROM {user}
               LEFT JOIN {account} ON {account.userId} = {user.id}
                AND {account.providerId} = 'credential' AND {account.accountId} = {user.id}
               LEFT JOIN "edgeseal_user" ON "edgeseal_user"."userId" = {user.id}
               WHERE "#,
            $where,
            " = ?1"
        )
    };
}

impl Store {
    /// Creates a user with a password. UNIQUE on `email` decides who was first.
    pub(crate) async fn create_user(
        &self,
        new: &NewUser<'_>,
        now: u64,
    ) -> Result<Seen<User>, Refusal> {
        let schema = self.schema().await?;
        let unfillable = schema.unfillable();
        if !unfillable.is_empty() {
            return Err(Refusal::DatabaseInvalid(unfillable.join("; ")));
        }
        // As a later read will have it.
        let user = new.user(schema.user_dates.kept(now));
        let account_id = random_id();
        let created = self.run(Again::Safe, async |primary| {
            let insert_user = insert_user(primary, &user, now)?;
            let insert_account =
                insert_account(primary, &account_id, &user.id, new.password_hash, now)?;
            let inserted = primary.session.batch(vec![insert_user, insert_account]);
            let is_done = match inserted.await.map_err(Fault::from) {
                Ok(_) => true,
                // A try before this one may have been done, and only its answer lost.
                Err(Fault::Unique) => is_there(primary, &user.id).await?,
                Err(fault) => return Err(fault),
            };
            Ok(if is_done {
                Some(primary.seen(())?)
            } else {
                None
            })
        });
        let Seen { bookmark, .. } = created.await?.ok_or(Refusal::UserExists)?;
        Ok(Seen {
            value: user,
            bookmark,
        })
    }

    /// What there is for the sign-in of an address.
    pub(crate) async fn known(&self, email: &Email, now: u64) -> Result<Seen<Known>, Refusal> {
        self.run(Again::Safe, async |primary| {
            let statement = primary
                .prepare(select_credential!("{user.email}"))
                .bind(&[text(email.as_str())])?;
            let row = statement.first::<CredentialRow>(None).await?;
            let credential = row.and_then(|row| row.at(now));
            primary.seen(Known { credential })
        })
        .await
    }

    /// What there is where a session's user proves the password.
    pub(crate) async fn standing(&self, session: &Session, now: u64) -> Result<Standing, Refusal> {
        self.run(Again::Safe, async |primary| {
            let credential = primary
                .prepare(select_credential!("{user.id}"))
                .bind(&[text(&session.user_id)])?;
            let standing = primary
                .prepare(
                    r#"SELECT EXISTS (SELECT 1 FROM {user} WHERE {user.id} = ?1) AND {HOLDS} AS "valid",
                        EXISTS (SELECT 1 FROM "edgeseal_ended_session"
                         WHERE "userId" = ?1 AND "sid" = ?4) AS "spent""#,
                )
                .bind(&held(session))?;
            let results = primary.session.batch(vec![credential, standing]).await?;
            let credential = first::<CredentialRow>(results.first())?;
            let row = first::<StandingRow>(results.get(1))?;
            Ok(Standing {
                credential: credential.and_then(|row| row.at(now)),
                is_valid: row.as_ref().is_some_and(|row| row.valid),
                is_spent: row.is_none_or(|row| row.spent),
            })
        })
        .await
    }

    /// Replaces a stored hash, unless it has been replaced meanwhile.
    pub(crate) async fn rehash(
        &self,
        credential: &Credential,
        hash: &str,
        now: u64,
    ) -> Result<(), Refusal> {
        self.run(Again::Safe, async |primary| {
            set_password(primary, credential, hash, now)?.run().await?;
            Ok(())
        })
        .await
    }

    /// Sets a new password and ends every session of the user. Nothing where the
    /// stored hash has been replaced or the user disabled meanwhile, and then
    /// nothing is done.
    ///
    /// The caller's session need not be valid any more: who proves the password may
    /// sign in anew, and who ends the owner's sessions in a loop, with a stolen one,
    /// must not keep them from changing it.
    pub(crate) async fn change_password(
        &self,
        session: &Session,
        credential: &Credential,
        hash: &str,
        now: u64,
    ) -> Result<Option<Seen<PasswordChanged>>, Refusal> {
        // A second time it finds its own hash there, and ends the sessions again: the
        // caller's own has ended then, and who changed the password signs in anew.
        self.run(Again::Safe, async |primary| {
            let was_valid = primary
                .prepare("SELECT {user.id} FROM {user} WHERE {user.id} = ?1 AND {HOLDS}")
                .bind(&held(session))?;
            let set_password = set_password(primary, credential, hash, now)?;
            // The hash is there exactly where it has been set: its salt is its own.
            let end_all = primary
                .prepare(
                    r#"INSERT INTO "edgeseal_user" ("userId", "sessionsValidAfter")
                       SELECT ?1, ?2 WHERE EXISTS
                        (SELECT 1 FROM {account}
                         WHERE {account.id} = ?3 AND {account.password} = ?4) {END_ALL}"#,
                )
                .bind(&[
                    text(&credential.user.id),
                    number(now),
                    text(&credential.account_id),
                    text(hash),
                ])?;
            let statements = vec![was_valid, set_password, end_all];
            let results = primary.session.batch(statements).await?;
            let Some(row) = first::<ValidAfterRow>(results.last())? else {
                return Ok(None);
            };
            let changed = PasswordChanged {
                valid_after: row.value as u64,
                was_valid: first::<IgnoredAny>(results.first())?.is_some(),
            };
            primary.seen(changed).map(Some)
        })
        .await
    }

    /// Lifts a ban that has expired, as Better Auth's admin plugin does at a sign-in,
    /// and ends the sessions of before, which the plugin deleted when it banned.
    /// Gives the value under which new ones are opened; nothing where the ban is no
    /// longer the one that was read, and then nothing is done.
    pub(crate) async fn lift_ban(
        &self,
        credential: &Credential,
        now: u64,
    ) -> Result<Option<Seen<u64>>, Refusal> {
        let Some(expired) = &credential.expired_ban else {
            return Ok(None);
        };
        self.run(Again::Safe, async |primary| {
            let lift = primary.prepare(&lift_ban(primary)).bind(&[
                text(&credential.user.id),
                primary.schema.user_dates.value(now),
                expired.value(),
            ])?;
            // Only where the statement before has lifted one.
            let end_all = primary
                .prepare(
                    r#"INSERT INTO "edgeseal_user" ("userId", "sessionsValidAfter")
                       SELECT {user.id}, ?2 FROM {user} WHERE {user.id} = ?1 AND changes() > 0 {END_ALL}"#,
                )
                .bind(&[text(&credential.user.id), number(now)])?;
            let results = primary.session.batch(vec![lift, end_all]).await?;
            match first::<ValidAfterRow>(results.last())? {
                Some(row) => primary.seen(row.value as u64).map(Some),
                None => Ok(None),
            }
        })
        .await
    }

    /// Changes the profile of a session's user. Nothing where the session has
    /// ended.
    pub(crate) async fn update_user(
        &self,
        session: &Session,
        changes: &Changes<'_>,
        now: u64,
    ) -> Result<Option<Seen<User>>, Refusal> {
        self.run(Again::Safe, async |primary| {
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
                       WHERE {user.id} = ?1 AND {HOLDS} RETURNING {USER}",
                )
                .bind(&[held(session).as_slice(), &values].concat())?;
            match statement.first::<UserRow>(None).await? {
                Some(row) => primary.seen(row.into()).map(Some),
                None => Ok(None),
            }
        })
        .await
    }

    /// Deletes the user of a session and all that is theirs; its sessions end
    /// with it. Not done, and `false`, where the session has ended.
    pub(crate) async fn delete_user(&self, session: &Session) -> Result<bool, Refusal> {
        // A second time there would be no session.
        self.run(Again::Unsafe, async |primary| {
            let held = held(session);
            let mut statements = Vec::new();
            // What tells whether the session holds goes last.
            for sql in [
                r#"DELETE FROM "edgeseal_ended_session" WHERE "userId" = ?1 AND {HOLDS}"#,
                r"DELETE FROM {account} WHERE {account.userId} = ?1 AND {HOLDS}",
                r"DELETE FROM {user} WHERE {user.id} = ?1 AND {HOLDS} RETURNING {user.id}",
            ] {
                statements.push(primary.prepare(sql).bind(&held)?);
            }
            let orphan = primary
                .prepare(
                    r#"DELETE FROM "edgeseal_user" WHERE "userId" = ?1
                        AND NOT EXISTS (SELECT 1 FROM {user} WHERE {user.id} = ?1)"#,
                )
                .bind(&held[..1])?;
            statements.push(orphan);
            let results = primary.session.batch(statements).await?;
            Ok(first::<IgnoredAny>(results.get(2))?.is_some())
        })
        .await
    }
}

fn insert_user(primary: &Connection, user: &User, now: u64) -> Result<D1PreparedStatement, Fault> {
    let statement = primary.prepare(
        r"INSERT INTO {user} ({user:id}, {user:name}, {user:email}, {user:emailVerified}, {user:image},
            {user:createdAt}, {user:updatedAt})
           VALUES (?1, ?2, ?3, 0, ?4, ?5, ?5)",
    );
    Ok(statement.bind(&[
        text(&user.id),
        text(&user.name),
        text(&user.email),
        optional(user.image.as_deref()),
        primary.schema.user_dates.value(now),
    ])?)
}

fn insert_account(
    primary: &Connection,
    id: &str,
    user_id: &str,
    password_hash: &str,
    now: u64,
) -> Result<D1PreparedStatement, Fault> {
    let mut values = vec![
        text(id),
        text(user_id),
        text(password_hash),
        primary.schema.account_dates.value(now),
    ];
    let statement = if primary.schema.has("account", "issuer") {
        values.push(text(ISSUER));
        r"INSERT INTO {account} ({account:id}, {account:accountId}, {account:providerId}, {account:userId},
            {account:password}, {account:createdAt}, {account:updatedAt}, {account:issuer})
           VALUES (?1, ?2, 'credential', ?2, ?3, ?4, ?4, ?5)"
    } else {
        r"INSERT INTO {account} ({account:id}, {account:accountId}, {account:providerId}, {account:userId},
            {account:password}, {account:createdAt}, {account:updatedAt})
           VALUES (?1, ?2, 'credential', ?2, ?3, ?4, ?4)"
    };
    Ok(primary.prepare(statement).bind(&values)?)
}

/// Whether there is a user of this id.
async fn is_there(primary: &Connection, user_id: &str) -> Result<bool, Fault> {
    let statement = primary
        .prepare("SELECT {user.id} FROM {user} WHERE {user.id} = ?1")
        .bind(&[text(user_id)])?;
    Ok(statement.first::<IgnoredAny>(None).await?.is_some())
}

/// Replaces the hash that was proved, of a user who may sign in.
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

/// Of the plugin's columns those that are there.
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
