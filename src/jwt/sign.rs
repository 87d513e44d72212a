use jwt_compact::{AlgorithmExt, Claims, Header};
use serde::Serialize;
use serde_json::{Map, Value};

use super::claims::{self, NUMERIC_DATE_LIMIT, Wrong};
use super::hs256::Hs256;
use crate::error::SignError;
use crate::key::HmacKey;

/// What to add to the claims and the header when signing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SignOptions {
    expires_in: Option<f64>,
    not_before: Option<f64>,
    issuer: Option<String>,
    audience: Vec<String>,
    subject: Option<String>,
    jwt_id: Option<String>,
    key_id: Option<String>,
    typ: Typ,
}

#[derive(Debug, Clone, PartialEq, Default)]
enum Typ {
    #[default]
    Jwt,
    Absent,
    Named(String),
}

impl SignOptions {
    /// No claim added but `iat`, header `{"alg":"HS256","typ":"JWT"}`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `exp` to this many seconds after now.
    #[must_use]
    pub fn expires_in(mut self, seconds: f64) -> Self {
        self.expires_in = Some(seconds);
        self
    }

    /// Sets `nbf` to this many seconds after now.
    #[must_use]
    pub fn not_before(mut self, seconds: f64) -> Self {
        self.not_before = Some(seconds);
        self
    }

    /// Sets `iss`.
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Adds an audience: one makes `aud` a string, several an array.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience.push(audience.into());
        self
    }

    /// Sets `sub`.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Sets `jti`.
    #[must_use]
    pub fn jwt_id(mut self, jwt_id: impl Into<String>) -> Self {
        self.jwt_id = Some(jwt_id.into());
        self
    }

    /// Sets the header's `kid`.
    #[must_use]
    pub fn key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = Some(key_id.into());
        self
    }

    /// Sets the header's `typ`, `JWT` otherwise (RFC 8725 §3.11).
    #[must_use]
    pub fn typ(mut self, typ: impl Into<String>) -> Self {
        self.typ = Typ::Named(typ.into());
        self
    }

    /// Leaves `typ` out of the header, as Better Auth's session data has it.
    #[must_use]
    pub fn without_typ(mut self) -> Self {
        self.typ = Typ::Absent;
        self
    }
}

/// Signs claims as an HS256 token at the time `now`, in seconds since the
/// epoch. `iat` is set to the whole second of `now` unless the claims carry one.
///
/// # Errors
/// [`SignError`] for claims that our own verifier would refuse: no `exp` (and no
/// `expires_in`), an `exp` that has passed, registered claims of a wrong type.
pub fn sign_jwt<C: Serialize>(
    claims: &C,
    key: &HmacKey,
    options: &SignOptions,
    now: f64,
) -> Result<String, SignError> {
    let Ok(Value::Object(claims)) = serde_json::to_value(claims) else {
        return Err(SignError::NotAnObject);
    };
    let claims = complete(claims, options, now)?;
    check(&claims, now)?;

    let mut header = Header::empty();
    header.key_id.clone_from(&options.key_id);
    header.token_type = match &options.typ {
        Typ::Jwt => Some("JWT".to_owned()),
        Typ::Absent => None,
        Typ::Named(typ) => Some(typ.clone()),
    };
    Hs256
        .token(&header, &Claims::new(claims), key)
        .map_err(|_| SignError::NotAnObject)
}

fn complete(
    mut claims: Map<String, Value>,
    options: &SignOptions,
    now: f64,
) -> Result<Map<String, Value>, SignError> {
    let issued_at = claims
        .entry("iat")
        .or_insert_with(|| seconds(now.floor()))
        .as_f64()
        .ok_or(SignError::ClaimInvalid {
            claim: "iat",
            reason: "must be a number",
        })?;

    let audience = match options.audience.as_slice() {
        [] => None,
        [one] => Some(Value::from(one.as_str())),
        several => Some(Value::from(several)),
    };
    let text = |option: &Option<String>| option.as_deref().map(Value::from);
    for (claim, value) in [
        (
            "exp",
            options.expires_in.map(|after| seconds(issued_at + after)),
        ),
        (
            "nbf",
            options.not_before.map(|after| seconds(issued_at + after)),
        ),
        ("iss", text(&options.issuer)),
        ("aud", audience),
        ("sub", text(&options.subject)),
        ("jti", text(&options.jwt_id)),
    ] {
        if let Some(value) = value
            && claims.insert(claim.to_owned(), value).is_some()
        {
            return Err(SignError::SetTwice { claim });
        }
    }
    Ok(claims)
}

fn check(members: &Map<String, Value>, now: f64) -> Result<(), SignError> {
    let expiration =
        claims::numeric_date(members, "exp")?.ok_or(SignError::ClaimMissing { claim: "exp" })?;
    if expiration <= now {
        return Err(SignError::ClaimInvalid {
            claim: "exp",
            reason: "has already passed",
        });
    }
    claims::numeric_date(members, "nbf")?;
    if claims::numeric_date(members, "iat")?.is_some_and(|issued_at| issued_at > now) {
        return Err(SignError::ClaimInvalid {
            claim: "iat",
            reason: "lies in the future",
        });
    }
    claims::string(members, "iss")?;
    claims::string(members, "jti")?;
    claims::subject(members)?;
    claims::audiences(members)?;
    Ok(())
}

impl From<Wrong> for SignError {
    fn from(Wrong { claim, reason }: Wrong) -> Self {
        Self::ClaimInvalid { claim, reason }
    }
}

/// A whole number of seconds is written without a fraction; what is out of
/// range or not finite becomes `null`, which [`check`] refuses by claim.
fn seconds(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() <= NUMERIC_DATE_LIMIT {
        Value::from(value as i64)
    } else {
        Value::from(value)
    }
}
