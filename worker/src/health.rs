//! `GET /healthz`: whether this deployment could serve, for whoever watches it.
//! Without the secret it costs neither a query nor a Durable Object: whoever likes
//! may ask for it as often as they like.

use edgeseal::HmacKey;
use serde::Serialize;
use worker::Result;

use crate::http::Response;
use crate::store::Tables;
use crate::{Edge, limit, respond};

/// What everybody may know.
#[derive(Serialize)]
struct Status {
    status: &'static str,
}

/// What who presents `HEALTH_SECRET` may know.
#[derive(Serialize)]
struct Health {
    status: &'static str,
    config: &'static str,
    database: &'static str,
    migrations: &'static str,
    limiter: &'static str,
    /// The names and the spelling of Better Auth's tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    tables: Option<String>,
    /// What the database lacks, by table and column.
    problems: Vec<String>,
}

const OK: &str = "ok";
const FAILING: &str = "failing";
const UNKNOWN: &str = "unknown";
const UNREACHABLE: &str = "unreachable";

/// Whether a secret is the one of the configuration. Tags are compared, in constant
/// time: their bytes say nothing of the secret's.
pub(crate) fn is_secret(key: &HmacKey, given: &str) -> bool {
    const MESSAGE: &[u8] = b"healthz";
    let tag = HmacKey::new(given.as_bytes()).map(|given| given.mac(MESSAGE));
    tag.is_ok_and(|tag| key.verify_mac(MESSAGE, &tag))
}

/// What anybody gets: whether the configuration is valid.
pub(crate) fn brief(is_configured: bool) -> Result<Response> {
    let status = if is_configured { OK } else { FAILING };
    answer(is_configured, &Status { status })
}

/// What the bindings answer.
pub(crate) async fn detailed(edge: &Edge) -> Result<Response> {
    let (database, tables) = match edge.store.tables().await {
        Ok(tables) => (OK, Some(tables)),
        Err(_) => (UNREACHABLE, None),
    };
    let limiter = match &edge.config.limits {
        None => "off",
        Some(_) if limit::check(edge).await => OK,
        Some(_) => UNREACHABLE,
    };
    report(database, tables, limiter)
}

/// There is no binding of that name, say.
pub(crate) fn without_database() -> Result<Response> {
    report(UNREACHABLE, None, UNKNOWN)
}

fn report(
    database: &'static str,
    tables: Option<Tables>,
    limiter: &'static str,
) -> Result<Response> {
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

fn answer(is_well: bool, body: &impl Serialize) -> Result<Response> {
    let mut response = Response::json(if is_well { 200 } else { 503 }, body)?;
    respond::own(&mut response.headers);
    Ok(response)
}
