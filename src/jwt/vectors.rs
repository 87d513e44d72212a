//! Tests JWS with published vectors (Wycheproof and RFCs 4231, 7515, 7519 and 7520). The rules
//! for claims and secrets are not applied, because the vectors' payloads and keys break them.
//! The vectors are read from the folder that `EDGESEAL_VECTORS` points to; without that folder,
//! each test prints that it is skipped.

use base64::engine::general_purpose::{
    GeneralPurpose, GeneralPurposeConfig, NO_PAD, URL_SAFE_NO_PAD,
};
use base64::{Engine, alphabet};
use serde_json::Value;

use super::compact::{Buffers, Parts, decode};
use super::header::Header;
use super::json::Names;
use super::validation::Validation;
use super::verify::{verify, verify_jwt};
use crate::algorithm::{Algorithm, Mac};
use crate::error::{KeyError, VerifyError};
use crate::key::{HmacKey, KeyRing, Keys};
use crate::vectors::{cases, hex, report, text};

/// Wycheproof calls these cases invalid, although their token and key are the same as in tc357,
/// which it calls valid. The published tokens lack the padding that the cases' comments
/// mention.
const SAME_AS_A_VALID_ONE: &[&str] = &["tc367", "tc370"];

/// Returns a JWK's octets. Unused bits may be set, as in one of Wycheproof's JWKs, which must
/// be refused because of its `kid`, not because of those bits.
fn octets(jwk: &Value) -> Vec<u8> {
    const LENIENT: GeneralPurposeConfig = NO_PAD.with_decode_allow_trailing_bits(true);
    let engine = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);
    engine.decode(text(&jwk["k"])).unwrap()
}

/// Returns a token's text, in any serialization.
fn presented(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// The algorithm that a JWK is for.
fn algorithm_of(jwk: &Value) -> Option<Algorithm> {
    let oct = jwk["kty"] == "oct";
    Algorithm::by_name(text(&jwk["alg"])).filter(|_| oct)
}

fn any_key(jwk: &Value) -> HmacKey {
    HmacKey::unchecked(&octets(jwk), algorithm_of(jwk).unwrap())
}

/// Returns whether the signature is valid. Checks it twice, once with only the verifier's steps
/// up to the HMAC and once with the whole verifier, and fails unless the two results agree.
fn is_signed(token: &str, key: &HmacKey) -> bool {
    let by_parts = by_parts(token.as_bytes(), key).is_ok();
    assert_eq!(by_parts, by_the_verifier(token, key), "{token}");
    by_parts
}

fn by_parts(token: &[u8], key: &HmacKey) -> Result<(), VerifyError> {
    let [mut header, mut payload, mut signature] = [const { Vec::new() }; 3];
    let parts = Parts::split(token)?;
    decode(parts.header, &mut header)?;
    decode(parts.payload, &mut payload)?;
    decode(parts.signature, &mut signature)?;
    let header = Header::read(&header, &mut Names::default())?;
    let algorithm = header.algorithm.filter(|algorithm| key.allows(*algorithm));
    let algorithm = algorithm.ok_or(VerifyError::AlgNotAllowed)?;
    let signed = &token[..parts.header.len() + 1 + parts.payload.len()];
    if key.tag(algorithm, signed).matches(&Mac::new(&signature)) {
        Ok(())
    } else {
        Err(VerifyError::SignatureInvalid)
    }
}

/// Returns whether the verifier gets past the signature. It then either accepts the token or
/// refuses it because of its claims.
fn by_the_verifier(token: &str, keys: &impl Keys) -> bool {
    let mut buffers = Buffers::default();
    let validation = Validation::new().max_token_length(1 << 20);
    match verify(token.as_bytes(), keys, &validation, 0.0, &mut buffers) {
        Ok(_) => true,
        Err(VerifyError::Malformed { reason }) => {
            ["not JSON", "not a JSON object", "not UTF-8"].contains(&reason)
        }
        Err(refusal) => matches!(
            refusal,
            VerifyError::ClaimMissing { .. }
                | VerifyError::ClaimInvalid { .. }
                | VerifyError::Expired { .. }
                | VerifyError::NotYetValid { .. }
        ),
    }
}

/// Returns whether the token should be accepted. The answer is Wycheproof's, unless the case
/// has a `project_override`.
fn expects_acceptance(case: &Value) -> bool {
    match case["project_override"].as_str() {
        Some(verdict) => verdict == "accept",
        None => case["result"] == "valid",
    }
}

#[test]
fn wycheproof_jws_hmac() {
    const FILE: &str = "wycheproof_jws_hmac.json";
    let Some(cases) = cases(FILE) else { return };
    for case in &cases {
        let id = text(&case["id"]);
        let key = any_key(&case["jwk"]);
        let twin = |other: &Value| {
            (&other["jws"], &other["jwk"]) == (&case["jws"], &case["jwk"])
                && other["result"] == "valid"
        };
        let expected = expects_acceptance(case)
            || (SAME_AS_A_VALID_ONE.contains(&id) && cases.iter().any(twin));
        let valid = is_signed(&presented(&case["jws"]), &key);
        assert_eq!(valid, expected, "{id} {}", case["comment"]);
    }
    report(FILE, cases.len());
}

/// Tries two secrets: the public key, as in an algorithm confusion attack (RFC 8725 §2.1), and
/// an HMAC secret.
#[test]
fn wycheproof_asymmetric_signatures_are_refused_whole() {
    const FILE: &str = "wycheproof_jws_asymmetric_must_reject.json";
    let Some(cases) = cases(FILE) else { return };
    for case in &cases {
        let token = presented(&case["jws"]);
        let public = case["public_jwk"].to_string();
        for secret in [public.as_bytes(), &[7; 64]] {
            for algorithm in Algorithm::ALL {
                let key = HmacKey::unchecked(secret, algorithm);
                assert!(!is_signed(&token, &key), "{}", case["id"]);
            }
        }
        let refused = HmacKey::new(public.as_bytes());
        assert!(matches!(refused, Err(KeyError::LooksLike { .. })));
    }
    report(FILE, cases.len());
}

/// Why a group's keys are refused, listed by the group's comment. For groups that aren't listed,
/// the reason is "weak".
const REFUSED_KEYS: &[(&str, &str)] = &[
    ("jws_mixedSymmetryKeyset", "not an HMAC key"),
    ("invalid_aes_kw_key", "not an HMAC key"),
    ("jws_duplicate_kid", "not a ring"),
    ("jwe_aes", "not an HMAC key"),
];

/// Imports a JWK or JWK Set as a ring, because the crate itself can't import JWKs.
/// Returns the reason if an import fails, so that no case is skipped.
fn import(private: &Value) -> Result<KeyRing, &'static str> {
    let single = std::slice::from_ref(private);
    let jwks = private["keys"]
        .as_array()
        .map_or(single, |keys| keys.as_slice());
    let mut keys = Vec::new();
    for jwk in jwks {
        // Refuses EC keys and keys for AES key wrap.
        let algorithm = algorithm_of(jwk).ok_or("not an HMAC key")?;
        let key = HmacKey::for_algorithms(&octets(jwk), &[algorithm]);
        // RFC 7518 §3.2: the key must be at least as long as the hash output.
        let key = key.map_err(|_| "weak")?;
        keys.push((text(&jwk["kid"]), key));
    }
    // Refuses a set in which the same `kid` occurs twice.
    KeyRing::new(keys).map_err(|_| "not a ring")
}

