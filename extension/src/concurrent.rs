//! Doing several things at once.

use core::future::poll_fn;
use core::pin::{Pin, pin};
use core::task::Poll;

use wasm_bindgen_futures::spawn_local;

use crate::error::{Error, note};

/// Runs two futures at the same time, and returns their outputs.
pub(crate) async fn both<A: Future, B: Future>(first: A, second: B) -> (A::Output, B::Output) {
    let (mut first, mut second) = (pin!(first), pin!(second));
    let (mut one, mut other) = (None, None);
    poll_fn(|context| {
        if one.is_none()
            && let Poll::Ready(output) = first.as_mut().poll(context)
        {
            one = Some(output);
        }
        if other.is_none()
            && let Poll::Ready(output) = second.as_mut().poll(context)
        {
            other = Some(output);
        }
        match (one.take(), other.take()) {
            (Some(one), Some(other)) => Poll::Ready((one, other)),
            (left, right) => {
                (one, other) = (left, right);
                Poll::Pending
            }
        }
    })
    .await
}

/// Starts a task that nobody waits for. An error ends only this task, and is noted.
pub(crate) fn spawn(task: impl Future<Output = Result<(), Error>> + 'static) {
    // Boxed, so that the code that runs a task isn't compiled again for each type.
    run(Box::pin(task));
}

fn run(task: Pin<Box<dyn Future<Output = Result<(), Error>>>>) {
    spawn_local(async { task.await.unwrap_or_else(|error| note(&error)) });
}
