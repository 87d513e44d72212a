//! Compares the wasm engines with the native ones, for each scheme that stored hashes use.
#![no_main]

use std::sync::LazyLock;

use base64::Engine;
use base64::alphabet::BCRYPT;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, STANDARD_NO_PAD};
use edgeseal::{Password, PasswordPolicy};
use libfuzzer_sys::fuzz_target;

static POLICY: LazyLock<PasswordPolicy> = LazyLock::new(PasswordPolicy::default);

fuzz_target!(|bytes: &[u8]| {
    let Some((stored, password)) = stored(bytes) else {
        return;
    };
    let password = Password::new(password).expect("the fuzzer's inputs are short");
    let agree = POLICY.engines_agree(&password, &stored);
    assert_eq!(agree, Ok(true), "{stored}");
});

/// Makes a stored hash whose key is all zeros, and returns it with the remaining bytes.
fn stored(bytes: &[u8]) -> Option<(String, &[u8])> {
    let ([kind, a, b, c, salt, key], rest) = bytes.split_first_chunk()?;
    let below = |byte: &u8, limit: u8| u32::from(byte % limit);
    let which = usize::from(kind >> 2);
    let least_salt = match kind % 4 {
        0 => 16,
        1 => 8,
        _ => 1,
    };
    let salt_length = match kind % 4 {
        0 => 16,
        _ => usize::from(*salt).clamp(least_salt, 140),
    };
    let (salt, password) = rest.split_at_checked(salt_length)?;
    let key = vec![0; usize::from(*key).clamp(16, 128)];
    let tail = format!(
        "{}${}",
        STANDARD_NO_PAD.encode(salt),
        STANDARD_NO_PAD.encode(&key)
    );
    let stored = match kind % 4 {
        0 => {
            let bcrypt = GeneralPurpose::new(&BCRYPT, NO_PAD);
            let (version, cost) = (["2b", "2x"][which % 2], 4 + below(a, 2));
            let (salt, key) = (bcrypt.encode(salt), bcrypt.encode([0; 23]));
            format!("${version}$0{cost}${salt}{key}")
        }
        1 => {
            let variant = ["argon2d", "argon2i", "argon2id"][which % 3];
            let version = [16, 19][which / 3 % 2];
            let lanes = 1 + below(a, 4);
            // In lanes of more than 512 blocks, addresses are computed twice per segment.
            let scale = if a >> 4 == 0 { 10 } else { 1 };
            let memory = 8 * lanes + below(b, 80) * scale * lanes + below(c, 7);
            let passes = 1 + u32::from(c >> 6);
            format!("${variant}$v={version}$m={memory},t={passes},p={lanes}${tail}")
        }
        2 => {
            let (log_n, r, p) = (1 + below(a, 7), 1 + below(b, 9), 1 + below(c, 4));
            format!("$scrypt$ln={log_n},r={r},p={p}${tail}")
        }
        _ => {
            let hash = ["sha256", "sha512"][which % 2];
            let (iterations, length) = (1 + below(a, 50), key.len());
            format!("$pbkdf2-{hash}$i={iterations},l={length}${tail}")
        }
    };
    Some((stored, password))
}
