//! PBKDF2 (RFC 8018, section 5.2) with HMAC (RFC 2104) and SHA-256 or SHA-512.
//!
//! Each round calls the compression function only twice: the states after both pads are
//! computed once, and each digest overwrites the start of a block whose padding never changes.

use sha2::block_api::{compress256, compress512};
use zeroize::Zeroizing;

/// The initial hash value of SHA-256 (FIPS 180-4, section 5.3.3).
const INITIAL_256: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// The initial hash value of SHA-512 (FIPS 180-4, section 5.3.5).
const INITIAL_512: [u64; 8] = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];

macro_rules! pbkdf2 {
    ($(#[$doc:meta])* $name:ident, $compress:ident, $word:ty, $initial:ident) => {
        $(#[$doc])*
        pub(super) fn $name(password: &[u8], salt: &[u8], rounds: u32, key: &mut [u8]) {
            const WORD: usize = size_of::<$word>();
            const DIGEST: usize = 8 * WORD;
            const BLOCK: usize = 16 * WORD;

            /// Compresses `block`, starting from the state `start`, and writes the result to
            /// `state` and `block`.
            fn chain(start: &[$word; 8], block: &mut [u8; BLOCK], state: &mut [$word; 8]) {
                *state = *start;
                $compress(state, std::slice::from_ref(block));
                for (bytes, word) in block.chunks_exact_mut(WORD).zip(state) {
                    bytes.copy_from_slice(&word.to_be_bytes());
                }
            }

            /// Hashes the end of a message. `state` already covers the first `before` bytes.
            #[inline(never)]
            fn conclude(state: &mut [$word; 8], before: usize, end: &[&[u8]]) {
                let length: usize = end.iter().map(|part| part.len()).sum();
                let padded = (length + 1 + 2 * WORD).next_multiple_of(BLOCK);
                // Allocated at its full size, because a vector that grows would leave copies of
                // the bytes behind.
                let mut bytes = Zeroizing::new(Vec::with_capacity(padded));
                for part in end {
                    bytes.extend_from_slice(part);
                }
                bytes.push(0x80);
                bytes.resize(padded - 8, 0);
                bytes.extend_from_slice(&(8 * (before + length) as u64).to_be_bytes());
                $compress(state, bytes.as_chunks().0);
            }

            fn write(state: &[$word; 8], bytes: &mut [u8]) {
                for (bytes, word) in bytes.chunks_mut(WORD).zip(state) {
                    bytes.copy_from_slice(&word.to_be_bytes()[..bytes.len()]);
                }
            }

            let mut state = Zeroizing::new($initial);
            let mut pad = Zeroizing::new([0; BLOCK]);
            if password.len() > BLOCK {
                conclude(&mut state, 0, &[password]);
                write(&state, &mut pad[..DIGEST]);
            } else {
                pad[..password.len()].copy_from_slice(password);
            }
            let mut absorbed = |flip: u8| {
                pad.iter_mut().for_each(|byte| *byte ^= flip);
                let mut state = Zeroizing::new($initial);
                $compress(&mut state, std::slice::from_ref(&*pad));
                state
            };
            let inner = absorbed(0x36);
            let outer = absorbed(0x36 ^ 0x5c);

            let mut block = Zeroizing::new([0; BLOCK]);
            block[DIGEST] = 0x80;
            block[BLOCK - 2..].copy_from_slice(&(8 * (BLOCK + DIGEST) as u16).to_be_bytes());

            for (index, key) in (1_u32..).zip(key.chunks_mut(DIGEST)) {
                state.clone_from(&inner);
                conclude(&mut state, BLOCK, &[salt, &index.to_be_bytes()]);
                write(&state, &mut block[..DIGEST]);
                chain(&outer, &mut block, &mut state);

                let mut sum = state.clone();
                for _ in 1..rounds {
                    chain(&inner, &mut block, &mut state);
                    chain(&outer, &mut block, &mut state);
                    sum.iter_mut().zip(&*state).for_each(|(sum, word)| *sum ^= word);
                }
                write(&sum, key);
            }
        }
    };
}

pbkdf2! {
    /// Derives `key` with `rounds` iterations (0 counts as 1) of HMAC-SHA256.
    pbkdf2_sha256, compress256, u32, INITIAL_256
}

pbkdf2! {
    /// Derives `key` with `rounds` iterations (0 counts as 1) of HMAC-SHA512.
    pbkdf2_sha512, compress512, u64, INITIAL_512
}
