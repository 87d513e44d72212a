//! CSRF protection: a write with cookies must come from a trusted page, and redirect
//! targets in a body or query must be trusted.

use serde_json::Value;
use worker::Method;

use crate::config::Config;
use crate::error::Refusal;
use crate::http::Request;
use crate::input::Body;

/// Refuses a write with cookies unless its `Origin` or `Referer` is trusted.
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

/// Refuses a sign-in from another site's page (login CSRF). If the request doesn't have
/// a cookie, the headers that browsers add show whether it came from a page.
pub(crate) fn check_sign_in(request: &Request, config: &Config) -> Result<(), Refusal> {
    let headers = request.headers();
    let sent = |name: &str| headers.get(name).filter(|value| !value.trim().is_empty());
    let site = sent("sec-fetch-site");
    let by_cookie = headers.has("cookie");
    let navigates = sent("sec-fetch-mode") == Some("navigate");
    if !by_cookie && navigates && site == Some("cross-site") {
        return Err(Refusal::CrossSiteNavigation);
    }
    // Browsers send `Sec-Fetch-Site`; Node's fetch sends only `Sec-Fetch-Mode`.
    let by_page = site.is_some() || sent("origin").is_some() || sent("referer").is_some();
    if by_cookie || by_page {
        from_trusted_page(request, config)
    } else {
        Ok(())
    }
}

/// Returns whether another site's page made a request without credentials.
/// [`check_sign_in`] refuses such requests. [`check`] has already refused untrusted
/// requests with cookies, and a page can't send `Authorization` across sites without a
/// preflight.
pub(crate) fn is_foreign_page(request: &Request, config: &Config) -> bool {
    !request.headers().has("authorization") && check_sign_in(request, config).is_err()
}

/// Refuses requests that don't come from a page on a trusted origin.
pub(crate) fn from_trusted_page(request: &Request, config: &Config) -> Result<(), Refusal> {
    let headers = request.headers();
    let trusted = &config.trusted_origins;
    match headers.get("origin").filter(|origin| !origin.is_empty()) {
        // Browsers send `null` under `Referrer-Policy: no-referrer`; a page can't forge
        // the `Sec-Fetch-Site` header.
        Some("null") => match headers.get("sec-fetch-site") {
            Some("same-origin") => Ok(()),
            _ => Err(Refusal::MissingOrigin),
        },
        // The value is compared as sent: a full URL is never trusted, even if its origin
        // is.
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

/// Returns the origin that an Expo app claims. The claim is accepted only if the request
/// doesn't come from a browser: a browser would add other headers, and another site's
/// page would need a preflight to add this one.
fn app(request: &Request) -> Option<&str> {
    let headers = request.headers();
    let of_browser =
        |name: &str| matches!(name, "origin" | "referer") || name.starts_with("sec-fetch-");
    if headers.entries().any(|(name, _)| of_browser(name)) {
        return None;
    }
    headers.get("expo-origin").filter(|app| !app.is_empty())
}

/// Refuses a body or query that contains an untrusted redirect URL.
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
            // As in Better Auth, an empty value means that there is no URL.
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
