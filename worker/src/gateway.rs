//! The gateway: verifies the caller, keeps each user to their own resources,
//! forwards the rest.

use percent_encoding::percent_decode_str;
use worker::{Fetch, Headers, Request, RequestInit, RequestRedirect, Response, console_error};

use crate::config::Route;
use crate::cookie::Cookie;
use crate::error::Refusal;
use crate::token::{Caller, sign_access, verify_access, verify_session_data};
use crate::{Edge, origin};

/// Answers a request outside of the auth API.
pub(crate) async fn serve(request: Request, edge: &Edge) -> Result<Response, Refusal> {
    let url = request.url()?;
    check_path(url.path())?;
    let matched = edge
        .config
        .routes
        .iter()
        .find_map(|route| match_path(route, url.path()));
    let matched = matched.ok_or(Refusal::UnknownRoute)?;
    let (caller, token) = authenticate(&request, edge)?;
    if matched
        .owner
        .as_deref()
        .is_some_and(|owner| owner != caller.user_id)
    {
        return Err(Refusal::NotOwner);
    }
    let target = match url.query() {
        Some(query) => format!("{}{}?{query}", matched.route.upstream, url.path()),
        None => format!("{}{}", matched.route.upstream, url.path()),
    };
    forward(&request, &target, &token).await
}

/// The caller, and the access token that the upstream gets: the caller's own
/// `Bearer`, else one minted from live session data. Never refreshes.
fn authenticate(request: &Request, edge: &Edge) -> Result<(Caller, String), Refusal> {
    if let Some(header) = request.headers().get("authorization")? {
        // RFC 9110 §11.1: the scheme's case does not matter, the scheme does.
        let token = match header.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => token.trim(),
            _ => return Err(Refusal::Unauthorized),
        };
        let caller = verify_access(token, edge.config, edge.now).ok_or(Refusal::Unauthorized)?;
        return Ok((caller, token.to_owned()));
    }
    let data = Cookie::SessionData
        .read(request, edge.config)?
        .and_then(|cookie| verify_session_data(&cookie, edge.config, edge.now))
        .ok_or(Refusal::Unauthorized)?;
    // A browser adds the cookie by itself, so a write needs its page's word.
    origin::check(request, edge.config)?;
    let caller = Caller::from(&data.user);
    let token = sign_access(&caller, edge.config, edge.now)?;
    Ok((caller, token))
}

struct Matched<'a> {
    route: &'a Route,
    owner: Option<String>,
}

/// A path that two servers could read as two paths is refused, so that what was
/// matched is what the upstream serves.
fn check_path(path: &str) -> Result<(), Refusal> {
    let lower = path.to_ascii_lowercase();
    let ambiguous = path.contains("//")
        || path.contains('\\')
        || ["%2f", "%5c", "%2e", "%25", "%00", ";"]
            .iter()
            .any(|form| lower.contains(form));
    if ambiguous {
        Err(Refusal::PathAmbiguous)
    } else {
        Ok(())
    }
}

fn match_path<'a>(route: &'a Route, path: &str) -> Option<Matched<'a>> {
    let mut owner = None;
    let mut segments = path.split('/');
    for expected in route.path.split('/') {
        if expected == "*" {
            return Some(Matched { route, owner });
        }
        let segment = segments.next()?;
        if expected == ":owner" {
            owner = Some(percent_decode_str(segment).decode_utf8().ok()?.into_owned());
        } else if expected != segment {
            return None;
        }
    }
    segments
        .next()
        .is_none()
        .then_some(Matched { route, owner })
}

/// What belongs to this hop (RFC 9110 §7.6.1) or could pass for our word.
const NOT_FORWARDED: &[&str] = &[
    "authorization",
    "connection",
    "cookie",
    "forwarded",
    "host",
    "keep-alive",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

fn is_forwarded(name: &str) -> bool {
    !NOT_FORWARDED.contains(&name)
        && !["x-user-", "x-auth-", "x-forwarded-", "x-edgeseal-", "cf-"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

async fn forward(request: &Request, target: &str, token: &str) -> Result<Response, Refusal> {
    let headers = Headers::new();
    for (name, value) in request.headers().entries() {
        if is_forwarded(&name) {
            headers.append(&name, &value)?;
        }
    }
    headers.set("authorization", &format!("Bearer {token}"))?;

    let mut init = RequestInit::new();
    init.with_method(request.method())
        .with_headers(headers)
        .with_redirect(RequestRedirect::Manual)
        .with_body(request.inner().body().map(Into::into));
    let answered = Fetch::Request(Request::new_with_init(target, &init)?)
        .send()
        .await;
    let answered = answered.map_err(|error| {
        console_error!("UPSTREAM: {error:?}");
        Refusal::UpstreamUnavailable
    })?;
    // What comes from `fetch` is immutable; our copy streams the same body.
    let (builder, body) = answered.into_parts();
    let response = builder.body(body);
    let headers = response.headers().clone();
    headers.delete("set-cookie")?;
    Ok(response.with_headers(headers))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The owner that a match found, empty where the pattern names none.
    fn matches(pattern: &str, path: &str) -> Option<String> {
        let route = Route {
            path: pattern.to_owned(),
            upstream: String::new(),
        };
        match_path(&route, path).map(|matched| matched.owner.unwrap_or_default())
    }

    #[test]
    fn matches_whole_segments() {
        let owned = |owner: &str| Some(owner.to_owned());
        assert_eq!(
            matches("/api/:owner/tasks/*", "/api/u1/tasks/5"),
            owned("u1")
        );
        assert_eq!(matches("/api/:owner/*", "/api/u1/tasks"), owned("u1"));
        assert_eq!(matches("/api/:owner/tasks", "/api/u%31/tasks"), owned("u1"));
        assert_eq!(matches("/api/:owner/tasks", "/api/u1/tasks/"), None);
        assert_eq!(matches("/api/:owner/tasks", "/api/u1/tasksx"), None);
        assert_eq!(matches("/public/*", "/public/a/b"), owned(""));
        assert_eq!(matches("/public/*", "/publicity"), None);
    }

    #[test]
    fn refuses_ambiguous_paths() {
        for path in [
            "/api//x",
            "/api/%2e%2e/x",
            "/api/a%2Fb",
            "/api/a%5cb",
            "/a%252e",
            "/api/a;b",
        ] {
            assert!(check_path(path).is_err(), "{path}");
        }
        assert!(check_path("/api/u1/tasks/caf%C3%A9").is_ok());
    }

    #[test]
    fn strips_what_could_pass_for_our_word() {
        for name in [
            "cookie",
            "x-user-id",
            "x-forwarded-for",
            "x-auth-request-user",
            "upgrade",
        ] {
            assert!(!is_forwarded(name), "{name}");
        }
        assert!(is_forwarded("content-type") && is_forwarded("accept"));
    }
}
