//! Compares these engines with `RustCrypto`'s and with RFC 9106's test vectors, and
//! compares the operations of `V` with those of the plain vectors. The tests run natively
//! and in wasm.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::super::rustcrypto;
use super::argon2::argon2;
use super::derive;
use super::lanes::{V, plain};
use crate::password::scheme::{Argon2, Argon2Variant, Argon2Version, BcryptQuirk, Scheme, Sha};

/// The splitmix64 random number generator, with a fixed seed so that failures can be reproduced.
struct Random(u64);

impl Random {
    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    fn within(&mut self, from: u32, to: u32) -> u32 {
        from + (self.word() % u64::from(to - from + 1)) as u32
    }

    fn bytes(&mut self, from: u32, to: u32) -> Vec<u8> {
        (0..self.within(from, to))
            .map(|_| self.word() as u8)
            .collect()
    }
}

/// Checks that both engines derive the same key. Ours reuses memory from earlier
/// derivations.
fn agree(scheme: Scheme, random: &mut Random, salt_length: u32, key_length: u32) {
    let password = match random.within(0, 9) {
        0 => vec![],
        _ => random.bytes(1, 200),
    };
    let salt = random.bytes(salt_length, salt_length);
    let mut ours = vec![0x55; key_length as usize];
    let mut theirs = vec![0xaa; key_length as usize];
    derive(scheme, &password, &salt, &mut ours);
    rustcrypto::derive(scheme, &password, &salt, &mut theirs);
    assert_eq!(ours, theirs, "{scheme:?}, {password:02x?}, {salt:02x?}");
}

#[test]
fn argon2_agrees_with_rustcrypto() {
    let mut random = Random(1);
    for round in 0..250 {
        let parallelism = random.within(1, 4);
        // In lanes of more than 512 blocks, addresses are computed more than once per segment.
        let above = if round % 10 == 0 { 2400 } else { 80 };
        let variants = [Argon2Variant::D, Argon2Variant::I, Argon2Variant::Id];
        let scheme = Scheme::Argon2(Argon2 {
            variant: variants[round % 3],
            version: [Argon2Version::V10, Argon2Version::V13][round / 3 % 2],
            memory_cost: 8 * parallelism + random.within(0, above),
            time_cost: random.within(1, 4),
            parallelism,
        });
        let lengths = (random.within(8, 64), random.within(4, 128));
        agree(scheme, &mut random, lengths.0, lengths.1);
    }
}

#[test]
fn bcrypt_agrees_with_rustcrypto() {
    let mut random = Random(2);
    for round in 0..50 {
        let scheme = Scheme::Bcrypt {
            cost: random.within(4, 5),
            quirk: [
                BcryptQuirk::None,
                BcryptQuirk::SignExtended,
                BcryptQuirk::TwoKeys,
            ][round % 3],
        };
        let keys = if round % 3 == 2 { 2 } else { 1 };
        agree(scheme, &mut random, 16, 23 * keys);
    }
}

#[test]
fn pbkdf2_agrees_with_rustcrypto() {
    let mut random = Random(3);
    for round in 0..400 {
        let scheme = Scheme::Pbkdf2 {
            hash: [Sha::Sha1, Sha::Sha256, Sha::Sha512][round % 3],
            iterations: random.within(1, 50),
        };
        let lengths = (random.within(0, 200), random.within(1, 200));
        agree(scheme, &mut random, lengths.0, lengths.1);
    }
}

#[test]
fn scrypt_agrees_with_rustcrypto() {
    let mut random = Random(4);
    for _ in 0..250 {
        let scheme = Scheme::Scrypt {
            log_n: random.within(1, 8),
            r: random.within(1, 9),
            p: random.within(1, 4),
        };
        let lengths = (random.within(0, 64), random.within(1, 128));
        agree(scheme, &mut random, lengths.0, lengths.1);
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |digit: u8| char::from(digit).to_digit(16).unwrap() as u8;
    hex.as_bytes()
        .chunks_exact(2)
        .map(|pair| digit(pair[0]) << 4 | digit(pair[1]))
        .collect()
}

/// Tests inputs with a secret and associated data, which this crate's stored hashes never
/// have.
#[test]
fn argon2_has_the_vectors_of_rfc_9106() {
    for (variant, expected) in [
        (
            Argon2Variant::D,
            "512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb",
        ),
        (
            Argon2Variant::I,
            "c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8",
        ),
        (
            Argon2Variant::Id,
            "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659",
        ),
    ] {
        let params = Argon2 {
            variant,
            version: Argon2Version::V13,
            memory_cost: 32,
            time_cost: 3,
            parallelism: 4,
        };
        let mut tag = [0; 32];
        let memory = &mut vec![V::ZERO; params.memory_vectors()];
        argon2(
            &params, &[1; 32], &[2; 16], &[3; 8], &[4; 12], &mut tag, memory,
        );
        assert_eq!(tag[..], bytes(expected), "{variant:?}");
    }
}

/// This test is trivial if `V` is the plain vector.
#[test]
fn vectors_agree_with_plain_ones() {
    macro_rules! results {
        ($vector:ty, $words:expr) => {{
            let [a, b, c, d] = $words.map(<$vector>::from_u64s);
            let [product, other] = <$vector>::multiply_add([a, b], [c, d]);
            [
                a,
                product,
                other,
                a.xor(b),
                a.rotate_right_64::<32>(),
                a.rotate_right_64::<24>(),
                a.rotate_right_64::<16>(),
                a.rotate_right_64::<63>(),
                a.straddle(b),
                a.add_32(b),
                a.xor_rotated_32::<7>(b),
                a.xor_rotated_32::<9>(b),
                a.xor_rotated_32::<13>(b),
                a.xor_rotated_32::<18>(b),
                a.turn_32::<1>(),
                a.turn_32::<2>(),
                a.turn_32::<3>(),
                <$vector>::from_u32s(b.to_u32s()),
            ]
            .map(<$vector>::to_u64s)
        }};
    }

    let mut random = Random(5);
    for _ in 0..1000 {
        let words = std::array::from_fn(|_| [random.word(), random.word()]);
        assert_eq!(results!(V, words), results!(plain::V, words), "{words:x?}");
    }
}
