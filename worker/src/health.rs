//! `GET /healthz` tells monitoring systems whether this deployment can serve requests.
//! Without the secret, it doesn't query the database or call a Durable Object, so
//! anyone may request it as often as they like.

use edgeseal::HmacKey;
use serde::Serialize;

use crate::config::Config;
use crate::context::Context;
use crate::error::Refusal;
use crate::http::{HEALTH, Request, Response};
use crate::store::Tables;
use crate::{limit, log, respond};

const METHODS: &[&str] = &["GET", "HEAD"];

/// How much of the deployment's state a response may reveal.
pub(crate) enum Access {
    /// The request doesn't present the secret, so the response says only whether the
    /// configuration is valid.
    Status,
    /// The request presents `HEALTH_SECRET`.
    Details,
    Denied,
}

/// Returns whether a request is for `/healthz` with a known method. The method is
/// compared by name, because the `worker` crate reads unknown methods as GET.
pub(crate) fn is_asked(request: &Request) -> bool {
    request.url().path() == HEALTH && METHODS.contains(&request.method_name())
}

/// Returns how much the response may reveal. Over plain http, the secret is ignored,
/// because everyone on the network path could read it.
pub(crate) fn access(request: &Request, config: &Config) -> Access {
    let is_plain = config.secure && request.url().scheme() != "https";
    let key = config.health.as_ref().filter(|_| !is_plain);
    match key.zip(request.headers().get("authorization")) {
        None => Access::Status,
        Some((key, given)) if is_secret(key, given) => Access::Details,
        Some(_) => Access::Denied,
    }
}

/// The public response.
#[derive(Serialize)]
struct Status {
    status: &'static str,
}

/// The response to a request with `HEALTH_SECRET`.
#[derive(Serialize)]
struct Health {
    status: &'static str,
    config: &'static str,
    database: &'static str,
    migrations: &'static str,
    limiter: &'static str,
    /// The names of Better Auth's tables, the case of column names, and the date
    /// format.
    #[serde(skip_serializing_if = "Option::is_none")]
    tables: Option<String>,
    /// The tables and columns that are missing from the database.
    problems: Vec<String>,
}

const OK: &str = "ok";
const FAILING: &str = "failing";
const UNKNOWN: &str = "unknown";
const UNREACHABLE: &str = "unreachable";

/// Returns whether `Authorization` presents the configured secret. Compares HMAC tags
/// rather than the secrets themselves, because a tag's bytes don't reveal anything about
/// the secret. The comparison takes constant time.
fn is_secret(key: &HmacKey, authorization: &str) -> bool {
    const MESSAGE: &[u8] = b"healthz";
    let given = authorization.strip_prefix("Bearer ").unwrap_or_default();
    let tag = HmacKey::new(given.as_bytes()).map(|given| given.mac(MESSAGE));
    tag.is_ok_and(|tag| key.verify_mac(MESSAGE, &tag))
}

/// Returns the public response, which says only whether the configuration is valid.
pub(crate) fn brief(is_configured: bool) -> worker::Result<Response> {
    let status = if is_configured { OK } else { FAILING };
    answer(is_configured, &Status { status })
}

/// Responds with the details, or refuses the request if its method is not supported.
pub(crate) async fn serve(request: &Request, context: &Context) -> Result<Response, Refusal> {
    context.trail.route(HEALTH);
    if let Err(refusal) = context.store.open() {
        log::report(&refusal);
        return Ok(without_database()?);
    }
    if is_asked(request) {
        Ok(detailed(context).await?)
    } else {
        Err(Refusal::MethodNotRouted(METHODS.join(", ")))
    }
}

/// Checks the database and the limiter.
async fn detailed(context: &Context) -> worker::Result<Response> {
    let (database, tables) = match context.store.tables().await {
        Ok(tables) => (OK, Some(tables)),
        Err(_) => (UNREACHABLE, None),
    };
    let limiter = match &context.config.limits {
        None => "off",
        Some(_) if limit::check(context).await => OK,
        Some(_) => UNREACHABLE,
    };
    report(database, tables, limiter)
}

/// Returns the response if the Worker doesn't have a database, for example because the
/// binding is missing.
fn without_database() -> worker::Result<Response> {
    report(UNREACHABLE, None, UNKNOWN)
}

fn report(
    database: &'static str,
    tables: Option<Tables>,
    limiter: &'static str,
) -> worker::Result<Response> {
    let (described, problems) = tables
        .map(|tables| (tables.described, tables.problems))
        .unzip();
    let migrations = match &problems {
        None => UNKNOWN,
        Some(problems) if problems.is_empty() => OK,
        Some(_) => "incomplete",
    };
    let is_well = database == OK && migrations == OK && [OK, "off"].contains(&limiter);
    let health = Health {
        status: if is_well { OK } else { FAILING },
        config: OK,
        database,
        migrations,
        limiter,
        tables: described,
        problems: problems.unwrap_or_default(),
    };
    answer(is_well, &health)
}

fn answer(is_well: bool, body: &impl Serialize) -> worker::Result<Response> {
    let mut response = Response::json(if is_well { 200 } else { 503 }, body)?;
    respond::own(&mut response.headers);
    Ok(response)
}
