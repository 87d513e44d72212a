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
    "client-cert",
    "client-ip",
    "do-connecting-",
    "eppn",
    "fastly-",
    "fly-",
    "front-end-https",
    "impersonate-",
    "iv-",
    "kong-",
    "oidc-",
    "on-behalf-",
    "remote-",
    "shib-",
    "sm-",
    "smuser",
    "ssl-",
    "tailscale-",
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
    "x-acting-",
    "x-actor",
    "x-admin",
    "x-akamai-",
    "x-amzn-",
    "x-anonymous-",
    "x-api-user",
    "x-apigateway-",
    "x-appengine-",
    "x-appgw-",
    "x-arr-",
    "x-auth",
    "x-azure-",
    "x-caller",
    "x-cdn-",
    "x-cert-",
    "x-claim",
    "x-client-",
    "x-cluster-",
    "x-coming-from",
    "x-consumer-",
    "x-credential-",
    "x-current-",
    "x-custom-ip",
    "x-customer-",
    "x-edgeseal-",
    "x-email",
    "x-endpoint-api-",
    "x-envoy-",
    "x-forwarded",
    "x-gateway-",
    "x-goog-",
    "x-group",
    "x-hasura-",
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
    "x-kc-",
    "x-ldap-",
    "x-logged-",
    "x-login",
    "x-matched-path",
    "x-member",
    "x-method-",
    "x-middleware-",
    "x-ms-",
    "x-nextjs-",
    "x-nf-client-",
    "x-oauth-",
    "x-oidc-",
    "x-on-behalf",
    "x-org-",
    "x-original-",
    "x-originating-",
    "x-override",
    "x-owner",
    "x-path",
    "x-permission",
    "x-pomerium-",
    "x-principal",
    "x-privilege",
    "x-proxy",
    "x-real-",
    "x-remote",
    "x-request-id",
    "x-rewrite-",
    "x-role",
    "x-saml-",
    "x-scheme",
    "x-scope",
    "x-script-name",
    "x-service-account",
    "x-session",
    "x-ssl-",
    "x-sso-",
    "x-sub",
    "x-tenant",
    "x-token-",
    "x-uid",
    "x-upn",
    "x-uri",
    "x-url-",
    "x-user",
    "x-vercel-",
    "x-verified",
    "x-wap-",
    "x-webauth-",
];

/// Whether a header of the client's reaches the upstream. CGI and its heirs read `_`,
/// and some of them any sign, as `-`: a name with one could be two.
pub(crate) fn is_forwarded(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let has_one_reading = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    has_one_reading
        && (name == "x-user-agent"
            || (!NOT_FORWARDED.contains(&name.as_str())
                && !FOR_OUR_WORD.iter().any(|word| name.starts_with(word))))
}

/// The client's headers that reach the upstream.
pub(super) fn forwarded(sent: &Headers) -> Headers {
    let nominated = Nominated::of(sent);
    let mut headers = Headers::default();
    for (name, value) in sent.entries() {
        if is_forwarded(name) && !nominated.has(name) {
            headers.append(name.to_owned(), value);
        }
    }
    headers
}

/// What `Connection` names is for one hop alone, whatever it is (RFC 9110 §7.6.1).
struct Nominated(String);

impl Nominated {
    fn of(headers: &Headers) -> Self {
        Self(headers.get("connection").unwrap_or_default().to_owned())
    }

    fn has(&self, name: &str) -> bool {
        let mut names = self.0.split(',').map(str::trim);
        names.any(|one| one.eq_ignore_ascii_case(name))
    }
}

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

fn is_returned(name: &str) -> bool {
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
    use super::{Headers, is_forwarded, returned};

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
            "x_kept",
            "x.user.id",
            "content_type",
            "Tailscale-User-Login",
            "X-Pomerium-Claim-Email",
            "OIDC_CLAIM_email",
            "oidc-claim-sub",
            "iv-user",
            "SM_USER",
            "sm-user",
            "SMUSER",
            "impersonate-user",
            "x-apigateway-api-userinfo",
            "X-Endpoint-API-UserInfo",
            "x-anonymous-consumer",
            "x-consumer-username",
            "x-hasura-user-id",
            "shib-identity-provider",
            "eppn",
            "client-cert",
            "x-cert-subject",
            "do-connecting-ip",
            "x-nf-client-connection-ip",
            "front-end-https",
            "x-scheme",
            "x-group",
            "x-groups",
            "x-subject",
            "x-current-user",
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
            "x-requested-with",
            "x-hub-signature-256",
            "traceparent",
        ] {
            assert!(is_forwarded(name), "{name}");
        }
    }

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
