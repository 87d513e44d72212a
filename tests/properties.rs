//! Tests properties of tokens, and checks that the crate agrees with jwt-compact.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use edgeseal::jwt::DEFAULT_MAX_TOKEN_LENGTH;
use edgeseal::{
    Algorithm, ErrorCode, HmacKey, SignOptions, Validation, Verified, VerifyError, decode_jwt,
    sign_jwt, verify_jwt,
};
use jwt_compact::{Algorithm as _, AlgorithmExt, ParseError, UntrustedToken, ValidationError};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

const NOW: f64 = 1_800_000_000.0;
const SECRET: &[u8; 64] = b"0123456789abcdef0123456789abcdef0123456789ABCDEF0123456789ABCDEF";
const REGISTERED: [&str; 7] = ["exp", "nbf", "iat", "iss", "sub", "aud", "jti"];

/// A key for all three algorithms.
static KEY: LazyLock<HmacKey> =
    LazyLock::new(|| HmacKey::for_algorithms(SECRET, &Algorithm::ALL).unwrap());

fn validation() -> Validation {
    Validation::new().max_token_length(1 << 20)
}

/// Returns our verdict. Panics if our reader accepts claims that `serde_json` refuses,
/// because that is a bug.
fn verify(token: &str) -> Result<Verified, VerifyError> {
    let verdict = verify_jwt(token, &*KEY, &validation(), NOW);
    assert_ne!(verdict, Err(VerifyError::ClaimsMismatch));
    verdict
}

/// Makes a token with a valid signature from these parts, which may be valid or invalid.
fn signed(algorithm: Algorithm, header: &[u8], payload: &[u8]) -> String {
    let [header, payload] = [header, payload].map(|part| URL_SAFE_NO_PAD.encode(part));
    let signed = format!("{header}.{payload}");
    let tag = algorithm.sign(&KEY, signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag.as_slice()))
}

fn algorithm() -> impl Strategy<Value = Algorithm> {
    select(Algorithm::ALL.to_vec())
}

/// Numbers within a double's range, in all notations.
fn number() -> impl Strategy<Value = String> {
    let spelled = "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,25})?([eE][+-]?[0-9]{1,2})?";
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<u64>().prop_map(|number| number.to_string()),
        prop::num::f64::NORMAL
            .prop_filter("10^308 and more is refused", |number| number.abs() < 1e307)
            .prop_map(|number| format!("{number:e}")),
        spelled,
    ]
}

/// Strings of plain letters, escapes, and `\u` escapes of one or two UTF-16 units.
fn string() -> impl Strategy<Value = String> {
    let plain = any::<char>().prop_map(|letter| {
        let quoted = serde_json::to_string(&letter).unwrap();
        quoted[1..quoted.len() - 1].to_owned()
    });
    let escaped = any::<char>().prop_map(|letter| {
        let units = letter.encode_utf16(&mut [0; 2]).to_vec();
        let units = units.iter().map(|unit| format!("\\u{unit:04x}"));
        units.collect::<Vec<_>>().concat()
    });
    let short = select(vec![
        "\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t", "a",
    ]);
    let piece = prop_oneof![4 => plain, 1 => escaped, 1 => short.prop_map(str::to_owned)];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

/// Members with unique names, none of which are registered claims.
fn members<V: Strategy<Value = String>>(value: V) -> impl Strategy<Value = String> {
    prop::collection::vec((string(), value), 0..6).prop_map(|members| {
        let named = members.into_iter().map(|(name, value)| {
            let resolved: String = serde_json::from_str(&name).unwrap();
            (resolved, format!("{name} : {value}"))
        });
        let mut unique: BTreeMap<_, _> = named.collect();
        unique.retain(|name, _| !REGISTERED.contains(&name.as_str()));
        unique.into_values().collect::<Vec<_>>().join(",\n")
    })
}

/// A value nested at most 26 levels deep.
fn value() -> impl Strategy<Value = String> {
    let word = select(vec!["null", "true", "false"]).prop_map(str::to_owned);
    let leaf = prop_oneof![2 => number(), 2 => string(), 1 => word];
    leaf.prop_recursive(5, 24, 6, |inner| {
        let items = prop::collection::vec(inner.clone(), 0..6);
        prop_oneof![
            3 => items.prop_map(|items| format!("[{}]", items.join(","))),
            3 => members(inner.clone()).prop_map(|members| format!("{{{members}}}")),
            1 => (inner, 0_usize..6).prop_map(|(inner, times)| {
                format!("{}{inner}{}", "[ ".repeat(times), "]".repeat(times))
            }),
        ]
    })
}

/// A valid payload.
fn claims() -> impl Strategy<Value = String> {
    (members(value()), 1_u32..100_000).prop_map(|(members, life)| {
        let exp = NOW + f64::from(life);
        if members.is_empty() {
            format!("{{\"exp\":{exp}}}")
        } else {
            format!("{{{members} , \"exp\":{exp}}}")
        }
    })
}

/// Registered claims with valid and invalid values.
fn registered() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        2 => select(vec![
            "1800000001", "1800000000", "1799999999", "1.8000000005e9", "18e8", "-1", "1e400",
            "253402300800", "\"https://a.example\"", "\"\"", "[\"a\",\"b\"]", "[1]", "[]",
            "\"\\u0000\"", "{}", "null", "true",
        ])
        .prop_map(str::to_owned),
        1 => value(),
    ];
    let names = vec![
        "exp",
        "exp",
        "nbf",
        "iat",
        "iss",
        "sub",
        "aud",
        "jti",
        "\\u0065xp",
    ];
    let member = (select(names), value).prop_map(|(name, value)| format!("\"{name}\":{value}"));
    (prop::collection::vec(member, 0..5), any::<bool>()).prop_map(|(mut members, lives)| {
        if lives {
            members.push("\"exp\":1800000900".to_owned());
        }
        format!("{{{}}}", members.join(","))
    })
}

