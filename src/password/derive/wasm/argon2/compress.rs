//! Argon2's compression function (RFC 9106 sections 3.5 and 3.6).

#![expect(
    clippy::inline_always,
    reason = "a call would put eight vectors through memory"
)]

use super::super::lanes::V;

/// A row or column of a block: the 4-by-4 matrix of 64-bit words in section 3.6, row by
/// row.
type State = [V; 8];
/// A block of 1 KiB, in eight rows.
pub(super) type Block = [State; 8];

/// Computes G (section 3.5) of `previous` and `reference`, and XORs the result into
/// `next`.
#[inline(never)]
pub(super) fn compress(previous: &Block, reference: &Block, next: &mut Block, work: &mut Block) {
    let inputs = previous
        .as_chunks::<2>()
        .0
        .iter()
        .zip(reference.as_chunks::<2>().0);
    let outputs = next
        .as_chunks_mut::<2>()
        .0
        .iter_mut()
        .zip(work.as_chunks_mut().0);
    for ((previous, reference), (next, work)) in inputs.zip(outputs) {
        let mut pair = [0, 1].map(|row| {
            let sum = xor(&previous[row], &reference[row]);
            next[row] = xor(&next[row], &sum);
            sum
        });
        permute(&mut pair);
        *work = pair;
    }
    for column in (0..8).step_by(2) {
        let mut pair = [column, column + 1].map(|column| work.each_ref().map(|row| row[column]));
        permute(&mut pair);
        for (i, row) in next.iter_mut().enumerate() {
            row[column] = row[column].xor(pair[0][i]);
            row[column + 1] = row[column + 1].xor(pair[1][i]);
        }
    }
}

#[inline(always)]
fn xor(left: &State, right: &State) -> State {
    std::array::from_fn(|i| left[i].xor(right[i]))
}

/// The permutation P (section 3.6), applied to two states at the same time. With a single
/// state, the CPU would have to wait for each multiplication.
#[inline(always)]
fn permute(pair: &mut [State; 2]) {
    mix(pair);
    each(pair, turn);
    mix(pair);
    each(pair, turn);
    // Two calls of `turn` rotate c by four columns, which changes nothing, but b and d by
    // only two. These swaps rotate b and d by another two columns.
    each(pair, |[_, _, b0, b1, _, _, d0, d1]| {
        std::mem::swap(b0, b1);
        std::mem::swap(d0, d1);
    });
}

/// The function GB from section 3.6, applied to all four columns.
#[inline(always)]
fn mix(pair: &mut [State; 2]) {
    each(pair, mix_ad::<32>);
    each(pair, mix_cb::<24>);
    each(pair, mix_ad::<16>);
    each(pair, mix_cb::<63>);
}

#[inline(always)]
fn each([left, right]: &mut [State; 2], step: impl Fn(&mut State)) {
    step(left);
    step(right);
}

#[inline(always)]
fn mix_ad<const BITS: u32>([a0, a1, b0, b1, _, _, d0, d1]: &mut State) {
    [*a0, *a1] = V::multiply_add([*a0, *a1], [*b0, *b1]);
    [*d0, *d1] = [d0.xor(*a0), d1.xor(*a1)].map(V::rotate_right_64::<BITS>);
    V::pin([*d0, *d1]);
}

#[inline(always)]
fn mix_cb<const BITS: u32>([_, _, b0, b1, c0, c1, d0, d1]: &mut State) {
    [*c0, *c1] = V::multiply_add([*c0, *c1], [*d0, *d1]);
    [*b0, *b1] = [b0.xor(*c0), b1.xor(*c1)].map(V::rotate_right_64::<BITS>);
    V::pin([*b0, *b1]);
}

/// Rotates the rows b, c and d by one, two and three columns, respectively.
#[inline(always)]
fn turn([_, _, b0, b1, c0, c1, d0, d1]: &mut State) {
    [*b0, *b1] = [b0.straddle(*b1), b1.straddle(*b0)];
    std::mem::swap(c0, c1);
    [*d0, *d1] = [d1.straddle(*d0), d0.straddle(*d1)];
}
