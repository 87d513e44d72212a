//! Users, and the validation of their fields.

use serde::{Deserialize, Serialize};
use worker::Url;

/// A row of Better Auth's `user` table, and the `user` object in responses.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) email_verified: bool,
    pub(crate) image: Option<String>,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
    pub(crate) id: String,
}

/// A valid e-mail address in lowercase, the form in which it is stored and looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Email(String);

impl Email {
    /// Accepts the same addresses as Better Auth (zod's e-mail rule), and converts them
    /// to lowercase. Only ASCII is accepted, so an address can't imitate another one
    /// with look-alike letters.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        /// RFC 5321 §4.5.3.1.3, without the angle brackets.
        const MAX_LENGTH: usize = 254;

        let (local, domain) = text.split_once('@')?;
        let local_ok = !local.starts_with('.')
            && !local.ends_with(['.', '\''])
            && !local.contains("..")
            && !local.is_empty()
            && local
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_'+-.".contains(&byte));
        let (host, tld) = domain.rsplit_once('.')?;
        let domain_ok = host.split('.').all(|label| {
            label.starts_with(|first: char| first.is_ascii_alphanumeric())
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        }) && tld.len() >= 2
            && tld.bytes().all(|byte| byte.is_ascii_alphabetic());
        (local_ok && domain_ok && text.len() <= MAX_LENGTH).then(|| Self(text.to_ascii_lowercase()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// The maximum length of a name, counted in UTF-16 code units, as in JavaScript. Names
/// are limited because they are part of cookies and tokens.
const MAX_NAME_LENGTH: usize = 256;

pub(crate) const NAME_RULE: &str = "Invalid name: at most 256 characters, no control characters";

/// Returns whether a name is valid. Control characters are refused, because names also
/// appear in pages and logs.
pub(crate) fn is_name(text: &str) -> bool {
    text.encode_utf16().count() <= MAX_NAME_LENGTH && !text.chars().any(char::is_control)
}

/// Shortens a name to fit into cookies and tokens. Other programs may have stored longer names.
pub(crate) fn shorten_name(mut name: String) -> String {
    let mut length = 0;
    let end = name.char_indices().find(|(_, character)| {
        length += character.len_utf16();
        length > MAX_NAME_LENGTH
    });
    if let Some((end, _)) = end {
        name.truncate(end);
    }
    name
}

/// The maximum length of an image URL, in bytes. It is limited because the URL is part of cookies.
pub(crate) const MAX_IMAGE_LENGTH: usize = 2048;

/// Returns whether a page may show the image at this URL. It must be an http(s) URL or
/// a path on the page's own origin, and short enough for a cookie.
pub(crate) fn is_image(text: &str) -> bool {
    let is_own_path = text.starts_with('/') && !text.starts_with("//");
    let is_http = Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    text.len() <= MAX_IMAGE_LENGTH
        && !text.contains(|one: char| one.is_control() || one == '\\')
        && (is_own_path || is_http)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_addresses_and_folds_their_case() {
        assert_eq!(
            Email::parse("Ann.O'Hara+x@Mail.Example.org")
                .unwrap()
                .as_str(),
            "ann.o'hara+x@mail.example.org"
        );
        for text in [
            "",
            "@",
            "a@",
            "@b.co",
            "a@b",
            "a@b.c",
            "a b@c.de",
            " a@c.de",
            "a@b..co",
            ".a@b.co",
            "a.@b.co",
            "a..b@c.de",
            "a@b@c.de",
            "a@-.c",
            "a@b.c0",
            "ä@b.de",
            // The first address has a letter that looks like an "e"; NFKC turns a letter
            // in the second into an "a".
            "us\u{435}r@b.de",
            "a@b\u{ff41}.de",
            "\u{130}@b.de",
            "a\u{ff20}b.de",
            "a@b.de\n",
            "a@b.de\0.evil",
            "a@[1.2.3.4]",
        ] {
            assert_eq!(Email::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn takes_images_that_a_page_may_show() {
        for image in ["https://x.org/a.png", "http://x.org", "/a.png?b=c"] {
            assert!(is_image(image), "{image}");
        }
        for image in [
            "",
            "a.png",
            "//x.org/a.png",
            "/\\x.org",
            "javascript:alert(1)",
            "data:image/png;base64,AAAA",
            "https://x.org/\r\na",
            "ftp://x.org",
        ] {
            assert!(!is_image(image), "{image}");
        }
        assert!(!is_image(&format!("/{}", "a".repeat(2048))));
    }

    #[test]
    fn takes_names_of_people() {
        for name in ["", "Ann", "Zoë O'Hara", "山田太郎", "👩‍🚀"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["a\0", "a\r\nSet-Cookie: b", &"a".repeat(257)] {
            assert!(!is_name(name), "{name}");
        }
        assert_eq!(shorten_name("👩".repeat(200)), "👩".repeat(128));
        assert_eq!(shorten_name("a".repeat(256)), "a".repeat(256));
    }
}
