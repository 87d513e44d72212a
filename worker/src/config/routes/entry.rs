//! Reads one entry of `ROUTES`.

use std::time::Duration;

use edgeseal::HmacKey;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::route::{Route, Upstream};
use crate::config::{origins, secret_text};
use crate::http::{HeaderPattern, has_one_reading, is_own, is_returned};

/// The methods that a route may allow. By default, it allows all of them except the last one.
const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// The default number of seconds that an upstream may take to start its response.
const TIMEOUT: u64 = 30;
const MAX_TIMEOUT: u64 = 600;

/// One entry of `ROUTES`, with typed members.
struct Entry {
    path: String,
    upstream: Option<String>,
    service: Option<String>,
    methods: Option<Vec<String>>,
    public: bool,
    aud: Option<String>,
    secret: Option<String>,
    authorization: Option<String>,
    headers: Vec<String>,
    expose: Vec<String>,
    timeout: Option<u64>,
}

impl Entry {
    /// Errors include only the member's name, because serde's message would repeat the
    /// value, which may be a misplaced secret.
    fn read(entry: Value) -> Result<Self, String> {
        let Value::Object(mut members) = entry else {
            return Err("it must be an object".into());
        };
        let entry = Self {
            path: member(&mut members, "path", "text")?.ok_or("path is missing")?,
            upstream: member(&mut members, "upstream", "text")?,
            service: member(&mut members, "service", "text")?,
            methods: member(&mut members, "methods", "a list of text")?,
            public: member(&mut members, "public", "true or false")?.unwrap_or_default(),
            aud: member(&mut members, "aud", "text")?,
            secret: member(&mut members, "secret", "text")?,
            authorization: member(&mut members, "authorization", "text")?,
            headers: member(&mut members, "headers", "a list of text")?.unwrap_or_default(),
            expose: member(&mut members, "expose", "a list of text")?.unwrap_or_default(),
            timeout: member(&mut members, "timeout", "a whole number of seconds")?,
        };
        match members.keys().next() {
            Some(name) => Err(format!("unknown field `{name}`")),
            None => Ok(entry),
        }
    }
}

/// Removes a member, if present, and reads its value.
fn member<T: DeserializeOwned>(
    members: &mut Map<String, Value>,
    name: &str,
    kind: &str,
) -> Result<Option<T>, String> {
    let value = members.remove(name).unwrap_or_default();
    serde_json::from_value(value).map_err(|_| format!("{name} must be {kind}"))
}

pub(super) fn route(
    entry: Value,
    text: impl Fn(&str) -> Option<String>,
    has_service: impl Fn(&str) -> bool,
) -> Result<Route, String> {
    let entry = Entry::read(entry)?;
    let passes_authorization = passes_authorization(&entry)?;
    check_pattern(&entry.path, entry.public)?;
    let upstream = match (entry.upstream, entry.service) {
        (Some(url), None) => origins::web_origin(&url)
            .map(Upstream::Origin)
            .ok_or("upstream must be an http(s) origin without a path")?,
        (None, Some(name)) if has_service(&name) => Upstream::Service(name),
        (None, Some(_)) => return Err("service must be the name of a service binding".into()),
        _ => return Err("either upstream or service must be set".into()),
    };
    let methods = match entry.methods {
        None => METHODS[..METHODS.len() - 1].to_vec(),
        Some(named) => named
            .iter()
            .map(|name| METHODS.iter().copied().find(|method| method == name))
            .collect::<Option<Vec<_>>>()
            .filter(|methods| !methods.is_empty())
            .ok_or_else(|| format!("methods may contain only {}", METHODS.join(", ")))?,
    };
    if entry.aud.as_ref().is_some_and(String::is_empty) {
        return Err("aud must not be empty".into());
    }
    let key = entry.secret.map(|name| {
        // The error does not repeat the name, because somebody may have written the secret
        // itself there by mistake.
        let secret = text(&name).ok_or("secret must be the name of a secret that is set")?;
        // The error may contain the name, because it is the name of a variable, not a secret.
        if secret_text::SETTINGS.contains(&&*name) {
            return Err(format!(
                "{name} is the Worker's own; the route needs another secret"
            ));
        }
        let key = HmacKey::new(secret.as_bytes()).map_err(|error| format!("{name}: {error}"))?;
        secret_text::check(&name, &secret).map_err(|reason| format!("{name}: {reason}"))?;
        Ok(key)
    });
    let headers = entry.headers.iter().map(|text| HeaderPattern::parse(text));
    let exposed = entry.expose.iter().map(|text| exposed(text));
    let timeout = entry.timeout.unwrap_or(TIMEOUT);
    if !(1..=MAX_TIMEOUT).contains(&timeout) {
        return Err(format!("timeout must be from 1 to {MAX_TIMEOUT} seconds"));
    }
    Ok(Route {
        path: entry.path,
        upstream,
        methods,
        is_public: entry.public,
        audience: entry.aud,
        key: key.transpose()?,
        passes_authorization,
        headers: headers.collect::<Result<_, _>>()?,
        exposed: exposed.collect::<Result<_, _>>()?,
        timeout: Duration::from_secs(timeout),
    })
}

