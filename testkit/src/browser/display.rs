//! How a page is displayed: the size of its window and its text, and the user's preferences.

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

    /// Emulates these values of media features in the current tab, and the defaults of all others. Chromium only.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn prefer(&self, features: &[(&str, &str)]) -> Result<()> {
        let features: Vec<Value> = features.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        self.session.cdp().send_raw("Emulation.setEmulatedMedia", json!({"features": features})).await?;
        Ok(())
    }

    /// Emulates a preference for the dark scheme, or for the light one.
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

    /// Sets the browser's default text size, in pixels; 16 unless set. Chromium only.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn resize_text(&self, size: u32) -> Result<()> {
        let sizes = json!({"fontSizes": {"standard": size, "fixed": size}});
        self.session.cdp().send_raw("Page.setFontSizes", sizes).await?;
        Ok(())
    }

    /// Presses and releases a key in the focused element.
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
