//! Which of an upstream's headers reach the client.

use super::request_headers::Nominated;
use crate::http::Headers;

/// What an upstream has no say in: this origin's cookies, who may read across
/// origins, and what is of one hop.
const NOT_RETURNED: &[&str] = &[
    "clear-site-data",
    "connection",
    "keep-alive",
    "proxy-connection",
    "server",
    "set-auth-jwt",
    "set-cookie",
    "set-cookie2",
    "timing-allow-origin",
    "x-powered-by",
    "x-request-id",
];

/// Whether a client gets a header of an upstream's, by its name in small letters.
pub(crate) fn is_returned(name: &str) -> bool {
    !NOT_RETURNED.contains(&name) && !name.starts_with("access-control-")
}

/// Whether a header tells shared caches something else than `Cache-Control` does.
fn is_for_shared_caches(name: &str) -> bool {
    name == "surrogate-control" || name.ends_with("cdn-cache-control")
}

/// Makes an upstream's headers ours to send. What it answers a verified caller is for
/// no shared cache.
pub(super) fn returned(headers: &mut Headers, is_public: bool) {
    let nominated = Nominated::of(headers);
    headers.retain(|name| is_returned(name) && !nominated.has(name));
    if is_public {
        return;
    }
    headers.retain(|name| !is_for_shared_caches(name));
    let caching = headers.get("cache-control").unwrap_or_default();
    let is_private = caching.split(',').any(|directive| {
        let directive = directive.trim();
        directive.eq_ignore_ascii_case("private") || directive.eq_ignore_ascii_case("no-store")
    });
    if !is_private {
        headers.set("cache-control", "no-store");
    }
}

#[cfg(test)]
mod tests {
    use super::{Headers, returned};

    /// The names of what is left of these headers of an upstream.
    fn left(sent: &[(&'static str, &str)], is_public: bool) -> Vec<String> {
        let mut headers = Headers::default();
        for (name, value) in sent {
            headers.append(*name, *value);
        }
        returned(&mut headers, is_public);
        headers.entries().map(|(name, _)| name.to_owned()).collect()
    }

    #[test]
    fn what_connection_names_does_not_come_back() {
        let sent = [
            ("connection", "close, X-Hop , cache-control"),
            ("x-hop", "1"),
            ("x-kept", "1"),
            ("cache-control", "private"),
        ];
        assert_eq!(left(&sent, true), ["x-kept"]);
        assert_eq!(left(&sent, false), ["x-kept", "cache-control"]);
    }

    #[test]
    fn who_may_read_across_origins_is_not_the_upstreams_to_say() {
        let sent = [
            ("access-control-allow-origin", "*"),
            ("access-control-allow-methods", "*"),
            ("access-control-allow-private-network", "true"),
            ("access-control-expose-headers", "x-secret"),
            ("access-control-max-age", "9"),
            ("timing-allow-origin", "*"),
            ("etag", "1"),
        ];
        assert_eq!(left(&sent, true), ["etag"]);
    }

    #[test]
    fn only_public_answers_are_for_shared_caches() {
        let sent = [
            ("cdn-cache-control", "max-age=60"),
            ("cloudflare-cdn-cache-control", "max-age=60"),
            ("surrogate-control", "max-age=60"),
            ("cache-control", "private"),
        ];
        assert_eq!(left(&sent, false), ["cache-control"]);
        assert_eq!(left(&sent, true).len(), sent.len());
    }
}
