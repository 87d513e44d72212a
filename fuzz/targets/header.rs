//! Uses arbitrary bytes as the header of a token with a valid signature. The first byte
//! selects the algorithm.
#![no_main]

use std::sync::LazyLock;

use edgeseal::{Algorithm, HmacKey};
use edgeseal_fuzz::{key_for_all, signed, verify};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

static KEY: LazyLock<HmacKey> = LazyLock::new(key_for_all);

fuzz_target!(|bytes: &[u8]| {
    let Some((first, header)) = bytes.split_first() else {
        return;
    };
    let algorithm = Algorithm::ALL[usize::from(*first) % Algorithm::ALL.len()];
    let token = signed(algorithm, &KEY, header, b"{\"exp\":1800000900}");
    if verify(&token, &KEY).is_ok() {
        let read: Map<String, Value> = serde_json::from_slice(header).expect("a JSON object");
        assert_eq!(read["alg"], algorithm.name());
        for refused in ["crit", "b64", "zip", "enc"] {
            assert!(!read.contains_key(refused));
        }
        assert!(read.get("typ").is_none_or(Value::is_string));
        assert!(read.get("kid").is_none_or(Value::is_string));
    }
});
