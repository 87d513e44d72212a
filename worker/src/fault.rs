//! Causes faults on demand, for our own tests.

use crate::http::Request;

/// Only test builds read this header.
#[cfg(feature = "test-fault")]
const FAULT_HEADER: &str = "x-edgeseal-test-fault";

/// Does nothing.
#[cfg(not(feature = "test-fault"))]
pub(crate) const fn force(_request: &Request) {}

/// Stops the instance in the way that the request specifies: with a trap, as a bug in
/// compiled code would, or with a panic.
#[cfg(feature = "test-fault")]
pub(crate) fn force(request: &Request) {
    match request.headers().get(FAULT_HEADER) {
        #[cfg(target_arch = "wasm32")]
        Some("trap") => core::arch::wasm32::unreachable(),
        Some("panic") => panic!("as the request wants it"),
        _ => {}
    }
}
