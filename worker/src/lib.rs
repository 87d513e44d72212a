//! The Cloudflare Worker: Better Auth's HTTP protocol under `/api/auth`, and a gateway
//! that verifies every other API call before an upstream sees it.
//!
//! `entry` receives requests and this file all other events. `router` handles each
//! request, and `context` contains what is shared by all modules that handle requests.

#[cfg(feature = "admin")]
mod admin;
mod auth;
mod bearer;
mod client;
mod clock;
mod config;
mod context;
mod cookie;
mod cors;
mod entry;
mod error;
mod event;
mod fault;
mod gateway;
mod health;
mod http;
mod id;
mod input;
mod limit;
mod log;
mod mail;
mod message;
mod origin;
mod password;
mod password_verifier;
mod plan;
mod respond;
mod router;
mod session;
mod store;
mod token;
mod user;
mod webhook;

use worker::{Env, MessageBatch, Result, ScheduleContext, ScheduledEvent, event};

/// The trigger in wrangler.toml that only delivers events.
const FREQUENT: &str = "*/5 * * * *";

/// Runs at the times that wrangler.toml sets, and delivers events. All triggers except
/// [`FREQUENT`] also delete expired rows.
#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    if event.cron() != FREQUENT
        && let Err(refusal) = store::delete_expired(&env).await
    {
        log::fault("SCHEDULED", &format!("{refusal:?}"));
    }
    // If the configuration is invalid, every request logs the reason, so nothing is
    // logged here.
    if let Ok(config) = config::cached(&env) {
        event::drain_all(&env, config).await;
    }
}

/// Delivers the messages in `MAIL_QUEUE`. The queue keeps messages whose delivery fails.
#[event(queue)]
async fn queue(
    batch: MessageBatch<mail::Message>,
    env: Env,
    _context: worker::Context,
) -> Result<()> {
    mail::deliver_batch(&batch, &env).await
}
