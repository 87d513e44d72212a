//! Checks that every server splits a path into the same segments, so that the upstream
//! serves the route that was matched. Requests with other paths get 404.

use percent_encoding::percent_decode_str;

/// The auth API's base path.
pub(crate) const AUTH_BASE: &str = "/api/auth";
pub(crate) const HEALTH: &str = "/healthz";

/// If a path is under the auth API's base path, returns the part after the base path.
pub(crate) fn auth_endpoint(path: &str) -> Option<&str> {
    let endpoint = path.strip_prefix(AUTH_BASE)?;
    (endpoint.is_empty() || endpoint.starts_with('/')).then_some(endpoint)
}

/// Returns whether the Worker handles a path itself. If so, routes must not use it.
pub(crate) fn is_own(path: &str) -> bool {
    path == HEALTH || auth_endpoint(path).is_some()
}

/// Returns whether every server finds the same segments in a path. A server that
/// decodes `%70rivate` would serve `private`, which was not checked against the routes.
pub(crate) fn has_one_reading(path: &str) -> bool {
    !path.contains("//")
        && !path.contains(['\\', ';'])
        && path
            .split('%')
            .skip(1)
            .all(|escape| escaped(escape).is_some_and(needs_escape))
        && path.split('/').all(is_plain)
}

/// Decodes an escape, given the text after its `%`.
fn escaped(escape: &str) -> Option<u8> {
    let digits = escape.get(..2)?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hex
        .then(|| u8::from_str_radix(digits, 16).ok())
        .flatten()
}

/// Returns whether a byte may be escaped: it must not be an unreserved character (RFC
/// 3986 §2.3) or a character that would split or end a path if the path were decoded
/// too early.
fn needs_escape(byte: u8) -> bool {
    !byte.is_ascii_alphanumeric() && !b"-._~/\\;%\0".contains(&byte)
}

/// Returns whether a segment has only one meaning. It must be valid UTF-8, because
/// overlong forms can hide dots and slashes (RFC 3629 §3), and must not contain control
/// characters. It must not turn into a dot segment if blanks are dropped or look-alike
/// characters are folded.
fn is_plain(segment: &str) -> bool {
    let Ok(text) = percent_decode_str(segment).decode_utf8() else {
        return false;
    };
    let mut rest = text.chars().filter(|&letter| !is_dropped(letter));
    segment.is_empty()
        || !(text.contains(char::is_control) || text.contains(is_slash) || rest.all(is_dot))
}

/// Returns whether a character looks like a slash, or has a slash in its NFKC form.
fn is_slash(letter: char) -> bool {
    matches!(
        letter,
        '\u{2044}'
            | '\u{2215}'
            | '\u{ff0f}'
            | '\u{ff3c}'
            | '\u{fe68}'
            | '\u{2100}'
            | '\u{2101}'
            | '\u{2105}'
            | '\u{2106}'
    )
}

/// Returns whether a character is white space or has zero width. Servers trim or ignore
/// such characters.
fn is_dropped(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(letter, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Returns whether a character is a full stop, or has one in its NFKC form.
fn is_dot(letter: char) -> bool {
    matches!(
        letter,
        '.' | '\u{2024}'..='\u{2026}' | '\u{fe52}' | '\u{ff0e}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_ambiguous_paths() {
        for path in [
            "/api//x",
            "/api/%2e%2e/x",
            "/api/a%2Fb",
            "/api/a%5cb",
            "/api/a\\b",
            "/a%252e",
            "/api/a;b",
            "/api/a%3Bb",
            "/api/a%00",
            "/api/%c0%ae%c0%ae/x",
            "/api/%c0%af",
            "/api/%e0%80%ae",
            "/api/%f0%80%80%ae",
            "/api/%ff",
            "/api/%c3",
            "/api/%ed%a0%80",
            "/api/..%09/x",
            "/api/%09../x",
            "/api/..%20/x",
            "/api/..%c2%a0/x",
            "/api/..%0d%0a/x",
            "/api/.%20./x",
            "/api/..%e2%80%8b/x",
            "/api/..%ef%bb%bf/x",
            "/api/.%c2%ad./x",
            "/api/%ef%bc%8e%ef%bc%8e/x",
            "/api/%e2%80%a5/x",
            "/api/.../x",
            "/api/%20/x",
            "/api/%e2%80%8b/x",
            "/api/a%09b",
            "/api/a%7f",
            "/api/a%0a",
            "/api/a%c2%85",
            "/api/a%e2%81%84b",
            "/api/a%e2%88%95b",
            "/api/a%ef%bc%8fb",
            "/api/a%ef%bc%bcb",
            "/api/a%ef%b9%a8b",
            "/api/a%e2%84%80b",
            "/api/a%e2%84%81b",
            "/api/a%e2%84%85b",
            "/api/a%e2%84%86b",
        ] {
            assert!(!has_one_reading(path), "{path}");
        }
        for path in [
            "/",
            "/api/",
            "/api/u1/tasks/caf%C3%A9",
            "/api/a%20b/x",
            "/api/a%20/x",
            "/api/a%40b%3a%c3%a9",
            "/api/a..",
            "/api/..a/b.c",
            "/api/%e6%9d%b1%e4%ba%ac",
            "/api/%f0%9f%91%a9%e2%80%8d%f0%9f%92%bb",
        ] {
            assert!(has_one_reading(path), "{path}");
        }
    }

    #[test]
    fn refuses_escapes_of_what_needs_none_and_of_nothing() {
        for byte in 0..=u8::MAX {
            let is_unreserved = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
            let has_no_text = byte.is_ascii_control() || !byte.is_ascii();
            for path in [format!("/api/x%{byte:02x}"), format!("/api/x%{byte:02X}y")] {
                let is_refused = is_unreserved || has_no_text || b"/\\;%".contains(&byte);
                assert_eq!(!has_one_reading(&path), is_refused, "{path}");
            }
        }
        for path in ["/%", "/a%2", "/%zz", "/%+1", "/%2é", "/%é", "/%%41"] {
            assert!(!has_one_reading(path), "{path}");
        }
    }
}
