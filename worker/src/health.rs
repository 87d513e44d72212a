//! `GET /healthz`: whether this deployment could serve, for whoever watches it.

use serde::Serialize;
use worker::Result;

use crate::http::Response;
use crate::store::Migrations;
use crate::{Edge, limit, respond};

#[derive(Serialize)]
struct Health {
    status: &'static str,
    config: &'static str,
    database: &'static str,
    migrations: &'static str,
    limiter: &'static str,
}

const OK: &str = "ok";
const UNKNOWN: &str = "unknown";

/// What the bindings answer.
pub(crate) async fn check(edge: &Edge) -> Result<Response> {
    let (database, migrations) = match edge.store.migrations().await {
        Ok(Migrations::Applied) => (OK, OK),
        Ok(Migrations::Pending) => (OK, "pending"),
        Err(_) => ("unreachable", UNKNOWN),
    };
    let limiter = match &edge.config.limits {
        None => "off",
        Some(_) if limit::check(edge).await => OK,
        Some(_) => "unreachable",
    };
    answer(Health {
        status: OK,
        config: OK,
        database,
        migrations,
        limiter,
    })
}

/// The configuration does not hold; its log line says why.
pub(crate) fn misconfigured() -> Result<Response> {
    answer(Health {
        status: "",
        config: "invalid",
        database: UNKNOWN,
        migrations: UNKNOWN,
        limiter: UNKNOWN,
    })
}

/// There is no binding of that name, say.
pub(crate) fn without_database() -> Result<Response> {
    answer(Health {
        status: "",
        config: OK,
        database: "unreachable",
        migrations: UNKNOWN,
        limiter: UNKNOWN,
    })
}

fn answer(mut health: Health) -> Result<Response> {
    let Health {
        config,
        database,
        migrations,
        limiter,
        ..
    } = &health;
    let holds = [config, database, migrations]
        .into_iter()
        .all(|part| *part == OK)
        && [OK, "off"].contains(limiter);
    health.status = if holds { OK } else { "failing" };
    let mut response = Response::json(if holds { 200 } else { 503 }, &health)?;
    respond::own(&mut response.headers);
    Ok(response)
}
