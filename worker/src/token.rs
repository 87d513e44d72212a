//! The kinds of tokens. No kind is accepted in place of another, because each kind has
//! its own key, `typ` or required members (RFC 8725 §3.12).

mod access;
mod bearer;
mod cache;
mod device;
mod forwarded;
mod link;
mod refresh;
mod seal;
mod session;
mod session_data;
mod verify;

pub(crate) use access::{Caller, forwarded_access, sign_access, sign_for_route, verify_access};
pub(crate) use bearer::{sign_bearer, verify_bearer};
pub(crate) use device::{DEVICE_TTL, Device, sign_device, verify_device};
pub(crate) use link::{Link, LinkFault, LinkKind, LinkState, sign_link, verify_link};
pub(crate) use refresh::{names_session, sign_refresh, verify_refresh};
pub(crate) use seal::verify_seal;
pub(crate) use session::Session;
pub(crate) use session_data::{SessionData, sign_session_data, verify_session_data};
