//! Statements that check sessions and end them.

use serde::de::IgnoredAny;
use worker::console_warn;
use worker::wasm_bindgen::JsValue;

use super::connection::{Connection, PRIMARY, Store, WithBookmark, first, number, text};
use super::events::{NewEvent, record, with_events};
use super::fault::{Fault, Retry};
use super::rows::{UserRow, ValidAfterRow};
use crate::error::Refusal;
use crate::event::Kind;
use crate::token::Session;
use crate::user::User;

impl Store {
    /// Returns the user of a valid session.
    pub(crate) async fn user_of(
        &self,
        session: &Session,
    ) -> Result<Option<WithBookmark<User>>, Refusal> {
        let read = async |database: &Connection| user_of(database, session).await;
        let Some(bookmark) = session.bookmark.as_deref() else {
            return self.run_on(PRIMARY, Retry::Safe, read).await;
        };
        match self.run_on(bookmark, Retry::Safe, read).await {
            // The database may not accept the bookmark, for example after a restore.
            // The primary doesn't need one.
            Err(Refusal::Internal(cause)) => {
                console_warn!("BOOKMARK: {cause}");
                self.run_on(PRIMARY, Retry::Safe, read).await
            }
            answered => answered,
        }
    }

    /// Ends all sessions of the user whom this session belongs to, including this one.
    /// Returns `sessionsValidAfter` for new sessions. If the session has already ended,
    /// does nothing and returns `None`, because the request that ended it takes
    /// precedence.
    pub(crate) async fn end_sessions(
        &self,
        session: &Session,
        now: u64,
    ) -> Result<Option<WithBookmark<u64>>, Refusal> {
        let event = self.event(Kind::SessionRevoked, &session.user_id, now);
        // A retry would find that the session has already ended.
        self.run(Retry::Unsafe, async |primary| {
            let valid = validity_values(session);
            let events = record(primary, [(&event, IS_VALID)], &valid)?;
            let statement = primary
                .prepare(
                    r#"INSERT INTO "edgeseal_user" ("userId", "sessionsValidAfter")
                       SELECT {user.id}, ?5 FROM {user} WHERE {user.id} = ?1 AND {VALID} {END_ALL}"#,
                )
                .bind(&[valid.as_slice(), &[number(now)]].concat())?;
            match first::<ValidAfterRow>(with_events(primary, events, statement).await?.as_ref())? {
                Some(row) => primary.with_bookmark(row.value as u64).map(Some),
                None => Ok(None),
            }
        })
        .await
    }

    /// Ends one of a user's sessions at sign-out. `ends_at` is the latest time at which
    /// the session can expire, in seconds.
    pub(crate) async fn sign_out(
        &self,
        user_id: &str,
        sid: &str,
        ends_at: u64,
    ) -> Result<(), Refusal> {
        self.end_session(None, user_id, sid, ends_at, u32::MAX)
            .await?;
        Ok(())
    }

    /// Ends one of a user's sessions. `ends_at` is the latest time at which the session
    /// can expire, in seconds. Does nothing and returns `false` if `most` of the user's
    /// sessions are already on the list of ended sessions, or if the user no longer
    /// exists.
    pub(crate) async fn revoke_session(
        &self,
        user_id: &str,
        sid: &str,
        ends_at: u64,
        most: u32,
        now: u64,
    ) -> Result<bool, Refusal> {
        let event = self.event(Kind::SessionRevoked, user_id, now);
        self.end_session(event, user_id, sid, ends_at, most).await
    }

    /// Ends the sign-in that a session comes from, and all sessions that come from it.
    pub(crate) async fn end_lineage(&self, session: &Session, now: u64) -> Result<(), Refusal> {
        let Session {
            user_id, lineage, ..
        } = session;
        let event = self.event(Kind::SessionRevoked, user_id, now);
        let ends_at = session.ends_at();
        self.end_session(event, user_id, &spent(lineage), ends_at, u32::MAX)
            .await?;
        Ok(())
    }

    async fn end_session(
        &self,
        event: Option<NewEvent>,
        user_id: &str,
        sid: &str,
        ends_at: u64,
        most: u32,
    ) -> Result<bool, Refusal> {
        self.run(Retry::Safe, async |primary| {
            let values = [
                text(user_id),
                text(sid),
                number(ends_at * 1000),
                most.into(),
            ];
            let events = record(primary, [(&event, IS_NEWLY_ENDED)], &values)?;
            let statement = primary.prepare(END_SESSION).bind(&values)?;
            let ended = with_events(primary, events, statement).await?;
            let ended = first::<IgnoredAny>(ended.as_ref())?;
            Ok(ended.is_some())
        })
        .await
    }

    /// Deletes the rows of ended sessions that would have expired by now.
    pub(crate) async fn delete_expired(&self, now: u64) -> Result<(), Refusal> {
        let sql = r#"DELETE FROM "edgeseal_ended_session" WHERE "endsAt" <= ?1"#;
        self.execute(sql, &[number(now)]).await
    }
}

/// Marks session ?2 of user ?1 as ended, unless ?4 sessions of that user are already
/// marked. The mark is kept until ?3.
pub(super) const END_SESSION: &str = r#"INSERT INTO "edgeseal_ended_session" ("userId", "sid", "endsAt")
    SELECT {user.id}, ?2, ?3 FROM {user} WHERE {user.id} = ?1 AND
     (SELECT count(*) FROM "edgeseal_ended_session" WHERE "userId" = ?1) < ?4
    ON CONFLICT ("userId", "sid") DO UPDATE SET "endsAt" = excluded."endsAt"
    RETURNING "sid""#;

/// True if [`END_SESSION`] adds a mark. A session that has already ended doesn't get a second mark.
const IS_NEWLY_ENDED: &str = r#"EXISTS (SELECT 1 FROM {user} WHERE {user.id} = ?1)
    AND (SELECT count(*) FROM "edgeseal_ended_session" WHERE "userId" = ?1) < ?4
    AND NOT EXISTS (SELECT 1 FROM "edgeseal_ended_session" WHERE "userId" = ?1 AND "sid" = ?2)"#;

/// True if a session's user exists and the session is valid.
pub(super) const IS_VALID: &str = "EXISTS (SELECT 1 FROM {user} WHERE {user.id} = ?1) AND {VALID}";

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

/// Returns a sign-in's key in the list of ended sessions. The key can't be a session
/// id, so `/revoke-session` can't add it to the list.
fn spent(lineage: &str) -> String {
    format!("sign-in {lineage}")
}

/// Returns the values to bind for `{VALID}`.
pub(super) fn validity_values(session: &Session) -> [JsValue; 4] {
    [
        text(&session.user_id),
        number(session.valid_after),
        text(&session.sid),
        text(&spent(&session.lineage)),
    ]
}
