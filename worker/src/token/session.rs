//! Sessions, and the token claims that store them in place of a table row.

use edgeseal::{KeyRing, SignError, SignOptions, Validation, sign_jwt};
use serde::{Deserialize, Serialize};

use super::verify::{seconds, verified};
use crate::config::{Config, SESSION_TTL};
use crate::id::random_id;
use crate::log::Dropped;

/// How many seconds a session lasts without a refresh if it should end when the browser
/// closes. This limit is needed because browsers that restore their windows keep such
/// cookies, too.
const UNREMEMBERED_TTL: u64 = 24 * 60 * 60;

/// A session, as stored in its tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    /// The public id, which doesn't grant access.
    pub(crate) sid: String,
    pub(crate) user_id: String,
    /// The sign-in that this session comes from. It stays the same when the session is
    /// refreshed or other sessions are revoked. Wrong passwords are counted per sign-in.
    pub(crate) lineage: String,
    /// When the user last entered their password, in milliseconds.
    pub(crate) signed_in: u64,
    /// Whether the cookies are kept after the browser closes.
    pub(crate) remember: bool,
    /// The user's `sessionsValidAfter` when the session was opened, in milliseconds.
    /// The session is valid only while that value is unchanged, so a session that is
    /// refreshed from a stale replica or during a password change still ends together
    /// with the user's other sessions.
    pub(crate) valid_after: u64,
    /// The bookmark of the oldest database state from which the session's user may be read.
    pub(crate) bookmark: Option<String>,
    /// Whether a `__Host-` cookie identifies the session. If that cookie is missing or
    /// identifies a different session, the browser didn't get this token from this
    /// host.
    pub(crate) is_host_bound: bool,
    /// When the token was issued, in seconds.
    pub(crate) issued_at: u64,
}

impl Session {
    /// Creates a session that starts at `now` (milliseconds).
    pub(crate) fn begin(user_id: &str, remember: bool, valid_after: u64, now: u64) -> Self {
        Self {
            sid: random_id(),
            user_id: user_id.to_owned(),
            lineage: random_id(),
            signed_in: now,
            remember,
            valid_after,
            bookmark: None,
            is_host_bound: false,
            issued_at: now / 1000,
        }
    }

    /// Returns this session under a new id, so that it continues when the user's other
    /// sessions end. Its old id is no longer valid.
    pub(crate) fn renew(self, valid_after: u64) -> Self {
        Self {
            sid: random_id(),
            valid_after,
            ..self
        }
    }

    /// Returns the expiration of a refresh token that is issued now. Each refresh
    /// postpones the expiration, but not beyond the session's absolute end.
    pub(crate) fn expires_at(&self, config: &Config, now: u64) -> u64 {
        let slide = if self.remember {
            config.refresh_ttl
        } else {
            config.refresh_ttl.min(UNREMEMBERED_TTL)
        };
        (now / 1000 + slide).min(self.ends_at())
    }

    /// Returns the time at which the user last entered their password, in seconds
    /// (`OpenID` Connect Core §2).
    const fn auth_time(&self) -> u64 {
        self.signed_in / 1000
    }

    /// Returns the session's absolute end, in seconds.
    pub(crate) const fn ends_at(&self) -> u64 {
        self.auth_time() + SESSION_TTL
    }

    /// Returns whether the user entered their password within the last day. This is
    /// required to list sessions and to delete the account.
    pub(crate) const fn is_fresh(&self, now: u64) -> bool {
        const FRESH: u64 = 24 * 60 * 60;
        now / 1000 < self.auth_time() + FRESH
    }

    /// Returns a key that sorts sessions by the time of their sign-in, then by age.
    pub(crate) const fn age_key(&self) -> (u64, u64, u64) {
        (self.signed_in, self.valid_after, self.issued_at)
    }
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    sid: String,
    auth_time: u64,
    /// When the user last entered their password, in milliseconds. Tokens from before
    /// version 0.2 have only `auth_time`.
    #[serde(default)]
    signed_in: u64,
    /// Tokens from before version 0.2 don't have a lineage, so their `sid` is used.
    #[serde(default)]
    lineage: String,
    iat: u64,
    exp: u64,
    #[serde(default, skip_serializing_if = "is_false")]
    host: bool,
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    remember: bool,
    #[serde(default, skip_serializing_if = "is_zero")]
    valid_after: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bookmark: Option<String>,
}

const fn yes() -> bool {
    true
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for it; in wasm a u64 is larger than a reference"
)]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// Signs a token that carries a session. `typ` and the keys determine the kind of token.
pub(super) fn sign_session(
    session: &Session,
    typ: &'static str,
    keys: &KeyRing,
    config: &Config,
    now: u64,
) -> Result<String, SignError> {
    let session = session.clone();
    let claims = Claims {
        exp: session.expires_at(config, now),
        sub: session.user_id,
        sid: session.sid,
        lineage: session.lineage,
        auth_time: session.signed_in / 1000,
        signed_in: session.signed_in,
        host: session.is_host_bound,
        iat: now / 1000,
        remember: session.remember,
        valid_after: session.valid_after,
        bookmark: session.bookmark,
    };
    sign_jwt(&claims, keys, &SignOptions::new().typ(typ), seconds(now))
}

/// Returns the session in a token of this kind, if the token is valid, and until when it is,
/// in seconds since the epoch.
pub(super) fn verify_session(
    kind: Dropped,
    token: &str,
    typ: &'static str,
    keys: &KeyRing,
    config: &Config,
    now: u64,
) -> Option<(Session, u64)> {
    let validation = Validation::new().typ(typ);
    let verified = verified(kind, token, keys, validation, config, now)?;
    let expires_at = verified.valid_until() as u64;
    let claims: Claims = verified.into_claims();
    let lineage = if claims.lineage.is_empty() {
        format!("sid {}", claims.sid)
    } else {
        claims.lineage
    };
    let session = Session {
        sid: claims.sid,
        user_id: claims.sub,
        lineage,
        signed_in: claims.signed_in.max(claims.auth_time * 1000),
        issued_at: claims.iat,
        is_host_bound: claims.host,
        remember: claims.remember,
        valid_after: claims.valid_after,
        bookmark: claims.bookmark,
    };
    let until = expires_at.min(session.ends_at());
    (until > now / 1000).then_some((session, until))
}
