//! `ROUTES`: what the gateway forwards, and to whom.

use std::time::Duration;

use edgeseal::HmacKey;
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use worker::{Env, Fetcher};

use super::{ConfigError, object_of, origin, text_of};
use crate::gateway::has_one_reading;

/// Methods that a route may have; what it has without saying so is all but the last.
const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// Seconds until an upstream's answer begins.
const TIMEOUT: u64 = 30;
const MAX_TIMEOUT: u64 = 600;

/// One entry of `ROUTES`, checked.
#[derive(Debug)]
pub(crate) struct Route {
    /// Literal segments, `:owner` (must be the caller's user id), `*` at the end.
    pub(crate) path: String,
    pub(crate) upstream: Upstream,
    methods: Vec<&'static str>,
    /// Whether nobody need be signed in.
    pub(crate) is_public: bool,
    /// `aud` of the upstream's token, where it is not everybody's.
    pub(crate) audience: Option<String>,
    /// Signs the upstream's token, where it has a secret of its own.
    pub(crate) key: Option<HmacKey>,
    /// How long the upstream may take until its answer begins.
    pub(crate) timeout: Duration,
}

/// Where requests are forwarded to, their path unchanged.
#[derive(Debug)]
pub(crate) enum Upstream {
    Origin(String),
    /// The name of a service binding.
    Service(String),
}

/// One entry of `ROUTES`, each member of its type.
struct Entry {
    path: String,
    upstream: Option<String>,
    service: Option<String>,
    methods: Option<Vec<String>>,
    public: bool,
    aud: Option<String>,
    secret: Option<String>,
    timeout: Option<u64>,
}

impl Entry {
    /// What is wrong is told by the member's name: serde's words have its value in
    /// them, which may be a secret in the wrong place.
    fn read(entry: Value) -> Result<Self, String> {
        let Value::Object(mut members) = entry else {
            return Err("it must be an object".into());
        };
        let entry = Self {
            path: member(&mut members, "path", "text")?.ok_or("path must be there")?,
            upstream: member(&mut members, "upstream", "text")?,
            service: member(&mut members, "service", "text")?,
            methods: member(&mut members, "methods", "a list of text")?,
            public: member(&mut members, "public", "true or false")?.unwrap_or_default(),
            aud: member(&mut members, "aud", "text")?,
            secret: member(&mut members, "secret", "text")?,
            timeout: member(&mut members, "timeout", "a whole number of seconds")?,
        };
        match members.keys().next() {
            Some(name) => Err(format!("unknown field `{name}`")),
            None => Ok(entry),
        }
    }
}

/// Takes a member out, where it is there.
fn member<T: DeserializeOwned>(
    members: &mut Map<String, Value>,
    name: &str,
    kind: &str,
) -> Result<Option<T>, String> {
    let value = members.remove(name).unwrap_or_default();
    serde_json::from_value(value).map_err(|_| format!("{name} must be {kind}"))
}

/// A path as a route's pattern reads it.
pub(crate) enum Matched {
    /// The pattern names no owner.
    Anybody,
    Owner(String),
}

impl Route {
    /// Whether this path is the route's, and whose it is then.
    pub(crate) fn matches(&self, path: &str) -> Option<Matched> {
        let mut matched = Matched::Anybody;
        let mut segments = path.split('/');
        for expected in self.path.split('/') {
            if expected == "*" {
                return Some(matched);
            }
            let segment = segments.next()?;
            if expected == ":owner" {
                let owner = percent_decode_str(segment).decode_utf8().ok()?;
                matched = Matched::Owner(owner.into_owned());
            } else if !percent_decode_str(expected).eq(percent_decode_str(segment)) {
                // By what they stand for: `%c3` is `%C3`, and `%40` an `@`.
                return None;
            }
        }
        segments.next().is_none().then_some(matched)
    }

    /// Whether every path of another route is this one's, too.
    fn covers(&self, other: &Self) -> bool {
        match other.path.strip_suffix("/*") {
            Some(shortest) => self.path.ends_with("/*") && self.matches(shortest).is_some(),
            None => self.matches(&other.path).is_some(),
        }
    }

