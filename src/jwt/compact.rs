//! The compact serialization (RFC 7515 §7.1) of a JWT or any other JWS: three parts of
//! strict base64url, separated by dots.

use super::base64url;
use super::json::Names;
use crate::error::VerifyError;

/// The parts as they appear in the token, still encoded.
pub(super) struct Parts<'a> {
    pub(super) header: &'a [u8],
    pub(super) payload: &'a [u8],
    pub(super) signature: &'a [u8],
    /// The header, the dot and the payload, which the signature covers (RFC 7515 §5.1).
    pub(super) signed: &'a [u8],
}

impl<'a> Parts<'a> {
    #[inline]
    pub(super) fn split(token: &'a [u8]) -> Result<Self, VerifyError> {
        const NOT_THREE: VerifyError = VerifyError::Malformed {
            reason: "a token has three parts, separated by dots",
        };
        let dot = |byte: &u8| *byte == b'.';
        let first = token.iter().position(dot).ok_or(NOT_THREE)?;
        let last = token.iter().rposition(dot).ok_or(NOT_THREE)?;
        // Any additional dots end up in the payload, which is then refused as invalid
        // base64url.
        let payload = token.get(first + 1..last).ok_or(NOT_THREE)?;
        Ok(Self {
            header: &token[..first],
            payload,
            signature: &token[last + 1..],
            signed: &token[..last],
        })
    }
}

pub(super) fn decode(part: &[u8], bytes: &mut Vec<u8>) -> Result<(), VerifyError> {
    base64url::decode(part, bytes).ok_or(VerifyError::Malformed {
        reason: "a part is not strict base64url",
    })
}

/// Buffers for the decoded parts of a token. Reusing them for the next token saves
/// allocations.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    pub(super) header: Vec<u8>,
    pub(crate) payload: Vec<u8>,
    pub(super) signature: Vec<u8>,
    pub(super) names: Names,
}
