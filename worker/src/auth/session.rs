//! Sessions without a session table: `GET /get-session`, `GET /token`,
//! `POST /sign-out`.

use serde::Serialize;
use worker::Request;

use crate::Edge;
use crate::cookie::Cookie;
use crate::error::Refusal;
use crate::respond::Answer;
use crate::token::{
    ACCESS_TTL, Caller, Session, SessionData, sign_access, sign_refresh, sign_session_data,
    verify_refresh, verify_session_data,
};
use crate::user::User;

#[derive(Serialize)]
pub(super) struct Token {
    token: String,
}

#[derive(Serialize)]
pub(super) struct SignedOut {
    success: bool,
}

/// Signed out is `null` with 200, as Better Auth has it.
pub(super) async fn get_session(
    request: &Request,
    edge: &Edge,
) -> Result<Answer<Option<SessionData>>, Refusal> {
    let url = request.url()?;
    let fresh = url.query_pairs().any(|(name, value)| {
        name == "disableCookieCache" && matches!(value.as_ref(), "true" | "1")
    });
    let (data, cookies) = current(request, edge, fresh).await?;
    let answer = match &data {
        Some(data) => {
            let token = sign_access(&Caller::from(&data.user), edge.config, edge.now)?;
            Answer::of(data.clone().into()).with_header("set-auth-jwt", token)
        }
        None => Answer::of(None),
    };
    Ok(answer.with_cookies(cookies))
}

pub(super) async fn token(request: &Request, edge: &Edge) -> Result<Answer<Token>, Refusal> {
    let (data, cookies) = current(request, edge, false).await?;
    let data = data.ok_or(Refusal::Unauthorized)?;
    let token = sign_access(&Caller::from(&data.user), edge.config, edge.now)?;
    Ok(Answer::of(Token { token }).with_cookies(cookies))
}

pub(super) async fn sign_out(request: &Request, edge: &Edge) -> Result<Answer<SignedOut>, Refusal> {
    if let Some(session) = refreshable(request, edge)? {
        edge.store.sign_out(&session).await?;
    }
    Ok(Answer::of(SignedOut { success: true }).with_cookies(end_cookies(edge)))
}

/// The cookies of a session that begins now.
pub(super) fn begin_cookies(
    user: &User,
    remember: bool,
    edge: &Edge,
) -> Result<Vec<String>, Refusal> {
    let session = Session::begin(&user.id, remember, edge.now);
    let data = SessionData::of(&session, user.clone(), edge.now);
    cookies(&session, &data, edge)
}

/// The request's session, and the cookies to set: from session data where it is
/// live, else by a refresh, which is the only thing that reads the database.
async fn current(
    request: &Request,
    edge: &Edge,
    fresh: bool,
) -> Result<(Option<SessionData>, Vec<String>), Refusal> {
    let presented = Cookie::SessionData.read(request, edge.config)?;
    if !fresh
        && let Some(data) = presented
            .as_deref()
            .and_then(|cookie| verify_session_data(cookie, edge.config, edge.now))
    {
        return Ok((Some(data), Vec::new()));
    }
    let refreshed = match refreshable(request, edge)? {
        Some(session) => edge
            .store
            .user_of(&session)
            .await?
            .map(|user| (session, user)),
        None => None,
    };
    match refreshed {
        Some((session, user)) => {
            let data = SessionData::of(&session, user, edge.now);
            let cookies = cookies(&session, &data, edge)?;
            Ok((Some(data), cookies))
        }
        // What does not hold is taken away, so that it is not sent for ever.
        None if presented.is_some()
            || Cookie::SessionToken.read(request, edge.config)?.is_some() =>
        {
            Ok((None, end_cookies(edge)))
        }
        None => Ok((None, Vec::new())),
    }
}

fn refreshable(request: &Request, edge: &Edge) -> Result<Option<Session>, Refusal> {
    let cookie = Cookie::SessionToken.read(request, edge.config)?;
    Ok(cookie.and_then(|cookie| verify_refresh(&cookie, edge.config, edge.now)))
}

fn cookies(session: &Session, data: &SessionData, edge: &Edge) -> Result<Vec<String>, Refusal> {
    let refresh = sign_refresh(session, edge.config, edge.now)?;
    let session_data = sign_session_data(data, edge.config, edge.now)?;
    let age = |seconds| session.remember.then_some(seconds);
    let sliding = session.expires_at(edge.now).saturating_sub(edge.now / 1000);
    Ok(vec![
        Cookie::SessionToken.set(edge.config, &refresh, age(sliding)),
        Cookie::SessionData.set(edge.config, &session_data, age(ACCESS_TTL)),
    ])
}

fn end_cookies(edge: &Edge) -> Vec<String> {
    [Cookie::SessionToken, Cookie::SessionData]
        .map(|cookie| cookie.remove(edge.config))
        .into()
}
