//! The log: one JSON object per line, which log platforms can filter. Lines never
//! contain secrets, tokens, passwords, password hashes or e-mail addresses.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;
use worker::{console_error, console_log, console_warn};

use crate::error::Refusal;

/// Logs a fault that the operator should look at.
pub(crate) fn fault(code: &str, detail: &str) {
    let line = Fault {
        event: "fault",
        code,
        detail,
    };
    console_error!("{}", text(&line));
}

/// Logs the cause of an internal refusal, which clients never see.
pub(crate) fn report(refusal: &Refusal) {
    match refusal {
        Refusal::Internal(cause) => fault("INTERNAL", cause),
        Refusal::DatabaseUnavailable(cause)
        | Refusal::SessionNotEnded(cause)
        | Refusal::DatabaseInvalid(cause) => fault(refusal.on_the_wire().1, cause),
        _ => {}
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UnreadableHash<'a> {
    event: &'static str,
    code: &'static str,
    request_id: &'a str,
    /// The keyed hash of the address or, if the user is signed in, the user's id.
    account: &'a str,
    detail: &'a str,
}

#[derive(Serialize)]
struct Fault<'a> {
    event: &'static str,
    code: &'a str,
    detail: &'a str,
}

/// A kind of token that is ignored without telling the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Dropped {
    AccessToken,
    RefreshToken,
    BearerSession,
    SessionData,
    DeviceToken,
    Seal,
}

impl Dropped {
    /// Returns whether a dropped token of this kind always points to a wrong setting.
    /// Tokens of other kinds may be dropped simply because they have expired, or
    /// because a client sent something invalid.
    pub(crate) const fn is_unexpected(self) -> bool {
        matches!(self, Self::Seal)
    }

    /// Returns the time at which a dropped token of this kind was last logged, in
    /// milliseconds. One line per minute is enough.
    fn last(self) -> &'static AtomicU64 {
        static LAST: [AtomicU64; 6] = [const { AtomicU64::new(0) }; 6];
        &LAST[self as usize]
    }
}

/// Logs a dropped token, at most once a minute per kind. Without this line, users would
/// be signed out, or share one rate limit, for no apparent reason. `ahead` returns how
/// many seconds the claim is ahead of this clock.
pub(crate) fn dropped(
    kind: Dropped,
    reason: &str,
    claim: Option<&str>,
    ahead: impl FnOnce() -> Option<f64>,
    now: u64,
) {
    const MINUTE: u64 = 60_000;
    let last = kind.last();
    if now.saturating_sub(last.load(Ordering::Relaxed)) < MINUTE {
        return;
    }
    last.store(now, Ordering::Relaxed);
    let line = DroppedLine {
        event: "dropped",
        token: kind,
        reason,
        claim,
        seconds_ahead: ahead().map(|seconds| (seconds * 1000.0).round() / 1000.0),
    };
    console_warn!("{}", text(&line));
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DroppedLine<'a> {
    event: &'static str,
    token: Dropped,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    claim: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds_ahead: Option<f64>,
}

/// Logs the names of client headers that a route drops. To let a header through, the
/// operator adds it to the route's `headers` in `ROUTES`.
pub(crate) fn headers_dropped(route: &str, names: &BTreeSet<String>) {
    let line = HeadersDropped {
        event: "headers_dropped",
        route,
        names,
    };
    console_log!("{}", text(&line));
}

#[derive(Serialize)]
struct HeadersDropped<'a> {
    event: &'static str,
    route: &'a str,
    names: &'a BTreeSet<String>,
}

/// What a request's log lines will contain, collected while the request is handled.
#[derive(Default)]
pub(crate) struct Trail {
    route: RefCell<String>,
    action: Cell<Option<&'static str>>,
    user: OnceCell<String>,
    account: OnceCell<String>,
    is_known_device: Cell<bool>,
    refused: Cell<Option<&'static str>>,
}

impl Trail {
    /// Notes the endpoint, or the pattern of the gateway's route.
    pub(crate) fn route(&self, route: &str) {
        route.clone_into(&mut self.route.borrow_mut());
    }

