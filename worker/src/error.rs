//! Every refusal of the Worker, and the one place that gives it an HTTP status.

/// Why a request was not done. The wire gets a status, a code and a message;
/// what is inside [`Refusal::Internal`] goes to the log only.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The environment is incomplete: nothing is served.
    ConfigInvalid,
    /// A read came over http and `BASE_URL` is https: where it is served.
    MovedToHttps(String),
    /// Anything else did.
    HttpsRequired,
    /// No such endpoint. Better Auth answers with an empty body.
    UnknownEndpoint,
    /// Better Auth knows the method under a setting that needs a session table.
    MethodNotAllowed,
    /// No route of the gateway matches.
    UnknownRoute,
    /// No token, or one that does not hold.
    Unauthorized,
    /// The path names another user as the owner.
    NotOwner,
    /// The path has a form under which two servers could read two paths.
    PathAmbiguous,
    /// Routes match, but none of them with this method: those that they have.
    MethodNotRouted(String),
    /// `Bearer` and cookie are of two users.
    IdentityConflict,
    /// The upstream did not answer.
    UpstreamUnavailable,
    /// The upstream did not answer in time.
    UpstreamTimeout,
    /// The client stopped in the middle of a body.
    RequestTimeout,
    /// Too many attempts; in so many seconds there may be another.
    TooManyRequests(u64),
    /// What counts attempts does not answer.
    LimiterUnavailable,
    UnsupportedMediaType,
    BodyTooLarge,
    BodyNotJson,
    /// A member of the body is missing, of a wrong type or out of bounds.
    Validation(String),
    InvalidEmail,
    PasswordTooShort,
    PasswordTooLong,
    PasswordCompromised,
    UserExists,
    InvalidCredentials,
    /// The operator has closed this account, or Better Auth's admin plugin has.
    UserDisabled,
    /// The user turned on a second factor at a Better Auth server; there is none here.
    SecondFactorRequired,
    InvalidPassword,
    EmailNotUpdatable,
    NothingToUpdate,
    /// Of a request to delete an account, by a link that was never sent.
    InvalidToken,
    /// The password was proved more than a day ago: to delete an account.
    SessionExpired,
    /// The same, to list sessions.
    SessionNotFresh,
    MissingOrigin,
    InvalidOrigin,
    CrossSiteNavigation,
    /// The member whose URL leads to another origin.
    InvalidCallbackUrl(&'static str),
    /// The database does not answer for now; why goes to the log.
    DatabaseUnavailable(String),
    /// The same at a sign-out: the browser forgets the session, the server could not.
    SessionNotEnded(String),
    /// The database lacks a table, a column or a default; the log names it.
    DatabaseInvalid(String),
    Internal(String),
}

/// After so many seconds a database that did not answer may be asked again.
pub(crate) const DATABASE_RETRY: u64 = 5;

const HTTPS_REQUIRED: &str = "HTTPS_REQUIRED";
const OVER_HTTPS: &str = "This server is only reached over https";

