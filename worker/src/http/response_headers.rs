//! Decides which upstream headers reach the client.

use super::headers::Headers;
use super::request_headers::Nominated;

/// Headers that an upstream must not set. An upstream is one of several behind this
/// origin, so it must not affect the others, the gateway, or the browser's next request.
const NOT_RETURNED: &[&str] = &[
    // Hop-by-hop (RFC 9110 §7.6.1).
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authentication-info",
    "proxy-connection",
    "trailer",
    "upgrade",
    // The origin's cookies, sessions and storage.
    "clear-site-data",
    "idp-signin-status",
    "secure-session-challenge",
    "secure-session-registration",
    "sec-session-challenge",
    "sec-session-registration",
    "set-auth-jwt",
    "set-auth-token",
    "set-cookie",
    "set-cookie2",
    "set-login",
    "shared-storage-write",
    "use-as-dictionary",
    // How browsers connect to the origin from then on, and what they send.
    "accept-ch",
    "accept-ch-lifetime",
    "alt-svc",
    "critical-ch",
    "expect-ct",
    "origin-agent-cluster",
    "public-key-pins",
    "public-key-pins-report-only",
    "strict-transport-security",
    // Where browsers send reports about the origin.
    "nel",
    "report-to",
    "reporting-endpoints",
    // Effects beyond the response's own path or page.
    "observe-browsing-topics",
    "refresh",
    "service-worker-allowed",
    "timing-allow-origin",
    // Server details, and headers that the gateway sets itself.
    "server",
    "x-powered-by",
    "x-request-id",
];

/// The prefixes of further headers that an upstream must not set.
const NOT_RETURNED_FAMILIES: &[&str] =
    &["access-control-", "attribution-reporting-", "ad-auction-"];

/// Returns whether the upstream header with this lowercase name is returned to the client.
pub(crate) fn is_returned(name: &str) -> bool {
    let mut families = NOT_RETURNED_FAMILIES.iter();
    !NOT_RETURNED.contains(&name) && !families.any(|family| name.starts_with(family))
}

/// Returns whether a header overrides `Cache-Control` for shared caches.
fn is_for_shared_caches(name: &str) -> bool {
    name == "surrogate-control" || name.ends_with("cdn-cache-control")
}

/// Returns whether the challenge starts with `Bearer` and doesn't contain any scheme
/// for which browsers ask the user for a password.
fn challenges_by_bearer(headers: &Headers) -> bool {
    let challenge = headers.get("www-authenticate").unwrap_or_default();
    let mut words = challenge.split([' ', ',']).map(str::to_ascii_lowercase);
    let asks_people = ["basic", "digest", "negotiate", "ntlm", "hoba", "mutual"];
    words.next().is_some_and(|first| first == "bearer")
        && !words.any(|word| asks_people.contains(&&*word))
}

/// Prepares an upstream's headers for the client. Responses to verified callers must stay
/// out of shared caches.
pub(crate) fn returned(headers: &mut Headers, is_public: bool, passes_authorization: bool) {
    let nominated = Nominated::new(headers);
    headers.retain(|name| is_returned(name) && !nominated.has(name));
    // After a Basic challenge, browsers would send the credentials to the whole origin,
    // but the gateway would never pass them to this upstream.
    if !passes_authorization && !challenges_by_bearer(headers) {
        headers.retain(|name| name != "www-authenticate");
    }
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
    use super::{Headers, NOT_RETURNED, returned};

    /// Returns the names of the upstream headers that reach the client.
    fn left(sent: &[(&'static str, &str)], is_public: bool) -> Vec<String> {
        let mut headers = Headers::default();
        for (name, value) in sent {
            headers.append(*name, *value);
        }
        returned(&mut headers, is_public, false);
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
    fn no_header_for_the_whole_origin_comes_back() {
        let sent = [
            ("service-worker-allowed", "/"),
            ("alt-svc", "h3=\"evil.example:443\""),
            ("nel", "{}"),
            ("report-to", "{}"),
            ("reporting-endpoints", "default=\"https://evil.example\""),
            ("refresh", "0; url=https://evil.example"),
            ("accept-ch", "sec-ch-ua-model"),
            ("critical-ch", "sec-ch-ua-model"),
            ("strict-transport-security", "max-age=0"),
            ("clear-site-data", "\"*\""),
            ("public-key-pins", "x"),
            ("origin-agent-cluster", "?0"),
            ("set-login", "logged-out"),
            ("use-as-dictionary", "match=\"/*\""),
            ("sec-session-registration", "x"),
            ("attribution-reporting-register-source", "{}"),
            ("content-type", "text/plain"),
            ("link", "</x>; rel=next"),
            ("etag", "1"),
        ];
        for is_public in [true, false] {
            let kept = left(&sent, is_public);
            assert_eq!(kept[..3], ["content-type", "link", "etag"], "{is_public}");
        }
    }

    /// This test has its own copy of the list, so that it fails if a name is removed
    /// from the list.
    #[test]
    fn every_name_of_the_list_is_held_back() {
        let never = "connection keep-alive proxy-authenticate proxy-authentication-info \
            proxy-connection trailer upgrade \
            clear-site-data idp-signin-status secure-session-challenge \
            secure-session-registration sec-session-challenge sec-session-registration \
            set-auth-jwt set-auth-token set-cookie set-cookie2 set-login \
            shared-storage-write use-as-dictionary \
            accept-ch accept-ch-lifetime alt-svc critical-ch expect-ct origin-agent-cluster \
            public-key-pins public-key-pins-report-only strict-transport-security \
            nel report-to reporting-endpoints \
            observe-browsing-topics refresh service-worker-allowed timing-allow-origin \
            server x-powered-by x-request-id \
            access-control-allow-origin access-control-max-age \
            attribution-reporting-register-source attribution-reporting-register-trigger \
            ad-auction-signals ad-auction-allowed";
        let never: Vec<_> = never.split_whitespace().collect();
        for name in NOT_RETURNED {
            assert!(never.contains(name), "{name} is missing in the copy");
        }
        for name in never {
            for is_public in [true, false] {
                let kept = left(&[(name, "x"), ("etag", "1")], is_public);
                assert_eq!(kept[0], "etag", "{name}");
                assert!(!kept.iter().any(|one| one == name), "{name}");
            }
        }
    }

    #[test]
    fn ordinary_headers_come_back() {
        for name in [
            "content-type",
            "content-disposition",
            "content-language",
            "content-security-policy",
            "etag",
            "last-modified",
            "link",
            "location",
            "retry-after",
            "vary",
            "x-total-count",
        ] {
            assert_eq!(left(&[(name, "x")], true), [name]);
        }
    }

    #[test]
    fn a_browser_is_asked_for_no_password() {
        for (challenge, is_kept) in [
            ("Bearer", true),
            ("bearer realm=\"x\", error=\"invalid_token\"", true),
            ("Basic realm=\"x\"", false),
            ("Bearer, Basic realm=\"x\"", false),
            ("Negotiate", false),
            ("", false),
        ] {
            let kept = left(&[("www-authenticate", challenge)], true);
            assert_eq!(kept == ["www-authenticate"], is_kept, "{challenge}");
        }
        let mut headers = Headers::default();
        headers.append("www-authenticate", "Basic realm=\"x\"");
        returned(&mut headers, true, true);
        assert!(
            headers.has("www-authenticate"),
            "the route passes Authorization"
        );
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
