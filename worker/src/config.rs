//! The environment, read once per isolate and checked before anything is served.

#[cfg(feature = "admin")]
mod admin;
mod cookie_scopes;
mod cookies;
mod env;
mod error;
mod events;
mod limits;
mod mail;
mod origins;
mod passwords;
mod routes;
mod secret_text;
mod secrets;
mod webhook;

use std::sync::OnceLock;

use edgeseal::{HmacKey, PasswordPolicy};
use worker::Env;

use cookies::{cookie_domain, cookie_prefix, host_of};
use env::{flag, seconds, text_of};

#[cfg(feature = "admin")]
pub(crate) use admin::{LinkSettings, password_policy};
pub(crate) use cookie_scopes::Scopes;
pub(crate) use cookies::DEFAULT_PREFIX;
pub(crate) use error::ConfigError;
pub(crate) use events::{EVENTS_BINDING, Events};
pub(crate) use limits::{ACCOUNT_BINDING, Limit, Limits, NETWORK_BINDING};
pub(crate) use mail::{EMAIL_BINDING, MAIL_QUEUE_BINDING, MAILER_BINDING, Mail, Mailbox, Sender};
pub(crate) use origins::Origins;
pub(crate) use passwords::VERIFIER_BINDING;
pub(crate) use routes::{Matched, Route, Upstream};
pub(crate) use secrets::{LinkKeys, Secrets};
pub(crate) use webhook::WebhookKey;

/// A session expires after this many seconds, no matter how often it is refreshed.
pub(crate) const SESSION_TTL: u64 = 30 * DAY;
const DAY: u64 = 24 * 60 * 60;

/// The Worker's settings.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a setting of its own"
)]
pub(crate) struct Config {
    /// The origin that browsers see. It is the tokens' issuer and a trusted origin, and
    /// determines whether cookies are secure.
    pub(crate) base_url: String,
    /// Whether browsers use https. If so, cookie names start with `__Secure-`.
    pub(crate) secure: bool,
    /// The `Domain` of cookies if subdomains share them, and every other scope that
    /// cookies of this host can have.
    pub(crate) cookie_scopes: Scopes,
    /// The prefix of cookie names, as in Better Auth's `advanced.cookiePrefix`.
    pub(crate) cookie_prefix: String,
    /// Whether HSTS includes all subdomains.
    pub(crate) hsts_includes_subdomains: bool,
    /// The `aud` claim of access tokens.
    pub(crate) audience: String,
    /// The origins of pages and apps that may send writes with cookies, including the
    /// base URL's origin.
    pub(crate) trusted_origins: Origins,
    /// Whether clients without cookies get session tokens.
    pub(crate) bearer_sessions: bool,
    /// The gateway's routes; the first match is used.
    pub(crate) routes: Vec<Route>,
    /// The keys for each kind of token.
    pub(crate) secrets: Secrets,
    /// The key that unlocks the details of `/healthz`; `None` if nobody may see them.
    pub(crate) health: Option<HmacKey>,
    /// How new passwords are hashed.
    pub(crate) passwords: PasswordPolicy,
    /// Whether a service verifies stored hashes that the Worker can't read.
    pub(crate) has_password_verifier: bool,
    /// How often passwords may be tried and messages requested; `None` if the operator turned limits off.
    pub(crate) limits: Option<Limits>,
    /// Whether sign-up reveals that an address already has an account.
    pub(crate) discloses_accounts: bool,
    /// How e-mail is sent; `None` if no sender is configured.
    pub(crate) mail: Option<Mail>,
    /// Who receives events about users; `None` if no receiver is configured.
    pub(crate) events: Option<Events>,
    /// Whether users must verify their address before they can sign in.
    pub(crate) requires_verification: bool,
    /// Whether an account is deleted only after the user clicks a link in an e-mail.
    pub(crate) confirms_deletion: bool,
    /// The lifetime of access tokens and session data, in seconds.
    pub(crate) access_ttl: u64,
    /// How long a session lasts without a refresh, in seconds.
    pub(crate) refresh_ttl: u64,
    /// How far apart the clocks of this installation's parts may be, in seconds.
    pub(crate) clock_tolerance: u64,
}

