//! The Cloudflare Worker: Better Auth's HTTP protocol under `/api/auth`, and a
//! gateway that verifies every other API call before an upstream sees it.
//!
//! A request goes one way: `config` decides whether to serve at all, then
//! `auth` or `gateway` answers, then `respond` makes it an HTTP response, and
//! `log` tells of it.

mod auth;
mod bearer;
mod client;
mod clock;
mod config;
mod cookie;
mod cors;
mod error;
mod fault;
mod gateway;
mod health;
mod http;
mod id;
mod input;
mod limit;
mod log;
mod origin;
mod password;
mod respond;
mod session;
mod store;
mod token;
mod user;

use worker::{Context, Env, Method, Result, ScheduleContext, ScheduledEvent, event};

use crate::bearer::Bearer;
use crate::client::Client;
use crate::config::{Config, ConfigError};
use crate::cookie::Jar;
use crate::error::Refusal;
use crate::http::{Request, Response};
use crate::log::{Ended, Trail};
use crate::store::Store;

const AUTH_BASE: &str = "/api/auth";
const HEALTH: &str = "/healthz";
const HEALTH_METHODS: &[&str] = &["GET", "HEAD"];

/// One request's surroundings.
struct Edge {
    config: &'static Config,
    env: Env,
    store: Store,
    jar: Jar,
    bearer: Bearer,
    client: Client,
    context: Context,
    request_id: String,
    trail: Trail,
    /// Milliseconds since the epoch.
    now: u64,
}

impl Edge {
    fn of(
        request: &Request,
        env: Env,
        context: Context,
        config: &'static Config,
        request_id: &str,
    ) -> std::result::Result<Self, Refusal> {
        let now = clock::now(request);
        Ok(Self {
            config,
            store: Store::of(&env)?,
            env,
            jar: Jar::of(request, config),
            bearer: Bearer::of(request, config),
            client: Client::of(request, config, now),
            context,
            request_id: request_id.to_owned(),
            trail: Trail::default(),
            now,
        })
    }
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    let request_id = id::request_id();
    let config = config::of_isolate(&env);
    let mut response = match config {
        Ok(config) if is_over_plain_http(&request, config) => {
            refuse_at_once(&request, &request_id, &over_https(&request, config))?
        }
        Ok(config) => {
            let cors = cors::Grant::of(&request, config);
            if request.method() == Method::Options && cors::is_preflight(&request) {
                at_once(&request, &request_id, cors.preflight(&request), None)
            } else {
                cors.apply(answer(&request, env, context, config, &request_id).await?)
            }
        }
        Err(error) => misconfigured(&request, &request_id, error)?,
    };
    let url = request.url();
    respond::protect(&mut response.headers, &request_id, url, config.ok());
    Ok(response)
}

/// Whether a request came unencrypted although browsers talk https to us: whoever is on
/// the way reads its tokens, and what an answer would set. By the URL that it came to;
/// what a header says of it anybody may write.
fn is_over_plain_http(request: &Request, config: &Config) -> bool {
    let url = request.url();
    config.secure && url.scheme() != "https" && url.path() != HEALTH
}

/// A read is sent on to the same path over https. Nothing else is: a body would be sent
/// twice, the first time in the clear.
fn over_https(request: &Request, config: &Config) -> Refusal {
    let url = request.url();
    let query = url.query().map(|query| format!("?{query}"));
    let path = format!("{}{}", url.path(), query.unwrap_or_default());
    match request.method_name() {
        "GET" | "HEAD" => Refusal::MovedToHttps(format!("{}{path}", config.base_url)),
        _ => Refusal::HttpsRequired,
    }
}

fn misconfigured(request: &Request, request_id: &str, error: &ConfigError) -> Result<Response> {
    let detail = format!("{error}. No route is served until it is set right.");
    log::fault("CONFIG_INVALID", &detail);
    if asks_health(request) {
        return Ok(at_once(request, request_id, health::brief(false)?, None));
    }
    refuse_at_once(request, request_id, &Refusal::ConfigInvalid)
}

fn refuse_at_once(request: &Request, request_id: &str, refusal: &Refusal) -> Result<Response> {
    let (_, code, _) = refusal.on_the_wire();
    let response = respond::refusal(refusal)?;
    Ok(at_once(request, request_id, response, Some(code)))
}

