use anyhow::{Result, ensure};

use crate::harness::{Harness, Run};

pub(crate) async fn the_manifest_causes_no_browser_warning(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let warnings = harness.browser.manifest_warnings().await?;
        ensure!(warnings.is_empty(), "the browser warns: {warnings:#?}");
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}
