//! Better Auth's HTTP protocol, under `/api/auth`.

mod account;
mod credentials;
mod session;

use worker::Method;

use crate::error::Refusal;
use crate::http::{Request, Response};
use crate::input::Body;
use crate::respond::{self, Answer};
use crate::{AUTH_BASE, Edge, limit, origin};

/// Answers one endpoint; `endpoint` is the path after `/api/auth`.
pub(crate) async fn serve(
    request: &Request,
    endpoint: &str,
    edge: &Edge,
) -> Result<Response, Refusal> {
    match answer(request, endpoint, edge).await {
        // Invalid cookies are removed, so that browsers stop sending them. A sign-out
        // removes them, whatever the database does.
        Err(refusal @ (Refusal::Unauthorized | Refusal::SessionNotEnded(_)))
            if edge.jar.has_session() =>
        {
            let refusal = crate::told(refusal);
            edge.trail.refused(refusal.on_the_wire().1);
            let refused = respond::refusal(&refusal)?;
            Ok(respond::with_cookies(refused, &edge.jar.end()))
        }
        Ok(response) => edge.bearer.carry(response, edge),
        refused => refused,
    }
}

const OK: &str = "/ok";
const GET_SESSION: &str = "/get-session";
const TOKEN: &str = "/token";
const LIST_SESSIONS: &str = "/list-sessions";
const SIGN_UP: &str = "/sign-up/email";
const SIGN_IN: &str = "/sign-in/email";
const SIGN_OUT: &str = "/sign-out";
const CHANGE_PASSWORD: &str = "/change-password";
const VERIFY_PASSWORD: &str = "/verify-password";
const UPDATE_USER: &str = "/update-user";
const DELETE_USER: &str = "/delete-user";
const REVOKE_SESSION: &str = "/revoke-session";

/// Where a password is hashed or compared.
const TRY_PASSWORDS: &[&str] = &[
    SIGN_UP,
    SIGN_IN,
    CHANGE_PASSWORD,
    VERIFY_PASSWORD,
    DELETE_USER,
];

async fn answer(request: &Request, endpoint: &str, edge: &Edge) -> Result<Response, Refusal> {
    // Nothing of a request to an endpoint that is not there is looked at; a method
    // that `worker` has no name for reads as GET.
    let is_method = request.method_name() == request.method().as_ref();
    match (request.method(), endpoint) {
        _ if !is_method => return Err(Refusal::UnknownEndpoint),
        (Method::Get, OK | GET_SESSION | TOKEN | LIST_SESSIONS)
        | (
            Method::Post,
            GET_SESSION
            | SIGN_UP
            | SIGN_IN
            | SIGN_OUT
            | CHANGE_PASSWORD
            | VERIFY_PASSWORD
            | UPDATE_USER
            | DELETE_USER
            | REVOKE_SESSION
            | "/revoke-sessions"
            | "/revoke-other-sessions",
        ) => edge.trail.route(&format!("{AUTH_BASE}{endpoint}")),
        _ => return Err(Refusal::UnknownEndpoint),
    }
    match (request.method(), endpoint) {
        (Method::Get, OK) => {
            return Ok(Answer::of(serde_json::json!({ "ok": true })).into_response()?);
        }
        (Method::Get, GET_SESSION) => return session::get_session(request, edge).await,
        (Method::Get, TOKEN) => return session::token(request, edge).await,
        (Method::Get, _) => return session::list(request, edge).await,
        (_, GET_SESSION) => return Err(Refusal::MethodNotAllowed),
        _ => {}
    }
    // In Better Auth's order, so that of several refusals it is the same.
    let body = Body::read(request).await?;
    origin::check(request, edge.config)?;
    origin::check_callbacks(request, &body, edge.config)?;
    // What has been read can be answered: whoever still sends may not hear it. A page of
    // another site can't spend its visitor's attempts: nothing is hashed for it.
    if TRY_PASSWORDS.contains(&endpoint) && !origin::is_foreign_page(request, edge.config) {
        limit::by_network(edge).await?;
    }
    match endpoint {
        SIGN_UP => credentials::sign_up(request, &body, edge).await,
        SIGN_IN => credentials::sign_in(request, &body, edge).await,
        SIGN_OUT => session::sign_out(&body, edge).await,
        CHANGE_PASSWORD => account::change_password(&body, edge).await,
        VERIFY_PASSWORD => account::verify_password(&body, edge).await,
        UPDATE_USER => account::update(&body, edge).await,
        DELETE_USER => account::delete(&body, edge).await,
        REVOKE_SESSION => session::revoke(&body, edge).await,
        _ => session::revoke_others(edge).await,
    }
}
