//! Random ids.

/// Makes a random id of 32 letters and digits (190 bits), like Better Auth's.
pub(crate) fn random_id() -> String {
    const ALPHABET: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut id = String::with_capacity(ID_LENGTH);
    while id.len() < ID_LENGTH {
        let mut bytes = [0; 48];
        getrandom::fill(&mut bytes).expect("workerd has randomness inside of a handler");
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
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("workerd has randomness inside of a handler");
    format!("{:032x}", u128::from_be_bytes(bytes))
}
