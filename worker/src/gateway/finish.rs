//! Prepares an upstream's response for the client, or responds in its place.

use worker::{Env, Result, Url, web_sys};

use super::location::translated;
use crate::config::{self, Config, Route};
use crate::error::Refusal;
use crate::http::{Headers, returned};
use crate::log::{self, Ended, Trail};
use crate::plan::{Failure, Pending, Plan};
use crate::{clock, cors, respond};

/// Plans what becomes of an upstream's response.
pub(crate) fn finish(pending: &str, answered: &web_sys::Response, env: &Env) -> Result<String> {
    let request = Finishing::read(pending, env)?;
    match answered.status() {
        // Cloudflare's own statuses for an origin that it couldn't get a response from.
        520 | 521 | 523 | 525..=527 | 530 => request.refuse(&Refusal::UpstreamUnavailable),
        522 | 524 => request.refuse(&Refusal::UpstreamTimeout),
        status @ (101 | 200..=599) => request.pass_on(status, Headers::read(&answered.headers())),
        // This is not a valid final status (RFC 9110 §15), so `Response` would refuse it.
        status => {
            log::fault("UPSTREAM", &format!("invalid status {status}"));
            request.refuse(&Refusal::UpstreamUnavailable)
        }
    }
}

/// Responds in place of an upstream. `detail` says what went wrong with the connection.
pub(crate) fn fail(pending: &str, failure: Failure, detail: &str, env: &Env) -> Result<String> {
    let refusal = match failure {
        Failure::Client => Refusal::RequestTimeout,
        Failure::Upstream => Refusal::UpstreamTimeout,
        _ => {
            log::fault("UPSTREAM", detail);
            Refusal::UpstreamUnavailable
        }
    };
    Finishing::read(pending, env)?.refuse(&refusal)
}

/// A request whose upstream has been asked.
struct Finishing<'a> {
    pending: Pending<'a>,
    route: &'static Route,
    config: &'static Config,
}

impl<'a> Finishing<'a> {
    fn read(pending: &'a str, env: &Env) -> Result<Self> {
        let pending = Pending::read(pending).ok_or("not a pending request")?;
        let config = config::cached(env).map_err(ToString::to_string)?;
        let route = config.routes.get(pending.route);
        Ok(Self {
            route: route.ok_or("no such route")?,
            pending,
            config,
        })
    }

    fn pass_on(&self, status: u16, mut headers: Headers) -> Result<String> {
        let Self { route, config, .. } = self;
        returned(&mut headers, route.is_public, route.passes_authorization);
        for name in ["location", "content-location"] {
            if let Some(found) = headers.get(name) {
                let target = Url::parse(self.pending.url)?;
                if let Some(ours) = translated(found, &target, &config.base_url) {
                    headers.set(name, ours);
                }
            }
        }
        self.protect(&mut headers);
        self.log(status, None);
        Ok(Plan::Return(headers.edits()).write())
    }

    fn refuse(&self, refusal: &Refusal) -> Result<String> {
        let (status, code, _) = refusal.on_the_wire();
        let mut response = respond::refusal(refusal)?;
        self.protect(&mut response.headers);
        self.log(status, Some(code));
        Ok(Plan::Respond(response).write())
    }

    fn protect(&self, headers: &mut Headers) {
        let origin = self.pending.origin;
        cors::Grant::for_route(origin, self.route, self.config).apply(headers);
        // If browsers use https, requests that arrive without it are never forwarded.
        let is_encrypted = self.config.secure;
        respond::protect(
            headers,
            self.pending.request_id,
            is_encrypted,
            Some(self.config),
        );
    }

    fn log(&self, status: u16, code: Option<&str>) {
        let Self { pending, route, .. } = self;
        let trail = Trail::default();
        trail.route(&route.path);
        if let Some(user) = pending.user {
            trail.user(user);
        }
        trail.end(&Ended {
            request_id: pending.request_id,
            method: pending.method,
            status,
            code,
            network: "",
            milliseconds: clock::now().saturating_sub(pending.began),
        });
    }
}
