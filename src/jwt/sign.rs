use jwt_compact::{AlgorithmExt, Header};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::Algorithm;
use super::claims::{self, Claims, NUMERIC_DATE_LIMIT, Wrong};
use super::json::{self, Names, Value};
use super::verify::{Parts, decode};
use crate::error::SignError;
use crate::key::Keys;

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
    algorithm: Option<Algorithm>,
}

#[derive(Debug, Clone, PartialEq, Default)]
enum Typ {
    #[default]
    Jwt,
    Absent,
    Named(String),
}

impl SignOptions {
    /// No claim added but `iat`; the key's own algorithm, `typ` `JWT`, and the
    /// `kid` of a key that has one.
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

    /// Sets the header's `kid`, instead of the one that a ring's key has.
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

    /// Signs with this algorithm, where the key allows it.
    #[must_use]
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = Some(algorithm);
        self
    }
}

/// Signs claims as a token at the time `now`, in seconds since the epoch. `iat`
/// is set to the whole second of `now` unless the claims carry one; times that
/// options set count from it, to the millisecond.
///
/// # Errors
/// [`SignError`] for claims that our own verifier would refuse: no `exp` (and no
/// `expires_in`), an `exp` that has passed, registered claims of a wrong type,
/// nesting deeper than 32; and for an algorithm that the key does not allow.
pub fn sign_jwt<C: Serialize>(
    claims: &C,
    keys: &impl Keys,
    options: &SignOptions,
    now: f64,
) -> Result<String, SignError> {
    let claims = serde_json::to_vec(claims).map_err(|_| SignError::NotAnObject)?;
    sign_json(&claims, keys, options, now)
}

/// [`sign_jwt`] for claims that are JSON already.
pub(crate) fn sign_json(
    claims: &[u8],
    keys: &impl Keys,
    options: &SignOptions,
    now: f64,
) -> Result<String, SignError> {
    let (kid, key) = keys.signing();
    let algorithm = options.algorithm.unwrap_or_else(|| key.default_algorithm());
    if !key.allows(algorithm) {
        return Err(SignError::AlgNotAllowed);
    }
    let members = Members::complete(claims, options, now)?;
    let mut header = Header::empty();
    header.key_id = options.key_id.clone().or_else(|| kid.map(str::to_owned));
    header.token_type = match &options.typ {
        Typ::Jwt => Some("JWT".to_owned()),
        Typ::Absent => None,
        Typ::Named(typ) => Some(typ.clone()),
    };
    let token = algorithm
        .token(&header, &jwt_compact::Claims::new(members), key)
        .map_err(|_| SignError::NotAnObject)?;
    check(&token, now)?;
    Ok(token)
}

/// The members of the claims in their order, each value as its JSON text.
struct Members(Vec<(String, Box<RawValue>)>);

impl Members {
    fn complete(claims: &[u8], options: &SignOptions, now: f64) -> Result<Self, SignError> {
        let mut members = Self(Vec::new());
        let mut issued_at = None;
        json::object(claims, &mut Names::default(), |name, value, text| {
            if name == "iat" {
                issued_at = Some(value);
            }
            members.push(name, text.to_owned());
        })
        .map_err(|_| SignError::NotAnObject)?;

        let issued_at = match issued_at {
            None => {
                members.push("iat", seconds("iat", now.floor())?);
                Some(now.floor())
            }
            Some(Value::Number(text)) => json::seconds(text),
            Some(_) => None,
        };
        let issued_at = issued_at.ok_or(claims::not_a_date("iat"))?;
        let audience = match options.audience.as_slice() {
            [] => None,
            [one] => Some(text(one)),
            several => Some(text(several)),
        };
        let time = |claim, after: Option<f64>| {
            after
                .map(|after| seconds(claim, issued_at + after))
                .transpose()
        };
        for (claim, value) in [
            ("exp", time("exp", options.expires_in)?),
            ("nbf", time("nbf", options.not_before)?),
            ("iss", options.issuer.as_ref().map(text)),
            ("aud", audience),
            ("sub", options.subject.as_ref().map(text)),
            ("jti", options.jwt_id.as_ref().map(text)),
        ] {
            let Some(value) = value else { continue };
            if members.0.iter().any(|(name, _)| name == claim) {
                return Err(SignError::SetTwice { claim });
            }
            members.push(claim, value);
        }
        Ok(members)
    }

    fn push(&mut self, name: &str, json: String) {
        let value = RawValue::from_string(json).expect("the text was read or written as JSON");
        self.0.push((name.to_owned(), value));
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

fn text<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("strings have a JSON form")
}

/// A `NumericDate` to the millisecond, without a fraction where it is whole.
fn seconds(claim: &'static str, value: f64) -> Result<String, SignError> {
    if value.is_nan() || value.abs() > NUMERIC_DATE_LIMIT {
        return Err(claims::not_a_date(claim).into());
    }
    let milliseconds = (value * 1000.0).round() as i64;
    let (sign, milliseconds) = (
        if milliseconds < 0 { "-" } else { "" },
        milliseconds.unsigned_abs(),
    );
    let (whole, fraction) = (milliseconds / 1000, milliseconds % 1000);
    Ok(if fraction == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction:03}")
    })
}

/// Reads the claims of a signed token as a verifier would, so that there is one
/// set of rules and it judges the very bytes that go out.
fn check(token: &str, now: f64) -> Result<(), SignError> {
    let mut payload = Vec::new();
    let mut names = Names::default();
    Parts::split(token.as_bytes())
        .and_then(|parts| decode(parts.payload, &mut payload))
        .map_err(|_| SignError::NotAnObject)?;
    let claims = Claims::read(&payload, &mut names).map_err(|_| SignError::NotAnObject)?;
    let times = claims.times()?;
    let wrong = |claim, reason| Err(SignError::ClaimInvalid { claim, reason });
    match times.expiration {
        None => return Err(SignError::ClaimMissing { claim: "exp" }),
        Some(expiration) if expiration <= now => return wrong("exp", "has already passed"),
        Some(_) => {}
    }
    if times.issued_at.is_some_and(|issued_at| issued_at > now) {
        return wrong("iat", "lies in the future");
    }
    claims.issuer()?;
    claims.jwt_id()?;
    claims.subject()?;
    claims.audience(|_| true)?;
    Ok(())
}

impl From<Wrong> for SignError {
    fn from(Wrong { claim, reason }: Wrong) -> Self {
        Self::ClaimInvalid { claim, reason }
    }
}
