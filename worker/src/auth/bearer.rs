//! Responses to clients without cookies, in the format of Better Auth's `bearer` plugin.

use crate::bearer::SET_AUTH_TOKEN;
use crate::context::Context;
use crate::error::Refusal;
use crate::http::Response;
use crate::session::cookie_session;
use crate::token::{sign_bearer, verify_refresh};

/// If a response opens or renews a session, copies the session from the response's
/// cookie into `set-auth-token`, as the plugin does. A client that sent its session as a
/// token doesn't get a cookie for that session. If the response opens a different
/// session, for example after a sign-in, that session is sent as a token if the response
/// may carry one, and otherwise as a cookie.
pub(super) fn carry(mut response: Response, context: &Context) -> Result<Response, Refusal> {
    let Context {
        config,
        now,
        bearer,
        ..
    } = context;
    let opened = response.headers.cookies().find_map(|line| {
        let (_, value) = line.split(';').next()?.split_once('=')?;
        verify_refresh(value, config, *now)
    });
    if bearer.is_answered()
        && let Some(session) = &opened
    {
        let token = sign_bearer(session, config, *now)?;
        response.headers.set(SET_AUTH_TOKEN, token);
    }
    if let Some(own) = bearer.session(config, *now)
        && cookie_session(context).is_none()
    {
        let is_new = opened.is_some_and(|session| session.sid != own.sid);
        if bearer.is_answered() || !is_new {
            response.headers.retain(|name| name != "set-cookie");
        }
    }
    Ok(response)
}
