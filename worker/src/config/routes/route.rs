//! A route of the gateway.

use std::time::Duration;

use edgeseal::HmacKey;
use percent_encoding::percent_decode_str;

use crate::http::HeaderPattern;

/// A checked entry of `ROUTES`.
#[derive(Debug)]
pub(crate) struct Route {
    /// The pattern: literal segments, `:owner` (which must be the caller's user id),
    /// and possibly `*` at the end.
    pub(crate) path: String,
    pub(crate) upstream: Upstream,
    pub(super) methods: Vec<&'static str>,
    /// Whether callers may use the route without being signed in.
    pub(crate) is_public: bool,
    /// The `aud` claim of the upstream's token, if it is not the default.
    pub(crate) audience: Option<String>,
    /// The key that signs the upstream's token, if the route has its own secret.
    pub(crate) key: Option<HmacKey>,
    /// Whether `Authorization` is passed to the upstream unchanged. Such a route
    /// doesn't identify the caller.
    pub(crate) passes_authorization: bool,
    /// Client headers that are forwarded in addition to the standard ones.
    pub(crate) headers: Vec<HeaderPattern>,
    /// Upstream headers that pages from other origins may read.
    pub(crate) exposed: Vec<String>,
    /// How long the upstream may take to start its response.
    pub(crate) timeout: Duration,
}

/// Where requests are forwarded to. Their path stays unchanged.
#[derive(Debug)]
pub(crate) enum Upstream {
    Origin(String),
    /// The name of a service binding.
    Service(String),
}

/// The result of matching a path against a pattern.
pub(crate) enum Matched {
    /// The pattern doesn't contain `:owner`.
    Anybody,
    Owner(String),
}

impl Route {
    /// If the route matches this path, returns who owns the path.
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
                // Both segments are decoded before they are compared, so `%c3` equals
                // `%C3`, and `%40` equals `@`.
                return None;
            }
        }
        segments.next().is_none().then_some(matched)
    }

    /// Returns whether this route matches every path that the other route matches.
    pub(super) fn covers(&self, other: &Self) -> bool {
        match other.path.strip_suffix("/*") {
            Some(shortest) => self.path.ends_with("/*") && self.matches(shortest).is_some(),
            None => self.matches(&other.path).is_some(),
        }
    }

    /// Returns whether the route allows a method. GET implies HEAD (RFC 9110 §9.1).
    pub(crate) fn has_method(&self, method: &str) -> bool {
        self.methods().any(|one| one == method)
    }

    /// Returns whether the upstream gets its own kind of token instead of a general
    /// access token.
    pub(crate) const fn has_own_token(&self) -> bool {
        self.audience.is_some() || self.key.is_some()
    }

    /// Returns the route's methods, as they are listed in `Allow`.
    pub(crate) fn methods(&self) -> impl Iterator<Item = &'static str> {
        let reads = self.methods.contains(&"GET") && !self.methods.contains(&"HEAD");
        let head = reads.then_some("HEAD");
        self.methods.iter().copied().chain(head)
    }
}
