use std::borrow::Cow;
use std::num::NonZeroUsize;

use jwt_compact::{Algorithm, AlgorithmSignature};
use subtle::ConstantTimeEq;

use crate::key::{HmacKey, MAC_LENGTH};

/// HS256 (RFC 7518 §3.2) over an [`HmacKey`], as jwt-compact's `Algorithm`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hs256;

/// An HS256 signature. Compares in constant time.
#[derive(Debug, Clone)]
pub struct Hs256Signature([u8; MAC_LENGTH]);

impl AlgorithmSignature for Hs256Signature {
    const LENGTH: Option<NonZeroUsize> = NonZeroUsize::new(MAC_LENGTH);

    fn try_from_slice(slice: &[u8]) -> anyhow::Result<Self> {
        slice
            .try_into()
            .map(Self)
            .map_err(|_| anyhow::Error::msg("an HS256 signature has 32 bytes"))
    }

    fn as_bytes(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.0)
    }
}

impl Algorithm for Hs256 {
    type SigningKey = HmacKey;
    type VerifyingKey = HmacKey;
    type Signature = Hs256Signature;

    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed("HS256")
    }

    fn sign(&self, key: &HmacKey, message: &[u8]) -> Hs256Signature {
        Hs256Signature(key.mac(message))
    }

    fn verify_signature(&self, signature: &Hs256Signature, key: &HmacKey, message: &[u8]) -> bool {
        key.mac(message).ct_eq(&signature.0).into()
    }
}
