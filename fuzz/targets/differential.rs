//! Compares our verdict with jwt-compact's. The first byte selects whether the rest is a
//! token or parts to sign, and whether the signature is replaced.
#![no_main]

use std::sync::LazyLock;

use edgeseal::{Algorithm, ErrorCode, HmacKey};
use edgeseal_fuzz::{key, key_for_all, signed, verify};
use jwt_compact::{AlgorithmExt, ParseError, UntrustedToken, ValidationError};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

/// The corpus's key.
static KEY: LazyLock<HmacKey> = LazyLock::new(key);
static KEY_FOR_ALL: LazyLock<HmacKey> = LazyLock::new(key_for_all);

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let Some(token) = token(*first, rest) else {
        return;
    };
    let key = if first >> 6 == 0 { &KEY } else { &KEY_FOR_ALL };
    let ours = verify(&token, key);
    let theirs = match UntrustedToken::new(&token) {
        Ok(theirs) => theirs,
        // jwt-compact also requires strings in header members that we don't read, and it
        // refuses nested JWTs.
        Err(ParseError::MalformedHeader(_) | ParseError::UnsupportedContentType(_)) => return,
        Err(_) => return assert!(ours.is_err()),
    };
    let Some(algorithm) = Algorithm::by_name(theirs.algorithm()) else {
        return assert!(ours.is_err());
    };
    let verdict = algorithm
        .validator::<Map<String, Value>>(key)
        .validate(&theirs);
    match (verdict, ours) {
        // jwt-compact requires whole seconds.
        (Err(ValidationError::MalformedClaims(_)), Ok(verified)) => {
            let whole = |name: &&str| verified.claims().get(*name).is_none_or(Value::is_i64);
            assert!(!["exp", "nbf", "iat"].iter().all(whole));
        }
        // Our rules are stricter, so we may refuse the token, but not because of its
        // signature.
        (Ok(_), Err(refusal)) => assert_ne!(refusal.code(), ErrorCode::JwtSignatureInvalid),
        (Ok(_), Ok(_)) | (Err(ValidationError::MalformedClaims(_)), Err(_)) => {}
        // The signature is invalid, so the token must be refused before its claims are
        // read.
        (Err(cause), ours) => {
            let code = ours.expect_err(&cause.to_string()).code();
            let before_any_claim = [
                ErrorCode::JwtSignatureInvalid,
                ErrorCode::JwtMalformed,
                ErrorCode::JwtAlgNotAllowed,
                ErrorCode::JwtCritUnsupported,
                ErrorCode::JwtTypMismatch,
            ];
            assert!(before_any_claim.contains(&code), "{code:?}");
        }
    }
});

fn token(first: u8, rest: &[u8]) -> Option<String> {
    let algorithm = Algorithm::ALL[usize::from(first) % Algorithm::ALL.len()];
    let header = format!("{{\"alg\":\"{algorithm}\"}}");
    match first >> 6 {
        0 => std::str::from_utf8(rest).ok().map(str::to_owned),
        // The rest is a header and a payload, separated by a line break.
        1 => {
            let end = rest.iter().position(|byte| *byte == b'\n')?;
            Some(signed(
                algorithm,
                &KEY_FOR_ALL,
                &rest[..end],
                &rest[end + 1..],
            ))
        }
        2 => Some(signed(algorithm, &KEY_FOR_ALL, header.as_bytes(), rest)),
        // The rest is a payload and a signature, separated by a line break.
        _ => {
            let end = rest.iter().position(|byte| *byte == b'\n')?;
            let token = signed(algorithm, &KEY_FOR_ALL, header.as_bytes(), &rest[..end]);
            let (parts, _) = token.rsplit_once('.')?;
            let signature = std::str::from_utf8(&rest[end + 1..]).ok()?;
            Some(format!("{parts}.{signature}"))
        }
    }
}
