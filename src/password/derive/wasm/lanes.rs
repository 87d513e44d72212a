//! 128-bit vectors for the memory-hard functions: two 64-bit words for Argon2, and four
//! 32-bit words for scrypt. They use `simd128` if the target has it.

#[cfg(any(test, not(all(target_arch = "wasm32", target_feature = "simd128"))))]
#[cfg_attr(
    target_feature = "simd128",
    expect(dead_code, reason = "tests compare with it")
)]
pub(super) mod plain;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd;

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub(super) use plain::V;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(super) use simd::V;
