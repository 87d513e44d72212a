use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::compact::{Parts, decode};
use super::json::{self, Names};
use super::validation::DEFAULT_MAX_TOKEN_LENGTH;
use crate::error::VerifyError;

/// The header and claims of a token that has not been verified. Use them only for
/// logging and debugging, and never base a decision on them.
#[derive(Debug, Clone, PartialEq)]
pub struct Untrusted<C = Map<String, Value>> {
    /// The header, as the token's sender wrote it.
    pub header: Map<String, Value>,
    /// The claims, as the token's sender wrote them.
    pub claims: C,
}

/// Reads a token of at most 8192 bytes without verifying its signature or claims.
///
/// # Errors
/// [`VerifyError::TooLarge`] for a longer token; [`VerifyError::Malformed`] for a token
/// that doesn't have the strict form that [`verify_jwt`](super::verify_jwt) requires;
/// [`VerifyError::ClaimsMismatch`] if the claims can't be deserialized as `C`.
pub fn decode_jwt<C: DeserializeOwned>(token: &str) -> Result<Untrusted<C>, VerifyError> {
    let [header, claims] = decode_untrusted(token.as_bytes(), DEFAULT_MAX_TOKEN_LENGTH)?;
    let mismatch = |_| VerifyError::ClaimsMismatch;
    Ok(Untrusted {
        header: serde_json::from_slice(&header).map_err(mismatch)?,
        claims: serde_json::from_slice(&claims).map_err(mismatch)?,
    })
}

/// Returns the header and the claims, each as the bytes of one JSON object.
pub(crate) fn decode_untrusted(token: &[u8], limit: usize) -> Result<[Vec<u8>; 2], VerifyError> {
    if token.len() > limit {
        return Err(VerifyError::TooLarge { limit });
    }
    let parts = Parts::split(token)?;
    let mut names = Names::default();
    decode(parts.signature, &mut Vec::new())?;
    let mut read = |part| -> Result<Vec<u8>, VerifyError> {
        let mut bytes = Vec::new();
        decode(part, &mut bytes)?;
        json::check(&bytes, &mut names).map_err(|reason| VerifyError::Malformed { reason })?;
        Ok(bytes)
    };
    Ok([read(parts.header)?, read(parts.payload)?])
}
