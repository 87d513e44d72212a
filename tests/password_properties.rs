//! Tests properties of password hashes.
#![cfg(not(target_arch = "wasm32"))]

use base64::prelude::{BASE64_STANDARD_NO_PAD, Engine};
use edgeseal::password::wants_nfkc;
use edgeseal::{HashParams, HmacKey, Password, PasswordPolicy, Pepper};
use proptest::prelude::*;
use proptest::sample::{Index, select};

fn password(bytes: impl Into<Vec<u8>>) -> Password {
    Password::new(bytes).unwrap()
}

fn peppered(policy: PasswordPolicy) -> PasswordPolicy {
    let key = HmacKey::new(b"0123456789abcdef0123456789abcdef").unwrap();
    policy.pepper(Pepper::new([("2026a", key)]).unwrap())
}

fn params() -> impl Strategy<Value = HashParams> {
    let argon2id = (1_u32..=4, 1_u32..=2, 0_u32..=32).prop_map(|(parallelism, time_cost, more)| {
        HashParams::Argon2id {
            memory_cost: 8 * parallelism + more,
            time_cost,
            parallelism,
        }
    });
    let scrypt = (1_u32..=4, 1_u32..=8, 1_u32..=2).prop_map(|(log_n, r, p)| HashParams::Scrypt {
        log_n,
        r,
        p,
    });
    prop_oneof![
        1 => Just(HashParams::Bcrypt { cost: 4 }),
        3 => argon2id,
        3 => scrypt,
        2 => (1_u32..=5).prop_map(|iterations| HashParams::Pbkdf2Sha256 { iterations }),
        2 => (1_u32..=5).prop_map(|iterations| HashParams::Pbkdf2Sha512 { iterations }),
    ]
}

/// Cheap policies, with and without a pepper, each with a salt.
fn policy() -> impl Strategy<Value = (PasswordPolicy, Vec<u8>)> {
    let lengths = 16_usize..=64;
    let salt = prop::collection::vec(any::<u8>(), lengths.clone());
    (params(), salt, lengths, any::<bool>()).prop_map(|(params, mut salt, key_length, pepper)| {
        let mut policy = PasswordPolicy::weak(params).unwrap();
        if matches!(params, HashParams::Bcrypt { .. }) {
            salt.truncate(16);
        } else {
            policy = policy.salt_length(salt.len()).unwrap();
            policy = policy.hash_length(key_length).unwrap();
        }
        policy = policy.max_memory(1 << 20).unwrap();
        (if pepper { peppered(policy) } else { policy }, salt)
    })
}

/// Hashes the password, or a truncated one if bcrypt refuses it as too long.
fn hash(policy: &PasswordPolicy, bytes: &mut Vec<u8>, salt: &[u8]) -> String {
    policy.hash(&password(&**bytes), salt).unwrap_or_else(|_| {
        bytes.truncate(72);
        policy.hash(&password(&**bytes), salt).unwrap()
    })
}

/// Returns whether two PHC strings differ only in how much of the same key they contain. Removing
/// a letter may merely shorten the key.
fn one_begins_the_other(one: &str, other: &str) -> bool {
    let parts = |stored: &str| {
        let (before, key) = stored.rsplit_once('$').unwrap();
        let key = BASE64_STANDARD_NO_PAD.decode(key).ok()?;
        Some((before.to_owned(), key))
    };
    match (parts(one), parts(other)) {
        (Some((before, one)), Some((also, other))) => {
            before == also && (one.starts_with(&other) || other.starts_with(&one))
        }
        _ => false,
    }
}

