//! Argon2 (RFC 9106) in version 1.3, and in version 1.0 for old hashes.

mod compress;

use blake2::{
    Blake2bVarCore,
    digest::{
        Output,
        block_api::{Buffer, UpdateCore, VariableOutputCore},
    },
};
use zeroize::{Zeroize, Zeroizing};

use self::compress::{Block, compress};
use super::lanes::V;
use crate::password::scheme::{Argon2, Argon2Variant as Variant, Argon2Version as Version};

const BLOCK_BYTES: usize = size_of::<Block>();
const SLICES: usize = 4;
const SCRATCH_BLOCKS: usize = 3;
static ZERO_BLOCK: Block = [[V::ZERO; 8]; 8];

/// The position of a block in the order of computation.
#[derive(Clone, Copy)]
struct Position {
    pass: usize,
    slice: usize,
    lane: usize,
    /// The block's index within the lane's segment.
    index: usize,
}

/// The caller has checked that `parallelism` and `time_cost` are at least 1 and
/// `memory_cost` is at least 8 * `parallelism`.
impl Argon2 {
    /// The length of [`argon2`]'s memory, in vectors.
    pub(super) fn memory_vectors(&self) -> usize {
        (self.lanes() * self.lane_length() + SCRATCH_BLOCKS) * (BLOCK_BYTES / size_of::<V>())
    }

    fn lanes(&self) -> usize {
        self.parallelism as usize
    }

    /// The length of a segment, in blocks.
    fn segment_length(&self) -> usize {
        self.memory_cost as usize / (SLICES * self.lanes())
    }

    /// The length of a lane, in blocks.
    fn lane_length(&self) -> usize {
        SLICES * self.segment_length()
    }

    /// `H_0` of section 3.2, followed by eight zero bytes.
    fn initial_hash(&self, tag_length: usize, inputs: [&[u8]; 4]) -> Zeroizing<[u8; 72]> {
        let numbers = [
            self.parallelism,
            tag_length as u32,
            self.memory_cost,
            self.time_cost,
            self.version as u32,
            self.variant as u32,
        ]
        .map(u32::to_le_bytes);
        let lengths = inputs.map(|input| (input.len() as u32).to_le_bytes());
        let mut parts = [numbers.as_flattened(); 9];
        for ((part, length), input) in parts[1..].chunks_exact_mut(2).zip(&lengths).zip(inputs) {
            part.copy_from_slice(&[length, input]);
        }
        let mut seed = Zeroizing::new([0; 72]);
        blake2b(&parts, &mut seed[..64]);
        seed
    }

    fn is_independent(&self, at: Position) -> bool {
        match self.variant {
            Variant::D => false,
            Variant::I => true,
            Variant::Id => at.pass == 0 && at.slice < SLICES / 2,
        }
    }

    /// Returns the index, within the matrix, of the block to reference (section 3.4.2).
    /// `random` contains `J_1` in its low half and `J_2` in its high half.
    fn reference(&self, at: Position, random: u64) -> usize {
        let (segment, lane_length) = (self.segment_length(), self.lane_length());
        let lane = match at {
            Position {
                pass: 0,
                slice: 0,
                lane,
                ..
            } => lane,
            _ => (random >> 32) as usize % self.lanes(),
        };
        let (finished, oldest) = match at {
            Position { pass: 0, slice, .. } => (slice * segment, 0),
            Position { slice, .. } => (lane_length - segment, (slice + 1) % SLICES * segment),
        };
        let area = match at.index {
            index if lane == at.lane => finished + index - 1,
            0 => finished - 1,
            _ => finished,
        };
        let j1 = random & 0xffff_ffff;
        let back = (area as u64 * ((j1 * j1) >> 32)) >> 32;
        let column = oldest + area - 1 - back as usize;
        lane * lane_length
            + if column < lane_length {
                column
            } else {
                column - lane_length
            }
    }

    /// Computes the 128 pseudorandom words for the block at `at` and the blocks after it
    /// (section 3.4.1.2).
    fn fill_addresses(&self, at: Position, [work, draft, addresses]: &mut [Block; 3]) {
        let (blocks, number) = (self.lanes() * self.lane_length(), at.index / 128 + 1);
        *addresses = ZERO_BLOCK;
        for (vector, pair) in addresses.as_flattened_mut().iter_mut().zip([
            [at.pass, at.lane],
            [at.slice, blocks],
            [self.time_cost as usize, self.variant as usize],
            [number, 0],
        ]) {
            *vector = V::from_u64s(pair.map(|number| number as u64));
        }
        *draft = ZERO_BLOCK;
        compress(&ZERO_BLOCK, addresses, draft, work);
        *addresses = ZERO_BLOCK;
        compress(&ZERO_BLOCK, draft, addresses, work);
    }

