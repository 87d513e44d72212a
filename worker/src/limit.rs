//! How often passwords may be tried: by network for all accounts, and by account
//! from all networks. Counted before a password is hashed, given back where it
//! was right.

mod account;

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::config::{Limit, Limits};
use crate::error::Refusal;
use crate::token::verify_device;
use crate::user::Email;
use crate::{Edge, log};

use account::{Account, Bucket};

/// The binding that counts by network, with numbers of its own.
pub(crate) const NETWORK_BINDING: &str = "IP_LIMITER";
/// The Durable Object that counts by account.
pub(crate) const ACCOUNT_BINDING: &str = "LIMITER";

/// How long the binding counts at most, in seconds.
const NETWORK_WINDOW: u64 = 60;

/// Counts a request by its network, before anything is done for it.
pub(crate) async fn by_network(edge: &Edge) -> Result<(), Refusal> {
    if edge.config.limits.is_none() {
        return Ok(());
    }
    let limited = async {
        let limiter = edge.env.rate_limiter(NETWORK_BINDING)?;
        limiter.limit(edge.client.network()).await
    };
    match limited.await {
        Ok(outcome) if outcome.success => Ok(()),
        Ok(_) => Err(Refusal::TooManyRequests(NETWORK_WINDOW)),
        Err(error) => Err(unavailable(&error)),
    }
}

/// A password that is about to be tried.
pub(crate) struct Attempt {
    counted: Option<(Account, Vec<Bucket>)>,
}

/// Counts an attempt to sign in, known account or not.
pub(crate) async fn sign_in(email: &Email, edge: &Edge) -> Result<Attempt, Refusal> {
    let device = edge
        .jar
        .device()
        .and_then(|token| verify_device(token, email, edge.config, edge.now));
    count(email, edge, |limits| match &device {
        // Strangers' attempts are none of this browser's.
        Some(id) => {
            edge.trail.known_device();
            vec![bucket("device", id, limits.device)]
        }
        None => vec![
            bucket("network", &edge.client.network(), limits.network),
            bucket("account", "", limits.account),
        ],
    })
    .await
}

/// Counts an attempt of somebody who is signed in to prove their password.
pub(crate) async fn proof(email: &Email, edge: &Edge) -> Result<Attempt, Refusal> {
    count(email, edge, |limits| {
        vec![bucket("session", "", limits.device)]
    })
    .await
}

impl Attempt {
    /// The password was right: it counts for nothing.
    pub(crate) async fn succeeded(self) {
        if let Some((account, buckets)) = self.counted
            && let Err(error) = account.give_back(&buckets).await
        {
            // Who is let in stays in.
            log::fault("LIMITER", &format!("{error:?}"));
        }
    }
}

async fn count(
    email: &Email,
    edge: &Edge,
    buckets: impl FnOnce(&Limits) -> Vec<Bucket>,
) -> Result<Attempt, Refusal> {
    let mac = edge.config.secrets.limiter.mac(email.as_bytes());
    let name = Base64UrlUnpadded::encode_string(&mac);
    edge.trail.account(&name[..16]);
    let Some(limits) = &edge.config.limits else {
        return Ok(Attempt { counted: None });
    };
    let buckets = buckets(limits);
    let account = Account::of(&edge.env, &name, edge.now).map_err(|error| unavailable(&error))?;
    match account.take(&buckets).await {
        Ok(0) => Ok(Attempt {
            counted: Some((account, buckets)),
        }),
        Ok(seconds) => Err(Refusal::TooManyRequests(seconds)),
        Err(error) => Err(unavailable(&error)),
    }
}

fn bucket(kind: &str, of: &str, limit: Limit) -> Bucket {
    Bucket {
        name: format!("{kind} {of}"),
        limit,
    }
}

/// Without its limits nothing is let in: else whoever can break them is.
fn unavailable(error: &worker::Error) -> Refusal {
    log::fault("LIMITER", &format!("{error:?}"));
    Refusal::LimiterUnavailable
}

/// Whether the limiters answer.
pub(crate) async fn check(edge: &Edge) -> bool {
    let Ok(account) = Account::of(&edge.env, "healthz", edge.now) else {
        return false;
    };
    account.take(&[]).await.is_ok()
}
