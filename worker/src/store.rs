//! Every SQL statement of the Worker. Values are bound, never spliced.
//!
//! A D1 database may have replicas in several regions, which are late. Whatever
//! decides on a password or writes asks the primary; a refresh asks any replica
//! that has caught up with the session's own bookmark. That the caller's session
//! holds is part of every statement that writes for it: what was read before may
//! have been late, or have changed since.
//!
//! Better Auth's tables are read as they are ([`schema`]). A fault that may pass is
//! tried again where that is safe ([`fault`]).

mod connection;
mod dates;
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

pub(crate) use connection::{Store, Tables, WithBookmark};
pub(crate) use rows::Credential;
pub(crate) use users::{Changes, NewUser};

/// Deletes rows that have expired.
pub(crate) async fn delete_expired(env: &Env) -> Result<(), Refusal> {
    Store::new(env)?.delete_expired(clock::now()).await
}
