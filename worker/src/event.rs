//! Delivers events, which tell other systems what happened to users. The store records
//! each event in the same transaction as its change. This module delivers events after
//! the response and from the scheduled handler, at least once and in order for each
//! user.

use std::pin::pin;

use futures_util::future::{Either, select};
use serde::Serialize;
use worker::{Delay, Env};

use crate::config::{Config, EVENTS_BINDING, Events};
use crate::context::Background;
use crate::error::Refusal;
use crate::store::Store;
use crate::{clock, log, webhook};

/// How many milliseconds an isolate has to deliver a user's events before another
/// isolate may take over.
const LEASE: u64 = 60 * 1000;
/// The maximum number of events in one lease.
const MOST_EVENTS: u32 = 20;

/// How long a drain may keep starting deliveries, in milliseconds. The runtime stops
/// work 30 seconds after a response. Both times are much shorter than a lease, so that
/// no lease expires while its events are being delivered.
const AFTER_RESPONSE: u64 = 20 * 1000;
const SCHEDULED: u64 = 40 * 1000;
/// The maximum number of users in one scheduled drain.
const MOST_USERS: u32 = 1000;
/// A drain stops after this many failures in a row, because the receiver seems to be down.
const MOST_FAILURES: u32 = 20;

/// What happened to the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    UserCreated,
    /// The user verified their address.
    UserVerified,
    UserUpdated,
    UserDeleted,
    /// One or all of the user's sessions ended, other than by a sign-out.
    SessionRevoked,
    PasswordChanged,
    PasswordReset,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::UserCreated => "user.created",
            Self::UserVerified => "user.verified",
            Self::UserUpdated => "user.updated",
            Self::UserDeleted => "user.deleted",
            Self::SessionRevoked => "session.revoked",
            Self::PasswordChanged => "password.changed",
            Self::PasswordReset => "password.reset",
        }
    }
}

/// A recorded event in the form that receivers get. It doesn't contain any secrets. The
/// only personal data in it is the user's id.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    /// The event's id, which stays the same if a delivery is repeated.
    pub(crate) id: String,
    /// The event's [`Kind::name`], as recorded.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) time: String,
    pub(crate) user_id: String,
}

/// Why a drain failed, for the log.
type Reason = String;

/// Delivers a user's events after a response.
pub(crate) async fn drain_user(user_id: String, background: Background) {
    let Background { config, env, .. } = background;
    let Some(events) = &config.events else {
        return;
    };
    let drained = async {
        let store = Store::new(&env);
        let until = clock::now() + AFTER_RESPONSE;
        drain(&user_id, events, &store, &env, until).await
    };
    if let Err(reason) = drained.await {
        log::fault("EVENTS", &reason);
    }
}

/// Delivers the events of all users, oldest first, until the time is up.
pub(crate) async fn drain_all(env: &Env, config: &Config) {
    let Some(events) = &config.events else {
        return;
    };
    let mut failures = Failures::default();
    if let Err(reason) = drain_users(events, env, &mut failures).await {
        failures.add(reason);
    }
    failures.log();
}

async fn drain_users(events: &Events, env: &Env, failures: &mut Failures) -> Result<(), Reason> {
    let store = Store::new(env);
    let now = clock::now();
    let (until, mut since_success) = (now + SCHEDULED, 0);
    let users = store.users_with_events(MOST_USERS, now).await;
    for user_id in users.map_err(reason)? {
        if clock::now() >= until || since_success >= MOST_FAILURES {
            break;
        }
        match drain(&user_id, events, &store, env, until).await {
            Ok(()) => since_success = 0,
            Err(reason) => {
                since_success += 1;
                failures.add(reason);
            }
        }
    }
    Ok(())
}

/// Delivers a user's events in order, until none are left, a delivery fails or the time is up.
async fn drain(
    user_id: &str,
    events: &Events,
    store: &Store,
    env: &Env,
    until: u64,
) -> Result<(), Reason> {
    loop {
        let now = clock::now();
        let lease = now + LEASE;
        let leased = store.lease_events(user_id, MOST_EVENTS, lease, now).await;
        let leased = leased.map_err(reason)?;
        if leased.is_empty() {
            // No events are left, or another drain is delivering them, including any
            // recorded since it started.
            return Ok(());
        }
        for event in leased {
            let delivered = if clock::now() < until {
                deliver(&event, events, env).await.map(Some)
            } else {
                Ok(None)
            };
            if let Ok(Some(())) = delivered {
                store.delete_event(&event.id).await.map_err(reason)?;
                continue;
            }
            // Later events must wait, so that none overtakes this one. If the lease can't
            // be released, it expires by itself.
            let _ = store.release_events(user_id, lease, clock::now()).await;
            let Event { id, kind, .. } = event;
            return delivered
                .map(drop)
                .map_err(|reason| format!("{id} ({kind}): {reason}"));
        }
    }
}

/// Makes one attempt to deliver an event.
async fn deliver(event: &Event, events: &Events, env: &Env) -> Result<(), Reason> {
    match events {
        Events::Queue => {
            let queue = env
                .queue(EVENTS_BINDING)
                .map_err(|error| format!("{error:?}"))?;
            let sent = pin!(queue.send(event));
            match select(sent, pin!(Delay::from(webhook::TIMEOUT))).await {
                Either::Left((sent, _)) => sent.map_err(|error| format!("{error:?}")),
                Either::Right(_) => Err(webhook::late()),
            }
        }
        Events::Webhook { url, key } => {
            let body = serde_json::to_string(event).map_err(|error| error.to_string())?;
            webhook::post(url, key, &event.id, &body).await
        }
    }
}

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn reason(refusal: Refusal) -> Reason {
    format!("{refusal:?}")
}

/// The failures of one drain, which are logged in a single line.
#[derive(Default)]
struct Failures {
    first: Option<Reason>,
    more: u32,
}

impl Failures {
    fn add(&mut self, reason: Reason) {
        if self.first.is_none() {
            self.first = Some(reason);
        } else {
            self.more += 1;
        }
    }

    fn log(&self) {
        match (&self.first, self.more) {
            (None, _) => {}
            (Some(reason), 0) => log::fault("EVENTS", reason),
            (Some(reason), more) => {
                log::fault("EVENTS", &format!("{reason}; and for {more} more users"));
            }
        }
    }
}
