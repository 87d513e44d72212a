//! Errors in the environment.

use edgeseal::PasswordError;
use thiserror::Error;

/// An error that includes the variable's name, but never its value.
#[derive(Debug, Error)]
pub(crate) enum ConfigError {
    #[error("{variable} must be a quoted string; separate several values with commas")]
    NotText { variable: String },
    #[error("AUTH_SECRET is not set; generate one with `openssl rand -base64 32`")]
    SecretMissing,
    #[error("{variable}: {reason}")]
    Secret {
        variable: &'static str,
        reason: String,
    },
    #[error(
        "BASE_URL is not set; set it to the origin that browsers see, for example https://app.example"
    )]
    BaseUrlMissing,
    #[error("{variable} must be an origin: http(s) scheme and host, no path")]
    NotAnOrigin { variable: &'static str },
    #[error("TRUSTED_ORIGINS entry {index}: {reason}")]
    TrustedOrigin { index: usize, reason: &'static str },
    #[error(
        "COOKIE_DOMAIN must be the host of BASE_URL or a parent domain with at least two labels"
    )]
    CookieDomain,
    #[error(
        "COOKIE_PREFIX must be 1 to 64 letters, digits, '-', '_' and '.', must not start with \"__\" and must not be \"edgeseal\""
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
    #[error("PASSWORD_PARAMS must be an object with the algorithm's parameters as whole numbers")]
    PasswordParamsMalformed,
    #[error("PASSWORD_MAX_MEMORY must be a number of MiB from 64 to 112")]
    PasswordMemory,
    #[error("PASSWORD_LEGACY_KEYS must be a JSON object that maps ids to non-empty keys")]
    PasswordLegacyKeys,
    #[error("PASSWORD_PARAMS: {0}")]
    PasswordParams(#[from] PasswordError),
    #[error("ROUTES must be a list of objects with a path and an upstream or service")]
    RoutesMalformed,
    #[error("ROUTES entry {index}: {reason}")]
    RouteInvalid { index: usize, reason: String },
    #[error(
        "RATE_LIMITS must be \"off\" or an object with network, account, device, mail or mailbox, each {{ attempts: 1 to 10000, window: 1 to 86400 seconds }}"
    )]
    RateLimitsMalformed,
    #[error(
        "{binding} is not bound; see wrangler.toml, or set RATE_LIMITS = \"off\" to run without limits"
    )]
    LimiterMissing { binding: &'static str },
    #[error("{variable} must be true or false")]
    Flag { variable: &'static str },
    #[error("SIGN_UP_DISCLOSURE must be shown or hidden")]
    SignUpDisclosure,
    #[error("{name} must be a binding, not a variable; see wrangler.toml")]
    NotABinding { name: &'static str },
    #[error("configure only one of the bindings EMAIL and MAILER and the variable EMAIL_WEBHOOK")]
    SeveralSenders,
    #[error(
        "{variable} needs a way to send e-mail: the binding EMAIL or MAILER, or the variable EMAIL_WEBHOOK"
    )]
    SenderMissing { variable: &'static str },
    #[error(
        "EMAIL_FROM must be the address to send from: a@app.example or \"Name <a@app.example>\""
    )]
    EmailFrom,
    #[error("EMAIL_TEMPLATES: {reason}")]
    EmailTemplates { reason: String },
    #[error("APP_NAME must have 1 to 256 characters and no control characters")]
    AppName,
    #[error(
        "{needed_by} needs WEBHOOK_SECRET; generate one with `echo whsec_$(openssl rand -base64 32)`"
    )]
    WebhookSecretMissing { needed_by: &'static str },
    #[error("WEBHOOK_SECRET must be whsec_ and 32 to 64 random bytes in base64")]
    WebhookSecret,
    #[error(
        "{variable} must be an https URL without credentials or fragment; http only to localhost"
    )]
    WebhookUrl { variable: &'static str },
    #[error("configure only one of the binding EVENTS and the variable EVENTS_WEBHOOK")]
    SeveralReceivers,
    #[error("DELETE_USER_CONFIRMATION must be email, or unset")]
    DeleteUserConfirmation,
}
