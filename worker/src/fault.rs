//! Faults on demand, for the project's own tests.

use crate::http::Request;

/// Read by test builds only.
#[cfg(feature = "test-fault")]
const FAULT_HEADER: &str = "x-edgeseal-test-fault";

/// Nothing ever.
#[cfg(not(feature = "test-fault"))]
pub(crate) const fn force(_request: &Request) {}

/// Stops the instance as a request says: a trap, as of a bug in compiled code, or
/// a panic.
#[cfg(feature = "test-fault")]
pub(crate) fn force(request: &Request) {
    match request.headers().get(FAULT_HEADER) {
        #[cfg(target_arch = "wasm32")]
        Some("trap") => core::arch::wasm32::unreachable(),
        Some("panic") => panic!("as the request wants it"),
        _ => {}
    }
}
