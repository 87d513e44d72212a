//! Reads one entry of `TRUSTED_ORIGINS`. Refuses entries that can't match any `Origin`
//! header, and entries that would match other people's pages.

use worker::Url;

use super::hosting;

/// What an entry trusts.
pub(super) enum Entry {
    /// An origin.
    Exact(String),
    /// The scheme of the operator's own app.
    App(String),
    AnyLabel(AnyLabel),
}

/// `https://*.preview.example.com`: one label in front of a fixed host.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct AnyLabel {
    /// `https://`.
    before: String,
    /// `.preview.example.com`, with its port.
    after: String,
}

impl AnyLabel {
    /// Returns whether an origin matches. The `*` stands for exactly one label, which
    /// consists of lowercase letters, digits, hyphens and underscores.
    pub(super) fn matches(&self, origin: &str) -> bool {
        origin
            .strip_prefix(&*self.before)
            .and_then(|rest| rest.strip_suffix(&*self.after))
            .is_some_and(|label| {
                (1..=63).contains(&label.len())
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.bytes().all(|byte| {
                        byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte)
                    })
            })
    }
}

const PLAIN_HTTP: &str =
    "it is http under an https BASE_URL: anyone on its network could write with cookies";

/// Reads an entry. `is_secure` is true if `BASE_URL` is https.
pub(super) fn read(entry: &str, is_secure: bool) -> Result<Entry, &'static str> {
    const FORM: &str =
        "it must be an origin: scheme and host, with no path, as in the Origin header";
    let entry = entry.to_ascii_lowercase();
    let (scheme, authority) = entry.split_once("://").ok_or(FORM)?;
    let is_web = matches!(scheme, "http" | "https");
    let authority = match authority.strip_suffix('/') {
        Some(bare) if is_web => bare,
        _ => authority,
    };
    if authority.contains(['/', '?', '#', '@', '\\']) {
        return Err(FORM);
    }
    if is_web {
        if authority.contains('*') {
            return any_label(scheme, authority, is_secure).map(Entry::AnyLabel);
        }
        let origin = web_origin(&entry).ok_or(FORM)?;
        if is_secure && scheme == "http" && !is_loopback(&origin) {
            return Err(PLAIN_HTTP);
        }
        Ok(Entry::Exact(origin))
    } else if authority.is_empty() {
        if !is_own_scheme(scheme) {
            return Err("a scheme without a host must be your own app's, such as myapp://");
        }
        Ok(Entry::App(scheme.to_owned()))
    } else {
        check_app_origin(scheme, authority)?;
        Ok(Entry::Exact(entry))
    }
}

fn any_label(scheme: &str, authority: &str, is_secure: bool) -> Result<AnyLabel, &'static str> {
    let fixed = authority
        .strip_prefix("*.")
        .filter(|fixed| !fixed.contains('*'))
        .ok_or("* must be the whole first label, as in https://*.preview.example.com")?;
    if is_secure && scheme == "http" {
        return Err(PLAIN_HTTP);
    }
    // The rest must be a host as browsers serialize it, because an IP address, a
    // default port or a non-ASCII letter would never match.
    let serialized = format!("{scheme}://{fixed}");
    let url = Url::parse(&serialized).map_err(|_| "what follows *. must be a host")?;
    let host = url.domain().ok_or("what follows *. must be a host name")?;
    if web_origin(&serialized).is_none() {
        return Err(
            "what follows *. must be a host as browsers write it, in ASCII and with no default port",
        );
    }
    if host.ends_with('.') || host.split('.').count() < 2 {
        return Err("after *. there must be at least two labels, as in https://*.example.com");
    }
    if hosting::is_shared(host) {
        return Err("other people's sites share this domain: use your own");
    }
    Ok(AnyLabel {
        before: format!("{scheme}://"),
        after: format!(".{fixed}"),
    })
}

/// Returns an origin in its serialized form (RFC 6454 §6.2), without a trailing slash.
pub(in crate::config) fn web_origin(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let serialized = url.origin().ascii_serialization();
    let bare = text.strip_suffix('/').unwrap_or(text);
    let is_web = matches!(url.scheme(), "http" | "https");
    (is_web && bare.eq_ignore_ascii_case(&serialized)).then_some(serialized)
}

/// Returns whether an origin is on this machine, where nobody else can listen in.
/// `tauri.localhost` is one of the machine's names (RFC 6761 §6.3).
fn is_loopback(origin: &str) -> bool {
    Url::parse(origin).is_ok_and(|url| match url.host_str() {
        Some("localhost" | "127.0.0.1" | "[::1]") => true,
        Some(host) => host.ends_with(".localhost"),
        None => false,
    })
}

/// Schemes that don't belong to a single app: those for any site's pages or files, and
/// those of containers that can run anyone's app.
const SHARED_SCHEMES: &[&str] = &[
    "about",
    "android-app",
    "app",
    "asset",
    "blob",
    "capacitor",
    "chrome",
    "chrome-extension",
    "content",
    "data",
    "edge",
    "exp",
    "exps",
    "file",
    "filesystem",
    "ftp",
    "http",
    "https",
    "intent",
    "ionic",
    "javascript",
    "mailto",
    "moz-extension",
    "ms-browser-extension",
    "null",
    "resource",
    "safari-web-extension",
    "sms",
    "tauri",
    "tel",
    "urn",
    "vbscript",
    "view-source",
    "wasm",
    "ws",
    "wss",
];

/// Schemes that an app can't use for its own origins.
const NO_APP: &[&str] = &[
    "about",
    "android-app",
    "blob",
    "chrome",
    "content",
    "data",
    "edge",
    "file",
    "filesystem",
    "ftp",
    "intent",
    "javascript",
    "mailto",
    "null",
    "resource",
    "sms",
    "tel",
    "urn",
    "vbscript",
    "view-source",
    "wasm",
    "ws",
    "wss",
];

/// Returns whether a string is a scheme (RFC 3986 §3.1) of at least two letters. A
/// single letter would be a Windows drive.
fn is_scheme(scheme: &str) -> bool {
    scheme.len() > 1
        && scheme.starts_with(|first: char| first.is_ascii_lowercase())
        && scheme.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte)
        })
}

fn is_own_scheme(scheme: &str) -> bool {
    is_scheme(scheme) && !SHARED_SCHEMES.contains(&scheme)
}

/// Checks an app's origin against the origin that its container sends.
fn check_app_origin(scheme: &str, authority: &str) -> Result<(), &'static str> {
    if !is_scheme(scheme) || NO_APP.contains(&scheme) {
        return Err("pages of this scheme have no origin that could be trusted");
    }
    if authority.contains('*') {
        return Err("* is allowed only in https://, as the whole first label");
    }
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    if !authority.bytes().all(is_host) {
        return Err("the host contains characters that are not allowed in an origin");
    }
    match scheme {
        "chrome-extension" if !is_chrome_id(authority) => {
            Err("an extension id must be 32 letters from a to p")
        }
        "moz-extension" | "safari-web-extension" if !is_uuid(authority) => {
            Err("this extension's id must be a UUID")
        }
        "tauri" if authority != "localhost" => Err("the origin of Tauri is tauri://localhost"),
        _ => Ok(()),
    }
}

fn is_chrome_id(id: &str) -> bool {
    id.len() == 32 && id.bytes().all(|byte| (b'a'..=b'p').contains(&byte))
}

fn is_uuid(id: &str) -> bool {
    let lengths = id.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12])
        && id
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}
