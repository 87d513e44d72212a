//! The Durable Object that counts attempts on one account. All isolates and regions
//! share it, and its counts survive restarts.

use serde::{Deserialize, Serialize};
use worker::{
    DurableObject, Env, Method, Request, RequestInit, Response, Result, SqlStorageValue, State,
    Stub, durable_object,
};

use crate::clock;
use crate::config::{ACCOUNT_BINDING, Limit};

/// A counter with its limit.
#[derive(Serialize, Deserialize)]
pub(super) struct Bucket {
    pub(super) name: String,
    #[serde(flatten)]
    pub(super) limit: Limit,
}

/// The counters of one account, or of one sign-in.
pub(super) struct Account {
    stub: Stub,
    /// How far tests shift the clock, in milliseconds.
    moved: i64,
}

#[derive(Serialize, Deserialize)]
struct Call<B> {
    /// Whether to remove an attempt instead of counting one.
    back: bool,
    /// How far tests shift the clock, in milliseconds; 0 outside of tests. The object
    /// uses its own clock, because the clocks of the calling isolates differ.
    moved: i64,
    buckets: B,
}

/// The result of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Outcome {
    /// The attempt is counted; this many more are allowed.
    Counted { left: u32 },
    /// A bucket is full, and will remain full for this many seconds.
    Full { seconds: u64 },
}

impl Account {
    /// Opens the object with this name. `now` is in milliseconds since the epoch.
    pub(super) fn new(env: &Env, name: &str, now: u64) -> Result<Self> {
        let stub = env.durable_object(ACCOUNT_BINDING)?.get_by_name(name)?;
        let moved = clock::moved_by(now);
        Ok(Self { stub, moved })
    }

    /// Counts one attempt in every bucket, or in none if one is full.
    pub(super) async fn take(&self, buckets: &[Bucket]) -> Result<Outcome> {
        self.call(false, buckets).await
    }

    /// Removes one attempt from every bucket.
    pub(super) async fn give_back(&self, buckets: &[Bucket]) -> Result<Outcome> {
        self.call(true, buckets).await
    }

    async fn call(&self, back: bool, buckets: &[Bucket]) -> Result<Outcome> {
        let moved = self.moved;
        let call = Call {
            back,
            moved,
            buckets,
        };
        let body = serde_json::to_string(&call)?;
        let mut init = RequestInit::new();
        init.with_method(Method::Post).with_body(Some(body.into()));
        let request = Request::new_with_init("https://limiter/", &init)?;
        let mut answer = self.stub.fetch_with_request(request).await?;
        if answer.status_code() != 200 {
            return Err(format!("the limiter answered {}", answer.status_code()).into());
        }
        answer.json().await
    }
}

/// The object keeps its counts in its own table.
#[durable_object]
pub struct AccountLimiter {
    state: State,
}

#[derive(Deserialize)]
struct Row {
    count: f64,
    ends: f64,
}

#[derive(Deserialize)]
struct Last {
    ends: Option<f64>,
}

impl DurableObject for AccountLimiter {
    fn new(state: State, _env: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let call: Call<Vec<Bucket>> = request.json().await?;
        let now = clock::for_object(call.moved);
        if call.buckets.is_empty() {
            return Response::from_json(&Outcome::Counted { left: 0 });
        }
        // The statements run without an await between them, so calls can't interleave.
        let taken = if call.back {
            self.give_back(&call.buckets)
        } else {
            self.take(&call.buckets, now)?
        };
        if matches!(taken, Outcome::Counted { .. }) && !call.back {
            self.wake_at_the_end(now).await?;
        }
        Response::from_json(&taken)
    }

    /// Deletes only expired buckets, because an older alarm may fire after a new
    /// attempt.
    async fn alarm(&self) -> Result<Response> {
        let now = clock::now();
        self.forget_ended(now)?;
        self.wake_at_the_end(now).await?;
        Response::empty()
    }
}

impl AccountLimiter {
    fn take(&self, buckets: &[Bucket], now: u64) -> Result<Outcome> {
        let sql = self.state.storage().sql();
        sql.exec(
            "CREATE TABLE IF NOT EXISTS attempts
              (bucket TEXT PRIMARY KEY, count INTEGER NOT NULL, ends INTEGER NOT NULL) WITHOUT ROWID",
            None,
        )?;
        self.forget_ended(now)?;
        let mut wait = 0;
        let mut left = u32::MAX;
        for Bucket { name, limit } in buckets {
            let rows: Vec<Row> = sql
                .exec(
                    "SELECT count, ends FROM attempts WHERE bucket = ?",
                    vec![name.as_str().into()],
                )?
                .to_array()?;
            let count = rows.first().map_or(0, |row| row.count as u32);
            left = left.min(limit.attempts.saturating_sub(count + 1));
            if let Some(row) = rows.first()
                && count >= limit.attempts
            {
                let seconds = (row.ends as u64).saturating_sub(now).div_ceil(1000);
                wait = wait.max(seconds.max(1));
            }
        }
        if wait > 0 {
            return Ok(Outcome::Full { seconds: wait });
        }
        for Bucket { name, limit } in buckets {
            let ends = now as f64 + f64::from(limit.window) * 1000.0;
            sql.exec(
                "INSERT INTO attempts (bucket, count, ends) VALUES (?, 1, ?)
                 ON CONFLICT (bucket) DO UPDATE SET count = count + 1",
                vec![name.as_str().into(), ends.into()],
            )?;
        }
        Ok(Outcome::Counted { left })
    }

    fn forget_ended(&self, now: u64) -> Result<()> {
        let now = SqlStorageValue::Float(now as f64);
        let sql = self.state.storage().sql();
        sql.exec("DELETE FROM attempts WHERE ends <= ?", vec![now])?;
        Ok(())
    }

    /// Sets an alarm for the end of the last window, which another call may have
    /// extended. If there are no buckets left, deletes everything.
    async fn wake_at_the_end(&self, now: u64) -> Result<()> {
        let storage = self.state.storage();
        let ends = storage
            .sql()
            .exec("SELECT max(ends) AS ends FROM attempts", None)?
            .one::<Last>()?
            .ends;
        match ends {
            Some(ends) => storage.set_alarm((ends - now as f64) as i64).await,
            None => storage.delete_all().await,
        }
    }

    fn give_back(&self, buckets: &[Bucket]) -> Outcome {
        let sql = self.state.storage().sql();
        for Bucket { name, .. } in buckets {
            // The table may already have been deleted by the alarm, which is fine.
            let less = "UPDATE attempts SET count = max(0, count - 1) WHERE bucket = ?";
            if sql.exec(less, vec![name.as_str().into()]).is_err() {
                break;
            }
        }
        Outcome::Counted { left: 0 }
    }
}
