//! Checks the form of the registered claims (RFC 7519 §4.1). The verifier and the signer
//! apply the same rules.

use std::borrow::Cow;

use super::json::{self, Flaw, Names, Text, Value};

/// The largest absolute value of a `NumericDate` (RFC 7519 §2), in seconds: the end of the
/// year 9999.
pub const NUMERIC_DATE_LIMIT: f64 = 253_402_300_799.0;

const MAX_SUBJECT_LENGTH: usize = 1024;

/// A claim with the wrong type or value.
pub(super) struct Wrong {
    pub(super) claim: &'static str,
    pub(super) reason: &'static str,
}

/// A payload's registered claims, which haven't been checked yet, and the names of all its
/// claims.
pub(super) struct Claims<'a, 'n> {
    payload: &'a [u8],
    names: &'n Names,
    exp: Option<Value<'a>>,
    nbf: Option<Value<'a>>,
    iat: Option<Value<'a>>,
    iss: Option<Value<'a>>,
    sub: Option<Value<'a>>,
    aud: Option<Value<'a>>,
    jti: Option<Value<'a>>,
}

/// `exp`, `nbf` and `iat`: seconds since the epoch.
pub(super) struct Times {
    pub(super) expiration: Option<f64>,
    pub(super) not_before: Option<f64>,
    pub(super) issued_at: Option<f64>,
}

impl<'a, 'n> Claims<'a, 'n> {
    pub(super) fn read(payload: &'a [u8], names: &'n mut Names) -> Result<Self, Flaw> {
        let [
            mut exp,
            mut nbf,
            mut iat,
            mut iss,
            mut sub,
            mut aud,
            mut jti,
        ] = [None; 7];
        json::object(payload, names, |name, value| {
            let claim = match name {
                "exp" => &mut exp,
                "nbf" => &mut nbf,
                "iat" => &mut iat,
                "iss" => &mut iss,
                "sub" => &mut sub,
                "aud" => &mut aud,
                "jti" => &mut jti,
                _ => return,
            };
            *claim = Some(value);
        })?;
        Ok(Self {
            payload,
            names,
            exp,
            nbf,
            iat,
            iss,
            sub,
            aud,
            jti,
        })
    }

    #[inline]
    pub(super) fn contain(&self, claim: &str) -> bool {
        self.names.contain(self.payload, claim)
    }

    #[inline]
    pub(super) fn times(&self) -> Result<Times, Wrong> {
        Ok(Times {
            expiration: numeric_date("exp", self.exp)?,
            not_before: numeric_date("nbf", self.nbf)?,
            issued_at: numeric_date("iat", self.iat)?,
        })
    }

    pub(super) fn issuer(&self) -> Result<Option<Cow<'a, str>>, Wrong> {
        string("iss", self.iss)
    }

    pub(super) fn jwt_id(&self) -> Result<Option<Cow<'a, str>>, Wrong> {
        string("jti", self.jti)
    }

    /// Applications put `sub` into paths, log lines and queries, so its length is limited and
    /// control characters are refused. If `numeric` is true, an integer is also allowed,
    /// although RFC 7519 §4.1.2 forbids it.
    pub(super) fn subject(&self, numeric: bool) -> Result<Option<Cow<'a, str>>, Wrong> {
        let wrong = |reason| Wrong {
            claim: "sub",
            reason,
        };
        if let Some(Value::Number(text)) = self.sub
            && numeric
            && json::is_whole(text)
        {
            return Ok(Some(text.into()));
        }
        let Some(subject) = string("sub", self.sub)? else {
            return Ok(None);
        };
        if subject.is_empty() {
            return Err(wrong("must not be empty"));
        }
        if subject.len() > MAX_SUBJECT_LENGTH && subject.chars().count() > MAX_SUBJECT_LENGTH {
            return Err(wrong("must have at most 1024 characters"));
        }
        if subject.chars().any(char::is_control) {
            return Err(wrong("must not contain control characters"));
        }
        Ok(Some(subject))
    }

    /// `aud` (RFC 7519 §4.1.3), a string or an array of strings. Returns `None` if the claim
    /// is absent; otherwise, returns whether any of the strings satisfies `expected`.
    pub(super) fn audience(&self, expected: impl Fn(&str) -> bool) -> Result<Option<bool>, Wrong> {
        const WRONG: Wrong = Wrong {
            claim: "aud",
            reason: "must be a string or an array of strings",
        };
        match self.aud {
            None => Ok(None),
            Some(Value::String(audience)) => Ok(Some(expected(&audience.resolve()))),
            Some(Value::Array(items)) => {
                let mut found = false;
                for item in json::strings(items) {
                    found |= expected(&item.ok_or(WRONG)?.resolve());
                }
                Ok(Some(found))
            }
            Some(_) => Err(WRONG),
        }
    }
}

/// A `NumericDate` (RFC 7519 §2): seconds since the epoch, with fractions allowed.
fn numeric_date(claim: &'static str, value: Option<Value<'_>>) -> Result<Option<f64>, Wrong> {
    let Some(value) = value else {
        return Ok(None);
    };
    if let Value::Number(text) = value
        && let Some(seconds) = json::seconds(text)
        && seconds.abs() <= NUMERIC_DATE_LIMIT
    {
        return Ok(Some(seconds));
    }
    Err(not_a_date(claim))
}

pub(super) fn not_a_date(claim: &'static str) -> Wrong {
    Wrong {
        claim,
        reason: "must be a number of seconds, and not after the year 9999",
    }
}

/// A `StringOrURI` claim: absent, or a string.
fn string<'a>(
    claim: &'static str,
    value: Option<Value<'a>>,
) -> Result<Option<Cow<'a, str>>, Wrong> {
    match value {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(Text::resolve(text))),
        Some(_) => Err(Wrong {
            claim,
            reason: "must be a string",
        }),
    }
}
