//! Gets the values of strings and numbers from a text that has already been read.

use std::borrow::Cow;

/// The text between a string's quotes.
#[derive(Debug, Clone, Copy)]
pub(in crate::jwt) struct Text<'a> {
    pub(super) raw: &'a str,
    pub(super) escaped: bool,
}

impl<'a> Text<'a> {
    /// The string with its escapes resolved.
    #[inline]
    pub(in crate::jwt) fn resolve(self) -> Cow<'a, str> {
        if self.escaped {
            Cow::Owned(unescape(self.raw))
        } else {
            Cow::Borrowed(self.raw)
        }
    }
}

/// Returns whether a number is written as an integer that a double can represent
/// exactly.
pub(in crate::jwt) fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.len() < 16 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the double nearest to a JSON number, as JavaScript reads it (ties to even).
/// Returns `None` for a number of 10^13 or more, or one with more than 18 decimal places
/// or 19 digits, because dates don't need such numbers. Uses integer arithmetic, because
/// `str::parse` would add 10 KB of tables to the wasm module.
pub(in crate::jwt) fn seconds(text: &str) -> Option<f64> {
    const MAX_WHOLE_DIGITS: i64 = 13;
    const MAX_DECIMALS: i64 = 18;
    /// Any number with this many digits fits into a `u64`.
    const MAX_DIGITS: i64 = 19;

    // The times in nearly every token are whole seconds.
    if text.len() <= MAX_WHOLE_DIGITS as usize && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let whole = |sum: u64, byte| sum * 10 + u64::from(byte - b'0');
        return Some(text.bytes().fold(0, whole) as f64);
    }
    let (mantissa, exponent) = match split(text, |byte| byte | 0x20 == b'e') {
        (mantissa, Some(exponent)) => (mantissa, i64::from(exponent.parse::<i32>().ok()?)),
        (mantissa, None) => (mantissa, 0),
    };
    let (negative, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, mantissa),
    };
    let (whole, fraction) = split(mantissa, |byte| byte == b'.');
    let mut fraction = fraction.unwrap_or_default();
    while let Some(shorter) = fraction.strip_suffix('0') {
        fraction = shorter;
    }
    let digits = whole.bytes().chain(fraction.bytes());

    let mut decimals = fraction.len() as i64 - exponent;
    let mut number = 0_u64;
    let mut significant = 0;
    for digit in digits {
        significant += i64::from(significant > 0 || digit != b'0');
        if significant > MAX_DIGITS {
            return None;
        }
        number = number * 10 + u64::from(digit - b'0');
    }
    if number == 0 {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    if significant - decimals > MAX_WHOLE_DIGITS || decimals > MAX_DECIMALS {
        return None;
    }
    while decimals < 0 {
        number *= 10;
        decimals += 1;
    }
    let quotient = divide(number, 10_u64.pow(decimals as u32));
    Some(if negative { -quotient } else { quotient })
}

/// Returns the double nearest to `number / divisor` (ties to even). The divisor is below
/// 2^63.
fn divide(number: u64, divisor: u64) -> f64 {
    /// The number of bits in a double's significand, plus one for rounding.
    const BITS: u32 = f64::MANTISSA_DIGITS + 1;
    let mut quotient = number / divisor;
    let mut remainder = number % divisor;
    let mut scale = 0;
    while quotient >> (BITS - 1) == 0 {
        remainder *= 2;
        quotient = quotient * 2 + u64::from(remainder >= divisor);
        remainder %= divisor;
        scale -= 1;
    }
    let excess = u64::BITS - quotient.leading_zeros() - BITS;
    let sticky = remainder != 0 || quotient & ((1 << excess) - 1) != 0;
    let rounding = quotient >> excess;
    let even = rounding >> 1;
    let up = rounding & 1 == 1 && (sticky || even & 1 == 1);
    // This product is exact, because the factor is a power of two.
    (even + u64::from(up)) as f64 * 2_f64.powi(scale + excess as i32 + 1)
}

/// Splits the text at the first byte for which `at` returns true. This byte must be
/// ASCII. This function exists because `str::split_once` would add 1 KB to the wasm
/// module for each kind of pattern.
pub(super) fn split(text: &str, at: impl Fn(u8) -> bool) -> (&str, Option<&str>) {
    match text.bytes().position(at) {
        None => (text, None),
        Some(place) => (text.get(..place).unwrap_or_default(), text.get(place + 1..)),
    }
}

pub(super) fn hexadecimal(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0, |sum, digit| {
        let value = char::from(*digit).to_digit(16)?;
        Some(sum << 4 | value as u16)
    })
}

/// Resolves the escapes of a string that has already been read.
pub(super) fn unescape(raw: &str) -> String {
    let mut resolved = String::with_capacity(raw.len());
    let mut rest = raw;
    while let (plain, Some(escape)) = split(rest, |byte| byte == b'\\') {
        resolved.push_str(plain);
        // The first character of an escape is ASCII.
        let (letter, after) = (escape.get(..1), escape.get(1..).unwrap_or_default());
        let letter = letter.unwrap_or_default();
        rest = after;
        match letter {
            "b" => resolved.push('\u{8}'),
            "f" => resolved.push('\u{c}'),
            "n" => resolved.push('\n'),
            "r" => resolved.push('\r'),
            "t" => resolved.push('\t'),
            "u" => {
                // One UTF-16 unit, or two with `\u` between them.
                let unit = |at: usize| after.as_bytes().get(at..at + 4).and_then(hexadecimal);
                let units = [unit(0).unwrap_or_default(), unit(6).unwrap_or_default()];
                let pair = matches!(units[0], 0xD800..0xDC00);
                let units = &units[..=usize::from(pair)];
                resolved.extend(char::decode_utf16(units.iter().copied()).flatten());
                rest = after.get(if pair { 10 } else { 4 }..).unwrap_or_default();
            }
            other => resolved.push_str(other),
        }
    }
    resolved.push_str(rest);
    resolved
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn reads_numbers_as_parsing_does() {
        for text in [
            "0",
            "-0",
            "1",
            "1800000000",
            "1800000000.0",
            "18e8",
            "1.8e9",
            "1.8E+9",
            "18000000000e-1",
            "1700000000.1234567",
            "0.1",
            "0.30000000000000004",
            "9007199254740993e-3",
            "-1.5",
            "253402300799.99999",
            "1e12",
            "4503599627370496.5e-4",
            "1800000000.50000000000000000000000",
            "0e999",
        ] {
            let expected: f64 = text.parse().unwrap();
            assert_eq!(
                seconds(text).map(f64::to_bits),
                Some(expected.to_bits()),
                "{text}"
            );
        }
        for text in [
            "1e13",
            "1e400",
            "12345678901234",
            "1e-19",
            "1800000000.12345678901",
            "1e99999999999999999999",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    mod properties {
        use proptest::prelude::*;

        proptest! {
            #[test]
            fn every_number_is_the_nearest_double(
                text in "-?(0|[1-9][0-9]{0,12})(\\.[0-9]{1,6})?",
                exponent in -11_i32..1,
            ) {
                let text = format!("{text}e{exponent}");
                let expected: f64 = text.parse().unwrap();
                prop_assert_eq!(super::seconds(&text).map(f64::to_bits), Some(expected.to_bits()));
            }
        }
    }
}
