//! Tokens that this isolate has verified. Browsers send the same tokens again and again, and
//! verifying one takes longer than everything else that the gateway decides.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

/// Limits memory use. A token has at most a few KiB.
const SLOTS: usize = 512;

/// A valid token, and what it says. The type of the value is the kind of the token, so no
/// kind is accepted in place of another.
struct Valid {
    token: String,
    value: Rc<dyn Any>,
    /// When the token is valid, in milliseconds since the epoch.
    from: u64,
    until: u64,
}

thread_local! {
    /// Each token has one slot, where it replaces another one.
    static TOKENS: RefCell<Vec<Option<Valid>>> = const { RefCell::new(Vec::new()) };
}

/// Returns what a token says. Calls `verify` unless the token is in the cache and was valid
/// at an earlier time, but has not expired at `now`. `until` returns when the token expires,
/// in seconds.
pub(super) fn cached<T: 'static>(
    token: &str,
    now: u64,
    until: impl FnOnce(&T) -> u64,
    verify: impl FnOnce() -> Option<T>,
) -> Option<Rc<T>> {
    if let Some(value) = known(token, now).and_then(|value| value.downcast().ok()) {
        return Some(value);
    }
    let value = Rc::new(verify()?);
    keep(Valid {
        token: token.to_owned(),
        until: until(&value).saturating_mul(1000),
        value: Rc::<T>::clone(&value),
        from: now,
    });
    Some(value)
}

fn known(token: &str, now: u64) -> Option<Rc<dyn Any>> {
    TOKENS.with_borrow(|slots| {
        let known = slots.get(slot_of(token))?.as_ref()?;
        let is_valid = known.token == token && (known.from..known.until).contains(&now);
        is_valid.then(|| Rc::clone(&known.value))
    })
}

fn keep(valid: Valid) {
    TOKENS.with_borrow_mut(|slots| {
        slots.resize_with(SLOTS, || None);
        let slot = slot_of(&valid.token);
        slots[slot] = Some(valid);
    });
}

/// A token ends with its signature, so its last letters are as good as a hash. Nobody can
/// choose them without the key.
fn slot_of(token: &str) -> usize {
    let letters = token.bytes().rev().take(6);
    letters.fold(0, |slot, letter| (slot * 31 + usize::from(letter)) % SLOTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the value, and whether the token was verified.
    fn ask(token: &str, now: u64, valid: Option<u64>) -> (Option<u64>, bool) {
        let mut is_verified = false;
        let verify = || {
            is_verified = true;
            valid
        };
        let value = cached(token, now, |until| *until, verify);
        (value.as_deref().copied(), is_verified)
    }

    #[test]
    fn times_are_checked_at_each_use() {
        assert_eq!(ask("a", 5000, Some(9)), (Some(9), true));
        assert_eq!(ask("a", 5000, None), (Some(9), false));
        assert_eq!(ask("a", 8999, None), (Some(9), false));
        assert_eq!(ask("a", 9000, None), (None, true), "it has expired");
        assert_eq!(
            ask("a", 4999, None),
            (None, true),
            "it may not be valid yet"
        );
        assert_eq!(ask("a ", 5000, None), (None, true), "another token");
    }

    #[test]
    fn a_token_of_one_kind_is_none_of_another() {
        assert_eq!(ask("a", 0, Some(9)), (Some(9), true));
        assert_eq!(cached("a", 0, |_: &String| 9, || None), None);
        assert_eq!(ask("a", 0, None), (Some(9), false));
    }

    #[test]
    fn has_a_bounded_size_and_no_refused_token() {
        for index in 0..3 * SLOTS {
            ask(&index.to_string(), 0, Some(1));
        }
        let used = || TOKENS.with_borrow(|slots| slots.iter().flatten().count());
        assert!(used() <= SLOTS && TOKENS.with_borrow(Vec::len) == SLOTS);
        TOKENS.take();
        assert_eq!(ask("refused", 0, None), (None, true));
        assert_eq!(used(), 0);
    }
}
