//! All SQL of the Worker. Values are bound, never interpolated.
//!
//! A D1 database can have replicas that lag behind. Statements that write, or that decide
//! about passwords, use the primary; a refresh uses any replica that has reached the
//! session's bookmark. Every write for a caller includes the check that their session is
//! valid, because earlier reads may be stale.
//!
//! Better Auth's tables are used as they are (`schema`). Transient faults are retried
//! where that is safe (`fault`).

#[cfg(feature = "admin")]
mod admin;
mod connection;
mod dates;
mod emails;
mod events;
mod fault;
mod passwords;
mod rows;
mod schema;
mod sessions;
mod statement;
mod table;
mod users;

use worker::Env;

use crate::clock;
use crate::error::Refusal;

#[cfg(feature = "admin")]
pub(crate) use admin::owner_of_row;
pub(crate) use connection::{Store, Tables, WithBookmark};
pub(crate) use emails::EmailChanged;
pub(crate) use rows::{Credential, Owner};
pub(crate) use users::{Changes, NewUser};

/// Deletes expired rows. If no receiver is configured, also deletes all events, because
/// the operator's commands record events even then.
pub(crate) async fn delete_expired(env: &Env) -> Result<(), Refusal> {
    let store = Store::new(env)?;
    store.delete_expired(clock::now()).await?;
    store.discard_unreceived_events().await
}
