//! HMAC keys (RFC 2104): checked once, pads precomputed once, zeroised on drop.

mod hmac;
mod jwt_compact;
mod ring;
mod secret;

pub use hmac::{HmacKey, MAC_LENGTH};
pub use ring::{KeyRing, Keys, MAX_KEYS};
