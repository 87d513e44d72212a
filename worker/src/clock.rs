//! What time it is.

use crate::http::Request;

/// Moves the clock for one request, in milliseconds. Read by test builds only.
#[cfg(feature = "test-clock")]
const OFFSET_HEADER: &str = "x-edgeseal-test-clock";

/// Milliseconds since the epoch, as nothing moves them.
pub(crate) fn of_runtime() -> u64 {
    worker::js_sys::Date::now() as u64
}

/// Milliseconds since the epoch.
#[cfg(not(feature = "test-clock"))]
pub(crate) fn now(_request: &Request) -> u64 {
    of_runtime()
}

/// Milliseconds since the epoch, moved by as many as the request says.
#[cfg(feature = "test-clock")]
pub(crate) fn now(request: &Request) -> u64 {
    let offset = request.headers().get(OFFSET_HEADER);
    let offset = offset.and_then(|text| text.parse::<i64>().ok());
    of_runtime().saturating_add_signed(offset.unwrap_or(0))
}

/// How far a request's time is ahead of the runtime's, in milliseconds: nothing
/// but in test builds.
#[cfg(not(feature = "test-clock"))]
pub(crate) const fn moved_by(_now: u64) -> i64 {
    0
}

/// The time of a Durable Object, whatever its caller says.
#[cfg(not(feature = "test-clock"))]
pub(crate) fn of_object(_moved: i64) -> u64 {
    of_runtime()
}

/// The time of a Durable Object, moved as far as its caller's.
#[cfg(feature = "test-clock")]
pub(crate) fn of_object(moved: i64) -> u64 {
    of_runtime().saturating_add_signed(moved)
}

/// How far a request's time is ahead of the runtime's, in milliseconds.
#[cfg(feature = "test-clock")]
pub(crate) fn moved_by(now: u64) -> i64 {
    now as i64 - of_runtime() as i64
}
