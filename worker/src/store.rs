//! Every SQL statement of the Worker. Values are bound, never spliced.
//!
//! A D1 database may have replicas in several regions, which are late. Whatever
//! decides on a password or writes asks the primary; a refresh asks any replica
//! that has caught up with the session's own bookmark. That the caller's session
//! holds is part of every statement that writes for it: what was read before may
//! have been late, or have changed since.

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};
use worker::wasm_bindgen::JsValue;
use worker::{
    D1Database, D1DatabaseSession, D1PreparedStatement, D1Result, D1SessionConstraint, Env, Error,
    console_warn,
};

use crate::error::Refusal;
use crate::token::{Session, iso, random_id};
use crate::user::{Email, MAX_IMAGE_LENGTH, User, shorten_name};

const BINDING: &str = "DB";

/// The D1 database with Better Auth's tables and ours.
pub(crate) struct Store {
    database: D1Database,
}

/// What a read or a write gave, and the state of the database that it saw: later
/// reads of the same user must not see an older one.
pub(crate) struct Seen<T> {
    pub(crate) value: T,
    pub(crate) bookmark: Option<String>,
}

/// Whether the database has the tables that this Worker asks.
pub(crate) enum Migrations {
    Applied,
    Pending,
}

/// A user with the account that holds its password.
pub(crate) struct Credential {
    pub(crate) user: User,
    pub(crate) account_id: String,
    pub(crate) password_hash: String,
    /// Sessions hold that were opened under this value, in milliseconds.
    pub(crate) valid_after: u64,
    /// Whether the user may not sign in.
    pub(crate) is_disabled: bool,
}

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

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserRow {
    id: String,
    name: String,
    email: String,
    #[serde(deserialize_with = "integer_as_bool")]
    email_verified: bool,
    image: Option<String>,
    created_at: String,
    updated_at: String,
}

#[derive(Deserialize)]
struct CredentialRow {
    #[serde(flatten)]
    user: UserRow,
    edgeseal_account: Option<String>,
    edgeseal_password: Option<String>,
    edgeseal_valid_after: f64,
    #[serde(deserialize_with = "integer_as_bool")]
    edgeseal_disabled: bool,
}

#[derive(Deserialize)]
struct ValidAfterRow {
    #[serde(rename = "sessionsValidAfter")]
    value: f64,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            name: shorten_name(row.name),
            email: row.email,
            email_verified: row.email_verified,
            // An app that kept whole pictures here has more than a cookie holds.
            image: row.image.filter(|image| image.len() <= MAX_IMAGE_LENGTH),
            created_at: row.created_at,
            updated_at: row.updated_at,
            id: row.id,
        }
    }
}

impl From<CredentialRow> for Option<Credential> {
    fn from(row: CredentialRow) -> Self {
        Some(Credential {
            user: row.user.into(),
            account_id: row.edgeseal_account?,
            password_hash: row.edgeseal_password?,
            valid_after: row.edgeseal_valid_after as u64,
            is_disabled: row.edgeseal_disabled,
        })
    }
}

/// A user with its password account, as Better Auth looks for it.
macro_rules! select_credential {
    ($where:literal) => {
        concat!(
            r#"SELECT "user".*, "account"."id" AS "edgeseal_account",
                      "account"."password" AS "edgeseal_password",
                      coalesce("edgeseal_user"."sessionsValidAfter", 0) AS "edgeseal_valid_after",
                      "edgeseal_user"."disabledAt" IS NOT NULL AS "edgeseal_disabled"
               FROM "user"
               LEFT JOIN "account" ON "account"."userId" = "user"."id"
                AND "account"."providerId" = 'credential' AND "account"."accountId" = "user"."id"
               LEFT JOIN "edgeseal_user" ON "edgeseal_user"."userId" = "user"."id"
               WHERE "user"."#,
            $where,
            " = ?1"
        )
    };
}

/// Ends every session of a user: never the same value twice, whatever the clocks say.
const END_ALL: &str = r#"ON CONFLICT ("userId") DO UPDATE SET
    "sessionsValidAfter" = max("sessionsValidAfter" + 1, excluded."sessionsValidAfter")
    RETURNING "sessionsValidAfter""#;

/// Whether a session is still valid: of the user ?1, opened under ?2, with the id
/// ?3, from the sign-in ?4 ([`held`]). No row is 0 and not disabled.
const HOLDS: &str = r#"coalesce((SELECT "sessionsValidAfter" = ?2 AND "disabledAt" IS NULL
     FROM "edgeseal_user" WHERE "userId" = ?1), ?2 = 0)
    AND NOT EXISTS (SELECT 1 FROM "edgeseal_ended_session"
     WHERE "userId" IN (?1, '') AND "sid" IN (?3, ?4))"#;

