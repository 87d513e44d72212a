//! Statements for events. Each event is recorded in the same transaction as the change
//! that it reports, delivered later in order for each user, and then deleted.

use serde::Deserialize;
use worker::wasm_bindgen::JsValue;
use worker::{D1PreparedStatement, D1Result};

use super::connection::{Connection, Store, number, text};
use super::fault::{Fault, Retry};
use crate::clock::iso8601;
use crate::error::Refusal;
use crate::event::{Event, Kind};
use crate::id::random_id;

/// The event for a change that is about to be made. If the change is retried, the event
/// stays the same.
pub(super) struct NewEvent {
    id: String,
    kind: Kind,
    user_id: String,
    time: u64,
}

/// Records an event with ID, TYPE, USER and TIME if a condition is true. The condition
/// is appended to this statement.
const RECORD: &str = r#"INSERT INTO "edgeseal_event" ("id", "type", "userId", "time") SELECT ID, TYPE, USER, TIME WHERE "#;

impl Store {
    /// Creates the event for a change to a user, or returns `None` if no receiver is
    /// configured.
    pub(super) fn event(&self, kind: Kind, user_id: &str, time: u64) -> Option<NewEvent> {
        if !self.records_events {
            return None;
        }
        self.touched.get_or_init(|| user_id.to_owned());
        Some(NewEvent {
            id: format!("evt_{}", random_id()),
            kind,
            user_id: user_id.to_owned(),
            time,
        })
    }

    /// Returns the user whose events this request may have recorded.
    pub(crate) fn touched(&self) -> Option<&str> {
        self.touched.get().map(String::as_str)
    }

    /// Reserves a user's oldest events until `lease`, a time in milliseconds since the
    /// epoch, and returns them in order. Returns an empty list if there are none or if
    /// they are already reserved.
    pub(crate) async fn lease_events(
        &self,
        user_id: &str,
        most: u32,
        lease: u64,
        now: u64,
    ) -> Result<Vec<Event>, Refusal> {
        // A retry would find the events already reserved by the first attempt.
        self.run(Retry::Unsafe, async |primary| {
            let statement = primary
                .prepare(
                    r#"UPDATE "edgeseal_event" SET "leasedUntil" = ?2 WHERE "seq" IN
                        (SELECT "seq" FROM "edgeseal_event" WHERE "userId" = ?1 ORDER BY "seq" LIMIT ?4)
                       AND NOT EXISTS (SELECT 1 FROM "edgeseal_event" AS "leased"
                        WHERE "leased"."userId" = ?1 AND "leased"."leasedUntil" > ?3)
                       RETURNING "seq", "id", "type", "userId", "time""#,
                )
                .bind(&[text(user_id), number(lease), number(now), most.into()])?;
            let mut rows = statement.all().await?.results::<EventRow>()?;
            // RETURNING doesn't guarantee any order.
            rows.sort_by(|one, other| one.seq.total_cmp(&other.seq));
            Ok(rows.into_iter().map(Event::from).collect())
        })
        .await
    }

    /// Deletes an event after its delivery.
    pub(crate) async fn delete_event(&self, id: &str) -> Result<(), Refusal> {
        let sql = r#"DELETE FROM "edgeseal_event" WHERE "id" = ?1"#;
        self.execute(sql, &[text(id)]).await
    }

    /// Ends a lease early after a failed delivery.
    pub(crate) async fn release_events(
        &self,
        user_id: &str,
        lease: u64,
        now: u64,
    ) -> Result<(), Refusal> {
        let sql = r#"UPDATE "edgeseal_event" SET "leasedUntil" = ?3
                     WHERE "userId" = ?1 AND "leasedUntil" = ?2"#;
        self.execute(sql, &[text(user_id), number(lease), number(now)])
            .await
    }

    /// Returns the users with undelivered events, starting with those who have waited
    /// longest. Users whose last delivery failed come last, so that they don't hold up
    /// the others.
    pub(crate) async fn users_with_events(
        &self,
        most: u32,
        now: u64,
    ) -> Result<Vec<String>, Refusal> {
        self.run(Retry::Safe, async |primary| {
            let statement = primary
                .prepare(
                    r#"SELECT "userId" FROM "edgeseal_event" GROUP BY "userId"
                       HAVING max(coalesce("leasedUntil", 0)) <= ?1
                       ORDER BY max(coalesce("leasedUntil", 0)), min("seq") LIMIT ?2"#,
                )
                .bind(&[number(now), most.into()])?;
            let rows = statement.all().await?.results::<UserIdRow>()?;
            Ok(rows.into_iter().map(|row| row.user_id).collect())
        })
        .await
    }

    /// Deletes all events if no receiver is configured.
    pub(super) async fn discard_unreceived_events(&self) -> Result<(), Refusal> {
        if self.records_events {
            return Ok(());
        }
        self.execute(r#"DELETE FROM "edgeseal_event""#, &[]).await
    }
}

impl NewEvent {
    /// Records the event if a condition on `values` is true. The change must have the
    /// same condition, because the event must exist if and only if the change happened.
    fn record(
        &self,
        primary: &Connection,
        condition: &str,
        values: &[JsValue],
    ) -> Result<D1PreparedStatement, Fault> {
        let mut sql = RECORD.to_owned();
        for (index, name) in ["ID", "TYPE", "USER", "TIME"].into_iter().enumerate() {
            sql = sql.replacen(name, &format!("?{}", values.len() + index + 1), 1);
        }
        // In a retry, the event may exist already, because the first attempt recorded it.
        let sql = format!(r#"{sql}{condition} ON CONFLICT ("id") DO NOTHING"#);
        let own = [
            text(&self.id),
            text(self.kind.name()),
            text(&self.user_id),
            number(self.time),
        ];
        let statement = primary.prepare(&sql);
        Ok(statement.bind(&[values, &own].concat())?)
    }
}

/// Returns one statement for each event. Each statement records its event if the event's
/// condition on `values` is true. Skips events that are `None`.
pub(super) fn record<'a>(
    primary: &Connection,
    events: impl IntoIterator<Item = (&'a Option<NewEvent>, &'a str)>,
    values: &[JsValue],
) -> Result<Vec<D1PreparedStatement>, Fault> {
    let known = events
        .into_iter()
        .filter_map(|(event, condition)| Some((event.as_ref()?, condition)));
    known
        .map(|(event, condition)| event.record(primary, condition, values))
        .collect()
}

/// Runs a change and the statements that record its events in one transaction, and
/// returns the result of the change.
pub(super) async fn with_events(
    primary: &Connection,
    mut events: Vec<D1PreparedStatement>,
    change: D1PreparedStatement,
) -> Result<Option<D1Result>, Fault> {
    if events.is_empty() {
        return Ok(Some(change.all().await?));
    }
    events.push(change);
    Ok(primary.session.batch(events).await?.pop())
}

#[derive(Deserialize)]
struct EventRow {
    seq: f64,
    id: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(rename = "userId")]
    user_id: String,
    time: f64,
}

impl From<EventRow> for Event {
    fn from(row: EventRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            time: iso8601(row.time as u64),
            user_id: row.user_id,
        }
    }
}

#[derive(Deserialize)]
struct UserIdRow {
    #[serde(rename = "userId")]
    user_id: String,
}
