//! Refresh tokens: a session without a row.

use base64ct::{Base64, Encoding};
use edgeseal::{SignError, SignOptions, Validation, sign_jwt, verify_jwt};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use super::{random_id, seconds};
use crate::config::{Config, SESSION_TTL};

const TYP: &str = "refresh+jwt";

/// A session that is not to outlive the browser slides by this much: a browser
/// that restores its windows keeps such cookies, too. In seconds.
const UNREMEMBERED_TTL: u64 = 24 * 60 * 60;

/// A session without a row: what its tokens carry of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    /// Public id; knowing it grants nothing.
    pub(crate) sid: String,
    pub(crate) user_id: String,
    /// When the user last proved a password, in seconds.
    pub(crate) auth_time: u64,
    /// Whether the cookies outlive the browser.
    pub(crate) remember: bool,
    /// The user's `sessionsValidAfter` when the session was opened, in
    /// milliseconds. A session holds only while it is still the same, so what
    /// was refreshed from a stale replica, or in the very moment of a password
    /// change, ends with the others.
    pub(crate) valid_after: u64,
    /// The state of the database that the session's user is in at least.
    pub(crate) bookmark: Option<String>,
}

impl Session {
    /// A session that begins now (milliseconds).
    pub(crate) fn begin(user_id: &str, remember: bool, valid_after: u64, now: u64) -> Self {
        Self {
            sid: random_id(),
            user_id: user_id.to_owned(),
            auth_time: now / 1000,
            remember,
            valid_after,
            bookmark: None,
        }
    }

    /// The one that goes on when the others of its user end: public ids of
    /// before are of no use after it.
    pub(crate) fn renew(self, valid_after: u64) -> Self {
        Self {
            sid: random_id(),
            valid_after,
            ..self
        }
    }

    /// When a refresh token issued now ends: it slides, up to the absolute end.
    pub(crate) fn expires_at(&self, config: &Config, now: u64) -> u64 {
        let slide = if self.remember {
            config.refresh_ttl
        } else {
            config.refresh_ttl.min(UNREMEMBERED_TTL)
        };
        (now / 1000 + slide).min(self.ends_at())
    }

    /// The absolute end, in seconds.
    pub(crate) fn ends_at(&self) -> u64 {
        self.auth_time + SESSION_TTL
    }

    /// Whether the password was proved within a day, which listing and deleting
    /// ask for.
    pub(crate) fn is_fresh(&self, now: u64) -> bool {
        const FRESH: u64 = 24 * 60 * 60;
        now / 1000 < self.auth_time + FRESH
    }
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    sid: String,
    auth_time: u64,
    iat: u64,
    exp: u64,
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

/// Makes the value of the `session_token` cookie: a refresh token, signed once
/// more in Better Auth's manner, so that its client code reads it as its own.
pub(crate) fn sign_refresh(
    session: &Session,
    config: &Config,
    now: u64,
) -> Result<String, SignError> {
    let session = session.clone();
    let claims = Claims {
        exp: session.expires_at(config, now),
        sub: session.user_id,
        sid: session.sid,
        auth_time: session.auth_time,
        iat: now / 1000,
        remember: session.remember,
        valid_after: session.valid_after,
        bookmark: session.bookmark,
    };
    let keys = &config.secrets.refresh;
    let options = SignOptions::new().typ(TYP);
    let token = sign_jwt(&claims, keys, &options, seconds(now))?;
    let seal = Base64::encode_string(&keys.mac(token.as_bytes()));
    Ok(utf8_percent_encode(&format!("{token}.{seal}"), COOKIE_VALUE).to_string())
}

/// What `encodeURIComponent` leaves as it is (ECMA-262 §19.2.6.4).
const COOKIE_VALUE: &percent_encoding::AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// The session behind the value of a `session_token` cookie, if it holds.
pub(crate) fn verify_refresh(cookie: &str, config: &Config, now: u64) -> Option<Session> {
    let value = percent_decode_str(cookie).decode_utf8().ok()?;
    let (token, seal) = value.rsplit_once('.')?;
    let seal = Base64::decode_vec(seal).ok()?;
    let keys = &config.secrets.refresh;
    if !keys.verify_mac(token.as_bytes(), &seal) {
        return None;
    }
    let validation = Validation::new().typ(TYP);
    let verified = verify_jwt(token, keys, &validation, seconds(now)).ok()?;
    let claims: Claims = verified.into_claims();
    let session = Session {
        sid: claims.sid,
        user_id: claims.sub,
        auth_time: claims.auth_time,
        remember: claims.remember,
        valid_after: claims.valid_after,
        bookmark: claims.bookmark,
    };
    (session.ends_at() > now / 1000).then_some(session)
}
