//! Password hashes: known answers, and refusals that cost no work.
#![cfg(not(target_arch = "wasm32"))]

use edgeseal::{BcryptParams, ErrorCode, Password, hash_password, verify_password};

fn password(bytes: impl Into<Vec<u8>>) -> Password {
    Password::new(bytes).unwrap()
}

fn holds(text: &str, stored: &str) -> Result<bool, ErrorCode> {
    verify_password(&password(text), stored).map_err(|refusal| refusal.code())
}

/// From the test set of Openwall's `crypt_blowfish`.
#[test]
fn verifies_known_answers() {
    for (text, stored) in [
        (
            "U*U",
            "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        ),
        (
            "U*U*",
            "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK",
        ),
        (
            "",
            "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy",
        ),
    ] {
        assert_eq!(holds(text, stored), Ok(true), "{stored}");
        assert_eq!(holds("no", stored), Ok(false), "{stored}");
    }
}

#[test]
fn hashes_round_trip_and_use_every_byte() {
    let weak = BcryptParams::weak(4).unwrap();
    let stored = hash_password(&password("a\0b "), weak, [1; 16]).unwrap();
    assert!(stored.starts_with("$2b$04$") && stored.len() == 60);
    assert_eq!(holds("a\0b ", &stored), Ok(true));
    for other in ["a", "a\0b", "a\0c ", "A\0b "] {
        assert_eq!(holds(other, &stored), Ok(false));
    }
}

#[test]
fn refuses_what_bcrypt_would_not_read() {
    let weak = BcryptParams::weak(4).unwrap();
    let refused = |bytes: &[u8]| {
        hash_password(&password(bytes), weak, [1; 16])
            .unwrap_err()
            .code()
    };
    assert_eq!(refused(b""), ErrorCode::PasswordInvalid);
    assert_eq!(refused(&[b'x'; 73]), ErrorCode::PasswordTooLong);
    let stored = hash_password(&password([b'x'; 72]), weak, [1; 16]).unwrap();
    assert_eq!(
        holds(&"x".repeat(80), &stored),
        Ok(true),
        "verifying cuts off, as its makers do"
    );
    assert_eq!(
        Password::new(vec![0; 4097]).unwrap_err().code(),
        ErrorCode::PasswordTooLong
    );
}

#[test]
fn damaged_and_hostile_hashes_are_refused() {
    for stored in [
        "",
        "x",
        "$2b$04$",
        "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2b$+5$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe\u{e4}",
        "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW ",
    ] {
        assert_eq!(
            holds("x", stored),
            Err(ErrorCode::PasswordHashInvalid),
            "{stored:?}"
        );
    }
    let endless = "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    assert_eq!(holds("x", endless), Err(ErrorCode::PasswordParamsRefused));
    assert!(BcryptParams::new(9).is_err() && BcryptParams::new(17).is_err());
}
