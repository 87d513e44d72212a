//! Accesses the database: chooses the replica to query, retries statements, and keeps
//! the isolate's copy of the schema.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use serde::de::DeserializeOwned;
use worker::wasm_bindgen::JsValue;
use worker::{D1Database, D1DatabaseSession, D1PreparedStatement, D1Result, Env};

use super::fault::{Fault, Retry};
use super::rows::Samples;
use super::schema::{Schema, is_ours_empty};
use super::table::{COLUMNS, Column};
use crate::error::Refusal;
use crate::{clock, config};

const BINDING: &str = "DB";

/// The constraint for a database session that reads from the primary.
pub(super) const PRIMARY: &str = "first-primary";

/// The D1 database with Better Auth's tables and ours.
pub(crate) struct Store {
    env: Env,
    /// Opened when it is first needed, because the gateway doesn't need it.
    database: OnceCell<D1Database>,
    /// Whether an event receiver is configured.
    pub(super) records_events: bool,
    /// The user whose events this request may have recorded.
    pub(super) touched: OnceCell<String>,
}

/// A result, and the bookmark of the database state that it was read from. Later reads
/// about the same user must not see an older state.
pub(crate) struct WithBookmark<T> {
    pub(crate) value: T,
    pub(crate) bookmark: Option<String>,
}

/// The tables of a database, as `/healthz` reports them.
pub(crate) struct Tables {
    /// The table names, the case of column names, and the date format.
    pub(crate) described: String,
    /// The problems that prevent sign-in, followed by those that prevent sign-up.
    pub(crate) problems: Vec<String>,
}

/// A database session and the schema.
pub(super) struct Connection {
    pub(super) session: D1DatabaseSession,
    pub(super) schema: Rc<Schema>,
}

/// The maximum age of the isolate's schema, in milliseconds. A missing column is
/// noticed as soon as a statement uses it. The limit is needed only for new columns,
/// such as a plugin's `banned`.
const SCHEMA_AGE: u64 = 5 * 60 * 1000;

thread_local! {
    /// The isolate's schema, and when it was read.
    static SCHEMA: RefCell<Option<(Rc<Schema>, u64)>> = const { RefCell::new(None) };
}

impl Store {
    /// The database of this environment.
    pub(crate) fn new(env: &Env) -> Self {
        Self {
            env: env.clone(),
            database: OnceCell::new(),
            records_events: config::cached(env).is_ok_and(|config| config.events.is_some()),
            touched: OnceCell::new(),
        }
    }

    /// Opens the database. Fails if it is not bound.
    pub(crate) fn open(&self) -> Result<&D1Database, Refusal> {
        if let Some(open) = self.database.get() {
            return Ok(open);
        }
        let database = self.env.d1(BINDING)?;
        Ok(self.database.get_or_init(|| database))
    }

    /// Reads the tables as they are now, even if they are unusable.
    pub(crate) async fn tables(&self) -> Result<Tables, Refusal> {
        let schema = self.read_schema().await?;
        let mut problems = schema.missing().to_vec();
        problems.extend(schema.unfillable());
        Ok(Tables {
            described: schema.describe(),
            problems,
        })
    }

    /// Runs one statement that can safely be retried, because a retry writes the same values.
    pub(super) async fn execute(&self, sql: &str, values: &[JsValue]) -> Result<(), Refusal> {
        self.run(Retry::Safe, async |primary| {
            primary.prepare(sql).bind(values)?.run().await?;
            Ok(())
        })
        .await
    }

    /// Runs statements on the primary.
    pub(super) async fn run<T>(
        &self,
        retry: Retry,
        run: impl AsyncFn(&Connection) -> Result<T, Fault>,
    ) -> Result<T, Refusal> {
        self.run_on(PRIMARY, retry, run).await
    }

