//! Asks a service whether a password matches a stored hash that this Worker can't read, such
//! as a hash from the operator's own system.

use serde::{Deserialize, Serialize};

use crate::config::VERIFIER_BINDING;
use crate::context::Context;
use crate::{log, webhook};

#[derive(Serialize)]
struct Question<'a> {
    hash: &'a str,
    password: &'a str,
}

#[derive(Deserialize)]
struct Verdict {
    valid: bool,
}

/// Returns whether the service says that the password matches. Returns `false` if there is no
/// service, if the Worker can read the hash itself, or if the service fails. Failures are logged.
pub(crate) async fn matches(password: &str, hash: &str, context: &Context) -> bool {
    let policy = &context.config.passwords;
    let is_unreadable = policy.work_of(hash).is_err() && !edgeseal::password::is_unusable(hash);
    if !context.config.has_password_verifier || !is_unreadable {
        return false;
    }
    match ask(&Question { hash, password }, context).await {
        Ok(verdict) => verdict.valid,
        Err(reason) => {
            log::fault(VERIFIER_BINDING, &reason);
            false
        }
    }
}

async fn ask(question: &Question<'_>, context: &Context) -> Result<Verdict, String> {
    let body = serde_json::to_string(question).map_err(|error| error.to_string())?;
    let service = context.env.service(VERIFIER_BINDING);
    let service = service.map_err(|error| format!("{error:?}"))?;
    let mut answer = webhook::post_to_service(&service, &body).await?;
    let verdict = answer.json().await;
    verdict
        .map_err(|_| "the response is not { \"valid\": true } or { \"valid\": false }".to_owned())
}
