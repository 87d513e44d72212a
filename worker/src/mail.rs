//! Sends e-mail after the response, through Cloudflare's `send_email` binding, a
//! service or a webhook. With a queue, failed deliveries are retried for longer.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use serde::{Deserialize, Serialize};
use worker::{
    Delay, EmailAddress, Env, MessageBatch, MessageExt, QueueRetryOptionsBuilder, SendEmail,
    SendEmailBuilder,
};

use crate::config::{
    Config, EMAIL_BINDING, MAIL_QUEUE_BINDING, MAILER_BINDING, Mail, Mailbox, Sender,
};
use crate::message::{Kind, Values};
use crate::user::User;
use crate::webhook;
use crate::{config, id, log};

/// The number of attempts to deliver a message without a queue.
const TRIES: u32 = 3;
/// The delay before the second attempt. It is doubled before the third.
const BACKOFF: Duration = Duration::from_secs(1);

/// The delay before the queue delivers a message again, in seconds.
const QUEUE_DELAY: u32 = 5 * 60;

/// A message to be written.
pub(crate) struct Letter<'a> {
    pub(crate) kind: Kind,
    pub(crate) to: &'a str,
    pub(crate) user: &'a User,
    pub(crate) new_email: Option<&'a str>,
    pub(crate) url: &'a str,
}

/// A finished message in the form that services, webhooks and the queue receive.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message {
    /// The message's id, which stays the same if a delivery is repeated.
    id: String,
    #[serde(rename = "type")]
    kind: Kind,
    to: String,
    from: String,
    subject: String,
    text: String,
    html: String,
    url: String,
    user_id: String,
}

/// Writes and sends a message. A failure is only logged, because the response has already
/// been sent.
pub(crate) async fn send(letter: &Letter<'_>, env: &Env, config: &Config) {
    let Some(mail) = &config.mail else {
        return;
    };
    let message = write(letter, mail, config);
    if mail.has_queue {
        match enqueue(&message, env).await {
            Ok(()) => return,
            Err(error) => log::fault("MAIL_QUEUE", &format!("{error:?}")),
        }
    }
    let mut delay = BACKOFF;
    for tries_left in (0..TRIES).rev() {
        match deliver(&message, mail, env).await {
            Ok(()) => return,
            Err(reason) if tries_left == 0 => failed(&message, &reason),
            Err(_) => Delay::from(delay).await,
        }
        delay *= 2;
    }
}

/// Delivers messages from the queue. If a delivery fails, the queue delivers the
/// message again later.
pub(crate) async fn deliver_batch(batch: &MessageBatch<Message>, env: &Env) -> worker::Result<()> {
    let mail = config::cached(env)
        .ok()
        .and_then(|config| config.mail.as_ref());
    let mail = mail.ok_or("a queued message, but no valid configuration to send it")?;
    for queued in batch.messages()? {
        match deliver(queued.body(), mail, env).await {
            Ok(()) => queued.ack(),
            Err(reason) => {
                failed(queued.body(), &reason);
                let later = QueueRetryOptionsBuilder::new().with_delay_seconds(QUEUE_DELAY);
                queued.retry_with_options(&later.build());
            }
        }
    }
    Ok(())
}

fn write(letter: &Letter<'_>, mail: &Mail, config: &Config) -> Message {
    let rendered = mail.templates.render(
        letter.kind,
        &Values {
            app: &mail.app,
            app_url: &config.base_url,
            name: &letter.user.name,
            email: &letter.user.email,
            new_email: letter.new_email,
            url: letter.url,
        },
    );
    Message {
        id: format!("msg_{}", id::random_id()),
        kind: letter.kind,
        to: letter.to.to_owned(),
        from: mail.from.display(),
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
        url: letter.url.to_owned(),
        user_id: letter.user.id.clone(),
    }
}

async fn enqueue(message: &Message, env: &Env) -> worker::Result<()> {
    env.queue(MAIL_QUEUE_BINDING)?.send(message).await
}

/// Makes one attempt to deliver a message.
async fn deliver(message: &Message, mail: &Mail, env: &Env) -> Result<(), String> {
    let body = || serde_json::to_string(message).map_err(|error| error.to_string());
    match &mail.sender {
        Sender::Binding => by_binding(message, &mail.from, env).await,
        Sender::Service => {
            let service = env
                .service(MAILER_BINDING)
                .map_err(|error| format!("{error:?}"))?;
            webhook::post_to_service(&service, &body()?).await.map(drop)
        }
        Sender::Webhook { url, key } => webhook::post(url, key, &message.id, &body()?).await,
    }
}

/// Sends a message through the binding. The runtime builds the e-mail (RFC 5322) from
/// the message's parts.
async fn by_binding(message: &Message, from: &Mailbox, env: &Env) -> Result<(), String> {
    let email: SendEmail = env
        .get_binding(EMAIL_BINDING)
        .map_err(|error| format!("{error:?}"))?;
    let builder = SendEmailBuilder::new(&from.email, &message.to, &message.subject);
    if let Some(name) = &from.name {
        builder.set_from_with_email_address(&EmailAddress::new(name, &from.email));
    }
    builder.set_text(&message.text);
    builder.set_html(&message.html);
    let sent = pin!(email.send_with_builder(&builder));
    match select(sent, pin!(Delay::from(webhook::TIMEOUT))).await {
        Either::Left((Ok(_), _)) => Ok(()),
        // The error's message may contain the address.
        Either::Left((Err(error), _)) => Err(String::from(error.name())),
        Either::Right(_) => Err(webhook::late()),
    }
}

/// Logs the message's id and kind, but never its recipient or content.
fn failed(message: &Message, reason: &str) {
    let Message { id, kind, .. } = message;
    log::fault("MAIL", &format!("{id} ({kind:?}): {reason}"));
}