/// JSON, JSON with one byte changed, added or removed, JSON tokens in random order, and random
/// bytes.
fn nearly_json(whole: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<u8>> {
    let changed = (whole, any::<Option<(Index, u8)>>(), 0..3).prop_map(|(text, change, how)| {
        let mut bytes = text.into_bytes();
        if let Some((at, byte)) = change {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        bytes
    });
    let pieces = select(vec![
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"exp\"",
        "\"\\ud800\"",
        "1800000900",
        "-",
        "1e999",
        "null",
        " ",
        "\u{feff}",
    ]);
    let soup = prop::collection::vec(pieces, 0..14).prop_map(|pieces| pieces.concat().into_bytes());
    prop_oneof![6 => changed, 1 => soup, 1 => prop::collection::vec(any::<u8>(), 0..60)]
}

/// Valid and invalid headers.
fn header() -> impl Strategy<Value = String> {
    let others = select(vec![
        "\"typ\":\"JWT\"",
        "\"typ\":\"application/jwt\"",
        "\"typ\":\"at+jwt\"",
        "\"typ\":1",
        "\"kid\":\"a\"",
        "\"kid\":null",
        "\"crit\":[]",
        "\"b64\":false",
        "\"cty\":\"JWT\"",
        "\"jku\":5",
        "\"x\":{\"a\":[1]}",
        "\"alg\":\"none\"",
    ]);
    let names = select(vec![
        "HS256", "HS256", "HS256", "HS384", "HS512", "none", "hs256", "RS256",
    ]);
    (names, prop::collection::vec(others, 0..2)).prop_map(|(name, others)| {
        let mut members = vec![format!("\"alg\":\"{name}\"")];
        members.extend(others.into_iter().map(str::to_owned));
        format!("{{{}}}", members.join(","))
    })
}

/// Compares our verdict with jwt-compact's. If we accept a token, jwt-compact must find its
/// signature valid. If jwt-compact finds the signature invalid, we must refuse the token
/// before reading its claims.
fn agrees_with_jwt_compact(token: &str) -> Result<bool, TestCaseError> {
    let ours = verify(token);
    let theirs = match UntrustedToken::new(token) {
        Ok(theirs) => theirs,
        // jwt-compact also requires strings in header members that we don't read, and it
        // refuses nested JWTs.
        Err(ParseError::MalformedHeader(_) | ParseError::UnsupportedContentType(_)) => {
            return Ok(ours.is_ok());
        }
        Err(cause) => {
            prop_assert!(ours.is_err(), "{}", cause);
            return Ok(false);
        }
    };
    let Some(algorithm) = Algorithm::by_name(theirs.algorithm()) else {
        prop_assert!(ours.is_err());
        return Ok(false);
    };
    let verdict = algorithm
        .validator::<Map<String, Value>>(&KEY)
        .validate(&theirs);
    match (verdict, &ours) {
        // jwt-compact requires whole seconds.
        (Err(ValidationError::MalformedClaims(_)), Ok(verified)) => {
            let whole = |name: &&str| verified.claims().get(*name).is_none_or(Value::is_i64);
            prop_assert!(!["exp", "nbf", "iat"].iter().all(whole));
        }
        (Ok(_), _) | (Err(ValidationError::MalformedClaims(_)), Err(_)) => {}
        (Err(cause), ours) => {
            let code = ours.as_ref().err().map(VerifyError::code);
            let before_any_claim = matches!(
                code,
                Some(
                    ErrorCode::JwtSignatureInvalid
                        | ErrorCode::JwtMalformed
                        | ErrorCode::JwtAlgNotAllowed
                        | ErrorCode::JwtCritUnsupported
                        | ErrorCode::JwtTypMismatch
                )
            );
            prop_assert!(before_any_claim, "{} {:?}", cause, code);
        }
    }
    Ok(ours.is_ok())
}

proptest! {
    #[test]
    fn what_is_signed_comes_back(claims in claims(), algorithm in algorithm()) {
        let signing = RawValue::from_string(claims.clone()).unwrap();
        let options = SignOptions::new().algorithm(algorithm);
        let token = sign_jwt(&signing, &*KEY, &options, NOW).unwrap();
        let verified = verify(&token).unwrap();

        let mut expected: Map<String, Value> = serde_json::from_str(&claims).unwrap();
        expected.insert("iat".to_owned(), Value::from(NOW as u64));
        prop_assert_eq!(verified.claims(), &expected);
        if token.len() <= DEFAULT_MAX_TOKEN_LENGTH {
            prop_assert_eq!(decode_jwt::<Map<String, Value>>(&token).unwrap().claims, expected);
        }
        prop_assert!(agrees_with_jwt_compact(&token)?);
    }

    #[test]
    fn right_signatures_reach_the_claims_and_nothing_panics(
        algorithm in algorithm(),
        payload in nearly_json(prop_oneof![registered(), claims()]),
    ) {
        let header = format!("{{\"alg\":\"{algorithm}\"}}");
        let token = signed(algorithm, header.as_bytes(), &payload);
        if let Err(refusal) = verify(&token) {
            prop_assert_ne!(refusal.code(), ErrorCode::JwtSignatureInvalid);
        }
        agrees_with_jwt_compact(&token)?;
    }

    #[test]
    fn no_header_panics(algorithm in algorithm(), header in nearly_json(header()), claims in claims()) {
        agrees_with_jwt_compact(&signed(algorithm, &header, claims.as_bytes()))?;
    }

    #[test]
    fn a_wrong_signature_is_one_to_both(
        algorithm in algorithm(),
        tag in prop::collection::vec(any::<u8>(), 0..70),
        cut in 0_usize..70,
    ) {
        let header = format!("{{\"alg\":\"{algorithm}\"}}");
        let whole = signed(algorithm, header.as_bytes(), b"{\"exp\":1800000900}");
        let (parts, right) = whole.rsplit_once('.').unwrap();
        let right = URL_SAFE_NO_PAD.decode(right).unwrap();
        // Tries random bytes, the start of the right tag, and the right tag with an extra
        // byte.
        for tag in [tag.clone(), right[..cut.min(right.len() - 1)].to_vec(), [&right[..], &[0]].concat()] {
            let token = format!("{parts}.{}", URL_SAFE_NO_PAD.encode(&tag));
            prop_assert_eq!(verify(&token).unwrap_err().code(), ErrorCode::JwtSignatureInvalid);
            prop_assert!(!agrees_with_jwt_compact(&token)?);
        }
        for other in Algorithm::ALL.into_iter().filter(|other| *other != algorithm) {
            let tag = other.sign(&KEY, parts.as_bytes());
            let token = format!("{parts}.{}", URL_SAFE_NO_PAD.encode(tag.as_slice()));
            prop_assert_eq!(verify(&token).unwrap_err().code(), ErrorCode::JwtSignatureInvalid);
        }
    }

    #[test]
    fn nothing_that_is_no_token_panics(
        text in "\\PC{0,200}",
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        parts in "[A-Za-z0-9_-]{0,40}(\\.[A-Za-z0-9_-]{0,40}){2}",
    ) {
        for text in [&text, &parts, &*String::from_utf8_lossy(&bytes)] {
            prop_assert!(verify(text).is_err());
            prop_assert!(!agrees_with_jwt_compact(text)?);
            let _ = decode_jwt::<Value>(text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    /// Flips every bit of every byte, one at a time.
    #[test]
    fn one_changed_bit_is_refused(name in "[a-z]{1,8}", text in "\\PC{0,20}") {
        let claims = serde_json::json!({ "exp": NOW + 9.0, name: text });
        for algorithm in Algorithm::ALL {
            let options = SignOptions::new().algorithm(algorithm);
            let token = sign_jwt(&claims, &*KEY, &options, NOW).unwrap();
            prop_assert!(verify(&token).is_ok());
            for at in 0..token.len() {
                for bit in 0..8 {
                    let mut bytes = token.clone().into_bytes();
                    bytes[at] ^= 1 << bit;
                    // `verify_jwt` accepts only text, so the bytes must be UTF-8.
                    let Ok(changed) = String::from_utf8(bytes) else { continue };
                    prop_assert!(verify(&changed).is_err(), "byte {} bit {}", at, bit);
                }
            }
        }
    }
}
