//! Tests the core when compiled to wasm. Run with `wasm-pack test --node`.
#![cfg(target_arch = "wasm32")]

use edgeseal::{
    ErrorCode, HashParams, HmacKey, Password, PasswordPolicy, SignOptions, Validation, sign_jwt,
    verify_jwt,
};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

const NOW: f64 = 1_800_000_000.0;

fn key(secret: &[u8]) -> HmacKey {
    HmacKey::new(secret).unwrap()
}

#[wasm_bindgen_test]
fn a_token_verifies_and_its_changes_do_not() {
    let ours = key(b"0123456789abcdef0123456789abcdef");
    let options = SignOptions::new().issuer("i").expires_in(900.0);
    let token = sign_jwt(&json!({ "sub": "u" }), &ours, &options, NOW).unwrap();
    let validation = Validation::new().issuer("i");
    let code = |token: &str, key: &HmacKey, now: f64| {
        verify_jwt::<serde_json::Value>(token, key, &validation, now)
            .err()
            .map(|refusal| refusal.code())
    };
    assert_eq!(code(&token, &ours, NOW), None);
    assert_eq!(
        code(&token, &ours, NOW + 900.0),
        Some(ErrorCode::JwtExpired)
    );
    assert_eq!(code("", &ours, NOW), Some(ErrorCode::JwtMalformed));
    let other = key(b"fedcba9876543210fedcba9876543210");
    assert_eq!(
        code(&token, &other, NOW),
        Some(ErrorCode::JwtSignatureInvalid)
    );
}

#[wasm_bindgen_test]
fn a_password_verifies_against_its_hash_only() {
    for params in [
        HashParams::Bcrypt { cost: 4 },
        HashParams::ARGON2ID,
        HashParams::Scrypt {
            log_n: 10,
            r: 8,
            p: 2,
        },
        HashParams::Pbkdf2Sha256 { iterations: 100 },
        HashParams::Pbkdf2Sha512 { iterations: 100 },
    ] {
        let policy = PasswordPolicy::weak(params).unwrap();
        let stored = policy.hash(&Password::new("right").unwrap(), &[3; 16]);
        let verify = |text| policy.verify(&Password::new(text).unwrap(), stored.as_ref().unwrap());
        assert_eq!(verify("right"), Ok(true));
        assert_eq!(verify("wrong"), Ok(false));
    }
}
