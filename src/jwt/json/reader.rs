//! Reads JSON according to the grammar in RFC 8259.

use super::names::{Names, Span};
use super::text::{Text, hexadecimal, split, unescape};
use super::value::{Flaw, Value};

/// How deeply arrays and objects may be nested, counting the outermost one.
pub(super) const MAX_DEPTH: usize = 32;

const NOT_JSON: Flaw = "not JSON";

/// The maximum number of digits before a number's decimal point, so that every number is
/// below 10^308. JavaScript reads numbers above about 1.8 * 10^308 as infinite.
const MAX_MAGNITUDE: i64 = 308;

/// Reads a text once, from its beginning.
pub(super) struct Reader<'a, 'n> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) names: &'n mut Names,
}

impl<'a> Reader<'a, '_> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    pub(super) fn skip_white_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    #[inline]
    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Reads the members of an object at this depth, starting after its `{`.
    pub(super) fn members(
        &mut self,
        depth: usize,
        member: &mut dyn FnMut(&str, Value<'a>),
    ) -> Result<(), Flaw> {
        let first = self.names.spans.len();
        self.skip_white_space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.skip_white_space();
            let span = self.name()?;
            self.names.spans.push(span);
            self.skip_white_space();
            if self.next() != Some(b':') {
                return Err(NOT_JSON);
            }
            self.skip_white_space();
            let value = self.value(depth)?;
            let source = if span.escaped {
                &self.names.unescaped
            } else {
                self.text
            };
            // Uses `get`, because slicing can panic, and the code for panics would add 5
            // KB to the wasm module.
            let name = source.get(span.start..span.end).unwrap_or_default();
            member(name, value);
            self.skip_white_space();
            match self.next() {
                Some(b',') => {}
                Some(b'}') => break,
                _ => return Err(NOT_JSON),
            }
        }
        if self.names.are_unique(first, self.text.as_bytes()) {
            Ok(())
        } else {
            Err("a member name is repeated")
        }
    }

    fn name(&mut self) -> Result<Span, Flaw> {
        if self.next() != Some(b'"') {
            return Err(NOT_JSON);
        }
        let start = self.at;
        let name = self.string()?;
        if !name.escaped {
            return Ok(Span {
                start,
                end: start + name.raw.len(),
                escaped: false,
            });
        }
        let unescaped = &mut self.names.unescaped;
        let start = unescaped.len();
        unescaped.push_str(&unescape(name.raw));
        Ok(Span {
            start,
            end: unescaped.len(),
            escaped: true,
        })
    }

    /// Reads one value that is nested in `depth` arrays and objects.
    pub(super) fn value(&mut self, depth: usize) -> Result<Value<'a>, Flaw> {
        let start = self.at;
        match self.next() {
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => {
                self.at = start;
                self.number()
            }
            Some(b't') => self.word("rue"),
            Some(b'f') => self.word("alse"),
            Some(b'n') => self.word("ull"),
            Some(open @ (b'{' | b'[')) => {
                if depth == MAX_DEPTH {
                    return Err("nested too deeply");
                }
                if open == b'{' {
                    let first = self.names.spans.len();
                    let unescaped = self.names.unescaped.len();
                    self.members(depth + 1, &mut |_, _| {})?;
                    self.names.spans.truncate(first);
                    self.names.unescaped.truncate(unescaped);
                    Ok(Value::Other)
                } else {
                    self.items(depth + 1)?;
                    Ok(Value::Array(self.since(start)))
                }
            }
            _ => Err(NOT_JSON),
        }
    }

    fn items(&mut self, depth: usize) -> Result<(), Flaw> {
        self.skip_white_space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.skip_white_space();
            self.value(depth)?;
            self.skip_white_space();
            match self.next() {
                Some(b',') => {}
                Some(b']') => return Ok(()),
                _ => return Err(NOT_JSON),
            }
        }
    }

    #[inline]
    fn word(&mut self, rest: &str) -> Result<Value<'a>, Flaw> {
        if !self.text.as_bytes()[self.at..].starts_with(rest.as_bytes()) {
            return Err(NOT_JSON);
        }
        self.at += rest.len();
        Ok(Value::Other)
    }

    fn number(&mut self) -> Result<Value<'a>, Flaw> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.next() {
            Some(b'0') => {}
            Some(b'1'..=b'9') => self.skip_digits(),
            _ => return Err(NOT_JSON),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = self.since(start);
        // Without an exponent, a number of fewer than 300 characters can't be too large.
        let short = text.len() < 300 && !text.bytes().any(|byte| matches!(byte, b'e' | b'E'));
        if !short && magnitude(text) > MAX_MAGNITUDE {
            return Err("a number is out of range");
        }
        Ok(Value::Number(text))
    }

    #[inline]
    fn digits(&mut self) -> Result<(), Flaw> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(NOT_JSON);
        }
        self.skip_digits();
        Ok(())
    }

    fn skip_digits(&mut self) {
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
    }

    /// Reads the rest of a string, after its opening quote.
    fn string(&mut self) -> Result<Text<'a>, Flaw> {
        let start = self.at;
        let mut escaped = false;
        loop {
            if !matches!(self.peek(), Some(b'"' | b'\\')) {
                self.at += plain(&self.text.as_bytes()[self.at..]);
            }
            match self.next() {
                Some(b'"') => {
                    let raw = self.text.get(start..self.at - 1).unwrap_or_default();
                    return Ok(Text { raw, escaped });
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                _ => return Err("a string is unterminated or has a control character"),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Flaw> {
        const LONE: Flaw = "a lone surrogate";
        match self.next() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(()),
            Some(b'u') => match self.code_unit()? {
                0xD800..0xDC00 => {
                    if self.next() != Some(b'\\') || self.next() != Some(b'u') {
                        return Err(LONE);
                    }
                    match self.code_unit()? {
                        0xDC00..0xE000 => Ok(()),
                        _ => Err(LONE),
                    }
                }
                0xDC00..0xE000 => Err(LONE),
                _ => Ok(()),
            },
            _ => Err(NOT_JSON),
        }
    }

    #[inline]
    fn code_unit(&mut self) -> Result<u16, Flaw> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4);
        self.at += 4;
        digits.and_then(hexadecimal).ok_or(NOT_JSON)
    }
}

