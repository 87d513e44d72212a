use serde::Serialize;

use super::base64url;
use super::claims::{self, Claims, NUMERIC_DATE_LIMIT, Times, Wrong};
use super::json::Names;
use crate::algorithm::Algorithm;
use crate::error::SignError;
use crate::key::Keys;

/// What [`sign_jwt`] adds to the claims and the header.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SignOptions {
    expires_in: Option<f64>,
    not_before: Option<f64>,
    issuer: Option<String>,
    audience: Vec<String>,
    subject: Option<String>,
    numeric_subject: bool,
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
    /// The defaults: add only `iat`, sign with the key's default algorithm, and set `typ` to
    /// `JWT`. With a ring, also set `kid` to the signing key's `kid`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `exp` to this many seconds after `iat`.
    #[must_use]
    pub fn expires_in(mut self, seconds: f64) -> Self {
        self.expires_in = Some(seconds);
        self
    }

    /// Sets `nbf` to this many seconds after `iat`.
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

    /// Adds an audience. `aud` is a string for one audience, and an array for several.
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

    /// Allows an integer as `sub`, which RFC 7519 §4.1.2 forbids. Use this if your verifiers set
    /// [`Validation::numeric_subject`](crate::Validation::numeric_subject).
    #[must_use]
    pub fn numeric_subject(mut self) -> Self {
        self.numeric_subject = true;
        self
    }

    /// Sets `jti`.
    #[must_use]
    pub fn jwt_id(mut self, jwt_id: impl Into<String>) -> Self {
        self.jwt_id = Some(jwt_id.into());
        self
    }

    /// Sets the header's `kid` (RFC 7515 §4.1.4), overriding the `kid` of a ring's signing key.
    #[must_use]
    pub fn key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = Some(key_id.into());
        self
    }

    /// Sets the header's `typ` (RFC 8725 §3.11); the default is `JWT`.
    #[must_use]
    pub fn typ(mut self, typ: impl Into<String>) -> Self {
        self.typ = Typ::Named(typ.into());
        self
    }

    /// Omits `typ` from the header, as Better Auth does for its session data.
    #[must_use]
    pub fn without_typ(mut self) -> Self {
        self.typ = Typ::Absent;
        self
    }

    /// Signs with this algorithm, which the key must allow.
    #[must_use]
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = Some(algorithm);
        self
    }
}

/// Signs claims as a token (RFC 7519 §7.1) at the time `now`, in seconds since the epoch. `iat`
/// is `now`, rounded down to a whole second, unless the claims already contain `iat`. Times set
/// by options are relative to `iat` and are rounded to the millisecond.
///
/// # Errors
/// [`SignError::ClaimMissing`] if there is neither `exp` nor `expires_in`;
/// [`SignError::ClaimInvalid`] for claims that a verifier would refuse: an `exp` in the past, an
/// `iat` in the future or a registered claim of the wrong type; [`SignError::NotAnObject`] for
/// claims that are not a JSON object, repeat a name or are nested more than 32 levels deep;
/// [`SignError::SetTwice`] for a claim that an option also sets; [`SignError::AlgNotAllowed`] for
/// an algorithm that the key does not allow.
#[expect(clippy::missing_panics_doc, reason = "base64url and dots are UTF-8")]
pub fn sign_jwt<C: Serialize>(
    claims: &C,
    keys: &impl Keys,
    options: &SignOptions,
    now: f64,
) -> Result<String, SignError> {
    let claims = serde_json::to_vec(claims).map_err(|_| SignError::NotAnObject)?;
    let token = Signing::prepare(keys, options)?.sign(&claims, keys, now)?;
    Ok(String::from_utf8(token).expect("base64url and dots are ASCII"))
}

