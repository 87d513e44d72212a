//! Better Auth's HTTP protocol, under `/api/auth`.

mod credentials;
mod session;

use worker::{Method, Request, Response};

use crate::error::Refusal;
use crate::respond::Answer;
use crate::{Edge, origin};

/// Answers one endpoint; `endpoint` is the path after `/api/auth`.
pub(crate) async fn serve(
    request: Request,
    endpoint: &str,
    edge: &Edge,
) -> Result<Response, Refusal> {
    origin::check(&request, edge.config)?;
    let answered = match (request.method(), endpoint) {
        (Method::Get, "/ok") => Answer::of(serde_json::json!({ "ok": true })).into_response(),
        (Method::Post, "/sign-up/email") => {
            credentials::sign_up(request, edge).await?.into_response()
        }
        (Method::Post, "/sign-in/email") => {
            credentials::sign_in(request, edge).await?.into_response()
        }
        (Method::Post, "/sign-out") => session::sign_out(&request, edge).await?.into_response(),
        (Method::Get, "/get-session") => {
            session::get_session(&request, edge).await?.into_response()
        }
        (Method::Get, "/token") => session::token(&request, edge).await?.into_response(),
        _ => return Err(Refusal::UnknownEndpoint),
    };
    Ok(answered?)
}
