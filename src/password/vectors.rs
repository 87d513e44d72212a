//! Checks the native engines and the stored formats against known answers: all published and
//! collected password vectors. The vectors are in the folder that `EDGESEAL_VECTORS` names;
//! without that folder, each test prints that it is skipped.

use serde_json::Value;

use super::derive::Derivation;
use super::scheme::{Argon2, Argon2Variant, Argon2Version, Scheme, Sha};
use super::{HashParams, Password, PasswordPolicy};
use crate::vectors::{cases, hex, report, text};

/// A policy that allows 1 GiB of memory, which some rows need.
fn roomy() -> PasswordPolicy {
    let policy = PasswordPolicy::new(HashParams::default());
    policy.unwrap().max_memory(1 << 30).unwrap()
}

fn derive(scheme: Scheme, password: &[u8], salt: &[u8], key_length: usize) -> Vec<u8> {
    let mut derivation = Derivation {
        scheme,
        password: password.to_vec().into(),
        salt: salt.to_vec(),
        key_length,
    };
    // Derives the key from the message that another instance would get.
    let sent = Derivation::from_bytes(&derivation.take_bytes()).unwrap();
    assert_eq!(sent.scheme, scheme);
    assert!(derivation.password.is_empty());
    sent.run().to_vec()
}

fn number(value: &Value) -> u32 {
    value.as_u64().unwrap().try_into().unwrap()
}

/// Returns the bytes that the `{name}_hex` member contains in hexadecimal or, if there is no such
/// member, those of the `{name}` text.
fn bytes(case: &Value, name: &str) -> Vec<u8> {
    match case.get(format!("{name}_hex")) {
        Some(digits) => hex(digits),
        None => text(&case[name]).as_bytes().to_vec(),
    }
}

fn check(file: &str, rows: &[Value], hash: &str) {
    let policy = roomy();
    for case in rows {
        let id = text(&case["id"]);
        let password = Password::new(bytes(case, "password")).unwrap();
        let verdict = policy.verify(&password, text(&case[hash]));
        let expected = case["valid"].as_bool().unwrap();
        match verdict {
            Ok(holds) => assert_eq!(holds, expected, "{file} {id}"),
            Err(refusal) => assert!(!expected, "{file} {id}: {refusal}"),
        }
    }
    report(file, rows.len());
}

/// `crypt_blowfish`'s countermeasure in `$2a$` changes the hash of a few 8-bit passwords.
/// Neither OpenBSD, where the format comes from, nor this crate has that countermeasure, so
/// these rows do not match.
const COUNTERMEASURE: &[&str] = &["owl-8", "owl-17", "xcrypt-1093"];

#[test]
fn bcrypt() {
    let Some(mut rows) = cases("bcrypt.json") else {
        return;
    };
    for row in &mut rows {
        if COUNTERMEASURE.contains(&text(&row["id"])) {
            row["valid"] = false.into();
        }
    }
    check("bcrypt.json", &rows, "hash");
}

#[test]
fn stored_formats() {
    let Some(rows) = cases("password_formats.json") else {
        return;
    };
    check("password_formats.json", &rows, "hash");
}

#[test]
fn argon2() {
    let Some(rows) = cases("argon2.json") else {
        return;
    };
    let (stored, raw): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .partition(|row| row.get("encoded").is_some());
    check("argon2.json, stored", &stored, "encoded");
    for case in &raw {
        // `Scheme` has no secret or associated data (RFC 9106 §5); `derive/wasm/tests.rs` tests
        // inputs that do.
        if case.get("secret_hex").is_some() {
            continue;
        }
        let expected = hex(&case["tag_hex"]);
        let scheme = Scheme::Argon2(Argon2 {
            variant: Argon2Variant::Id,
            version: Argon2Version::V13,
            memory_cost: number(&case["m_kib"]),
            time_cost: number(&case["t"]),
            parallelism: number(&case["p"]),
        });
        assert_eq!(text(&case["variant"]), "argon2id");
        let salt = bytes(case, "salt");
        let tag = derive(scheme, &bytes(case, "password"), &salt, expected.len());
        assert_eq!(tag, expected, "{}", case["id"]);
    }
    report("argon2.json, raw", raw.len());
}

#[test]
fn scrypt() {
    let Some(rows) = cases("scrypt.json") else {
        return;
    };
    for case in &rows {
        let expected = hex(&case["dk_hex"]);
        let scheme = Scheme::Scrypt {
            log_n: number(&case["N"]).ilog2(),
            r: number(&case["r"]),
            p: number(&case["p"]),
        };
        // A little over 1 GiB, more than a policy allows.
        assert_eq!(scheme.check_ceiling(expected.len(), 1025 << 20), Ok(()));
        let (password, salt) = (bytes(case, "password"), bytes(case, "salt"));
        let key = derive(scheme, &password, &salt, expected.len());
        assert_eq!(key, expected, "{}", case["id"]);
    }
    report("scrypt.json", rows.len());
}

#[test]
fn pbkdf2() {
    for (file, hash) in [
        ("rfc_pbkdf2_sha256.json", Sha::Sha256),
        ("wycheproof_pbkdf2_hmacsha256.json", Sha::Sha256),
        ("wycheproof_pbkdf2_hmacsha512.json", Sha::Sha512),
    ] {
        let Some(rows) = cases(file) else {
            continue;
        };
        for case in &rows {
            let expected = hex(&case["dk_hex"]);
            let iterations = number(&case["iterations"]);
            let scheme = Scheme::Pbkdf2 { hash, iterations };
            let (password, salt) = (bytes(case, "password"), bytes(case, "salt"));
            let key = derive(scheme, &password, &salt, expected.len());
            assert_eq!(key, expected, "{file} {}", case["id"]);
        }
        report(file, rows.len());
    }
}
