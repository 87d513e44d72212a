//! Makes values safe for the part of a message that they are inserted into.

/// The maximum length of a name, in characters.
const MAX_NAME_LENGTH: usize = 64;
const MAX_SUBJECT_LENGTH: usize = 200;
/// The maximum length of a line, in characters. RFC 3676 §4.2 recommends fewer than 78.
const COLUMNS: usize = 72;

/// Returns a user's name in a form that messages may show, or an empty string.
///
/// An attacker can sign up with a stranger's address and choose a name that contains the
/// attacker's own text. The stranger would then read that text in a message from the app.
/// Names are therefore short and on one line, and a name is left out if mail clients
/// would turn it into a link, because it contains a URL, a domain, an e-mail address or a
/// phone number.
pub(super) fn display_name(name: &str) -> String {
    if is_linked(name) {
        return String::new();
    }
    let words: Vec<_> = name
        .split(|char: char| char.is_whitespace() || breaks_line(char))
        .filter(|word| !word.is_empty())
        .collect();
    cut(&words.join(" "), MAX_NAME_LENGTH)
}

/// Puts a subject on one line, because a line break would start a new header.
pub(super) fn subject(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|char| if breaks_line(char) { ' ' } else { char })
        .collect();
    cut(line.trim(), MAX_SUBJECT_LENGTH)
}

/// Escapes text for HTML content or quoted attributes.
pub(crate) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    push_escaped(&mut html, text);
    html
}

/// Appends text, escaped for HTML content or quoted attributes.
pub(super) fn push_escaped(html: &mut String, text: &str) {
    for char in text.chars() {
        match char {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(char),
        }
    }
}

/// Wraps lines at spaces. A word that is too long, such as a URL, gets its own line.
pub(super) fn wrap(text: &str) -> String {
    let mut wrapped = String::with_capacity(text.len() + 16);
    for line in text.lines() {
        let mut column = 0;
        for word in line.split(' ') {
            let length = word.chars().count();
            if column > 0 && column + 1 + length > COLUMNS {
                wrapped.push('\n');
                column = 0;
            } else if column > 0 {
                wrapped.push(' ');
                column += 1;
            }
            wrapped.push_str(word);
            column += length;
        }
        wrapped.push('\n');
    }
    wrapped
}

/// Returns whether a character is a control character, a line or paragraph separator, or
/// a bidi control, which reorders the text around it.
fn breaks_line(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}')
        || matches!(char, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn cut(text: &str, max: usize) -> String {
    if text.chars().nth(max).is_none() {
        return text.to_owned();
    }
    let start: String = text.chars().take(max - 1).collect();
    start.trim_end().to_owned() + "…"
}

/// Returns whether mail clients may turn the name or a part of it into a link.
fn is_linked(name: &str) -> bool {
    let text: String = name
        .chars()
        .filter(|char| !is_invisible(*char))
        .map(|char| match char {
            // Characters that count as dots in domains (UTS #46 §4), or that NFKC turns
            // into dots.
            '\u{3002}' | '\u{ff0e}' | '\u{ff61}' | '\u{2024}' => '.',
            _ => char.to_ascii_lowercase(),
        })
        .collect();
    ["://", "www."].iter().any(|mark| text.contains(mark))
        || text.chars().filter(char::is_ascii_digit).count() >= 7
        || text.split_whitespace().any(has_domain)
}

/// Returns whether a dot is followed by text that could be a top-level domain. There is
/// no list of such domains here, so any text with at least two characters is treated as
/// one. "J.R.R. Tolkien" is therefore accepted.
fn has_domain(word: &str) -> bool {
    let is_letter = |char: char| char.is_ascii_alphanumeric() || !char.is_ascii();
    word.split('.')
        .zip(word.split('.').skip(1))
        .any(|(host, domain)| {
            !host.is_empty() && domain.chars().take_while(|char| is_letter(*char)).count() > 1
        })
}

fn is_invisible(char: char) -> bool {
    let is_separator = char.is_whitespace() || !breaks_line(char);
    !is_separator
        || matches!(
            char,
            '\u{ad}' | '\u{34f}' | '\u{180e}' | '\u{200b}'..='\u{200d}'
        )
        || matches!(char, '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
        || matches!(char, '\u{e0000}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_for_content_and_attributes() {
        let mut html = String::new();
        push_escaped(&mut html, "<a href=\"x\" b='y'>&amp;ü</a>");
        assert_eq!(
            html,
            "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;ü&lt;/a&gt;"
        );
    }

    #[test]
    fn subjects_are_one_line() {
        for char in "\r\n\0\t\u{7f}\u{85}\u{2028}\u{2029}\u{202e}\u{2066}\u{2069}\u{61c}".chars() {
            assert_eq!(subject(&format!("a{char}Bcc: b")), "a Bcc: b", "{char:?}");
        }
        assert_eq!(subject("a\r\n"), "a");
        assert_eq!(subject(&"ü".repeat(200)), "ü".repeat(200));
        let cut = subject(&"ü".repeat(201));
        assert_eq!(cut, "ü".repeat(199) + "…");
    }

    #[test]
    fn names_are_short_and_on_one_line() {
        assert_eq!(display_name("  Ada\r\n\u{202e}Lovelace\0 "), "Ada Lovelace");
        assert_eq!(display_name(&"é".repeat(64)), "é".repeat(64));
        assert_eq!(display_name(&"é".repeat(65)), "é".repeat(63) + "…");
        let long = format!("{} Lovelace", "é".repeat(62));
        assert_eq!(display_name(&long), "é".repeat(62) + "…");
    }

    #[test]
    fn names_that_become_links_are_left_out() {
        for name in [
            "https://evil.example",
            "ftp://x",
            "You won! WWW.x",
            "Prize at evil.example/now",
            "evil.co",
            "evil.xn--p1ai",
            "привет.рф",
            "evil。com",
            "evil\u{200b}.com",
            "evil.\u{ad}com",
            "evil.c\u{202e}om",
            "evil.c\0om",
            "i❤.ws",
            "help@evil.example",
            "(evil.com)",
            "Call +1 800-555-0199",
        ] {
            assert_eq!(display_name(name), "", "{name}");
        }
        for name in [
            "J.R.R. Tolkien",
            "Sammy Davis Jr.",
            "Dr. Ada O'Neil, 2nd",
            "Ada... Lovelace.",
            "Wendy Wwwilson",
            "山田。",
            "Agent 007",
        ] {
            assert_eq!(display_name(name), name);
        }
    }

    #[test]
    fn wraps_at_72_columns() {
        let words = "eleven chär ".repeat(12);
        let url = format!("https://app.example/{}", "x".repeat(100));
        let wrapped = wrap(&format!("{}\n\n{url} end\n", words.trim()));
        let lines: Vec<_> = wrapped.lines().collect();
        let eleven = |times| "eleven chär ".repeat(times).trim().to_owned();
        assert_eq!(lines, [&eleven(6), &eleven(6), "", &url, "end"]);
        assert_eq!(eleven(6).chars().count(), 71);
        assert_eq!(wrap(&format!("{} ab", "x".repeat(69))).lines().count(), 1);
        assert_eq!(wrap(&format!("{} abc", "x".repeat(69))).lines().count(), 2);
    }
}
