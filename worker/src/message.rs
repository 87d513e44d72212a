//! Creates the subject, plain text and HTML of messages to users, based on built-in
//! texts or the operator's templates.

mod kind;
mod template;
mod value;
mod words;

use serde_json::Value;

pub(crate) use kind::{Kind, LINK_TTL};
use template::{Parts, Placeholder, fill};
pub(crate) use value::escaped;
use value::{display_name, push_escaped};

/// The values that are inserted into a message.
pub(crate) struct Values<'a> {
    /// The app's name.
    pub(crate) app: &'a str,
    pub(crate) app_url: &'a str,
    /// The user's name, which has not been checked.
    pub(crate) name: &'a str,
    /// The account's address.
    pub(crate) email: &'a str,
    /// The new address, if the message is about an address change.
    pub(crate) new_email: Option<&'a str>,
    /// The link.
    pub(crate) url: &'a str,
}

/// A message, without its sender and recipient.
pub(crate) struct Rendered {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// The operator's templates. Parts without a template use the built-in texts.
#[derive(Default)]
pub(crate) struct Templates(Vec<(Kind, Parts)>);

impl Templates {
    /// Reads `EMAIL_TEMPLATES`: an object with one member for each kind of message.
    /// Each member is an object of parts.
    ///
    /// # Errors
    ///
    /// Returns the reason, with the kind and part, if the JSON is invalid; if a kind,
    /// part or placeholder is unknown; if a text or HTML part doesn't contain the link;
    /// or if a part is empty or larger than 64 KiB.
    pub(crate) fn read(json: &str) -> Result<Self, String> {
        let Ok(Value::Object(kinds)) = serde_json::from_str(json) else {
            return Err("it must be a JSON object".into());
        };
        let mut templates = Vec::new();
        for (name, parts) in kinds {
            let kind = serde_json::from_value::<Kind>(Value::String(name.clone()))
                .map_err(|error| error.to_string())?;
            let parts = Parts::read(kind, parts).map_err(|reason| format!("{name}: {reason}"))?;
            templates.push((kind, parts));
        }
        Ok(Self(templates))
    }

    /// Returns the message with its values inserted. In HTML, values are escaped.
    pub(crate) fn render(&self, kind: Kind, values: &Values<'_>) -> Rendered {
        let words = kind.words();
        let own = self.0.iter().find(|(of, _)| *of == kind);
        let own = own.map(|(_, parts)| parts);
        let name = display_name(values.name);
        let minutes = (LINK_TTL / 60).to_string();
        let value = |placeholder: &str| match Placeholder::parse(placeholder) {
            Some(Placeholder::App) => values.app,
            Some(Placeholder::AppUrl) => values.app_url,
            Some(Placeholder::Name) => &name,
            Some(Placeholder::Email) => values.email,
            Some(Placeholder::NewEmail) => values.new_email.unwrap_or_default(),
            Some(Placeholder::Url) => values.url,
            Some(Placeholder::Minutes) => &minutes,
            None => "",
        };
        let fill_text = |template: &str| {
            fill(template, &mut |placeholder, text| {
                text.push_str(value(placeholder));
            })
        };
        let fill_html = |template: &str| {
            fill(template, &mut |placeholder, html| {
                push_escaped(html, value(placeholder));
            })
        };
        let subject = own.and_then(|own| own.subject.as_deref());
        Rendered {
            subject: value::subject(&fill_text(subject.unwrap_or(words.subject))),
            text: match own.and_then(|own| own.text.as_deref()) {
                Some(template) => fill_text(template),
                None => value::wrap(&fill_text(&words.text())),
            },
            html: match own.and_then(|own| own.html.as_deref()) {
                Some(template) => fill_html(template),
                None => fill_html(&words.html()),
            },
        }
    }
}

#[cfg(test)]
mod tests;
