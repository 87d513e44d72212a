//! The environment, read once per isolate into a type that is right or absent.

mod cookie_scopes;
mod limits;
mod origins;
mod passwords;
mod routes;
mod secret_text;
mod secrets;

use std::sync::OnceLock;

use edgeseal::{HmacKey, PasswordError, PasswordPolicy};
use serde::de::DeserializeOwned;
use thiserror::Error;
use worker::js_sys::{JSON, Reflect};
use worker::{Env, Url};

use crate::cookie::DEFAULT_PREFIX;

pub(crate) use cookie_scopes::Scopes;
pub(crate) use limits::{Limit, Limits};
pub(crate) use origins::Origins;
pub(crate) use routes::{Matched, Route, Upstream};
pub(crate) use secrets::Secrets;

/// After this long a session ends, however often it was refreshed. In seconds.
pub(crate) const SESSION_TTL: u64 = 30 * DAY;
const DAY: u64 = 24 * 60 * 60;

/// Everything that the environment decides.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a setting of its own"
)]
pub(crate) struct Config {
    /// The browser's origin: issuer of tokens, trusted origin, cookie security.
    pub(crate) base_url: String,
    /// Whether the browser talks https, and so whether cookies are `__Secure-`.
    pub(crate) secure: bool,
    /// The `Domain` of cookies where sub-domains share them, and every other scope
    /// that this host's cookies can have.
    pub(crate) cookie_scopes: Scopes,
    /// Before Better Auth's names of cookies, as its `advanced.cookiePrefix`.
    pub(crate) cookie_prefix: String,
    /// Whether all sub-domains of the host are https only, too.
    pub(crate) hsts_includes_subdomains: bool,
    /// `aud` of access tokens.
    pub(crate) audience: String,
    /// Whose pages and apps may write with cookies; the base URL's among them.
    pub(crate) trusted_origins: Origins,
    /// Whether clients without cookies get sessions that they carry themselves.
    pub(crate) bearer_sessions: bool,
    /// What the gateway forwards, first match wins.
    pub(crate) routes: Vec<Route>,
    /// The keys of every kind of token.
    pub(crate) secrets: Secrets,
    /// Opens the details of `/healthz`; nothing where nobody may see them.
    pub(crate) health: Option<HmacKey>,
    /// How new passwords are hashed.
    pub(crate) passwords: PasswordPolicy,
    /// How often passwords may be tried; nothing where the operator says so.
    pub(crate) limits: Option<Limits>,
    /// Whether a sign-up tells that an address has an account.
    pub(crate) discloses_accounts: bool,
    /// Life of access tokens and session data, in seconds.
    pub(crate) access_ttl: u64,
    /// A refresh token slides by this much, in seconds.
    pub(crate) refresh_ttl: u64,
    /// How far the clocks of this installation's parts may differ, in seconds.
    pub(crate) clock_tolerance: u64,
}

/// What is wrong with the environment, by the variable's name and never its value.
#[derive(Debug, Error)]
pub(crate) enum ConfigError {
    #[error("{variable} must be text, in quotes; a list of several is one text with commas")]
    NotText { variable: String },
    #[error("AUTH_SECRET is not set; generate one with `openssl rand -base64 32`")]
    SecretMissing,
    #[error("{variable}: {reason}")]
    Secret {
        variable: &'static str,
        reason: String,
    },
    #[error(
        "BASE_URL is not set; it is the origin that browsers see, for example https://app.example"
    )]
    BaseUrlMissing,
    #[error("{variable} must be an origin: http(s) scheme and host, no path")]
    NotAnOrigin { variable: &'static str },
    #[error("TRUSTED_ORIGINS entry {index}: {reason}")]
    TrustedOrigin { index: usize, reason: &'static str },
    #[error("COOKIE_DOMAIN must be the host of BASE_URL or a parent of it with a dot inside")]
    CookieDomain,
    #[error(
        "COOKIE_PREFIX must be 1 to 64 letters, digits, '-', '_' and '.', not begin with \"__\" and not be \"edgeseal\""
    )]
    CookiePrefix,
    #[error("{variable} must be a whole number of seconds from {min} to {max}")]
    Seconds {
        variable: &'static str,
        min: u64,
        max: u64,
    },
    #[error("PASSWORD_ALGORITHM must be bcrypt, argon2id, scrypt, pbkdf2-sha256 or pbkdf2-sha512")]
    PasswordAlgorithm,
    #[error("PASSWORD_PARAMS must be an object of whole numbers by parameter of that algorithm")]
    PasswordParamsMalformed,
    #[error("PASSWORD_PARAMS: {0}")]
    PasswordParams(#[from] PasswordError),
    #[error("ROUTES must be a list of objects with a path and an upstream or service")]
    RoutesMalformed,
    #[error("ROUTES entry {index}: {reason}")]
    RouteInvalid { index: usize, reason: String },
    #[error(
        "RATE_LIMITS must be \"off\", or an object with some of network, account and device, each {{ attempts: 1 to 10000, window: 1 to 86400 seconds }}"
    )]
    RateLimitsMalformed,
    #[error(
        "{binding} is not bound: wrangler.toml shows how; RATE_LIMITS = \"off\" does without limits"
    )]
    LimiterMissing { binding: &'static str },
    #[error("BEARER_SESSIONS must be true or false")]
    BearerSessions,
    #[error("HSTS_INCLUDE_SUBDOMAINS must be true or false")]
    HstsIncludeSubdomains,
    #[error("SIGN_UP_DISCLOSURE must be shown or hidden")]
    SignUpDisclosure,
}