    /// Who may read may ask for the headers alone (RFC 9110 §9.1).
    pub(crate) fn has_method(&self, method: &str) -> bool {
        self.methods().any(|one| one == method)
    }

    /// Whether what its upstream gets is no access token of everybody's.
    pub(crate) const fn has_own_token(&self) -> bool {
        self.audience.is_some() || self.key.is_some()
    }

    /// The route's methods, as `Allow` lists them.
    pub(crate) fn methods(&self) -> impl Iterator<Item = &'static str> {
        let reads = self.methods.contains(&"GET") && !self.methods.contains(&"HEAD");
        let head = reads.then_some("HEAD");
        self.methods.iter().copied().chain(head)
    }
}

pub(super) fn read(env: &Env) -> Result<Vec<Route>, ConfigError> {
    let entries: Vec<Value> =
        object_of(env, "ROUTES", ConfigError::RoutesMalformed)?.unwrap_or_default();
    let has_service = |name: &str| env.get_binding::<Fetcher>(name).is_ok();
    let entries = entries.into_iter().enumerate();
    let mut routes = Vec::new();
    for (index, entry) in entries {
        let text = |name: &str| text_of(env, name).ok().flatten();
        let read = route(entry, text, has_service);
        let reached = read.and_then(|route| check_reached(&route, &routes).map(|()| route));
        routes.push(reached.map_err(|reason| ConfigError::RouteInvalid { index, reason })?);
    }
    Ok(routes)
}

/// An entry that no request would reach is refused: what it says, that it guards or
/// that it is public, would not hold.
fn check_reached(route: &Route, earlier: &[Route]) -> Result<(), String> {
    let Some(index) = earlier.iter().position(|one| one.covers(route)) else {
        return Ok(());
    };
    // Of those that are spelled alike each has its methods; another has them all.
    let alike = |one: &&Route| one.path == route.path;
    let is_taken = |method| {
        earlier
            .iter()
            .filter(alike)
            .any(|one| one.has_method(method))
    };
    if alike(&&earlier[index]) && !route.methods().all(is_taken) {
        return Ok(());
    }
    Err(format!(
        "entry {index} takes all of its requests; the narrower path must come first"
    ))
}

fn route(
    entry: Value,
    text: impl Fn(&str) -> Option<String>,
    has_service: impl Fn(&str) -> bool,
) -> Result<Route, String> {
    let entry = Entry::read(entry)?;
    check_pattern(&entry.path, entry.public)?;
    let upstream = match (entry.upstream, entry.service) {
        (Some(url), None) => origin(&url, "ROUTES")
            .map(Upstream::Origin)
            .map_err(|_| "upstream must be an http(s) origin without a path")?,
        (None, Some(name)) if has_service(&name) => Upstream::Service(name),
        (None, Some(_)) => return Err("service must be the name of a service binding".into()),
        _ => return Err("one of upstream and service must be there".into()),
    };
    let methods = match entry.methods {
        None => METHODS[..METHODS.len() - 1].to_vec(),
        Some(named) => named
            .iter()
            .map(|name| METHODS.iter().copied().find(|method| method == name))
            .collect::<Option<Vec<_>>>()
            .filter(|methods| !methods.is_empty())
            .ok_or_else(|| format!("methods must be some of {}", METHODS.join(", ")))?,
    };
    if entry.aud.as_ref().is_some_and(String::is_empty) {
        return Err("aud must not be empty".into());
    }
    let key = entry.secret.map(|name| {
        // Its name is not told: it may be the secret itself, by mistake.
        let secret = text(&name).ok_or("secret must be the name of a secret that is set")?;
        HmacKey::new(secret.as_bytes()).map_err(|error| format!("its secret: {error}"))
    });
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
        timeout: Duration::from_secs(timeout),
    })
}

