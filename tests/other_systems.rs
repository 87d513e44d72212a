//! Stored hashes of other systems, made with those systems' own tools.

use edgeseal::{ErrorCode, HashParams, Password, PasswordPolicy};
use serde_json::Value;

fn password(text: &str) -> Password {
    Password::new(text).unwrap()
}

fn policy() -> PasswordPolicy {
    let policy = PasswordPolicy::new(HashParams::default()).unwrap();
    policy.max_memory(1 << 30).unwrap()
}

/// The rows of `contracts/passwords.jsonl` with what they want, without the rows that need an
/// option or a conversion.
fn rows(wanted: &[&str]) -> Vec<Value> {
    let text = include_str!("../contracts/passwords.jsonl");
    let rows = text.lines().map(|line| serde_json::from_str(line).unwrap());
    rows.filter(|row: &Value| wanted.contains(&row["want"].as_str().unwrap()))
        .filter(|row| row["name"] != "latin1-bcrypt")
        .collect()
}

#[test]
fn each_verifies_its_password_and_no_other_and_is_replaced() {
    let policy = policy();
    for row in rows(&["verify", "ceiling"]) {
        let (name, stored) = (&row["name"], row["stored"].as_str().unwrap());
        let right = password(row["password"].as_str().unwrap());
        assert_eq!(policy.verify(&right, stored), Ok(true), "{name}");
        assert_eq!(
            policy.verify(&password("wrong"), stored),
            Ok(false),
            "{name}"
        );
        assert_eq!(policy.needs_rehash(stored), Ok(true), "{name}");
        assert!(policy.work_of(stored).is_ok(), "{name}");
    }
}

#[test]
fn a_hash_that_needs_too_much_memory_is_refused_and_the_refusal_says_so() {
    let policy = policy().max_memory(64 << 20).unwrap();
    for row in rows(&["ceiling"]) {
        let (name, stored) = (&row["name"], row["stored"].as_str().unwrap());
        let right = password(row["password"].as_str().unwrap());
        let verdict = policy.verify(&right, stored);
        // passlib's scrypt needs exactly 64 MiB.
        if name == "passlib-scrypt" {
            assert_eq!(verdict, Ok(true), "{name}");
            continue;
        }
        let refusal = verdict.unwrap_err();
        assert_eq!(refusal.code(), ErrorCode::PasswordParamsRefused, "{name}");
        assert!(refusal.to_string().contains("64 MiB"), "{refusal}");
    }
}

#[test]
fn what_cannot_be_verified_is_named() {
    for row in rows(&["name"]) {
        let (name, stored) = (&row["name"], row["stored"].as_str().unwrap());
        let refusal = policy().verify(&password("x"), stored).unwrap_err();
        assert_eq!(refusal.code(), ErrorCode::PasswordHashInvalid, "{name}");
        assert!(
            !refusal.to_string().contains("unknown"),
            "{name}: {refusal}"
        );
    }
}

/// The same damage around every hash that verifies.
#[test]
fn damage_is_named() {
    for row in rows(&["verify"]) {
        let stored = row["stored"].as_str().unwrap();
        for (damaged, reason) in [
            (format!("{stored}\n"), "line break"),
            (format!("{stored}\r\n"), "CR LF"),
            (format!(" {stored}"), "blanks"),
            (format!("{stored}    "), "CHAR column"),
            (format!("\u{feff}{stored}"), "byte order mark"),
            (format!("b'{stored}'"), "Python"),
            (format!("\"{stored}\""), "quotes"),
            (format!("{stored}\0\0"), "NUL"),
        ] {
            let refusal = policy().verify(&password("x"), &damaged).unwrap_err();
            assert!(
                refusal.to_string().contains(reason),
                "{damaged:?}: {refusal}"
            );
        }
        if stored.contains('$') {
            for dollar in ["\\$", "\\x24", "$$", "\\u0024"] {
                let damaged = stored.replace('$', dollar);
                let refusal = policy().verify(&password("x"), &damaged).unwrap_err();
                assert!(
                    refusal.to_string().contains("dollar"),
                    "{damaged}: {refusal}"
                );
            }
        }
    }
}

#[test]
fn converted_hashes_change_the_password_first() {
    let keyed = policy()
        .legacy_key("devise", b"pepper")
        .legacy_key("flask", b"salt");
    let bcrypt = |text: &[u8]| {
        let weak = PasswordPolicy::weak(HashParams::Bcrypt { cost: 4 }).unwrap();
        weak.hash(&Password::new(text).unwrap(), &[7; 16]).unwrap()
    };
    let hex = "8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918";
    let base64 =
        "JTmCzzbVzD5bqGEoPKigqngku+BwfDOdOsl2gOhyQOJrAok10hUhvGgEjt9pn7LNrtz2rPk7X2XWtQsOSS5Now==";
    for (stored, text) in [
        (format!("$sha256-hex{}", bcrypt(hex.as_bytes())), "admin"),
        (
            format!("$suffix$keyid=devise{}", bcrypt(b"adminpepper")),
            "admin",
        ),
        (
            format!(
                "$hmac-sha512-base64$keyid=flask{}",
                bcrypt(&base64.as_bytes()[..72])
            ),
            "admin",
        ),
    ] {
        assert_eq!(keyed.verify(&password(text), &stored), Ok(true), "{stored}");
        assert_eq!(
            keyed.verify(&password("wrong"), &stored),
            Ok(false),
            "{stored}"
        );
        assert_eq!(keyed.needs_rehash(&stored), Ok(true), "{stored}");
    }
    let stored = format!("$suffix$keyid=other{}", bcrypt(b"x"));
    let refusal = keyed.verify(&password("x"), &stored).unwrap_err();
    assert_eq!(refusal.code(), ErrorCode::KeyUnknown);
    assert!(!format!("{keyed:?}").contains("112"), "{keyed:?}");
}

#[test]
fn firebases_export_verifies() {
    for row in rows(&["convert"]) {
        if row["name"] == "firebase-fbscrypt" {
            let stored = row["stored"].as_str().unwrap();
            let right = password(row["password"].as_str().unwrap());
            assert_eq!(policy().verify(&right, stored), Ok(true));
            assert_eq!(policy().verify(&password("wrong"), stored), Ok(false));
        }
    }
}

#[test]
fn a_long_password_does_not_make_an_old_scheme_slow() {
    let long = password(&"x".repeat(513));
    for stored in [
        "$6$rounds=656000$sfoGNHww7s7Y2oou$4SbVSuRJU8XbZjWCOyeICpBrkkqNqAKf75w/zaCvnnlDCmOZObi3bTg.O0cOJCM7zalXNsJvw6f15c7ohFOZq/",
        "$P$BzxdfFfoBM11DImxt1MwPbt.DmxBeq.",
    ] {
        let refusal = policy().verify(&long, stored).unwrap_err();
        assert_eq!(refusal.code(), ErrorCode::PasswordTooLong);
    }
}
