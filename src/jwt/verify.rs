use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::claims::Claims;
use super::compact::{Buffers, Parts, decode};
use super::header::Header;
use super::validation::{Validation, Window};
use crate::algorithm::Mac;
use crate::error::VerifyError;
use crate::key::Keys;

/// A verified token: its signature and its claims are both valid. `C` is the type
/// of the claims, by default a JSON object.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified<C = Map<String, Value>> {
    claims: C,
    payload: Vec<u8>,
    window: Window,
}

impl<C> Verified<C> {
    /// The verified claims.
    #[must_use]
    pub const fn claims(&self) -> &C {
        &self.claims
    }

    /// The verified claims, by value.
    #[must_use]
    pub fn into_claims(self) -> C {
        self.claims
    }

    /// The payload as it was signed: one UTF-8 JSON object.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The time at which the verifier that accepted this token will consider it expired,
    /// in seconds since the epoch. The verifier's leeway and maximum age are taken into
    /// account. At exactly this time, the token has already expired.
    #[must_use]
    pub const fn valid_until(&self) -> f64 {
        self.window.until
    }
}

/// Verifies a token (RFC 7515 §5.2, RFC 7519 §7.2) at the time `now`, in seconds
/// since the epoch, and deserializes its claims as `C`.
///
/// # Errors
/// [`VerifyError`] for the first rule that the token breaks. The claims aren't read
/// until the signature has been verified. [`VerifyError::ClaimsMismatch`] if a valid
/// token's claims can't be deserialized as `C`.
pub fn verify_jwt<C: DeserializeOwned>(
    token: &str,
    keys: &impl Keys,
    validation: &Validation,
    now: f64,
) -> Result<Verified<C>, VerifyError> {
    let mut buffers = Buffers::default();
    let window = verify(token.as_bytes(), keys, validation, now, &mut buffers)?;
    let payload = buffers.payload;
    let claims = serde_json::from_slice(&payload).map_err(|_| VerifyError::ClaimsMismatch)?;
    Ok(Verified {
        claims,
        payload,
        window,
    })
}

/// Checks these in order: the length, the split into three parts, the header, the strict
/// base64url of the other parts, the HMAC, and only then the claims (RFC 8725 §3.3).
/// Leaves the verified payload in `buffers` and returns the period in which the token is
/// valid.
pub(crate) fn verify(
    token: &[u8],
    keys: &impl Keys,
    validation: &Validation,
    now: f64,
    buffers: &mut Buffers,
) -> Result<Window, VerifyError> {
    if token.len() > validation.max_token_length {
        return Err(VerifyError::TooLarge {
            limit: validation.max_token_length,
        });
    }
    let parts = Parts::split(token)?;
    let Buffers {
        header,
        payload,
        signature,
        names,
    } = buffers;

    decode(parts.header, header)?;
    let header = Header::read(header, names)?;
    let algorithm = header
        .algorithm
        .filter(|algorithm| keys.allows(*algorithm))
        .ok_or(VerifyError::AlgNotAllowed)?;
    if !validation.accepts_typ(header.typ.as_deref()) {
        return Err(VerifyError::TypMismatch);
    }

    // The form is checked before the signature, so a token with a part that is not
    // base64url is malformed no matter who signed it.
    decode(parts.payload, payload)?;
    decode(parts.signature, signature)?;
    // A signature of the wrong length is refused without computing an HMAC.
    if signature.len() != algorithm.mac_length() {
        return Err(VerifyError::SignatureInvalid);
    }
    let signature = Mac::new(signature);
    let verified = keys.any(header.kid.as_deref(), |key| {
        key.allows(algorithm) && key.tag(algorithm, parts.signed).matches(&signature)
    });
    match verified {
        None => return Err(VerifyError::KeyUnknown),
        Some(false) => return Err(VerifyError::SignatureInvalid),
        Some(true) => {}
    }

    let claims =
        Claims::read(payload, names).map_err(|reason| VerifyError::Malformed { reason })?;
    validation.check(&claims, now)
}
