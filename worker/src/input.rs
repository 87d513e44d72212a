//! Bodies of the auth API: JSON objects, capped while they are read.

use futures_util::StreamExt;
use serde_json::{Map, Value};
use worker::Request;

use crate::error::Refusal;

const MAX_BODY_LENGTH: usize = 64 * 1024;

/// The members of a JSON body. What an endpoint does not know it ignores.
pub(crate) struct Body(Map<String, Value>);

impl Body {
    /// Reads a request's body.
    pub(crate) async fn read(request: &mut Request) -> Result<Self, Refusal> {
        let media_type = request.headers().get("content-type")?.unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            return Err(Refusal::UnsupportedMediaType);
        }
        match serde_json::from_slice(&capped(request).await?) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(_) => Err(Refusal::Validation(
                "[body] Invalid input: expected object".to_owned(),
            )),
            Err(_) => Err(Refusal::BodyNotJson),
        }
    }

    /// A member that must be a string. All that are at fault are named at once
    /// by [`Faults::check`].
    pub(crate) fn string<'a>(&'a self, member: &str, faults: &mut Faults) -> &'a str {
        match self.0.get(member) {
            Some(Value::String(text)) => text,
            other => {
                faults.note(member, "string", other);
                ""
            }
        }
    }

    /// A member that may be absent or null.
    pub(crate) fn optional_string<'a>(
        &'a self,
        member: &str,
        faults: &mut Faults,
    ) -> Option<&'a str> {
        match self.0.get(member) {
            None | Some(Value::Null) => None,
            Some(_) => Some(self.string(member, faults)),
        }
    }

    /// A member that is `default` where it is absent.
    pub(crate) fn flag(&self, member: &str, default: bool, faults: &mut Faults) -> bool {
        match self.0.get(member) {
            None | Some(Value::Null) => default,
            Some(Value::Bool(flag)) => *flag,
            other => {
                faults.note(member, "boolean", other);
                default
            }
        }
    }
}

/// Members of a body that have the wrong type.
#[derive(Default)]
pub(crate) struct Faults(Vec<String>);

impl Faults {
    fn note(&mut self, member: &str, expected: &str, found: Option<&Value>) {
        let found = match found {
            None => "undefined",
            Some(Value::Null) => "null",
            Some(Value::Bool(_)) => "boolean",
            Some(Value::Number(_)) => "number",
            Some(Value::String(_)) => "string",
            Some(Value::Array(_)) => "array",
            Some(Value::Object(_)) => "object",
        };
        self.0.push(format!(
            "[body.{member}] Invalid input: expected {expected}, received {found}"
        ));
    }

    /// Refuses where a member was at fault, in Better Auth's words.
    pub(crate) fn check(self) -> Result<(), Refusal> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Refusal::Validation(self.0.join("; ")))
        }
    }
}

async fn capped(request: &mut Request) -> Result<Vec<u8>, Refusal> {
    let announced = request.headers().get("content-length")?;
    let announced = announced
        .and_then(|length| length.parse::<usize>().ok())
        .unwrap_or(0);
    if announced > MAX_BODY_LENGTH {
        return Err(Refusal::BodyTooLarge);
    }
    if request.inner().body().is_none() {
        return Ok(Vec::new());
    }
    let mut body = Vec::with_capacity(announced);
    let mut chunks = request.stream()?;
    while let Some(chunk) = chunks.next().await {
        body.extend(chunk?);
        if body.len() > MAX_BODY_LENGTH {
            return Err(Refusal::BodyTooLarge);
        }
    }
    Ok(body)
}