/// Returns whether the client's `Authorization` is passed to the upstream. If so, the
/// route doesn't identify the caller, so options that depend on the caller are refused.
fn passes_authorization(entry: &Entry) -> Result<bool, String> {
    match entry.authorization.as_deref() {
        None => return Ok(false),
        Some("pass") => {}
        Some(_) => return Err("authorization must be \"pass\"".into()),
    }
    let needs_a_caller = [
        ("aud", entry.aud.is_some()),
        ("secret", entry.secret.is_some()),
        (
            ":owner",
            entry.path.split('/').any(|segment| segment == ":owner"),
        ),
    ];
    if let Some((name, _)) = needs_a_caller.into_iter().find(|(_, is_there)| *is_there) {
        return Err(format!(
            "{name} can't be combined with \"authorization\": \"pass\", which identifies nobody"
        ));
    }
    if !entry.public {
        return Err("\"authorization\": \"pass\" needs \"public\": true".into());
    }
    Ok(true)
}

/// Reads an element of `expose`, which must be a header that upstreams may return.
fn exposed(text: &str) -> Result<String, String> {
    let name = text.to_ascii_lowercase();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_name) {
        return Err("expose must list exact header names".into());
    }
    if is_returned(&name) {
        Ok(name)
    } else {
        Err(format!(
            "expose can't have {name}: the gateway never returns it"
        ))
    }
}

/// Refuses a pattern that would never match, or would match more than intended.
fn check_pattern(path: &str, is_public: bool) -> Result<(), &'static str> {
    if !path.starts_with('/') || path.contains("//") {
        return Err("path must start with one slash and have no empty segment");
    }
    let segments: Vec<_> = path.split('/').skip(1).collect();
    let mut owners = 0;
    for (index, segment) in segments.iter().enumerate() {
        match *segment {
            "*" if index + 1 == segments.len() => {}
            ":owner" => owners += 1,
            "." | ".." => return Err("path must not contain a dot segment"),
            literal if literal.contains('*') => {
                return Err("* is allowed only as the last segment");
            }
            // A mistyped `:owner` would not protect anything.
            literal if literal.contains(':') => return Err("the only variable is :owner"),
            literal if !literal.bytes().all(is_literal) => {
                return Err("path must be a URL path without a query");
            }
            _ => {}
        }
    }
    // The gateway refuses requests with such paths, so the pattern would never match.
    if !has_one_reading(path) {
        return Err(
            "path must not contain a broken escape, or an escape of unreserved characters, / \\ ; % or NUL",
        );
    }
    if owners > 1 || (owners > 0 && is_public) {
        return Err("path may have one :owner, and none on a public route");
    }
    if is_own(path) {
        return Err("this path is the Worker's own");
    }
    Ok(())
}

