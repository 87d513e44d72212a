//! Access tokens that the gateway made for upstreams.

use std::cell::RefCell;

use crate::config::Route;

/// The tokens that were made from one browser's session data. They expire with the data, so
/// as long as the data is valid, another token would differ only in its `iat` and `jti`.
#[derive(Default)]
pub(crate) struct Forwarded(RefCell<Vec<(Option<*const Route>, String)>>);

impl Forwarded {
    /// Returns the token for a route that has its own secret or audience, or the one for all
    /// other routes.
    pub(super) fn find(&self, route: Option<&'static Route>) -> Option<String> {
        let of = route.map(std::ptr::from_ref);
        let tokens = self.0.borrow();
        let found = tokens.iter().find(|(one, _)| *one == of);
        found.map(|(_, token)| token.clone())
    }

    pub(super) fn keep(&self, route: Option<&'static Route>, token: &str) {
        let of = route.map(std::ptr::from_ref);
        self.0.borrow_mut().push((of, token.to_owned()));
    }
}
