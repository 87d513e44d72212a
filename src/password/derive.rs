//! Derives a key from a password, which is the expensive part of hashing.
//!
//! Native builds use the `RustCrypto` crates, with AVX2 and SHA-NI. Wasm builds use our
//! own engines, which are faster there; differential tests compare the two. Both kinds
//! of build use the same engine for the schemes in `legacy`.

use zeroize::Zeroizing;

use super::scheme::Scheme;

mod bcrypt_key;
mod legacy;
#[cfg(any(feature = "js", all(test, not(target_arch = "wasm32"))))]
mod message;
#[cfg(any(not(target_arch = "wasm32"), test))]
mod rustcrypto;
#[cfg(any(target_arch = "wasm32", test, fuzzing))]
mod wasm;

#[cfg(not(target_arch = "wasm32"))]
use rustcrypto as engine;
#[cfg(target_arch = "wasm32")]
use wasm as engine;

/// The inputs of a derivation, already checked.
pub(crate) struct Derivation {
    pub(super) scheme: Scheme,
    pub(super) password: Zeroizing<Vec<u8>>,
    pub(super) salt: Vec<u8>,
    pub(super) key_length: usize,
}

impl Derivation {
    /// Derives the key, which takes milliseconds to seconds.
    pub(crate) fn run(&self) -> Zeroizing<Vec<u8>> {
        let mut key = Zeroizing::new(vec![0; self.key_length]);
        engine::derive(self.scheme, &self.password, &self.salt, &mut key);
        #[cfg(target_arch = "wasm32")]
        crate::call_stack::scrub();
        key
    }

    /// Returns whether the wasm engines derive the same key as the native ones.
    #[cfg(all(fuzzing, not(target_arch = "wasm32")))]
    pub(super) fn engines_agree(&self) -> bool {
        let mut key = Zeroizing::new(vec![0x55; self.key_length]);
        wasm::derive(self.scheme, &self.password, &self.salt, &mut key);
        key == self.run()
    }
}
