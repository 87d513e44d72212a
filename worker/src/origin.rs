//! CSRF: a write that carries cookies must come from a trusted page, and what a
//! body or query would redirect to must be one.

use serde_json::Value;
use worker::{Method, Url};

use crate::config::Config;
use crate::error::Refusal;
use crate::http::Request;
use crate::input::Body;

/// Refuses a cookie-carrying write without a trusted `Origin` or `Referer`.
pub(crate) fn check(request: &Request, config: &Config) -> Result<(), Refusal> {
    let is_read = matches!(
        request.method(),
        Method::Get | Method::Head | Method::Options
    );
    if is_read || !request.headers().has("cookie") {
        return Ok(());
    }
    from_trusted_page(request, config)
}

/// Refuses a sign-in that a foreign page made (login CSRF): before there is a
/// cookie, what the browser tells of the page decides (Fetch Metadata).
pub(crate) fn check_sign_in(request: &Request, config: &Config) -> Result<(), Refusal> {
    let headers = request.headers();
    let told = |name: &str| headers.get(name).filter(|value| !value.trim().is_empty());
    let site = told("sec-fetch-site");
    let by_cookie = headers.has("cookie");
    let navigates = told("sec-fetch-mode") == Some("navigate");
    if !by_cookie && navigates && site == Some("cross-site") {
        return Err(Refusal::CrossSiteNavigation);
    }
    // A browser tells the site; Node's fetch tells a mode alone.
    let by_page = site.is_some() || told("origin").is_some() || told("referer").is_some();
    if by_cookie || by_page {
        from_trusted_page(request, config)
    } else {
        Ok(())
    }
}

/// Refuses what no page of a trusted origin sent.
pub(crate) fn from_trusted_page(request: &Request, config: &Config) -> Result<(), Refusal> {
    let headers = request.headers();
    let trusts = |origin: &str| config.trusted_origins.iter().any(|one| one == origin);
    match headers.get("origin").filter(|origin| !origin.is_empty()) {
        // What a browser sends without a referrer policy to speak of; its own
        // word on the site can't be written by a page.
        Some("null") => match headers.get("sec-fetch-site") {
            Some("same-origin") => Ok(()),
            _ => Err(Refusal::MissingOrigin),
        },
        // As it is sent: a URL with the same origin is no origin.
        Some(origin) if trusts(origin) => Ok(()),
        Some(_) => Err(Refusal::InvalidOrigin),
        None => match headers.get("referer").filter(|page| !page.is_empty()) {
            Some(page) if is_trusted(page, config) => Ok(()),
            Some(_) => Err(Refusal::InvalidOrigin),
            None => Err(Refusal::MissingOrigin),
        },
    }
}

/// Whether a URL's origin is one of the trusted ones, exactly.
fn is_trusted(url: &str, config: &Config) -> bool {
    Url::parse(url).is_ok_and(|url| {
        config
            .trusted_origins
            .contains(&url.origin().ascii_serialization())
    })
}

/// Refuses a body or query that would redirect to somewhere else.
pub(crate) fn check_callbacks(
    request: &Request,
    body: &Body,
    config: &Config,
) -> Result<(), Refusal> {
    let of_query = || {
        let mut pairs = request.url().query_pairs();
        pairs.find_map(|(name, value)| (name == "callbackURL").then(|| Value::from(&*value)))
    };
    for name in [
        "callbackURL",
        "redirectTo",
        "errorCallbackURL",
        "newUserCallbackURL",
    ] {
        let given = match body.member(name) {
            None if name == "callbackURL" => of_query(),
            given => given.cloned(),
        };
        match given {
            // As Better Auth: an empty one is none.
            None | Some(Value::Null | Value::Bool(false)) => {}
            Some(Value::String(url)) if url.is_empty() || is_trusted_callback(&url, config) => {}
            Some(Value::String(_)) => return Err(Refusal::InvalidCallbackUrl(name)),
            Some(_) => {
                let told = name.replace("redirectTo", "redirectURL");
                return Err(Refusal::Validation(format!(
                    "Invalid {told}: expected a string"
                )));
            }
        }
    }
    Ok(())
}

/// Whether a `callbackURL` stays with us: an absolute path of this origin, or a
/// URL of a trusted one. Browsers read `\` as `/` and skip control characters,
/// and routers decode slashes.
fn is_trusted_callback(callback: &str, config: &Config) -> bool {
    let is_unsafe = |character: char| character.is_control() || character == '\\';
    if callback.contains(is_unsafe) {
        return false;
    }
    if callback.starts_with('/') {
        let path = callback.split(['?', '#']).next().unwrap_or_default();
        let path = path.to_ascii_lowercase();
        return !callback.starts_with("//") && !path.contains("%2f") && !path.contains("%5c");
    }
    is_trusted(callback, config)
}
