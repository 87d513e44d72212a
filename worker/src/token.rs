//! The three kinds of token, never interchangeable: each has its own key, `typ`
//! or required members, so that none opens another's door (RFC 8725 §3.12).

use base64ct::{Base64, Encoding};
use edgeseal::{SignError, SignOptions, Validation, sign_jwt, verify_jwt};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::config::Config;
use crate::user::User;

/// Life of access tokens and session data, in seconds.
pub(crate) const ACCESS_TTL: u64 = 15 * 60;
/// A refresh token slides by this much, in seconds.
const REFRESH_TTL: u64 = 7 * 24 * 60 * 60;
/// After this long a session ends, however often it was refreshed. In seconds.
const SESSION_TTL: u64 = 30 * 24 * 60 * 60;

/// Who calls an API, by an access token or session data that held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) user_id: String,
    pub(crate) email: String,
    pub(crate) name: String,
}

impl From<&User> for Caller {
    fn from(user: &User) -> Self {
        Self {
            user_id: user.id.clone(),
            email: user.email.clone(),
            name: user.name.clone(),
        }
    }
}

/// Makes an access token: what APIs and the upstream take as `Bearer`.
pub(crate) fn sign_access(caller: &Caller, config: &Config, now: u64) -> Result<String, SignError> {
    let options = SignOptions::new()
        .issuer(&config.base_url)
        .audience(&config.audience)
        .subject(&caller.user_id)
        .jwt_id(random_id())
        .expires_in(ACCESS_TTL as f64);
    let claims = json!({ "email": caller.email, "name": caller.name });
    sign_jwt(&claims, &config.key, &options, seconds(now))
}

/// The caller behind an access token, if it holds.
pub(crate) fn verify_access(token: &str, config: &Config, now: u64) -> Option<Caller> {
    #[derive(Deserialize)]
    struct Claims {
        sub: String,
        email: String,
        name: String,
    }
    let validation = Validation::new()
        .issuer(&config.base_url)
        .audience(&config.audience);
    let verified = verify_jwt(token, &config.key, &validation, seconds(now)).ok()?;
    let Claims { sub, email, name } = verified.into_claims();
    Some(Caller {
        user_id: sub,
        email,
        name,
    })
}

/// A session without a row: what its tokens carry of it. Times in seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    /// Public id; knowing it grants nothing.
    pub(crate) sid: String,
    pub(crate) user_id: String,
    /// When the user last proved a password.
    pub(crate) auth_time: u64,
    /// Whether the cookies outlive the browser.
    pub(crate) remember: bool,
}

impl Session {
    /// A session that begins now (milliseconds).
    pub(crate) fn begin(user_id: &str, remember: bool, now: u64) -> Self {
        Self {
            sid: random_id(),
            user_id: user_id.to_owned(),
            auth_time: now / 1000,
            remember,
        }
    }

    /// When a refresh token issued now ends: it slides, up to the absolute end.
    pub(crate) fn expires_at(&self, now: u64) -> u64 {
        (now / 1000 + REFRESH_TTL).min(self.ends_at())
    }

    /// The absolute end.
    pub(crate) fn ends_at(&self) -> u64 {
        self.auth_time + SESSION_TTL
    }
}

#[derive(Serialize, Deserialize)]
struct RefreshClaims {
    sub: String,
    sid: String,
    auth_time: u64,
    iat: u64,
    exp: u64,
    #[serde(default = "remember", skip_serializing_if = "Clone::clone")]
    remember: bool,
}

const fn remember() -> bool {
    true
}

const REFRESH_TYP: &str = "refresh+jwt";

/// Makes the value of the `session_token` cookie: a refresh token, signed once
/// more in Better Auth's manner, so that its client code reads it as its own.
pub(crate) fn sign_refresh(
    session: &Session,
    config: &Config,
    now: u64,
) -> Result<String, SignError> {
    let claims = RefreshClaims {
        sub: session.user_id.clone(),
        sid: session.sid.clone(),
        auth_time: session.auth_time,
        iat: now / 1000,
        exp: session.expires_at(now),
        remember: session.remember,
    };
    let options = SignOptions::new().typ(REFRESH_TYP);
    let token = sign_jwt(&claims, &config.refresh_key, &options, seconds(now))?;
    let seal = Base64::encode_string(&config.refresh_key.mac(token.as_bytes()));
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
    if !config.refresh_key.verify_mac(token.as_bytes(), &seal) {
        return None;
    }
    let validation = Validation::new().typ(REFRESH_TYP);
    let verified = verify_jwt(token, &config.refresh_key, &validation, seconds(now)).ok()?;
    let claims: RefreshClaims = verified.into_claims();
    let session = Session {
        sid: claims.sid,
        user_id: claims.sub,
        auth_time: claims.auth_time,
        remember: claims.remember,
    };
    (session.ends_at() > now / 1000).then_some(session)
}

/// Better Auth's `session_data` cookie of strategy `jwt`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SessionData {
    pub(crate) session: SessionView,
    pub(crate) user: User,
}

/// What scripts see of a session, in Better Auth's shape.
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
    /// The session and its user as of now.
    pub(crate) fn of(session: &Session, user: User, now: u64) -> Self {
        let session = SessionView {
            expires_at: iso(session.expires_at(now) * 1000),
            token: session.sid.clone(),
            created_at: iso(session.auth_time * 1000),
            updated_at: iso(now),
            ip_address: None,
            user_agent: None,
            user_id: session.user_id.clone(),
            id: session.sid.clone(),
        };
        Self { session, user }
    }
}

/// Makes the value of the `session_data` cookie: header exactly `{"alg":"HS256"}`.
pub(crate) fn sign_session_data(
    data: &SessionData,
    config: &Config,
    now: u64,
) -> Result<String, SignError> {
    let claims = json!({
        "session": data.session,
        "user": data.user,
        "updatedAt": now,
        "version": "1",
    });
    let options = SignOptions::new()
        .without_typ()
        .expires_in(ACCESS_TTL as f64);
    sign_jwt(&claims, &config.key, &options, seconds(now))
}

/// The session and user behind a `session_data` cookie, if it holds. Better
/// Auth signs its e-mail verification tokens in the same way, so the members
/// must be there and belong together.
pub(crate) fn verify_session_data(cookie: &str, config: &Config, now: u64) -> Option<SessionData> {
    let verified = verify_jwt(cookie, &config.key, &Validation::new(), seconds(now)).ok()?;
    let data: SessionData = verified.into_claims();
    // ISO 8601 in one format and time zone orders as text does.
    let live = data.session.expires_at > iso(now);
    (live && data.session.user_id == data.user.id).then_some(data)
}

/// A random id of 32 letters and digits, 190 bits, in Better Auth's shape.
pub(crate) fn random_id() -> String {
    const ALPHABET: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut id = String::with_capacity(32);
    while id.len() < 32 {
        let mut bytes = [0; 48];
        getrandom::fill(&mut bytes).expect("workerd has randomness inside of a handler");
        // 248 is the largest multiple of 62 in a byte: no letter is likelier.
        let fair = bytes.iter().filter(|byte| **byte < 248);
        id.extend(
            fair.map(|byte| char::from(ALPHABET[usize::from(byte % 62)]))
                .take(32 - id.len()),
        );
    }
    id
}

/// A time in milliseconds as ISO 8601, as JavaScript writes it.
pub(crate) fn iso(milliseconds: u64) -> String {
    let date = worker::js_sys::Date::new(&(milliseconds as f64).into());
    date.to_iso_string().into()
}

fn seconds(milliseconds: u64) -> f64 {
    milliseconds as f64 / 1000.0
}
