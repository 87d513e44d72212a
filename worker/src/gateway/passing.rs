//! Which headers pass the gateway, and which are its own word.

use crate::http::Headers;

/// What belongs to one hop (RFC 9110 §7.6.1), or to us.
const NOT_FORWARDED: &[&str] = &[
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "cookie2",
    "expect",
    "forwarded",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy",
    "proxy-authorization",
    "proxy-connection",
    "sec-websocket-extensions",
    "sec-websocket-key",
    "sec-websocket-version",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

/// What servers behind a gateway take for its word: who calls, from where, or
/// which method, path or host is meant.
const FOR_OUR_WORD: &[&str] = &[
    "auth-",
    "authenticated-",
    "cf-",
    "client-ip",
    "fastly-",
    "fly-",
    "on-behalf-",
    "remote-",
    "ssl-",
    "true-client-ip",
    "user-email",
    "user-id",
    "user-name",
    "user-role",
    "userid",
    "username",
    "x-access-",
    "x-account",
    "x-act-as",
    "x-admin",
    "x-akamai-",
    "x-amzn-",
    "x-api-user",
    "x-appengine-",
    "x-appgw-",
    "x-arr-",
    "x-auth",
    "x-azure-",
    "x-cdn-",
    "x-claim",
    "x-client-",
    "x-cluster-",
    "x-coming-from",
    "x-consumer-",
    "x-credential-",
    "x-custom-ip",
    "x-customer-",
    "x-edgeseal-",
    "x-email",
    "x-envoy-",
    "x-forwarded",
    "x-goog-",
    "x-groups",
    "x-host",
    "x-http-",
    "x-id-token",
    "x-identity",
    "x-impersonate",
    "x-internal",
    "x-invoke-",
    "x-ip",
    "x-is-",
    "x-jwt",
    "x-login",
    "x-matched-path",
    "x-member",
    "x-method-",
    "x-middleware-",
    "x-ms-",
    "x-nextjs-",
    "x-on-behalf",
    "x-org-",
    "x-original-",
    "x-originating-",
    "x-override",
    "x-owner",
    "x-path",
    "x-permission",
    "x-principal",
    "x-privilege",
    "x-proxy",
    "x-real-",
    "x-remote",
    "x-request-id",
    "x-rewrite-",
    "x-role",
    "x-scope",
    "x-script-name",
    "x-session",
    "x-ssl-",
    "x-sub",
    "x-subject",
    "x-tenant",
    "x-token-",
    "x-uid",
    "x-uri",
    "x-url-",
    "x-user",
    "x-vercel-",
    "x-verified",
    "x-wap-",
    "x-webauth-",
];

/// Whether a header of the client's reaches the upstream. CGI and WSGI read `_`
/// as `-`, so here it is one, too.
pub(crate) fn is_forwarded(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('_', "-");
    name == "x-user-agent"
        || (!NOT_FORWARDED.contains(&name.as_str())
            && !FOR_OUR_WORD.iter().any(|word| name.starts_with(word)))
}

/// The client's headers that reach the upstream. What `Connection` names is for
/// one hop alone, whatever it is.
pub(super) fn forwarded(sent: &Headers) -> Headers {
    let nominated = sent.get("connection").unwrap_or_default();
    let is_nominated = |name: &str| {
        let mut names = nominated.split(',').map(str::trim);
        names.any(|one| one.eq_ignore_ascii_case(name))
    };
    let mut headers = Headers::default();
    for (name, value) in sent.entries() {
        if is_forwarded(name) && !is_nominated(name) {
            headers.append(name.to_owned(), value);
        }
    }
    headers
}

/// Makes an upstream's headers ours to send: it has no say in the cookies of this
/// origin, and what it answers a verified caller is for no shared cache.
pub(super) fn returned(headers: &mut Headers, is_public: bool) {
    const OURS: &[&str] = &[
        "set-cookie",
        "set-cookie2",
        "clear-site-data",
        "server",
        "x-powered-by",
        "x-request-id",
        "set-auth-jwt",
    ];
    headers.retain(|name| !OURS.contains(&name));
    let caching = headers.get("cache-control").unwrap_or_default();
    let is_private = caching.split(',').any(|directive| {
        let directive = directive.trim();
        directive.eq_ignore_ascii_case("private") || directive.eq_ignore_ascii_case("no-store")
    });
    if !is_public && !is_private {
        headers.set("cache-control", "no-store");
    }
}

#[cfg(test)]
mod tests {
    use super::is_forwarded;

    #[test]
    fn strips_what_could_pass_for_our_word() {
        for name in [
            "cookie",
            "X-User-Id",
            "x_user_id",
            "x-forwarded-for",
            "x-auth-request-user",
            "X-Authenticated-User",
            "upgrade",
            "remote_user",
            "x-original-url",
            "x-http-method-override",
            "x-middleware-subrequest",
            "x-edgeseal-seal",
            "x-custom-ip-authorization",
            "x-nextjs-data",
            "x-is-admin",
            "x-account-id",
            "x-identity",
            "user_id",
        ] {
            assert!(!is_forwarded(name), "{name}");
        }
        for name in [
            "content-type",
            "accept",
            "idempotency-key",
            "user-agent",
            "x-user-agent",
            "x-api-key",
            "x-csrf-token",
            "x-correlation-id",
            "traceparent",
        ] {
            assert!(is_forwarded(name), "{name}");
        }
    }
}
