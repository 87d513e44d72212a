//! Explains why a stored string can't be read, and what to do about it. The string may be damaged
//! or in an unsupported format. A reason never contains any part of the hash.

use super::{MAX_LENGTH, read};
use crate::password::encoding::{any_base64, hex};

const UNKNOWN: &str = "has an unknown format: see docs/guide/passwords.md";
const UNUSABLE: &str =
    "marks an account that is locked or has no password; the user can set one with a reset link";
const UNSUPPORTED: &str =
    "has a format that is not supported, such as yescrypt; send the user a reset link";
const WEAK: &str = "is too weak to verify (MD5-crypt, DES-crypt or one round of a digest); send the user a reset link, or hash the stored hash once more: see docs/guide/passwords.md";
const PLAIN_DIGEST: &str = "is an unsalted digest, which can't be verified; hash it once more: see docs/guide/passwords.md";
const PLAINTEXT: &str =
    "is a password in plain text, which is not verified; store the result of hashPassword";
const CONVERT: &str = "needs a conversion, because its algorithm, salt or key is stored elsewhere: see `npx edgeseal convert --help`";
const NOT_A_HASH: &str =
    "is not a hash, but the text that a program prints for a missing value or a promise";
const NAMED: &str =
    "is a line from htpasswd or shadow, or has a name in front of it; store only the hash";
const SHELL: &str = "is missing parts that begin with `$`, which a shell probably expanded; put the hash in single quotes";
const CUT: &str = "is damaged: it begins like a known format, but was cut off or contains a wrong character; a column may be too narrow";

/// How a string may begin, and the reason to report for it. The first match wins.
const BEGINNINGS: &[(&str, &str)] = &[
    ("!", UNUSABLE),
    ("*LK*", UNUSABLE),
    ("*NP*", UNUSABLE),
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
    ("$ml$", UNSUPPORTED),
    ("$A$005$", UNSUPPORTED),
    ("$shiro1$", UNSUPPORTED),
    ("$DCC2$", UNSUPPORTED),
    ("$p5k2$", UNSUPPORTED),
    ("$scram$", UNSUPPORTED),
    ("pbkdf2:md5:", UNSUPPORTED),
    ("pbkdf2:sha224:", UNSUPPORTED),
    ("pbkdf2:sha384:", UNSUPPORTED),
    ("pbkdf2:sha3_", UNSUPPORTED),
    ("pbkdf2:blake2", UNSUPPORTED),
    (":pbkdf2-legacy", UNSUPPORTED),
    ("0x0100", UNSUPPORTED),
    ("0x0200", UNSUPPORTED),
    ("S:", UNSUPPORTED),
    ("-pbkdf2-", UNSUPPORTED),
    ("-hashed-", WEAK),
    ("$7$101$", UNSUPPORTED),
    ("{XOR}", UNSUPPORTED),
    ("NULL", NOT_A_HASH),
    ("null", NOT_A_HASH),
    ("undefined", NOT_A_HASH),
    ("[object ", NOT_A_HASH),
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
    ("{SSHA384}", UNSUPPORTED),
    ("{SSHA", CUT),
    ("{SHA256-CRYPT}", CUT),
    ("{SHA512-CRYPT}", CUT),
    ("{BLF-CRYPT}", CUT),
    ("{ARGON2", CUT),
    ("{PBKDF2", CUT),
    ("{PKCS5S2}", CUT),
    ("{BCRYPT}", CUT),
    ("{SCRYPT", CUT),
    ("{CRYPT}$1$", WEAK),
    ("{CRYPT}$2", CUT),
    ("{CRYPT}$5$", CUT),
    ("{CRYPT}$6$", CUT),
    ("{CRYPT}$", UNSUPPORTED),
    ("{CRYPT}", WEAK),
    ("{SHA-256}{", WEAK),
    ("{SHA256}", WEAK),
    ("{MD5}{", WEAK),
    ("{MD5}$", WEAK),
    ("{SHA", PLAIN_DIGEST),
    ("{MD", PLAIN_DIGEST),
    ("{NT", PLAIN_DIGEST),
    ("{PLAIN-MD5}", PLAIN_DIGEST),
    ("{LDAP-MD5}", PLAIN_DIGEST),
    ("{\"", CONVERT),
    ("$fbscrypt$", CONVERT),
    ("$firescrypt$", CONVERT),
    ("pbkdf2(", CONVERT),
    ("=", SHELL),
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
    ("grub.pbkdf2.", CUT),
    (":pbkdf2:", CUT),
    ("1|", CUT),
    ("2|", CUT),
    ("3|", CUT),
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

/// Undoes one kind of damage. Returns empty or unchanged text if there is none.
type Undo = fn(&str) -> String;

/// How to undo each kind of damage, and the reason to report for it.
const DAMAGES: &[(Undo, &str)] = &[
    (
        |text| text.strip_prefix('\u{feff}').unwrap_or(text).into(),
        "begins with a byte order mark; remove it",
    ),
    (
        |text| text.strip_suffix("\r\n").unwrap_or(text).into(),
        "ends with a line break (CR LF); remove it",
    ),
    (
        |text| {
            if text.ends_with(['\n', '\r']) {
                text.trim_ascii_end().into()
            } else {
                String::new()
            }
        },
        "ends with a line break; remove it",
    ),
    (
        |text| text.trim_ascii_end().into(),
        "has blanks at its end, perhaps from a CHAR column; trim it, and use a VARCHAR or TEXT column",
    ),
    (
        |text| text.trim_ascii().into(),
        "has blanks around it; trim it",
    ),
    (
        |text| text.replace('\0', ""),
        "contains NUL bytes, as from a BINARY column or UTF-16; remove them",
    ),
    (
        |text| {
            unquoted(text, "b'", "'")
                .or(unquoted(text, "b\"", "\""))
                .unwrap_or_default()
        },
        "is the text of a Python bytes literal, b'…'; decode the bytes before you store them",
    ),
    (
        |text| {
            let quotes = ["'", "\"", "`", "\\\""];
            quotes
                .iter()
                .find_map(|quote| unquoted(text, quote, quote))
                .unwrap_or_default()
        },
        "is in quotes; store it without them",
    ),
    (
        |text| {
            let dollars = [
                "\\$", "\\x24", "\\u0024", "\\u{24}", "&#36;", "&#x24;", "&dollar;",
            ];
            let undo = |text: String, dollar: &&str| replaced(&text, dollar, b'$');
            dollars.iter().fold(text.into(), undo)
        },
        "has escaped dollar signs; store `$` itself",
    ),
    // Separate from the other escapes, because a hash with an empty salt contains `$$`.
    (
        |text| replaced(text, "$$", b'$'),
        "has doubled dollar signs; store `$` itself",
    ),
    (
        |text| replaced(text, "\\/", b'/'),
        "has slashes escaped as in JSON; parse the JSON before you store the text",
    ),
    (percent_decoded, "is URL-encoded; decode it"),
    (
        decoded,
        "has an extra layer of base64 or hexadecimal; decode it",
    ),
    (
        // Only for hexadecimal digits. Base64 can't be restored once its case is lost.
        |text| {
            let is_base64 = text.bytes().any(|byte| matches!(byte, b'G'..=b'Z'));
            if is_base64 {
                String::new()
            } else {
                text.to_ascii_lowercase()
            }
        },
        "has upper-case hexadecimal digits; store them in lower case",
    ),
    (
        |text| text.split_once(':').map_or("", |(_, hash)| hash).into(),
        NAMED,
    ),
    (
        // `/etc/shadow` has more fields after the hash.
        |text| text.split(':').nth(1).unwrap_or_default().into(),
        NAMED,
    ),
];

/// Undoes one or two kinds of damage, and checks whether the result is a hash. Returns the reason
/// to report.
#[inline(never)]
fn damage(text: &str) -> Option<&'static str> {
    let undone = |text: &str| {
        let text = text.to_owned();
        DAMAGES.iter().filter_map(move |(undo, reason)| {
            let rest = undo(&text);
            (rest != text && !rest.is_empty()).then_some((rest, *reason))
        })
    };
    let once = undone(text).find(|(rest, _)| is_known(rest));
    let twice = || undone(text).find(|(rest, _)| undone(rest).any(|(rest, _)| is_known(&rest)));
    once.or_else(twice).map(|(_, reason)| reason)
}