/// The configuration of this isolate; its environment never changes.
pub(crate) fn of_isolate(env: &Env) -> Result<&'static Config, &'static ConfigError> {
    static CONFIG: OnceLock<Result<Config, ConfigError>> = OnceLock::new();
    CONFIG.get_or_init(|| Config::read(env)).as_ref()
}

impl Config {
    fn read(env: &Env) -> Result<Self, ConfigError> {
        let text = |name: &str| text_of(env, name);
        let base_url = text("BASE_URL")?.ok_or(ConfigError::BaseUrlMissing)?;
        let base_url = origin(&base_url, "BASE_URL")?;

        let trusted_origins = text("TRUSTED_ORIGINS")?.unwrap_or_default();
        let trusted_origins = Origins::read(&base_url, &trusted_origins)?;
        Ok(Self {
            secrets: secrets::read(text)?,
            secure: base_url.starts_with("https:"),
            cookie_scopes: Scopes::new(
                host_of(&base_url).as_deref(),
                text("COOKIE_DOMAIN")?
                    .map(|domain| cookie_domain(&domain, &base_url))
                    .transpose()?,
            ),
            cookie_prefix: cookie_prefix(text("COOKIE_PREFIX")?)?,
            hsts_includes_subdomains: match text("HSTS_INCLUDE_SUBDOMAINS")?.as_deref() {
                None | Some("false") => false,
                Some("true") => true,
                Some(_) => return Err(ConfigError::HstsIncludeSubdomains),
            },
            audience: text("AUTH_AUDIENCE")?.unwrap_or_else(|| base_url.clone()),
            base_url,
            trusted_origins,
            bearer_sessions: match text("BEARER_SESSIONS")?.as_deref() {
                None | Some("false") => false,
                Some("true") => true,
                Some(_) => return Err(ConfigError::BearerSessions),
            },
            routes: routes::read(env)?,
            health: text("HEALTH_SECRET")?
                .map(|secret| health_key(&secret))
                .transpose()?,
            passwords: passwords::read(env)?,
            limits: limits::read(env)?,
            discloses_accounts: match text("SIGN_UP_DISCLOSURE")?.as_deref() {
                None | Some("shown") => true,
                Some("hidden") => false,
                Some(_) => return Err(ConfigError::SignUpDisclosure),
            },
            access_ttl: seconds(text, "ACCESS_TTL", 15 * 60, 60, 60 * 60)?,
            refresh_ttl: seconds(text, "REFRESH_TTL", 7 * DAY, 60 * 60, SESSION_TTL)?,
            clock_tolerance: seconds(text, "CLOCK_TOLERANCE", 30, 0, 300)?,
        })
    }

    /// Whether sessions are of this host alone, so that a `__Host-` cookie can say
    /// which one it set. Browsers take such a cookie over https only.
    pub(crate) fn is_host_bound(&self) -> bool {
        self.secure && self.cookie_scopes.own().is_none()
    }
}