/// Tells the log of a request that is answered before anything is done for it.
fn at_once(
    request: &Request,
    request_id: &str,
    response: Response,
    code: Option<&str>,
) -> Response {
    let trail = Trail::default();
    if asks_health(request) {
        trail.route(HEALTH);
    }
    trail.end(&Ended {
        request_id,
        method: request.method_name(),
        status: response.status,
        code,
        network: "",
        milliseconds: 0,
    });
    response
}

/// Serves a request, and tells the log how it ended.
async fn answer(
    request: &Request,
    env: Env,
    context: Context,
    config: &'static Config,
    request_id: &str,
) -> Result<Response> {
    let began = clock::of_runtime();
    if asks_health(request) {
        // Over plain http no secret is read: it would be known on the way.
        let is_plain = config.secure && request.url().scheme() != "https";
        let key = config.health.as_ref().filter(|_| !is_plain);
        match key.zip(bearer(request)) {
            None => return Ok(at_once(request, request_id, health::brief(true)?, None)),
            Some((key, given)) if health::is_secret(key, given) => {}
            Some(_) => return refuse_at_once(request, request_id, &Refusal::Unauthorized),
        }
    }
    let edge = match Edge::of(request, env, context, config, request_id) {
        Ok(edge) => edge,
        Err(refusal) if asks_health(request) => {
            told(refusal);
            return Ok(at_once(
                request,
                request_id,
                health::without_database()?,
                None,
            ));
        }
        Err(refusal) => return refuse_at_once(request, request_id, &told(refusal)),
    };
    let (response, code) = match serve(request, &edge).await {
        Ok(response) => (response, None),
        Err(refusal) => {
            let refusal = told(refusal);
            let (_, code, _) = refusal.on_the_wire();
            (respond::refusal(&refusal)?, Some(code))
        }
    };
    edge.trail.end(&Ended {
        request_id,
        method: request.method_name(),
        status: response.status,
        code,
        network: &edge.client.network(),
        milliseconds: clock::of_runtime().saturating_sub(began),
    });
    Ok(response)
}

async fn serve(request: &Request, edge: &Edge) -> std::result::Result<Response, Refusal> {
    fault::force(request);
    let path = request.url().path();
    if path == HEALTH {
        edge.trail.route(HEALTH);
        if !asks_health(request) {
            return Err(Refusal::MethodNotRouted(HEALTH_METHODS.join(", ")));
        }
        return Ok(health::detailed(edge).await?);
    }
    match endpoint(path) {
        Some(endpoint) => auth::serve(request, endpoint, edge).await,
        None => gateway::serve(request, edge).await,
    }
}

/// What follows the auth API's base, where a path is in it.
fn endpoint(path: &str) -> Option<&str> {
    let endpoint = path.strip_prefix(AUTH_BASE)?;
    (endpoint.is_empty() || endpoint.starts_with('/')).then_some(endpoint)
}

fn is_auth_api(path: &str) -> bool {
    endpoint(path).is_some()
}

/// What `Authorization` presents; whatever is no Bearer token is a wrong one.
fn bearer(request: &Request) -> Option<&str> {
    let value = request.headers().get("authorization")?;
    Some(value.strip_prefix("Bearer ").unwrap_or_default())
}

/// By the method's name: one that `worker` has none for reads as GET.
fn asks_health(request: &Request) -> bool {
    request.url().path() == HEALTH && HEALTH_METHODS.contains(&request.method_name())
}

/// What is wrong inside goes to the log and nowhere else.
fn told(refusal: Refusal) -> Refusal {
    match &refusal {
        Refusal::Internal(cause) => log::fault("INTERNAL", cause),
        Refusal::DatabaseUnavailable(cause)
        | Refusal::SessionNotEnded(cause)
        | Refusal::DatabaseInvalid(cause) => log::fault(refusal.on_the_wire().1, cause),
        _ => {}
    }
    refusal
}

/// Removes what has ended by itself, at the times that wrangler.toml names.
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    let removed = async {
        let now = clock::of_runtime();
        Store::of(&env)?.remove_dead(now).await
    };
    if let Err(refusal) = removed.await {
        log::fault("SCHEDULED", &format!("{refusal:?}"));
    }
}
