//! PBKDF2 (RFC 8018, section 5.2) with HMAC (RFC 2104) and SHA-1, SHA-256 or SHA-512.
//!
//! Each round calls the compression function only twice, because the state after each pad is
//! computed in advance, and each digest overwrites the start of a block whose padding never
//! changes.

use sha2::block_api::{compress256, compress512};
use zeroize::Zeroizing;

use crate::password::digest::{HashFunction, SHA1, SHA256, SHA512, compress160};

macro_rules! pbkdf2 {
    (
        $(#[$doc:meta])* $name:ident, $function:ident, $compress:ident, $word:ty, $initial:ident
    ) => {
        $(#[$doc])*
        #[inline(never)]
        pub(super) fn $name(password: &[u8], salt: &[u8], rounds: u32, key: &mut [u8]) {
            const WORD: usize = size_of::<$word>();
            const DIGEST: usize = HashFunction::$function.length();
            const BLOCK: usize = 16 * WORD;

            /// Compresses `block`, starting from the `start` state, and writes the result to
            /// `state` and `block`.
            fn chain(start: &[$word; 8], block: &mut [u8; BLOCK], state: &mut [$word; 8]) {
                *state = *start;
                $compress(state, std::slice::from_ref(block));
                for (bytes, word) in block[..DIGEST].chunks_exact_mut(WORD).zip(state) {
                    bytes.copy_from_slice(&word.to_be_bytes());
                }
            }

            let mut pad = Zeroizing::new([0; BLOCK]);
            if password.len() > BLOCK {
                let digest = HashFunction::$function.digest(password, &[]);
                pad[..DIGEST].copy_from_slice(digest.bytes());
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

            let mut state = Zeroizing::new([0; 8]);
            let mut block = Zeroizing::new([0; BLOCK]);
            block[DIGEST] = 0x80;
            block[BLOCK - 2..].copy_from_slice(&(8 * (BLOCK + DIGEST) as u16).to_be_bytes());

            for (index, key) in (1_u32..).zip(key.chunks_mut(DIGEST)) {
                let message = [salt, &index.to_be_bytes()].concat();
                let first = HashFunction::$function.hmac(password, &message);
                block[..DIGEST].copy_from_slice(first.bytes());
                for (word, bytes) in state.iter_mut().zip(first.bytes().as_chunks().0) {
                    *word = <$word>::from_be_bytes(*bytes);
                }

                let mut sum = state.clone();
                for _ in 1..rounds {
                    chain(&inner, &mut block, &mut state);
                    chain(&outer, &mut block, &mut state);
                    sum.iter_mut().zip(&*state).for_each(|(sum, word)| *sum ^= word);
                }
                for (bytes, word) in key.chunks_mut(WORD).zip(&*sum) {
                    bytes.copy_from_slice(&word.to_be_bytes()[..bytes.len()]);
                }
            }
        }
    };
}

pbkdf2! {
    /// Derives `key` with `rounds` iterations (0 is treated as 1) of HMAC-SHA1.
    pbkdf2_sha1, Sha1, compress160, u32, SHA1
}

pbkdf2! {
    /// Derives `key` with `rounds` iterations (0 is treated as 1) of HMAC-SHA256.
    pbkdf2_sha256, Sha256, compress256, u32, SHA256
}

pbkdf2! {
    /// Derives `key` with `rounds` iterations (0 is treated as 1) of HMAC-SHA512.
    pbkdf2_sha512, Sha512, compress512, u64, SHA512
}
