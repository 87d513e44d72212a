//! Says why a stored string is not read: what damaged it, or which unsupported system wrote it,
//! and what to do. The text of a hash is never part of a reason.

use super::{MAX_LENGTH, read};
use crate::password::encoding::{any_base64, hex};

const UNKNOWN: &str = "has an unknown format: see docs/guide/passwords.md";
const UNUSABLE: &str =
    "marks an account without a password; the user can set one with a reset link";
const UNSUPPORTED: &str =
    "is yescrypt or another format that is not supported; the user needs a reset link";
const WEAK: &str = "is too weak to verify (MD5-crypt, DES-crypt or one round of a digest); the user needs a reset link, or hash it again once: see docs/guide/passwords.md";
const PLAIN_DIGEST: &str =
    "is an unsalted digest, which is not verified; hash it again once: see docs/guide/passwords.md";
const PLAINTEXT: &str =
    "is a password in plain text, which is not verified; store the result of hashPassword";
const CONVERT: &str = "needs a conversion, because its algorithm, salt or key is stored elsewhere: see `npx edgeseal convert --help`";
const SHELL: &str =
    "lost parts that begin with `$`, probably to a shell; put the hash into single quotes";
const CUT: &str = "is damaged: its beginning is that of a known format, but it was cut off or has a wrong character; a column may be too narrow";

/// Reasons for the beginning of a string. The first that matches counts.
const BEGINNINGS: &[(&str, &str)] = &[
    ("!", UNUSABLE),
    ("*LK*", UNUSABLE),
    ("$y$", UNSUPPORTED),
    ("$gy$", UNSUPPORTED),
    ("$md5-hex", CUT),
    ("$sha1-hex", CUT),
    ("$sha256-hex", CUT),
    ("$sha512-hex", CUT),
    ("$sha384-base64", CUT),
    ("$hmac-sha512-base64", CUT),
    ("$suffix", CUT),
    ("$md5", UNSUPPORTED),
    ("$sha1$", UNSUPPORTED),
    ("$8$", UNSUPPORTED),
    ("$9$", UNSUPPORTED),
    ("SCRAM-SHA-", UNSUPPORTED),
    ("$1$", WEAK),
    ("$apr1$", WEAK),
    ("$3$", WEAK),
    ("_", WEAK),
    ("md5$", WEAK),
    ("sha1$", WEAK),
    ("sha256$", WEAK),
    ("sha512$", WEAK),
    ("sha1:", WEAK),
    ("sha256:", WEAK),
    ("sha512:", WEAK),
    (":A:", WEAK),
    (":B:", WEAK),
    ("crypt$", WEAK),
    ("unsalted_", PLAIN_DIGEST),
    ("{NOOP}", PLAINTEXT),
    ("{PLAIN}", PLAINTEXT),
    ("{CLEARTEXT}", PLAINTEXT),
    ("{SMD5}", WEAK),
    ("{MD5-CRYPT}", WEAK),
    ("{DES-CRYPT}", WEAK),
    ("{SSHA", CUT),
    ("{CRYPT}", WEAK),
    ("{SHA", PLAIN_DIGEST),
    ("{MD", PLAIN_DIGEST),
    ("{NT", PLAIN_DIGEST),
    ("{PLAIN-MD5}", PLAIN_DIGEST),
    ("{LDAP-MD5}", PLAIN_DIGEST),
    ("{\"", CONVERT),
    ("$fbscrypt$", CONVERT),
    ("$firescrypt$", CONVERT),
    ("pbkdf2(", CONVERT),
    ("=19=", SHELL),
    ("=17,", SHELL),
    ("-sha256", SHELL),
    ("-sha512", SHELL),
    ("$2", CUT),
    ("$argon2", CUT),
    ("argon2", CUT),
    ("$scrypt$", CUT),
    ("scrypt", CUT),
    ("$pbkdf2", CUT),
    ("pbkdf2", CUT),
    ("bcrypt", CUT),
    ("$bcrypt", CUT),
    ("$wp$", CUT),
    ("$P$", CUT),
    ("$H$", CUT),
    ("$S$", CUT),
    ("U$", CUT),
    ("$5$", CUT),
    ("$6$", CUT),
    ("$7$", CUT),
    ("$hmac-sha256$", CUT),
    ("s2:", CUT),
    ("{", UNSUPPORTED),
];

pub(super) fn is_unusable(text: &str) -> bool {
    reason(text) == UNUSABLE
}

#[inline(never)]
pub(super) fn reason(text: &str) -> &'static str {
    if text.is_empty() {
        return "is empty";
    }
    if text.len() > MAX_LENGTH {
        return "is longer than 512 characters; if its key is that long, convert it: see `npx edgeseal convert --help`";
    }
    if let Some(damage) = damage(text) {
        return damage;
    }
    if text.starts_with("$argon2") && (contains(text, "keyid=") || contains(text, "data=")) {
        return "uses argon2's keyid or data, which is not supported";
    }
    let upper = text.to_ascii_uppercase();
    let is_start = |start: &str| {
        text.starts_with(start) || (start.starts_with('{') && upper.starts_with(start))
    };
    match BEGINNINGS.iter().find(|(start, _)| is_start(start)) {
        Some((_, reason)) => reason,
        None => by_shape(text),
    }
}

