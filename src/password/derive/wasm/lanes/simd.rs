//! Vectors implemented with WebAssembly's `simd128`.

use core::arch::wasm32::{
    i16x8_shuffle, i32x4_add, i32x4_shl, i32x4_shuffle, i64x2_add, i64x2_shl, i64x2_shuffle, u32x4,
    u32x4_extract_lane, u32x4_shr, u64x2, u64x2_extmul_high_u32x4, u64x2_extmul_low_u32x4,
    u64x2_extract_lane, u64x2_shr, v128, v128_or, v128_xor,
};

use std::hint::black_box;

use zeroize::DefaultIsZeroes;

/// A 128-bit vector, with the first lane in the low bits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct V(v128);

impl Default for V {
    fn default() -> Self {
        Self::ZERO
    }
}

impl DefaultIsZeroes for V {}

impl V {
    pub(crate) const ZERO: Self = Self(u64x2(0, 0));

    /// Makes a vector from two words, with the first in the low bits.
    #[inline]
    pub(crate) fn from_u64s([a, b]: [u64; 2]) -> Self {
        Self(u64x2(a, b))
    }

    #[inline]
    pub(crate) fn to_u64s(self) -> [u64; 2] {
        [
            u64x2_extract_lane::<0>(self.0),
            u64x2_extract_lane::<1>(self.0),
        ]
    }

    /// Makes a vector from four words, with the first in the low bits.
    #[inline]
    pub(crate) fn from_u32s([a, b, c, d]: [u32; 4]) -> Self {
        Self(u32x4(a, b, c, d))
    }

    #[inline]
    pub(crate) fn to_u32s(self) -> [u32; 4] {
        [
            u32x4_extract_lane::<0>(self.0),
            u32x4_extract_lane::<1>(self.0),
            u32x4_extract_lane::<2>(self.0),
            u32x4_extract_lane::<3>(self.0),
        ]
    }

    #[inline]
    pub(crate) fn xor(self, other: Self) -> Self {
        Self(v128_xor(self.0, other.0))
    }

    /// Rotates both words right by 16, 24, 32 or 63 bits.
    #[inline]
    pub(crate) fn rotate_right_64<const BITS: u32>(self) -> Self {
        Self(match BITS {
            32 => i32x4_shuffle::<1, 0, 3, 2>(self.0, self.0),
            // Wasm engines compile a shuffle of halfwords to two shuffles with immediate
            // operands. A rotation by 24 would need a shuffle of bytes, which loads a
            // constant each time.
            16 => i16x8_shuffle::<1, 2, 3, 0, 5, 6, 7, 4>(self.0, self.0),
            24 => v128_or(u64x2_shr(self.0, BITS), i64x2_shl(self.0, 64 - BITS)),
            63 => v128_or(i64x2_add(self.0, self.0), u64x2_shr(self.0, 63)),
            _ => unreachable!(),
        })
    }

    /// The second word of `self`, followed by the first word of `next`.
    #[inline]
    pub(crate) fn straddle(self, next: Self) -> Self {
        Self(i64x2_shuffle::<1, 2>(self.0, next.0))
    }

    /// Computes `a + b + 2 * lo(a) * lo(b)` for each 64-bit word, where `lo` is the low
    /// half. This is Argon2's addition (RFC 9106 section 3.6).
    #[inline]
    pub(crate) fn multiply_add(a: [Self; 2], b: [Self; 2]) -> [Self; 2] {
        // One shuffle packs the low halves of two vectors' words, so each `extmul` is only
        // one multiplication.
        let low_a = i32x4_shuffle::<0, 2, 4, 6>(a[0].0, a[1].0);
        let low_b = i32x4_shuffle::<0, 2, 4, 6>(b[0].0, b[1].0);
        let products = [
            u64x2_extmul_low_u32x4(low_a, low_b),
            u64x2_extmul_high_u32x4(low_a, low_b),
        ];
        std::array::from_fn(|v| {
            let sum = i64x2_add(a[v].0, b[v].0);
            Self(i64x2_add(sum, i64x2_add(products[v], products[v])))
        })
    }

    /// Forces `values` to be computed here. Otherwise, the compiler would serialize the
    /// two interleaved computations, and the CPU would wait for each step.
    #[inline]
    pub(crate) fn pin(values: [Self; 2]) {
        black_box(values);
    }

    /// Adds each 32-bit word of `other` to the corresponding word of `self`.
    #[inline]
    pub(crate) fn add_32(self, other: Self) -> Self {
        Self(i32x4_add(self.0, other.0))
    }

    /// XORs `self` with `other`, after rotating each 32-bit word of `other` left by
    /// `BITS`.
    #[inline]
    pub(crate) fn xor_rotated_32<const BITS: u32>(self, other: Self) -> Self {
        let high = v128_xor(self.0, i32x4_shl(other.0, BITS));
        Self(v128_xor(high, u32x4_shr(other.0, 32 - BITS)))
    }

    /// Moves the 32-bit words down by 1, 2 or 3 places. The lowest words wrap around to
    /// the top.
    #[inline]
    pub(crate) fn turn_32<const LANES: usize>(self) -> Self {
        Self(match LANES {
            1 => i32x4_shuffle::<1, 2, 3, 0>(self.0, self.0),
            2 => i32x4_shuffle::<2, 3, 0, 1>(self.0, self.0),
            3 => i32x4_shuffle::<3, 0, 1, 2>(self.0, self.0),
            _ => unreachable!(),
        })
    }
}
