//! Reads which event receiver is configured: the `EVENTS` queue or the `EVENTS_WEBHOOK`
//! webhook, but not both.

use worker::Env;

use super::env::{is_bound, text_of};
use super::error::ConfigError;
use super::webhook::{WebhookKey, webhook_url};

/// A queue that other Workers consume.
pub(crate) const EVENTS_BINDING: &str = "EVENTS";

/// The event receiver.
pub(crate) enum Events {
    Queue,
    Webhook { url: String, key: WebhookKey },
}

/// Reads the event receiver. Returns `None` if none is configured.
pub(super) fn read(env: &Env) -> Result<Option<Events>, ConfigError> {
    let variable = "EVENTS_WEBHOOK";
    let is_queue = is_bound(env, EVENTS_BINDING, "send")?;
    match (is_queue, text_of(env, variable)?) {
        (true, Some(_)) => Err(ConfigError::SeveralReceivers),
        (true, None) => Ok(Some(Events::Queue)),
        (false, Some(url)) => Ok(Some(Events::Webhook {
            url: webhook_url(variable, &url)?,
            key: WebhookKey::read(env, variable)?,
        })),
        (false, None) => Ok(None),
    }
}
