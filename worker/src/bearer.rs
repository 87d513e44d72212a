//! Clients without cookies, as Better Auth's plugin `bearer` serves them: a session
//! that comes in `Authorization` and goes out in `set-auth-token`. Off, unless
//! `BEARER_SESSIONS` says so.

use crate::config::Config;
use crate::http::Request;
use crate::token::{Session, verify_bearer};

/// Carries a session to clients without cookies.
pub(crate) const SET_AUTH_TOKEN: &str = "set-auth-token";

/// How a request may carry a session besides its cookies, and how its answer may.
#[derive(Default)]
pub(crate) struct Bearer {
    /// The token of `Authorization: Bearer`.
    token: Option<String>,
    /// Whether the answer may carry one. Never where the request has a cookie: every
    /// script of a page could read what its `HttpOnly` cookie keeps from it.
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

    /// Whether the answer may carry a session.
    pub(crate) const fn is_answered(&self) -> bool {
        self.is_answered
    }

    /// The session of the request's token, if it is valid.
    pub(crate) fn session(&self, config: &Config, now: u64) -> Option<Session> {
        verify_bearer(self.token.as_deref()?, config, now)
    }
}
