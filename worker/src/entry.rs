//! The functions that `worker/entry/` calls for a request. Each returns a
//! [`plan`](crate::plan).

#![allow(unreachable_pub, reason = "wasm-bindgen exports only public functions")]

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::js_sys::futures::future_to_promise;
use worker::{Env, web_sys, worker_sys};

use crate::http::Request;
use crate::plan::Failure;
use crate::{gateway, router};

type Exported<T> = Result<T, JsValue>;

/// Decides on a request. Returns a promise of the plan if that takes a query, another
/// request or the request's body.
#[wasm_bindgen]
pub fn decide(
    request: web_sys::Request,
    env: Env,
    execution: worker_sys::Context,
) -> Exported<JsValue> {
    let request = Request::read(request)?;
    let execution = worker::Context::new(execution);
    let mut plan: Pin<Box<dyn Future<Output = Exported<JsValue>>>> =
        Box::pin(async move { Ok(router::plan(&request, env, execution).await?.into()) });
    // Most plans are ready at once, so a promise would only delay them.
    match plan.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(plan) => plan,
        Poll::Pending => Ok(future_to_promise(plan).into()),
    }
}

/// Continues after an upstream's response. `pending` is the plan's.
#[wasm_bindgen]
pub fn finish(pending: &str, answered: &web_sys::Response, env: &Env) -> Exported<String> {
    Ok(gateway::finish(pending, answered, env)?)
}

/// Continues after an upstream has not responded. `detail` is for the log.
#[wasm_bindgen]
pub fn fail(pending: &str, failure: Failure, detail: &str, env: &Env) -> Exported<String> {
    Ok(gateway::fail(pending, failure, detail, env)?)
}