/// A variable's text, where it is set; TOML's numbers and booleans have one, too. What
/// has none would be ignored otherwise, and another value hold than was meant.
fn text_of(env: &Env, name: &str) -> Result<Option<String>, ConfigError> {
    let value = Reflect::get(env, &name.into()).unwrap_or_default();
    if value.is_null_or_undefined() {
        return Ok(None);
    }
    let text = value
        .as_string()
        .or_else(|| value.as_f64().map(|number| number.to_string()))
        .or_else(|| value.as_bool().map(|is_so| is_so.to_string()));
    let text = text.ok_or_else(|| ConfigError::NotText {
        variable: name.to_owned(),
    })?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// A list or object, where the variable is set: in `[vars]` it arrives as one, in
/// `.dev.vars` as its text.
fn object_of<T: DeserializeOwned>(
    env: &Env,
    name: &str,
    malformed: ConfigError,
) -> Result<Option<T>, ConfigError> {
    let value = Reflect::get(env, &name.into()).unwrap_or_default();
    if value.is_null_or_undefined() {
        return Ok(None);
    }
    let text = value
        .as_string()
        .or_else(|| JSON::stringify(&value).ok().map(String::from));
    let read = text.and_then(|text| serde_json::from_str(&text).ok());
    read.map(Some).ok_or(malformed)
}

fn seconds(
    text: impl Fn(&str) -> Result<Option<String>, ConfigError>,
    variable: &'static str,
    default: u64,
    min: u64,
    max: u64,
) -> Result<u64, ConfigError> {
    let Some(text) = text(variable)? else {
        return Ok(default);
    };
    let value = text
        .parse()
        .ok()
        .filter(|value| (min..=max).contains(value));
    value.ok_or(ConfigError::Seconds { variable, min, max })
}

/// Held to the same rules as `AUTH_SECRET`.
fn health_key(secret: &str) -> Result<HmacKey, ConfigError> {
    let variable = "HEALTH_SECRET";
    let wrong = |reason: String| ConfigError::Secret { variable, reason };
    secret_text::check(variable, secret).map_err(|reason| wrong(reason.to_owned()))?;
    HmacKey::new(secret.as_bytes()).map_err(|error| wrong(error.to_string()))
}

/// Takes an origin in its serialized form (RFC 6454 §6.2); a closing slash is let go.
fn origin(text: &str, variable: &'static str) -> Result<String, ConfigError> {
    origins::web_origin(text).ok_or(ConfigError::NotAnOrigin { variable })
}

/// The domain of an origin; none where it is an IP address.
fn host_of(origin: &str) -> Option<String> {
    let url = Url::parse(origin).ok()?;
    url.domain().map(str::to_owned)
}

/// What may stand before the names of cookies (RFC 6265 §4.1.1, a token). A prefix
/// with a meaning of its own would be a promise that these names can't keep.
fn cookie_prefix(text: Option<String>) -> Result<String, ConfigError> {
    let prefix = text.unwrap_or_else(|| DEFAULT_PREFIX.to_owned());
    let is_token = prefix
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if is_token && prefix.len() <= 64 && !prefix.starts_with("__") && prefix != "edgeseal" {
        Ok(prefix)
    } else {
        Err(ConfigError::CookiePrefix)
    }
}

/// A cookie for another domain is dropped by the browser without a word, and one
/// for a top-level domain would be every site's (RFC 6265 §5.3).
fn cookie_domain(domain: &str, base_url: &str) -> Result<String, ConfigError> {
    let domain = domain.trim_start_matches('.').to_ascii_lowercase();
    let host = host_of(base_url).ok_or(ConfigError::CookieDomain)?;
    let is_parent = host
        .strip_suffix(&domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    if is_parent && (domain.contains('.') || domain == "localhost") {
        Ok(domain)
    } else {
        Err(ConfigError::CookieDomain)
    }
}

#[cfg(test)]
mod tests {
    use super::cookie_domain;

    #[test]
    fn a_cookie_domain_is_the_hosts_own_or_a_parent() {
        let domain = |text| cookie_domain(text, "https://app.example.org").ok();
        assert_eq!(domain("example.org").as_deref(), Some("example.org"));
        assert_eq!(domain(".Example.org").as_deref(), Some("example.org"));
        assert_eq!(
            domain("app.example.org").as_deref(),
            Some("app.example.org")
        );
        for other in ["org", "", "ample.org", "other.org", "x.app.example.org"] {
            assert_eq!(domain(other), None, "{other}");
        }
        assert!(cookie_domain("1.2.3", "https://1.2.3.4").is_err());
    }
}
