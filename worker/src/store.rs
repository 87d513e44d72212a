//! Every SQL statement of the Worker. Values are bound, never spliced.

use serde::{Deserialize, Deserializer};
use worker::wasm_bindgen::JsValue;
use worker::{D1Database, D1PreparedStatement, Env, Error};

use crate::error::Refusal;
use crate::token::{Session, iso, random_id};
use crate::user::{Email, User};

const BINDING: &str = "DB";

/// The D1 database with Better Auth's tables and ours.
pub(crate) struct Store {
    database: D1Database,
}

/// A user and the stored hash of its password, where it has one.
pub(crate) struct Credential {
    pub(crate) user: User,
    pub(crate) password_hash: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    id: String,
    name: String,
    email: String,
    #[serde(deserialize_with = "integer_as_bool")]
    email_verified: bool,
    image: Option<String>,
    created_at: String,
    updated_at: String,
    password: Option<String>,
}

impl From<Row> for Credential {
    fn from(row: Row) -> Self {
        let Row {
            id,
            name,
            email,
            email_verified,
            image,
            created_at,
            updated_at,
            password,
        } = row;
        let user = User {
            name,
            email,
            email_verified,
            image,
            created_at,
            updated_at,
            id,
        };
        Self {
            user,
            password_hash: password,
        }
    }
}

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
        name: &str,
        email: &Email,
        image: Option<&str>,
        password_hash: &str,
        now: u64,
    ) -> Result<User, Refusal> {
        let at = iso(now);
        let user = User {
            name: name.to_owned(),
            email: email.as_str().to_owned(),
            email_verified: false,
            image: image.map(str::to_owned),
            created_at: at.clone(),
            updated_at: at.clone(),
            id: random_id(),
        };
        let insert_user = self.statement(
            r#"INSERT INTO "user" ("id", "name", "email", "emailVerified", "image", "createdAt", "updatedAt")
               VALUES (?1, ?2, ?3, 0, ?4, ?5, ?5)"#,
            &[
                text(&user.id),
                text(&user.name),
                text(&user.email),
                user.image.as_deref().map_or(JsValue::NULL, text),
                text(&at),
            ],
        )?;
        let insert_account = self.statement(
            r#"INSERT INTO "account" ("id", "accountId", "providerId", "userId", "password", "createdAt", "updatedAt")
               VALUES (?1, ?2, 'credential', ?2, ?3, ?4, ?4)"#,
            &[text(&random_id()), text(&user.id), text(password_hash), text(&at)],
        )?;
        match self.database.batch(vec![insert_user, insert_account]).await {
            Ok(_) => Ok(user),
            Err(error) if is_unique_violation(&error) => Err(Refusal::UserExists),
            Err(error) => Err(error.into()),
        }
    }

    /// The user with this e-mail address and the hash of its password.
    pub(crate) async fn credential(&self, email: &Email) -> Result<Option<Credential>, Refusal> {
        let statement = self.statement(
            r#"SELECT "user".*, "account"."password" AS "password" FROM "user"
               LEFT JOIN "account" ON "account"."userId" = "user"."id"
                AND "account"."providerId" = 'credential'
               WHERE "user"."email" = ?1"#,
            &[text(email.as_str())],
        )?;
        Ok(statement.first::<Row>(None).await?.map(Credential::from))
    }

    /// The user of a session that was not signed out.
    pub(crate) async fn user_of(&self, session: &Session) -> Result<Option<User>, Refusal> {
        let statement = self.statement(
            r#"SELECT "user".*, NULL AS "password" FROM "user" WHERE "id" = ?1
               AND NOT EXISTS (SELECT 1 FROM "edgeseal_signed_out_session" WHERE "sid" = ?2)"#,
            &[text(&session.user_id), text(&session.sid)],
        )?;
        let row = statement.first::<Row>(None).await?;
        Ok(row.map(|row| Credential::from(row).user))
    }

    /// Ends a session for good.
    pub(crate) async fn sign_out(&self, session: &Session) -> Result<(), Refusal> {
        let ends_at = JsValue::from_f64((session.ends_at() * 1000) as f64);
        self.statement(
            r#"INSERT INTO "edgeseal_signed_out_session" ("sid", "endsAt") VALUES (?1, ?2)
               ON CONFLICT ("sid") DO NOTHING"#,
            &[text(&session.sid), ends_at],
        )?
        .run()
        .await?;
        Ok(())
    }

    fn statement(&self, sql: &str, values: &[JsValue]) -> Result<D1PreparedStatement, Refusal> {
        Ok(self.database.prepare(sql).bind(values)?)
    }
}

fn text(value: &str) -> JsValue {
    JsValue::from_str(value)
}

fn is_unique_violation(error: &Error) -> bool {
    matches!(error, Error::D1(error) if error.cause().contains("UNIQUE constraint failed"))
}

/// D1 has no boolean: `SQLite`'s integer arrives as a JavaScript number.
fn integer_as_bool<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(f64::deserialize(deserializer)? != 0.0)
}
