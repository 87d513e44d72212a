//! Finds copy-and-paste mistakes in a secret. A secret that ends with a line break
//! works until another program reads it without the line break. Each program then
//! refuses the other's tokens, and nothing indicates why.

/// The Worker's variables that are not used to sign anything: public settings,
/// `HEALTH_SECRET` and `PASSWORD_LEGACY_KEYS`.
pub(super) const SETTINGS: &[&str] = &[
    "ACCESS_TTL",
    "AUTH_AUDIENCE",
    "BASE_URL",
    "BEARER_SESSIONS",
    "CLOCK_TOLERANCE",
    "COOKIE_DOMAIN",
    "COOKIE_PREFIX",
    "HEALTH_SECRET",
    "HSTS_INCLUDE_SUBDOMAINS",
    "PASSWORD_ALGORITHM",
    "PASSWORD_LEGACY_KEYS",
    "PASSWORD_MAX_MEMORY",
    "PASSWORD_PARAMS",
    "RATE_LIMITS",
    "REFRESH_TTL",
    "ROUTES",
    "SIGN_UP_DISCLOSURE",
    "TRUSTED_ORIGINS",
];

/// Checks the text of a secret. The error doesn't contain any part of that text.
pub(super) fn check(variable: &str, text: &str) -> Result<(), &'static str> {
    if text.ends_with(['\n', '\r']) {
        return Err("it ends with a line end; set it again without one (`printf %s`, not `echo`)");
    }
    if text.starts_with(is_blank) || text.ends_with(is_blank) {
        return Err("it begins or ends with white space; set it again without it");
    }
    if is_quoted(text) {
        return Err("it is in quotes, which would be part of it; set it again without them");
    }
    if has_name_in_front(variable, text) {
        return Err("it begins with a variable's name and `=`; set only what follows");
    }
    Ok(())
}

/// Returns whether a character is white space or otherwise invisible.
fn is_blank(character: char) -> bool {
    const INVISIBLE: [char; 3] = ['\u{feff}', '\u{200b}', '\0'];
    character.is_whitespace() || INVISIBLE.contains(&character)
}

fn is_quoted(text: &str) -> bool {
    const PAIRS: [(char, char); 5] = [
        ('"', '"'),
        ('\'', '\''),
        ('`', '`'),
        ('\u{201c}', '\u{201d}'),
        ('\u{2018}', '\u{2019}'),
    ];
    let in_pair = |(open, close)| text.starts_with(open) && text.ends_with(close);
    PAIRS.into_iter().any(in_pair)
}

/// Returns whether a variable's name precedes the secret, as in a file of variables
/// (`AUTH_SECRET=…`). A random secret may have `=` only at its end.
fn has_name_in_front(variable: &str, text: &str) -> bool {
    let exported = text
        .strip_prefix("export ")
        .or_else(|| text.strip_prefix("set "));
    let Some((name, value)) = exported.unwrap_or(text).split_once('=') else {
        return false;
    };
    let name = name.trim();
    let is_upper = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let is_name = name.eq_ignore_ascii_case(variable)
        || ((name.contains('_') || exported.is_some()) && name.bytes().all(is_upper));
    is_name && value.bytes().any(|byte| byte != b'=')
}

#[cfg(test)]
mod tests {
    use super::check;

    const RANDOM: &str = "nJq1dSsbTPjv3nPPmGRyNfWGMaTHzQpDGqTg0KzUOlw=";

    #[test]
    fn names_what_is_wrong_and_not_the_secret() {
        for (text, expected) in [
            (format!("{RANDOM}\n"), "line end"),
            (format!("{RANDOM}\r\n"), "line end"),
            (format!("{RANDOM}\r"), "line end"),
            (format!("\n{RANDOM}"), "white space"),
            (format!(" {RANDOM}"), "white space"),
            (format!("{RANDOM}\t"), "white space"),
            (format!("{RANDOM}\u{a0}"), "white space"),
            (format!("\u{feff}{RANDOM}"), "white space"),
            (format!("\"{RANDOM}\""), "quotes"),
            (format!("'{RANDOM}'"), "quotes"),
            (format!("`{RANDOM}`"), "quotes"),
            (format!("\u{201c}{RANDOM}\u{201d}"), "quotes"),
            (format!("AUTH_SECRET={RANDOM}"), "variable's name"),
            (format!("auth_secret = {RANDOM}"), "variable's name"),
            (format!("export AUTH_SECRET={RANDOM}"), "variable's name"),
            (format!("export SECRET=\"{RANDOM}\""), "variable's name"),
            (format!("BETTER_AUTH_SECRET={RANDOM}"), "variable's name"),
        ] {
            let reason = check("AUTH_SECRET", &text).unwrap_err();
            assert!(reason.contains(expected), "{text:?}: {reason}");
        }
    }

    #[test]
    fn a_secret_may_have_blanks_quotes_and_equals_signs_inside() {
        for text in [
            RANDOM,
            "correct horse battery staple, and some more",
            "a \"quoted\" word in a secret of some length",
            "\"one quote at its beginning, and so it stays",
            "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U====",
            "A_B-base64url-of-some-length-with-padding==",
            "x=5 is an equation, not a variable's name and value",
            "k:colon-inside-of-a-secret-of-enough-bytes",
        ] {
            assert_eq!(check("AUTH_SECRET", text), Ok(()), "{text}");
        }
    }
}
