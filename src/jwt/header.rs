use std::borrow::Cow;

use super::json::{self, Names, Value};
use crate::algorithm::Algorithm;
use crate::error::VerifyError;

/// The JOSE header parameters (RFC 7515 §4) that a verifier reads. `jku`, `jwk`, `x5u` and
/// `x5c` are ignored: a token can't supply its own key (RFC 8725 §3.10).
#[derive(Debug, Default)]
pub(super) struct Header<'a> {
    pub(super) algorithm: Option<Algorithm>,
    pub(super) typ: Option<Cow<'a, str>>,
    pub(super) kid: Option<Cow<'a, str>>,
}

impl<'a> Header<'a> {
    /// Reads a decoded header. Refuses any `alg` that is not an HMAC algorithm.
    pub(super) fn read(bytes: &'a [u8], names: &mut Names) -> Result<Self, VerifyError> {
        const MALFORMED: VerifyError = VerifyError::Malformed {
            reason: "the header is not a JSON object with unique names and strings as alg, typ and kid",
        };
        let mut header = Self::default();
        let mut flawed = false;
        let mut other_serialization = false;
        let mut critical = false;
        json::object(bytes, names, |name, value| {
            let text = match value {
                Value::String(text) => Some(text.resolve()),
                _ => None,
            };
            match name {
                "alg" => header.algorithm = text.as_deref().and_then(Algorithm::by_name),
                "typ" | "kid" if text.is_none() => flawed = true,
                "typ" => header.typ = text,
                "kid" => header.kid = text,
                // RFC 7515 §4.1.11: no extension is supported, so any `crit` is refused.
                "crit" => critical = true,
                // Unencoded payloads (RFC 7797), compression and encryption (RFC 7516) are
                // not supported.
                "b64" | "zip" | "enc" => other_serialization = true,
                _ => {}
            }
        })
        .map_err(|_| MALFORMED)?;

        // RFC 8725 §3.1: check the algorithm before anything else.
        if header.algorithm.is_none() {
            return Err(VerifyError::AlgNotAllowed);
        }
        if critical {
            return Err(VerifyError::CritUnsupported);
        }
        if other_serialization {
            return Err(VerifyError::Malformed {
                reason: "the header requires another serialization",
            });
        }
        if flawed {
            return Err(MALFORMED);
        }
        Ok(header)
    }
}
