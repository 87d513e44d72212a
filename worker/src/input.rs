//! Reads queries and JSON bodies for the auth API, and enforces a size limit while
//! reading.

use futures_util::StreamExt;
use serde_json::{Map, Value};

use crate::error::Refusal;
use crate::http::Request;
use crate::user::Email;

const MAX_BODY_LENGTH: usize = 64 * 1024;

/// A JSON body, if any. Unknown members are ignored.
pub(crate) struct Body(Option<Value>);

impl Body {
    /// Reads a request's body. An empty body may have any media type.
    pub(crate) async fn read(request: &Request) -> Result<Self, Refusal> {
        let bytes = capped(request).await?;
        if bytes.is_empty() {
            return Ok(Self(None));
        }
        let media_type = request.headers().get("content-type").unwrap_or_default();
        if !is_json(media_type) {
            return Err(Refusal::UnsupportedMediaType);
        }
        let value = serde_json::from_slice(&bytes).map_err(|_| Refusal::BodyNotJson)?;
        Ok(Self(Some(value)))
    }

    /// Returns whether the request was sent without a body.
    pub(crate) const fn is_absent(&self) -> bool {
        self.0.is_none()
    }

    /// Returns one member of any type.
    pub(crate) fn member(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.get(name)
    }

    /// Returns the members of an object body. `what` names the expected type in the
    /// refusal's message.
    pub(crate) fn members(&self, what: &str) -> Result<Members<'_>, Refusal> {
        match &self.0 {
            Some(Value::Object(members)) => Ok(Members {
                place: "body",
                values: members,
                faults: Vec::new(),
            }),
            other => Err(Refusal::Validation(format!(
                "[body] {}",
                mismatch(what, other.as_ref())
            ))),
        }
    }
}

/// The parameters of a query. A parameter that occurs several times becomes a list, as in
/// Better Auth.
pub(crate) struct Query(Map<String, Value>);

impl Query {
    pub(crate) fn new(request: &Request) -> Self {
        let mut parameters = Map::new();
        for (name, value) in request.url().query_pairs() {
            let value = Value::from(&*value);
            match parameters.get_mut(&*name) {
                None => {
                    parameters.insert(name.into_owned(), value);
                }
                Some(Value::Array(values)) => values.push(value),
                Some(first) => *first = Value::Array(vec![first.take(), value]),
            }
        }
        Self(parameters)
    }

    pub(crate) const fn members(&self) -> Members<'_> {
        Members {
            place: "query",
            values: &self.0,
            faults: Vec::new(),
        }
    }
}

/// The members of a body or query. [`Members::check`] reports all invalid ones together,
/// in Better Auth's wording.
pub(crate) struct Members<'a> {
    /// Where the members are (the body or the query), for error messages.
    place: &'static str,
    values: &'a Map<String, Value>,
    faults: Vec<String>,
}

impl<'a> Members<'a> {
    /// Reads a member that must be a string.
    pub(crate) fn string(&mut self, name: &str) -> &'a str {
        match self.values.get(name) {
            Some(Value::String(text)) => text,
            other => {
                self.wrong(name, &mismatch("string", other));
                ""
            }
        }
    }

    /// Reads a string that may be absent.
    pub(crate) fn optional_string(&mut self, name: &str) -> Option<&'a str> {
        self.values.get(name)?;
        Some(self.string(name))
    }

    /// Reads a string that may be absent or null.
    pub(crate) fn nullable_string(&mut self, name: &str) -> Option<&'a str> {
        match self.values.get(name)? {
            Value::Null => None,
            _ => Some(self.string(name)),
        }
    }

    /// Reads a member that must be an e-mail address.
    pub(crate) fn email(&mut self, name: &str) -> Option<Email> {
        let faults = self.faults.len();
        let email = Email::parse(self.string(name));
        if email.is_none() && self.faults.len() == faults {
            self.wrong(name, "Invalid email address");
        }
        email
    }

    /// Reads a boolean. Returns `default` if it is absent.
    pub(crate) fn flag(&mut self, name: &str, default: bool) -> bool {
        match self.values.get(name) {
            None => default,
            Some(Value::Bool(flag)) => *flag,
            other => {
                self.wrong(name, &mismatch("boolean", other));
                default
            }
        }
    }

    /// Returns whether any member has been invalid so far.
    pub(crate) const fn has_faults(&self) -> bool {
        !self.faults.is_empty()
    }

    /// Notes why a member's value is invalid.
    pub(crate) fn wrong(&mut self, name: &str, reason: &str) {
        let place = self.place;
        self.faults.push(format!("[{place}.{name}] {reason}"));
    }

    /// Adds the invalid members of `other` to the same report.
    pub(crate) fn and(mut self, other: Members<'_>) -> Self {
        self.faults.extend(other.faults);
        self
    }

    /// Refuses the request if any member was invalid.
    pub(crate) fn check(self) -> Result<(), Refusal> {
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(Refusal::Validation(self.faults.join("; ")))
        }
    }
}

