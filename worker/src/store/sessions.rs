//! Statements about sessions: which hold, and which have ended.

use worker::console_warn;
use worker::wasm_bindgen::JsValue;

use super::connection::{Connection, PRIMARY, Store, WithBookmark, number, text};
use super::fault::{Fault, Retry};
use super::rows::{UserRow, ValidAfterRow};
use crate::error::Refusal;
use crate::token::Session;
use crate::user::User;

impl Store {
    /// The user of a session that has not ended.
    pub(crate) async fn user_of(
        &self,
        session: &Session,
    ) -> Result<Option<WithBookmark<User>>, Refusal> {
        let read = async |database: &Connection| user_of(database, session).await;
        let Some(bookmark) = session.bookmark.as_deref() else {
            return self.run_on(PRIMARY, Retry::Safe, read).await;
        };
        match self.run_on(bookmark, Retry::Safe, read).await {
            // A bookmark of before a restore, say: the primary knows.
            Err(Refusal::Internal(cause)) => {
                console_warn!("BOOKMARK: {cause}");
                self.run_on(PRIMARY, Retry::Safe, read).await
            }
            answered => answered,
        }
    }

    /// Ends every session of a session's user, itself as well. Gives the value
    /// under which new ones are opened; nothing where it has ended already, and
    /// then nothing is done: who took its place decides now.
    pub(crate) async fn end_sessions(
        &self,
        session: &Session,
        now: u64,
    ) -> Result<Option<WithBookmark<u64>>, Refusal> {
        // A second time the session would have ended.
        self.run(Retry::Unsafe, async |primary| {
            let statement = primary
                .prepare(
                    r#"INSERT INTO "edgeseal_user" ("userId", "sessionsValidAfter")
                       SELECT {user.id}, ?5 FROM {user} WHERE {user.id} = ?1 AND {VALID} {END_ALL}"#,
                )
                .bind(&[validity_values(session).as_slice(), &[number(now)]].concat())?;
            match statement.first::<ValidAfterRow>(None).await? {
                Some(row) => primary.with_bookmark(row.value as u64).map(Some),
                None => Ok(None),
            }
        })
        .await
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
        self.run(Retry::Safe, async |primary| {
            let statement = primary
                .prepare(
                    r#"INSERT INTO "edgeseal_ended_session" ("userId", "sid", "endsAt")
                       SELECT {user.id}, ?2, ?3 FROM {user} WHERE {user.id} = ?1 AND
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
        })
        .await
    }

    /// Ends the sign-in that a session comes from, with every session of it.
    pub(crate) async fn end_lineage(&self, session: &Session) -> Result<(), Refusal> {
        let Session {
            user_id, lineage, ..
        } = session;
        let ends_at = session.ends_at();
        self.end_session(user_id, &spent(lineage), ends_at, u32::MAX)
            .await?;
        Ok(())
    }

    /// Removes what has ended by itself.
    pub(crate) async fn delete_expired(&self, now: u64) -> Result<(), Refusal> {
        self.run(Retry::Safe, async |primary| {
            primary
                .prepare(r#"DELETE FROM "edgeseal_ended_session" WHERE "endsAt" <= ?1"#)
                .bind(&[number(now)])?
                .run()
                .await?;
            Ok(())
        })
        .await
    }
}

async fn user_of(
    database: &Connection,
    session: &Session,
) -> Result<Option<WithBookmark<User>>, Fault> {
    let statement = database
        .prepare(r"SELECT {USER} FROM {user} WHERE {user.id} = ?1 AND {VALID}")
        .bind(&validity_values(session))?;
    match statement.first::<UserRow>(None).await? {
        Some(row) => database.with_bookmark(row.into()).map(Some),
        None => Ok(None),
    }
}

/// How a sign-in stands among ended sessions: no public id is spelled so, which
/// `/revoke-session` would take.
fn spent(lineage: &str) -> String {
    format!("sign-in {lineage}")
}

/// The values that `{VALID}` binds.
pub(super) fn validity_values(session: &Session) -> [JsValue; 4] {
    [
        text(&session.user_id),
        number(session.valid_after),
        text(&session.sid),
        text(&spent(&session.lineage)),
    ]
}
