//! Tests password hashes through the public API: rules, limits, peppers, and refusals
//! before any work is done.
#![cfg(not(target_arch = "wasm32"))]

use edgeseal::password::wants_nfkc;
use edgeseal::{ErrorCode, HashParams, HmacKey, Password, PasswordError, PasswordPolicy, Pepper};

const BCRYPT: HashParams = HashParams::Bcrypt { cost: 4 };
const ARGON2ID: HashParams = HashParams::Argon2id {
    memory_cost: 64,
    time_cost: 2,
    parallelism: 2,
};
const SCRYPT: HashParams = HashParams::Scrypt {
    log_n: 4,
    r: 8,
    p: 2,
};
const PBKDF2_SHA256: HashParams = HashParams::Pbkdf2Sha256 { iterations: 2 };
const PBKDF2_SHA512: HashParams = HashParams::Pbkdf2Sha512 { iterations: 2 };
const EACH: [HashParams; 5] = [BCRYPT, ARGON2ID, SCRYPT, PBKDF2_SHA256, PBKDF2_SHA512];

fn password(bytes: impl Into<Vec<u8>>) -> Password {
    Password::new(bytes).unwrap()
}

fn weak(params: HashParams) -> PasswordPolicy {
    PasswordPolicy::weak(params).unwrap()
}

fn verdict_of(text: &str, stored: &str) -> Result<bool, ErrorCode> {
    let verdict = PasswordPolicy::default().verify(&password(text), stored);
    verdict.map_err(|refusal| refusal.code())
}

fn pepper(keyids: &[&str]) -> Pepper {
    let key = |keyid: &str| HmacKey::new(format!("{keyid:-<32}").as_bytes()).unwrap();
    Pepper::new(keyids.iter().map(|keyid| (*keyid, key(keyid)))).unwrap()
}

#[test]
fn each_algorithm_round_trips_and_uses_every_byte() {
    for (params, start) in [
        (BCRYPT, "$2b$04$"),
        (ARGON2ID, "$argon2id$v=19$m=64,t=2,p=2$"),
        (SCRYPT, "$scrypt$ln=4,r=8,p=2$"),
        (PBKDF2_SHA256, "$pbkdf2-sha256$i=2,l=32$"),
        (PBKDF2_SHA512, "$pbkdf2-sha512$i=2,l=64$"),
    ] {
        let policy = weak(params);
        let stored = policy.hash(&password("a\0b "), &[1; 16]).unwrap();
        assert!(stored.starts_with(start), "{stored}");
        assert_eq!(verdict_of("a\0b ", &stored), Ok(true));
        for other in ["a", "a\0b", "a\0c ", "A\0b ", " a\0b "] {
            assert_eq!(verdict_of(other, &stored), Ok(false), "{start}");
        }
        assert_eq!(policy.needs_rehash(&stored), Ok(false));
        let salted = policy.hash(&password("a\0b "), &[2; 16]).unwrap();
        assert_ne!(stored, salted, "the salt matters");
        assert_eq!(
            policy.hash(&password(""), &[1; 16]).unwrap_err(),
            PasswordError::Empty
        );
    }
}

#[test]
fn what_bcrypt_would_not_read_is_refused() {
    let policy = weak(BCRYPT);
    let long = policy.hash(&password([b'x'; 73]), &[1; 16]).unwrap_err();
    assert_eq!(long, PasswordError::TooLong { limit: 72 });
    let stored = policy.hash(&password([b'x'; 72]), &[1; 16]).unwrap();
    let longer = verdict_of(&"x".repeat(80), &stored);
    assert_eq!(
        longer,
        Ok(true),
        "verifying ignores the rest, like other bcrypts"
    );
    let shorter = verdict_of(&"x".repeat(71), &stored);
    assert_eq!(shorter, Ok(false));
    assert_eq!(
        Password::new(vec![0; 4097]).unwrap_err(),
        PasswordError::TooLong { limit: 4096 }
    );
    for params in [ARGON2ID, SCRYPT, PBKDF2_SHA256] {
        let stored = weak(params).hash(&password([b'x'; 4096]), &[1; 16]);
        assert_eq!(verdict_of(&"x".repeat(4095), &stored.unwrap()), Ok(false));
    }
}

