//! The environment, read once per isolate into a type that is right or absent.

use std::sync::OnceLock;

use edgeseal::{HmacKey, KeyError};
use serde::Deserialize;
use thiserror::Error;
use worker::{Env, Url};

/// Everything that the environment decides.
pub(crate) struct Config {
    /// The browser's origin: issuer of tokens, trusted origin, cookie security.
    pub(crate) base_url: String,
    /// Whether the browser talks https, and so whether cookies are `__Secure-`.
    pub(crate) secure: bool,
    /// `aud` of access tokens.
    pub(crate) audience: String,
    /// Exact origins that may write with cookies; the base URL's is the first.
    pub(crate) trusted_origins: Vec<String>,
    /// What the gateway forwards, first match wins.
    pub(crate) routes: Vec<Route>,
    /// Signs access tokens and session data.
    pub(crate) key: HmacKey,
    /// Signs refresh tokens and nothing else.
    pub(crate) refresh_key: HmacKey,
}

/// One entry of `ROUTES`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Route {
    /// Literal segments, `:owner` (must be the caller's user id), `*` at the end.
    pub(crate) path: String,
    /// Origin that the request is forwarded to, its path unchanged.
    pub(crate) upstream: String,
}

/// What is wrong with the environment, by the variable's name and never its value.
#[derive(Debug, Error)]
pub(crate) enum ConfigError {
    #[error("AUTH_SECRET is not set; generate one with `openssl rand -base64 32`")]
    SecretMissing,
    #[error("AUTH_SECRET: {0}")]
    SecretWeak(KeyError),
    #[error(
        "BASE_URL is not set; it is the origin that browsers see, for example https://app.example"
    )]
    BaseUrlMissing,
    #[error("{variable} must hold origins: http(s) scheme and host, no path")]
    NotAnOrigin { variable: &'static str },
    #[error("ROUTES must be a list of {{ path, upstream }}")]
    RoutesMalformed,
    #[error("ROUTES entry {index}: {reason}")]
    RouteInvalid { index: usize, reason: &'static str },
}

/// The configuration of this isolate; its environment never changes.
pub(crate) fn of_isolate(env: &Env) -> Result<&'static Config, &'static ConfigError> {
    static CONFIG: OnceLock<Result<Config, ConfigError>> = OnceLock::new();
    CONFIG.get_or_init(|| Config::read(env)).as_ref()
}

impl Config {
    fn read(env: &Env) -> Result<Self, ConfigError> {
        let text = |name: &str| {
            env.var(name)
                .ok()
                .map(|value| value.to_string())
                .filter(|value| !value.is_empty())
        };
        let secret = text("AUTH_SECRET")
            .or_else(|| text("BETTER_AUTH_SECRET"))
            .ok_or(ConfigError::SecretMissing)?;
        let base_url = text("BASE_URL").ok_or(ConfigError::BaseUrlMissing)?;
        let base_url = origin(&base_url, "BASE_URL")?;

        let mut trusted_origins = vec![base_url.clone()];
        for trusted in text("TRUSTED_ORIGINS").unwrap_or_default().split(',') {
            if !trusted.trim().is_empty() {
                trusted_origins.push(origin(trusted.trim(), "TRUSTED_ORIGINS")?);
            }
        }
        let key = HmacKey::new(secret.as_bytes()).map_err(ConfigError::SecretWeak)?;
        Ok(Self {
            secure: base_url.starts_with("https:"),
            audience: text("AUTH_AUDIENCE").unwrap_or_else(|| base_url.clone()),
            base_url,
            trusted_origins,
            routes: routes(env)?,
            key,
            refresh_key: HmacKey::derive(secret.as_bytes(), "edgeseal refresh v1")
                .map_err(ConfigError::SecretWeak)?,
        })
    }
}

fn routes(env: &Env) -> Result<Vec<Route>, ConfigError> {
    if env.var("ROUTES").is_err() {
        return Ok(Vec::new());
    }
    // A list in `[vars]` arrives as an object, one in `.dev.vars` as its text.
    let routes: Vec<Route> = env
        .object_var("ROUTES")
        .ok()
        .or_else(|| serde_json::from_str(&env.var("ROUTES").ok()?.to_string()).ok())
        .ok_or(ConfigError::RoutesMalformed)?;
    for (index, route) in routes.iter().enumerate() {
        let invalid = |reason| Err(ConfigError::RouteInvalid { index, reason });
        if !route.path.starts_with('/') || route.path.contains("//") {
            return invalid("path must start with one slash and have no empty segment");
        }
        if route
            .path
            .split_once('*')
            .is_some_and(|(head, tail)| !head.ends_with('/') || !tail.is_empty())
        {
            return invalid("* may stand only as the last segment");
        }
        if origin(&route.upstream, "ROUTES").is_err() {
            return invalid("upstream must be an http(s) origin without a path");
        }
    }
    Ok(routes)
}

/// Takes an origin in its serialized form (RFC 6454 §6.2); a closing slash is let go.
fn origin(text: &str, variable: &'static str) -> Result<String, ConfigError> {
    let url = Url::parse(text).map_err(|_| ConfigError::NotAnOrigin { variable })?;
    let serialized = url.origin().ascii_serialization();
    let bare = text.strip_suffix('/').unwrap_or(text);
    let is_http = matches!(url.scheme(), "http" | "https");
    if is_http && bare.eq_ignore_ascii_case(&serialized) {
        Ok(serialized)
    } else {
        Err(ConfigError::NotAnOrigin { variable })
    }
}
