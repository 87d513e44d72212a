//! Reads clocks, and formats times as text.

use crate::http::Request;

/// The header that shifts the clock for one request by a number of milliseconds. Only
/// test builds read it.
#[cfg(feature = "test-clock")]
const OFFSET_HEADER: &str = "x-edgeseal-test-clock";

/// Returns the current time, in milliseconds since the epoch. Tests can't shift it.
pub(crate) fn now() -> u64 {
    worker::js_sys::Date::now() as u64
}

/// Returns the time of a request, in milliseconds since the epoch.
#[cfg(not(feature = "test-clock"))]
pub(crate) fn for_request(_request: &Request) -> u64 {
    now()
}

/// Returns the time of a request, shifted by the number of milliseconds in its header.
#[cfg(feature = "test-clock")]
pub(crate) fn for_request(request: &Request) -> u64 {
    let offset = request.headers().get(OFFSET_HEADER);
    let offset = offset.and_then(|text| text.parse::<i64>().ok());
    now().saturating_add_signed(offset.unwrap_or(0))
}

/// Returns how far a request's time is ahead of the runtime's, in milliseconds. Always
/// 0 outside of test builds.
#[cfg(not(feature = "test-clock"))]
pub(crate) const fn moved_by(_time: u64) -> i64 {
    0
}

/// Returns a Durable Object's time. The caller can't shift it.
#[cfg(not(feature = "test-clock"))]
pub(crate) fn for_object(_moved: i64) -> u64 {
    now()
}

/// Returns a Durable Object's time, shifted by the same amount as the caller's.
#[cfg(feature = "test-clock")]
pub(crate) fn for_object(moved: i64) -> u64 {
    now().saturating_add_signed(moved)
}

/// Returns how far a request's time is ahead of the runtime's, in milliseconds.
#[cfg(feature = "test-clock")]
pub(crate) fn moved_by(time: u64) -> i64 {
    time as i64 - now() as i64
}

/// Formats a time in milliseconds as JavaScript's `toISOString` does.
pub(crate) fn iso8601(milliseconds: u64) -> String {
    let (seconds, millisecond) = (milliseconds / 1000, milliseconds % 1000);
    let (days, second) = (seconds / DAY, seconds % DAY);
    // Years start in March here, so that a leap day is the last day of its year. They
    // are counted in eras of 400 years, because all eras have the same number of days.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = match month {
        10.. => (year + era * 400 + 1, month - 9),
        _ => (year + era * 400, month + 3),
    };
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z")
}

const DAY: u64 = 24 * 60 * 60;

#[cfg(test)]
mod tests {
    use super::iso8601;

    #[test]
    fn times_are_written_as_javascript_writes_them() {
        for (milliseconds, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (1_709_251_199_001, "2024-02-29T23:59:59.001Z"),
            (1_767_225_599_000, "2025-12-31T23:59:59.000Z"),
            (1_767_225_600_000, "2026-01-01T00:00:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(iso8601(milliseconds), text);
        }
    }
}
