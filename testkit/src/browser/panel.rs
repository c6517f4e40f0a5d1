//! The panel in a page, inside its closed shadow root.

use anyhow::{Context, Result};
use thirtyfour::{By, WebDriver, WebElement};

use super::{SOON, wire};
use crate::patience::eventually;

/// The element that carries the panel. Its name is nobody's, so that no page can define it.
const HOST: &str = "html > div[popover=manual]";

/// The panel as a user sees it.
pub struct Panel<'a> {
    session: &'a WebDriver,
    host: WebElement,
}

impl<'a> Panel<'a> {
    pub(super) async fn find(session: &'a WebDriver) -> Result<Option<Self>> {
        let hosts = session.find_all(By::Css(HOST)).await?;
        Ok(hosts.into_iter().next().map(|host| Self { session, host }))
    }

    /// All its text, as rendered.
    ///
    /// # Errors
    /// When the page has gone.
    pub async fn text(&self) -> Result<String> {
        let mut text = Vec::new();
        for part in wire::in_shadow(self.session, &self.host, ":host > *").await? {
            text.push(part.text().await?);
        }
        Ok(text.join("\n"))
    }

    /// The words on its buttons.
    ///
    /// # Errors
    /// When the page has gone.
    pub async fn buttons(&self) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for button in self.all("button").await? {
            names.push(button.text().await?);
        }
        Ok(names)
    }

    /// Presses the button that bears these words, in sight or for screen readers, once the panel has stood long enough to be
    /// pressed.
    ///
    /// # Errors
    /// When there is none.
    pub async fn press(&self, name: &str) -> Result<()> {
        let ready = async || Ok((!self.all("[data-ready]").await?.is_empty()).then_some(()));
        eventually("panel that can be pressed", SOON, ready).await?;
        for button in self.all("button").await? {
            if button.text().await? == name || button.attr("aria-label").await?.as_deref() == Some(name) {
                return Ok(button.click().await?);
            }
        }
        let names = self.buttons().await?;
        Err(anyhow::anyhow!("no button {name:?} among {names:?}"))
    }

    /// What the selector finds in it.
    ///
    /// # Errors
    /// When the page has gone.
    pub async fn all(&self, css: &str) -> Result<Vec<WebElement>> {
        wire::in_shadow(self.session, &self.host, css).await.context("cannot look into the panel")
    }
}