fn unquoted(text: &str, start: &str, end: &str) -> Option<String> {
    let inner = text.strip_prefix(start)?.strip_suffix(end)?;
    Some(inner.to_owned())
}

/// Decodes base64, plain hexadecimal, or the hexadecimal text of a bytea column.
fn decoded(text: &str) -> String {
    let digits = text.strip_prefix("\\x").or_else(|| text.strip_prefix("0x"));
    let bytes = match digits {
        Some(digits) => hex(digits),
        None => hex(&text.to_ascii_lowercase()).or_else(|| any_base64(text)),
    };
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.unwrap_or_default()
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let digits = after.first_chunk::<2>().filter(|_| *first == b'%');
        let digits = digits.and_then(|digits| str::from_utf8(digits).ok());
        match digits.and_then(|digits| hex(&digits.to_ascii_lowercase())) {
            Some(byte) => {
                bytes.extend_from_slice(&byte);
                rest = &after[2..];
            }
            None => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

#[inline(never)]
fn is_known(text: &str) -> bool {
    read(text).is_some()
}

// `str::contains` and `str::replace` would add code for a search that is meant for long texts.
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

/// Returns the reason for a string that is recognised only by its shape, such as a plain digest.
#[inline(never)]
fn by_shape(text: &str) -> &'static str {
    let is_hex = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex(text.strip_prefix('*').unwrap_or(text)) {
        // Digests from MD5 to SHA-512. MySQL writes `*` before the result of two rounds of SHA-1.
        return if text.starts_with('*') || text.len() == 16 {
            UNSUPPORTED
        } else if text.len() == 96 {
            // SHA-384 or, more often, Spring's PBKDF2 without its prefix.
            "may be Spring's PBKDF2; put {pbkdf2@SpringSecurity_v5_8} in front of it"
        } else if matches!(text.len(), 32 | 40 | 56 | 64 | 128) {
            PLAIN_DIGEST
        } else if text.len() > 64 {
            CONVERT
        } else {
            UNKNOWN
        };
    }
    if ["*", "x", "!!", "NP", "LK"].contains(&text) {
        return UNUSABLE;
    }
    // `salt:key`, `key.salt`, and Magento's format, which ends with a version.
    if text.split([':', '.']).take(2).all(is_hex) {
        return CONVERT;
    }
    // `digest:salt`, as in Joomla and osCommerce.
    let (first, _) = text.split_once(':').unwrap_or_default();
    if is_hex(first) && matches!(first.len(), 32 | 40 | 64) {
        return WEAK;
    }
    // In double quotes, a shell expands `$2b$10$pbuJ/sR9…` to `b0/sR9…`.
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
    let is_crypt = |byte: u8| byte.is_ascii_alphanumeric() || b"./".contains(&byte);
    let has_both = text.bytes().any(|byte| byte.is_ascii_uppercase())
        && text.bytes().any(|byte| byte.is_ascii_lowercase());
    if text.len() == 13 && has_both && text.bytes().all(is_crypt) {
        return WEAK;
    }
    UNKNOWN
}
