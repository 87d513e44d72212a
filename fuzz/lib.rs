//! Code that all targets share: the key, the time, and tokens made from arbitrary parts.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use edgeseal::{Algorithm, HmacKey, Validation, Verified, VerifyError, verify_jwt};
use jwt_compact::Algorithm as _;

/// The same secret as in the corpus, so that the corpus's tokens have valid signatures.
pub const SECRET: &[u8; 32] = b"0123456789abcdef0123456789abcdef";
pub const NOW: f64 = 1_800_000_000.0;

pub fn key() -> HmacKey {
    HmacKey::new(SECRET).expect("32 bytes are enough")
}

/// A key for all three algorithms. HS384 and HS512 need a longer secret.
pub fn key_for_all() -> HmacKey {
    let secret = SECRET.repeat(2);
    HmacKey::for_algorithms(&secret, &Algorithm::ALL).expect("64 bytes are enough")
}

/// Rules that require only `exp`.
pub fn validation() -> Validation {
    Validation::new()
        .ignore_audience()
        .max_token_length(1 << 20)
}

/// Returns our verdict. Panics if our reader accepts claims that `serde_json` refuses,
/// because that is a bug.
pub fn verify(token: &str, key: &HmacKey) -> Result<Verified, VerifyError> {
    let verdict = verify_jwt(token, key, &validation(), NOW);
    assert_ne!(verdict, Err(VerifyError::ClaimsMismatch));
    verdict
}

/// Makes a token with a valid signature from these parts.
pub fn signed(algorithm: Algorithm, key: &HmacKey, header: &[u8], payload: &[u8]) -> String {
    let [header, payload] = [header, payload].map(|part| URL_SAFE_NO_PAD.encode(part));
    let signed = format!("{header}.{payload}");
    let tag = algorithm.sign(key, signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag.as_slice()))
}
