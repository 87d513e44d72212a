//! `BASE_URL` and `TRUSTED_ORIGINS`: the pages and apps that may send writes with
//! cookies, read responses through CORS, and be opened through a `callbackURL`.

mod entry;
mod hosting;

use worker::Url;

use self::entry::{AnyLabel, Entry};
use super::error::ConfigError;

pub(super) use self::entry::web_origin;

/// All trusted origins, starting with the base URL's.
#[derive(Debug)]
pub(crate) struct Origins {
    /// Origins as browsers serialize them (RFC 6454 §6.2).
    exact: Vec<String>,
    /// The operator's own app schemes: `myapp` for `myapp://` and anything after it.
    apps: Vec<String>,
    any: Vec<AnyLabel>,
}

/// The maximum length of a callback URL, as in `edgeseal/next`.
const MAX_CALLBACK_LENGTH: usize = 2048;

impl Origins {
    /// Reads the comma-separated `TRUSTED_ORIGINS`.
    pub(super) fn read(base_url: &str, list: &str) -> Result<Self, ConfigError> {
        let mut origins = Self {
            exact: vec![base_url.to_owned()],
            apps: Vec::new(),
            any: Vec::new(),
        };
        let is_secure = base_url.starts_with("https:");
        for (index, entry) in list.split(',').map(str::trim).enumerate() {
            if !entry.is_empty() {
                origins
                    .add(entry, is_secure)
                    .map_err(|reason| ConfigError::TrustedOrigin { index, reason })?;
            }
        }
        Ok(origins)
    }

    fn add(&mut self, entry: &str, is_secure: bool) -> Result<(), &'static str> {
        match entry::read(entry, is_secure)? {
            Entry::Exact(origin) => self.exact.push(origin),
            Entry::App(scheme) => self.apps.push(scheme),
            Entry::AnyLabel(pattern) => self.any.push(pattern),
        }
        Ok(())
    }

    /// Returns whether the value of an `Origin` header is trusted. It is compared as it
    /// was sent, so a full URL is never trusted, even if its origin is.
    pub(crate) fn trusts(&self, origin: &str) -> bool {
        self.exact.iter().any(|one| one == origin)
            || self.is_of_app(origin)
            || self.any.iter().any(|pattern| pattern.matches(origin))
    }

    /// Returns whether the URL in a `Referer` is that of a page on a trusted origin.
    pub(crate) fn trusts_page(&self, url: &str) -> bool {
        Url::parse(url).is_ok_and(|url| {
            let origin = url.origin();
            origin.is_tuple() && self.trusts(&origin.ascii_serialization())
        })
    }

    /// Returns whether an app's `expo-origin` is trusted. It must be a URL with the
    /// app's own scheme, which no web page can have.
    pub(crate) fn trusts_app(&self, url: &str) -> bool {
        let Some((scheme, rest)) = url.split_once("://") else {
            return false;
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let scheme = scheme.to_ascii_lowercase();
        let is_web = matches!(&*scheme, "http" | "https");
        !is_web && is_plain_app_url(url) && {
            let origin = format!("{scheme}://{}", authority.to_ascii_lowercase());
            self.exact.contains(&origin) || self.apps.contains(&scheme)
        }
    }

    /// Returns whether a `callbackURL` is safe to redirect to. It must be an absolute
    /// path on this origin, a URL with an origin that is listed exactly, or a URL with
    /// an app's own scheme. This function and `edgeseal/next` are both tested with
    /// contracts/callbacks.json.
    pub(crate) fn accepts_callback(&self, callback: &str) -> bool {
        if callback.encode_utf16().count() > MAX_CALLBACK_LENGTH || callback.contains(is_unsafe) {
            return false;
        }
        if callback.starts_with('/') {
            let own = &self.exact[0];
            return is_plain_path(callback)
                && Url::parse(own)
                    .and_then(|own| own.join(callback))
                    .is_ok_and(|url| {
                        url.origin().ascii_serialization() == *own && is_plain_path(url.path())
                    });
        }
        let Ok(url) = Url::parse(callback) else {
            return false;
        };
        // Browsers read `https:evil.example` and `https:///evil.example` as URLs with a host.
        let is_web = matches!(url.scheme(), "http" | "https");
        let is_spelled_out = callback.split_once("://").is_some_and(|(scheme, rest)| {
            scheme.eq_ignore_ascii_case(url.scheme()) && !(is_web && rest.starts_with('/'))
        });
        if !is_spelled_out {
            return false;
        }
        if is_web {
            let is_bare = url.username().is_empty() && url.password().is_none();
            let origin = url.origin().ascii_serialization();
            return is_bare && self.exact.contains(&origin) && is_plain_path(url.path());
        }
        self.trusts_app(callback)
    }

    fn is_of_app(&self, origin: &str) -> bool {
        origin.split_once("://").is_some_and(|(scheme, authority)| {
            !authority.contains(['/', '?', '#', '@'])
                && self.apps.iter().any(|one| scheme.eq_ignore_ascii_case(one))
        })
    }
}

