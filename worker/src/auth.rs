//! Better Auth's HTTP protocol, under `/api/auth`.

mod account;
mod bearer;
mod credentials;
mod deletion;
mod endpoint;
mod link;
mod page;
mod reset;
mod session;
mod verification;

use serde_json::json;

use self::endpoint::{Endpoint, Handler, Read, Write};
#[cfg(feature = "admin")]
pub(crate) use self::link::link_url;
use self::verification::Verify;
use crate::context::Context;
use crate::error::Refusal;
use crate::http::{AUTH_BASE, Request, Response};
use crate::input::Body;
use crate::respond::{self, Answer};
use crate::{limit, log, origin};

/// Handles a request to one endpoint. `path` is the part of the path after `/api/auth`.
pub(crate) async fn serve(
    request: &Request,
    path: &str,
    context: &Context,
) -> Result<Response, Refusal> {
    match answer(request, path, context).await {
        // Invalid cookies are removed, so that browsers stop sending them. A sign-out
        // removes them even if the database failed.
        Err(
            refusal @ (Refusal::Unauthorized
            | Refusal::DeleteWithoutSession
            | Refusal::SessionNotEnded(_)),
        ) if context.jar.has_session() => {
            log::report(&refusal);
            context.trail.refused(refusal.on_the_wire().1);
            let refused = respond::refusal(&refusal)?;
            Ok(respond::with_cookies(refused, &context.jar.clear()))
        }
        Ok(response) => bearer::carry(response, context),
        refused => refused,
    }
}

async fn answer(request: &Request, path: &str, context: &Context) -> Result<Response, Refusal> {
    // Requests to unknown endpoints are refused before anything else is read.
    let found = endpoint::find(request.method_name(), path);
    let (endpoint, token) = found.ok_or(Refusal::UnknownEndpoint)?;
    // Don't log the path itself, because it may contain a token.
    context
        .trail
        .route(&format!("{AUTH_BASE}{}", endpoint.path));
    if let Some(action) = endpoint.audit {
        context.trail.audit(action);
    }
    match endpoint.handler {
        Handler::Read(handler) => read(handler, token, request, context).await,
        Handler::Write(handler) => write(handler, endpoint, request, context).await,
    }
}

async fn read(
    handler: Read,
    token: &str,
    request: &Request,
    context: &Context,
) -> Result<Response, Refusal> {
    match handler {
        Read::Ok => Ok(Answer::new(json!({ "ok": true })).into_response()?),
        Read::GetSession => session::get_session(request, context).await,
        Read::GetSessionByPost => Err(Refusal::MethodNotAllowed),
        Read::Token => session::token(request, context).await,
        Read::ListSessions => session::list(request, context).await,
        Read::ResetPassword => reset::open(request, token, context).await,
        Read::VerifyEmail => verification::verify(Verify::Open, request, context).await,
        Read::DeleteUser => deletion::callback(request, context).await,
        Read::Error => Ok(page::error(request, context)),
    }
}

async fn write(
    handler: Write,
    endpoint: &Endpoint,
    request: &Request,
    context: &Context,
) -> Result<Response, Refusal> {
    // The checks run in Better Auth's order, so that a request with several faults gets
    // the same refusal as from Better Auth.
    let body = Body::read(request).await?;
    origin::check(request, context.config)?;
    origin::check_callbacks(request, &body, context.config)?;
    // The request is counted only after its body has been read, because a client that
    // is still sending may not read the response. Requests from another site's page are
    // not counted: they never cause a password to be hashed, and counting them would
    // let the page use up its visitor's attempts.
    if endpoint.is_limited && !origin::is_foreign_page(request, context.config) {
        limit::by_network(context).await?;
    }
    match handler {
        Write::SignUp => credentials::sign_up(request, &body, context).await,
        Write::SignIn => credentials::sign_in(request, &body, context).await,
        Write::SignOut => session::sign_out(&body, context).await,
        Write::ChangePassword => account::change_password(&body, context).await,
        Write::VerifyPassword => account::verify_password(&body, context).await,
        Write::UpdateUser => account::update(&body, context).await,
        Write::DeleteUser => deletion::delete(&body, context).await,
        Write::RequestPasswordReset => reset::request(&body, context).await,
        Write::ResetPassword => reset::reset(request, &body, context).await,
        Write::SendVerificationEmail => verification::send(&body, context).await,
        Write::ConfirmEmail => verification::verify(Verify::Confirm, request, context).await,
        Write::ChangeEmail => verification::change(&body, context).await,
        Write::RevokeSession => session::revoke(&body, context).await,
        Write::RevokeOtherSessions => session::revoke_others(context).await,
    }
}
