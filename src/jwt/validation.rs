use std::borrow::Cow;

use super::claims::{Claims, Times, Wrong};
use crate::error::VerifyError;

/// The length of the longest token that a verifier accepts by default, in bytes.
pub const DEFAULT_MAX_TOKEN_LENGTH: usize = 8192;

/// How far in the future `iat` may be, in seconds. RFC 7519 §4.1.6 doesn't set a limit. Two
/// machines' clocks may differ a little, but a time further ahead is a mistake.
const MAX_IAT_AHEAD: f64 = 60.0;

/// Which `aud` a verifier accepts (RFC 7519 §4.1.3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Audience {
    /// No audience is expected, so a token with `aud` is refused: it was issued for a different
    /// recipient.
    #[default]
    Unnamed,
    /// `aud` is required and must contain one of these values, compared exactly.
    AnyOf(Vec<String>),
    /// Any `aud` is accepted, and so are tokens without one.
    Ignored,
}

/// What a verifier expects of a token. `exp` is always required; setting an issuer,
/// audience, subject or token id makes that claim required too.
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
    /// Strict defaults: `exp` is required, there is no leeway, `aud` must be absent, and tokens
    /// may be up to 8192 bytes long.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Requires `iss` to be exactly this value, or one set by an earlier call (RFC 8725 §3.8).
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuers.push(issuer.into());
        self
    }

    /// Requires `aud` to contain exactly this value, or one set by an earlier call (RFC 8725
    /// §3.9).
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        match &mut self.audience {
            Audience::AnyOf(audiences) => audiences.push(audience.into()),
            other => *other = Audience::AnyOf(vec![audience.into()]),
        }
        self
    }

    /// Accepts any `aud`, and tokens without one.
    #[must_use]
    pub fn ignore_audience(mut self) -> Self {
        self.audience = Audience::Ignored;
        self
    }

    /// Requires `sub` (RFC 7519 §4.1.2) to be exactly this value.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Also accepts an integer as `sub`. RFC 7519 §4.1.2 does not allow integers, but some
    /// servers put numeric user ids there.
    #[must_use]
    pub fn numeric_subject(mut self) -> Self {
        self.numeric_subject = true;
        self
    }

    /// Requires `jti` (RFC 7519 §4.1.7) to be exactly this value.
    #[must_use]
    pub fn jwt_id(mut self, jwt_id: impl Into<String>) -> Self {
        self.jwt_id = Some(jwt_id.into());
        self
    }

    /// Requires the header's `typ` to be this media type (RFC 7515 §4.1.9, RFC 8725 §3.11). By
    /// default, only `JWT` and an absent `typ` are accepted.
    #[must_use]
    pub fn typ(mut self, typ: impl Into<String>) -> Self {
        self.typ = Some(typ.into());
        self
    }

    /// Sets how much clock skew to allow for `exp` and `nbf`, in seconds (RFC 7519 §4.1.4). A
    /// value above 60 also applies to `iat`. Negative and non-finite values are treated as 0.
    #[must_use]
    pub fn leeway(mut self, seconds: f64) -> Self {
        self.leeway = finite_or_zero(seconds);
        self
    }

    /// Sets how much clock skew to allow for `nbf`, in seconds. A value above 60 also applies
    /// to `iat`; `exp` keeps its [`leeway`](Self::leeway). Use this if the servers' clocks
    /// differ but tokens must not be accepted after `exp`.
    #[must_use]
    pub fn not_before_leeway(mut self, seconds: f64) -> Self {
        self.not_before_leeway = finite_or_zero(seconds);
        self
    }

    /// Refuses tokens that were issued more than this many seconds ago, plus the leeway. Also
    /// requires `iat`.
    #[must_use]
    pub fn max_token_age(mut self, seconds: f64) -> Self {
        self.max_token_age = Some(seconds);
        self
    }

    /// Requires a claim to be present, with any value.
    #[must_use]
    pub fn require_claim(mut self, claim: impl Into<String>) -> Self {
        self.required_claims.push(claim.into());
        self
    }

    /// Sets the length of the longest token to accept, in bytes. The default is
    /// [`DEFAULT_MAX_TOKEN_LENGTH`].
    #[must_use]
    pub fn max_token_length(mut self, bytes: usize) -> Self {
        self.max_token_length = bytes;
        self
    }

    /// Returns whether the header's `typ` is the expected media type. Case does not matter, and
    /// `application/` may be omitted (RFC 7515 §4.1.9).
    pub(super) fn accepts_typ(&self, typ: Option<&str>) -> bool {
        match (self.typ.as_deref(), typ) {
            (None, None) => true,
            (Some(_), None) => false,
            (expected, Some(typ)) => same_media_type(typ, expected.unwrap_or("JWT")),
        }
    }

    /// Checks the claims of a token with a valid signature. `now` is in seconds since
    /// the epoch.
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
        // RFC 7519 §4.1.4: a token must not be accepted "on or after" this time.
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

/// When a verified token is valid, in seconds since the epoch: from `from` (inclusive)
/// until `until` (exclusive). Both include the leeway.
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

fn finite_or_zero(seconds: f64) -> f64 {
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

/// If nothing is expected, any value is accepted, and the claim may be absent.
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
            // The prefix may be omitted only if no other `/` follows.
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
