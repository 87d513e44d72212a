//! `ROUTES`: what the gateway forwards, and to whom.

mod entry;

use std::time::Duration;

use edgeseal::HmacKey;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use worker::{Env, Fetcher};

use super::{ConfigError, object_of, text_of};
use crate::http::HeaderPattern;

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
    /// Whether `Authorization` is somebody else's, for the upstream as it came: such a
    /// route identifies nobody.
    pub(crate) passes_authorization: bool,
    /// Headers of clients that are forwarded besides the standard ones.
    pub(crate) headers: Vec<HeaderPattern>,
    /// Headers of the upstream that pages of other origins may read.
    pub(crate) exposed: Vec<String>,
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
        let read = entry::route(entry, text, has_service);
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::entry::tests::of;
    use super::*;

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
    fn an_entry_that_another_hides_is_refused() {
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
}