/// What all tokens made with the same key and options have in common: the encoded header, and the
/// members that the options add.
pub(crate) struct Signing {
    algorithm: Algorithm,
    header: Vec<u8>,
    members: Vec<(&'static str, String)>,
    expires_in: Option<f64>,
    not_before: Option<f64>,
    numeric_subject: bool,
    /// Roughly how many bytes are added to the payload.
    added_length: usize,
}

/// Where a token's `iat` comes from.
#[derive(Clone, Copy)]
enum IssuedAt {
    /// The `now` argument.
    Now,
    /// The claims' own value.
    Own(f64),
    /// The claims seem to contain `iat`, but its value is not needed.
    Unread,
}

impl Signing {
    pub(crate) fn prepare(keys: &impl Keys, options: &SignOptions) -> Result<Self, SignError> {
        let (kid, key) = keys.signing();
        let algorithm = options.algorithm.unwrap_or_else(|| key.default_algorithm());
        if !key.allows(algorithm) {
            return Err(SignError::AlgNotAllowed);
        }
        let mut header = format!("{{\"alg\":\"{algorithm}\"");
        let typ = match &options.typ {
            Typ::Jwt => Some("JWT"),
            Typ::Absent => None,
            Typ::Named(typ) => Some(typ.as_str()),
        };
        for (name, value) in [("typ", typ), ("kid", options.key_id.as_deref().or(kid))] {
            if let Some(value) = value {
                header.extend([",\"", name, "\":", &json_of(value)]);
            }
        }
        header.push('}');
        let mut encoded = Vec::new();
        base64url::encode(header.as_bytes(), &mut encoded);
        encoded.push(b'.');

        let audience = match options.audience.as_slice() {
            [] => None,
            [one] => Some(json_of(one)),
            several => Some(json_of(several)),
        };
        let members = [
            ("iss", options.issuer.as_ref().map(json_of)),
            ("aud", audience),
            ("sub", options.subject.as_ref().map(json_of)),
            ("jti", options.jwt_id.as_ref().map(json_of)),
        ];
        let members: Vec<_> = members
            .into_iter()
            .filter_map(|(claim, value)| Some((claim, value?)))
            .collect();
        Ok(Self {
            algorithm,
            header: encoded,
            // Leaves room for `iat`, `exp` and `nbf`, and for each member with its name and
            // punctuation.
            added_length: 64
                + members
                    .iter()
                    .map(|(_, value)| value.len() + 8)
                    .sum::<usize>(),
            members,
            expires_in: options.expires_in,
            not_before: options.not_before,
            numeric_subject: options.numeric_subject,
        })
    }

    /// Signs claims, given as one JSON object without surrounding white space.
    pub(crate) fn sign(
        &self,
        claims: &[u8],
        keys: &impl Keys,
        now: f64,
    ) -> Result<Vec<u8>, SignError> {
        let mut names = Names::default();
        let mut issued_at = self.issued_at(claims, &mut names)?;
        let payload = loop {
            let payload = self.complete(claims, issued_at, now)?;
            let times = check(&payload, &mut names, self.numeric_subject, now);
            let times = times.map_err(|error| self.set_twice(claims).unwrap_or(error))?;
            if times.issued_at.is_some() {
                break payload;
            }
            // `"iat"` occurs only as a value or as a nested name.
            issued_at = IssuedAt::Now;
        };

        let mut token = Vec::with_capacity(self.header.len() + payload.len() * 4 / 3 + 96);
        token.extend_from_slice(&self.header);
        base64url::encode(&payload, &mut token);
        let (_, key) = keys.signing();
        let mac = jwt_compact::Algorithm::sign(&self.algorithm, key, &token);
        token.push(b'.');
        base64url::encode(mac.as_slice(), &mut token);
        Ok(token)
    }

    /// The claims of most tokens don't contain `iat`, and a text search is enough to rule it out.
    /// The claims are parsed only if the search finds `iat` and an option sets a time relative
    /// to it.
    fn issued_at(&self, claims: &[u8], names: &mut Names) -> Result<IssuedAt, SignError> {
        const NAME: &[u8] = b"\"iat\"";
        if !claims.windows(NAME.len()).any(|window| window == NAME) {
            return Ok(IssuedAt::Now);
        }
        if self.expires_in.or(self.not_before).is_none() {
            return Ok(IssuedAt::Unread);
        }
        let claims = Claims::read(claims, names).map_err(|_| SignError::NotAnObject)?;
        let own = claims.times()?.issued_at;
        Ok(own.map_or(IssuedAt::Now, IssuedAt::Own))
    }

