//! Refresh tokens, which are stored in the `session_token` cookie.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use edgeseal::SignError;
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use super::cache::cached;
use super::session::{Session, sign_session, verify_session};
use crate::config::Config;
use crate::http::encode_uri_component;
use crate::log::Dropped;

const TYP: &str = "refresh+jwt";

/// Signs the value of the `session_token` cookie: a refresh token with a second
/// signature in Better Auth's format, so that Better Auth's client code can read it.
pub(crate) fn sign_refresh(
    session: &Session,
    config: &Config,
    now: u64,
) -> Result<String, SignError> {
    let keys = &config.secrets.refresh;
    let token = sign_session(session, TYP, keys, config, now)?;
    let signature = Base64::encode_string(&keys.mac(token.as_bytes()));
    Ok(encode_uri_component(&format!("{token}.{signature}")))
}

/// Returns the session of a `session_token` cookie, if the cookie is valid.
pub(crate) fn verify_refresh(cookie: &str, config: &Config, now: u64) -> Option<Session> {
    let verify = || verify_uncached(cookie, config, now);
    let valid = cached(cookie, now, |(_, until): &(Session, u64)| *until, verify)?;
    Some(valid.0.clone())
}

fn verify_uncached(cookie: &str, config: &Config, now: u64) -> Option<(Session, u64)> {
    let value = percent_decode_str(cookie).decode_utf8().ok()?;
    let (token, signature) = value.rsplit_once('.')?;
    let signature = Base64::decode_vec(signature).ok()?;
    let keys = &config.secrets.refresh;
    if !keys.verify_mac(token.as_bytes(), &signature) {
        return None;
    }
    verify_session(Dropped::RefreshToken, token, TYP, keys, config, now)
}

/// Returns whether a `session_token` cookie refers to this session. Doesn't verify the
/// cookie, because the result only shows which of several cookies belong together.
pub(crate) fn names_session(cookie: &str, sid: &str) -> bool {
    #[derive(Deserialize)]
    struct Claims {
        sid: String,
    }
    let payload = cookie.split('.').nth(1);
    let payload = payload.and_then(|payload| Base64UrlUnpadded::decode_vec(payload).ok());
    let claims = payload.and_then(|payload| serde_json::from_slice::<Claims>(&payload).ok());
    claims.is_some_and(|claims| claims.sid == sid)
}
