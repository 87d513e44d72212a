//! Reads the settings for sending e-mail: `EMAIL_FROM`, `APP_NAME`, and exactly one
//! sender.

use worker::Env;

use super::cookies::host_of;
use super::env::{is_bound, object_of, text_of};
use super::error::ConfigError;
use super::webhook::{WebhookKey, webhook_url};
use crate::message::Templates;
use crate::user::{Email, is_name};

/// Cloudflare's `send_email` binding.
pub(crate) const EMAIL_BINDING: &str = "EMAIL";
/// A service that accepts messages as JSON.
pub(crate) const MAILER_BINDING: &str = "MAILER";
/// A queue for this Worker's own messages. It retries failed deliveries for much longer
/// than the Worker itself does.
pub(crate) const MAIL_QUEUE_BINDING: &str = "MAIL_QUEUE";

/// What the Worker needs to send a message.
pub(crate) struct Mail {
    pub(crate) sender: Sender,
    pub(crate) from: Mailbox,
    /// The app's name, as shown in messages.
    pub(crate) app: String,
    pub(crate) templates: Templates,
    /// Whether `MAIL_QUEUE` is bound.
    pub(crate) has_queue: bool,
}

/// How messages are delivered.
pub(crate) enum Sender {
    Binding,
    Service,
    Webhook { url: String, key: WebhookKey },
}

/// An address with an optional display name (RFC 5322 §3.4).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mailbox {
    pub(crate) name: Option<String>,
    pub(crate) email: String,
}

/// Characters that a name may contain only in quotes (RFC 5322 §3.2.3).
const SPECIALS: [char; 9] = ['(', ')', '[', ']', ':', ';', '@', ',', '.'];

impl Mailbox {
    /// Reads `a@b.example` or `Name <a@b.example>`.
    fn parse(text: &str) -> Option<Self> {
        let (name, email) = match text.trim().strip_suffix('>') {
            Some(rest) => {
                let (name, email) = rest.rsplit_once('<')?;
                let name = name.trim();
                let quoted = name
                    .strip_prefix('"')
                    .and_then(|name| name.strip_suffix('"'));
                // Without this check, part of a second address could be read as the name.
                if quoted.is_none() && name.contains(SPECIALS) {
                    return None;
                }
                (quoted.unwrap_or(name), email)
            }
            None => ("", text.trim()),
        };
        if !is_name(name) || name.contains(['"', '<', '>', '\\']) {
            return None;
        }
        Some(Self {
            name: (!name.is_empty()).then(|| name.to_owned()),
            email: Email::parse(email)?.as_str().to_owned(),
        })
    }

    /// Returns the name and address in the form that webhooks receive.
    pub(crate) fn display(&self) -> String {
        match &self.name {
            Some(name) if name.contains(SPECIALS) => format!("\"{name}\" <{}>", self.email),
            Some(name) => format!("{name} <{}>", self.email),
            None => self.email.clone(),
        }
    }
}

/// Reads the settings. Returns `None` if no sender is configured.
pub(super) fn read(env: &Env, base_url: &str) -> Result<Option<Mail>, ConfigError> {
    let mut senders = Vec::new();
    if is_bound(env, EMAIL_BINDING, "send")? {
        senders.push(Sender::Binding);
    }
    if is_bound(env, MAILER_BINDING, "fetch")? {
        senders.push(Sender::Service);
    }
    let variable = "EMAIL_WEBHOOK";
    if let Some(url) = text_of(env, variable)? {
        let url = webhook_url(variable, &url)?;
        let key = WebhookKey::read(env, variable)?;
        senders.push(Sender::Webhook { url, key });
    }
    if senders.len() > 1 {
        return Err(ConfigError::SeveralSenders);
    }
    let from = text_of(env, "EMAIL_FROM")?;
    let has_queue = is_bound(env, MAIL_QUEUE_BINDING, "send")?;
    let Some(sender) = senders.pop() else {
        // An operator who sets one of these variables expects messages to be sent.
        let unused = [
            ("EMAIL_FROM", from.is_some()),
            (MAIL_QUEUE_BINDING, has_queue),
        ];
        return match unused.into_iter().find(|(_, is_set)| *is_set) {
            Some((variable, _)) => Err(ConfigError::SenderMissing { variable }),
            None => Ok(None),
        };
    };
    let from = from.ok_or(ConfigError::EmailFrom)?;
    let app = text_of(env, "APP_NAME")?
        .map(|name| {
            let is_valid = is_name(&name) && !name.trim().is_empty();
            is_valid.then_some(name).ok_or(ConfigError::AppName)
        })
        .transpose()?;
    Ok(Some(Mail {
        sender,
        from: Mailbox::parse(&from).ok_or(ConfigError::EmailFrom)?,
        app: app
            .or_else(|| host_of(base_url))
            .unwrap_or_else(|| base_url.to_owned()),
        templates: templates(env)?,
        has_queue,
    }))
}

/// Reads `EMAIL_TEMPLATES`. If it is not set, messages use the built-in texts.
fn templates(env: &Env) -> Result<Templates, ConfigError> {
    let wrong = |reason: String| ConfigError::EmailTemplates { reason };
    let malformed = wrong("it must be a JSON object".to_owned());
    match object_of::<serde_json::Value>(env, "EMAIL_TEMPLATES", malformed)? {
        None => Ok(Templates::default()),
        Some(given) => Templates::read(&given.to_string()).map_err(wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_has_one_address_and_no_hidden_header() {
        let read = |text: &str| Mailbox::parse(text).map(|one| one.display());
        assert_eq!(
            read("auth@app.example").as_deref(),
            Some("auth@app.example")
        );
        for text in [
            "Müller & Co <A@app.example>",
            "\"Müller & Co\" <a@app.example> ",
        ] {
            assert_eq!(read(text).as_deref(), Some("Müller & Co <a@app.example>"));
        }
        assert_eq!(
            read("\"Shop, Inc.\" <a@app.example>").as_deref(),
            Some("\"Shop, Inc.\" <a@app.example>")
        );
        for text in [
            "",
            "b@app.example, A <a@app.example>",
            "app.example",
            "<>",
            "A <a@app.example>, B <b@app.example>",
            "A\r\nBcc: b@app.example <a@app.example>",
            "A <a@app.example\r\nBcc: b@app.example>",
            "A <b@app.example> <a@app.example>",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
