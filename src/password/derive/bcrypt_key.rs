//! Converts a password to the words of a bcrypt key.

/// Returns `password` and a NUL, repeated to fill 72 bytes, as big-endian words. The
/// caller zeroises the words.
///
/// `sign_extended` reproduces a bug in `crypt_blowfish` before 1.1 (CVE-2011-2483), for
/// `$2x$` hashes: a byte of 0x80 or more sets all bits that precede it in its word.
pub(super) fn words(password: &[u8], sign_extended: bool) -> [u32; 18] {
    let widen = |byte: u8| {
        if sign_extended {
            i32::from(byte.cast_signed()).cast_unsigned()
        } else {
            byte.into()
        }
    };
    let mut bytes = password.iter().copied().chain([0]).cycle();
    std::array::from_fn(|_| {
        let four = bytes.by_ref().take(4);
        four.fold(0, |word, byte| word << 8 | widen(byte))
    })
}

#[cfg(test)]
mod tests {
    use super::words;

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
