//! Defines every refusal. Only this module chooses the HTTP statuses of refusals.

/// Why a request is refused. The client gets a status, a code and a message. The text
/// in [`Refusal::Internal`] goes only to the log.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The environment is invalid, so nothing is served.
    ConfigInvalid,
    /// A read over http, even though `BASE_URL` is https. Contains the URL to redirect
    /// to.
    MovedToHttps(String),
    /// Any other request over http, even though `BASE_URL` is https.
    HttpsRequired,
    /// Unknown endpoint. Better Auth responds with an empty body.
    UnknownEndpoint,
    /// Better Auth supports the method only with a setting that needs a session table.
    MethodNotAllowed,
    /// No route of the gateway matches.
    UnknownRoute,
    /// No token, or an invalid one.
    Unauthorized,
    /// The path belongs to a different user.
    NotOwner,
    /// Two servers could read the path differently.
    PathAmbiguous,
    /// Routes match the path, but none of them allows this method. Contains the methods
    /// that they allow.
    MethodNotRouted(String),
    /// The `Bearer` token and the cookie belong to different users.
    IdentityConflict,
    /// The upstream did not respond.
    UpstreamUnavailable,
    /// The upstream did not respond in time.
    UpstreamTimeout,
    /// The client stopped sending before the end of its body.
    RequestTimeout,
    /// Too many attempts; another is allowed after this many seconds.
    TooManyRequests(u64),
    /// The limiter does not respond.
    LimiterUnavailable,
    UnsupportedMediaType,
    BodyTooLarge,
    BodyNotJson,
    /// A member of the body is missing, has the wrong type or is out of bounds.
    Validation(String),
    InvalidEmail,
    PasswordTooShort,
    PasswordTooLong,
    PasswordCompromised,
    UserExists,
    InvalidCredentials,
    /// The operator or Better Auth's admin plugin has disabled the account.
    UserDisabled,
    /// The user has turned on a second factor on a Better Auth server. Second factors
    /// are not supported here.
    SecondFactorRequired,
    InvalidPassword,
    EmailNotUpdatable,
    NothingToUpdate,
    /// A link to delete an account is invalid, has expired or was already used.
    InvalidToken,
    /// A link to reset a password is invalid, has expired or was already used.
    ResetTokenInvalid,
    /// A link to verify or change an address has expired.
    LinkExpired,
    /// A link to verify or change an address is invalid or was already used.
    LinkInvalid,
    /// The user whom the link belongs to was deleted.
    LinkUserNotFound,
    /// The link belongs to a different user than the one who is signed in.
    LinkOfAnotherUser,
    /// A link to delete an account was opened without its user's session.
    DeleteWithoutSession,
    EmailMismatch,
    EmailAlreadyVerified,
    EmailNotVerified,
    EmailIsTheSame,
    /// No e-mail sender is configured.
    ResetPasswordDisabled,
    VerificationEmailDisabled,
    ChangeEmailDisabled,
    /// The account can't be deleted, because the user didn't enter their password
    /// within the last day.
    SessionExpired,
    /// Sessions can't be listed, because the user didn't enter their password within the last day.
    SessionNotFresh,
    MissingOrigin,
    InvalidOrigin,
    CrossSiteNavigation,
    /// A URL does not belong to a trusted origin. Contains the name of the member that
    /// holds the URL.
    InvalidCallbackUrl(&'static str),
    /// The database does not respond; the log says why.
    DatabaseUnavailable(String),
    /// The database did not respond during a sign-out: the cookies are removed, but the
    /// session could not be ended.
    SessionNotEnded(String),
    /// A table, a column or a default is missing; the log says which.
    DatabaseInvalid(String),
    Internal(String),
}

/// The value of `Retry-After`, in seconds, while the database is not responding.
pub(crate) const DATABASE_RETRY: u64 = 5;

const HTTPS_REQUIRED: &str = "HTTPS_REQUIRED";
const OVER_HTTPS: &str = "This server is only available over https";

