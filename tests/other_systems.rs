//! Tests stored hashes of other systems, made with those systems' own tools.

use edgeseal::{ErrorCode, HashParams, Password, PasswordPolicy};
use serde_json::Value;

fn password(text: &str) -> Password {
    Password::new(text).unwrap()
}

fn policy() -> PasswordPolicy {
    let policy = PasswordPolicy::new(HashParams::default()).unwrap();
    policy.max_memory(1 << 30).unwrap()
}

/// The rows of `contracts/passwords.jsonl` whose `want` is one of `wanted`, except the row that
/// needs an option.
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

/// Applies the same kinds of damage to every hash that verifies.
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

/// Hexadecimal digits are also valid base64, so two rows could match the same text.
#[test]
fn a_key_in_hexadecimal_is_not_read_as_base64() {
    // PBKDF2-SHA256 and PBKDF2-SHA1 of `password`, with the salt `saltysalt` and one iteration.
    for stored in [
        "pbkdf2_sha256$1$saltysalt$08d487f3999f74aa4e1a56d250f885f3e3e241d223daa47ac9e715e484f1342f",
        "pbkdf2_sha1$1$saltysalt$23cf6cce5463214e9e0c459c944dd39542c38708",
    ] {
        assert_eq!(
            policy().verify(&password("password"), stored),
            Ok(true),
            "{stored}"
        );
        assert_eq!(policy().verify(&password("wrong"), stored), Ok(false));
    }
}

/// The error names the damage even if a hash is damaged in two ways, whatever its format.
#[test]
fn two_damages_at_once_are_named() {
    for row in rows(&["verify"]) {
        let stored = row["stored"].as_str().unwrap();
        for damaged in [
            format!("\"{stored}\"\n"),
            format!("ann:{stored}\n"),
            format!("  '{stored}'"),
            format!("\u{feff}{stored}\r\n"),
            stored
                .replace('$', "%24")
                .replace('/', "%2F")
                .replace('=', "%3D")
                + "\n",
            stored.chars().flat_map(|letter| [letter, '\0']).collect(),
        ] {
            let refusal = policy().verify(&password("x"), &damaged).unwrap_err();
            assert_eq!(refusal.code(), ErrorCode::PasswordHashInvalid);
            assert!(
                !refusal.to_string().contains("unknown"),
                "{damaged}: {refusal}"
            );
        }
    }
}

#[test]
fn a_hash_that_was_cut_off_is_never_called_unsupported() {
    for row in rows(&["verify"]) {
        let (name, stored) = (&row["name"], row["stored"].as_str().unwrap());
        // Removes two characters, because the last one may be just padding.
        let cut = &stored[..stored.len() - 2];
        let Err(refusal) = policy().verify(&password("x"), cut) else {
            // The string is still valid, with a shorter salt or key.
            continue;
        };
        let text = refusal.to_string();
        assert!(
            !text.contains("not supported") && !text.contains("weak"),
            "{name}: {text}"
        );
        assert!(!text.contains("upper-case"), "{name}: {text}");
    }
}

#[test]
fn swapped_arguments_are_named() {
    let hash = "$2b$04$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    let refusal = policy()
        .verify(&password(hash), "correct horse")
        .unwrap_err();
    assert!(refusal.to_string().contains("swap"), "{refusal}");
}

#[test]
fn a_key_of_another_system_and_a_pepper_do_not_mix() {
    let bcrypt = "$2b$04$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    let firebase = rows(&["convert"])
        .iter()
        .find(|row| row["name"] == "firebase-fbscrypt")
        .map(|row| row["stored"].as_str().unwrap().to_owned())
        .unwrap();
    let start = firebase.find("sk=").unwrap();
    let end = start + firebase[start..].find('$').unwrap();
    let keyed = format!("{}keyid=k{}", &firebase[..start], &firebase[end..]);
    assert!(policy().needs_rehash(&keyed).is_ok());
    for stored in [
        format!("$hmac-sha256$keyid=p{keyed}"),
        format!("$md5-hex{keyed}"),
        format!("$suffix$keyid=z{keyed}"),
        format!("$suffix$keyid=z$md5-hex{bcrypt}"),
        format!("$hmac-sha256$keyid=p$suffix$keyid=z{bcrypt}"),
        keyed.replace("keyid=k", "keyid=k\n"),
    ] {
        assert!(policy().needs_rehash(&stored).is_err(), "{stored}");
    }
}

#[test]
fn numbers_and_salts_are_read_strictly() {
    for stored in [
        "+400$8$1$73616c7473616c74$73616c7473616c7473616c7473616c7473616c7473616c7473616c7473616c74",
        "$+e0801$c2FsdHNhbHRzYWx0$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c=",
        "$5$rounds=abc$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8",
        "$5$ \t$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8",
    ] {
        assert!(policy().needs_rehash(stored).is_err(), "{stored}");
    }
    // Kratos writes N where its logarithm belongs, but 64 is too low for N and too high for a
    // logarithm.
    let nonsense =
        "$scrypt$ln=64,r=8,p=1$c29tZXNhbHRzb21lc2FsdA$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c";
    assert!(policy().verify(&password("x"), nonsense).is_err());
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

/// A longer password makes each round slower, so more rounds mean a lower limit for the password.
#[test]
fn many_rounds_allow_only_a_short_password() {
    let salt_and_key = "saltsalt$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8";
    let verdict = |rounds: u32, length: usize| {
        let stored = format!("$5$rounds={rounds}${salt_and_key}");
        policy()
            .verify(&password(&"x".repeat(length)), &stored)
            .map_err(|refusal| refusal.code())
    };
    assert_eq!(verdict(5000, 512), Ok(false));
    assert_eq!(verdict(5_000_000, 512), Err(ErrorCode::PasswordTooLong));
    assert_eq!(verdict(2_500_000, 65), Err(ErrorCode::PasswordTooLong));
    assert_eq!(verdict(5_000_001, 1), Err(ErrorCode::PasswordParamsRefused));
    // Two keys take twice as long.
    let two = "$2$16$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    let refusal = policy().verify(&password("x"), two).unwrap_err();
    assert_eq!(refusal.code(), ErrorCode::PasswordParamsRefused);
}