#[test]
fn unknown_and_damaged_hashes_are_refused() {
    let bcrypt = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    for stored in EACH
        .map(|params| weak(params).hash(&password("x"), &[1; 16]).unwrap())
        .iter()
        .flat_map(|stored| {
            let cut = &stored[..stored.len() - 1];
            [
                cut.to_owned(),
                format!("{stored} "),
                format!(" {stored}"),
                format!("{stored}$"),
                format!("{stored}\n"),
                format!("{cut}="),
                format!("{cut}\u{e4}"),
                stored.replacen('=', "=+", 1).replacen("$0", "$+", 1),
                stored.replacen('=', "=0", 1).replacen("$04", "$004", 1),
                stored.replacen('$', "$$", 1),
                stored.to_uppercase(),
                format!("argon2{}", stored.replacen("$argon2id", "$argon2x", 1)),
                format!("$hmac-sha256${stored}"),
                format!("$hmac-sha256$keyid={stored}"),
                format!("$hmac-sha256$keyid=a b{stored}"),
            ]
        })
        .chain(
            [
                "",
                "x",
                "$",
                "$$$$$",
                "!",
                ":",
                "$2b$04$",
                &bcrypt.replace("2b", "2z"),
                "$argon2id$v=18$m=64,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweA",
                "$argon2id$v=19$m=64,t=2,p=1$c29tZXM$wWKIMhR9lyDFvRz9YTZweA",
                "$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZw",
                "pbkdf2_sha256$1$$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c=",
                "pbkdf2_md5$1$salt$8xBlGd3jVgvJ+92hWPxi5ww0uuA=",
                "pbkdf2:sha256$salt$2b3515e2739e440aa48a006225369d3b",
                "scrypt:3:8:1$salt$2b3515e2739e440aa48a006225369d3b",
                "plaintext",
                "5f4dcc3b5aa765d61d8327deb882cf99",
            ]
            .map(str::to_owned),
        )
        .chain([format!("{bcrypt}{}", "x".repeat(100_000))])
    {
        let verdict = verdict_of("x", &stored);
        assert_eq!(
            verdict,
            Err(ErrorCode::PasswordHashInvalid),
            "{stored:.200?}"
        );
        let rehash = PasswordPolicy::default().needs_rehash(&stored);
        assert!(rehash.is_err(), "{stored:.200?}");
    }
}

#[test]
fn hostile_hashes_are_refused_before_work() {
    let key = "8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c";
    for stored in [
        "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2b$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        &format!("$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ${key}"),
        &format!("$argon2id$v=19$m=64,t=99999999,p=1$c29tZXNhbHQ${key}"),
        &format!("$argon2id$v=19$m=99999999999,t=1,p=1$c29tZXNhbHQ${key}"),
        &format!("$argon2id$v=19$m=64,t=1,p=0$c29tZXNhbHQ${key}"),
        &format!("$scrypt$ln=31,r=8,p=1$c29tZXNhbHQ${key}"),
        &format!("$scrypt$ln=14,r=4294967295,p=4294967295$c29tZXNhbHQ${key}"),
        &format!("$scrypt$ln=0,r=8,p=1$c29tZXNhbHQ${key}"),
        &format!(
            "$pbkdf2-sha256$4294967296$c29tZXNhbHQ${}",
            key.replace('+', ".")
        ),
        &format!("$pbkdf2-sha256$i=0,l=32$c29tZXNhbHQ${key}"),
        "$7$zzzzzzzzzzzsalt$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.",
        &format!("scrypt$2147483648$salt$8$1${key}="),
    ] {
        let verdict = verdict_of("x", stored);
        let refused = [
            ErrorCode::PasswordParamsRefused,
            ErrorCode::PasswordHashInvalid,
        ];
        assert!(
            verdict.is_err_and(|code| refused.contains(&code)),
            "{stored}"
        );
    }
    let kib_64 = weak(ARGON2ID).hash(&password("x"), &[1; 16]).unwrap();
    let mib_2 = kib_64.replace("m=64", "m=2048");
    let tight = PasswordPolicy::default().max_memory(1 << 20).unwrap();
    assert_eq!(tight.verify(&password("x"), &kib_64), Ok(true));
    assert!(tight.verify(&password("x"), &mib_2).is_err());
}

