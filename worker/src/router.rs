//! Routes and logs every request. If the configuration is invalid, no request is
//! served. Otherwise, preflights are answered by the CORS code, and other requests by
//! `/healthz`, the auth API or the gateway.

use worker::{Context as Execution, Env, Method, Result};

use crate::config::{self, Config, ConfigError};
use crate::context::Context;
use crate::error::Refusal;
use crate::health::{self, Access};
use crate::http::{HEALTH, Request, Response, auth_endpoint};
use crate::log::{self, Ended, Trail};
use crate::plan::Plan;
use crate::{auth, clock, cors, event, fault, gateway, id, respond};

/// Who responds to a request.
pub(crate) enum Answered {
    Now(Response),
    /// An upstream responds. The text is the plan to forward the request.
    Upstream(String),
}

/// Handles a request. Returns the plan to respond to it or to forward it.
pub(crate) async fn plan(request: &Request, env: Env, execution: Execution) -> Result<String> {
    let request_id = id::request_id();
    let config = config::cached(&env);
    let mut response = match config {
        Ok(config) if is_over_plain_http(request, config) => {
            refuse_early(request, &request_id, &over_https(request, config))?
        }
        Ok(config) => {
            let cors = cors::Grant::new(request, config);
            if request.method() == Method::Options && cors::is_preflight(request) {
                respond_early(request, &request_id, cors.preflight(request), None)
            } else {
                match answer(request, env, execution, config, &request_id).await? {
                    Answered::Now(mut response) => {
                        cors.apply(&mut response.headers);
                        response
                    }
                    Answered::Upstream(plan) => return Ok(plan),
                }
            }
        }
        Err(error) => misconfigured(request, &request_id, error)?,
    };
    let is_encrypted = request.url().scheme() == "https";
    respond::protect(
        &mut response.headers,
        &request_id,
        is_encrypted,
        config.ok(),
    );
    Ok(Plan::Respond(response).write())
}

/// Returns whether a request arrived unencrypted although browsers should use https.
/// Anyone on the network path can read the tokens in such a request, and the cookies
/// that its response would set. Only the URL is checked, because anyone can forge a
/// header.
fn is_over_plain_http(request: &Request, config: &Config) -> bool {
    let url = request.url();
    config.secure && url.scheme() != "https" && url.path() != HEALTH
}

/// Returns the refusal for a request that arrived unencrypted. A read is redirected to
/// the same path over https. Other requests are not redirected, because their bodies
/// would be sent twice, the first time unencrypted.
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
    let detail = format!("{error}. No route is served until this is fixed.");
    log::fault("CONFIG_INVALID", &detail);
    if health::is_asked(request) {
        let response = health::brief(false)?;
        return Ok(respond_early(request, request_id, response, None));
    }
    refuse_early(request, request_id, &Refusal::ConfigInvalid)
}

fn refuse_early(request: &Request, request_id: &str, refusal: &Refusal) -> Result<Response> {
    let (_, code, _) = refusal.on_the_wire();
    let response = respond::refusal(refusal)?;
    Ok(respond_early(request, request_id, response, Some(code)))
}

/// Logs a request that was answered before a context was created for it.
fn respond_early(
    request: &Request,
    request_id: &str,
    response: Response,
    code: Option<&str>,
) -> Response {
    let trail = Trail::default();
    if health::is_asked(request) {
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

/// Serves a request and, unless an upstream responds, logs its outcome.
async fn answer(
    request: &Request,
    env: Env,
    execution: Execution,
    config: &'static Config,
    request_id: &str,
) -> Result<Answered> {
    if health::is_asked(request) {
        match health::access(request, config) {
            Access::Details => {}
            Access::Status => {
                let response = health::brief(true)?;
                let response = respond_early(request, request_id, response, None);
                return Ok(Answered::Now(response));
            }
            Access::Denied => {
                let refused = refuse_early(request, request_id, &Refusal::Unauthorized)?;
                return Ok(Answered::Now(refused));
            }
        }
    }
    let context = Context::new(request, env, execution, config, request_id);
    let (response, code) = match serve(request, &context).await {
        Ok(Answered::Now(response)) => (response, None),
        Ok(upstream) => return Ok(upstream),
        Err(refusal) => {
            log::report(&refusal);
            let (_, code, _) = refusal.on_the_wire();
            (respond::refusal(&refusal)?, Some(code))
        }
    };
    if let Some(user_id) = context.store.touched() {
        let user_id = user_id.to_owned();
        context.after_response(|background| event::drain_user(user_id, background));
    }
    context.trail.end(&Ended {
        request_id,
        method: request.method_name(),
        status: response.status,
        code,
        network: &context.client.network(),
        milliseconds: clock::now().saturating_sub(context.began),
    });
    Ok(Answered::Now(response))
}

async fn serve(request: &Request, context: &Context) -> std::result::Result<Answered, Refusal> {
    fault::force(request);
    let path = request.url().path();
    let response = if path == HEALTH {
        health::serve(request, context).await?
    } else if let Some(endpoint) = auth_endpoint(path) {
        context.store.open()?;
        auth::serve(request, endpoint, context).await?
    } else {
        return gateway::decide(request, context).map(Answered::Upstream);
    };
    Ok(Answered::Now(response))
}
#[cfg(test)]
mod sizes {
    #[test]
    fn sizes() {
        fn size<'a, F>(
            _: impl FnOnce(&'a crate::http::Request, worker::Env, worker::Context) -> F,
        ) -> usize {
            size_of::<F>()
        }
        eprintln!("PLAN {}", size(super::plan));
    }
}