#[test]
fn wycheproof_json_web_keys() {
    for file in [
        "wycheproof_json_web_key_oct.json",
        "wycheproof_json_web_crypto_oct.json",
    ] {
        let Some(cases) = cases(file) else { return };
        for case in &cases {
            let private = &case["group"]["private"];
            let token = if case["jwe"].is_null() {
                &case["jws"]
            } else {
                &case["jwe"]
            };
            // A JWE is always refused, because this crate doesn't decrypt anything.
            let expected = expects_acceptance(case) && case["jwe"].is_null();
            let token = presented(token);
            let accepted = match import(private) {
                Ok(ring) => by_the_verifier(&token, &ring),
                Err(reason) => {
                    let group = text(&case["group"]["comment"]);
                    let listed = REFUSED_KEYS.iter().find(|(name, _)| *name == group);
                    let expected = listed.map_or("weak", |(_, reason)| reason);
                    assert_eq!(reason, expected, "{}", case["id"]);
                    false
                }
            };
            assert_eq!(accepted, expected, "{} {}", case["id"], case["comment"]);
            // A JWE must also be refused if an AES key's bytes are used as an HMAC key.
            if !case["jwe"].is_null() {
                let key = HmacKey::unchecked(&octets(private), Algorithm::Hs256);
                assert!(!is_signed(&token, &key), "{}", case["id"]);
            }
            // The JWK's text itself must be refused as a secret (RFC 8725 §2.1).
            let refused = HmacKey::new(private.to_string().as_bytes());
            assert!(matches!(refused, Err(KeyError::LooksLike { .. })));
        }
        report(file, cases.len());
    }
}

