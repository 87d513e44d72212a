//! Runs the password schemes in native Rust with unmodified crates, for comparison in
//! `npm run bench:password`. Each line of input is JSON with a hash's parameters. For
//! each line, the program writes a line of JSON with the time in milliseconds and the
//! stored string.

use std::hint::black_box;
use std::io::{BufRead, Write, stdin, stdout};
use std::time::Instant;

use argon2::Argon2;
use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, STANDARD_NO_PAD};
use serde_json::{Value, json};
use sha2::{Sha256, Sha512};

const BCRYPT: GeneralPurpose = GeneralPurpose::new(&alphabet::BCRYPT, NO_PAD);
const SALT: [u8; 16] = *b"0123456789abcdef";

fn hash(password: &[u8], given: &Value) -> String {
    let number =
        |name: &str| u32::try_from(given[name].as_u64().expect("a number")).expect("a small one");
    let mut key = [0; 32];
    let params = match given["algorithm"].as_str().expect("an algorithm") {
        "bcrypt" => {
            let cost = number("cost");
            let key = bcrypt::bcrypt(cost, SALT, &[password, b"\0"].concat());
            let (salt, key) = (BCRYPT.encode(SALT), BCRYPT.encode(&key[..23]));
            return format!("$2b${cost:02}${salt}{key}");
        }
        "argon2id" => {
            let (m, t, p) = (
                number("memoryCost"),
                number("timeCost"),
                number("parallelism"),
            );
            let params = argon2::Params::new(m, t, p, Some(key.len())).expect("parameters");
            Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
                .hash_password_into(password, &SALT, &mut key)
                .expect("a hash");
            format!("argon2id$v=19$m={m},t={t},p={p}")
        }
        "scrypt" => {
            let (ln, r, p) = (number("N").ilog2(), number("r"), number("p"));
            let log_n = u8::try_from(ln).expect("below 32");
            let params = scrypt::Params::new(log_n, r, p).expect("parameters");
            scrypt::scrypt(password, &SALT, &params, &mut key).expect("a hash");
            format!("scrypt$ln={ln},r={r},p={p}")
        }
        "pbkdf2-sha256" => {
            pbkdf2::pbkdf2_hmac::<Sha256>(password, &SALT, number("iterations"), &mut key);
            format!("pbkdf2-sha256$i={},l=32", number("iterations"))
        }
        "pbkdf2-sha512" => {
            pbkdf2::pbkdf2_hmac::<Sha512>(password, &SALT, number("iterations"), &mut key);
            format!("pbkdf2-sha512$i={},l=32", number("iterations"))
        }
        other => panic!("no algorithm {other}"),
    };
    let (salt, key) = (STANDARD_NO_PAD.encode(SALT), STANDARD_NO_PAD.encode(key));
    format!("${params}${salt}${key}")
}

fn main() {
    for line in stdin().lock().lines() {
        let given: Value =
            serde_json::from_str(&line.expect("standard input")).expect("one line of JSON");
        let password = given["password"].as_str().expect("a password").as_bytes();
        let start = Instant::now();
        let stored = black_box(hash(black_box(password), &given));
        let milliseconds = start.elapsed().as_secs_f64() * 1000.0;
        let answer = json!({ "milliseconds": milliseconds, "stored": stored });
        writeln!(stdout(), "{answer}").expect("standard output");
    }
}
