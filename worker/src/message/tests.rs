use super::*;

const KINDS: [&str; 6] = [
    "reset-password",
    "verify-email",
    "change-email-confirmation",
    "change-email-verification",
    "delete-account",
    "existing-account",
];

const VALUES: Values<'_> = Values {
    app: "Tasks & Co",
    app_url: "https://app.example",
    name: "Ada <b>\"Lovelace\"</b>",
    email: "ada@old.example",
    new_email: Some("ada@new.example"),
    url: "https://app.example/api/auth/x?token=a.b.c&callbackURL=%2F",
};

fn kind(name: &str) -> Kind {
    serde_json::from_value(name.into()).unwrap()
}

fn templates(json: &serde_json::Value) -> Result<Templates, String> {
    Templates::read(&json.to_string())
}

#[test]
fn every_kind_renders() {
    for name in KINDS {
        let Rendered {
            subject,
            text,
            html,
        } = Templates::default().render(kind(name), &VALUES);
        for part in [&subject, &text, &html] {
            assert!(part.contains("Tasks &"), "{name}: {part}");
            assert!(!part.contains("{{") && !part.contains("}}"), "{name}");
        }
        assert!(
            text.starts_with("Hello Ada <b>\"Lovelace\"</b>,\n\n"),
            "{text}"
        );
        assert!(text.contains(&format!(":\n{}\n\n", VALUES.url)), "{text}");
        assert!(
            text.ends_with("\n\nTasks & Co\nhttps://app.example\n"),
            "{text}"
        );
        let is_short = |line: &str| line.chars().count() <= 72;
        assert!(text.lines().all(is_short), "{text}");
        let url = "https://app.example/api/auth/x?token=a.b.c&amp;callbackURL=%2F";
        // The link is in the button, in the link below the button, and in that link's
        // text.
        assert_eq!(html.matches(&format!("href=\"{url}\"")).count(), 2);
        assert_eq!(html.matches(url).count(), 3);
        assert!(html.contains("Hello Ada &lt;b&gt;&quot;Lovelace&quot;&lt;/b&gt;,"));
        assert!(!html.contains("<b>") && !html.contains("src="));
        let has_validity = text.contains("This link works for 1 hour. If ");
        assert_eq!(has_validity, name != "existing-account");
        assert_eq!(html.contains("for 1 hour. If "), has_validity);
        assert!(text.contains("If it wasn't you") || text.contains("isn't yours"));
        let shows_new = name.starts_with("change-");
        assert_eq!(text.contains("ada@new.example"), shows_new, "{name}");
        assert_eq!(serde_json::to_value(kind(name)).unwrap(), name);
    }
}

#[test]
fn the_new_address_does_not_learn_the_old_one() {
    let message = Templates::default().render(Kind::ChangeEmailVerification, &VALUES);
    assert!(!message.text.contains("old.example"));
    assert!(!message.html.contains("old.example"));
}

#[test]
fn greets_nobody_whose_name_is_a_link() {
    let name = "Click https://evil.example";
    let message = Templates::default().render(Kind::VerifyEmail, &Values { name, ..VALUES });
    assert!(message.text.starts_with("Hello,\n"));
    assert!(message.html.contains(">Hello,<"));
    assert!(!message.html.contains("evil"));
}

#[test]
fn no_value_adds_a_header_or_a_placeholder() {
    let values = Values {
        app: "x\r\nBcc: y@evil.example\u{2028}{{url}}",
        name: "{{url}}",
        ..VALUES
    };
    let message = Templates::default().render(Kind::ResetPassword, &values);
    let expected = "Reset your password for x  Bcc: y@evil.example {{url}}";
    assert_eq!(message.subject, expected);
    assert!(message.text.starts_with("Hello {{url}},\n"));
    assert!(message.html.contains("Hello {{url}},"));
}

#[test]
fn templates_replace_parts() {
    let own = templates(&serde_json::json!({
        "delete-account": { "subject": "Konto löschen?", "text": "{{name}} {{minutes}}: {{url}}" },
        "verify-email": { "html": "<p title='{{name}}'>{{url}}" },
    }))
    .unwrap();
    let built_in = Templates::default();
    let message = own.render(Kind::DeleteAccount, &VALUES);
    assert_eq!(message.subject, "Konto löschen?");
    assert_eq!(message.text, format!("{} 60: {}", VALUES.name, VALUES.url));
    assert_eq!(
        message.html,
        built_in.render(Kind::DeleteAccount, &VALUES).html
    );
    let message = own.render(Kind::VerifyEmail, &VALUES);
    let start = "<p title='Ada &lt;b&gt;&quot;Lovelace&quot;&lt;/b&gt;'>https://";
    assert!(message.html.starts_with(start));
    assert_eq!(
        message.text,
        built_in.render(Kind::VerifyEmail, &VALUES).text
    );
}

#[test]
fn refuses_templates_and_says_why() {
    let reason = |json: &str| Templates::read(json).err().unwrap_or_default();
    assert_eq!(reason("{}"), "");
    assert_eq!(reason("[]"), "it must be a JSON object");
    assert_eq!(reason("{"), "it must be a JSON object");
    let unknown = reason(r#"{ "reset": {} }"#);
    assert!(unknown.starts_with("unknown variant `reset`, expected one of `reset-password`"));
    assert_eq!(
        reason(r#"{ "verify-email": { "text": "{{link}}" } }"#),
        "verify-email: text has the unknown placeholder {{link}}"
    );
}
