//! Converts a password to the words of a bcrypt key.

use zeroize::Zeroizing;

use crate::password::scheme::BcryptQuirk;

/// The length of a stored bcrypt key in bytes. bcrypt's 24th byte is not stored.
const KEY_LENGTH: usize = 23;

/// Derives each of the keys that fit into `key`: one, or two for [`BcryptQuirk::TwoKeys`].
pub(super) fn each(
    password: &[u8],
    quirk: BcryptQuirk,
    key: &mut [u8],
    bcrypt: impl Fn(&[u32; 18]) -> [u8; 24],
) {
    for (index, key) in key.chunks_mut(KEY_LENGTH).enumerate() {
        let words = Zeroizing::new(words(password, quirk, index == 0));
        let digest = Zeroizing::new(bcrypt(&words));
        key.copy_from_slice(&digest[..key.len()]);
    }
}

/// Fills 72 bytes by repeating `password`, followed by a NUL if `has_nul` is set. Returns them
/// as big-endian words, which the caller zeroises.
///
/// [`BcryptQuirk::SignExtended`] reproduces a bug in `crypt_blowfish` before 1.1
/// (CVE-2011-2483), for `$2x$` hashes: a byte of 0x80 or more sets all bits before it in its
/// word.
fn words(password: &[u8], quirk: BcryptQuirk, has_nul: bool) -> [u32; 18] {
    let widen = |byte: u8| {
        if quirk == BcryptQuirk::SignExtended {
            i32::from(byte.cast_signed()).cast_unsigned()
        } else {
            byte.into()
        }
    };
    let nul = has_nul.then_some(0);
    let mut bytes = password.iter().copied().chain(nul).cycle();
    std::array::from_fn(|_| {
        let four = bytes.by_ref().take(4);
        four.fold(0, |word, byte| word << 8 | widen(byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(password: &[u8], sign_extended: bool) -> [u32; 18] {
        let quirk = if sign_extended {
            BcryptQuirk::SignExtended
        } else {
            BcryptQuirk::None
        };
        super::words(password, quirk, true)
    }

    /// Tests `crypt_blowfish`'s own example of passwords that collide.
    #[test]
    fn sign_extension_erases_what_precedes_a_high_byte() {
        assert_eq!(words(b"\xff\xff\xa3", true), words(b"\xa3", true));
        assert_eq!(words(b"a\xa3bc\0", true)[0], 0xffff_a362 << 8 | 0x63);
        assert_ne!(words(b"\xff\xff\xa3", false), words(b"\xa3", false));
        assert_eq!(words(b"ascii", true), words(b"ascii", false));
        assert_eq!(words(b"abc", false)[..2], [0x6162_6300; 2]);
    }
}
