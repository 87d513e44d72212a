//! Turns hashing and verifying into messages to another instance of this code. That instance
//! runs in a worker thread, or is dropped afterwards with all of its memory.

use zeroize::{Zeroize, Zeroizing};

use super::derive::Derivation;
use super::pending::{Hashing, Verifying};
use super::stored;

/// The kinds of messages. A message's text is the pepper's key id for a [`Hashing`], and the
/// stored hash for a [`Verifying`].
const HASHING: u32 = 0;
const VERIFYING: u32 = 1;

impl Hashing {
    /// Returns a message: the memory needed (in bytes), the kind and the text's length,
    /// followed by the text and the work.
    pub(crate) fn into_message(mut self) -> Zeroizing<Vec<u8>> {
        let keyid = self.keyid.take().unwrap_or_default();
        message(HASHING, &keyid, &mut self.derivation)
    }
}

impl Verifying {
    /// Same as [`Hashing::into_message`]; `stored` is the hash to verify against.
    pub(crate) fn into_message(mut self, stored: &str) -> Zeroizing<Vec<u8>> {
        message(
            VERIFYING,
            &self.stored.resolved(stored),
            &mut self.derivation,
        )
    }
}

fn message(kind: u32, text: &str, derivation: &mut Derivation) -> Zeroizing<Vec<u8>> {
    let work = derivation.take_bytes();
    // A policy allows at most 1 GiB.
    let memory = u32::try_from(derivation.scheme.memory()).unwrap_or(u32::MAX);
    let numbers = [memory, kind, text.len() as u32];
    let mut bytes = Zeroizing::new(Vec::with_capacity(12 + text.len() + work.len()));
    bytes.extend(numbers.into_iter().flat_map(u32::to_le_bytes));
    bytes.extend(text.as_bytes());
    bytes.extend(work.iter());
    bytes
}

/// Does the work that a message describes, and zeroises the message. Returns the string to
/// store, or one byte: 1 if the password is right, and 0 otherwise. Returns `None` if the
/// bytes are not a message.
pub(crate) fn conclude(message: &mut [u8]) -> Option<Vec<u8>> {
    let work = read(message);
    message.zeroize();
    let (kind, text, derivation) = work?;
    if kind == HASHING {
        let keyid = Some(text).filter(|keyid| !keyid.is_empty());
        let hashing = Hashing { derivation, keyid };
        let key = hashing.derivation.run();
        return Some(hashing.finish(&key).into_bytes());
    }
    let stored = stored::parse(&text).ok()?;
    let verifying = Verifying { derivation, stored };
    let key = verifying.derivation.run();
    Some(vec![verifying.finish(&key).into()])
}

fn read(message: &[u8]) -> Option<(u32, String, Derivation)> {
    let (numbers, rest) = message.split_first_chunk::<12>()?;
    let number = |at: usize| {
        let bytes = numbers.as_chunks::<4>().0.get(at)?;
        Some(u32::from_le_bytes(*bytes))
    };
    let (text, work) = rest.split_at_checked(number(2)? as usize)?;
    let text = str::from_utf8(text).ok()?.to_owned();
    Some((number(1)?, text, Derivation::from_bytes(work)?))
}
