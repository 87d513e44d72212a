//! The Cloudflare Worker: Better Auth's HTTP protocol under `/api/auth`, and a
//! gateway that verifies every other API call before an upstream sees it.
//!
//! A request goes one way: `config` decides whether to serve at all, then
//! `auth` or `gateway` answers, then `respond` makes it an HTTP response.

mod auth;
mod config;
mod cookie;
mod cors;
mod error;
mod gateway;
mod input;
mod origin;
mod respond;
mod store;
mod token;
mod user;

use worker::{Context, Env, Method, Request, Response, Result, console_error, event};

use crate::config::Config;
use crate::error::Refusal;
use crate::store::Store;

const AUTH_BASE: &str = "/api/auth";

/// One request's surroundings.
struct Edge {
    config: &'static Config,
    store: Store,
    /// Milliseconds since the epoch.
    now: u64,
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    let config = match config::of_isolate(&env) {
        Ok(config) => config,
        Err(error) => {
            console_error!("CONFIG_INVALID: {error}. No route is served until it is set right.");
            return respond::refusal(&Refusal::ConfigInvalid);
        }
    };
    let cors = cors::Grant::of(&request, config);
    if request.method() == Method::Options && cors::is_preflight(&request) {
        return cors.preflight();
    }
    let answered = match serve(request, &env, config).await {
        Ok(response) => response,
        Err(refusal) => {
            if let Refusal::Internal(cause) = &refusal {
                console_error!("INTERNAL: {cause}");
            }
            respond::refusal(&refusal)?
        }
    };
    cors.apply(answered)
}

async fn serve(
    request: Request,
    env: &Env,
    config: &'static Config,
) -> std::result::Result<Response, Refusal> {
    let edge = Edge {
        config,
        store: Store::of(env)?,
        now: worker::Date::now().as_millis(),
    };
    let path = request.path();
    match path.strip_prefix(AUTH_BASE) {
        Some(endpoint) if endpoint.is_empty() || endpoint.starts_with('/') => {
            auth::serve(request, endpoint, &edge).await
        }
        _ => gateway::serve(request, &edge).await,
    }
}
