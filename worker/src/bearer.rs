//! Clients without cookies, as Better Auth's plugin `bearer` serves them: a session
//! that comes in `Authorization` and goes out in `set-auth-token`. Off, unless
//! `BEARER_SESSIONS` says so.

use crate::Edge;
use crate::config::Config;
use crate::error::Refusal;
use crate::http::{Request, Response};
use crate::session::of_cookie;
use crate::token::{Session, sign_bearer, verify_bearer, verify_refresh};

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
    pub(crate) fn of(request: &Request, config: &Config) -> Self {
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

    /// The session of the request's token, if it is valid.
    pub(crate) fn session(&self, config: &Config, now: u64) -> Option<Session> {
        verify_bearer(self.token.as_deref()?, config, now)
    }

    /// Puts the session that an answer opens or prolongs into `set-auth-token`, by the
    /// cookie that is set for it, as the plugin does. Whose own session goes on by a
    /// token gets no cookie for it; another session, as of a sign-in, leaves one way or
    /// the other.
    pub(crate) fn carry(&self, mut response: Response, edge: &Edge) -> Result<Response, Refusal> {
        let Edge { config, now, .. } = *edge;
        let opened = response.headers.cookies().find_map(|line| {
            let (_, value) = line.split(';').next()?.split_once('=')?;
            verify_refresh(value, config, now)
        });
        if self.is_answered
            && let Some(session) = &opened
        {
            let token = sign_bearer(session, config, now)?;
            response.headers.set(SET_AUTH_TOKEN, token);
        }
        if let Some(own) = self.session(config, now)
            && of_cookie(edge).is_none()
        {
            let is_new = opened.is_some_and(|session| session.sid != own.sid);
            if self.is_answered || !is_new {
                response.headers.retain(|name| name != "set-cookie");
            }
        }
        Ok(response)
    }
}