/// Returns whether a byte may occur in a path (RFC 3986 §3.3) and the gateway accepts
/// it there.
fn is_literal(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()+,=@%".contains(&byte)
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    const SECRET: &str = "the-secret-of-tasks-with-32-bytes";

    pub(in super::super) fn read(entry: Value) -> Result<Route, String> {
        let text = |name: &str| match name {
            "TASKS_SECRET" => Some(SECRET.to_owned()),
            "BASE_URL" => Some("https://app.example/and-32-bytes-of-it".to_owned()),
            "WITH_LINE_END" => Some(format!("{SECRET}\n")),
            "WITH_NAME" => Some(format!("WITH_NAME={SECRET}")),
            "REPEATED" => Some("x".repeat(32)),
            "PEM" => Some(format!("-----BEGIN PUBLIC KEY-----\n{SECRET}")),
            "JWK" => Some(format!("{{\"kty\":\"oct\",\"k\":\"{SECRET}\"}}")),
            _ => None,
        };
        route(entry, text, |name| name == "TASKS")
    }

    #[test]
    fn reads_what_an_entry_says() {
        let route = read(json!({ "path": "/a", "service": "TASKS" })).unwrap();
        assert!(route.has_method("DELETE") && !route.has_method("OPTIONS"));
        assert!(!route.is_public && route.key.is_none() && route.audience.is_none());
        assert_eq!(route.timeout, Duration::from_secs(30));
        let route = read(json!({
            "path": "/a/*", "upstream": "https://x.example/", "methods": ["GET"],
            "public": true, "aud": "tasks", "secret": "TASKS_SECRET", "timeout": 5,
            "headers": ["X-Tenant-Id", "x-client-*"], "expose": ["X-Total-Count"],
        }));
        let route = route.unwrap();
        assert!(matches!(route.upstream, Upstream::Origin(url) if url == "https://x.example"));
        assert_eq!(route.methods, ["GET"]);
        assert!(route.headers[0].matches("x-tenant-id") && route.headers[1].matches("x-client-a"));
        assert_eq!(route.exposed, ["x-total-count"]);
        assert!(route.is_public && route.key.is_some() && route.audience.is_some());
    }

    #[test]
    fn refuses_what_would_guard_nothing() {
        for (changes, expected) in [
            (json!({ "path": "api" }), "one slash"),
            (json!({ "path": "/a//b" }), "empty segment"),
            (json!({ "path": "/a/../b" }), "dot segment"),
            (json!({ "path": "/a*/b" }), "last segment"),
            (json!({ "path": "/a/*/b" }), "last segment"),
            (json!({ "path": "/a/:onwer/*" }), "variable is :owner"),
            (json!({ "path": "/a/:owner/:owner" }), "one :owner"),
            (json!({ "path": "/:owner", "public": true }), "one :owner"),
            (json!({ "path": "/a?b" }), "a URL path"),
            (json!({ "path": "/api/a%2Fb" }), "an escape of"),
            (json!({ "path": "/api/%zz" }), "a broken escape"),
            (json!({ "path": "/api/%70rivate/*" }), "an escape of"),
            (json!({ "path": "/api/auth/x" }), "Worker's own"),
            (json!({ "path": "/healthz" }), "Worker's own"),
            (json!({ "upstream": "https://x/y" }), "without a path"),
            (json!({ "service": "NONE" }), "service binding"),
            (
                json!({ "upstream": "https://x", "service": "TASKS" }),
                "either upstream",
            ),
            (json!({ "methods": ["get"] }), "only GET"),
            (json!({ "methods": [] }), "only GET"),
            (json!({ "method": ["GET"] }), "unknown field `method`"),
            (json!({ "secret": SECRET }), "name of a secret"),
            (
                json!({ "secret": "BASE_URL" }),
                "BASE_URL is the Worker's own",
            ),
            (
                json!({ "secret": "WITH_LINE_END" }),
                "WITH_LINE_END: it ends with a line end",
            ),
            (
                json!({ "secret": "WITH_NAME" }),
                "WITH_NAME: it begins with a variable's name",
            ),
            (
                json!({ "secret": "REPEATED" }),
                "REPEATED: the secret is one",
            ),
            (json!({ "secret": "PEM" }), "PEM: the secret looks like"),
            (json!({ "secret": "JWK" }), "JWK: the secret looks like"),
            (json!({ "aud": "" }), "aud"),
            (json!({ "authorization": "pass" }), "needs \"public\": true"),
            (
                json!({ "authorization": true }),
                "authorization must be text",
            ),
            (
                json!({ "authorization": SECRET, "public": true }),
                "must be \"pass\"",
            ),
            (
                json!({ "authorization": "pass", "public": true, "aud": "a" }),
                "aud can't be combined with",
            ),
            (
                json!({ "authorization": "pass", "public": true, "secret": "TASKS_SECRET" }),
                "secret can't be combined with",
            ),
            (
                json!({ "authorization": "pass", "public": true, "path": "/:owner" }),
                ":owner can't be combined with",
            ),
            (json!({ "headers": "x-a" }), "headers must be a list"),
            (json!({ "headers": ["x-a", 5] }), "headers must be a list"),
            (json!({ "headers": ["x-a", "cookie"] }), "can't have cookie"),
            (json!({ "headers": ["x-user-*"] }), "can't have x-user-*"),
            (json!({ "expose": ["x-*"] }), "exact header names"),
            (json!({ "expose": ["*"] }), "exact header names"),
            (json!({ "expose": ["Set-Cookie"] }), "can't have set-cookie"),
            (json!({ "expose": "x-a" }), "expose must be a list"),
            (json!({ "timeout": 0 }), "timeout"),
            (json!({ "timeout": SECRET }), "timeout must be a whole"),
            (json!({ "timeout": -1 }), "timeout must be a whole"),
            (json!({ "public": SECRET }), "public must be true or false"),
            (json!({ "methods": SECRET }), "methods must be a list"),
            (
                json!({ "methods": [{ "a": SECRET }] }),
                "methods must be a list",
            ),
            (json!({ "methods": [SECRET] }), "only GET"),
            (json!({ "path": [SECRET] }), "path must be text"),
            (json!({ "path": SECRET }), "one slash"),
            (json!({ "path": null }), "path is missing"),
            (
                json!({ "upstream": { "url": SECRET } }),
                "upstream must be text",
            ),
            (json!({ "upstream": SECRET }), "upstream must be"),
            (json!({ "service": [SECRET] }), "service must be text"),
            (json!({ "service": SECRET }), "service must be the name"),
            (json!({ "aud": [SECRET] }), "aud must be text"),
            (
                json!({ "secret": { "value": SECRET } }),
                "secret must be text",
            ),
        ] {
            let mut entry = json!({ "path": "/a" });
            let has_one = changes.get("upstream").or(changes.get("service")).is_some();
            if !has_one {
                entry["service"] = "TASKS".into();
            }
            for (name, value) in changes.as_object().unwrap() {
                entry[name] = value.clone();
            }
            let error = read(entry).unwrap_err();
            assert!(error.contains(expected), "{changes}: {error}");
            assert!(!error.contains(SECRET), "{error}");
        }
        assert!(read(json!({ "path": "/a" })).is_err());
        for entry in [json!(SECRET), json!([SECRET]), json!(5), json!(null)] {
            assert_eq!(read(entry).unwrap_err(), "it must be an object");
        }
    }
}
