//! Tests tokens with known results, and the error codes of refusals.
#![cfg(not(target_arch = "wasm32"))]

use edgeseal::{ErrorCode, HmacKey, SignOptions, Validation, Verified, sign_jwt, verify_jwt};
use serde_json::{Value, json};

const NOW: f64 = 1_800_000_000.0;
const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

fn key() -> HmacKey {
    HmacKey::new(SECRET).unwrap()
}

fn signed(claims: &Value) -> String {
    sign_jwt(claims, &key(), &SignOptions::new(), NOW).unwrap()
}

fn code(token: &str, validation: &Validation, now: f64) -> Option<ErrorCode> {
    verify_jwt::<Value>(token, &key(), validation, now)
        .err()
        .map(|refusal| refusal.code())
}

#[test]
fn codes_are_those_of_the_contract() {
    let mut contract: Vec<String> =
        serde_json::from_str(include_str!("../contracts/error-codes.json")).unwrap();
    // The crate doesn't support webhooks, so only `edgeseal/webhooks` in the npm
    // package uses these codes.
    contract.retain(|code| !code.starts_with("ERR_WEBHOOK_"));
    let codes: Vec<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(codes, contract);
}

/// Tests the example in RFC 7515 appendix A.1. The key consists of the octets in the
/// example's JWK.
#[test]
fn verifies_the_example_of_rfc_7515() {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    const TOKEN: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
        eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.\
        dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let secret = URL_SAFE_NO_PAD
        .decode(
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
    )
    .unwrap();
    let key = HmacKey::new(&secret).unwrap();
    let validation = Validation::new().issuer("joe");
    let verified: Verified = verify_jwt(TOKEN, &key, &validation, 1_300_819_379.0).unwrap();
    assert_eq!(verified.claims()["http://example.com/is_root"], true);
    let refused = verify_jwt::<Value>(TOKEN, &key, &validation, 1_300_819_380.0).unwrap_err();
    assert_eq!(
        (refused.code(), refused.claim()),
        (ErrorCode::JwtExpired, Some("exp"))
    );
}

#[test]
fn a_wrong_signature_is_refused_before_any_claim() {
    let expired = sign_jwt(&json!({ "exp": 5 }), &key(), &SignOptions::new(), 1.0).unwrap();
    let other = HmacKey::new(b"another-secret-of-32-bytes-or-so").unwrap();
    let refused = verify_jwt::<Value>(&expired, &other, &Validation::new(), NOW).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::JwtSignatureInvalid);
    assert_eq!(
        code(&expired, &Validation::new(), NOW),
        Some(ErrorCode::JwtExpired)
    );
}

#[test]
fn times_are_exact_at_their_bounds() {
    let token = signed(&json!({ "exp": NOW + 10.5, "nbf": NOW + 5.0 }));
    let strict = Validation::new();
    assert_eq!(code(&token, &strict, NOW), Some(ErrorCode::JwtNotYetValid));
    assert_eq!(code(&token, &strict, NOW + 5.0), None);
    assert_eq!(code(&token, &strict, NOW + 10.4), None);
    assert_eq!(
        code(&token, &strict, NOW + 10.5),
        Some(ErrorCode::JwtExpired)
    );
    let lenient = Validation::new().leeway(5.0);
    assert_eq!(code(&token, &lenient, NOW), None);
    assert_eq!(code(&token, &lenient, NOW + 15.4), None);
    assert_eq!(
        code(&token, &lenient, NOW + 15.5),
        Some(ErrorCode::JwtExpired)
    );
}

/// RFC 7519 §4.1.6 doesn't set a rule for `iat`, and another machine's clock may be
/// ahead.
#[test]
fn issued_at_may_be_a_minute_ahead_or_the_leeway_where_it_is_more() {
    let token = signed(&json!({ "exp": NOW + 900.0, "iat": NOW }));
    for (leeway, ahead) in [(0.0, 60.0), (5.0, 60.0), (120.0, 120.0)] {
        let validation = Validation::new().leeway(leeway);
        assert_eq!(code(&token, &validation, NOW - ahead), None, "{leeway}");
        assert_eq!(
            code(&token, &validation, NOW - ahead - 0.001),
            Some(ErrorCode::JwtNotYetValid),
            "{leeway}"
        );
    }
}

#[test]
fn a_token_may_be_early_by_its_own_leeway_and_not_late() {
    let token = signed(&json!({ "exp": NOW + 10.0, "nbf": NOW, "iat": NOW }));
    let validation = Validation::new().not_before_leeway(30.0);
    assert_eq!(code(&token, &validation, NOW - 30.0), None);
    assert_eq!(
        code(&token, &validation, NOW - 30.5),
        Some(ErrorCode::JwtNotYetValid)
    );
    assert_eq!(code(&token, &validation, NOW + 9.9), None);
    assert_eq!(
        code(&token, &validation, NOW + 10.0),
        Some(ErrorCode::JwtExpired)
    );
}

#[test]
fn one_of_several_issuers_is_enough() {
    let validation = Validation::new().issuer("a").issuer("b");
    let by = |issuer| signed(&json!({ "exp": NOW + 9.0, "iss": issuer }));
    assert_eq!(code(&by("a"), &validation, NOW), None);
    assert_eq!(code(&by("b"), &validation, NOW), None);
    let refused = Some(ErrorCode::JwtClaimInvalid);
    assert_eq!(code(&by("c"), &validation, NOW), refused);
}