/// Returns whether every parser reads an app's URL in the same way. For that, it must
/// not contain a user name or a second host.
fn is_plain_app_url(url: &str) -> bool {
    let authority = |rest: &str| {
        !rest
            .split(['/', '?', '#'])
            .next()
            .unwrap_or("")
            .contains('@')
    };
    !url.contains(is_unsafe)
        && url
            .split_once("://")
            .is_some_and(|(_, rest)| authority(rest))
}

/// Returns whether browsers skip this character or read it as a different one. This
/// applies to control characters, all white space, and the backslash, which they read
/// as a slash.
fn is_unsafe(character: char) -> bool {
    const ZS: [char; 6] = [
        '\u{a0}', '\u{1680}', '\u{202f}', '\u{205f}', '\u{3000}', ' ',
    ];
    character.is_control()
        || character == '\\'
        || ZS.contains(&character)
        || ('\u{2000}'..='\u{200a}').contains(&character)
}

/// Returns whether a path is unambiguous: no browser, router or second decoding can
/// find a different origin at its start, and it doesn't contain an escaped slash or
/// backslash.
fn is_plain_path(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.to_ascii_lowercase();
    let starts = |with: &str| path.get(1..).is_some_and(|rest| rest.starts_with(with));
    !["/", "%0", "%1", "%25"].into_iter().any(starts)
        && !path.contains("%2f")
        && !path.contains("%5c")
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    const BASE: &str = "https://app.example";

    fn origins(list: &str) -> Result<Origins, &'static str> {
        Origins::read(BASE, list).map_err(|error| match error {
            ConfigError::TrustedOrigin { reason, .. } => reason,
            _ => unreachable!(),
        })
    }

    #[test]
    fn callbacks_are_those_of_the_contract() {
        #[derive(Deserialize)]
        struct Callbacks {
            origin: String,
            taken: Vec<String>,
            refused: Vec<String>,
        }
        let text = include_str!("../../../contracts/callbacks.json");
        let Callbacks {
            origin,
            taken,
            refused,
        } = serde_json::from_str(text).unwrap();
        let origins = Origins::read(&origin, "").unwrap();
        for callback in taken {
            assert!(origins.accepts_callback(&callback), "{callback:?}");
        }
        for callback in refused {
            assert!(!origins.accepts_callback(&callback), "{callback:?}");
        }
        assert!(!origins.accepts_callback(&format!("/{}", "a".repeat(2048))));
    }

    #[test]
    fn apps_and_extensions_are_trusted_by_what_they_send() {
        let list = "https://shop.example, tauri://localhost,capacitor://localhost,\
            chrome-extension://abcdefghijklmnopabcdefghijklmnop,\
            moz-extension://0f36e1b2-5b5b-4a3e-9c3a-1f2e3d4c5b6a,\
            exp://192.168.1.5:8081,myapp://,http://localhost:5173,http://tauri.localhost";
        let origins = origins(list).unwrap();
        for origin in [
            BASE,
            "https://shop.example",
            "tauri://localhost",
            "capacitor://localhost",
            "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
            "moz-extension://0f36e1b2-5b5b-4a3e-9c3a-1f2e3d4c5b6a",
            "exp://192.168.1.5:8081",
            "myapp://",
            "myapp://localhost",
            "http://localhost:5173",
            "http://tauri.localhost",
        ] {
            assert!(origins.trusts(origin), "{origin}");
        }
        for origin in [
            "",
            "null",
            "https://shop.example/",
            "https://SHOP.example",
            "https://shop.example:8443",
            "http://shop.example",
            "tauri://evil",
            "chrome-extension://bbcdefghijklmnopabcdefghijklmnop",
            "exp://192.168.1.6:8081",
            "myapp",
            "myapp:",
            "myapp://a@b",
            "xmyapp://",
            "myapp.evil://",
            "https://myapp://",
        ] {
            assert!(!origins.trusts(origin), "{origin}");
        }
    }

    #[test]
    fn a_star_is_exactly_one_label() {
        let origins = origins("https://*.preview.example.com,https://*.example.org:8443").unwrap();
        for origin in [
            "https://a.preview.example.com",
            "https://pr-12.preview.example.com",
            "https://a.example.org:8443",
        ] {
            assert!(origins.trusts(origin), "{origin}");
            assert!(origins.trusts_page(&format!("{origin}/page?x=1")));
            assert!(
                !origins.accepts_callback(&format!("{origin}/home")),
                "{origin}"
            );
            assert!(!origins.accepts_callback(origin), "{origin}");
        }
        for origin in [
            "https://preview.example.com",
            "https://.preview.example.com",
            "https://a.b.preview.example.com",
            "https://apreview.example.com",
            "https://a.preview.example.com.evil.example",
            "https://a.preview.example.com:8443",
            "http://a.preview.example.com",
            "https://evil.example/.preview.example.com",
            "https://evil.example#.preview.example.com",
            "https://evil@.preview.example.com",
            "https://A.preview.example.com",
            "https://-a.preview.example.com",
            "https://a.example.org",
            "https://*.preview.example.com",
        ] {
            assert!(!origins.trusts(origin), "{origin}");
        }
    }

    #[test]
    fn what_can_match_nothing_or_too_much_is_refused() {
        for (entry, expected) in [
            ("shop.example", "scheme and host"),
            ("https://shop.example/path", "with no path"),
            ("https://shop.example:443", "scheme and host"),
            ("https://user@shop.example", "scheme and host"),
            ("https://", "scheme and host"),
            ("*", "scheme and host"),
            ("null", "scheme and host"),
            ("http://shop.example", "http under an https"),
            ("http://localhost.evil.example", "http under an https"),
            ("http://*.preview.example.com", "http under an https"),
            ("https://*", "whole first label"),
            ("https://a*.example.com", "whole first label"),
            ("https://a.*.example.com", "whole first label"),
            ("https://*.*.example.com", "whole first label"),
            ("https://**.example.com", "whole first label"),
            ("https://*.com", "two labels"),
            ("https://*.localhost", "two labels"),
            ("https://*.example.com.", "two labels"),
            ("https://*.192.168.0.1", "a host name"),
            ("https://*.example.com:443", "no default port"),
            ("https://*.b\u{fc}cher.example", "in ASCII"),
            ("https://*.vercel.app", "other people's"),
            ("https://*.co.uk", "other people's"),
            ("https://*.pages.dev:8443", "other people's"),
            ("exp://", "your own app"),
            ("tauri://", "your own app"),
            ("capacitor://", "your own app"),
            ("chrome-extension://", "your own app"),
            ("javascript://", "your own app"),
            ("file://", "your own app"),
            ("file:///", "with no path"),
            ("data://x", "no origin"),
            ("javascript://x", "no origin"),
            ("1app://", "your own app"),
            ("my_app://", "your own app"),
            ("exp://*", "* is allowed only in https"),
            ("myapp://start/x", "with no path"),
            ("tauri://app", "tauri://localhost"),
            ("chrome-extension://abc", "32 letters"),
            ("chrome-extension://*", "* is allowed"),
            (
                "chrome-extension://abcdefghijklmnopabcdefghijklmnoq",
                "32 letters",
            ),
            ("moz-extension://me@example.com", "with no path"),
            ("moz-extension://abc", "UUID"),
        ] {
            let reason = origins(entry).expect_err(entry);
            assert!(reason.contains(expected), "{entry}: {reason}");
        }
        assert!(Origins::read("http://app.example", "http://shop.example").is_ok());
        let error = Origins::read(BASE, "https://shop.example, https://*.vercel.app").unwrap_err();
        let message = error.to_string();
        assert!(
            message.starts_with("TRUSTED_ORIGINS entry 1: "),
            "{message}"
        );
    }

    #[test]
    fn what_an_app_says_of_itself_counts_by_its_scheme() {
        let origins = origins("myapp://,exp://192.168.1.5:8081,https://shop.example").unwrap();
        for url in [
            "myapp://",
            "myapp:///",
            "MyApp:///home",
            "exp://192.168.1.5:8081",
            "exp://192.168.1.5:8081/--/home",
        ] {
            assert!(origins.trusts_app(url), "{url}");
            assert!(origins.accepts_callback(url), "{url}");
        }
        for url in [
            "",
            "myapp",
            "myapp:home",
            "other://",
            "exp://192.168.1.6:8081",
            "exp://192.168.1.5:8081@evil.example",
            "myapp://a@b",
            "javascript://myapp://",
        ] {
            assert!(!origins.trusts_app(url), "{url}");
            assert!(!origins.accepts_callback(url), "{url}");
        }
        assert!(!origins.trusts_app("https://shop.example"));
        assert!(origins.accepts_callback("https://shop.example/home"));
    }
}
