//! How a page is displayed: the size of its window and its text, and what its user prefers.

use anyhow::Result;
use serde_json::{Value, json};
use thirtyfour::Key;

use super::{Browser, BrowserKind, firefox};

impl Browser {
    /// Gives the current tab a viewport of this size, in CSS pixels. Chromium only.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.session.cdp().send_raw("Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }

    /// Makes the current tab's user prefer these values of media features, and the defaults of all others. Chromium only.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn prefer(&self, features: &[(&str, &str)]) -> Result<()> {
        let features: Vec<Value> = features.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        self.session.cdp().send_raw("Emulation.setEmulatedMedia", json!({"features": features})).await?;
        Ok(())
    }

    /// Makes the user prefer the dark scheme, or the light one.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn prefer_dark(&self, is_dark: bool) -> Result<()> {
        match self.kind() {
            BrowserKind::Chrome => {
                self.prefer(&[("prefers-color-scheme", if is_dark { "dark" } else { "light" })]).await
            }
            BrowserKind::Firefox => firefox::prefer_dark(&self.session, is_dark).await,
        }
    }

    /// Sets the size of text that a page doesn't set itself, in pixels; 16 by default. Chromium only.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn resize_text(&self, size: u32) -> Result<()> {
        let sizes = json!({"fontSizes": {"standard": size, "fixed": size}});
        self.session.cdp().send_raw("Page.setFontSizes", sizes).await?;
        Ok(())
    }

    /// Presses and releases a key, which goes to what has the focus.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn press_key(&self, key: Key) -> Result<()> {
        Ok(self.session.action_chain().send_keys(key).perform().await?)
    }

    /// The current viewport as a PNG.
    ///
    /// # Errors
    /// If the browser doesn't take it.
    pub async fn picture(&self) -> Result<Vec<u8>> {
        Ok(self.session.screenshot_as_png().await?)
    }
}
