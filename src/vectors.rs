//! Reads published vectors from the folder that `EDGESEAL_VECTORS` points to.

use std::path::Path;

use serde_json::Value;

/// Returns the cases in a file. If the folder doesn't exist, prints a line and returns
/// `None`.
pub(crate) fn cases(file: &str) -> Option<Vec<Value>> {
    let Some(folder) = std::env::var_os("EDGESEAL_VECTORS").filter(|path| Path::new(path).is_dir())
    else {
        eprintln!("{file} skipped: EDGESEAL_VECTORS names no folder");
        return None;
    };
    let path = Path::new(&folder).join("vectors").join(file);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|cause| panic!("{} cannot be read: {cause}", path.display()));
    let file: Value = serde_json::from_str(&text).unwrap();
    Some(file["cases"].as_array().unwrap().clone())
}

pub(crate) fn report(file: &str, ran: usize) {
    assert!(ran > 0, "{file}: no case was run");
    eprintln!("{file}: {ran} cases");
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub(crate) fn hex(value: &Value) -> Vec<u8> {
    let digits = text(value).as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.map(byte).collect()
}