impl Store {
    /// The database of this environment.
    pub(crate) fn of(env: &Env) -> Result<Self, Refusal> {
        Ok(Self {
            database: env.d1(BINDING)?,
        })
    }

    /// Creates a user with a password. UNIQUE on `email` decides who was first.
    pub(crate) async fn create_user(
        &self,
        new: &NewUser<'_>,
        now: u64,
    ) -> Result<Seen<User>, Refusal> {
        let user = new.user(now);
        let primary = self.primary()?;
        let insert_user = primary
            .prepare(
                r#"INSERT INTO "user" ("id", "name", "email", "emailVerified", "image", "createdAt", "updatedAt")
                   VALUES (?1, ?2, ?3, 0, ?4, ?5, ?5)"#,
            )
            .bind(&[
                text(&user.id),
                text(&user.name),
                text(&user.email),
                optional(user.image.as_deref()),
                text(&user.created_at),
            ])?;
        let insert_account = primary
            .prepare(
                r#"INSERT INTO "account" ("id", "accountId", "providerId", "userId", "password", "createdAt", "updatedAt")
                   VALUES (?1, ?2, 'credential', ?2, ?3, ?4, ?4)"#,
            )
            .bind(&[
                text(&random_id()),
                text(&user.id),
                text(new.password_hash),
                text(&user.created_at),
            ])?;
        match primary.batch(vec![insert_user, insert_account]).await {
            Ok(_) => seen(&primary, user),
            Err(error) if is_unique_violation(&error) => Err(Refusal::UserExists),
            Err(error) => Err(error.into()),
        }
    }

