//! Reads and writes numbers and bytes in stored hashes.

/// The alphabet of RFC 4648 §4. The PHC string format omits the padding.
const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// passlib's alphabet, with `.` in place of `+`.
const DOTTED: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./";
const BCRYPT: &[u8; 64] = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const CRYPT: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Reads a decimal number without a sign or leading zeros. A number too large for `u32`
/// becomes `u32::MAX`, which is above every limit.
#[inline(never)]
pub(super) fn number(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    if !plain || text.is_empty() || (text.starts_with('0') && text.len() > 1) {
        return None;
    }
    Some(text.parse().unwrap_or(u32::MAX))
}

/// The base-2 logarithm of a power of two. Other systems store scrypt's N, not its logarithm.
pub(super) fn log2(n: u32) -> Option<u32> {
    // A number that was too large stays above every limit.
    (n.is_power_of_two() || n == u32::MAX).then(|| n.ilog2())
}

/// Reads parameters with exactly these names, in any order, into `values`.
#[inline(never)]
pub(super) fn named(text: &str, names: &str, values: &mut [Option<u32>]) -> Option<()> {
    let mut count = 0;
    for pair in text.split(',') {
        let (given, digits) = pair.split_once('=')?;
        let place = names.split(',').position(|name| name == given)?;
        if values.get_mut(place)?.replace(number(digits)?).is_some() {
            return None;
        }
        count += 1;
    }
    (count == names.split(',').count()).then_some(())
}

pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    decode(text, STANDARD)
}

pub(super) fn bcrypt_base64(text: &str) -> Option<Vec<u8>> {
    decode(text, BCRYPT)
}

/// Decodes base64 as any system writes it: with or without padding, and with `+` or passlib's
/// `.`.
#[inline(never)]
pub(super) fn any_base64(text: &str) -> Option<Vec<u8>> {
    let alphabet = if text.contains('.') { DOTTED } else { STANDARD };
    let bare = text.trim_end_matches('=');
    let padding = text.len() - bare.len();
    (padding == 0 || padding == missing(bare)).then(|| decode(bare, alphabet))?
}

/// Decodes base64 with padding, as Django writes it.
#[inline(never)]
pub(super) fn padded_base64(text: &str) -> Option<Vec<u8>> {
    let bare = text.trim_end_matches('=');
    (text.len() - bare.len() == missing(bare)).then(|| base64(bare))?
}

/// The number of `=` characters that the text needs as padding.
fn missing(bare: &str) -> usize {
    (4 - bare.len() % 4) % 4
}

/// Decodes six bits per digit, the highest first; unused bits must be 0. This crate has its
/// own decoder, because `base64ct` would add 3 KB to the wasm module, and a stored hash has
/// only about forty digits.
#[inline(never)]
fn decode(text: &str, alphabet: &[u8; 64]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut rest, mut bits) = (0, 0);
    for byte in text.bytes() {
        rest = rest << 6 | digit(byte, alphabet)?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((rest >> bits) as u8);
            rest &= (1 << bits) - 1;
        }
    }
    // A single leftover digit doesn't encode a byte.
    (rest == 0 && bits < 6 && !bytes.is_empty()).then_some(bytes)
}

pub(super) fn write_base64(bytes: &[u8]) -> String {
    encode(bytes, STANDARD)
}

pub(super) fn write_bcrypt_base64(bytes: &[u8]) -> String {
    encode(bytes, BCRYPT)
}

fn encode(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let number = (0..3).fold(0, |number, i| {
            number << 8 | usize::from(three.get(i).copied().unwrap_or(0))
        });
        for i in 0..=three.len() {
            text.push(alphabet[number >> (18 - 6 * i) & 63].into());
        }
    }
    text
}

fn digit(byte: u8, alphabet: &[u8; 64]) -> Option<u32> {
    let place = alphabet.iter().position(|digit| *digit == byte)?;
    Some(place as u32)
}

/// Decodes lower-case hexadecimal.
#[inline(never)]
pub(super) fn hex(text: &str) -> Option<Vec<u8>> {
    let value = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    pairs
        .iter()
        .map(|[high, low]| Some((value(*high)? << 4) | value(*low)?))
        .collect()
}

pub(super) fn write_hex(bytes: &[u8]) -> Vec<u8> {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| b"0123456789abcdef"[usize::from(digit)])
        .collect()
}

