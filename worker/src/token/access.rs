//! Access tokens, which identify the caller of an API.

use std::rc::Rc;

use edgeseal::{Keys, SignError, SignOptions, Validation, sign_jwt};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::cache::cached;
use super::session_data::SessionData;
use super::verify::{seconds, verified};
use crate::config::{Config, Route};
use crate::id::random_id;
use crate::log::Dropped;

/// The caller of an API, as identified by a valid access token or valid session data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) user_id: String,
    pub(crate) email: Option<String>,
    /// Whether the address is verified.
    pub(crate) is_email_verified: Option<bool>,
    pub(crate) name: Option<String>,
    /// When the access token or session data expires, in seconds since the epoch.
    /// Tokens that the Worker makes for this caller expire no more than a second later.
    pub(crate) until: u64,
}

impl From<&SessionData> for Caller {
    fn from(data: &SessionData) -> Self {
        Self {
            user_id: data.user.id.clone(),
            email: Some(data.user.email.clone()),
            is_email_verified: Some(data.user.email_verified),
            name: Some(data.user.name.clone()),
            until: data.until,
        }
    }
}

/// Claims in addition to the registered ones (`OpenID` Connect Core §5.1).
#[derive(Serialize)]
struct Profile<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

/// Signs an access token, which APIs and upstreams accept as `Bearer`.
pub(crate) fn sign_access(
    data: &SessionData,
    config: &Config,
    now: u64,
) -> Result<String, SignError> {
    let (audience, keys) = (&config.audience, &config.secrets.access);
    sign(&Caller::from(data), audience, keys, config, now)
}

/// Returns an access token for an upstream. `route` is the upstream's, if it has its own
/// secret or audience.
pub(crate) fn forwarded_access(
    data: &SessionData,
    route: Option<&'static Route>,
    config: &Config,
    now: u64,
) -> Result<String, SignError> {
    if let Some(token) = data.forwarded.find(route) {
        return Ok(token);
    }
    let token = match route {
        Some(route) => sign_for_route(&Caller::from(data), route, config, now)?,
        None => sign_access(data, config, now)?,
    };
    data.forwarded.keep(route, &token);
    Ok(token)
}

/// Signs a token for a route with its own secret or audience.
pub(crate) fn sign_for_route(
    caller: &Caller,
    route: &Route,
    config: &Config,
    now: u64,
) -> Result<String, SignError> {
    let audience = route.audience.as_ref().unwrap_or(&config.audience);
    match &route.key {
        Some(key) => sign(caller, audience, key, config, now),
        None => sign(caller, audience, &config.secrets.access, config, now),
    }
}

fn sign(
    caller: &Caller,
    audience: &str,
    keys: &impl Keys,
    config: &Config,
    now: u64,
) -> Result<String, SignError> {
    // The lifetime is at least 1 second, because the token or data is still valid during
    // its last second.
    let life = caller.until.saturating_sub(now / 1000).max(1);
    let options = SignOptions::new()
        .issuer(&config.base_url)
        .audience(audience)
        .subject(&caller.user_id)
        .jwt_id(random_id())
        .expires_in(life.min(config.access_ttl) as f64);
    let claims = Profile {
        email: caller.email.as_deref(),
        email_verified: caller.is_email_verified,
        name: caller.name.as_deref(),
    };
    sign_jwt(&claims, keys, &options, seconds(now))
}

/// Returns the caller that an access token identifies, if the token is valid.
pub(crate) fn verify_access(token: &str, config: &Config, now: u64) -> Option<Rc<Caller>> {
    let verify = || verify_uncached(token, config, now);
    cached(token, now, |caller: &Caller| caller.until, verify)
}

fn verify_uncached(token: &str, config: &Config, now: u64) -> Option<Caller> {
    /// Other programs that sign with the secret may set fewer claims.
    #[derive(Deserialize)]
    struct Claims {
        sub: String,
        #[serde(default, deserialize_with = "text")]
        email: Option<String>,
        #[serde(default)]
        email_verified: Value,
        #[serde(default, deserialize_with = "text")]
        name: Option<String>,
    }
    let validation = Validation::new()
        .issuer(&config.base_url)
        .audience(&config.audience);
    let keys = &config.secrets.access;
    let verified = verified(Dropped::AccessToken, token, keys, validation, config, now)?;
    let until = verified.valid_until() as u64;
    let Claims {
        sub,
        email,
        email_verified,
        name,
    } = verified.into_claims();
    Some(Caller {
        user_id: sub,
        email,
        is_email_verified: email_verified.as_bool(),
        name,
        until,
    })
}

/// Reads a claim that should be text. Any other type is ignored.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value.as_str().map(str::to_owned))
}
