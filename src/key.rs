//! HMAC keys (RFC 2104). Each key is checked once, has precomputed pads, and is zeroised
//! on drop.

mod hmac;
mod jwt_compact;
mod ring;
mod secret;

#[cfg(feature = "js")]
pub(crate) use hmac::MacInParts;
pub use hmac::{HmacKey, MAC_LENGTH};
pub use ring::{KeyRing, Keys, MAX_KEYS};
