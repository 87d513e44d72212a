//! A route of the gateway.

use std::time::Duration;

use edgeseal::HmacKey;
use percent_encoding::percent_decode_str;

use crate::http::HeaderPattern;

/// One entry of `ROUTES`, checked.
#[derive(Debug)]
pub(crate) struct Route {
    /// Literal segments, `:owner` (must be the caller's user id), `*` at the end.
    pub(crate) path: String,
    pub(crate) upstream: Upstream,
    pub(super) methods: Vec<&'static str>,
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
    pub(super) fn covers(&self, other: &Self) -> bool {
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
