//! Sessions for clients without cookies, as in Better Auth's `bearer` plugin: requests
//! carry them in `Authorization`, and responses in `set-auth-token`. The feature is off
//! unless `BEARER_SESSIONS` is true.

use crate::config::Config;
use crate::http::Request;
use crate::token::{Session, verify_bearer};

/// The header that carries a session to clients without cookies.
pub(crate) const SET_AUTH_TOKEN: &str = "set-auth-token";

/// The session token that a request carries outside of cookies, and whether its
/// response may carry one.
#[derive(Default)]
pub(crate) struct Bearer {
    /// The token from `Authorization: Bearer`.
    token: Option<String>,
    /// Whether the response may carry a session. It must not if the request has a
    /// cookie, because a page's scripts could then read the session that the `HttpOnly`
    /// cookie hides from them.
    is_answered: bool,
}

impl Bearer {
    pub(crate) fn new(request: &Request, config: &Config) -> Self {
        if !config.bearer_sessions {
            return Self::default();
        }
        let headers = request.headers();
        let given = headers.get("authorization").and_then(|header| {
            let (scheme, token) = header.split_once(' ')?;
            let is_bearer = scheme.eq_ignore_ascii_case("Bearer");
            is_bearer.then(|| token.trim_matches([' ', '\t']).to_owned())
        });
        let cookies = headers.get("cookie").unwrap_or_default();
        Self {
            token: given,
            is_answered: cookies.trim().is_empty(),
        }
    }

    /// Returns whether the response may carry a session.
    pub(crate) const fn is_answered(&self) -> bool {
        self.is_answered
    }

    /// Returns the session from the request's token, if the token is valid.
    pub(crate) fn session(&self, config: &Config, now: u64) -> Option<Session> {
        verify_bearer(self.token.as_deref()?, config, now)
    }
}
