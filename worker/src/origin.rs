//! CSRF: a write that carries cookies must come from a trusted page, and what a
//! body or query would redirect to must be one.

use serde_json::Value;
use worker::Method;

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
    let sent = |name: &str| headers.get(name).filter(|value| !value.trim().is_empty());
    let site = sent("sec-fetch-site");
    let by_cookie = headers.has("cookie");
    let navigates = sent("sec-fetch-mode") == Some("navigate");
    if !by_cookie && navigates && site == Some("cross-site") {
        return Err(Refusal::CrossSiteNavigation);
    }
    // A browser tells the site; Node's fetch tells a mode alone.
    let by_page = site.is_some() || sent("origin").is_some() || sent("referer").is_some();
    if by_cookie || by_page {
        from_trusted_page(request, config)
    } else {
        Ok(())
    }
}

/// Whether a page of another site made a request that only its own word could let in: it
/// carries no credentials, and [`check_sign_in`] refuses it. What carries cookies
/// [`check`] has refused, and no page sends `Authorization` across sites unasked.
pub(crate) fn is_foreign_page(request: &Request, config: &Config) -> bool {
    !request.headers().has("authorization") && check_sign_in(request, config).is_err()
}

/// Refuses what no page of a trusted origin sent.
pub(crate) fn from_trusted_page(request: &Request, config: &Config) -> Result<(), Refusal> {
    let headers = request.headers();
    let trusted = &config.trusted_origins;
    match headers.get("origin").filter(|origin| !origin.is_empty()) {
        // What a browser sends without a referrer policy to speak of; its own
        // word on the site can't be written by a page.
        Some("null") => match headers.get("sec-fetch-site") {
            Some("same-origin") => Ok(()),
            _ => Err(Refusal::MissingOrigin),
        },
        // As it is sent: a URL with the same origin is no origin.
        Some(origin) if trusted.trusts(origin) => Ok(()),
        Some(_) => Err(Refusal::InvalidOrigin),
        None => match headers.get("referer").filter(|page| !page.is_empty()) {
            Some(page) if trusted.trusts_page(page) => Ok(()),
            Some(_) => Err(Refusal::InvalidOrigin),
            None => match app(request) {
                Some(app) if trusted.trusts_app(app) => Ok(()),
                Some(_) => Err(Refusal::InvalidOrigin),
                None => Err(Refusal::MissingOrigin),
            },
        },
    }
}

/// Where an Expo app says it comes from. It counts where no browser sent the request:
/// one adds headers of its own, and a page of another site that adds this one is asked
/// for first (Fetch, CORS preflight).
fn app(request: &Request) -> Option<&str> {
    let headers = request.headers();
    let of_browser =
        |name: &str| matches!(name, "origin" | "referer") || name.starts_with("sec-fetch-");
    if headers.entries().any(|(name, _)| of_browser(name)) {
        return None;
    }
    headers.get("expo-origin").filter(|app| !app.is_empty())
}

/// Refuses a body or query that would redirect to somewhere else.
pub(crate) fn check_callbacks(
    request: &Request,
    body: &Body,
    config: &Config,
) -> Result<(), Refusal> {
    let accepts = |url: &str| config.trusted_origins.accepts_callback(url);
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
            Some(Value::String(url)) if url.is_empty() || accepts(&url) => {}
            Some(Value::String(_)) => return Err(Refusal::InvalidCallbackUrl(name)),
            Some(_) => {
                let reported = name.replace("redirectTo", "redirectURL");
                return Err(Refusal::Validation(format!(
                    "Invalid {reported}: expected a string"
                )));
            }
        }
    }
    Ok(())
}
