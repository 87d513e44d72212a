//! Makes our keys work with jwt-compact's typed API, by implementing its `Algorithm`
//! trait.

use std::borrow::Cow;
use std::num::NonZeroUsize;

use jwt_compact::AlgorithmSignature;

use super::hmac::HmacKey;
use crate::algorithm::{Algorithm, Mac};

impl AlgorithmSignature for Mac {
    const LENGTH: Option<NonZeroUsize> = None;

    fn try_from_slice(slice: &[u8]) -> anyhow::Result<Self> {
        Ok(Self::new(slice))
    }

    fn as_bytes(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self.as_slice())
    }
}

impl jwt_compact::Algorithm for Algorithm {
    type SigningKey = HmacKey;
    type VerifyingKey = HmacKey;
    type Signature = Mac;

    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed((*self).name())
    }

    fn sign(&self, key: &HmacKey, message: &[u8]) -> Mac {
        key.tag(*self, message)
    }

    fn verify_signature(&self, signature: &Mac, key: &HmacKey, message: &[u8]) -> bool {
        key.allows(*self) && key.tag(*self, message).matches(signature)
    }
}
