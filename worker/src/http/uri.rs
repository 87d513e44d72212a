//! Writes parts of URLs as JavaScript does.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use worker::Url;

/// All characters except those that `encodeURIComponent` leaves unchanged (ECMA-262 §19.2.6.4).
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

pub(crate) fn encode_uri_component(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}

/// Returns `target` as an absolute URL with the parameter `name` set to `value`, replacing
/// any existing values, like `searchParams.set` in JavaScript. Returns `None` if `target` is
/// not a URL.
pub(crate) fn with_parameter(base: &str, target: &str, name: &str, value: &str) -> Option<String> {
    let mut url = Url::parse(base).ok()?.join(target).ok()?;
    let others: Vec<_> = url
        .query_pairs()
        .filter(|(key, _)| key != name)
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    url.query_pairs_mut()
        .clear()
        .extend_pairs(others)
        .append_pair(name, value);
    Some(url.into())
}

/// Adds a parameter to `target`, before its fragment. Doesn't change anything else.
pub(crate) fn with_raw_parameter(target: &str, name: &str, value: &str) -> String {
    let (target, fragment) = match target.split_once('#') {
        Some((target, fragment)) => (target, format!("#{fragment}")),
        None => (target, String::new()),
    };
    // A URL such as `https://app.example` doesn't have a path, so add one before the query.
    let has_path = target
        .split_once("://")
        .is_none_or(|(_, rest)| rest.contains('/') || rest.contains('?'));
    let path = if has_path { "" } else { "/" };
    let separator = if target.contains('?') { '&' } else { '?' };
    format!("{target}{path}{separator}{name}={value}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_encoded_as_in_javascript() {
        assert_eq!(
            encode_uri_component("/reset?a=1&b=x y(ä)!'*~-_."),
            "%2Freset%3Fa%3D1%26b%3Dx%20y(%C3%A4)!'*~-_."
        );
    }

    #[test]
    fn a_parameter_is_set_once() {
        let set = |target| with_parameter("http://localhost:3000", target, "token", "T").unwrap();
        assert_eq!(
            set("/reset?a=1&b=x y"),
            "http://localhost:3000/reset?a=1&b=x+y&token=T"
        );
        assert_eq!(
            set("https://app.example/r?token=old#f"),
            "https://app.example/r?token=T#f"
        );
    }

    #[test]
    fn a_parameter_is_added_before_the_fragment() {
        let add = |target| with_raw_parameter(target, "error", "E");
        assert_eq!(add("/welcome?a=1#f"), "/welcome?a=1&error=E#f");
        assert_eq!(add("/welcome"), "/welcome?error=E");
        assert_eq!(add("https://app.example"), "https://app.example/?error=E");
        assert_eq!(
            add("https://app.example/x?error=old"),
            "https://app.example/x?error=old&error=E"
        );
    }
}
