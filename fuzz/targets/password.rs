//! Fuzzes stored hashes. The first byte selects whether the rest is a stored hash or the
//! parameters for a new hash, which is then changed in one place.
#![no_main]

use std::sync::LazyLock;

use edgeseal::password::wants_nfkc;
use edgeseal::{HashParams, Password, PasswordPolicy, Pepper};
use edgeseal_fuzz::key;
use libfuzzer_sys::fuzz_target;

const MAX_MEMORY: u64 = 1 << 20;

/// Each algorithm's lowest costs, followed by variants in which exactly one parameter is too
/// high for a fuzzer.
const CHEAP: [(HashParams, &[HashParams]); 5] = [
    (
        HashParams::Bcrypt { cost: 4 },
        &[HashParams::Bcrypt { cost: 6 }],
    ),
    (argon2id(8, 1, 1), &[argon2id(8, 5, 1)]),
    (
        scrypt(1, 1, 1),
        &[scrypt(7, 1, 1), scrypt(1, 9, 1), scrypt(1, 1, 5)],
    ),
    (
        HashParams::Pbkdf2Sha256 { iterations: 1 },
        &[HashParams::Pbkdf2Sha256 { iterations: 64 }],
    ),
    (
        HashParams::Pbkdf2Sha512 { iterations: 1 },
        &[HashParams::Pbkdf2Sha512 { iterations: 64 }],
    ),
];

const fn argon2id(memory_cost: u32, time_cost: u32, parallelism: u32) -> HashParams {
    HashParams::Argon2id {
        memory_cost,
        time_cost,
        parallelism,
    }
}

const fn scrypt(log_n: u32, r: u32, p: u32) -> HashParams {
    HashParams::Scrypt { log_n, r, p }
}

static PEPPER: LazyLock<Pepper> =
    LazyLock::new(|| Pepper::new([("2026a", key())]).expect("one key makes a pepper"));

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    if first >> 7 == 0 {
        reads(&String::from_utf8_lossy(rest));
    } else {
        let _ = round_trips(*first, rest);
    }
});

/// Two policies with the shortest keys: one without a pepper, and one with a pepper.
fn policies(params: HashParams) -> [PasswordPolicy; 2] {
    let policy = PasswordPolicy::weak(params)
        .and_then(|policy| policy.max_memory(MAX_MEMORY))
        .expect("costs little");
    let policy = match params {
        HashParams::Bcrypt { .. } => policy,
        _ => policy.hash_length(16).expect("16 bytes are enough"),
    };
    [policy.clone(), policy.pepper(PEPPER.clone())]
}

/// Returns whether a hash has low costs, according to `work_of` or, for the algorithms that
/// new hashes can use, to `needs_rehash`.
fn is_cheap(stored: &str) -> bool {
    let work = policies(CHEAP[0].0)[1].work_of(stored);
    let is_quick = match work {
        Ok(HashParams::Pbkdf2Sha256 { iterations } | HashParams::Pbkdf2Sha512 { iterations }) => {
            iterations <= 3000
        }
        Ok(HashParams::Bcrypt { cost }) => cost <= 5,
        _ => false,
    };
    is_quick
        || CHEAP.iter().any(|(least, above)| {
            (0..2).any(|which| {
                let is_below =
                    |params: &HashParams| policies(*params)[which].needs_rehash(stored) == Ok(true);
                !is_below(least) && above.iter().all(is_below)
            })
        })
}

fn reads(text: &str) {
    let readable = PasswordPolicy::default().needs_rehash(text);
    for (params, _) in CHEAP {
        for policy in policies(params) {
            // A policy decides whether a hash should be replaced, not whether it can be read.
            let verdict = policy.needs_rehash(text).map(drop);
            assert_eq!(verdict, readable.clone().map(drop));
        }
    }
    assert!(readable.is_ok() || !wants_nfkc(text));
    let refused = readable.is_err();
    if refused || is_cheap(text) {
        let [_, policy] = policies(CHEAP[0].0);
        let password = Password::new("x").expect("one byte is not too long");
        assert!(policy.verify(&password, text).is_err() || !refused);
    }
}

/// Hashes a password and verifies it. Returns `None` if the bytes don't describe a valid hash
/// and password.
fn round_trips(first: u8, bytes: &[u8]) -> Option<()> {
    let ([a, b, c, salt, key, how, at, with], rest) = bytes.split_first_chunk()?;
    let below = |byte: &u8, limit: u8| u32::from(byte % limit);
    let params = match first % 5 {
        0 => HashParams::Bcrypt { cost: 4 },
        1 => {
            let lanes = 1 + below(a, 3);
            argon2id(8 * lanes + below(b, 60), 1 + below(c, 3), lanes)
        }
        2 => scrypt(1 + below(a, 5), 1 + below(b, 8), 1 + below(c, 3)),
        3 => HashParams::Pbkdf2Sha256 {
            iterations: 1 + below(a, 20),
        },
        _ => HashParams::Pbkdf2Sha512 {
            iterations: 1 + below(a, 20),
        },
    };
    let mut policy = PasswordPolicy::weak(params)
        .and_then(|policy| policy.max_memory(MAX_MEMORY))
        .expect("costs little");
    if !matches!(params, HashParams::Bcrypt { .. }) {
        let (salt, key) = (16 + below(salt, 49), 16 + below(key, 49));
        policy = policy
            .salt_length(salt as usize)
            .and_then(|policy| policy.hash_length(key as usize))
            .expect("16 to 64 bytes each");
    }
    if first & 0x40 != 0 {
        policy = policy.pepper(PEPPER.clone());
    }
    let (salt, bytes) = rest.split_at_checked(policy.salt_bytes())?;
    let password = Password::new(bytes).ok()?;
    // Hashing fails if the password is empty, or longer than bcrypt allows.
    let stored = policy.hash(&password, salt).ok()?;

    assert_eq!(policy.verify(&password, &stored), Ok(true));
    assert_eq!(policy.needs_rehash(&stored), Ok(false));
    assert!(is_cheap(&stored) && !wants_nfkc(&stored));

    let mut other = bytes.to_vec();
    other[usize::from(*at) % bytes.len()] ^= (*with).max(1);
    let other = Password::new(other).ok()?;
    assert_eq!(policy.verify(&other, &stored), Ok(false));

    let mut changed = stored.clone();
    let place = usize::from(*at) % stored.len();
    let letter = char::from(with & 0x7f);
    match how % 3 {
        0 => changed.replace_range(place..=place, letter.encode_utf8(&mut [0; 4])),
        1 => changed.insert(stored.len() - place, letter),
        _ => drop(changed.remove(place)),
    }
    if changed != stored && is_cheap(&changed) {
        let verdict = policy.verify(&password, &changed);
        // A truncated scrypt key is valid: it is a prefix of the longer key, and the hash
        // does not store the key's length.
        let one_begins_the_other = stored.starts_with(&changed) || changed.starts_with(&stored);
        let is_its_own = matches!(params, HashParams::Scrypt { .. }) && one_begins_the_other;
        assert!(verdict != Ok(true) || is_its_own, "{stored} {changed}");
    }
    Some(())
}
