//! The SQL for the D1 database. Values are always bound, never interpolated.
//!
//! A D1 database can have replicas that lag behind. Writes, and reads that password
//! checks depend on, use the primary; a refresh uses any replica that has reached the
//! session's bookmark. Every write on a caller's behalf also checks that the caller's
//! session is valid, because earlier reads may be stale.
//!
//! Better Auth's tables are used as they are (see `schema`). After a transient fault,
//! statements are retried if that is safe (see `fault`).

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

/// Deletes expired rows. If no event receiver is configured, also deletes all events,
/// because the operator's commands record events even then.
pub(crate) async fn delete_expired(env: &Env) -> Result<(), Refusal> {
    let store = Store::new(env);
    store.delete_expired(clock::now()).await?;
    store.discard_unreceived_events().await
}