impl Refusal {
    /// Returns the HTTP status, the stable code and the message. If Better Auth has an
    /// equivalent error, all three match it.
    #[allow(clippy::too_many_lines, reason = "a table is read in one piece")]
    pub(crate) fn on_the_wire(&self) -> (u16, &'static str, &str) {
        match self {
            Self::ConfigInvalid => (
                500,
                "CONFIG_INVALID",
                "The server is not configured correctly; its log says what is wrong",
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
                "This resource does not support this method; the Allow header lists the supported methods",
            ),
            Self::IdentityConflict => (
                400,
                "IDENTITY_CONFLICT",
                "The Bearer token and the session cookie belong to different users",
            ),
            Self::PathAmbiguous => (404, "PATH_INVALID", "The path is ambiguous"),
            Self::UpstreamUnavailable => (
                502,
                "UPSTREAM_UNAVAILABLE",
                "The service behind this gateway did not respond",
            ),
            Self::UpstreamTimeout => (
                504,
                "UPSTREAM_TIMEOUT",
                "The service behind this gateway did not respond in time",
            ),
            Self::RequestTimeout => (
                408,
                "REQUEST_TIMEOUT",
                "The request body did not arrive in time",
            ),
            // Better Auth's text.
            Self::TooManyRequests(_) => (
                429,
                "TOO_MANY_REQUESTS",
                "Too many requests. Please try again later.",
            ),
            Self::LimiterUnavailable => (
                503,
                "SERVICE_UNAVAILABLE",
                "Attempts can't be counted right now. Please try again later.",
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
            // Text from Better Auth's haveIBeenPwned plugin.
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
            // Text from Better Auth's admin plugin.
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
            Self::ResetTokenInvalid => (400, "INVALID_TOKEN", "Invalid token"),
            Self::LinkExpired => (401, "TOKEN_EXPIRED", "Token expired"),
            Self::LinkInvalid => (401, "INVALID_TOKEN", "Invalid token"),
            Self::LinkUserNotFound => (401, "USER_NOT_FOUND", "User not found"),
            Self::LinkOfAnotherUser => (401, "INVALID_USER", "Invalid user"),
            Self::DeleteWithoutSession => {
                (404, "FAILED_TO_GET_USER_INFO", "Failed to get user info")
            }
            Self::EmailMismatch => (400, "EMAIL_MISMATCH", "Email mismatch"),
            Self::EmailAlreadyVerified => {
                (400, "EMAIL_ALREADY_VERIFIED", "Email is already verified")
            }
            Self::EmailNotVerified => (403, "EMAIL_NOT_VERIFIED", "Email not verified"),
            Self::EmailIsTheSame => (400, "EMAIL_IS_THE_SAME", "Email is the same"),
            Self::ResetPasswordDisabled => (
                400,
                "RESET_PASSWORD_DISABLED",
                "Reset password isn't enabled",
            ),
            Self::VerificationEmailDisabled => (
                400,
                "VERIFICATION_EMAIL_NOT_ENABLED",
                "Verification email isn't enabled",
            ),
            Self::ChangeEmailDisabled => (400, "CHANGE_EMAIL_DISABLED", "Change email is disabled"),
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
                "The database is not responding. Please try again later.",
            ),
            Self::SessionNotEnded(_) => (
                503,
                "SESSION_NOT_ENDED",
                "This browser is signed out, but the session could not be ended on the server. Copies of its cookies stay valid until they expire.",
            ),
            Self::DatabaseInvalid(_) => (
                500,
                "DATABASE_INVALID",
                "The database is incomplete; the server's log names the table and column",
            ),
            Self::Internal(_) => (500, "INTERNAL_SERVER_ERROR", "Internal server error"),
        }
    }
}

impl From<worker::Error> for Refusal {
    fn from(error: worker::Error) -> Self {
        // `Display` panics for D1 errors (worker 0.8), but `Debug` doesn't.
        Self::Internal(format!("{error:?}"))
    }
}

impl From<edgeseal::SignError> for Refusal {
    fn from(error: edgeseal::SignError) -> Self {
        Self::Internal(error.to_string())
    }
}
