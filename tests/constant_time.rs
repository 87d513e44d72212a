//! Checks whether the time that a verification takes reveals where a wrong signature first
//! differs. The test applies dudect's method (Reparaz, Balasch, Verbauwhede 2017) to native
//! code: it times two classes of input in random order. If both classes take the same time,
//! Welch's t stays small, over all measurements and over those below each of several
//! percentiles.
//!
//! Not part of `cargo test`, because it takes a minute and needs an idle core. To run it:
//! `cargo test --release --test constant_time -- --nocapture`.
#![cfg(not(target_arch = "wasm32"))]

use std::hint::black_box;
use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use edgeseal::{HmacKey, SignOptions, Validation, sign_jwt, verify_jwt};
use serde_json::{Value, json};

/// dudect calls a t above 10 "probably not constant"; 4.5 is the usual strict limit.
const BOUND: f64 = 4.5;
const MEASUREMENTS: usize = 1_000_000;
const ATTEMPTS: usize = 3;
const NOW: f64 = 1_800_000_000.0;

fn key() -> HmacKey {
    HmacKey::new(b"0123456789abcdef0123456789abcdef").unwrap()
}

/// The xorshift64* random number generator. It makes the order of the classes independent of
/// anything that happens periodically on the machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
}

/// The running mean and variance (Welford's method).
#[derive(Clone, Copy, Default)]
struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn push(&mut self, value: f64) {
        self.count += 1.0;
        let delta = value - self.mean;
        self.mean += delta / self.count;
        self.squares += delta * (value - self.mean);
    }

    /// The variance of the mean.
    fn error(self) -> f64 {
        self.squares / (self.count - 1.0) / self.count
    }
}

/// Welch's t. If all measurements are the same, it is NaN, which `max` ignores.
fn welch([a, b]: [Moments; 2]) -> f64 {
    (a.mean - b.mean).abs() / (a.error() + b.error()).sqrt()
}

/// One buffer for all inputs, so that an input's address does not depend on its class.
#[repr(align(64))]
struct Place([u8; 512]);

/// Times `operation`, in nanoseconds, on inputs of both classes in random order.
fn measure(
    count: usize,
    seed: u64,
    classes: [&[Vec<u8>]; 2],
    mut operation: impl FnMut(&[u8]),
) -> Vec<(bool, u32)> {
    let mut random = Random(seed);
    let mut place = Place([0; 512]);
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let draw = random.next();
        let class = draw >> 63 == 1;
        let inputs = classes[usize::from(class)];
        let input = &inputs[(draw as u32) as usize % inputs.len()];
        let place = &mut place.0[..input.len()];
        place.copy_from_slice(input);
        let input = black_box(&*place);

        let start = Instant::now();
        operation(input);
        let elapsed = start.elapsed().as_nanos();
        times.push((class, u32::try_from(elapsed).unwrap_or(u32::MAX)));
    }
    // Drops the first measurements, which only warm up caches and branch predictors.
    times.drain(..count / 100);
    times
}

/// The largest t over all times and over the times below each percentile. The slowest
/// measurements are mostly noise, and a leak is clearest in the fast ones.
fn largest_t(times: &[(bool, u32)]) -> f64 {
    const PERCENTILES: [usize; 8] = [10, 25, 50, 75, 90, 95, 99, 100];
    let mut sorted: Vec<_> = times.iter().map(|(_, time)| *time).collect();
    sorted.sort_unstable();
    let below = |percentile: usize| sorted[(sorted.len() * percentile / 100).max(1) - 1];
    let t = |limit: u32| {
        let mut classes = [Moments::default(); 2];
        for (class, time) in times.iter().filter(|(_, time)| *time <= limit) {
            classes[usize::from(*class)].push(f64::from(*time));
        }
        welch(classes)
    };
    PERCENTILES
        .map(below)
        .map(t)
        .into_iter()
        .fold(0.0, f64::max)
}

/// Measures up to three times, because a leak shows up every time but noise doesn't.
fn leaks(
    name: &str,
    count: usize,
    classes: [&[Vec<u8>]; 2],
    mut operation: impl FnMut(&[u8]),
) -> bool {
    (1..=ATTEMPTS as u64).all(|attempt| {
        let times = measure(count, attempt, classes, &mut operation);
        let t = largest_t(&times);
        println!("{name}: t = {t:.2} over {} measurements", times.len());
        t > BOUND
    })
}

/// Returns tags that differ from the right one only in this byte, each in different bits.
fn wrong_at(right: &[u8], at: usize) -> Vec<Vec<u8>> {
    (1..=64)
        .map(|difference| {
            let mut tag = right.to_vec();
            tag[at] ^= difference;
            tag
        })
        .collect()
}

#[test]
fn tags_compare_in_constant_time() {
    let key = key();
    let message = b"a message of some length, as long as a short token's signed part may be";
    let right = key.mac(message);
    let verify = |tag: &[u8]| {
        black_box(key.verify_mac(black_box(message), tag));
    };
    let [first, last] = [0, right.len() - 1].map(|at| wrong_at(&right, at));
    assert!(!leaks(
        "first byte / last byte",
        MEASUREMENTS,
        [&first, &last],
        verify
    ));
    let same = vec![right.to_vec(); first.len()];
    assert!(!leaks(
        "right / first byte",
        MEASUREMENTS,
        [&same, &first],
        verify
    ));
    assert!(!leaks(
        "right / last byte",
        MEASUREMENTS,
        [&same, &last],
        verify
    ));
}

#[test]
fn tokens_are_refused_in_constant_time() {
    let key = key();
    let token = sign_jwt(&json!({ "exp": NOW + 9.0 }), &key, &SignOptions::new(), NOW).unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let right = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let with = |tag: &Vec<u8>| format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag)).into_bytes();
    let [first, last] = [0, right.len() - 1].map(|at| {
        let tags = wrong_at(&right, at);
        tags.iter().map(with).collect::<Vec<_>>()
    });
    let validation = Validation::new();
    let verify = |token: &[u8]| {
        let token = std::str::from_utf8(token).unwrap();
        let verdict = verify_jwt::<Value>(token, &key, &validation, NOW);
        assert!(black_box(verdict).is_err());
    };
    assert!(!leaks(
        "token, first byte / last byte",
        MEASUREMENTS,
        [&first, &last],
        verify
    ));
}

/// Checks that the method detects the leak in a comparison that stops at the first difference.
#[test]
fn an_early_exit_is_found() {
    fn equal(left: &[u8], right: &[u8]) -> bool {
        left.iter()
            .zip(right)
            .all(|(left, right)| black_box(left) == black_box(right))
    }
    // Tries inputs as long as a tag, and inputs four times as long.
    for length in [32, 128] {
        let right: Vec<u8> = (0..length).collect();
        let [first, last] = [0, right.len() - 1].map(|at| wrong_at(&right, at));
        let compare = |tag: &[u8]| {
            black_box(equal(black_box(&right), tag));
        };
        let name = format!("early exit over {length} bytes");
        assert!(leaks(&name, MEASUREMENTS / 10, [&first, &last], compare));
    }
}
