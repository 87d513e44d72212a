//! Hash functions and HMAC (RFC 2104) for the schemes and prehashes of other systems. They share
//! their code, because `RustCrypto`'s generic types would add separate code for each function.

#[cfg(any(target_arch = "wasm32", test))]
mod sha1;

use sha2::block_api::{compress256, compress512};
use zeroize::{Zeroize, Zeroizing};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HashFunction {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

/// Hashes messages one after another, and reuses its buffer.
pub(super) struct Hasher {
    function: HashFunction,
    message: Zeroizing<Vec<u8>>,
}

const MD5: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
/// FIPS 180-4, sections 5.3.1, 5.3.3, 5.3.4 and 5.3.5.
/// SHA-1 has only five words. The three zeros let it share code with SHA-256.
pub(super) const SHA1: [u32; 8] = [
    0x6745_2301,
    0xefcd_ab89,
    0x98ba_dcfe,
    0x1032_5476,
    0xc3d2_e1f0,
    0,
    0,
    0,
];
pub(super) const SHA256: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];
const SHA384: [u64; 8] = [
    0xcbbb_9d5d_c105_9ed8,
    0x629a_292a_367c_d507,
    0x9159_015a_3070_dd17,
    0x152f_ecd8_f70e_5939,
    0x6733_2667_ffc0_0b31,
    0x8eb4_4a87_6858_1511,
    0xdb0c_2e0d_64f9_8fa7,
    0x47b5_481d_befa_4fa4,
];
pub(super) const SHA512: [u64; 8] = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];

/// SHA-1's compression function, applied to the first five words of `state`.
#[inline(never)]
pub(super) fn compress160(state: &mut [u32; 8], blocks: &[[u8; 64]]) {
    #[cfg(target_arch = "wasm32")]
    sha1::compress(state, blocks);
    #[cfg(not(target_arch = "wasm32"))]
    if let Some(state) = state.first_chunk_mut() {
        ::sha1::block_api::compress(state, blocks);
    }
}

impl HashFunction {
    /// The length of a digest in bytes.
    pub(super) const fn length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    const fn block_length(self) -> usize {
        match self {
            Self::Md5 | Self::Sha1 | Self::Sha256 => 64,
            Self::Sha384 | Self::Sha512 => 128,
        }
    }

    /// Returns the digest of `first` followed by `second`.
    #[inline(never)]
    pub(super) fn digest(self, first: &[u8], second: &[u8]) -> Digest {
        let mut hasher = Hasher::new(self);
        hasher.update(first);
        hasher.update(second);
        hasher.finish()
    }

    /// Returns an HMAC. The key can have any length.
    #[inline(never)]
    pub(super) fn hmac(self, key: &[u8], message: &[u8]) -> Digest {
        let mut pad = Zeroizing::new(vec![0x36; self.block_length()]);
        let pad = &mut pad[..];
        let hashed;
        let key = if key.len() > pad.len() {
            hashed = self.digest(key, &[]);
            hashed.bytes()
        } else {
            key
        };
        for (pad, key) in pad.iter_mut().zip(key) {
            *pad ^= key;
        }
        let inner = self.digest(pad, message);
        for byte in pad.iter_mut() {
            *byte ^= 0x36 ^ 0x5c;
        }
        self.digest(pad, inner.bytes())
    }
}

/// A digest, which is zeroised when it is dropped.
pub(super) struct Digest {
    function: HashFunction,
    bytes: [u8; 64],
}

impl Digest {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.function.length()]
    }
}

impl Drop for Digest {
    fn drop(&mut self) {
        wipe(&mut self.bytes);
    }
}

/// Zeroises bytes. Not inlined, because otherwise the compiler would unroll the volatile writes at
/// every place where an array is dropped.
#[inline(never)]
fn wipe(bytes: &mut [u8]) {
    bytes.zeroize();
}

impl Hasher {
    pub(super) fn new(function: HashFunction) -> Self {
        Self {
            function,
            // Large enough for a round with a password of typical length.
            message: Zeroizing::new(Vec::with_capacity(512)),
        }
    }

    #[inline(never)]
    pub(super) fn update(&mut self, part: &[u8]) {
        let length = self.message.len() + part.len();
        // A vector that grows by itself doesn't zeroise its old memory.
        if length + 256 > self.message.capacity() {
            let mut larger = Vec::with_capacity(2 * length + 256);
            larger.extend_from_slice(&self.message);
            self.message = Zeroizing::new(larger);
        }
        self.message.extend_from_slice(part);
    }

