//! The context of one request; every module that handles requests imports it.

use std::future::Future;
use std::time::Duration;

use worker::{Delay, Env};

use crate::bearer::Bearer;
use crate::client::Client;
use crate::clock;
use crate::config::Config;
use crate::cookie::Jar;
use crate::http::Request;
use crate::log::Trail;
use crate::store::Store;

pub(crate) struct Context {
    pub(crate) config: &'static Config,
    pub(crate) env: Env,
    pub(crate) store: Store,
    pub(crate) jar: Jar,
    pub(crate) bearer: Bearer,
    pub(crate) client: Client,
    /// Cloudflare's execution context: `wait_until` keeps work running after the
    /// response.
    pub(crate) execution: worker::Context,
    pub(crate) request_id: String,
    pub(crate) trail: Trail,
    /// Milliseconds since the epoch.
    pub(crate) now: u64,
    /// When the request arrived, like `now`, but never shifted by tests.
    pub(crate) began: u64,
}

impl Context {
    pub(crate) fn new(
        request: &Request,
        env: Env,
        execution: worker::Context,
        config: &'static Config,
        request_id: &str,
    ) -> Self {
        let now = clock::for_request(request);
        Self {
            config,
            store: Store::new(&env),
            env,
            jar: Jar::new(request, config),
            bearer: Bearer::new(request, config),
            client: Client::new(request, config, now),
            execution,
            request_id: request_id.to_owned(),
            trail: Trail::default(),
            now,
            began: clock::now(),
        }
    }
}

impl Context {
    /// Returns a function that logs why the stored hash of this request's account can't be
    /// verified.
    pub(crate) fn unreadable_hash(&self) -> impl Fn(&str) {
        |reason| {
            // If a verifier is configured, it verifies the hash instead.
            if !self.config.has_password_verifier {
                self.trail
                    .unreadable_hash(&self.request_id, reason, self.now);
            }
        }
    }
}

/// How long unobserved work waits, so that the response is sent first.
const RESPONSE_FIRST: Duration = Duration::from_millis(100);

/// The part of a request's context that is still available after the response.
pub(crate) struct Background {
    pub(crate) config: &'static Config,
    pub(crate) env: Env,
    /// When the request arrived, in milliseconds since the epoch.
    pub(crate) now: u64,
}

impl Context {
    /// Runs `work` after the response.
    pub(crate) fn after_response<F>(&self, work: impl FnOnce(Background) -> F)
    where
        F: Future<Output = ()> + 'static,
    {
        self.execution.wait_until(work(self.background()));
    }

    /// Runs `work` long enough after the response that the response time doesn't reveal
    /// anything about it.
    pub(crate) fn unobserved<F>(&self, work: impl FnOnce(Background) -> F)
    where
        F: Future<Output = ()> + 'static,
    {
        let work = work(self.background());
        self.execution.wait_until(async {
            Delay::from(RESPONSE_FIRST).await;
            work.await;
        });
    }

    fn background(&self) -> Background {
        Background {
            config: self.config,
            env: self.env.clone(),
            now: self.now,
        }
    }
}
