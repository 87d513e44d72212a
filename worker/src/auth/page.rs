//! The Worker's own pages: one says what is wrong with a link, and the other has a
//! button that confirms an address. They don't contain scripts or load anything.

use worker::Url;

use crate::context::Context;
use crate::http::{Request, Response};
use crate::input::Query;
use crate::message::escaped;
use crate::respond;

const LAYOUT: &str = include_str!("page.html");
/// The hash of the page's style sheet, used in `style-src` (CSP 3 §2.3.1). A test
/// checks it against the style sheet.
const STYLE: &str = "sha256-Iha3hvWw+Se/oRQVQvYL/79eKefVs9KkkdSo8Ajxv2I=";

/// Handles `GET /error`: says what is wrong, according to the code in the query.
pub(super) fn error(request: &Request, context: &Context) -> Response {
    let query = Query::new(request);
    let code = query.members().optional_string("error").unwrap_or_default();
    let is_code = |code: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"'_-".contains(&byte);
        !code.is_empty() && code.len() <= 64 && code.bytes().all(allowed)
    };
    let code = if is_code(code) { code } else { "UNKNOWN" };
    let text = match code {
        "INVALID_TOKEN" | "TOKEN_EXPIRED" => {
            "This link has expired or was already used. Request a new one."
        }
        _ => "Something went wrong. Go back to the app and try again.",
    };
    let home = escaped(&context.config.base_url);
    let body = format!(
        "<p>{text}</p><p><a href=\"{home}\">Go to home page</a></p><p class=\"code\">{}</p>",
        escaped(code)
    );
    page("This didn’t work", &body, "'none'")
}

/// Asks the person who opened a link in a message to confirm the address.
pub(super) fn confirm(
    request: &Request,
    email: &str,
    callback: Option<&str>,
    context: &Context,
) -> Response {
    let app = context.config.mail.as_ref().map_or("", |mail| &mail.app);
    let action = escaped(&format!(
        "{}?{}",
        request.url().path(),
        request.url().query().unwrap_or_default()
    ));
    let body = format!(
        "<p>Confirm that you use <strong>{}</strong> at {}. If you didn’t ask for this, close this page.</p>\
         <form method=\"post\" action=\"{action}\"><button>Confirm</button></form>",
        escaped(email),
        escaped(app),
    );
    page("Confirm your e-mail address", &body, &form_action(callback))
}

/// Returns the origins that the form may lead to (CSP 3 §6.4.1): this origin and,
/// because browsers check redirects too, the callback's origin.
fn form_action(callback: Option<&str>) -> String {
    let Some(url) = callback.and_then(|url| Url::parse(url).ok()) else {
        return "'self'".to_owned();
    };
    match url.scheme() {
        "http" | "https" => format!("'self' {}", url.origin().ascii_serialization()),
        app => format!("'self' {app}:"),
    }
}

fn page(title: &str, body: &str, form_action: &str) -> Response {
    let text = LAYOUT.replace("{{title}}", title).replace("{{body}}", body);
    let mut response = Response::html(200, text);
    let headers = &mut response.headers;
    respond::own(headers);
    headers.set(
        "content-security-policy",
        format!(
            "default-src 'none'; style-src '{STYLE}'; form-action {form_action}; base-uri 'none'; frame-ancestors 'none'"
        ),
    );
    response
}
