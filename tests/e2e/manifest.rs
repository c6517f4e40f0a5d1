use anyhow::{Result, ensure};

use crate::stage::{Run, Stage};

pub(crate) async fn the_browser_warns_of_nothing_in_the_manifest(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        let warnings = stage.browser.manifest_warnings().await?;
        ensure!(warnings.is_empty(), "it warns: {warnings:#?}");
        Ok(())
    };
    Stage::set(run).await?.play(scene).await
}
