//! `ROUTES`: which requests the gateway forwards, and where to.

mod entry;
mod route;

use serde_json::Value;
use worker::{Env, Fetcher};

use super::env::{object_of, text_of};
use super::error::ConfigError;

pub(crate) use route::{Matched, Route, Upstream};

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

/// Refuses an entry that requests can never reach, because its `:owner` or `public`
/// would not have any effect.
fn check_reached(route: &Route, earlier: &[Route]) -> Result<(), String> {
    let Some(index) = earlier.iter().position(|one| one.covers(route)) else {
        return Ok(());
    };
    // If two entries have the same path, the later one can serve other methods. If the
    // paths differ, the earlier entry also captures requests with methods that it
    // doesn't serve.
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
        "entry {index} matches all of its requests; put the narrower path first"
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::entry::tests::read as read_entry;
    use super::*;

    /// Returns the owner in a matching path, or an empty string if the pattern doesn't
    /// contain `:owner`.
    fn matches(pattern: &str, path: &str) -> Option<String> {
        let route = read_entry(json!({ "path": pattern, "service": "TASKS" })).unwrap();
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

    /// Returns whether any request can reach the second of two entries.
    fn is_reached(first: Value, second: Value) -> bool {
        let read = |mut entry: Value| {
            entry["service"] = "TASKS".into();
            read_entry(entry).unwrap()
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
            // The first matching path determines which methods are allowed; other
            // methods get 405.
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