    fn fill_segment(&self, mut at: Position, blocks: &mut [Block], scratch: &mut [Block; 3]) {
        let lane_length = self.lane_length();
        let independent = self.is_independent(at);
        let keep = at.pass > 0 && self.version != Version::V10;
        let first = if at.pass == 0 && at.slice == 0 { 2 } else { 0 };
        for index in first..self.segment_length() {
            at.index = index;
            let column = at.slice * self.segment_length() + index;
            let current = at.lane * lane_length + column;
            let previous = if column == 0 {
                current + lane_length
            } else {
                current
            } - 1;
            let random = if independent {
                if index == first || index % 128 == 0 {
                    self.fill_addresses(at, scratch);
                }
                scratch[2].as_flattened()[index % 128 / 2].to_u64s()[index % 2]
            } else {
                blocks[previous][0][0].to_u64s()[0]
            };
            let [previous, reference, next] = blocks
                .get_disjoint_mut([previous, self.reference(at, random), current])
                .expect("the reference set has neither of the others");
            // Zeroing the block is cheaper than having a second version of `compress`
            // that overwrites it, which would make the module a tenth larger.
            if !keep {
                *next = ZERO_BLOCK;
            }
            compress(previous, reference, next, &mut scratch[0]);
        }
    }
}

/// Computes `tag` from the inputs of section 3.1. `memory` has the length that
/// [`Argon2::memory_vectors`] returns; its initial content doesn't matter. The caller
/// clears it afterwards, because secrets remain in it.
pub(super) fn argon2(
    params: &Argon2,
    password: &[u8],
    salt: &[u8],
    secret: &[u8],
    data: &[u8],
    tag: &mut [u8],
    memory: &mut [V],
) {
    let (rows, _) = memory.as_chunks_mut();
    let (blocks, _): (&mut [Block], _) = rows.as_chunks_mut();
    let (blocks, scratch) = blocks
        .split_last_chunk_mut()
        .expect("memory_vectors() counts the scratch");
    let mut bytes = Zeroizing::new([0; BLOCK_BYTES]);

    let mut seed = params.initial_hash(tag.len(), [password, salt, secret, data]);
    for (lane, blocks) in (0_u32..).zip(blocks.chunks_exact_mut(params.lane_length())) {
        for (column, block) in (0_u32..2).zip(blocks) {
            seed[64..68].copy_from_slice(&column.to_le_bytes());
            seed[68..].copy_from_slice(&lane.to_le_bytes());
            long_hash(&*seed, &mut *bytes);
            let (words, _) = bytes.as_chunks();
            for (vector, pair) in block.as_flattened_mut().iter_mut().zip(words.as_chunks().0) {
                *vector = V::from_u64s(pair.map(u64::from_le_bytes));
            }
        }
    }

    for pass in 0..params.time_cost as usize {
        for slice in 0..SLICES {
            for lane in 0..params.lanes() {
                params.fill_segment(
                    Position {
                        pass,
                        slice,
                        lane,
                        index: 0,
                    },
                    blocks,
                    scratch,
                );
            }
        }
    }

    let [sum, ..] = scratch;
    *sum = ZERO_BLOCK;
    for last in blocks
        .chunks_exact(params.lane_length())
        .filter_map(<[Block]>::last)
    {
        for (sum, vector) in sum.as_flattened_mut().iter_mut().zip(last.as_flattened()) {
            *sum = sum.xor(*vector);
        }
    }
    for (bytes, vector) in bytes.chunks_exact_mut(16).zip(sum.as_flattened()) {
        bytes.copy_from_slice(vector.to_u64s().map(u64::to_le_bytes).as_flattened());
    }
    long_hash(&*bytes, tag);
}

fn blake2b(parts: &[&[u8]], out: &mut [u8]) {
    let mut core = Blake2bVarCore::new(out.len()).expect("64 bytes at most");
    let mut buffer = Buffer::<Blake2bVarCore>::default();
    for part in parts {
        buffer.digest_blocks(part, |blocks| core.update_blocks(blocks));
    }
    let mut digest = Output::<Blake2bVarCore>::default();
    core.finalize_variable_core(&mut buffer, &mut digest);
    out.copy_from_slice(&digest[..out.len()]);
    digest.as_mut_slice().zeroize();
}

/// The `H'` function (section 3.3).
fn long_hash(input: &[u8], out: &mut [u8]) {
    let length = (out.len() as u32).to_le_bytes();
    if out.len() <= 64 {
        return blake2b(&[&length, input], out);
    }
    let mut link = Zeroizing::new([0; 64]);
    blake2b(&[&length, input], &mut *link);
    let mut rest = out;
    loop {
        let (half, tail) = rest.split_at_mut(32);
        half.copy_from_slice(&link[..32]);
        rest = tail;
        let input = link.clone();
        if rest.len() <= 64 {
            return blake2b(&[&*input], rest);
        }
        blake2b(&[&*input], &mut *link);
    }
}
