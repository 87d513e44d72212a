//! Every refusal of the Worker, and the one place that gives it an HTTP status.

/// Why a request was not done. The wire gets a status, a code and a message;
/// what is inside [`Refusal::Internal`] goes to the log only.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The environment is incomplete: nothing is served.
    ConfigInvalid,
    /// No such endpoint. Better Auth answers with an empty body.
    UnknownEndpoint,
    /// No route of the gateway matches.
    UnknownRoute,
    /// No token, or one that does not hold.
    Unauthorized,
    /// The path names another user as the owner.
    NotOwner,
    /// The path has a form under which two servers could read two paths.
    PathAmbiguous,
    /// The upstream did not answer.
    UpstreamUnavailable,
    UnsupportedMediaType,
    BodyTooLarge,
    BodyNotJson,
    /// A member of the body is missing or of a wrong type.
    Validation(String),
    InvalidEmail,
    PasswordTooShort,
    PasswordTooLong,
    UserExists,
    InvalidCredentials,
    MissingOrigin,
    InvalidOrigin,
    CrossSiteNavigation,
    InvalidCallbackUrl,
    Internal(String),
}

impl Refusal {
    /// HTTP status, stable code and message, as Better Auth has them where it
    /// has the case.
    pub(crate) fn on_the_wire(&self) -> (u16, &'static str, &str) {
        match self {
            Self::ConfigInvalid => (
                500,
                "CONFIG_INVALID",
                "The server is not configured; its log says what is missing",
            ),
            Self::UnknownEndpoint | Self::UnknownRoute => (404, "NOT_FOUND", "Not found"),
            Self::Unauthorized => (401, "UNAUTHORIZED", "Unauthorized"),
            Self::NotOwner => (403, "FORBIDDEN", "This resource belongs to another user"),
            Self::PathAmbiguous => (400, "PATH_INVALID", "The path has an ambiguous form"),
            Self::UpstreamUnavailable => (
                502,
                "UPSTREAM_UNAVAILABLE",
                "The service behind this gateway did not answer",
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
            Self::MissingOrigin => (403, "MISSING_OR_NULL_ORIGIN", "Missing or null Origin"),
            Self::InvalidOrigin => (403, "INVALID_ORIGIN", "Invalid origin"),
            Self::CrossSiteNavigation => (
                403,
                "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED",
                "Cross-site navigation login blocked. This request appears to be a CSRF attack.",
            ),
            Self::InvalidCallbackUrl => (403, "INVALID_CALLBACK_URL", "Invalid callbackURL"),
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
