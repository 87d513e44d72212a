//! Uses arbitrary bytes as claims: verifies them in a token with a valid signature, and signs
//! them.
#![no_main]

use std::sync::LazyLock;

use edgeseal::{ErrorCode, HmacKey, SignOptions, sign_jwt};
use edgeseal_fuzz::{NOW, key, signed, verify};
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

static KEY: LazyLock<HmacKey> = LazyLock::new(key);

fuzz_target!(|payload: &[u8]| {
    let token = signed(
        KEY.default_algorithm(),
        &KEY,
        b"{\"alg\":\"HS256\"}",
        payload,
    );
    match verify(&token, &KEY) {
        Ok(verified) => {
            let read: Map<String, Value> = serde_json::from_slice(payload).expect("a JSON object");
            assert_eq!(&read, verified.claims());
            assert_eq!(payload, verified.payload());
            // If a name were repeated, the map would have lost a value.
            let again: Value = serde_json::to_value(&read).expect("a map has a JSON form");
            assert!(again["exp"].as_f64().is_some_and(|exp| exp > NOW));
        }
        Err(refusal) => assert_ne!(refusal.code(), ErrorCode::JwtSignatureInvalid),
    }

    let Ok(claims) = serde_json::from_slice::<Box<RawValue>>(payload) else {
        return;
    };
    // The verifier must accept what the signer signs, and must read the same claims.
    if let Ok(token) = sign_jwt(&claims, &*KEY, &SignOptions::new(), NOW) {
        let verified = verify(&token, &KEY);
        let mut expected: Map<String, Value> =
            serde_json::from_str(claims.get()).expect("signed as a JSON object");
        expected.entry("iat").or_insert(Value::from(NOW as u64));
        match verified {
            Ok(verified) => assert_eq!(verified.claims(), &expected),
            // Only a token with a future `nbf` may be refused.
            Err(refusal) => assert_eq!(refusal.code(), ErrorCode::JwtNotYetValid),
        }
    }
});