/// Compares each truncated tag with the start of ours, to test the HMAC itself. A verifier
/// refuses truncated tags (RFC 7518 §3.2).
#[test]
fn wycheproof_hmac() {
    for (algorithm, file) in [
        (Algorithm::Hs256, "wycheproof_hmac_sha256.json"),
        (Algorithm::Hs384, "wycheproof_hmac_sha384.json"),
        (Algorithm::Hs512, "wycheproof_hmac_sha512.json"),
    ] {
        let Some(cases) = cases(file) else { return };
        for case in &cases {
            let key = HmacKey::unchecked(&hex(&case["key_hex"]), algorithm);
            let (message, tag) = (hex(&case["msg_hex"]), hex(&case["tag_hex"]));
            let length = case["tag_bits"].as_u64().unwrap() as usize / 8;
            let ours = key.tag(algorithm, &message);
            let valid = case["result"] == "valid";
            assert_eq!(ours.as_slice()[..length] == tag, valid, "{}", case["id"]);

            let whole = tag.len() == algorithm.mac_length();
            let matches = ours.matches(&Mac::new(&tag));
            assert_eq!(matches, valid && whole, "{}", case["id"]);
            if algorithm == Algorithm::Hs256 {
                assert_eq!(key.verify_mac(&message, &tag), matches, "{}", case["id"]);
            }
        }
        report(file, cases.len());
    }
}

#[test]
fn rfc_4231() {
    const FILE: &str = "rfc4231_hmac.json";
    let Some(cases) = cases(FILE) else { return };
    let mut ran = 0;
    for case in &cases {
        for (algorithm, hash) in [
            (Algorithm::Hs256, "sha256"),
            (Algorithm::Hs384, "sha384"),
            (Algorithm::Hs512, "sha512"),
        ] {
            let key = HmacKey::unchecked(&hex(&case["key_hex"]), algorithm);
            let tag = key.tag(algorithm, &hex(&case["msg_hex"]));
            let expected = hex(&case[hash]);
            let length = case["truncate_bytes"].as_u64();
            let length = length.map_or(algorithm.mac_length(), |bytes| bytes as usize);
            assert_eq!(tag.as_slice()[..length], expected, "{} {hash}", case["id"]);
            ran += 1;
        }
    }
    report(FILE, ran);
}

/// Tests the complete tokens from RFC 7515 A.1 and RFC 7519 §6.1.
#[test]
fn rfc_7515_and_7519() {
    const FILE: &str = "rfc_jose_hmac.json";
    let Some(cases) = cases(FILE) else { return };
    let typed: Vec<_> = cases
        .iter()
        .filter(|case| case["token"].is_string())
        .collect();
    for case in &typed {
        let id = text(&case["id"]);
        let key = HmacKey::new(&URL_SAFE_NO_PAD.decode(text(&case["key_b64u"])).unwrap()).unwrap();
        let token = presented(&case["token"]);
        let signed = case["expected_signature"] == "valid";
        assert_eq!(is_signed(&token, &key), signed, "{id}");

        let now = case["verify_at"].as_f64().unwrap_or_default();
        let verdict = verify_jwt::<Value>(&token, &key, &Validation::new(), now);
        let accepted = case["expected"] != "reject";
        assert_eq!(verdict.is_ok(), accepted, "{id}");
        if let (Ok(verified), true) = (verdict, case["claims"].is_object()) {
            assert_eq!(verified.claims(), &case["claims"], "{id}");
        }
    }
    report(FILE, typed.len());
}

/// Tests every serialization of each case from RFC 7520 §4 and RFC 7797. Uses the case's HMAC
/// key or, if it has none, an unrelated key.
#[test]
fn rfc_7520() {
    const FILE: &str = "rfc_jose_hmac.json";
    let Some(cases) = cases(FILE) else { return };
    let cookbook: Vec<_> = cases
        .iter()
        .filter(|case| case["output"].is_object())
        .collect();
    let mut ran = 0;
    for case in &cookbook {
        let id = text(&case["id"]);
        let expected = case["expected_hs256_compact_jws"] == "valid";
        let given = &case["input"]["key"];
        let several = given.as_array();
        let jwks = several.map_or(std::slice::from_ref(given), |keys| keys.as_slice());
        let secret = jwks
            .iter()
            .find(|jwk| algorithm_of(jwk).is_some())
            .map_or(vec![7; 64], octets);
        let key = HmacKey::unchecked(&secret, Algorithm::Hs256);
        for (form, token) in case["output"].as_object().unwrap() {
            // Only the compact serialization is a JWT (RFC 7519 §1).
            let expected = expected && form == "compact";
            assert_eq!(is_signed(&presented(token), &key), expected, "{id} {form}");
            ran += 1;
        }
    }
    report(FILE, ran);
}