/// Returns the isolate's configuration, which is cached because an isolate's
/// environment never changes.
pub(crate) fn cached(env: &Env) -> Result<&'static Config, &'static ConfigError> {
    static CONFIG: OnceLock<Result<Config, ConfigError>> = OnceLock::new();
    CONFIG.get_or_init(|| Config::from_env(env)).as_ref()
}

impl Config {
    fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let text = |name: &str| text_of(env, name);
        let base_url = text("BASE_URL")?.ok_or(ConfigError::BaseUrlMissing)?;
        let variable = "BASE_URL";
        let base_url =
            origins::web_origin(&base_url).ok_or(ConfigError::NotAnOrigin { variable })?;

        let trusted_origins = text("TRUSTED_ORIGINS")?.unwrap_or_default();
        let trusted_origins = Origins::read(&base_url, &trusted_origins)?;
        let mail = mail::read(env, &base_url)?;
        let requires_verification = flag(text, "REQUIRE_EMAIL_VERIFICATION")?;
        if requires_verification && mail.is_none() {
            let variable = "REQUIRE_EMAIL_VERIFICATION";
            return Err(ConfigError::SenderMissing { variable });
        }
        let confirms_deletion = match text("DELETE_USER_CONFIRMATION")?.as_deref() {
            None => false,
            Some("email") if mail.is_some() => true,
            Some("email") => {
                let variable = "DELETE_USER_CONFIRMATION";
                return Err(ConfigError::SenderMissing { variable });
            }
            Some(_) => return Err(ConfigError::DeleteUserConfirmation),
        };
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
            hsts_includes_subdomains: flag(text, "HSTS_INCLUDE_SUBDOMAINS")?,
            audience: text("AUTH_AUDIENCE")?.unwrap_or_else(|| base_url.clone()),
            base_url,
            trusted_origins,
            bearer_sessions: flag(text, "BEARER_SESSIONS")?,
            routes: routes::read(env)?,
            health: text("HEALTH_SECRET")?
                .map(|secret| health_key(&secret))
                .transpose()?,
            passwords: passwords::read(env)?,
            has_password_verifier: passwords::has_verifier(env)?,
            limits: limits::read(env)?,
            discloses_accounts: match text("SIGN_UP_DISCLOSURE")?.as_deref() {
                // As in Better Auth: if verification is required, the response for a
                // known address is the same as for a new one.
                None => !requires_verification,
                Some("shown") => true,
                Some("hidden") => false,
                Some(_) => return Err(ConfigError::SignUpDisclosure),
            },
            mail,
            events: events::read(env)?,
            requires_verification,
            confirms_deletion,
            access_ttl: seconds(text, "ACCESS_TTL", 15 * 60, 60, 60 * 60)?,
            refresh_ttl: seconds(text, "REFRESH_TTL", 7 * DAY, 60 * 60, SESSION_TTL)?,
            clock_tolerance: seconds(text, "CLOCK_TOLERANCE", 30, 0, 300)?,
        })
    }

    /// Returns the route for a method and path, regardless of who may use it.
    pub(crate) fn route_for(&self, method: &str, path: &str) -> Option<&Route> {
        let mut routes = self.routes.iter();
        let first = routes.find(|route| route.matches(path).is_some())?;
        let mut alike = self.routes.iter().filter(|route| route.path == first.path);
        alike.find(|route| route.has_method(method))
    }

    /// Returns whether sessions belong only to this host. If so, a `__Host-` cookie can
    /// identify the session that this host set. Browsers accept such cookies only over
    /// https.
    pub(crate) fn is_host_bound(&self) -> bool {
        self.secure && self.cookie_scopes.own().is_none()
    }
}

/// Makes the key from `HEALTH_SECRET`, which must follow the same rules as `AUTH_SECRET`.
fn health_key(secret: &str) -> Result<HmacKey, ConfigError> {
    let variable = "HEALTH_SECRET";
    let wrong = |reason: String| ConfigError::Secret { variable, reason };
    secret_text::check(variable, secret).map_err(|reason| wrong(reason.to_owned()))?;
    HmacKey::new(secret.as_bytes()).map_err(|error| wrong(error.to_string()))
}
