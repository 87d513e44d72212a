//! The Worker's account rules, for the operator's commands in `worker/admin`, which run
//! outside of any Worker. Only the wasm module that `worker/admin/rules.mjs` builds
//! exports these rules; deployed Workers don't.

#![allow(
    unreachable_pub,
    reason = "wasm-bindgen exports only what is declared public"
)]

use edgeseal::PasswordPolicy;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use worker::js_sys::{Error, Reflect};

use crate::auth::link_url;
use crate::config::{self, LinkSettings};
use crate::error::Refusal;
use crate::id;
use crate::message::LINK_TTL;
use crate::password::{self, MAX_LENGTH, MIN_LENGTH};
use crate::store::owner_of_row;
use crate::token::{LinkKind, LinkState, sign_link};
use crate::user::{Email, NAME_RULE, is_name};

/// Returns an e-mail address in the form in which it is stored and looked up.
#[wasm_bindgen(js_name = parseEmail)]
pub fn parse_email(text: &str) -> Result<String, JsValue> {
    let email = Email::parse(text).ok_or_else(|| refused(&Refusal::InvalidEmail))?;
    Ok(email.as_str().to_owned())
}

#[wasm_bindgen(js_name = checkName)]
pub fn check_name(text: &str) -> Result<(), JsValue> {
    if is_name(text) {
        Ok(())
    } else {
        Err(error("INVALID_NAME", NAME_RULE))
    }
}

#[wasm_bindgen(js_name = randomId)]
pub fn random_id() -> String {
    id::random_id()
}

#[wasm_bindgen(js_name = isId)]
pub fn is_id(text: &str) -> bool {
    id::is_id(text)
}

/// Returns the maximum lifetime of a session, in milliseconds.
#[wasm_bindgen(js_name = sessionLife)]
pub fn session_life() -> f64 {
    (config::SESSION_TTL * 1000) as f64
}

/// The password policy of a Worker with these variables.
#[wasm_bindgen]
pub struct Passwords(PasswordPolicy);

#[wasm_bindgen]
impl Passwords {
    #[wasm_bindgen(constructor)]
    pub fn new(variables: JsValue) -> Result<Self, JsValue> {
        config::password_policy(variables)
            .map(Self)
            .map_err(|wrong| error("CONFIG_INVALID", &wrong.to_string()))
    }

    /// Returns the string to store for a new password.
    pub fn hash(&self, password: &str) -> Result<String, JsValue> {
        let Self(policy) = self;
        let hashed = || {
            password::check_characters(password)
                .map_err(|rule| Refusal::Validation(rule.to_owned()))?;
            password::check_new(password, policy)?;
            password::hash(password, policy)
        };
        hashed().map_err(|refusal| match refusal {
            Refusal::PasswordTooShort | Refusal::PasswordTooLong => {
                let (_, code, message) = refusal.on_the_wire();
                let bytes = policy.max_password_length();
                error(
                    code,
                    &format!(
                        "{message}: {MIN_LENGTH} to {MAX_LENGTH} characters, at most {bytes} bytes"
                    ),
                )
            }
            _ => refused(&refusal),
        })
    }

    /// Returns whether the Worker can verify a stored hash within its limits.
    #[wasm_bindgen(js_name = canVerify)]
    pub fn can_verify(&self, stored: &str) -> bool {
        self.0.work_of(stored).is_ok()
    }
}

/// Returns how long a link works, in milliseconds.
#[wasm_bindgen(js_name = linkLife)]
pub fn link_life() -> f64 {
    (LINK_TTL * 1000) as f64
}

/// Returns the password reset link that a Worker with these variables would create at
/// `now` (milliseconds). `row` is the user's row from `ownerQuery`, as JSON. The link
/// leads to `callback`.
#[wasm_bindgen(js_name = resetLink)]
pub fn reset_link(
    variables: JsValue,
    row: &str,
    callback: &str,
    now: f64,
) -> Result<String, JsValue> {
    let wrong = |reason: String| error("CONFIG_INVALID", &reason);
    let settings = LinkSettings::read(variables).map_err(|reason| wrong(reason.to_string()))?;
    if !settings.trusted_origins.accepts_callback(callback) {
        return Err(refused(&Refusal::InvalidCallbackUrl("callbackURL")));
    }
    let now = now as u64;
    let owner = owner_of_row(row, now)?;
    if owner.is_disabled {
        return Err(refused(&Refusal::UserDisabled));
    }
    let kind = LinkKind::ResetPassword;
    let state = LinkState {
        user: &owner.user,
        password_hash: owner.password_hash.as_deref(),
        new_email: None,
        valid_after: 0,
    };
    let token =
        sign_link(kind, &state, &settings.keys, now).map_err(|reason| wrong(reason.to_string()))?;
    Ok(link_url(kind, &token, &settings.base_url, callback))
}

fn refused(refusal: &Refusal) -> JsValue {
    let (_, code, message) = refusal.on_the_wire();
    error(code, message)
}

fn error(code: &str, message: &str) -> JsValue {
    let error = Error::new(message);
    // Setting a property on a new object can't fail.
    let _ = Reflect::set(&error, &"code".into(), &code.into());
    error.into()
}
