//! Runs the corpus in native Rust: reads cases as JSON lines from standard input, and
//! writes one JSON line per result to standard output. If a panic ends the process, the
//! first case without a result caused it.

use std::io::{BufRead, Write, stdin, stdout};
use std::time::Instant;

use edgeseal::{Algorithm, HmacKey, Validation, Verified, verify_jwt};
use serde_json::{Value, json};

const RUNS: usize = 5;

/// Why a case was refused: the error code, and the name of the invalid claim, if any.
struct Refusal {
    code: &'static str,
    claim: Option<String>,
}

/// This function and `claims` are the only code here that uses the crate.
fn judge(case: &Case) -> Result<Verified, Refusal> {
    let key =
        HmacKey::for_algorithms(&case.secret, &[case.algorithm]).map_err(|refusal| Refusal {
            code: refusal.code().as_str(),
            claim: None,
        })?;
    let mut validation = Validation::new()
        .leeway(case.leeway)
        .max_token_length(case.max_token_length);
    if let Some(issuer) = &case.issuer {
        validation = validation.issuer(issuer);
    }
    validation = match &case.audience {
        Some(audiences) if audiences.is_empty() => validation.ignore_audience(),
        Some(audiences) => audiences.iter().fold(validation, Validation::audience),
        None => validation,
    };
    if let Some(typ) = &case.typ {
        validation = validation.typ(typ);
    }
    validation = case
        .required
        .iter()
        .fold(validation, Validation::require_claim);
    verify_jwt(&case.token, &key, &validation, case.now).map_err(|refusal| Refusal {
        code: refusal.code().as_str(),
        claim: refusal.claim().map(str::to_owned),
    })
}

/// Returns the claims that a Rust caller would get, as JSON text.
fn claims(verified: &Verified) -> String {
    serde_json::to_string(verified.claims()).expect("claims are JSON")
}

/// One line of input. The field names are those in `contracts/expand.mjs`.
struct Case {
    token: String,
    algorithm: Algorithm,
    secret: Vec<u8>,
    issuer: Option<String>,
    /// If this is empty, `aud` is ignored.
    audience: Option<Vec<String>>,
    typ: Option<String>,
    leeway: f64,
    required: Vec<String>,
    max_token_length: usize,
    now: f64,
}

impl Case {
    fn read(line: &str) -> Self {
        let case: Value = serde_json::from_str(line).expect("a case is one line of JSON");
        let text = |name: &str| case[name].as_str().map(str::to_owned);
        let number = |name: &str| case[name].as_f64().unwrap_or_else(|| panic!("{name}"));
        Self {
            token: text("token").expect("a token"),
            algorithm: case["algorithm"]
                .as_str()
                .and_then(Algorithm::by_name)
                .expect("an HMAC algorithm"),
            secret: from_hex(case["secret"].as_str().expect("a secret")),
            issuer: text("issuer"),
            audience: match &case["audience"] {
                Value::Null => None,
                Value::Bool(false) => Some(Vec::new()),
                Value::String(one) => Some(vec![one.clone()]),
                several => Some(texts(several)),
            },
            typ: text("typ"),
            leeway: number("clockTolerance"),
            required: texts(&case["requiredClaims"]),
            max_token_length: number("maxTokenLength") as usize,
            now: number("now"),
        }
    }
}

fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().expect("an array of text");
    let text = |item: &Value| item.as_str().expect("text").to_owned();
    items.iter().map(text).collect()
}

fn from_hex(text: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal");
    (0..text.len()).step_by(2).map(byte).collect()
}

fn main() {
    for line in stdin().lock().lines() {
        let case = Case::read(&line.expect("standard input"));
        let mut times = [0.0; RUNS];
        let mut outcome = None;
        for time in &mut times {
            let start = Instant::now();
            outcome = Some(judge(&case));
            *time = start.elapsed().as_secs_f64() * 1000.0;
        }
        times.sort_by(f64::total_cmp);
        let ms = times[RUNS / 2];
        let result = match outcome.expect("at least one run") {
            Ok(verified) => json!({ "verdict": "accept", "claims": claims(&verified), "ms": ms }),
            Err(Refusal { code, claim }) => {
                json!({ "verdict": "reject", "code": code, "claim": claim, "ms": ms })
            }
        };
        writeln!(stdout(), "{result}").expect("standard output");
    }
}