/// Undoes what is known to damage a stored hash, and looks whether the rest is one.
#[inline(never)]
fn damage(text: &str) -> Option<&'static str> {
    if let Some(rest) = text.strip_prefix('\u{feff}') {
        return is_known(rest.trim_ascii()).then_some("begins with a byte order mark; remove it");
    }
    let trimmed = text.trim_ascii();
    if trimmed.len() < text.len() && is_known(trimmed) {
        return Some(if text.ends_with("\r\n") {
            "ends with a line break (CR LF); remove it"
        } else if text.ends_with('\n') {
            "ends with a line break; remove it"
        } else if text.starts_with(trimmed) {
            "has blanks at its end, perhaps from a CHAR column; trim it, and use a VARCHAR or TEXT column"
        } else {
            "has blanks around it; trim it"
        });
    }
    if text.contains('\0') && is_known(text.trim_matches('\0')) {
        return Some("has NUL bytes around it, perhaps from a BINARY column; remove them");
    }
    for (start, end) in [
        ("b'", "'"),
        ("b\"", "\""),
        ("'", "'"),
        ("\"", "\""),
        ("`", "`"),
    ] {
        let inner = text
            .strip_prefix(start)
            .and_then(|text| text.strip_suffix(end));
        if inner.is_some_and(is_known) {
            return Some(if start.starts_with('b') {
                "is the text of a Python bytes literal, b'…'; decode the bytes before you store them"
            } else {
                "is in quotes; store it without them"
            });
        }
    }
    for dollar in ["\\$", "\\x24", "\\u0024", "%24", "&#36;", "$$"] {
        if contains(text, dollar) && is_known(&replaced(text, dollar, b'$')) {
            return Some("has escaped dollar signs; store `$` itself");
        }
    }
    if contains(text, "\\/") && is_known(&replaced(text, "\\/", b'/')) {
        return Some("has slashes escaped as in JSON; parse the JSON before you store the text");
    }
    let bytes = match text.strip_prefix("\\x") {
        Some(digits) => hex(digits),
        None => hex(&text.to_ascii_lowercase()).or_else(|| any_base64(text)),
    };
    if let Some(inner) = bytes
        .as_deref()
        .and_then(|bytes| str::from_utf8(bytes).ok())
        && is_known(inner.trim_ascii())
    {
        return Some("is encoded in base64 or hexadecimal once more; decode it");
    }
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) && is_known(&text.to_ascii_lowercase()) {
        return Some("has upper-case hexadecimal digits; store them in lower case");
    }
    // `name:hash` of htpasswd, or `name:hash:19000:0:…` of shadow.
    let mut fields = text.split(':').skip(1);
    if fields
        .next()
        .is_some_and(|field| field.starts_with('$') && is_known(field))
    {
        return Some(
            "is a line of htpasswd or shadow; store only the hash, which follows the first colon",
        );
    }
    None
}

#[inline(never)]
fn is_known(text: &str) -> bool {
    read(text).is_some()
}

// `str::contains` and `str::replace` would add a search that is made for long texts.
fn contains(text: &str, part: &str) -> bool {
    let mut windows = text.as_bytes().windows(part.len());
    windows.any(|window| window == part.as_bytes())
}

fn replaced(text: &str, from: &str, to: u8) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let matched = rest.strip_prefix(from.as_bytes());
        bytes.push(if matched.is_some() { to } else { *first });
        rest = matched.unwrap_or(after);
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// Digests and recipes that do not name themselves.
#[inline(never)]
fn by_shape(text: &str) -> &'static str {
    let is_hex = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex(text.strip_prefix('*').unwrap_or(text)) {
        // MD5 to SHA-512; a MySQL server writes `*` in front.
        return if matches!(text.len(), 16 | 32 | 40 | 41 | 56 | 64 | 96 | 128) {
            PLAIN_DIGEST
        } else {
            CONVERT
        };
    }
    if ["*", "x", "!!", "NP", "LK"].contains(&text) {
        return UNUSABLE;
    }
    // `salt:key` and `key.salt`, and Magento's with a version at the end.
    if text.split([':', '.']).take(2).all(is_hex) {
        return CONVERT;
    }
    // `b0/sR9…` is left of `$2b$10$pbuJ/sR9…` in double quotes.
    if !text.contains('$')
        && text.len() < 60
        && matches!(
            text.as_bytes(),
            [b'a' | b'b' | b'x' | b'y', b'0' | b'1', ..]
        )
    {
        return SHELL;
    }
    if any_base64(text).is_some_and(|bytes| [16, 20, 32, 40, 48, 64].contains(&bytes.len())) {
        return CONVERT;
    }
    if text.len() == 13 && !text.contains('$') {
        return WEAK;
    }
    UNKNOWN
}
