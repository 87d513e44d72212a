//! Statements about valid and ended sessions.

use worker::console_warn;
use worker::wasm_bindgen::JsValue;

use super::connection::{Connection, PRIMARY, Store, WithBookmark, number, text};
use super::fault::{Fault, Retry};
use super::rows::{UserRow, ValidAfterRow};
use crate::error::Refusal;
use crate::token::Session;
use crate::user::User;

impl Store {
    /// The user of a valid session.
    pub(crate) async fn user_of(
        &self,
        session: &Session,
    ) -> Result<Option<WithBookmark<User>>, Refusal> {
        let read = async |database: &Connection| user_of(database, session).await;
        let Some(bookmark) = session.bookmark.as_deref() else {
            return self.run_on(PRIMARY, Retry::Safe, read).await;
        };
        match self.run_on(bookmark, Retry::Safe, read).await {
            // For example, the bookmark is from before a restore. The primary needs no bookmark.
            Err(Refusal::Internal(cause)) => {
                console_warn!("BOOKMARK: {cause}");
                self.run_on(PRIMARY, Retry::Safe, read).await
            }
            answered => answered,
        }
    }

    /// Ends all sessions of a session's user, including the session itself. Returns
    /// `sessionsValidAfter` for new sessions. If the session has already ended, does nothing and
    /// returns `None`, because the request that ended it decides.
    pub(crate) async fn end_sessions(
        &self,
        session: &Session,
        now: u64,
    ) -> Result<Option<WithBookmark<u64>>, Refusal> {
        // In a retry the session would already have ended.
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

    /// Ends one session of a user; `ends_at` is its latest possible end (seconds).
    /// Returns `false`, and does nothing, if `most` of the user's sessions are already on
    /// the list or the user no longer exists.
    pub(crate) async fn end_session(
        &self,
        user_id: &str,
        sid: &str,
        ends_at: u64,
        most: u32,
    ) -> Result<bool, Refusal> {
        self.run(Retry::Safe, async |primary| {
            let statement = primary.prepare(END_SESSION).bind(&[
                text(user_id),
                text(sid),
                number(ends_at * 1000),
                most.into(),
            ])?;
            Ok(statement.first::<String>(Some("sid")).await?.is_some())
        })
        .await
    }

    /// Ends the sign-in that a session comes from, with all its sessions.
    pub(crate) async fn end_lineage(&self, session: &Session) -> Result<(), Refusal> {
        let Session {
            user_id, lineage, ..
        } = session;
        let ends_at = session.ends_at();
        self.end_session(user_id, &spent(lineage), ends_at, u32::MAX)
            .await?;
        Ok(())
    }

    /// Deletes rows of sessions that would have expired by now.
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

/// Marks session ?2 of user ?1 as ended, unless ?4 sessions of that user are already marked; the
/// mark is kept until ?3.
pub(super) const END_SESSION: &str = r#"INSERT INTO "edgeseal_ended_session" ("userId", "sid", "endsAt")
    SELECT {user.id}, ?2, ?3 FROM {user} WHERE {user.id} = ?1 AND
     (SELECT count(*) FROM "edgeseal_ended_session" WHERE "userId" = ?1) < ?4
    ON CONFLICT ("userId", "sid") DO UPDATE SET "endsAt" = excluded."endsAt"
    RETURNING "sid""#;

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

/// A sign-in's key in the list of ended sessions. It is unlike any session id, so
/// `/revoke-session` can't name it.
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
