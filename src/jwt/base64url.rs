//! Base64url (RFC 7515 §2) without padding, line breaks or white space. The unused bits
//! of the last character must be zero, so that each token has exactly one encoding.
//!
//! This crate has its own decoder, because a general-purpose one would add eight times as
//! much code to the wasm module. The decoder doesn't have to run in constant time,
//! because the sender already knows everything in the token.

/// Marks characters outside the alphabet. This bit is never set in a sextet.
const STRAY: u8 = 0x80;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const SEXTETS: [u8; 256] = {
    let mut sextets = [STRAY; 256];
    let mut i = 0;
    while i < ALPHABET.len() {
        sextets[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    sextets
};

/// Decodes `text` into `bytes`, replacing any previous contents. Returns `None` if `text`
/// is not strict base64url.
pub(super) fn decode(text: &[u8], bytes: &mut Vec<u8>) -> Option<()> {
    let (quads, rest) = text.as_chunks::<4>();
    bytes.clear();
    bytes.resize(quads.len() * 3, 0);
    let mut stray = 0;
    for (quad, triple) in quads.iter().zip(bytes.as_chunks_mut::<3>().0) {
        let [a, b, c, d] = quad.map(|letter| SEXTETS[usize::from(letter)]);
        stray |= a | b | c | d;
        *triple = [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d];
    }
    let unused = match *rest {
        [] => 0,
        [a, b] => {
            let [a, b] = [a, b].map(|letter| SEXTETS[usize::from(letter)]);
            stray |= a | b;
            bytes.push(a << 2 | b >> 4);
            b << 4
        }
        [a, b, c] => {
            let [a, b, c] = [a, b, c].map(|letter| SEXTETS[usize::from(letter)]);
            stray |= a | b | c;
            bytes.extend([a << 2 | b >> 4, b << 4 | c >> 2]);
            c << 6
        }
        // A single leftover character encodes less than a byte.
        _ => return None,
    };
    (stray & STRAY == 0 && unused == 0).then_some(())
}

/// Encodes `bytes` and appends the result to `text`.
pub(super) fn encode(bytes: &[u8], text: &mut Vec<u8>) {
    let letter = |sextet: u8| ALPHABET[usize::from(sextet & 0x3F)];
    let (triples, rest) = bytes.as_chunks::<3>();
    let start = text.len();
    text.resize(start + triples.len() * 4, 0);
    let quads = text[start..].as_chunks_mut::<4>().0;
    for ([a, b, c], quad) in triples.iter().zip(quads) {
        *quad = [a >> 2, a << 4 | b >> 4, b << 2 | c >> 6, *c].map(letter);
    }
    match *rest {
        [a] => text.extend([a >> 2, a << 4].map(letter)),
        [a, b] => text.extend([a >> 2, a << 4 | b >> 4, b << 2].map(letter)),
        _ => {}
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    fn decode(text: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = b"left over".to_vec();
        super::decode(text, &mut bytes)?;
        Some(bytes)
    }

    #[test]
    fn has_one_encoding() {
        for (text, expected) in [
            ("", Some(&b""[..])),
            ("_w", Some(b"\xFF")),
            ("_x", None),
            ("__8", Some(b"\xFF\xFF")),
            ("__9", None),
            ("A", None),
            ("AAAAA", None),
            ("_w==", None),
            ("//8", None),
            ("AA AA", None),
            ("AAAA\n", None),
            ("AAA\u{c4}", None),
        ] {
            assert_eq!(decode(text.as_bytes()).as_deref(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_a_general_decoder(text in "[A-Za-z0-9_-]{0,90}[A-Za-z0-9_+/= -]?") {
            prop_assert_eq!(decode(text.as_bytes()), URL_SAFE_NO_PAD.decode(&text).ok());
        }

        #[test]
        fn gives_back_what_was_encoded(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut text = b"before".to_vec();
            super::encode(&bytes, &mut text);
            let expected = URL_SAFE_NO_PAD.encode(&bytes);
            prop_assert_eq!(&text[6..], expected.as_bytes());
            prop_assert_eq!(decode(&text[6..]), Some(bytes));
        }
    }
}
