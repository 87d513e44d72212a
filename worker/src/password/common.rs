//! Common passwords (ASVS 5 §6.2.4).

/// All passwords with at least 8 characters from the list in
/// `@zxcvbn-ts/language-common`: one per line, in lowercase, sorted by bytes.
/// `worker/src/password/common.mjs` generates `common.txt`.
const COMMON: &str = include_str!("common.txt");

/// Returns whether a password is common, ignoring case.
pub(super) fn is_common(password: &str) -> bool {
    let wanted = password.to_lowercase();
    let (mut from, mut to) = (0, COMMON.len());
    while from < to {
        // Find the line that contains the middle of the range.
        let middle = from.midpoint(to);
        let start = COMMON[..middle].rfind('\n').map_or(0, |before| before + 1);
        let end = COMMON[middle..]
            .find('\n')
            .map_or(COMMON.len(), |after| middle + after);
        match COMMON[start..end].cmp(&wanted) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => from = end + 1,
            std::cmp::Ordering::Greater => to = start,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_each_line_and_nothing_between() {
        let mut before = "";
        for line in COMMON.lines() {
            assert!(before < line, "{before:?} before {line:?}");
            assert!(is_common(line), "{line}");
            before = line;
        }
        for other in [
            "",
            "a",
            "correct horse battery staple",
            "zzzzzzzzzzzzzz~",
            "\u{10ffff}",
        ] {
            assert!(!is_common(other), "{other}");
        }
        assert!(is_common("Password123") && is_common("TRUSTNO1"));
    }
}
