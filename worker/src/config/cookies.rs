//! `COOKIE_PREFIX` and `COOKIE_DOMAIN`.

use worker::Url;

use super::error::ConfigError;

/// The default value of `COOKIE_PREFIX`.
pub(crate) const DEFAULT_PREFIX: &str = "better-auth";

/// Returns the domain name of an origin, or `None` for an IP address.
pub(super) fn host_of(origin: &str) -> Option<String> {
    let url = Url::parse(origin).ok()?;
    url.domain().map(str::to_owned)
}

/// Checks a prefix: it must be a token (RFC 6265 §4.1.1). Prefixes with a special
/// meaning in browsers are refused, because the cookies would not meet the requirements
/// for those prefixes.
pub(super) fn cookie_prefix(text: Option<String>) -> Result<String, ConfigError> {
    let prefix = text.unwrap_or_else(|| DEFAULT_PREFIX.to_owned());
    let is_token = prefix
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if is_token && prefix.len() <= 64 && !prefix.starts_with("__") && prefix != "edgeseal" {
        Ok(prefix)
    } else {
        Err(ConfigError::CookiePrefix)
    }
}

/// Checks a domain. Browsers silently drop cookies for a domain that the host isn't
/// part of, and a cookie for a top-level domain would be shared by all sites under it
/// (RFC 6265 §5.3).
pub(super) fn cookie_domain(domain: &str, base_url: &str) -> Result<String, ConfigError> {
    let domain = domain.trim_start_matches('.').to_ascii_lowercase();
    let host = host_of(base_url).ok_or(ConfigError::CookieDomain)?;
    let is_parent = host
        .strip_suffix(&domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    if is_parent && (domain.contains('.') || domain == "localhost") {
        Ok(domain)
    } else {
        Err(ConfigError::CookieDomain)
    }
}

#[cfg(test)]
mod tests {
    use super::cookie_domain;

    #[test]
    fn a_cookie_domain_is_the_hosts_own_or_a_parent() {
        let domain = |text| cookie_domain(text, "https://app.example.org").ok();
        assert_eq!(domain("example.org").as_deref(), Some("example.org"));
        assert_eq!(domain(".Example.org").as_deref(), Some("example.org"));
        assert_eq!(
            domain("app.example.org").as_deref(),
            Some("app.example.org")
        );
        for other in ["org", "", "ample.org", "other.org", "x.app.example.org"] {
            assert_eq!(domain(other), None, "{other}");
        }
        assert!(cookie_domain("1.2.3", "https://1.2.3.4").is_err());
    }
}
