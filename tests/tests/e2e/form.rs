use anyhow::{Result, ensure};
use rayback_tests::edge::Fault;

use crate::stage::{HOST, LONG, Run, Stage};

pub(crate) async fn a_page_that_answers_a_form_is_explained_and_never_sent_again(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        stage.browser.open("https://shop.example.test/").await?;
        stage.edge.fault(HOST, Fault::Refuses);
        stage.browser.click("#send").await?;
        stage.await_text(&["521", "Not reloading", "form"]).await?;
        stage.browser.shot("form").await?;
        stage.edge.heal(HOST);
        tokio::time::sleep(LONG).await;
        let orders = stage.documents(HOST).into_iter().filter(|(_, path, _)| path == "/order");
        let methods: Vec<_> = orders.map(|(method, ..)| method).collect();
        ensure!(methods == ["POST"], "the form was sent, or its address asked, again: {methods:?}");
        Ok(())
    };
    Stage::set(run).await?.play(scene).await
}
