//! Decides which client headers reach an upstream: standard end-to-end headers, and
//! headers that the route lists.

mod names;

use super::headers::Headers;

use names::{NOISE, RESERVED, STANDARD, STANDARD_FAMILIES, TRUSTED_SEGMENTS, TRUSTED_STEMS};

/// A header name, or a family of names written with one `*` at the end.
#[derive(Debug)]
pub(crate) struct HeaderPattern(String);

impl HeaderPattern {
    /// Reads an element of a route's `headers`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let name = text.to_ascii_lowercase();
        let fixed = name.strip_suffix('*').unwrap_or(&name);
        if !is_header_name(fixed) {
            return Err(
                "headers must be names of letters, digits and -, optionally with one * at the end"
                    .into(),
            );
        }
        if let Some(instead) = reserved(fixed) {
            return Err(format!("headers can't have {name}: {instead}"));
        }
        if fixed != name {
            if !fixed.ends_with('-') || ["x-", "-"].contains(&fixed) {
                return Err(format!(
                    "headers can't have {name}: * must follow a name and a -, as in x-client-*"
                ));
            }
            if is_trusted_by_servers(fixed) {
                return Err(format!(
                    "headers can't have {name}: servers take such names for identity, address, method or path; write each one out"
                ));
            }
        }
        Ok(Self(name))
    }

    pub(crate) fn matches(&self, name: &str) -> bool {
        fits(&self.0, name)
    }
}

/// Returns whether a pattern matches a header's name. `*` never matches the names of
/// headers that servers trust for an identity, address, method or path. A route must
/// list those names in full.
fn fits(pattern: &str, name: &str) -> bool {
    is_in(pattern, name) && !(pattern.ends_with('*') && is_trusted_by_servers(name))
}

/// Like [`fits`], but `*` also matches the names that servers trust.
fn is_in(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(fixed) => name.starts_with(fixed),
        None => pattern == name,
    }
}

fn is_trusted_by_servers(name: &str) -> bool {
    name.split('-').any(|segment| {
        TRUSTED_SEGMENTS.contains(&segment)
            || TRUSTED_STEMS.iter().any(|stem| segment.contains(stem))
    })
}

/// Returns whether a name consists of letters, digits and `-`. Other names are not
/// safe: CGI and its successors read `_` as `-`, and some of them read every other
/// symbol that way too, so they could mistake such a header for a different one.
pub(crate) fn is_header_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// If the gateway handles this header itself, returns what to do instead of listing it in `ROUTES`.
fn reserved(name: &str) -> Option<&'static str> {
    let mut rows = RESERVED.iter();
    rows.find_map(|(names, instead)| {
        let is_here = names.iter().any(|pattern| is_in(pattern, name));
        is_here.then_some(*instead)
    })
}

/// Returns whether the gateway itself writes, reads or removes a header.
pub(crate) fn is_reserved(name: &str) -> bool {
    reserved(name).is_some()
}

/// Returns whether the client header with this lowercase name reaches the upstream.
/// `named` contains the headers that the route adds.
pub(crate) fn is_forwarded(name: &str, named: &[HeaderPattern]) -> bool {
    // Most names are in this list, and none in the list is reserved.
    if STANDARD.binary_search(&name).is_ok() {
        return true;
    }
    is_header_name(name)
        && !is_reserved(name)
        && (STANDARD_FAMILIES.iter().any(|family| fits(family, name))
            || named.iter().any(|pattern| pattern.matches(name)))
}

/// Returns the client headers that reach the upstream. `named` contains the headers
/// that the route adds. The names of all other headers are passed to `drop`.
pub(crate) fn forwarded(
    sent: &Headers,
    named: &[HeaderPattern],
    mut drop: impl FnMut(&str),
) -> Headers {
    let nominated = Nominated::new(sent);
    let mut headers = sent.clone();
    headers.retain(|name| {
        if nominated.has(name) {
            return false;
        }
        let is_kept = is_forwarded(name, named);
        if !is_kept && !is_reserved(name) && !NOISE.iter().any(|noise| is_in(noise, name)) {
            drop(name);
        }
        is_kept
    });
    headers
}

/// Returns the client's `Authorization`, for a route that passes it on.
pub(crate) fn authorization(sent: &Headers) -> Option<&str> {
    let is_for_us = Nominated::new(sent).has("authorization");
    sent.get("authorization").filter(|_| !is_for_us)
}

/// The headers named in `Connection`, which are hop-by-hop (RFC 9110 §7.6.1).
pub(super) struct Nominated(String);