/// Returns how many digits a number would have before its decimal point if it were written
/// without an exponent.
fn magnitude(text: &str) -> i64 {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = split(text, |byte| byte | 0x20 == b'e');
    let (whole, fraction) = split(mantissa, |byte| byte == b'.');
    let (fraction, exponent) = (fraction.unwrap_or_default(), exponent.unwrap_or("0"));
    let leading = match whole {
        "0" => -(fraction.bytes().take_while(|digit| *digit == b'0').count() as i64),
        _ => whole.len() as i64,
    };
    let zero = mantissa.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let exponent = match exponent.parse::<i64>() {
        Ok(exponent) => exponent.clamp(-1 << 40, 1 << 40),
        Err(_) if exponent.starts_with('-') => -1 << 40,
        Err(_) => 1 << 40,
    };
    if zero { 0 } else { leading + exponent }
}

/// Returns how many bytes come before the first quote, backslash or control character.
fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 0xFF;
    const HIGH: u64 = ONES << 7;
    // Sets the high bit of each byte that is less than `limit`. The result is exact up to
    // and including the first such byte.
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word & HIGH;

    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let quote = below(word ^ (ONES * u64::from(b'"')), 1);
        let backslash = below(word ^ (ONES * u64::from(b'\\')), 1);
        let found = quote | backslash | below(word, 0x20);
        if found != 0 {
            return index * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    words.len() * 8 + rest.iter().position(ends).unwrap_or(rest.len())
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_the_first_that_is_not_plain(
            bytes in prop::collection::vec(prop_oneof![4 => 0x1E_u8..0x80, 1 => any::<u8>(), 1 => Just(b'"')], 0..40),
        ) {
            let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
            let expected = bytes.iter().position(ends).unwrap_or(bytes.len());
            prop_assert_eq!(super::plain(&bytes), expected);
        }
    }
}