fn mismatch(expected: &str, found: Option<&Value>) -> String {
    let found = match found {
        None => "undefined",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "boolean",
        Some(Value::Number(_)) => "number",
        Some(Value::String(_)) => "string",
        Some(Value::Array(_)) => "array",
        Some(Value::Object(_)) => "object",
    };
    format!("Invalid input: expected {expected}, received {found}")
}

/// Returns whether a media type is `application/json` in UTF-8. A page from another
/// site can't send this type without a CORS preflight.
fn is_json(media_type: &str) -> bool {
    let mut parts = media_type.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let is_utf8 = |parameter: &str| match parameter.split_once('=') {
        Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
            value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    };
    essence.eq_ignore_ascii_case("application/json") && parts.all(is_utf8)
}

async fn capped(request: &Request) -> Result<Vec<u8>, Refusal> {
    let announced = request.headers().get("content-length");
    let announced = announced
        .and_then(|length| length.parse::<usize>().ok())
        .unwrap_or(0);
    if announced > MAX_BODY_LENGTH {
        return Err(Refusal::BodyTooLarge);
    }
    if !request.has_body() {
        return Ok(Vec::new());
    }
    let mut body = Vec::with_capacity(announced);
    let mut chunks = request.stream()?;
    while let Some(chunk) = chunks.next().await {
        // A client that has disconnected doesn't get a response anyway.
        body.extend(chunk.map_err(|_| Refusal::BodyNotJson)?);
        if body.len() > MAX_BODY_LENGTH {
            return Err(Refusal::BodyTooLarge);
        }
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_json_in_utf8_only() {
        for media_type in [
            "application/json",
            "Application/JSON",
            "application/json; charset=UTF-8",
            "application/json;charset=\"utf-8\"",
        ] {
            assert!(is_json(media_type), "{media_type}");
        }
        for media_type in [
            "",
            "text/plain",
            "text/plain; application/json",
            "application/jsonx",
            "application/problem+json",
            "application/json; charset=utf-7",
            "application/x-www-form-urlencoded",
        ] {
            assert!(!is_json(media_type), "{media_type}");
        }
    }

    #[test]
    fn names_every_member_at_fault() {
        let body = Body(Some(serde_json::json!({ "a": 5, "b": null, "c": "x" })));
        let mut members = body.members("object").unwrap_or_else(|_| unreachable!());
        assert_eq!(members.string("c"), "x");
        assert_eq!(members.nullable_string("b"), None);
        assert_eq!(members.nullable_string("c"), Some("x"));
        assert_eq!(members.optional_string("d"), None);
        members.string("a");
        members.flag("b", true);
        members.string("e");
        let Err(Refusal::Validation(message)) = members.check() else {
            unreachable!()
        };
        assert_eq!(
            message,
            "[body.a] Invalid input: expected string, received number; \
             [body.b] Invalid input: expected boolean, received null; \
             [body.e] Invalid input: expected string, received undefined"
        );
        assert!(Body(None).members("object").is_err());
        assert!(
            Body(Some(Value::Array(Vec::new())))
                .members("object")
                .is_err()
        );
    }
}