#[test]
fn argons_own_secret_is_refused_clearly() {
    let stored = "$argon2id$v=19$m=64,t=2,p=1,keyid=aaaa$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweA";
    let refusal = PasswordPolicy::default()
        .verify(&password("x"), stored)
        .unwrap_err();
    assert_eq!(refusal.code(), ErrorCode::PasswordHashInvalid);
    assert!(refusal.to_string().contains("keyid"));
}

#[test]
fn floors_fall_only_when_asked_and_ceilings_never() {
    for params in EACH {
        let refusal = PasswordPolicy::new(params).unwrap_err();
        assert_eq!(refusal.code(), ErrorCode::PasswordParamsRefused);
        assert!(matches!(refusal, PasswordError::ParamsTooWeak { .. }));
    }
    for params in [
        HashParams::Bcrypt { cost: 17 },
        HashParams::Bcrypt { cost: 3 },
        HashParams::Scrypt {
            log_n: 24,
            r: 8,
            p: 1,
        },
        HashParams::Pbkdf2Sha256 {
            iterations: u32::MAX,
        },
    ] {
        assert!(PasswordPolicy::weak(params).is_err(), "{params:?}");
    }
    let policy = || weak(PBKDF2_SHA256);
    assert!(policy().salt_length(15).is_err() && policy().salt_length(65).is_err());
    assert!(policy().hash_length(15).is_err() && policy().hash_length(65).is_err());
    assert!(weak(BCRYPT).salt_length(17).is_err() && weak(BCRYPT).hash_length(32).is_err());
    assert!(
        PasswordPolicy::new(HashParams::SCRYPT)
            .unwrap()
            .max_memory(64 << 20)
            .is_err()
    );
    assert!(policy().hash(&password("x"), &[1; 15]).is_err());
}

#[test]
fn the_work_of_a_stored_hash_is_known_before_it_is_done() {
    for params in EACH {
        let policy = weak(params);
        let stored = policy.hash(&password("x"), &[1; 16]).unwrap();
        assert_eq!(policy.work_of(&stored), Ok(params));
        assert_eq!(policy.work(), params);
    }
    let iterations = |iterations| HashParams::Pbkdf2Sha256 { iterations };
    let policy = weak(BCRYPT);
    for (stored, params) in [
        (
            "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            HashParams::Bcrypt { cost: 5 },
        ),
        (
            "pbkdf2_sha256$390000$seasalt$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c=",
            iterations(390_000),
        ),
        // A key of 33 bytes takes two blocks.
        (
            "$pbkdf2-sha256$i=1000,l=33$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            iterations(2000),
        ),
    ] {
        assert_eq!(policy.work_of(stored), Ok(params), "{stored}");
    }
    // If a stored hash is refused before any work is done, there is no work to report.
    let peppered = weak(BCRYPT).pepper(pepper(&["2026"]));
    let peppered = peppered.hash(&password("x"), &[1; 16]).unwrap();
    for stored in [
        "",
        "!",
        "$P$XVXzKqYjHXlFNkuYw9eBZoZKoJo5P70",
        "$2b$17$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        &peppered,
    ] {
        let verdict = policy.verify(&password("x"), stored).map(drop);
        assert_eq!(policy.work_of(stored).map(drop), verdict, "{stored}");
        assert!(verdict.is_err());
    }
}

#[test]
fn a_hash_is_replaced_when_it_is_weaker_or_anothers() {
    let argon2id = |memory_cost, time_cost| HashParams::Argon2id {
        memory_cost,
        time_cost,
        parallelism: 1,
    };
    let stored = |params| weak(params).hash(&password("x"), &[1; 16]).unwrap();
    let at = weak(argon2id(64, 2));
    for (params, expected) in [
        (argon2id(64, 2), false),
        (argon2id(128, 3), false),
        (argon2id(63, 2), true),
        (argon2id(128, 1), true),
        (BCRYPT, true),
    ] {
        assert_eq!(at.needs_rehash(&stored(params)), Ok(expected), "{params:?}");
    }
    let bcrypt = stored(BCRYPT);
    assert_eq!(
        weak(HashParams::Bcrypt { cost: 5 }).needs_rehash(&bcrypt),
        Ok(true)
    );
    for version in ["2a", "2y", "2x"] {
        let spelled = bcrypt.replacen("2b", version, 1);
        assert_eq!(weak(BCRYPT).needs_rehash(&spelled), Ok(true), "{version}");
    }
    let pbkdf2 = weak(PBKDF2_SHA256);
    assert_eq!(pbkdf2.needs_rehash(&stored(PBKDF2_SHA256)), Ok(false));
    assert_eq!(pbkdf2.needs_rehash(&stored(PBKDF2_SHA512)), Ok(true));
    let longer = pbkdf2.clone().salt_length(32).unwrap();
    assert_eq!(longer.needs_rehash(&stored(PBKDF2_SHA256)), Ok(true));
    let django = "pbkdf2_sha256$390000$seasalt$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c=";
    assert_eq!(pbkdf2.needs_rehash(django), Ok(true));
    // No key is derived for this hash.
    let endless = "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    assert_eq!(weak(BCRYPT).needs_rehash(endless), Ok(true));
}

