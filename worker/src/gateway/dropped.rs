//! Reports which client headers a route drops, so that operators can find out why a
//! header does not reach the upstream. Reports contain only names, and each route is
//! reported at most once an hour.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::log;

/// The minimum time between two reports about a route, in milliseconds.
const INTERVAL: u64 = 60 * 60 * 1000;
/// Clients choose the names, so only this many of them are kept, and only if they have
/// at most `MAX_LENGTH` bytes.
const MAX_NAMES: usize = 32;
const MAX_LENGTH: usize = 64;

thread_local! {
    /// Keyed by the route's path, so that there are no more reports than routes.
    static REPORTS: RefCell<BTreeMap<&'static str, Report>> = const { RefCell::new(BTreeMap::new()) };
}

/// Adds these names to the route's report. Logs the report unless the last one was
/// logged less than [`INTERVAL`] ago.
pub(super) fn report(route: &'static str, names: &[String], now: u64) {
    if names.is_empty() {
        return;
    }
    let due = REPORTS.with_borrow_mut(|reports| {
        let report = reports.entry(route).or_default();
        report.add(names);
        report.take_due(now)
    });
    if let Some(names) = due {
        log::headers_dropped(route, &names);
    }
}

#[derive(Default)]
struct Report {
    names: BTreeSet<String>,
    /// When the last report was logged.
    last: Option<u64>,
}

impl Report {
    fn add(&mut self, names: &[String]) {
        for name in names {
            let is_plain = name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
            if is_plain && name.len() <= MAX_LENGTH && self.names.len() < MAX_NAMES {
                self.names.insert(name.clone());
            }
        }
    }

    fn take_due(&mut self, now: u64) -> Option<BTreeSet<String>> {
        let is_due = self.last.is_none_or(|last| now >= last + INTERVAL);
        if !is_due || self.names.is_empty() {
            return None;
        }
        self.last = Some(now);
        Some(std::mem::take(&mut self.names))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn reports_once_an_hour_what_was_dropped_since() {
        let mut report = Report::default();
        report.add(&names(&["x-b", "x-a"]));
        let first = report.take_due(1000).unwrap();
        assert_eq!(first.into_iter().collect::<Vec<_>>(), ["x-a", "x-b"]);
        report.add(&names(&["x-c"]));
        assert_eq!(report.take_due(1000 + INTERVAL - 1), None);
        report.add(&names(&["x-d", "x-c"]));
        let second = report.take_due(1000 + INTERVAL).unwrap();
        assert_eq!(second.into_iter().collect::<Vec<_>>(), ["x-c", "x-d"]);
        assert_eq!(report.take_due(1000 + 3 * INTERVAL), None);
    }

    #[test]
    fn keeps_few_names_and_short_ones() {
        let mut report = Report::default();
        let long = "x".repeat(MAX_LENGTH + 1);
        report.add(&names(&[&long, "a.b.c", "x_kept"]));
        let many: Vec<_> = (0..100).map(|index| format!("x-{index}")).collect();
        report.add(&many);
        let kept = report.take_due(0).unwrap();
        assert_eq!(kept.len(), MAX_NAMES);
        assert!(kept.contains("x_kept") && !kept.contains(&long) && !kept.contains("a.b.c"));
    }
}
