//! CSRF: a write that carries cookies must come from a trusted page.

use worker::{Method, Request, Url};

use crate::config::Config;
use crate::error::Refusal;

/// Refuses a cookie-carrying write without a trusted `Origin` or `Referer`, and
/// a sign-in that a foreign page navigated to (Fetch Metadata).
pub(crate) fn check(request: &Request, config: &Config) -> Result<(), Refusal> {
    if matches!(
        request.method(),
        Method::Get | Method::Head | Method::Options
    ) {
        return Ok(());
    }
    let header = |name: &str| request.headers().get(name);
    if header("cookie")?.is_some() {
        return from_trusted_page(request, config);
    }
    let cross_site = header("sec-fetch-site")?.as_deref() == Some("cross-site");
    if cross_site && header("sec-fetch-mode")?.as_deref() == Some("navigate") {
        return Err(Refusal::CrossSiteNavigation);
    }
    Ok(())
}

fn from_trusted_page(request: &Request, config: &Config) -> Result<(), Refusal> {
    let headers = request.headers();
    let page = match headers.get("origin")? {
        Some(origin) => Some(origin),
        None => headers.get("referer")?,
    };
    match page.filter(|page| page != "null") {
        None => Err(Refusal::MissingOrigin),
        Some(page) if is_trusted(&page, config) => Ok(()),
        Some(_) => Err(Refusal::InvalidOrigin),
    }
}

/// Whether a URL's origin is one of the trusted ones, exactly.
pub(crate) fn is_trusted(url: &str, config: &Config) -> bool {
    Url::parse(url).is_ok_and(|url| {
        config
            .trusted_origins
            .contains(&url.origin().ascii_serialization())
    })
}

/// Whether a `callbackURL` stays with us: an absolute path of this origin, or a
/// URL of a trusted one. Browsers read `\` as `/` and skip control characters.
pub(crate) fn is_trusted_callback(callback: &str, config: &Config) -> bool {
    if callback
        .chars()
        .any(|character| character.is_control() || character == '\\')
    {
        return false;
    }
    if callback.starts_with('/') {
        return !callback.starts_with("//");
    }
    is_trusted(callback, config)
}