#[test]
fn a_pepper_is_needed_marked_and_rotated() {
    for params in EACH {
        let old = weak(params).pepper(pepper(&["2025"]));
        let new = weak(params).pepper(pepper(&["2026/a", "2025"]));
        let bare = weak(params);
        let stored = old.hash(&password("x"), &[1; 16]).unwrap();
        assert!(stored.starts_with("$hmac-sha256$keyid=2025$"), "{stored}");
        assert_eq!(old.verify(&password("x"), &stored), Ok(true));
        assert_eq!(old.verify(&password("y"), &stored), Ok(false));
        assert_eq!(new.verify(&password("x"), &stored), Ok(true));
        assert_eq!(old.needs_rehash(&stored), Ok(false));
        assert_eq!(new.needs_rehash(&stored), Ok(true));
        assert_eq!(bare.needs_rehash(&stored), Ok(true));
        for without in [&bare, &weak(params).pepper(pepper(&["2026/a"]))] {
            let refusal = without.verify(&password("x"), &stored).unwrap_err();
            assert_eq!(refusal.code(), ErrorCode::KeyUnknown);
        }
        // A hash made before the pepper was added still verifies, and should be
        // replaced.
        let before = bare.hash(&password("x"), &[1; 16]).unwrap();
        assert_eq!(new.verify(&password("x"), &before), Ok(true));
        assert_eq!(new.needs_rehash(&before), Ok(true));
        // Adding or removing the prefix does not add or remove the pepper.
        let unmarked = stored.replacen("$hmac-sha256$keyid=2025", "", 1);
        assert_eq!(new.verify(&password("x"), &unmarked), Ok(false));
        let marked = format!("$hmac-sha256$keyid=2025{before}");
        assert_eq!(new.verify(&password("x"), &marked), Ok(false));
        // The HMAC is 43 bytes long in base64, so bcrypt's 72-byte limit does not apply
        // to the password.
        let long = new.hash(&password([b'x'; 4096]), &[1; 16]).unwrap();
        assert_eq!(new.verify(&password([b'x'; 4095]), &long), Ok(false));
    }
    for keyid in ["", "a b", "a$b", "a,b", "\u{e4}", &"a".repeat(33)] {
        let key = HmacKey::new(b"0123456789abcdef0123456789abcdef").unwrap();
        assert!(Pepper::new([(keyid, key)]).is_err(), "{keyid:?}");
    }
}

#[test]
fn better_auth_normalises_and_nothing_else_does() {
    // Better Auth made this hash from "café", with "é" written as one character.
    let stored = "00000000000000000000000000000000:8d2e74318789fbb1188cff20abc02e469eb036462cbec44c80b6da1a834660cd04b02e806062b3bb4a8dac2f662e700e813466b3f45899ef930838f90bbd9ba0";
    assert!(wants_nfkc(stored));
    assert_eq!(verdict_of("caf\u{e9}", stored), Ok(true));
    assert_eq!(verdict_of("cafe\u{301}", stored), Ok(true));
    assert_eq!(verdict_of("cafe", stored), Ok(false));
    let bytes = PasswordPolicy::default().verify(&password([0xff]), stored);
    assert_eq!(bytes, Ok(false), "bytes that are not UTF-8");
    for params in EACH {
        let ours = weak(params).hash(&password("caf\u{e9}"), &[1; 16]).unwrap();
        assert!(!wants_nfkc(&ours));
        assert_eq!(verdict_of("cafe\u{301}", &ours), Ok(false));
    }
}