/// Texts that resemble stored hashes.
fn nearly_stored() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "$",
        "$2b$",
        "$2x$",
        "04",
        "12",
        "$argon2id$",
        "$argon2i$",
        "argon2",
        "v=19",
        "v=16$",
        "m=64,t=2,p=1",
        "m=8,p=1,t=1",
        "m=4294967295",
        ",",
        "=",
        "keyid=a",
        "data=",
        "$scrypt$",
        "ln=4,r=8,p=1",
        "scrypt:16:8:1$",
        "scrypt$16$",
        "$7$",
        "2U..../....",
        "$pbkdf2-sha256$",
        "i=2,l=16",
        "pbkdf2:sha512:2$",
        "pbkdf2_sha256$",
        "bcrypt_sha256$",
        "bcrypt$",
        "$8$1$",
        "$hmac-sha256$keyid=2026a",
        "c29tZXNhbHRzb21lc2FsdA",
        "wWKIMhR9lyDFvRz9YTZweA",
        "==",
        "CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "99999999999",
        "-1",
        "\u{e4}",
        "00000000000000000000000000000000",
        ":",
        "8d2e74318789fbb1188cff20abc02e46",
    ]);
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_is_hashed_verifies_and_nothing_else_does(
        (policy, salt) in policy(),
        mut bytes in prop::collection::vec(any::<u8>(), 1..200),
        (at, flip) in (any::<Index>(), 1_u8..),
    ) {
        let stored = hash(&policy, &mut bytes, &salt);
        prop_assert_eq!(policy.verify(&password(&*bytes), &stored), Ok(true));
        prop_assert_eq!(policy.needs_rehash(&stored), Ok(false));
        prop_assert!(!wants_nfkc(&stored));
        prop_assert_eq!(stored.contains("keyid=2026a"), stored.starts_with("$hmac-sha256$"));

        let mut other = bytes.clone();
        other[at.index(bytes.len())] ^= flip;
        prop_assert_eq!(policy.verify(&password(other), &stored), Ok(false));
        let other = [&salt[1..], &[salt[0] ^ flip]].concat();
        prop_assume!(other != salt);
        prop_assert_ne!(policy.hash(&password(bytes), &other).unwrap(), stored);
    }

    /// Changes, adds or removes a letter in the salt or the key.
    #[test]
    fn a_changed_hash_is_refused_or_another(
        (policy, salt) in policy(),
        mut bytes in prop::collection::vec(any::<u8>(), 1..80),
        changes in prop::collection::vec((any::<Index>(), "[ -~]", 0..3), 8),
    ) {
        let stored = hash(&policy, &mut bytes, &salt);
        // Costs stay the same, because hashing with a changed cost could take any amount of work.
        let costs = match stored.split_once("$2b$04$") {
            Some((before, _)) => before.len() + "$2b$04$".len(),
            None => stored.rmatch_indices('$').nth(1).unwrap().0,
        };
        for (at, letter, how) in changes {
            let mut changed = stored.clone();
            let at = costs + at.index(stored.len() - costs);
            match how {
                0 => changed.replace_range(at..=at, &letter),
                1 => changed.insert_str(at + 1, &letter),
                _ => drop(changed.remove(at)),
            }
            // A truncated scrypt key is valid: it is a prefix of the longer key, and the hash does
            // not store the key's length.
            let cut = stored.contains("$scrypt$") && one_begins_the_other(&stored, &changed);
            if changed == stored || cut {
                continue;
            }
            let verdict = policy.verify(&password(&*bytes), &changed);
            prop_assert_ne!(verdict, Ok(true), "{} {}", stored, changed);
        }
    }

    #[test]
    fn nothing_before_or_after_a_hash_is_accepted(
        (policy, salt) in policy(),
        (before, after) in ("[ -~\n\0]{1,3}", "[ -~\n\0]{1,3}"),
    ) {
        let stored = policy.hash(&password("x"), &salt).unwrap();
        // Nextcloud's prefixes. All others are longer.
        prop_assume!(!["1|", "2|", "3|"].contains(&before.as_str()));
        let preceded = format!("{before}{stored}");
        prop_assert!(policy.needs_rehash(&preceded).is_err());
        let longer = format!("{stored}{after}");
        if policy.needs_rehash(&longer).is_ok() && after.trim_matches('=').is_empty() {
            // The padding of the key's base64, which some libraries write.
            prop_assert_eq!(policy.verify(&password("x"), &longer), Ok(true));
        } else if policy.needs_rehash(&longer).is_ok() {
            // All hashes except those from scrypt and argon2 store the key's length.
            prop_assert!(stored.contains("$scrypt$") || stored.contains("$argon2id$"));
            prop_assert_eq!(policy.verify(&password("y"), &longer), Ok(false));
        }
    }

    #[test]
    fn a_pepper_changes_every_hash(
        params in params(),
        bytes in prop::collection::vec(any::<u8>(), 1..73),
        salt in any::<[u8; 16]>(),
    ) {
        let bare = PasswordPolicy::weak(params).unwrap();
        let pepper = peppered(bare.clone());
        let without = bare.hash(&password(&*bytes), &salt).unwrap();
        let with = pepper.hash(&password(&*bytes), &salt).unwrap();
        prop_assert_eq!(pepper.verify(&password(&*bytes), &with), Ok(true));
        prop_assert_eq!(pepper.verify(&password(&*bytes), &without), Ok(true));
        prop_assert!(bare.verify(&password(&*bytes), &with).is_err());
        let unmarked = with.strip_prefix("$hmac-sha256$keyid=2026a").unwrap();
        prop_assert_eq!(bare.verify(&password(bytes), unmarked), Ok(false));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Checks that all policies agree on whether a text is a stored hash.
    #[test]
    fn no_text_panics(text in prop_oneof![
        4 => nearly_stored(),
        1 => "\\PC{0,200}",
        1 => "[$:=,./a-z0-9]{0,120}",
    ]) {
        let bcrypt = PasswordPolicy::default().max_memory(1 << 20).unwrap();
        let readable = bcrypt.needs_rehash(&text).map(drop);
        let pbkdf2 = peppered(PasswordPolicy::new(HashParams::PBKDF2_SHA512).unwrap());
        prop_assert_eq!(pbkdf2.needs_rehash(&text).map(drop), readable.clone());
        if let Err(refusal) = readable {
            prop_assert!(!wants_nfkc(&text));
            prop_assert_eq!(bcrypt.verify(&password("x"), &text), Err(refusal));
        }
    }
}
