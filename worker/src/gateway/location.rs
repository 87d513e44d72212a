//! Rewrites URLs in an upstream's responses: the upstream's own authority becomes
//! `BASE_URL`.

use worker::Url;

/// Returns the new value of a `Location` or `Content-Location`, or `None` if the value
/// doesn't have to change. It has to change if it contains the upstream's own host, or
/// `BASE_URL`'s host with a different scheme. Paths without a host and URLs with other
/// hosts stay as they are.
pub(super) fn translated(location: &str, target: &Url, base_url: &str) -> Option<String> {
    if !names_authority(location) {
        return None;
    }
    let found = target.join(location).ok()?;
    let is_http = matches!(found.scheme(), "http" | "https");
    let base = Url::parse(base_url).ok()?;
    if !is_http || !(is_same(&found, target) || is_same(&found, &base)) {
        return None;
    }
    let part = |mark: char, part: Option<&str>| {
        part.map_or_else(String::new, |text| format!("{mark}{text}"))
    };
    let query = part('?', found.query());
    let fragment = part('#', found.fragment());
    let ours = format!("{base_url}{}{query}{fragment}", found.path());
    (ours != location).then_some(ours)
}

/// Returns whether browsers find a scheme or a host in a reference. Browsers treat `\`
/// as `/`, and ignore surrounding blanks (URL standard).
fn names_authority(reference: &str) -> bool {
    let reference = reference.trim_matches(|character: char| character <= ' ');
    let mut letters = reference
        .chars()
        .filter(|character| !character.is_control());
    let is_slash = |letter: Option<char>| matches!(letter, Some('/' | '\\'));
    (is_slash(letters.next()) && is_slash(letters.next()))
        || Url::parse(reference).is_ok()
        || reference
            .split(['/', '?', '#'])
            .next()
            .is_some_and(|first| first.contains(':'))
}

/// Returns whether two URLs have the same authority. The scheme and the default port
/// are ignored, because TLS termination in front of a server changes both.
fn is_same(one: &Url, other: &Url) -> bool {
    host(one) == host(other) && port(one) == port(other)
}

fn host(url: &Url) -> Option<&str> {
    url.host_str().map(|host| host.trim_end_matches('.'))
}

fn port(url: &Url) -> Option<u16> {
    url.port().filter(|port| ![80, 443].contains(port))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://app.example";

    fn at(target: &str, location: &str) -> String {
        let target = Url::parse(target).unwrap();
        translated(location, &target, BASE).unwrap_or_else(|| location.to_owned())
    }

    #[test]
    fn the_upstreams_authority_in_any_spelling_becomes_ours() {
        let target = "http://127.0.0.1:8000/api/items?x=1";
        for (location, ours) in [
            ("http://127.0.0.1:8000/api/items/?x=1", "/api/items/?x=1"),
            ("https://127.0.0.1:8000/api/items/", "/api/items/"),
            ("HTTPS://127.0.0.1:8000/a#b", "/a#b"),
            ("//127.0.0.1:8000/a", "/a"),
            ("/\\127.0.0.1:8000/a", "/a"),
            ("http:\\\\127.0.0.1:8000\\a", "/a"),
            ("http://user:pass@127.0.0.1:8000/a", "/a"),
            ("http://127.0.0.1:8000", "/"),
            ("http://127.0.0.1:8000?a", "/?a"),
            ("http:a", "/api/a"),
        ] {
            assert_eq!(at(target, location), format!("{BASE}{ours}"), "{location}");
        }
        let target = "https://tasks.example.org/x";
        for location in [
            "http://tasks.example.org/a",
            "https://tasks.example.org:443/a",
            "http://tasks.example.org:80/a",
            "http://tasks.example.org:443/a",
            "https://TASKS.Example.org/a",
            "https://tasks.example.org./a",
            "//Tasks.example.org:443/a",
            "http://app.example/a",
        ] {
            assert_eq!(at(target, location), format!("{BASE}/a"), "{location}");
        }
    }

    #[test]
    fn paths_and_other_hosts_stay_as_they_are() {
        for location in [
            "/api/items/",
            "items/",
            "?page=2",
            "",
            "https://other.example/",
            "https://tasks.example.org.evil.example/",
            "https://tasks.example.org@evil.example/",
            "https://tasks.example.org:8443/",
            "https://tasks.example.orgx/",
            "//other.example/a",
            "myapp://tasks.example.org/a",
            "mailto:ann@tasks.example.org",
            "https://app.example/a",
            "http://",
        ] {
            assert_eq!(at("https://tasks.example.org/x", location), location);
        }
    }
}
