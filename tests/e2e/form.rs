use anyhow::{Result, ensure};
use rayback_testkit::edge::Fault;

use crate::harness::{HOST, Harness, LONG, Run};

pub(crate) async fn a_form_result_is_explained_and_never_sent_again(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.browser.open("https://shop.example.test/").await?;
        harness.edge.fault(HOST, Fault::Refuses);
        harness.browser.click("#send").await?;
        harness.await_text(&["521", "Not reloading", "form"]).await?;
        harness.browser.shot("form").await?;
        harness.edge.heal(HOST);
        tokio::time::sleep(LONG).await;
        let orders = harness.documents(HOST).into_iter().filter(|(_, path, _)| path == "/order");
        let methods: Vec<_> = orders.map(|(method, ..)| method).collect();
        ensure!(methods == ["POST"], "the form was sent or its address requested again: {methods:?}");
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}