    /// Returns the id of the signed-in user, if it has been noted.
    pub(crate) fn noted_user(&self) -> Option<&str> {
        self.user.get().map(String::as_str)
    }

    /// Notes the endpoint's action on an account, so that the request gets an audit line.
    pub(crate) fn audit(&self, action: &'static str) {
        self.action.set(Some(action));
    }

    /// Omits the audit line, because the request hasn't changed anything.
    pub(crate) fn unaudited(&self) {
        self.action.set(None);
    }

    /// Notes the id of the signed-in user. If an id has already been noted, that id is kept.
    pub(crate) fn user(&self, id: &str) {
        self.user.get_or_init(|| id.to_owned());
    }

    /// Notes a keyed hash of the account that a password is tried for.
    pub(crate) fn account(&self, hash: &str) {
        self.account.get_or_init(|| hash.to_owned());
    }

    /// Notes that the browser has signed in to this account before.
    pub(crate) fn known_device(&self) {
        self.is_known_device.set(true);
    }

    /// Notes the code of a refusal whose response sets cookies.
    pub(crate) fn refused(&self, code: &'static str) {
        self.refused.set(Some(code));
    }

    /// Logs that the account's stored hash can't be verified here, at most once an hour
    /// for each account. Without this limit, anybody could flood the log by signing in.
    pub(crate) fn unreadable_hash(&self, request_id: &str, reason: &str, now: u64) {
        const HOUR: u64 = 3_600_000;
        /// Limits memory use. If there are more accounts, lines may be repeated sooner.
        const MAX_ACCOUNTS: usize = 1000;
        thread_local! {
            static REPORTED: RefCell<BTreeMap<String, u64>> = const { RefCell::new(BTreeMap::new()) };
        }
        let known = self.account.get().or(self.user.get());
        let account = known.map_or("", String::as_str);
        let is_new = REPORTED.with_borrow_mut(|reported| {
            if reported.len() >= MAX_ACCOUNTS {
                reported.clear();
            }
            match reported.get(account) {
                Some(at) if now.saturating_sub(*at) < HOUR => false,
                _ => {
                    reported.insert(account.to_owned(), now);
                    true
                }
            }
        });
        if is_new {
            let line = UnreadableHash {
                event: "fault",
                code: "PASSWORD_HASH",
                request_id,
                account,
                detail: reason,
            };
            console_error!("{}", text(&line));
        }
    }

    /// Writes the request's line, and an audit line if the request has an action.
    pub(crate) fn end(&self, ended: &Ended<'_>) {
        let route = self.route.borrow();
        let user = self.user.get().map(String::as_str);
        let code = ended.code.or(self.refused.get());
        let line = Line {
            event: "request",
            request_id: ended.request_id,
            method: ended.method,
            route: &route,
            status: ended.status,
            code,
            user,
            ms: ended.milliseconds,
        };
        console_log!("{}", text(&line));
        let Some(action) = self.action.get() else {
            return;
        };
        let line = Audit {
            event: "audit",
            request_id: ended.request_id,
            action,
            outcome: match code {
                None => "success",
                Some("TOO_MANY_REQUESTS") => "limited",
                Some(_) if ended.status >= 500 => "fault",
                Some(_) => "refused",
            },
            code,
            user,
            account: self.account.get().map(String::as_str),
            known_device: self.is_known_device.get(),
            network: ended.network,
        };
        console_log!("{}", text(&line));
    }
}

/// How a request ended.
pub(crate) struct Ended<'a> {
    pub(crate) request_id: &'a str,
    pub(crate) method: &'a str,
    pub(crate) status: u16,
    /// The refusal's code, if the request was refused.
    pub(crate) code: Option<&'a str>,
    /// The client's network, as the limits count it.
    pub(crate) network: &'a str,
    pub(crate) milliseconds: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    event: &'static str,
    request_id: &'a str,
    method: &'a str,
    route: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    /// A Worker's clock advances only while the Worker waits.
    ms: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Audit<'a> {
    event: &'static str,
    request_id: &'a str,
    action: &'static str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
    known_device: bool,
    network: &'a str,
}

fn text(line: &impl Serialize) -> String {
    serde_json::to_string(line).unwrap_or_default()
}