/// Reads crypt(3)'s digits as a number, the lowest six bits first.
pub(super) fn crypt_number(text: &[u8]) -> Option<u32> {
    text.iter().rev().try_fold(0_u32, |number, byte| {
        let digit = digit(*byte, CRYPT)?;
        number.checked_mul(64)?.checked_add(digit)
    })
}

/// Reads bytes as crypt(3)'s `$7$` encodes them: three bytes in four digits, the lowest
/// bits first.
#[inline(never)]
pub(super) fn crypt_bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    for digits in text.as_bytes().chunks(4) {
        let number = crypt_number(digits)?;
        let length = digits.len() * 6 / 8;
        // A single digit doesn't encode a byte; unused bits must be 0.
        if length == 0 || number >> (8 * length) != 0 {
            return None;
        }
        bytes.extend_from_slice(&number.to_le_bytes()[..length]);
    }
    Some(bytes)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use ::base64::Engine;
    use ::base64::engine::general_purpose::{STANDARD as PADDED, STANDARD_NO_PAD};

    use super::*;

    #[test]
    fn a_number_has_one_encoding() {
        assert_eq!(number("0"), Some(0));
        assert_eq!(number("19456"), Some(19456));
        assert_eq!(number("4294967297"), Some(u32::MAX));
        assert_eq!(number(&"9".repeat(400)), Some(u32::MAX));
        for text in ["", "00", "01", "+1", "-1", "1 ", "1e3", "0x1"] {
            assert_eq!(number(text), None, "{text:?}");
        }
        assert_eq!(log2(16384), Some(14));
        assert_eq!(log2(16385), None);
        assert_eq!(log2(0), None);
    }

    #[test]
    fn parameters_have_exactly_these_names() {
        let named = |text| {
            let mut values = [None; 3];
            named(text, "m,t,p", &mut values)?;
            Some(values.map(Option::unwrap))
        };
        assert_eq!(named("m=8,t=1,p=2"), Some([8, 1, 2]));
        assert_eq!(named("t=1,p=2,m=8"), Some([8, 1, 2]));
        for text in [
            "m=8,m=8,p=2",
            "m=8,t=1,p=2,m=8",
            "m=8,t=1",
            "m=8,t=1,p=2,x=1",
            "m=8,t=1,p=2,",
            "",
        ] {
            assert_eq!(named(text), None, "{text:?}");
        }
    }

    #[test]
    fn base64_is_rfc_4648s() {
        let bytes: Vec<_> = (0..=255).rev().collect();
        for length in 1..bytes.len() {
            let bytes = &bytes[..length];
            assert_eq!(write_base64(bytes), STANDARD_NO_PAD.encode(bytes));
            assert_eq!(base64(&write_base64(bytes)).as_deref(), Some(bytes));
            assert_eq!(padded_base64(&PADDED.encode(bytes)).as_deref(), Some(bytes));
            assert_eq!(write_bcrypt_base64(bytes), ::bcrypt::BASE_64.encode(bytes));
            let text = write_bcrypt_base64(bytes);
            assert_eq!(bcrypt_base64(&text).as_deref(), Some(bytes));
        }
    }

    #[test]
    fn bytes_have_one_spelling() {
        assert_eq!(hex("00ff"), Some(vec![0, 255]));
        assert_eq!(base64("AAE"), Some(vec![0, 1]));
        assert_eq!(any_base64("..8"), Some(vec![251, 239]));
        assert_eq!(any_base64("++8="), Some(vec![251, 239]));
        assert_eq!(padded_base64("AAE="), Some(vec![0, 1]));
        for bad in ["AAE", "AAE==", "AA=E", "AAEC=", "A===", "="] {
            assert_eq!(padded_base64(bad), None, "{bad:?}");
        }
        assert_eq!(crypt_bytes("z1"), Some(vec![0xff]));
        for bad in ["0", "0F", "0g"] {
            assert_eq!(hex(bad), None, "{bad:?}");
        }
        for bad in ["AAF", "AAE=", "A", "A A", ""] {
            assert_eq!(base64(bad), None, "{bad:?}");
        }
        assert_eq!(any_base64("++8=="), None);
        for bad in ["z", "zz", "z1!", "zzzzz"] {
            assert_eq!(crypt_bytes(bad), None, "{bad:?}");
        }
    }
}