/// A pattern that would never match, or match what nobody meant, is refused.
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
            "." | ".." => return Err("path must have no dot segment"),
            literal if literal.contains('*') => {
                return Err("* may stand only as the last segment");
            }
            // A mistyped `:owner` would guard nothing.
            literal if literal.contains(':') => return Err("the one variable is :owner"),
            literal if !literal.bytes().all(is_literal) => {
                return Err("path must be as in a URL, without a query");
            }
            _ => {}
        }
    }
    // What the gateway refuses in a request would never be found.
    if !has_one_reading(path) {
        return Err(
            "path must have no escape of what needs none, of / \\ ; % or NUL, nor a broken one",
        );
    }
    if owners > 1 || (owners > 0 && is_public) {
        return Err("path may name one owner, and a public one none");
    }
    if path == "/healthz" || path == "/api/auth" || path.starts_with("/api/auth/") {
        return Err("this path is the Worker's own");
    }
    Ok(())
}

/// RFC 3986 §3.3, less what the gateway refuses in paths.
fn is_literal(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()+,=@%".contains(&byte)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SECRET: &str = "the-secret-of-tasks-with-32-bytes";

    fn of(entry: Value) -> Result<Route, String> {
        let text = |name: &str| (name == "TASKS_SECRET").then(|| SECRET.to_owned());
        route(entry, text, |name| name == "TASKS")
    }

    /// The owner that a match found, empty where the pattern names none.
    fn matches(pattern: &str, path: &str) -> Option<String> {
        let route = of(json!({ "path": pattern, "service": "TASKS" })).unwrap();
        route.matches(path).map(|matched| match matched {
            Matched::Anybody => String::new(),
            Matched::Owner(owner) => owner,
        })
    }

    #[test]
    fn matches_whole_segments() {
        let owned = |owner: &str| Some(owner.to_owned());
        assert_eq!(
            matches("/api/:owner/tasks/*", "/api/u1/tasks/5"),
            owned("u1")
        );
        assert_eq!(matches("/api/:owner/*", "/api/u1/tasks"), owned("u1"));
        assert_eq!(
            matches("/api/:owner/tasks", "/api/a%20b/tasks"),
            owned("a b")
        );
        assert_eq!(matches("/api/:owner/tasks", "/api/u1/tasks/"), None);
        assert_eq!(matches("/api/:owner/tasks", "/api/u1/tasksx"), None);
        assert_eq!(matches("/public/*", "/public/a/b"), owned(""));
        assert_eq!(matches("/public/*", "/publicity"), None);
        assert_eq!(matches("/public/*", "/PUBLIC/a"), None);
        assert_eq!(matches("/caf%C3%A9/@me", "/caf%c3%a9/%40me"), owned(""));
    }

    /// Whether requests reach the second of two entries of this path and these methods.
    fn is_reached(first: Value, second: Value) -> bool {
        let read = |mut entry: Value| {
            entry["service"] = "TASKS".into();
            of(entry).unwrap()
        };
        check_reached(&read(second), &[read(first)]).is_ok()
    }

    #[test]
    fn an_entry_that_another_takes_entirely_is_none() {
        for (first, second) in [
            ("/*", "/a"),
            ("/*", "/a/*"),
            ("/a/*", "/a"),
            ("/a/*", "/a/b/c"),
            ("/a/*", "/a/:owner/*"),
            ("/a/:owner", "/a/b"),
            ("/a/:owner/*", "/a/b/*"),
            ("/a/:owner/*", "/a/b"),
            ("/caf%C3%A9/*", "/caf%c3%a9/x"),
            ("/a", "/a"),
        ] {
            let (first, second) = (json!({ "path": first }), json!({ "path": second }));
            assert!(
                !is_reached(first.clone(), second.clone()),
                "{first} {second}"
            );
        }
        for (first, second) in [
            ("/a", "/a/*"),
            ("/a/b/*", "/a/*"),
            ("/a/b", "/a/:owner"),
            ("/a/:owner", "/a/*"),
            ("/a/:owner/*", "/a/*"),
            ("/a/:owner", "/a/b/*"),
            ("/a/:owner/c", "/a/b/*"),
            ("/a/*", "/ab"),
        ] {
            let (first, second) = (json!({ "path": first }), json!({ "path": second }));
            assert!(
                is_reached(first.clone(), second.clone()),
                "{first} {second}"
            );
        }
    }

    #[test]
    fn entries_that_are_spelled_alike_share_methods_and_others_do_not() {
        let entry = |path: &str, methods: &[&str]| json!({ "path": path, "methods": methods });
        for (first, second, is_so) in [
            (entry("/a", &["GET"]), entry("/a", &["POST"]), true),
            (entry("/a", &["GET"]), entry("/a", &["GET", "POST"]), true),
            (entry("/a", &["GET", "PUT"]), entry("/a", &["GET"]), false),
            (entry("/a", &["GET"]), entry("/a", &["HEAD"]), false),
            // Where the first path is found its methods decide: another is 405.
            (entry("/a/*", &["GET"]), entry("/a/b", &["POST"]), false),
        ] {
            assert_eq!(
                is_reached(first.clone(), second.clone()),
                is_so,
                "{first} {second}"
            );
        }
    }

    #[test]
    fn reads_what_an_entry_says() {
        let route = of(json!({ "path": "/a", "service": "TASKS" })).unwrap();
        assert!(route.has_method("DELETE") && !route.has_method("OPTIONS"));
        assert!(!route.is_public && route.key.is_none() && route.audience.is_none());
        assert_eq!(route.timeout, Duration::from_secs(30));
        let route = of(json!({
            "path": "/a/*", "upstream": "https://x.example/", "methods": ["GET"],
            "public": true, "aud": "tasks", "secret": "TASKS_SECRET", "timeout": 5,
        }));
        let route = route.unwrap();
        assert!(matches!(route.upstream, Upstream::Origin(url) if url == "https://x.example"));
        assert_eq!(route.methods, ["GET"]);
        assert!(route.is_public && route.key.is_some() && route.audience.is_some());
    }

    #[test]
    fn refuses_what_would_guard_nothing() {
        for (changes, told) in [
            (json!({ "path": "api" }), "one slash"),
            (json!({ "path": "/a//b" }), "empty segment"),
            (json!({ "path": "/a/../b" }), "dot segment"),
            (json!({ "path": "/a*/b" }), "last segment"),
            (json!({ "path": "/a/*/b" }), "last segment"),
            (json!({ "path": "/a/:onwer/*" }), "variable is :owner"),
            (json!({ "path": "/a/:owner/:owner" }), "one owner"),
            (json!({ "path": "/:owner", "public": true }), "one owner"),
            (json!({ "path": "/a?b" }), "as in a URL"),
            (json!({ "path": "/api/a%2Fb" }), "no escape of"),
            (json!({ "path": "/api/%zz" }), "no escape of"),
            (json!({ "path": "/api/%70rivate/*" }), "no escape of"),
            (json!({ "path": "/api/auth/x" }), "Worker's own"),
            (json!({ "path": "/healthz" }), "Worker's own"),
            (json!({ "upstream": "https://x/y" }), "without a path"),
            (json!({ "service": "NONE" }), "service binding"),
            (
                json!({ "upstream": "https://x", "service": "TASKS" }),
                "one of",
            ),
            (json!({ "methods": ["get"] }), "some of GET"),
            (json!({ "methods": [] }), "some of GET"),
            (json!({ "method": ["GET"] }), "unknown field `method`"),
            (json!({ "secret": SECRET }), "name of a secret"),
            (json!({ "aud": "" }), "aud"),
            (json!({ "timeout": 0 }), "timeout"),
            (json!({ "timeout": SECRET }), "timeout must be a whole"),
            (json!({ "timeout": -1 }), "timeout must be a whole"),
            (json!({ "public": SECRET }), "public must be true or false"),
            (json!({ "methods": SECRET }), "methods must be a list"),
            (
                json!({ "methods": [{ "a": SECRET }] }),
                "methods must be a list",
            ),
            (json!({ "methods": [SECRET] }), "some of GET"),
            (json!({ "path": [SECRET] }), "path must be text"),
            (json!({ "path": SECRET }), "one slash"),
            (json!({ "path": null }), "path must be there"),
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
            let error = of(entry).unwrap_err();
            assert!(error.contains(told), "{changes}: {error}");
            assert!(!error.contains(SECRET), "{error}");
        }
        assert!(of(json!({ "path": "/a" })).is_err());
        for entry in [json!(SECRET), json!([SECRET]), json!(5), json!(null)] {
            assert_eq!(of(entry).unwrap_err(), "it must be an object");
        }
    }
}
