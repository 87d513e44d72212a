//! D1's errors, and which of them are worth a retry.

use std::time::Duration;

use worker::{Delay, Error};

use crate::error::Refusal;

/// The maximum number of retries.
const MORE_TRIES: u32 = 2;
/// The delay before the second try, in milliseconds. It is doubled before the third try.
const BACKOFF: u64 = 50;

/// Whether a statement may run twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Retry {
    /// The statement only reads, or a second run writes the same values.
    Safe,
    /// If the first run succeeded unnoticed, a second run gives a different result.
    Unsafe,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A retry may succeed.
    Transient(String),
    /// The database is overloaded, and retries would add to its load.
    Overloaded(String),
    /// A table or column is missing.
    Schema(String),
    Unique,
    /// A row lacks a required value.
    NotNull(String),
    Other(String),
}

impl Fault {
    /// Classifies an error by its message, because D1 doesn't report a code
    /// (<https://developers.cloudflare.com/d1/observability/debug-d1/#error-list>).
    fn from_message(message: String) -> Self {
        const TRANSIENT: &[&str] = &[
            "Network connection lost",
            "caused object to be reset",
            "reset because its code was updated",
            "due to transient issue",
            "internal error",
        ];
        const OVERLOADED: &[&str] = &[
            "is overloaded",
            "Too many requests",
            "exceeded its CPU time limit",
            "exceeded its memory limit",
            "exceeded timeout",
        ];
        const SCHEMA: &[&str] = &["no such column", "no such table", "has no column named"];
        let has = |texts: &[&str]| texts.iter().any(|text| message.contains(text));
        if message.contains("UNIQUE constraint failed") {
            Self::Unique
        } else if message.contains("NOT NULL constraint failed") {
            Self::NotNull(message)
        } else if has(SCHEMA) {
            Self::Schema(message)
        } else if has(TRANSIENT) {
            Self::Transient(message)
        } else if has(OVERLOADED) {
            Self::Overloaded(message)
        } else {
            Self::Other(message)
        }
    }

    /// Waits before the next try. If no further try is allowed, returns `false` immediately.
    pub(super) async fn wait_to_retry(&self, retry: Retry, tries: u32) -> bool {
        let may = matches!(self, Self::Transient(_)) && retry == Retry::Safe && tries < MORE_TRIES;
        if may {
            // Adds jitter, so that not all requests retry at the same time.
            let mut byte = [0];
            let _ = getrandom::fill(&mut byte);
            let milliseconds = (BACKOFF << tries) * (128 + u64::from(byte[0])) / 256;
            Delay::from(Duration::from_millis(milliseconds)).await;
        }
        may
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::from_message(match &error {
            // `Display` panics for D1 errors (worker 0.8). The cause doesn't have D1's prefix.
            Error::D1(d1) => {
                let error: &worker::js_sys::Error = d1.as_ref();
                format!("{} {}", String::from(error.message()), d1.cause())
            }
            error => format!("{error:?}"),
        })
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Transient(cause) | Fault::Overloaded(cause) => Self::DatabaseUnavailable(cause),
            Fault::Schema(cause) | Fault::NotNull(cause) => Self::DatabaseInvalid(cause),
            Fault::Unique => Self::Internal("UNIQUE constraint failed".to_owned()),
            Fault::Other(cause) => Self::Internal(cause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d1s_messages_are_distinguished() {
        for text in [
            "D1_ERROR: Network connection lost.",
            "D1_ERROR: Internal error while starting up D1 DB storage caused object to be reset.",
            "D1_ERROR: Internal error in D1 DB storage caused object to be reset.",
            "D1_ERROR: D1 DB reset because its code was updated.",
            "D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.",
            "D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.",
            "D1_ERROR: internal error; reference = abc",
        ] {
            assert_eq!(
                Fault::from_message(text.to_owned()),
                Fault::Transient(text.to_owned())
            );
        }
        for text in [
            "D1_ERROR: D1 DB is overloaded. Requests queued for too long.",
            "D1_ERROR: D1 DB is overloaded. Too many requests queued.",
            "D1_ERROR: D1 DB exceeded its CPU time limit and was reset.",
            "D1_ERROR: D1 DB's isolate exceeded its memory limit and was reset.",
        ] {
            assert_eq!(
                Fault::from_message(text.to_owned()),
                Fault::Overloaded(text.to_owned())
            );
        }
        for text in [
            "D1_ERROR: no such column: user.emailVerified at offset 7: SQLITE_ERROR",
            "D1_ERROR: no such table: edgeseal_user: SQLITE_ERROR",
            "D1_ERROR: table account has no column named issuer: SQLITE_ERROR",
        ] {
            assert_eq!(
                Fault::from_message(text.to_owned()),
                Fault::Schema(text.to_owned())
            );
        }
        let unique = "D1_ERROR: UNIQUE constraint failed: user.email: SQLITE_CONSTRAINT";
        assert_eq!(Fault::from_message(unique.to_owned()), Fault::Unique);
        let other = "D1_ERROR: near \"SELET\": syntax error";
        assert_eq!(
            Fault::from_message(other.to_owned()),
            Fault::Other(other.to_owned())
        );
    }
}