#[test]
fn a_numeric_subject_is_accepted_if_allowed() {
    let by = |sub: i64| {
        let claims = json!({ "exp": NOW + 9.0, "sub": sub });
        sign_jwt(&claims, &key(), &SignOptions::new().numeric_subject(), NOW)
    };
    let token = by(7).unwrap();
    let strict = Validation::new();
    assert_eq!(code(&token, &strict, NOW), Some(ErrorCode::JwtClaimInvalid));
    let numeric = strict.numeric_subject();
    assert_eq!(code(&token, &numeric, NOW), None);
    assert_eq!(code(&token, &numeric.clone().subject("7"), NOW), None);
    assert_eq!(
        code(&token, &numeric.subject("8"), NOW),
        Some(ErrorCode::JwtClaimInvalid)
    );
    assert!(by(1 << 53).is_err(), "not exact in JavaScript");
}

#[test]
fn named_claims_are_required_and_exact() {
    let token = signed(&json!({ "exp": NOW + 9.0, "iss": "a", "aud": ["x", "y"], "sub": "s" }));
    let fit = Validation::new().issuer("a").audience("y").subject("s");
    assert_eq!(code(&token, &fit, NOW), None);
    for validation in [
        Validation::new(),
        Validation::new().issuer("A").audience("y").subject("s"),
        Validation::new().audience("z"),
        fit.clone().subject("t"),
    ] {
        assert_eq!(
            code(&token, &validation, NOW),
            Some(ErrorCode::JwtClaimInvalid)
        );
    }
    for validation in [fit.clone().jwt_id("j"), fit.require_claim("role")] {
        assert_eq!(
            code(&token, &validation, NOW),
            Some(ErrorCode::JwtClaimMissing)
        );
    }
    let bare = signed(&json!({ "exp": NOW + 9.0 }));
    let issued = Validation::new().issuer("a");
    assert_eq!(code(&bare, &issued, NOW), Some(ErrorCode::JwtClaimMissing));
}

#[test]
fn kinds_of_token_differ_by_typ() {
    let options = SignOptions::new().typ("refresh+jwt").expires_in(60.0);
    let refresh = sign_jwt(&json!({}), &key(), &options, NOW).unwrap();
    let access = signed(&json!({ "exp": NOW + 60.0 }));
    let expects_refresh = Validation::new().typ("application/Refresh+JWT");
    assert_eq!(code(&refresh, &expects_refresh, NOW), None);
    assert_eq!(
        code(&refresh, &Validation::new(), NOW),
        Some(ErrorCode::JwtTypMismatch)
    );
    assert_eq!(
        code(&access, &expects_refresh, NOW),
        Some(ErrorCode::JwtTypMismatch)
    );
}

#[test]
fn does_not_sign_what_it_would_refuse() {
    for (claims, expected) in [
        (json!({}), ErrorCode::JwtClaimMissing),
        (json!({ "exp": NOW }), ErrorCode::JwtClaimInvalid),
        (json!({ "exp": "soon" }), ErrorCode::JwtClaimInvalid),
        (
            json!({ "exp": NOW + 9.0, "sub": "" }),
            ErrorCode::JwtClaimInvalid,
        ),
        (
            json!({ "exp": NOW + 9.0, "aud": [1] }),
            ErrorCode::JwtClaimInvalid,
        ),
        (json!([]), ErrorCode::JwtClaimInvalid),
    ] {
        let refused = sign_jwt(&claims, &key(), &SignOptions::new(), NOW).unwrap_err();
        assert_eq!(refused.code(), expected, "{claims}");
    }
}

#[test]
fn issued_at_is_the_claims_own_or_now() {
    let at = |claims: Value, options: SignOptions| {
        let token = sign_jwt(&claims, &key(), &options, NOW + 0.5).unwrap();
        let claims = edgeseal::decode_jwt::<Value>(&token).unwrap().claims;
        (claims["iat"].clone(), claims["exp"].clone())
    };
    let end = NOW + 9.0;
    let (none, relative) = (SignOptions::new(), SignOptions::new().expires_in(2.25));
    assert_eq!(
        at(json!({ "exp": end }), none.clone()),
        (json!(1_800_000_000), json!(end))
    );
    assert_eq!(
        at(json!({ "exp": end, "iat": 5 }), none.clone()),
        (json!(5), json!(end))
    );
    for misleading in [
        json!({ "exp": end, "a": "iat" }),
        json!({ "exp": end, "a": { "iat": 5 } }),
    ] {
        assert_eq!(at(misleading, none.clone()).0, json!(1_800_000_000));
    }
    assert_eq!(
        at(json!({ "a": "iat" }), relative.clone()).1,
        json!(NOW + 2.25)
    );
    assert_eq!(
        at(json!({ "iat": NOW - 1.5 }), relative.clone()).1,
        json!(NOW + 0.75)
    );
    let twice = sign_jwt(&json!({ "exp": end }), &key(), &relative, NOW).unwrap_err();
    assert_eq!(
        (twice.code(), twice.claim()),
        (ErrorCode::OptionInvalid, Some("exp"))
    );
}

#[test]
fn hostile_tokens_are_refused() {
    let token = signed(&json!({ "exp": NOW + 9.0 }));
    let large = "a".repeat(1 << 20);
    for text in ["", ".", "..", "...", "ä.ö.ü", "\0", large.as_str()] {
        assert!(code(text, &Validation::new(), NOW).is_some());
    }
    for changed in [
        format!("{token}="),
        format!(" {token}"),
        format!("{token}\n"),
        token.replace('.', ".."),
    ] {
        assert_eq!(
            code(&changed, &Validation::new(), NOW),
            Some(ErrorCode::JwtMalformed)
        );
    }
    assert_eq!(
        code(&large, &Validation::new(), NOW),
        Some(ErrorCode::JwtTooLarge)
    );
}