impl Nominated {
    pub(super) fn new(headers: &Headers) -> Self {
        Self(headers.get("connection").unwrap_or_default().to_owned())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        let mut names = self.0.split(',').map(str::trim);
        names.any(|one| one.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(texts: &[&str]) -> Vec<HeaderPattern> {
        let read = |text: &&str| HeaderPattern::parse(text).unwrap();
        texts.iter().map(read).collect()
    }

    /// Names of headers that some servers trust, because they assume that the proxy in
    /// front of them has set these headers.
    const BELIEVED: &[&str] = &[
        "x-user-id",
        "x-vouch-user",
        "ngrok-auth-user-email",
        "teleport-jwt-assertion",
        "x-accel-mapping",
        "x-run-as",
        "x-auth-request-user",
        "x-authenticated-user",
        "remote-user",
        "tailscale-user-login",
        "x-pomerium-claim-email",
        "x-consumer-username",
        "x-hasura-org-id",
        "x-goog-iap-jwt-assertion",
        "x-goog-authenticated-user-email",
        "x-amzn-oidc-data",
        "x-ms-client-principal-name",
        "x-ms-token-aad-id-token",
        "x-client-cert",
        "x-client-ip",
        "x-client-verified",
        "x-client-real-ip",
        "x-client-dn",
        "x-client-clientcert",
        "x-app-role",
        "x-app-groups",
        "x-real-ip",
        "x-cluster-client-ip",
        "x-originating-ip",
        "x-original-url",
        "x-rewrite-url",
        "x-http-method-override",
        "x-method-override",
        "x-script-name",
        "x-host",
        "x-scheme",
        "shib-identity-provider",
    ];

    #[test]
    fn forwards_standard_headers_and_nothing_unnamed() {
        for name in [
            "accept",
            "content-type",
            "if-none-match",
            "range",
            "user-agent",
            "idempotency-key",
            "last-event-id",
            "traceparent",
            "sec-ch-ua",
            "sec-ch-ua-platform-version",
            "x-csrf-token",
        ] {
            assert!(is_forwarded(name, &[]), "{name}");
        }
        let unnamed = [
            "cookie",
            "authorization",
            "x-tenant-id",
            "x-client-info",
            "x-session-id",
            "x-api-key",
            "sec-ch-ua-user",
            "sec-websocket-protocol",
            "x_user_id",
            "content_type",
            "x.user.id",
        ];
        for name in unnamed.iter().chain(BELIEVED) {
            assert!(!is_forwarded(name, &[]), "{name}");
        }
    }

    #[test]
    fn a_route_adds_names_and_families() {
        let named = patterns(&["X-Tenant-Id", "x-client-*", "x-ms-*", "upload-*"]);
        for name in [
            "x-tenant-id",
            "x-client-info",
            "x-client-version",
            "x-ms-version",
            "upload-offset",
        ] {
            assert!(is_forwarded(name, &named), "{name}");
        }
        for name in ["x-tenant-ids", "x-clientinfo", "x-client_info", "x-other"] {
            assert!(!is_forwarded(name, &named), "{name}");
        }
    }

    #[test]
    fn standard_names_are_sorted_and_none_is_reserved() {
        assert!(STANDARD.is_sorted());
        for name in STANDARD {
            assert!(is_header_name(name) && !is_reserved(name), "{name}");
        }
    }

    #[test]
    fn no_family_includes_names_that_servers_trust() {
        let name_of = |name: &str, end: usize| format!("{}*", &name[..end]);
        for name in BELIEVED {
            let dashes = name.match_indices('-').map(|(index, _)| index + 1);
            for family in dashes.map(|end| name_of(name, end)) {
                if let Ok(pattern) = HeaderPattern::parse(&family) {
                    assert!(!is_forwarded(name, &[pattern]), "{family} has {name}");
                }
            }
            assert!(is_forwarded(name, &patterns(&[name])), "{name} written out");
        }
    }

    #[test]
    fn refuses_names_of_ours_and_families_of_everything() {
        for (text, expected) in [
            ("Authorization", "\"authorization\": \"pass\""),
            ("cookie", "cookies stay"),
            ("set-cookie", "cookies stay"),
            ("Host", "X-Forwarded-Host"),
            ("x-forwarded-for", "X-Forwarded-For"),
            ("x-forwarded-*", "X-Forwarded-For"),
            ("x-request-id", "sends its own"),
            ("x-edgeseal-seal", "Edgeseal's own"),
            ("cf-connecting-ip", "Cloudflare"),
            ("cf-*", "Cloudflare"),
            ("access-control-request-headers", "CORS"),
            ("te", "one connection"),
            ("proxy-authorization", "one connection"),
            ("sec-websocket-protocol", "one connection"),
            ("x-user-*", "write each one out"),
            ("x-http-method-*", "write each one out"),
            ("*", "letters, digits"),
            ("x-*", "must follow a name"),
            ("x-client*", "must follow a name"),
            ("x-*-id", "letters, digits"),
            ("x-a-**", "letters, digits"),
            ("x_tenant_id", "letters, digits"),
            ("x tenant", "letters, digits"),
            ("x-tenänt", "letters, digits"),
            ("", "letters, digits"),
        ] {
            let error = HeaderPattern::parse(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
