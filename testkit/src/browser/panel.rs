//! The panel in a page, inside its closed shadow root.

use anyhow::{Context, Result};
use thirtyfour::{By, WebDriver, WebElement};

use super::{SOON, wire};
use crate::patience::eventually;

/// The panel's host element. It's a plain `div`, because a page could define any custom element.
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
    /// If the page is gone.
    pub async fn text(&self) -> Result<String> {
        let mut text = Vec::new();
        for part in wire::in_shadow(self.session, &self.host, ":host > *").await? {
            text.push(part.text().await?);
        }
        Ok(text.join("\n"))
    }

    /// The labels of its buttons.
    ///
    /// # Errors
    /// If the page is gone.
    pub async fn buttons(&self) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for button in self.all("button").await? {
            names.push(button.text().await?);
        }
        Ok(names)
    }

    /// Presses the button with this visible or accessible name, once the panel accepts clicks.
    ///
    /// # Errors
    /// If there's none.
    pub async fn press(&self, name: &str) -> Result<()> {
        let ready = async || Ok((!self.all("[data-ready]").await?.is_empty()).then_some(()));
        eventually("panel that accepts clicks", SOON, ready).await?;
        for button in self.all("button").await? {
            if button.text().await? == name || button.attr("aria-label").await?.as_deref() == Some(name) {
                return Ok(button.click().await?);
            }
        }
        let names = self.buttons().await?;
        Err(anyhow::anyhow!("no button {name:?} among {names:?}"))
    }

    /// The elements in the panel that match the selector.
    ///
    /// # Errors
    /// If the page is gone.
    pub async fn all(&self, css: &str) -> Result<Vec<WebElement>> {
        wire::in_shadow(self.session, &self.host, css).await.context("cannot search the panel")
    }
}