    /// Runs statements in a database session that starts from a constraint or bookmark.
    /// Retries after transient faults if `retry` allows it.
    pub(super) async fn run_on<T>(
        &self,
        constraint: &str,
        retry: Retry,
        run: impl AsyncFn(&Connection) -> Result<T, Fault>,
    ) -> Result<T, Refusal> {
        let database = self.open()?;
        let mut tries = 0;
        let mut is_schema_new = false;
        loop {
            let schema = self.schema().await?;
            let ran = async {
                let session = database.with_session(Some(constraint))?;
                run(&Connection { session, schema }).await
            };
            let fault = match ran.await {
                Ok(value) => return Ok(value),
                Err(fault) => fault,
            };
            // Nothing was executed: the schema changed while this isolate was running.
            if matches!(fault, Fault::Schema(_)) && !is_schema_new {
                SCHEMA.take();
                is_schema_new = true;
            } else if fault.wait_to_retry(retry, tries).await {
                tries += 1;
            } else {
                return Err(fault.into());
            }
        }
    }

    /// Returns the isolate's schema. Reads it from the database if it is missing or too
    /// old.
    pub(super) async fn schema(&self) -> Result<Rc<Schema>, Refusal> {
        let now = clock::now();
        let known = SCHEMA.with_borrow(Clone::clone);
        if let Some((schema, read_at)) = known
            && now.saturating_sub(read_at) < SCHEMA_AGE
        {
            return Ok(schema);
        }
        let schema = Rc::new(self.read_schema().await?);
        if !schema.missing().is_empty() {
            return Err(Refusal::DatabaseInvalid(schema.missing().join("; ")));
        }
        SCHEMA.set(Some((Rc::clone(&schema), now)));
        Ok(schema)
    }

    async fn read_schema(&self) -> Result<Schema, Refusal> {
        let database = self.open()?;
        let mut tries = 0;
        loop {
            let fault = match Self::try_schema(database).await {
                Ok(schema) => return Ok(schema),
                Err(fault) => fault,
            };
            if !fault.wait_to_retry(Retry::Safe, tries).await {
                return Err(fault.into());
            }
            tries += 1;
        }
    }

    async fn try_schema(database: &D1Database) -> Result<Schema, Fault> {
        let primary = database.with_session(Some(PRIMARY))?;
        let columns = primary.prepare(COLUMNS).all().await?;
        let columns = columns.results::<Column>()?;
        let is_ours_empty = match is_ours_empty(&columns) {
            Some(sql) => primary.prepare(sql).first::<f64>(Some("isEmpty")).await? == Some(1.0),
            None => false,
        };
        let mut schema = Schema::new(&columns, is_ours_empty);
        if let Some(sql) = schema.samples() {
            let samples = primary.prepare(sql).first::<Samples>(None).await?;
            schema.settle(&samples.unwrap_or_default());
        }
        Ok(schema)
    }
}

impl Connection {
    /// Prepares a statement that may contain the placeholders described in [`super::schema`].
    pub(super) fn prepare(&self, statement: &str) -> D1PreparedStatement {
        self.session.prepare(self.schema.sql(statement))
    }

    pub(super) fn with_bookmark<T>(&self, value: T) -> Result<WithBookmark<T>, Fault> {
        let bookmark = self.session.get_bookmark()?;
        Ok(WithBookmark { value, bookmark })
    }
}

/// Returns the first row of one statement's result in a batch.
pub(super) fn first<T: DeserializeOwned>(result: Option<&D1Result>) -> Result<Option<T>, Fault> {
    let rows = result.map(D1Result::results::<T>).transpose()?;
    Ok(rows.and_then(|rows| rows.into_iter().next()))
}

pub(super) fn text(value: &str) -> JsValue {
    JsValue::from_str(value)
}

pub(super) fn optional(value: Option<&str>) -> JsValue {
    value.map_or(JsValue::NULL, text)
}

/// Returns a number as a double, which can represent milliseconds since the epoch exactly.
pub(super) fn number(value: u64) -> JsValue {
    JsValue::from_f64(value as f64)
}
