//! The gateway: verifies the caller, limits users to their own resources, and forwards
//! the request.

mod dropped;
mod finish;
mod forward;
mod location;

use std::rc::Rc;

use crate::config::{Matched, Route};
use crate::context::Context;
use crate::error::Refusal;
use crate::http::{Request, has_one_reading};
use crate::origin;
use crate::session::{cookie_session, live_data};
use crate::token::{Caller, SessionData, forwarded_access, sign_for_route, verify_access};

pub(crate) use self::finish::{fail, finish};

/// Decides on a request that is not for the auth API. Returns the plan to forward it.
pub(crate) fn decide(request: &Request, context: &Context) -> Result<String, Refusal> {
    let path = request.url().path();
    if !has_one_reading(path) {
        return Err(Refusal::PathAmbiguous);
    }
    let (route, matched) = find(request.method_name(), path, context)?;

    if route.passes_authorization {
        return Ok(forward::plan(request, route, None, context));
    }
    let identified = identify(request, context)?;
    if identified.is_none() && !route.is_public {
        return Err(Refusal::Unauthorized);
    }
    if let Some(known) = &identified {
        context.trail.user(known.user_id());
        if matches!(known, Identified::ByCookie(_)) {
            check_page(request, context)?;
        }
    }
    if let Matched::Owner(owner) = matched
        && identified
            .as_ref()
            .is_none_or(|known| known.user_id() != owner)
    {
        return Err(Refusal::NotOwner);
    }
    let token = identified.map(|known| token_for(route, known, context));
    let token = token.transpose()?;
    Ok(forward::plan(request, route, token.as_deref(), context))
}

/// Finds the route. Only the first path pattern that matches is considered; if several
/// routes have that pattern, the method decides between them. Later routes with wider
/// patterns are not considered.
fn find(method: &str, path: &str, context: &Context) -> Result<(&'static Route, Matched), Refusal> {
    let routes = &context.config.routes;
    let mut found = routes
        .iter()
        .filter_map(|route| Some((route, route.matches(path)?)));
    let (first, matched) = found.next().ok_or(Refusal::UnknownRoute)?;
    context.trail.route(&first.path);
    let alike = || routes.iter().filter(|route| route.path == first.path);
    if let Some(route) = alike().find(|route| route.has_method(method)) {
        return Ok((route, matched));
    }
    let mut allowed: Vec<&str> = Vec::new();
    for other in alike().flat_map(Route::methods) {
        if !allowed.contains(&other) {
            allowed.push(other);
        }
    }
    Err(Refusal::MethodNotRouted(allowed.join(", ")))
}

/// The caller, and how the request identifies them.
enum Identified {
    /// By an access token.
    ByToken {
        caller: Rc<Caller>,
        token: String,
    },
    ByCookie(Rc<SessionData>),
}

impl Identified {
    fn user_id(&self) -> &str {
        match self {
            Self::ByToken { caller, .. } => &caller.user_id,
            Self::ByCookie(data) => &data.user.id,
        }
    }
}

/// Identifies the caller by the `Bearer` token, or else by session data that is still
/// valid. Never refreshes a session.
fn identify(request: &Request, context: &Context) -> Result<Option<Identified>, Refusal> {
    let by_cookie = live_data(context);
    let Some(header) = request.headers().get("authorization") else {
        return Ok(by_cookie.map(Identified::ByCookie));
    };
    // Schemes are case-insensitive (RFC 9110 §11.1).
    let token = match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => {
            token.trim_matches([' ', '\t'])
        }
        _ => return Err(Refusal::Unauthorized),
    };
    let caller = verify_access(token, context.config, context.now).ok_or(Refusal::Unauthorized)?;
    // A request must not belong to two users. Session data expires within minutes, so
    // the refresh token is also used to find out whose browser it is.
    let browser = cookie_session(context)
        .map(|session| session.user_id)
        .or(by_cookie.map(|other| other.user.id.clone()));
    if browser.is_some_and(|other| other != caller.user_id) {
        return Err(Refusal::IdentityConflict);
    }
    Ok(Some(Identified::ByToken {
        caller,
        token: token.to_owned(),
    }))
}

/// Browsers add cookies to requests from any page, so writes must come from a trusted
/// page. The same applies to WebSocket requests, because CORS does not cover them.
fn check_page(request: &Request, context: &Context) -> Result<(), Refusal> {
    if forward::is_upgrade(request) {
        origin::from_trusted_page(request, context.config)
    } else {
        origin::check(request, context.config)
    }
}

/// Returns the `Bearer` token for the upstream: the caller's own token if the route
/// accepts it, or else a new token.
fn token_for(
    route: &'static Route,
    known: Identified,
    context: &Context,
) -> Result<String, Refusal> {
    let Context { config, now, .. } = *context;
    let own = route.has_own_token().then_some(route);
    Ok(match (known, own) {
        (Identified::ByToken { caller, .. }, Some(route)) => {
            sign_for_route(&caller, route, config, now)?
        }
        (Identified::ByToken { token, .. }, None) => token,
        (Identified::ByCookie(data), own) => forwarded_access(&data, own, config, now)?,
    })
}
