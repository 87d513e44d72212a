//! Sessions without a session table: finds out whose session the cookies carry, and makes
//! the cookies that open or renew a session.
//!
//! The auth API and the gateway determine the session by the same rule: they use the
//! refresh token of the newest sign-in. Session data is used only if it belongs to that
//! session, or if there is no refresh token.

use std::rc::Rc;

use crate::context::Context;
use crate::cookie::SessionCookies;
use crate::error::Refusal;
use crate::store::WithBookmark;
use crate::token::{
    Session, SessionData, names_session, sign_refresh, sign_session_data, verify_refresh,
    verify_session_data,
};
use crate::user::User;

/// A session with its user, and the cookies that the response sets.
pub(crate) struct Opened {
    pub(crate) session: Session,
    pub(crate) data: Rc<SessionData>,
    pub(crate) cookies: Vec<String>,
}

/// How to read a session.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reading {
    /// Read the session from the database, even if the session data is still valid.
    pub(crate) fresh: bool,
    /// Don't set any cookies.
    pub(crate) read_only: bool,
    /// Use session data only if it remains valid for at least this many seconds.
    pub(crate) left: u64,
}

/// Returns the request's session. It is taken from session data that is still valid, or
/// else refreshed; only a refresh reads the database. A valid refresh token, or a valid
/// token in `Authorization`, is required either way.
pub(crate) async fn current(
    context: &Context,
    reading: Reading,
) -> Result<Option<Opened>, Refusal> {
    let Some(session) = presented(context)? else {
        return Ok(None);
    };
    context.trail.user(&session.user_id);
    // If a cookie occurs twice, set new cookies, because some clients can't tell which
    // of the values applies.
    let known = if reading.fresh || context.jar.has_several_sessions() {
        None
    } else {
        session_data_of(Some(&session), context)
            .filter(|data| data.until >= context.now / 1000 + reading.left)
    };
    if let Some(data) = known {
        return Ok(Some(Opened {
            session,
            data,
            cookies: Vec::new(),
        }));
    }
    let Some(user) = context.store.user_of(&session).await? else {
        return Ok(None);
    };
    let mut opened = reissue(session, user, context)?;
    if reading.read_only {
        opened.cookies.clear();
    }
    Ok(Some(opened))
}

/// Returns the request's session, if there is one, with the user's data from the database.
pub(crate) async fn stored(context: &Context) -> Result<Option<Opened>, Refusal> {
    let reading = Reading {
        fresh: true,
        read_only: false,
        left: 0,
    };
    current(context, reading).await
}

/// Returns the session for a request that changes something, with the user's data from
/// the database.
pub(crate) async fn authorised(context: &Context) -> Result<Opened, Refusal> {
    stored(context).await?.ok_or(Refusal::Unauthorized)
}

/// Returns the sessions of all valid refresh tokens, starting with the newest sign-in.
pub(crate) fn cookie_sessions(context: &Context) -> Vec<Session> {
    let tokens = context.jar.session_tokens().into_iter();
    let mut valid: Vec<_> = tokens
        .filter_map(|cookie| verify_refresh(cookie, context.config, context.now))
        .collect();
    valid.sort_by_key(|session| std::cmp::Reverse(session.age_key()));
    valid
}

/// Returns the session from the request's cookies or else from `Authorization`. If the
/// two belong to different users, the request is refused.
pub(crate) fn presented(context: &Context) -> Result<Option<Session>, Refusal> {
    match (
        cookie_session(context),
        context.bearer.session(context.config, context.now),
    ) {
        (Some(one), Some(other)) if one.user_id != other.user_id => Err(Refusal::IdentityConflict),
        (by_cookie, by_bearer) => Ok(by_cookie.or(by_bearer)),
    }
}

/// Returns the session of the refresh token. If there are several tokens, this is the
/// session of the newest sign-in.
pub(crate) fn cookie_session(context: &Context) -> Option<Session> {
    let mut all = cookie_sessions(context).into_iter();
    all.find(|session| is_set_by_this_host(&session.sid, session.is_host_bound, context))
}

/// Returns the session data of the request's session, if the data is still valid. Never
/// refreshes the session.
pub(crate) fn live_data(context: &Context) -> Option<Rc<SessionData>> {
    let tokens = context.jar.session_tokens();
    if let [only] = *tokens {
        // Usually the data belongs to the token's session. If the token is invalid, the
        // data is accepted on its own.
        let alone = session_data_of(None, context)?;
        if names_session(only, &alone.session.id) {
            return Some(alone);
        }
    }
    session_data_of(cookie_session(context).as_ref(), context)
}

/// Returns valid session data for `session` or, if that is `None`, for the session that
/// the data itself contains.
fn session_data_of(session: Option<&Session>, context: &Context) -> Option<Rc<SessionData>> {
    let cookies = context.jar.session_data();
    let valid = cookies
        .iter()
        .filter_map(|cookie| verify_session_data(cookie, context.config, context.now))
        .filter(|data| match session {
            Some(session) => data.session.id == session.sid && data.user.id == session.user_id,
            None => {
                is_set_by_this_host(&data.session.id, data.is_host_bound, context)
                    || context.jar.is_program_with_data_only()
            }
        });
    valid.max_by(|one, other| one.age_key().cmp(&other.age_key()))
}

/// Returns whether this host set a session's cookies, as far as this can be determined.
/// A sibling sub-domain can set cookies for this host, but not a `__Host-` cookie.
fn is_set_by_this_host(sid: &str, is_host_bound: bool, context: &Context) -> bool {
    if !context.config.is_host_bound() {
        return true;
    }
    match context.jar.host_session() {
        Some(named) => named == sid,
        None => !is_host_bound,
    }
}

/// Makes the cookies for a new session or a new session id. They replace all session
/// cookies in the browser.
pub(crate) fn open(
    session: Session,
    user: WithBookmark<User>,
    context: &Context,
) -> Result<Opened, Refusal> {
    with_cookies(session, user, true, context)
}

/// Renews a session's cookies, with the current data of its user.
pub(crate) fn reissue(
    session: Session,
    user: WithBookmark<User>,
    context: &Context,
) -> Result<Opened, Refusal> {
    with_cookies(session, user, false, context)
}

fn with_cookies(
    session: Session,
    user: WithBookmark<User>,
    replaces: bool,
    context: &Context,
) -> Result<Opened, Refusal> {
    let Context { config, now, .. } = *context;
    let session = Session {
        bookmark: user.bookmark,
        is_host_bound: config.is_host_bound(),
        ..session
    };
    let data = SessionData::new(&session, user.value, config, now);
    let cookies = SessionCookies {
        token: &sign_refresh(&session, config, now)?,
        token_age: session.expires_at(config, now).saturating_sub(now / 1000),
        data: &sign_session_data(&data, config, now)?,
        data_age: config.access_ttl,
        remember: session.remember,
        sid: &session.sid,
    };
    let cookies = context.jar.set(&cookies, replaces);
    Ok(Opened {
        session,
        data: Rc::new(data),
        cookies,
    })
}
