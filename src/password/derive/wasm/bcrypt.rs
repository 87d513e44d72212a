//! bcrypt: Eksblowfish by Provos and Mazières, "A Future-Adaptable Password Scheme" (USENIX 1999),
//! section 4. The key is given as words, so that all variants of the format can share this
//! code.

use std::array;
use std::cell::RefCell;

use zeroize::Zeroize;

use super::pi::PI;

/// The P-array, followed by the four S-boxes. They are filled with the digits of pi, and
/// overwritten by key expansions, in this order.
type State = [u32; PI.len()];

/// Where the first S-box begins.
const S_BOXES: usize = 18;

thread_local! {
    // Static, so that the compiler puts the address into the wasm load instruction. This saves an
    // addition in each of a round's four lookups (a tenth of the time).
    static STATE: RefCell<State> = const { RefCell::new([0; PI.len()]) };
}

/// Hashes the words of a password with 2^`cost` double key expansions (`cost` is at most 31). The
/// stored formats omit the last of the 24 bytes.
pub(super) fn bcrypt(cost: u32, salt: &[u8; 16], key: &[u32; 18]) -> [u8; 24] {
    let salt: [u32; 4] = words(salt);
    let salt_key = array::from_fn(|i| salt[i % 4]);

    STATE.with_borrow_mut(|state| *state = PI);
    expand_key(key, salt);
    for _ in 0..1_u64 << cost {
        expand_key(key, [0; 4]);
        expand_key(&salt_key, [0; 4]);
    }

    STATE.with_borrow_mut(|state| {
        let text: [u32; 6] = words(b"OrpheanBeholderScryDoubt");
        let mut digest = [0; 24];
        for (block, digest) in text.chunks_exact(2).zip(digest.chunks_exact_mut(8)) {
            let [left, right] =
                (0..64).fold([block[0], block[1]], |halves, _| encrypt(state, halves));
            digest[..4].copy_from_slice(&left.to_be_bytes());
            digest[4..].copy_from_slice(&right.to_be_bytes());
        }
        state.zeroize();
        digest
    })
}

fn words<const N: usize>(bytes: &[u8]) -> [u32; N] {
    array::from_fn(|i| {
        bytes[4 * i..][..4]
            .iter()
            .fold(0, |word, &byte| word << 8 | u32::from(byte))
    })
}

/// The `ExpandKey(state, salt, key)` function. With a zero salt, it is Blowfish's own key
/// expansion.
#[inline(never)]
fn expand_key(key: &[u32; 18], salt: [u32; 4]) {
    STATE.with_borrow_mut(|state| {
        for (word, key) in state.iter_mut().zip(key) {
            *word ^= key;
        }
        let mut halves = [0; 2];
        for pair in 0..PI.len() / 2 {
            let at = 2 * (pair % 2);
            halves = encrypt(state, [halves[0] ^ salt[at], halves[1] ^ salt[at + 1]]);
            state[2 * pair] = halves[0];
            state[2 * pair + 1] = halves[1];
        }
    });
}

/// Enciphers one block in Blowfish's sixteen rounds.
#[expect(
    clippy::inline_always,
    reason = "a call would hide the address of the state"
)]
#[inline(always)]
fn encrypt(state: &State, [mut left, mut right]: [u32; 2]) -> [u32; 2] {
    left ^= state[0];
    macro_rules! rounds {
        ($($odd:literal)*) => {$(
            right = whiten(right, state[$odd]) ^ scramble(state, left);
            left = whiten(left, state[$odd + 1]) ^ scramble(state, right);
        )*};
    }
    rounds!(1 3 5 7 9 11 13 15);
    [right ^ state[17], left]
}

/// Blowfish's function F.
#[expect(
    clippy::inline_always,
    reason = "a call would hide the address of the state"
)]
#[inline(always)]
fn scramble(state: &State, half: u32) -> u32 {
    // Uses shifts, because `to_be_bytes` swaps bytes, and wasm doesn't have an instruction for
    // swapping bytes.
    let lookup =
        |s_box: usize, shift: u32| state[S_BOXES + 256 * s_box + (half >> shift & 0xff) as usize];
    (lookup(0, 24).wrapping_add(lookup(1, 16)) ^ lookup(2, 8)).wrapping_add(lookup(3, 0))
}

// Keeps LLVM from inlining this function and regrouping a round's XORs. Otherwise, this function's
// XOR would have to wait for the lookups, which would cost 7% of the time. `wasm-opt -O3`
// inlines it later.
#[cfg_attr(target_arch = "wasm32", inline(never))]
fn whiten(half: u32, word: u32) -> u32 {
    half ^ word
}
