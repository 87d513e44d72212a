//! HMAC keys (RFC 2104), which are checked once, precompute their pads, and are zeroised
//! on drop.

mod hmac;
mod jwt_compact;
mod ring;
mod secret;

#[cfg(feature = "js")]
pub(crate) use hmac::MacInParts;
pub use hmac::{HmacKey, MAC_LENGTH};
pub use ring::{KeyRing, Keys, MAX_KEYS};
