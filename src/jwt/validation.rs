use std::borrow::Cow;

use super::claims::{Claims, Times, Wrong};
use crate::error::VerifyError;

/// Longest token read unless the verifier says otherwise, in bytes.
pub const DEFAULT_MAX_TOKEN_LENGTH: usize = 8192;

/// How far in the future `iat` may be, in seconds. RFC 7519 §4.1.6 makes it no
/// condition, and the clocks of two machines differ; further ahead it is a mistake.
const MAX_IAT_AHEAD: f64 = 60.0;

/// Which `aud` a verifier takes (RFC 7519 §4.1.3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Audience {
    /// The verifier names none: a token that carries `aud` is for somebody else.
    #[default]
    Unnamed,
    /// `aud` is required and must hold one of these, exactly.
    AnyOf(Vec<String>),
    /// `aud` is not looked at.
    Ignored,
}

/// What a verifier expects of a token. `exp` is always required; naming an
/// issuer, audience, subject or token id makes that claim required too.
///
/// ```
/// use edgeseal::Validation;
///
/// let validation = Validation::new()
///     .issuer("https://auth.example")
///     .audience("https://api.example")
///     .leeway(5.0);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Validation {
    issuers: Vec<String>,
    audience: Audience,
    subject: Option<String>,
    numeric_subject: bool,
    jwt_id: Option<String>,
    typ: Option<String>,
    leeway: f64,
    not_before_leeway: f64,
    max_token_age: Option<f64>,
    required_claims: Vec<String>,
    pub(crate) max_token_length: usize,
}

impl Default for Validation {
    fn default() -> Self {
        Self {
            issuers: Vec::new(),
            audience: Audience::Unnamed,
            subject: None,
            numeric_subject: false,
            jwt_id: None,
            typ: None,
            leeway: 0.0,
            not_before_leeway: 0.0,
            max_token_age: None,
            required_claims: Vec::new(),
            max_token_length: DEFAULT_MAX_TOKEN_LENGTH,
        }
    }
}

