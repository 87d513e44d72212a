//! Templates with placeholders, such as `{{name}}`.

use serde_json::Value;

use super::kind::Kind;

/// The maximum length of one part, in bytes.
const MAX_LENGTH: usize = 64 * 1024;

/// A value that templates can insert.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Placeholder {
    App,
    AppUrl,
    Name,
    Email,
    NewEmail,
    Url,
    Minutes,
}

impl Placeholder {
    pub(super) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "app" => Self::App,
            "appUrl" => Self::AppUrl,
            "name" => Self::Name,
            "email" => Self::Email,
            "newEmail" => Self::NewEmail,
            "url" => Self::Url,
            "minutes" => Self::Minutes,
            _ => return None,
        })
    }
}

/// The operator's templates for one kind of message.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) subject: Option<String>,
    pub(super) text: Option<String>,
    pub(super) html: Option<String>,
}

impl Parts {
    /// Reads one member of `EMAIL_TEMPLATES`. Errors repeat only the names of unknown members and placeholders.
    pub(super) fn read(kind: Kind, value: Value) -> Result<Self, String> {
        let Value::Object(members) = value else {
            return Err("it must be an object".into());
        };
        let mut parts = Self::default();
        for (name, value) in members {
            let (part, links) = match &*name {
                "subject" => (&mut parts.subject, false),
                "text" => (&mut parts.text, true),
                "html" => (&mut parts.html, true),
                _ => return Err(format!("unknown part `{name}`")),
            };
            let Value::String(template) = value else {
                return Err(format!("{name} must be text"));
            };
            check(kind, &template, links).map_err(|reason| format!("{name} {reason}"))?;
            *part = Some(template);
        }
        Ok(parts)
    }
}

/// Checks one part. If `links` is true, the part must contain the link; otherwise, it
/// must not.
fn check(kind: Kind, template: &str, links: bool) -> Result<(), String> {
    if template.len() > MAX_LENGTH {
        return Err("is longer than 64 KiB".into());
    }
    if template.trim().is_empty() {
        return Err("is empty".into());
    }
    let (mut rest, mut has_url) = (template, false);
    while let Some((_, name, after)) = split(rest) {
        match Placeholder::parse(name) {
            None => return Err(format!("has the unknown placeholder {{{{{name}}}}}")),
            Some(Placeholder::NewEmail) if !kind.changes_email() => {
                return Err("has {{newEmail}}, which only changes of the address have".into());
            }
            Some(placeholder) => has_url |= placeholder == Placeholder::Url,
        }
        rest = after;
    }
    if rest.contains("{{") {
        return Err("has {{ without }}".into());
    }
    match (links, has_url) {
        (true, false) => Err("lacks {{url}}".into()),
        // Mail servers log subjects, and the link must not appear in a log.
        (false, true) => Err("must not have {{url}}".into()),
        _ => Ok(()),
    }
}

/// Replaces each placeholder with the text that `push` appends for its name. There is
/// only one pass, so a value that looks like a placeholder stays unchanged. If a value
/// is empty, the space before it is removed too: "Hello {{name}}," becomes "Hello,".
pub(super) fn fill(template: &str, push: &mut dyn FnMut(&str, &mut String)) -> String {
    let mut filled = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, name, after)) = split(rest) {
        filled.push_str(before);
        let length = filled.len();
        push(name, &mut filled);
        if filled.len() == length && filled.ends_with(' ') {
            filled.pop();
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// Splits the template into the text before the first placeholder, the placeholder's
/// name, and the rest.
#[inline(never)] // Inlining would duplicate the large code of the string search.
fn split(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("{{")?;
    let (name, after) = rest.split_once("}}")?;
    // The limit keeps errors short: after an unclosed `{{`, the name could be a whole page.
    (name.len() <= 32).then(|| (before, name.trim(), after))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reason(value: Value) -> String {
        Parts::read(Kind::ResetPassword, value)
            .err()
            .unwrap_or_default()
    }

    #[test]
    fn accepts_every_placeholder() {
        let all = "{{app}} {{appUrl}} {{name}} {{email}} {{newEmail}} {{ url }} {{minutes}}";
        let value = json!({ "subject": "{{app}}", "text": all, "html": all });
        let parts = Parts::read(Kind::ChangeEmailVerification, value).unwrap();
        assert_eq!(parts.subject.as_deref(), Some("{{app}}"));
        assert!(parts.text.is_some() && parts.html.is_some());
        assert_eq!(reason(json!({ "text": "} {{url}} }} { { x" })), "");
    }

    #[test]
    fn names_what_is_wrong() {
        let long = "x".repeat(MAX_LENGTH - 7) + "{{url}}";
        assert_eq!(reason(json!({ "html": long })), "");
        for (value, expected) in [
            (json!("x"), "it must be an object"),
            (json!({ "body": "{{url}}" }), "unknown part `body`"),
            (json!({ "text": ["{{url}}"] }), "text must be text"),
            (json!({ "text": " \n" }), "text is empty"),
            (json!({ "subject": "" }), "subject is empty"),
            (
                json!({ "html": "<a href=\"{url}\">" }),
                "html lacks {{url}}",
            ),
            (json!({ "text": "{{appUrl}}" }), "text lacks {{url}}"),
            (
                json!({ "subject": "{{url}}" }),
                "subject must not have {{url}}",
            ),
            (
                json!({ "text": "{{url}} {{Name}}" }),
                "text has the unknown placeholder {{Name}}",
            ),
            (
                json!({ "text": "{{url}} {{newEmail}}" }),
                "text has {{newEmail}}, which only changes of the address have",
            ),
            (
                json!({ "text": "{{url}} {{name" }),
                "text has {{ without }}",
            ),
            (
                json!({ "text": format!("{{{{{} }}}} {{{{url}}}}", "x".repeat(40)) }),
                "text has {{ without }}",
            ),
            (
                json!({ "html": format!("x{long}") }),
                "html is longer than 64 KiB",
            ),
        ] {
            assert_eq!(reason(value), expected);
        }
    }

    #[test]
    fn fills_in_one_pass() {
        let filled = fill("{{a}} {{b}},{{ c }}{{a}}.", &mut |name, text| {
            text.push_str(match name {
                "a" => "{{c}}",
                "c" => "{{",
                _ => "",
            });
        });
        assert_eq!(filled, "{{c}},{{{{c}}.");
    }
}
