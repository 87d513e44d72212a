//! Vectors implemented with plain words.

use zeroize::DefaultIsZeroes;

/// A 128-bit vector, with the first lane in the low bits.
#[derive(Clone, Copy, Default, Debug, PartialEq)]
#[repr(align(16))]
pub(crate) struct V([u64; 2]);

impl DefaultIsZeroes for V {}

impl V {
    pub(crate) const ZERO: Self = Self([0; 2]);

    /// Makes a vector from two words, with the first in the low bits.
    #[inline]
    pub(crate) fn from_u64s(lanes: [u64; 2]) -> Self {
        Self(lanes)
    }

    #[inline]
    pub(crate) fn to_u64s(self) -> [u64; 2] {
        self.0
    }

    /// Makes a vector from four words, with the first in the low bits.
    #[inline]
    pub(crate) fn from_u32s([a, b, c, d]: [u32; 4]) -> Self {
        Self([
            u64::from(a) | u64::from(b) << 32,
            u64::from(c) | u64::from(d) << 32,
        ])
    }

    #[inline]
    pub(crate) fn to_u32s(self) -> [u32; 4] {
        let [a, b] = self.0;
        [a as u32, (a >> 32) as u32, b as u32, (b >> 32) as u32]
    }

    #[inline]
    pub(crate) fn xor(self, other: Self) -> Self {
        Self([self.0[0] ^ other.0[0], self.0[1] ^ other.0[1]])
    }

    /// Rotates both words right by 16, 24, 32 or 63 bits.
    #[inline]
    pub(crate) fn rotate_right_64<const BITS: u32>(self) -> Self {
        Self(self.0.map(|lane| lane.rotate_right(BITS)))
    }

    /// The second word of `self`, followed by the first word of `next`.
    #[inline]
    pub(crate) fn straddle(self, next: Self) -> Self {
        Self([self.0[1], next.0[0]])
    }

    /// Computes `a + b + 2 * lo(a) * lo(b)` for each 64-bit word, where `lo` is the low
    /// half. This is Argon2's addition (RFC 9106 section 3.6).
    #[inline]
    pub(crate) fn multiply_add(a: [Self; 2], b: [Self; 2]) -> [Self; 2] {
        std::array::from_fn(|v| {
            Self(std::array::from_fn(|lane| {
                let (a, b) = (a[v].0[lane], b[v].0[lane]);
                let product = u64::from(a as u32) * u64::from(b as u32);
                a.wrapping_add(b).wrapping_add(product << 1)
            }))
        })
    }

    /// Does nothing, because the compiler may choose the order of operations on plain
    /// vectors.
    #[inline]
    pub(crate) fn pin(_: [Self; 2]) {}

    /// Adds each 32-bit word of `other` to the corresponding word of `self`.
    #[inline]
    pub(crate) fn add_32(self, other: Self) -> Self {
        let (a, b) = (self.to_u32s(), other.to_u32s());
        Self::from_u32s(std::array::from_fn(|lane| a[lane].wrapping_add(b[lane])))
    }

    /// XORs `self` with `other`, after rotating each 32-bit word of `other` left by
    /// `BITS`.
    #[inline]
    pub(crate) fn xor_rotated_32<const BITS: u32>(self, other: Self) -> Self {
        self.xor(Self::from_u32s(
            other.to_u32s().map(|lane| lane.rotate_left(BITS)),
        ))
    }

    /// Moves the 32-bit words down by 1, 2 or 3 places. The lowest words wrap around to
    /// the top.
    #[inline]
    pub(crate) fn turn_32<const LANES: usize>(self) -> Self {
        let mut lanes = self.to_u32s();
        lanes.rotate_left(LANES);
        Self::from_u32s(lanes)
    }
}
