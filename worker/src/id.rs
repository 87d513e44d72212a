//! Random ids.

use std::cell::RefCell;

/// Returns random bytes for ids. Ids are not secret. The bytes are made in stock, because
/// asking JavaScript for each id would take longer than making the id.
fn random<const LENGTH: usize>() -> [u8; LENGTH] {
    const STOCK: usize = 1024;
    thread_local! {
        static BYTES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    BYTES.with_borrow_mut(|bytes| {
        if bytes.len() < LENGTH {
            bytes.resize(STOCK, 0);
            getrandom::fill(bytes).expect("workerd has randomness inside of a handler");
        }
        let rest = bytes.len() - LENGTH;
        let taken = bytes.last_chunk().copied().unwrap_or([0; LENGTH]);
        bytes.truncate(rest);
        taken
    })
}

/// Makes a random id of 32 letters and digits (190 bits), like Better Auth's.
pub(crate) fn random_id() -> String {
    const ALPHABET: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut id = String::with_capacity(ID_LENGTH);
    while id.len() < ID_LENGTH {
        let bytes: [u8; 48] = random();
        // 248 is the largest multiple of 62 that fits in a byte, so all characters are
        // equally likely.
        let fair = bytes.iter().filter(|byte| **byte < 248);
        id.extend(
            fair.map(|byte| char::from(ALPHABET[usize::from(byte % 62)]))
                .take(ID_LENGTH - id.len()),
        );
    }
    id
}

const ID_LENGTH: usize = 32;

/// Returns whether a string has the format of an id from [`random_id`].
pub(crate) fn is_id(text: &str) -> bool {
    text.len() == ID_LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Makes a random id of 128 bits in lowercase hex. No token has this form.
pub(crate) fn request_id() -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let bytes: [u8; 16] = random();
    let nibbles = bytes.into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles
        .map(|nibble| char::from(DIGITS[usize::from(nibble)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_differ_beyond_one_stock() {
        let ids: HashSet<_> = (0..1000).map(|_| random_id()).collect();
        assert!(ids.len() == 1000 && ids.iter().all(|id| is_id(id)));
        let ids: HashSet<_> = (0..1000).map(|_| request_id()).collect();
        assert!(ids.len() == 1000 && ids.iter().all(|id| id.len() == 32));
    }
}