impl Refusal {
    /// HTTP status, stable code and message, as Better Auth has them where it
    /// has the case.
    #[allow(clippy::too_many_lines, reason = "a table is read in one piece")]
    pub(crate) fn on_the_wire(&self) -> (u16, &'static str, &str) {
        match self {
            Self::ConfigInvalid => (
                500,
                "CONFIG_INVALID",
                "The server is not configured; its log says what is missing",
            ),
            Self::MovedToHttps(_) => (308, HTTPS_REQUIRED, OVER_HTTPS),
            Self::HttpsRequired => (403, HTTPS_REQUIRED, OVER_HTTPS),
            Self::UnknownEndpoint | Self::UnknownRoute => (404, "NOT_FOUND", "Not found"),
            Self::MethodNotAllowed => (
                405,
                "METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED",
                "POST method requires deferSessionRefresh to be enabled in session config",
            ),
            Self::Unauthorized => (401, "UNAUTHORIZED", "Unauthorized"),
            Self::NotOwner => (403, "FORBIDDEN", "This resource belongs to another user"),
            Self::MethodNotRouted(_) => (
                405,
                "METHOD_NOT_ALLOWED",
                "This resource has not this method; Allow tells those that it has",
            ),
            Self::IdentityConflict => (
                400,
                "IDENTITY_CONFLICT",
                "The Bearer token and the session cookie are of two users",
            ),
            Self::PathAmbiguous => (404, "PATH_INVALID", "The path has an ambiguous form"),
            Self::UpstreamUnavailable => (
                502,
                "UPSTREAM_UNAVAILABLE",
                "The service behind this gateway did not answer",
            ),
            Self::UpstreamTimeout => (
                504,
                "UPSTREAM_TIMEOUT",
                "The service behind this gateway did not answer in time",
            ),
            Self::RequestTimeout => (
                408,
                "REQUEST_TIMEOUT",
                "The request body did not arrive in time",
            ),
            // In Better Auth's words.
            Self::TooManyRequests(_) => (
                429,
                "TOO_MANY_REQUESTS",
                "Too many requests. Please try again later.",
            ),
            Self::LimiterUnavailable => (
                503,
                "SERVICE_UNAVAILABLE",
                "Passwords can't be checked for the moment. Please try again later.",
            ),
            Self::UnsupportedMediaType => (
                415,
                "UNSUPPORTED_MEDIA_TYPE",
                "Content-Type must be application/json",
            ),
            Self::BodyTooLarge => (413, "PAYLOAD_TOO_LARGE", "The request body is over 64 KiB"),
            Self::BodyNotJson => (400, "BAD_REQUEST", "Invalid JSON in request body"),
            Self::Validation(message) => (400, "VALIDATION_ERROR", message),
            Self::InvalidEmail => (400, "INVALID_EMAIL", "Invalid email"),
            Self::PasswordTooShort => (400, "PASSWORD_TOO_SHORT", "Password too short"),
            Self::PasswordTooLong => (400, "PASSWORD_TOO_LONG", "Password too long"),
            // As Better Auth's plugin haveIBeenPwned has it.
            Self::PasswordCompromised => (
                400,
                "PASSWORD_COMPROMISED",
                "The password you entered has been compromised. Please choose a different password.",
            ),
            Self::UserExists => (
                422,
                "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL",
                "User already exists. Use another email.",
            ),
            Self::InvalidCredentials => (
                401,
                "INVALID_EMAIL_OR_PASSWORD",
                "Invalid email or password",
            ),
            // As Better Auth's plugin admin has it.
            Self::UserDisabled => (
                403,
                "BANNED_USER",
                "You have been banned from this application. Please contact support if you believe this is an error.",
            ),
            Self::SecondFactorRequired => (
                403,
                "TWO_FACTOR_REQUIRED",
                "This account signs in with a second factor, which this server does not support",
            ),
            Self::InvalidPassword => (400, "INVALID_PASSWORD", "Invalid password"),
            Self::EmailNotUpdatable => {
                (400, "EMAIL_CAN_NOT_BE_UPDATED", "Email can not be updated")
            }
            Self::NothingToUpdate => (400, "NO_FIELDS_TO_UPDATE", "No fields to update"),
            Self::InvalidToken => (404, "INVALID_TOKEN", "Invalid token"),
            Self::SessionExpired => (
                400,
                "SESSION_EXPIRED",
                "Session expired. Re-authenticate to perform this action.",
            ),
            Self::SessionNotFresh => (403, "SESSION_NOT_FRESH", "Session is not fresh"),
            Self::MissingOrigin => (403, "MISSING_OR_NULL_ORIGIN", "Missing or null Origin"),
            Self::InvalidOrigin => (403, "INVALID_ORIGIN", "Invalid origin"),
            Self::CrossSiteNavigation => (
                403,
                "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED",
                "Cross-site navigation login blocked. This request appears to be a CSRF attack.",
            ),
            Self::InvalidCallbackUrl("redirectTo") => {
                (403, "INVALID_REDIRECT_URL", "Invalid redirectURL")
            }
            Self::InvalidCallbackUrl("errorCallbackURL") => (
                403,
                "INVALID_ERROR_CALLBACK_URL",
                "Invalid errorCallbackURL",
            ),
            Self::InvalidCallbackUrl("newUserCallbackURL") => (
                403,
                "INVALID_NEW_USER_CALLBACK_URL",
                "Invalid newUserCallbackURL",
            ),
            Self::InvalidCallbackUrl(_) => (403, "INVALID_CALLBACK_URL", "Invalid callbackURL"),
            Self::DatabaseUnavailable(_) => (
                503,
                "DATABASE_UNAVAILABLE",
                "The database does not answer. Please try again later.",
            ),
            Self::SessionNotEnded(_) => (
                503,
                "SESSION_NOT_ENDED",
                "This browser is signed out, but the session could not be ended on the server. A copy of its cookies stays valid.",
            ),
            Self::DatabaseInvalid(_) => (
                500,
                "DATABASE_INVALID",
                "The database lacks what this server needs; its log names the table and column",
            ),
            Self::Internal(_) => (500, "INTERNAL_SERVER_ERROR", "Internal server error"),
        }
    }
}

impl From<worker::Error> for Refusal {
    fn from(error: worker::Error) -> Self {
        // Display panics on a D1 error (worker 0.8): Debug does not.
        Self::Internal(format!("{error:?}"))
    }
}

impl From<edgeseal::SignError> for Refusal {
    fn from(error: edgeseal::SignError) -> Self {
        Self::Internal(error.to_string())
    }
}