    /// Returns the claims together with the added members.
    fn complete(&self, claims: &[u8], issued_at: IssuedAt, now: f64) -> Result<Vec<u8>, SignError> {
        let [b'{', inner @ .., b'}'] = claims else {
            return Err(SignError::NotAnObject);
        };
        let mut payload = Vec::with_capacity(claims.len() + self.added_length);
        payload.extend_from_slice(&claims[..=inner.len()]);
        let mut add = |claim: &str, value: &str| {
            if payload.len() > 1 {
                payload.push(b',');
            }
            for part in ["\"", claim, "\":", value] {
                payload.extend_from_slice(part.as_bytes());
            }
        };
        let issued_at = match issued_at {
            IssuedAt::Own(issued_at) => issued_at,
            // No option sets a time relative to `iat`.
            IssuedAt::Unread => f64::NAN,
            IssuedAt::Now => {
                add("iat", &seconds("iat", now.floor())?);
                now.floor()
            }
        };
        for (claim, after) in [("exp", self.expires_in), ("nbf", self.not_before)] {
            if let Some(after) = after {
                add(claim, &seconds(claim, issued_at + after)?);
            }
        }
        for (claim, value) in &self.members {
            add(claim, value);
        }
        payload.push(b'}');
        Ok(payload)
    }

    /// Finds a claim that is set both in the claims and by an option. Called only for a refused
    /// payload, so that the search never slows down a valid one.
    fn set_twice(&self, claims: &[u8]) -> Option<SignError> {
        let times = [("exp", self.expires_in), ("nbf", self.not_before)];
        let times = times.into_iter().filter(|(_, after)| after.is_some());
        let members = self.members.iter().map(|(claim, _)| *claim);
        let mut added = times.map(|(claim, _)| claim).chain(members);
        let mut names = Names::default();
        let claims = Claims::read(claims, &mut names).ok()?;
        let claim = added.find(|claim| claims.contain(claim))?;
        Some(SignError::SetTwice { claim })
    }
}

/// Applies the verifier's own rules to the bytes to be signed.
fn check(
    payload: &[u8],
    names: &mut Names,
    numeric_subject: bool,
    now: f64,
) -> Result<Times, SignError> {
    let claims = Claims::read(payload, names).map_err(|_| SignError::NotAnObject)?;
    let times = claims.times()?;
    let wrong = |claim, reason| Err(SignError::ClaimInvalid { claim, reason });
    match times.expiration {
        None => return Err(SignError::ClaimMissing { claim: "exp" }),
        Some(expiration) if expiration <= now => return wrong("exp", "has already passed"),
        Some(_) => {}
    }
    if times.issued_at.is_some_and(|issued_at| issued_at > now) {
        return wrong("iat", "is in the future");
    }
    claims.issuer()?;
    claims.jwt_id()?;
    claims.subject(numeric_subject)?;
    claims.audience(|_| true)?;
    Ok(times)
}

fn json_of<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| unreachable!("strings have a JSON form"))
}

/// Writes a `NumericDate`, rounded to the millisecond. Integers are written without a fraction.
fn seconds(claim: &'static str, value: f64) -> Result<String, SignError> {
    if value.is_nan() || value.abs() > NUMERIC_DATE_LIMIT {
        return Err(claims::not_a_date(claim).into());
    }
    let milliseconds = (value * 1000.0).round() as i64;
    let sign = if milliseconds < 0 { "-" } else { "" };
    let milliseconds = milliseconds.unsigned_abs();
    let (whole, fraction) = (milliseconds / 1000, milliseconds % 1000);
    Ok(if fraction == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction:03}")
    })
}

impl From<Wrong> for SignError {
    fn from(Wrong { claim, reason }: Wrong) -> Self {
        Self::ClaimInvalid { claim, reason }
    }
}
