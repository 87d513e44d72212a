//! Uses arbitrary bytes as a token, and verifies it with default, strict and lenient rules.
#![no_main]

use std::sync::LazyLock;

use edgeseal::{ErrorCode, HmacKey, KeyRing, Validation, decode_jwt, verify_jwt};
use edgeseal_fuzz::{NOW, SECRET, key, verify};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

static KEY: LazyLock<HmacKey> = LazyLock::new(key);
static RING: LazyLock<KeyRing> = LazyLock::new(|| {
    let other = HmacKey::new(&SECRET.repeat(2)).expect("64 bytes are enough");
    KeyRing::new([("2026", key()), ("2025", other)]).expect("two keys make a ring")
});

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let verdict = verify(&text, &KEY);
    let decoded = decode_jwt::<Value>(&text);
    if let Ok(verified) = &verdict {
        // Only tokens that this key signed are accepted, and all of them are UTF-8.
        assert!(std::str::from_utf8(bytes).is_ok());
        assert!(verified.valid_until() > NOW);
        if text.len() <= 8192 {
            assert_eq!(
                serde_json::to_value(verified.claims()).ok(),
                decoded.ok().map(|token| token.claims)
            );
        }
    }

    let named = Validation::new()
        .issuer("https://auth.example.test")
        .audience("https://api.example.test")
        .typ("JWT")
        .max_token_age(3600.0)
        .leeway(5.0)
        .require_claim("sub");
    let by_ring = verify_jwt::<Value>(&text, &*RING, &named, NOW);
    // Lenient rules accept every token that strict rules accept. Only the ring checks `kid`.
    if by_ring.is_ok() {
        let leeway = Validation::new().ignore_audience().leeway(5.0).typ("JWT");
        assert!(verify_jwt::<Value>(&text, &*RING, &leeway, NOW).is_ok());
    }
    if let (Ok(_), Err(refusal)) = (&verdict, &by_ring) {
        assert_ne!(refusal.code(), ErrorCode::JwtSignatureInvalid);
    }
});
