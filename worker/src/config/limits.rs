//! Reads `RATE_LIMITS`: how often passwords may be tried and messages may be requested.

use serde::{Deserialize, Serialize};
use worker::Env;

use super::env::{object_of, text_of};
use super::error::ConfigError;

/// The rate limiting binding that counts by network. Its limits are set in wrangler.toml.
pub(crate) const NETWORK_BINDING: &str = "IP_LIMITER";
/// The Durable Object that counts by account.
pub(crate) const ACCOUNT_BINDING: &str = "LIMITER";

/// At most this many attempts in this many seconds, starting with the first attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limit {
    pub(crate) attempts: u32,
    pub(crate) window: u32,
}

/// The limits on failed sign-ins to one account, and on messages to one address.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Limits {
    /// Failed sign-ins from one network.
    pub(crate) network: Limit,
    /// Failed sign-ins from all browsers that have never signed in to the account,
    /// combined.
    pub(crate) account: Limit,
    /// Failed sign-ins from one browser that has signed in to the account before.
    pub(crate) device: Limit,
    /// Messages to one address that are requested from one network.
    pub(crate) mail: Limit,
    /// Messages to one address that are requested from all networks combined.
    pub(crate) mailbox: Limit,
}

impl Default for Limits {
    fn default() -> Self {
        const QUARTER_HOUR: u32 = 15 * 60;
        let ten = Limit {
            attempts: 10,
            window: QUARTER_HOUR,
        };
        Self {
            network: ten,
            account: Limit {
                attempts: 100,
                window: 4 * QUARTER_HOUR,
            },
            device: ten,
            mail: Limit {
                attempts: 3,
                window: QUARTER_HOUR,
            },
            mailbox: Limit {
                attempts: 10,
                window: 4 * QUARTER_HOUR,
            },
        }
    }
}

/// The longest window, in seconds.
const DAY: u32 = 24 * 60 * 60;

/// Reads the limits. Returns `None` if the variable is `off`.
pub(super) fn read(env: &Env) -> Result<Option<Limits>, ConfigError> {
    // If the variable is an object, it can't be read as text, so errors are ignored here.
    if text_of(env, "RATE_LIMITS").is_ok_and(|text| text.as_deref() == Some("off")) {
        return Ok(None);
    }
    let limits: Limits =
        object_of(env, "RATE_LIMITS", ConfigError::RateLimitsMalformed)?.unwrap_or_default();
    let Limits {
        network,
        account,
        device,
        mail,
        mailbox,
    } = &limits;
    let is_limit =
        |limit: &Limit| (1..=10_000).contains(&limit.attempts) && (1..=DAY).contains(&limit.window);
    if ![network, account, device, mail, mailbox]
        .into_iter()
        .all(is_limit)
    {
        return Err(ConfigError::RateLimitsMalformed);
    }
    let is_bound = |name: &str| {
        let binding = worker::js_sys::Reflect::get(env, &name.into());
        binding.is_ok_and(|value| value.is_object())
    };
    for binding in [NETWORK_BINDING, ACCOUNT_BINDING] {
        if !is_bound(binding) {
            return Err(ConfigError::LimiterMissing { binding });
        }
    }
    Ok(Some(limits))
}
