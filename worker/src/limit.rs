//! Limits how often passwords may be tried and messages may be requested.
//!
//! Password attempts are counted for each network, for each account, and, if the user
//! is signed in, for each sign-in. An attempt is counted before its password is hashed,
//! and removed from the counters if the password turns out to be correct. Messages are
//! counted for each address, and for each combination of address and network.

mod account;

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::config::{Limit, Limits, NETWORK_BINDING};
use crate::context::Context;
use crate::error::Refusal;
use crate::log;
use crate::token::{Session, verify_device};
use crate::user::Email;

use account::{Account, Bucket, Outcome};

/// The binding's longest window, in seconds.
const NETWORK_WINDOW: u64 = 60;

/// Counts a request by its network, before any other work is done for the request.
pub(crate) async fn by_network(context: &Context) -> Result<(), Refusal> {
    if context.config.limits.is_none() {
        return Ok(());
    }
    let limited = async {
        let limiter = context.env.rate_limiter(NETWORK_BINDING)?;
        limiter.limit(context.client.network()).await
    };
    match limited.await {
        Ok(outcome) if outcome.success => Ok(()),
        Ok(_) => Err(Refusal::TooManyRequests(NETWORK_WINDOW)),
        Err(error) => Err(unavailable(&error)),
    }
}

/// An attempt that has been counted.
pub(crate) struct Attempt {
    counted: Option<(Account, Vec<Bucket>)>,
    /// Whether this is the last allowed attempt. If its password is right, more
    /// attempts are allowed.
    pub(crate) is_last: bool,
}

/// Counts an attempt to sign in, whether or not the account exists.
pub(crate) async fn sign_in(email: &Email, context: &Context) -> Result<Attempt, Refusal> {
    let device = context
        .jar
        .devices()
        .into_iter()
        .filter_map(|token| verify_device(token, context.config, context.now))
        .find(|device| device.is_for(email, context.config));
    if let Some(device) = &device {
        context.trail.known_device();
        let own = count(email, context, |limits| {
            vec![bucket("device", &device.id, limits.device)]
        });
        match own.await {
            // A thief with the cookie may have used up its attempts. The owner can then
            // still use the attempts shared by browsers that are new to the account.
            Err(Refusal::TooManyRequests(_)) => {}
            counted => return counted,
        }
    }
    count(email, context, |limits| {
        let mut buckets = vec![
            bucket("network", &context.client.network(), limits.network),
            bucket("account", "", limits.account),
        ];
        // One site's 65,536 networks must not be able to fill the counter that all
        // unknown browsers share.
        if let Some(site) = context.client.site() {
            let attempts = limits.account.attempts.div_ceil(2);
            let half = Limit {
                attempts,
                ..limits.account
            };
            buckets.push(bucket("site", &site, half));
        }
        buckets
    })
    .await
}

/// Counts a message to an address, whether or not the address has an account. If the
/// limit is reached, the refusal contains the number of seconds until the next message
/// is allowed.
pub(crate) async fn message(email: &Email, context: &Context) -> Result<(), Refusal> {
    count(email, context, |limits| {
        vec![
            bucket("mail", &context.client.network(), limits.mail),
            bucket("mailbox", "", limits.mailbox),
        ]
    })
    .await
    .map(drop)
}

/// Counts a signed-in user's attempt to enter the current password. Each sign-in has
/// its own counter, which all sessions from it share, so that a thief with a session
/// from a different sign-in can't use up the attempts. Returns `None` if no attempts
/// are left.
pub(crate) async fn proof(
    session: &Session,
    email: &str,
    context: &Context,
) -> Result<Option<Attempt>, Refusal> {
    /// Wrong passwords are rare here, and if the counter is full, the user only has to
    /// sign in again.
    const DAY: u32 = 24 * 60 * 60;
    context.trail.account(&object_name(email, context)[..16]);
    let Some(limits) = &context.config.limits else {
        return Ok(Some(Attempt::uncounted()));
    };
    let attempts = limits.device.attempts;
    let window = limits.device.window.max(DAY);
    let buckets = vec![bucket("lineage", "", Limit { attempts, window })];
    let name = object_name(&format!("lineage {}", session.lineage), context);
    match take(&name, buckets, context).await? {
        Ok(attempt) => Ok(Some(attempt)),
        Err(_) => Ok(None),
    }
}

impl Attempt {
    const fn uncounted() -> Self {
        Self {
            counted: None,
            is_last: false,
        }
    }

    /// Returns the outcome. The attempt still counts if the password was wrong, but not
    /// if a fault prevented the comparison.
    pub(crate) async fn settle<T>(self, outcome: Result<T, Refusal>) -> Result<T, Refusal> {
        let is_counted = matches!(
            outcome,
            Err(Refusal::InvalidCredentials | Refusal::InvalidPassword | Refusal::Unauthorized)
        );
        if !is_counted {
            self.give_back().await;
        }
        outcome
    }

    /// Removes the attempt from the counters.
    async fn give_back(self) {
        if let Some((account, buckets)) = self.counted
            && let Err(error) = account.give_back(&buckets).await
        {
            // If this fails, the sign-in still succeeds.
            log::fault("LIMITER", &format!("{error:?}"));
        }
    }
}

async fn count(
    email: &Email,
    context: &Context,
    buckets: impl FnOnce(&Limits) -> Vec<Bucket>,
) -> Result<Attempt, Refusal> {
    let name = object_name(email.as_str(), context);
    context.trail.account(&name[..16]);
    let Some(limits) = &context.config.limits else {
        return Ok(Attempt::uncounted());
    };
    take(&name, buckets(limits), context)
        .await?
        .map_err(Refusal::TooManyRequests)
}

/// Returns the name of the Durable Object for an account or a sign-in. The name doesn't
/// reveal the address.
fn object_name(of: &str, context: &Context) -> String {
    let mac = context.config.secrets.limiter.mac(of.as_bytes());
    Base64UrlUnpadded::encode_string(&mac)
}

/// Counts an attempt, or returns the number of seconds until the next one is allowed.
async fn take(
    name: &str,
    buckets: Vec<Bucket>,
    context: &Context,
) -> Result<Result<Attempt, u64>, Refusal> {
    let account =
        Account::new(&context.env, name, context.now).map_err(|error| unavailable(&error))?;
    match account.take(&buckets).await {
        Ok(Outcome::Counted { left }) => Ok(Ok(Attempt {
            counted: Some((account, buckets)),
            is_last: left == 0,
        })),
        Ok(Outcome::Full { seconds }) => Ok(Err(seconds)),
        Err(error) => Err(unavailable(&error)),
    }
}

fn bucket(kind: &str, of: &str, limit: Limit) -> Bucket {
    Bucket {
        name: format!("{kind} {of}"),
        limit,
    }
}

/// Refuses the request, because otherwise anyone who broke the limiter could get around the limits.
fn unavailable(error: &worker::Error) -> Refusal {
    log::fault("LIMITER", &format!("{error:?}"));
    Refusal::LimiterUnavailable
}

/// Returns whether the account limiter responds.
pub(crate) async fn check(context: &Context) -> bool {
    let Ok(account) = Account::new(&context.env, "healthz", context.now) else {
        return false;
    };
    account.take(&[]).await.is_ok()
}
