//! Session endpoints: `GET /get-session`, `/token` and `/list-sessions`, and `POST
//! /sign-out`, `/revoke-session`, `/revoke-sessions` and `/revoke-other-sessions`.

use serde_json::json;

use crate::context::Context;
use crate::error::Refusal;
use crate::http::{Request, Response};
use crate::id::is_id;
use crate::input::Body;
use crate::respond::Answer;
use crate::session::{Opened, Reading, authorised, cookie_sessions, current, open};
use crate::store::WithBookmark;
use crate::token::sign_access;

/// How many sessions of one user can be revoked by id. Revoking one more ends all of
/// the user's other sessions.
const MOST_NAMED: u32 = 100;

/// Reads the query parameters that control how the session is read. As in Better Auth,
/// any value except an empty one means yes.
fn reading(request: &Request) -> Reading {
    let asks = |wanted: &str| {
        let mut pairs = request.url().query_pairs();
        pairs.any(|(name, value)| name == wanted && !value.is_empty())
    };
    Reading {
        fresh: asks("disableCookieCache"),
        read_only: asks("disableRefresh"),
        left: 0,
    }
}

/// Responds with 200 and `null` if the caller is signed out, as Better Auth does.
pub(super) async fn get_session(request: &Request, context: &Context) -> Result<Response, Refusal> {
    let Some(opened) = current(context, reading(request)).await? else {
        let mut signed_out = Answer::new(None::<()>);
        // Invalid cookies are removed, so that browsers stop sending them.
        if context.jar.has_session() {
            signed_out.cookies = context.jar.clear();
        }
        return Ok(signed_out.into_response()?);
    };
    let token = sign_access(&opened.data, context.config, context.now)?;
    Ok(Answer::new(&*opened.data)
        .with_header("set-auth-jwt", token)
        .with_cookies(opened.cookies)
        .into_response()?)
}

pub(super) async fn token(request: &Request, context: &Context) -> Result<Response, Refusal> {
    // An access token made from session data expires with the data, so the data must
    // remain valid for a while.
    let left = context.config.access_ttl / 2;
    let reading = Reading {
        left,
        ..reading(request)
    };
    let opened = current(context, reading)
        .await?
        .ok_or(Refusal::Unauthorized)?;
    let token = sign_access(&opened.data, context.config, context.now)?;
    Ok(Answer::new(json!({ "token": token }))
        .with_cookies(opened.cookies)
        .into_response()?)
}

/// Lists only the caller's own session, because the others aren't known without a session table.
pub(super) async fn list(request: &Request, context: &Context) -> Result<Response, Refusal> {
    let opened = current(context, reading(request)).await?;
    let opened = opened.ok_or(Refusal::Unauthorized)?;
    if !opened.session.is_fresh(context.now) {
        return Err(Refusal::SessionNotFresh);
    }
    Ok(Answer::new([&opened.data.session])
        .with_cookies(opened.cookies)
        .into_response()?)
}

pub(super) async fn sign_out(body: &Body, context: &Context) -> Result<Response, Refusal> {
    if !body.is_absent() {
        let mut members = body.members("object")?;
        members.optional_string("callbackURL");
        members.flag("disableRedirect", false);
        members.optional_string("state");
        members.check()?;
    }
    // All sessions in this browser end, no matter which user they belong to.
    let mut sessions = cookie_sessions(context);
    if let Some(session) = context.bearer.session(context.config, context.now)
        && sessions.iter().all(|one| one.sid != session.sid)
    {
        sessions.push(session);
    }
    let mut ended = Ok(());
    for session in sessions {
        context.trail.user(&session.user_id);
        let ends_at = session.ends_at();
        let one = context
            .store
            .sign_out(&session.user_id, &session.sid, ends_at);
        if let Err(refusal) = one.await {
            ended = Err(not_ended(refusal));
        }
    }
    ended?;
    Ok(Answer::new(json!({ "success": true }))
        .with_cookies(context.jar.clear())
        .into_response()?)
}

/// Returns the refusal for a sign-out that removes the cookies even though the session
/// could not be ended.
fn not_ended(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::DatabaseUnavailable(cause)
        | Refusal::DatabaseInvalid(cause)
        | Refusal::Internal(cause) => Refusal::SessionNotEnded(cause),
        other => other,
    }
}

/// Ends one session by its public id: the caller's own session, or another of the user's sessions
/// if the caller knows its id.
pub(super) async fn revoke(body: &Body, context: &Context) -> Result<Response, Refusal> {
    let mut members = body.members("object")?;
    let sid = members.string("token");
    members.check()?;
    let opened = authorised(context).await?;
    let session = &opened.session;
    let status = Answer::new(json!({ "status": true }));
    if !is_id(sid) {
        return Ok(status.with_cookies(opened.cookies).into_response()?);
    }
    let is_own = sid == session.sid;
    // The start of the other session is not known, so this is the latest time at which
    // it can expire.
    let ends_at = context.now / 1000 + crate::config::SESSION_TTL;
    let most = if is_own { u32::MAX } else { MOST_NAMED };
    let user_id = &session.user_id;
    if !context
        .store
        .revoke_session(user_id, sid, ends_at, most, context.now)
        .await?
    {
        return revoke_others(context).await;
    }
    let cookies = if is_own {
        context.jar.clear()
    } else {
        opened.cookies
    };
    Ok(status.with_cookies(cookies).into_response()?)
}

/// Ends every session of the user except the caller's, which continues under a new id.
pub(super) async fn revoke_others(context: &Context) -> Result<Response, Refusal> {
    let Opened { session, data, .. } = authorised(context).await?;
    // The request is refused if the session has ended since it was read. Otherwise, a
    // session that has ended would continue.
    let ended = context.store.end_sessions(&session, context.now).await?;
    let ended = ended.ok_or(Refusal::Unauthorized)?;
    let user = WithBookmark {
        value: data.user.clone(),
        bookmark: ended.bookmark,
    };
    let opened = open(session.renew(ended.value), user, context)?;
    Ok(Answer::new(json!({ "status": true }))
        .with_cookies(opened.cookies)
        .into_response()?)
}
