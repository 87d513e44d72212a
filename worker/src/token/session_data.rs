//! Better Auth's `session_data` cookie, in the format of its `jwt` strategy.

use std::rc::Rc;

use edgeseal::{SignError, SignOptions, Validation, sign_jwt};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::cache::cached;
use super::forwarded::Forwarded;
use super::session::Session;
use super::verify::{seconds, verified};
use crate::clock::iso8601;
use crate::config::Config;
use crate::log::Dropped;
use crate::user::User;

/// A session and its user, as shown to scripts and stored in the cookie.
#[derive(Serialize, Deserialize)]
pub(crate) struct SessionData {
    pub(crate) session: SessionView,
    pub(crate) user: User,
    /// When the session data expires, in seconds since the epoch.
    #[serde(skip)]
    pub(crate) until: u64,
    /// Whether a `__Host-` cookie identifies the session ([`Session::is_host_bound`]).
    #[serde(rename = "host", default, skip_serializing)]
    pub(crate) is_host_bound: bool,
    #[serde(skip)]
    pub(super) forwarded: Forwarded,
}

/// A session as shown to scripts, in Better Auth's format.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionView {
    pub(crate) expires_at: String,
    pub(crate) token: String,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
    pub(crate) ip_address: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) user_id: String,
    pub(crate) id: String,
}

impl SessionData {
    /// Combines a session with its user's current data.
    pub(crate) fn new(session: &Session, user: User, config: &Config, now: u64) -> Self {
        let is_host_bound = session.is_host_bound;
        let session = SessionView {
            expires_at: iso8601(session.expires_at(config, now) * 1000),
            token: session.sid.clone(),
            created_at: iso8601(session.signed_in / 1000 * 1000),
            updated_at: iso8601(now),
            ip_address: None,
            user_agent: None,
            user_id: session.user_id.clone(),
            id: session.sid.clone(),
        };
        let until = now / 1000 + config.access_ttl;
        Self {
            session,
            user,
            until,
            is_host_bound,
            forwarded: Forwarded::default(),
        }
    }
}

impl SessionData {
    /// Returns a key that orders session data by time. The dates sort correctly as
    /// text, because they all have the same format and time zone.
    pub(crate) fn age_key(&self) -> (&str, &str) {
        (&self.session.created_at, &self.session.updated_at)
    }
}

/// Signs the value of the `session_data` cookie, with the exact header
/// `{"alg":"HS256"}`.
pub(crate) fn sign_session_data(
    data: &SessionData,
    config: &Config,
    now: u64,
) -> Result<String, SignError> {
    let mut claims = json!({
        "session": data.session,
        "user": data.user,
        "updatedAt": now,
        "version": "1",
    });
    if data.is_host_bound {
        claims["host"] = true.into();
    }
    let options = SignOptions::new()
        .without_typ()
        .expires_in(config.access_ttl as f64);
    sign_jwt(
        &claims,
        &config.secrets.session_data,
        &options,
        seconds(now),
    )
}

/// Returns the session and user of a `session_data` cookie, if the cookie is valid.
/// Better Auth signs e-mail verification tokens in the same way, so this function also
/// checks that the cookie contains a session and a user that belong together.
pub(crate) fn verify_session_data(
    cookie: &str,
    config: &Config,
    now: u64,
) -> Option<Rc<SessionData>> {
    let verify = || verify_uncached(cookie, config, now);
    let data = cached(cookie, now, |data: &SessionData| data.until, verify)?;
    // Dates compare correctly as text, because they all have the same format and time
    // zone.
    let is_live = data.session.expires_at > iso8601(now);
    is_live.then_some(data)
}

fn verify_uncached(cookie: &str, config: &Config, now: u64) -> Option<SessionData> {
    let keys = &config.secrets.access;
    let verified = verified(
        Dropped::SessionData,
        cookie,
        keys,
        Validation::new(),
        config,
        now,
    )?;
    let until = verified.valid_until() as u64;
    let data: SessionData = verified.into_claims();
    let data = SessionData { until, ..data };
    (data.session.user_id == data.user.id).then_some(data)
}
