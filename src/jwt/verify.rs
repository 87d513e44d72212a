use base64ct::{Base64UrlUnpadded, Encoding};
use jwt_compact::{Algorithm, AlgorithmSignature};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::hs256::Hs256;
use super::json;
use super::validation::Validation;
use crate::error::VerifyError;
use crate::key::HmacKey;

/// The claims of a token whose signature and claims both held.
#[derive(Debug, Clone)]
pub struct Verified {
    payload: Vec<u8>,
    claims: Map<String, Value>,
}

impl Verified {
    /// The claims as JSON.
    #[must_use]
    pub const fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// The claims as a type of the caller's.
    ///
    /// # Errors
    /// `serde_json`'s error when they do not fit the type.
    pub fn typed<C: DeserializeOwned>(&self) -> Result<C, serde_json::Error> {
        serde_json::from_slice(&self.payload)
    }

    /// The very bytes that were verified: one UTF-8 JSON object.
    #[must_use]
    pub fn into_payload(self) -> Vec<u8> {
        self.payload
    }
}

/// Verifies an HS256 token (RFC 7515 §5.2, RFC 7519 §7.2) at the time `now`, in
/// seconds since the epoch.
///
/// # Errors
/// [`VerifyError`], the first rule that the token breaks. No claim is looked at
/// before the signature holds.
pub fn verify_jwt(
    token: &str,
    key: &HmacKey,
    validation: &Validation,
    now: f64,
) -> Result<Verified, VerifyError> {
    if token.len() > validation.max_token_length {
        return Err(VerifyError::TooLarge {
            limit: validation.max_token_length,
        });
    }
    let parts = Parts::split(token)?;
    check_header(&decode(parts.header)?, validation)?;

    let signature = Hs256::decode_signature(parts.signature)?;
    if !Hs256.verify_signature(&signature, key, parts.signed.as_bytes()) {
        return Err(VerifyError::SignatureInvalid);
    }

    let payload = decode(parts.payload)?;
    let claims = json::object(&payload).map_err(|reason| VerifyError::Malformed { reason })?;
    validation.check(&claims, now)?;
    Ok(Verified { payload, claims })
}

struct Parts<'a> {
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
    signed: &'a str,
}

impl<'a> Parts<'a> {
    fn split(token: &'a str) -> Result<Self, VerifyError> {
        const NOT_THREE: VerifyError = VerifyError::Malformed {
            reason: "a token has three parts with a dot between them",
        };
        let (signed, signature) = token.rsplit_once('.').ok_or(NOT_THREE)?;
        let (header, payload) = signed.split_once('.').ok_or(NOT_THREE)?;
        if payload.contains('.') {
            return Err(NOT_THREE);
        }
        Ok(Self {
            header,
            payload,
            signature,
            signed,
        })
    }
}

impl Hs256 {
    fn decode_signature(text: &str) -> Result<<Self as Algorithm>::Signature, VerifyError> {
        // A signature of another length can't be an HS256 one: no key is needed to say so.
        AlgorithmSignature::try_from_slice(&decode(text)?)
            .map_err(|_| VerifyError::SignatureInvalid)
    }
}

/// RFC 7515 §2: base64url without padding, line breaks or white space, and with
/// the unused bits of the last character zero.
fn decode(part: &str) -> Result<Vec<u8>, VerifyError> {
    Base64UrlUnpadded::decode_vec(part).map_err(|_| VerifyError::Malformed {
        reason: "a part is not strict base64url",
    })
}

fn check_header(bytes: &[u8], validation: &Validation) -> Result<(), VerifyError> {
    const MALFORMED: VerifyError = VerifyError::Malformed {
        reason: "the header is not a JSON object of unique strings",
    };
    let header = json::object(bytes).map_err(|_| MALFORMED)?;

    // RFC 8725 §3.1: the verifier fixes the algorithm, compared exactly.
    if header.get("alg").and_then(Value::as_str) != Some("HS256") {
        return Err(VerifyError::AlgNotAllowed);
    }
    // RFC 7515 §4.1.11: none is understood here, so whatever it holds is refused.
    if header.contains_key("crit") {
        return Err(VerifyError::CritUnsupported);
    }
    // RFC 7797's unencoded payload and RFC 7516's compression have no place in a JWT.
    if ["b64", "zip", "enc"]
        .iter()
        .any(|name| header.contains_key(*name))
    {
        return Err(VerifyError::Malformed {
            reason: "the header asks for another serialization",
        });
    }
    let string_or_absent = |name: &str| match header.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(MALFORMED),
    };
    string_or_absent("kid")?;
    if validation.accepts_typ(string_or_absent("typ")?) {
        Ok(())
    } else {
        Err(VerifyError::TypMismatch)
    }
}
