//! scrypt (RFC 7914).

#![expect(
    clippy::inline_always,
    reason = "a call would put four vectors through memory"
)]

use zeroize::Zeroizing;

use super::{lanes::V, pbkdf2::pbkdf2_sha256};

/// Salsa20's block of 64 bytes, with its words in the order of [`PIVOT`].
type Block = [V; 4];

const BLOCK_BYTES: usize = size_of::<Block>();

/// Which words of Salsa20's 4-by-4 matrix each vector contains. The vectors are the matrix's
/// diagonals, so that quarter rounds work on whole vectors.
const PIVOT: [[usize; 4]; 4] = [[0, 5, 10, 15], [4, 9, 14, 3], [8, 13, 2, 7], [12, 1, 6, 11]];

/// The length of [`scrypt`]'s memory, in vectors: N blocks of 128 * r bytes, and two more
/// blocks to work in.
pub(super) fn memory_vectors(log_n: u32, r: u32) -> usize {
    ((1 << log_n) + 2) * 2 * r as usize * (BLOCK_BYTES / size_of::<V>())
}

/// Computes `key` from the inputs of section 6. The caller has checked that `log_n`, `r` and
/// `p` are at least 1. `memory` has the length that [`memory_vectors`] returns; its initial
/// content doesn't matter. The caller clears it afterwards, because secrets remain in it.
pub(super) fn scrypt(
    log_n: u32,
    r: u32,
    p: u32,
    password: &[u8],
    salt: &[u8],
    key: &mut [u8],
    memory: &mut [V],
) {
    let length = 2 * r as usize;
    let (blocks, _) = memory.as_chunks_mut();
    let (table, work) = blocks.split_at_mut(length << log_n);
    let (state, spare) = work.split_at_mut(length);

    let mut bytes = Zeroizing::new(vec![0; BLOCK_BYTES * length * p as usize]);
    pbkdf2_sha256(password, salt, 1, &mut bytes);
    for part in bytes.chunks_exact_mut(BLOCK_BYTES * length) {
        let parts = part.as_chunks_mut::<4>().0.as_chunks_mut::<16>().0;
        for (block, words) in state.iter_mut().zip(&*parts) {
            *block = PIVOT.map(|row| V::from_u32s(row.map(|at| u32::from_le_bytes(words[at]))));
        }
        mix(state, table, spare);
        for (block, words) in state.iter().zip(parts) {
            for (row, vector) in PIVOT.iter().zip(block) {
                for (at, word) in row.iter().zip(vector.to_u32s()) {
                    words[*at] = word.to_le_bytes();
                }
            }
        }
    }
    pbkdf2_sha256(password, &bytes, 1, key);
}

/// Applies the `scryptROMix` function (section 5) to `state`.
fn mix(state: &mut [Block], table: &mut [Block], spare: &mut [Block]) {
    let length = state.len();
    let n = table.len() / length;

    table[..length].copy_from_slice(state);
    for i in 1..n {
        let (filled, rest) = table.split_at_mut(i * length);
        mix_blocks(&filled[(i - 1) * length..], &mut rest[..length]);
    }
    mix_blocks(&table[(n - 1) * length..], state);

    for _ in 0..n / 2 {
        mix_blocks_and_entry(state, table, spare);
        mix_blocks_and_entry(spare, table, state);
    }
}

/// The `scryptBlockMix` function (section 4).
#[inline(never)]
fn mix_blocks(from: &[Block], to: &mut [Block]) {
    mix_each(from, to, |block, _| block);
}

/// Same as [`mix_blocks`], but applied to `from` XOR the entry of `table` that `Integerify`
/// selects. N is a power of two, so the index is the low bits of a single word.
#[inline(never)]
fn mix_blocks_and_entry(from: &[Block], table: &[Block], to: &mut [Block]) {
    let length = from.len();
    let word = from[length - 1][0].to_u32s()[0] as usize;
    let entry = &table[(word & (table.len() / length - 1)) * length..][..length];
    mix_each(from, to, |block, i| {
        std::array::from_fn(|v| block[v].xor(entry[i][v]))
    });
}

#[inline(always)]
fn mix_each(from: &[Block], to: &mut [Block], load: impl Fn(Block, usize) -> Block) {
    let last = from.len() - 1;
    let (even, odd) = to.split_at_mut(from.len() / 2);
    let mut chain = load(from[last], last);
    for (i, (even, odd)) in even.iter_mut().zip(odd).enumerate() {
        chain = salsa20_8(chain, load(from[2 * i], 2 * i));
        *even = chain;
        chain = salsa20_8(chain, load(from[2 * i + 1], 2 * i + 1));
        *odd = chain;
    }
}

/// Applies Salsa20/8 (section 3) to `chain` XOR `block`.
#[inline(always)]
fn salsa20_8(chain: Block, block: Block) -> Block {
    let start: Block = std::array::from_fn(|v| chain[v].xor(block[v]));
    let [mut a, mut b, mut c, mut d] = start;
    for _ in 0..4 {
        quarter_rounds(&mut a, &mut b, &mut c, &mut d);
        (b, c, d) = (b.turn_32::<3>(), c.turn_32::<2>(), d.turn_32::<1>());
        // The quarter rounds on the rows, for which b and d are swapped.
        quarter_rounds(&mut a, &mut d, &mut c, &mut b);
        (b, c, d) = (b.turn_32::<1>(), c.turn_32::<2>(), d.turn_32::<3>());
    }
    [
        a.add_32(start[0]),
        b.add_32(start[1]),
        c.add_32(start[2]),
        d.add_32(start[3]),
    ]
}

#[inline(always)]
fn quarter_rounds(a: &mut V, b: &mut V, c: &mut V, d: &mut V) {
    *b = b.xor_rotated_32::<7>(a.add_32(*d));
    *c = c.xor_rotated_32::<9>(b.add_32(*a));
    *d = d.xor_rotated_32::<13>(c.add_32(*b));
    *a = a.xor_rotated_32::<18>(d.add_32(*c));
}