impl Validation {
    /// The strict defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Requires `iss` to be exactly this, or one of those already named (RFC 8725 §3.8).
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuers.push(issuer.into());
        self
    }

    /// Requires `aud` to hold this, besides those already named (RFC 8725 §3.9).
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        match &mut self.audience {
            Audience::AnyOf(audiences) => audiences.push(audience.into()),
            other => *other = Audience::AnyOf(vec![audience.into()]),
        }
        self
    }

    /// Leaves `aud` unread: for a verifier whose tokens carry one that it does
    /// not know.
    #[must_use]
    pub fn ignore_audience(mut self) -> Self {
        self.audience = Audience::Ignored;
        self
    }

    /// Requires `sub` to be exactly this.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Takes a `sub` that is a whole number in JSON, against RFC 7519 §4.1.2: for
    /// tokens of servers that have user ids of a database there.
    #[must_use]
    pub fn numeric_subject(mut self) -> Self {
        self.numeric_subject = true;
        self
    }

    /// Requires `jti` to be exactly this.
    #[must_use]
    pub fn jwt_id(mut self, jwt_id: impl Into<String>) -> Self {
        self.jwt_id = Some(jwt_id.into());
        self
    }

    /// Requires the header's `typ` to be this media type (RFC 7515 §4.1.9).
    /// Without it only an absent `typ` or `JWT` passes.
    #[must_use]
    pub fn typ(mut self, typ: impl Into<String>) -> Self {
        self.typ = Some(typ.into());
        self
    }

    /// Clock skew to allow for `exp` and `nbf`, in seconds; for `iat`, where it is
    /// more than 60. Anything but a finite, non-negative number counts as 0.
    #[must_use]
    pub fn leeway(mut self, seconds: f64) -> Self {
        self.leeway = tolerated(seconds);
        self
    }

    /// Clock skew to allow for `nbf`, and for `iat` where it is more than 60, in
    /// seconds; `exp` keeps its [`leeway`](Self::leeway). For parts of one
    /// installation, whose clocks differ, but whose tokens end when they say.
    #[must_use]
    pub fn not_before_leeway(mut self, seconds: f64) -> Self {
        self.not_before_leeway = tolerated(seconds);
        self
    }

    /// Refuses tokens issued longer ago than this, in seconds; makes `iat` required.
    #[must_use]
    pub fn max_token_age(mut self, seconds: f64) -> Self {
        self.max_token_age = Some(seconds);
        self
    }

    /// Requires a claim to be present, whatever its value.
    #[must_use]
    pub fn require_claim(mut self, claim: impl Into<String>) -> Self {
        self.required_claims.push(claim.into());
        self
    }

    /// Longest token to read, in bytes.
    #[must_use]
    pub fn max_token_length(mut self, bytes: usize) -> Self {
        self.max_token_length = bytes;
        self
    }

    /// Whether the header's `typ` is the expected media type. RFC 7515 §4.1.9:
    /// compared without case, and `application/` may be left out.
    pub(super) fn accepts_typ(&self, typ: Option<&str>) -> bool {
        match (self.typ.as_deref(), typ) {
            (None, None) => true,
            (Some(_), None) => false,
            (expected, Some(typ)) => same_media_type(typ, expected.unwrap_or("JWT")),
        }
    }

    /// Holds verified claims against this. `now` in seconds since the epoch.
    pub(super) fn check(&self, claims: &Claims<'_, '_>, now: f64) -> Result<Window, VerifyError> {
        let window = self.check_times(&claims.times()?, now)?;
        one_of("iss", claims.issuer()?, &self.issuers)?;
        let subject = claims.subject(self.numeric_subject)?;
        one_of("sub", subject, self.subject.as_slice())?;
        one_of("jti", claims.jwt_id()?, self.jwt_id.as_slice())?;
        self.check_audience(claims)?;
        let absent = |claim: &&String| !claims.contain(claim);
        match self.required_claims.iter().find(absent) {
            Some(claim) => Err(missing(claim.clone())),
            None => Ok(window),
        }
    }

    fn check_times(&self, times: &Times, now: f64) -> Result<Window, VerifyError> {
        let expiration = times.expiration.ok_or_else(|| missing("exp"))?;
        let mut window = Window {
            from: f64::NEG_INFINITY,
            until: expiration + self.leeway,
        };
        // §4.1.4: "on or after" its time a token must not be accepted.
        if window.until <= now {
            return Err(VerifyError::Expired { claim: "exp" });
        }
        let ahead = self.leeway.max(self.not_before_leeway);
        for (claim, time, ahead) in [
            ("nbf", times.not_before, ahead),
            ("iat", times.issued_at, ahead.max(MAX_IAT_AHEAD)),
        ] {
            let Some(time) = time else { continue };
            let from = time - ahead;
            if from > now {
                return Err(VerifyError::NotYetValid { claim });
            }
            window.from = window.from.max(from);
        }
        if let Some(max_age) = self.max_token_age {
            let issued_at = times.issued_at.ok_or_else(|| missing("iat"))?;
            let until = issued_at + max_age + self.leeway;
            if until <= now {
                return Err(VerifyError::Expired { claim: "iat" });
            }
            window.until = window.until.min(until);
        }
        Ok(window)
    }

    fn check_audience(&self, claims: &Claims<'_, '_>) -> Result<(), VerifyError> {
        let invalid = |reason| {
            Err(VerifyError::ClaimInvalid {
                claim: "aud",
                reason,
            })
        };
        let expected = |audience: &str| match &self.audience {
            Audience::AnyOf(expected) => expected.iter().any(|one| one == audience),
            Audience::Unnamed | Audience::Ignored => false,
        };
        match (&self.audience, claims.audience(expected)?) {
            (Audience::Ignored, _)
            | (Audience::Unnamed, None)
            | (Audience::AnyOf(_), Some(true)) => Ok(()),
            (Audience::Unnamed, Some(_)) => invalid("is present, but no audience is expected"),
            (Audience::AnyOf(_), None) => Err(missing("aud")),
            (Audience::AnyOf(_), Some(false)) => invalid("is not the expected one"),
        }
    }
}

/// When a verified token holds, in seconds since the epoch: at `from` and
/// after, before `until`. Its claims decide, widened by the leeway.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Window {
    pub(crate) from: f64,
    pub(crate) until: f64,
}

impl From<Wrong> for VerifyError {
    fn from(Wrong { claim, reason }: Wrong) -> Self {
        Self::ClaimInvalid { claim, reason }
    }
}

/// A skew that can be allowed; anything else is none.
fn tolerated(seconds: f64) -> f64 {
    if seconds.is_finite() {
        seconds.max(0.0)
    } else {
        0.0
    }
}

fn missing(claim: impl Into<Cow<'static, str>>) -> VerifyError {
    VerifyError::ClaimMissing {
        claim: claim.into(),
    }
}

/// Of no expectation anything holds.
fn one_of(
    claim: &'static str,
    presented: Option<Cow<'_, str>>,
    expected: &[String],
) -> Result<(), VerifyError> {
    match presented {
        _ if expected.is_empty() => Ok(()),
        None => Err(missing(claim)),
        Some(presented) if expected.iter().any(|one| *one == presented) => Ok(()),
        Some(_) => Err(VerifyError::ClaimInvalid {
            claim,
            reason: "is not the expected one",
        }),
    }
}

fn same_media_type(left: &str, right: &str) -> bool {
    const PREFIX: &str = "application/";
    fn short(name: &str) -> &str {
        match (name.get(..PREFIX.len()), name.get(PREFIX.len()..)) {
            // Only where no other `/` follows may the prefix have been left out.
            (Some(prefix), Some(rest))
                if prefix.eq_ignore_ascii_case(PREFIX)
                    && !rest.bytes().any(|byte| byte == b'/') =>
            {
                rest
            }
            _ => name,
        }
    }
    short(left).eq_ignore_ascii_case(short(right))
}