    /// What there is for the sign-in of an address.
    pub(crate) async fn known(&self, email: &Email) -> Result<Seen<Known>, Refusal> {
        let primary = self.primary()?;
        let statement = primary
            .prepare(select_credential!(r#""email""#))
            .bind(&[text(email.as_str())])?;
        let row = statement.first::<CredentialRow>(None).await?;
        let credential = row.and_then(Into::into);
        seen(&primary, Known { credential })
    }

    /// What there is where a session's user proves the password.
    pub(crate) async fn standing(&self, session: &Session) -> Result<Standing, Refusal> {
        #[derive(Deserialize)]
        struct Row {
            #[serde(deserialize_with = "integer_as_bool")]
            valid: bool,
            #[serde(deserialize_with = "integer_as_bool")]
            spent: bool,
        }
        let primary = self.primary()?;
        let credential = primary
            .prepare(select_credential!(r#""id""#))
            .bind(&[text(&session.user_id)])?;
        let sql = format!(
            r#"SELECT EXISTS (SELECT 1 FROM "user" WHERE "id" = ?1) AND {HOLDS} AS "valid",
                EXISTS (SELECT 1 FROM "edgeseal_ended_session"
                 WHERE "userId" = ?1 AND "sid" = ?4) AS "spent""#
        );
        let standing = primary.prepare(sql).bind(&held(session))?;
        let results = primary.batch(vec![credential, standing]).await?;
        let credential = first::<CredentialRow>(results.first())?.and_then(Into::into);
        let row = first::<Row>(results.get(1))?;
        Ok(Standing {
            credential,
            is_valid: row.as_ref().is_some_and(|row| row.valid),
            is_spent: row.is_none_or(|row| row.spent),
        })
    }

    /// The user of a session that has not ended.
    pub(crate) async fn user_of(&self, session: &Session) -> Result<Option<Seen<User>>, Refusal> {
        let Some(bookmark) = session.bookmark.as_deref() else {
            return user_of(&self.primary()?, session).await;
        };
        let replica = self.database.with_session(Some(bookmark))?;
        match user_of(&replica, session).await {
            // A bookmark of before a restore, say: the primary knows.
            Err(Refusal::Internal(cause)) => {
                console_warn!("BOOKMARK: {cause}");
                user_of(&self.primary()?, session).await
            }
            answered => answered,
        }
    }

    /// Replaces a stored hash, unless it has been replaced meanwhile.
    pub(crate) async fn rehash(
        &self,
        credential: &Credential,
        hash: &str,
        now: u64,
    ) -> Result<(), Refusal> {
        let primary = self.primary()?;
        set_password(&primary, credential, hash, now)?.run().await?;
        Ok(())
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
        let primary = self.primary()?;
        let sql = format!(r#"SELECT "id" FROM "user" WHERE "id" = ?1 AND {HOLDS}"#);
        let was_valid = primary.prepare(sql).bind(&held(session))?;
        let set_password = set_password(&primary, credential, hash, now)?;
        // The hash is there exactly where it has been set: its salt is its own.
        let sql = format!(
            r#"INSERT INTO "edgeseal_user" ("userId", "sessionsValidAfter")
               SELECT ?1, ?2 WHERE EXISTS
                (SELECT 1 FROM "account" WHERE "id" = ?3 AND "password" = ?4) {END_ALL}"#
        );
        let end_all = primary.prepare(sql).bind(&[
            text(&credential.user.id),
            number(now),
            text(&credential.account_id),
            text(hash),
        ])?;
        let statements = vec![was_valid, set_password, end_all];
        let results = primary.batch(statements).await?;
        let Some(row) = first::<ValidAfterRow>(results.last())? else {
            return Ok(None);
        };
        let changed = PasswordChanged {
            valid_after: row.value as u64,
            was_valid: first::<IgnoredAny>(results.first())?.is_some(),
        };
        seen(&primary, changed).map(Some)
    }

    /// Ends the sign-in that a session comes from, with every session of it.
    pub(crate) async fn end_lineage(&self, session: &Session) -> Result<(), Refusal> {
        let Session {
            user_id, lineage, ..
        } = session;
        let ends_at = session.ends_at();
        self.end_session(user_id, lineage, ends_at, u32::MAX)
            .await?;
        Ok(())
    }

    /// Ends every session of a session's user, itself as well. Gives the value
    /// under which new ones are opened; nothing where it has ended already, and
    /// then nothing is done: who took its place decides now.
    pub(crate) async fn end_sessions(
        &self,
        session: &Session,
        now: u64,
    ) -> Result<Option<Seen<u64>>, Refusal> {
        let primary = self.primary()?;
        let sql = format!(
            r#"INSERT INTO "edgeseal_user" ("userId", "sessionsValidAfter")
               SELECT "id", ?5 FROM "user" WHERE "id" = ?1 AND {HOLDS} {END_ALL}"#
        );
        let statement = primary
            .prepare(sql)
            .bind(&[held(session).as_slice(), &[number(now)]].concat())?;
        let Some(row) = statement.first::<ValidAfterRow>(None).await? else {
            return Ok(None);
        };
        seen(&primary, row.value as u64).map(Some)
    }

    /// Ends one session of a user for good, at the latest at `ends_at` (seconds).
    /// Not done, and `false`, where `most` of the user's are on the list already,
    /// or the user is gone.
    pub(crate) async fn end_session(
        &self,
        user_id: &str,
        sid: &str,
        ends_at: u64,
        most: u32,
    ) -> Result<bool, Refusal> {
        let statement = self
            .primary()?
            .prepare(
                r#"INSERT INTO "edgeseal_ended_session" ("userId", "sid", "endsAt")
                   SELECT "id", ?2, ?3 FROM "user" WHERE "id" = ?1 AND
                    (SELECT count(*) FROM "edgeseal_ended_session" WHERE "userId" = ?1) < ?4
                   ON CONFLICT ("userId", "sid") DO UPDATE SET "endsAt" = excluded."endsAt"
                   RETURNING "sid""#,
            )
            .bind(&[
                text(user_id),
                text(sid),
                number(ends_at * 1000),
                most.into(),
            ])?;
        Ok(statement.first::<String>(Some("sid")).await?.is_some())
    }

    /// Changes the profile of a session's user. Nothing where the session has
    /// ended.
    pub(crate) async fn update_user(
        &self,
        session: &Session,
        changes: &Changes<'_>,
        now: u64,
    ) -> Result<Option<Seen<User>>, Refusal> {
        let primary = self.primary()?;
        let sql = format!(
            r#"UPDATE "user" SET "name" = coalesce(?5, "name"),
                "image" = CASE ?6 WHEN 1 THEN ?7 ELSE "image" END, "updatedAt" = ?8
               WHERE "id" = ?1 AND {HOLDS} RETURNING *"#
        );
        let values = [
            optional(changes.name),
            u32::from(changes.sets_image).into(),
            optional(changes.image),
            text(&iso(now)),
        ];
        let statement = primary
            .prepare(sql)
            .bind(&[held(session).as_slice(), &values].concat())?;
        let Some(row) = statement.first::<UserRow>(None).await? else {
            return Ok(None);
        };
        seen(&primary, row.into()).map(Some)
    }

    /// Deletes the user of a session and all that is theirs; its sessions end
    /// with it. Not done, and `false`, where the session has ended.
    pub(crate) async fn delete_user(&self, session: &Session) -> Result<bool, Refusal> {
        let primary = self.primary()?;
        let held = held(session);
        let mut statements = Vec::new();
        // What tells whether the session holds goes last.
        for sql in [
            format!(r#"DELETE FROM "edgeseal_ended_session" WHERE "userId" = ?1 AND {HOLDS}"#),
            format!(r#"DELETE FROM "account" WHERE "userId" = ?1 AND {HOLDS}"#),
            format!(r#"DELETE FROM "user" WHERE "id" = ?1 AND {HOLDS} RETURNING "id""#),
        ] {
            statements.push(primary.prepare(sql).bind(&held)?);
        }
        let orphan = primary
            .prepare(
                r#"DELETE FROM "edgeseal_user" WHERE "userId" = ?1
                    AND NOT EXISTS (SELECT 1 FROM "user" WHERE "id" = ?1)"#,
            )
            .bind(&held[..1])?;
        statements.push(orphan);
        let results = primary.batch(statements).await?;
        Ok(first::<IgnoredAny>(results.get(2))?.is_some())
    }

    /// Removes what has ended by itself.
    pub(crate) async fn remove_dead(&self, now: u64) -> Result<(), Refusal> {
        self.primary()?
            .prepare(r#"DELETE FROM "edgeseal_ended_session" WHERE "endsAt" <= ?1"#)
            .bind(&[number(now)])?
            .run()
            .await?;
        Ok(())
    }

    /// Asks for what the migrations make, up to the latest.
    pub(crate) async fn migrations(&self) -> Result<Migrations, Refusal> {
        let asked = self
            .primary()?
            .prepare(
                r#"SELECT "user"."id", "account"."password", "edgeseal_user"."disabledAt", "edgeseal_ended_session"."sid"
                   FROM "user" LEFT JOIN "account" ON "account"."userId" = "user"."id"
                   LEFT JOIN "edgeseal_user" ON "edgeseal_user"."userId" = "user"."id"
                   LEFT JOIN "edgeseal_ended_session" ON "edgeseal_ended_session"."userId" = "user"."id"
                   WHERE "user"."id" = ''"#,
            )
            .run()
            .await;
        match asked {
            Ok(_) => Ok(Migrations::Applied),
            Err(Error::D1(error)) if error.cause().contains("no such") => Ok(Migrations::Pending),
            Err(error) => Err(error.into()),
        }
    }

    fn primary(&self) -> Result<D1DatabaseSession, Refusal> {
        let constraint = D1SessionConstraint::FirstPrimary;
        Ok(self.database.with_session_constraint(constraint)?)
    }
}

async fn user_of(
    database: &D1DatabaseSession,
    session: &Session,
) -> Result<Option<Seen<User>>, Refusal> {
    let sql = format!(r#"SELECT * FROM "user" WHERE "id" = ?1 AND {HOLDS}"#);
    let statement = database.prepare(sql).bind(&held(session))?;
    let Some(row) = statement.first::<UserRow>(None).await? else {
        return Ok(None);
    };
    seen(database, row.into()).map(Some)
}

/// What [`HOLDS`] asks for.
fn held(session: &Session) -> [JsValue; 4] {
    [
        text(&session.user_id),
        number(session.valid_after),
        text(&session.sid),
        text(&session.lineage),
    ]
}

/// Replaces the hash that was proved, of a user who may sign in.
fn set_password(
    database: &D1DatabaseSession,
    credential: &Credential,
    hash: &str,
    now: u64,
) -> Result<D1PreparedStatement, Refusal> {
    let statement = database.prepare(
        r#"UPDATE "account" SET "password" = ?1, "updatedAt" = ?2
           WHERE "id" = ?3 AND "password" = ?4 AND NOT EXISTS
            (SELECT 1 FROM "edgeseal_user"
             WHERE "userId" = "account"."userId" AND "disabledAt" IS NOT NULL)"#,
    );
    Ok(statement.bind(&[
        text(hash),
        text(&iso(now)),
        text(&credential.account_id),
        text(&credential.password_hash),
    ])?)
}

/// The first row of a statement in a batch.
fn first<T: DeserializeOwned>(result: Option<&D1Result>) -> Result<Option<T>, Refusal> {
    let rows = result.map(D1Result::results::<T>).transpose()?;
    Ok(rows.and_then(|rows| rows.into_iter().next()))
}

fn seen<T>(database: &D1DatabaseSession, value: T) -> Result<Seen<T>, Refusal> {
    let bookmark = database.get_bookmark()?;
    Ok(Seen { value, bookmark })
}

fn text(value: &str) -> JsValue {
    JsValue::from_str(value)
}

fn optional(value: Option<&str>) -> JsValue {
    value.map_or(JsValue::NULL, text)
}

/// Milliseconds since the epoch are exact in a double.
fn number(value: u64) -> JsValue {
    JsValue::from_f64(value as f64)
}

fn is_unique_violation(error: &Error) -> bool {
    matches!(error, Error::D1(error) if error.cause().contains("UNIQUE constraint failed"))
}

/// D1 has no boolean: `SQLite`'s integer arrives as a JavaScript number.
fn integer_as_bool<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(f64::deserialize(deserializer)? != 0.0)
}