    /// Returns the digest of all parts, and starts the next message.
    pub(super) fn finish(&mut self) -> Digest {
        let mut digest = Digest {
            function: self.function,
            bytes: [0; 64],
        };
        self.finish_into(&mut digest);
        digest
    }

    /// Replaces a digest of the same function with the digest of all parts, and starts the next
    /// message. In loops, this is faster than [`finish`](Self::finish), which zeroises each digest.
    #[inline(never)]
    pub(super) fn finish_into(&mut self, digest: &mut Digest) {
        let bits = 8 * self.message.len() as u64;
        let block = self.function.block_length();
        self.message.push(0x80);
        let padded = (self.message.len() + block / 8).next_multiple_of(block);
        self.message.resize(padded - 8, 0);
        let bytes = &mut digest.bytes;
        if self.function == HashFunction::Md5 {
            self.message.extend_from_slice(&bits.to_le_bytes());
            let mut state = MD5;
            md5::block_api::compress(&mut state, self.message.as_chunks().0);
            for (place, word) in bytes.chunks_exact_mut(4).zip(state) {
                place.copy_from_slice(&word.to_le_bytes());
            }
        } else if block == 64 {
            self.message.extend_from_slice(&bits.to_be_bytes());
            let mut state = SHA256;
            if self.function == HashFunction::Sha1 {
                state = SHA1;
                compress160(&mut state, self.message.as_chunks().0);
            } else {
                compress256(&mut state, self.message.as_chunks().0);
            }
            for (place, word) in bytes.chunks_exact_mut(4).zip(state) {
                place.copy_from_slice(&word.to_be_bytes());
            }
        } else {
            self.message.extend_from_slice(&bits.to_be_bytes());
            let mut state = match self.function {
                HashFunction::Sha384 => SHA384,
                _ => SHA512,
            };
            compress512(&mut state, self.message.as_chunks().0);
            for (place, word) in bytes.chunks_exact_mut(8).zip(state) {
                place.copy_from_slice(&word.to_be_bytes());
            }
        }
        self.message.clear();
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use ::hmac::{Hmac, KeyInit, Mac};
    use ::sha1::Sha1;
    use md5::{Digest, Md5};
    use sha2::{Sha256, Sha384, Sha512};

    use super::*;

    fn agrees<H: Digest>(function: HashFunction, message: &[u8]) {
        let (start, end) = message.split_at(message.len() / 3);
        let digest = function.digest(start, end);
        assert_eq!(
            digest.bytes(),
            &*H::digest(message),
            "{function:?} {}",
            message.len()
        );
    }

    #[test]
    fn digests_agree_with_rustcrypto() {
        for length in 0..1400 {
            let message: Vec<_> = (0..length).map(|byte| byte as u8).collect();
            agrees::<Md5>(HashFunction::Md5, &message);
            agrees::<Sha1>(HashFunction::Sha1, &message);
            agrees::<Sha256>(HashFunction::Sha256, &message);
            agrees::<Sha384>(HashFunction::Sha384, &message);
            agrees::<Sha512>(HashFunction::Sha512, &message);
        }
    }

    #[test]
    fn sha1_for_wasm_agrees_with_rustcrypto() {
        let mut block = [0_u8; 64];
        for round in 0..2000_u32 {
            let mut state = SHA1;
            state[0] ^= round.wrapping_mul(0x9e37_79b9);
            block[round as usize % 64] ^= state[0].to_be_bytes()[1];
            let (mut ours, mut theirs) = (state, state);
            sha1::compress(&mut ours, &[block, [round as u8; 64]]);
            compress160(&mut theirs, &[block, [round as u8; 64]]);
            assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn hmac_agrees_with_rustcrypto() {
        for length in [0, 1, 63, 64, 65, 127, 128, 129, 300] {
            let key = vec![7; length];
            let mac = Hmac::<Sha384>::new_from_slice(&key).unwrap();
            let expected = mac.chain_update(b"message").finalize().into_bytes();
            assert_eq!(
                HashFunction::Sha384.hmac(&key, b"message").bytes(),
                &*expected
            );
            let mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
            let expected = mac.chain_update(b"message").finalize().into_bytes();
            assert_eq!(
                HashFunction::Sha256.hmac(&key, b"message").bytes(),
                &*expected
            );
        }
    }
}
