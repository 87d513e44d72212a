//! What the registered claims (RFC 7519 §4.1) must look like, wherever they
//! come from: the verifier and the signer hold them to the same rules.

use serde_json::{Map, Value};

/// Year 9999 in seconds, either way of the epoch: the bound of a `NumericDate`.
pub const NUMERIC_DATE_LIMIT: f64 = 253_402_300_799.0;

const MAX_SUBJECT_LENGTH: usize = 1024;

/// A claim that is there and wrong.
pub(super) struct Wrong {
    pub(super) claim: &'static str,
    pub(super) reason: &'static str,
}

/// A `NumericDate` (RFC 7519 §2): seconds since the epoch, fractions allowed.
pub(super) fn numeric_date(
    claims: &Map<String, Value>,
    claim: &'static str,
) -> Result<Option<f64>, Wrong> {
    let Some(value) = claims.get(claim) else {
        return Ok(None);
    };
    value
        .as_f64()
        .filter(|seconds| seconds.abs() <= NUMERIC_DATE_LIMIT)
        .map(Some)
        .ok_or(Wrong {
            claim,
            reason: "must be a number of seconds between the years 0 and 9999",
        })
}

/// A `StringOrURI` claim: absent, or a string.
pub(super) fn string<'a>(
    claims: &'a Map<String, Value>,
    claim: &'static str,
) -> Result<Option<&'a str>, Wrong> {
    match claims.get(claim) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Wrong {
            claim,
            reason: "must be a string",
        }),
    }
}

/// `sub` becomes part of paths, log lines and queries further on, so it is
/// bounded and free of control characters.
pub(super) fn subject(claims: &Map<String, Value>) -> Result<Option<&str>, Wrong> {
    let wrong = |reason| Wrong {
        claim: "sub",
        reason,
    };
    let Some(subject) = string(claims, "sub")? else {
        return Ok(None);
    };
    if subject.is_empty() {
        return Err(wrong("must not be empty"));
    }
    if subject.chars().count() > MAX_SUBJECT_LENGTH {
        return Err(wrong("must have at most 1024 characters"));
    }
    if subject.chars().any(char::is_control) {
        return Err(wrong("must not have control characters"));
    }
    Ok(Some(subject))
}

/// `aud` (RFC 7519 §4.1.3): a string or an array of strings.
pub(super) fn audiences(claims: &Map<String, Value>) -> Result<Option<Vec<&str>>, Wrong> {
    let wrong = Wrong {
        claim: "aud",
        reason: "must be a string or an array of strings",
    };
    match claims.get("aud") {
        None => Ok(None),
        Some(Value::String(audience)) => Ok(Some(vec![audience])),
        Some(Value::Array(items)) => items
            .iter()
            .map(Value::as_str)
            .collect::<Option<Vec<_>>>()
            .map(Some)
            .ok_or(wrong),
        Some(_) => Err(wrong),
    }
}
