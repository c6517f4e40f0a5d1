//! WebDriver commands that thirtyfour doesn't support.

use anyhow::{Context, Result};
use http::Method;
use serde_json::{Value, json};
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::{RequestData, SessionId, WebDriver, WebElement};

/// The key under which WebDriver names a shadow root.
const SHADOW: &str = "shadow-6066-11e4-a52e-4f735466cecf";

/// A command with a path below the session.
#[derive(Debug)]
struct Raw(Method, String, Option<Value>);

impl FormatRequestData for Raw {
    fn format_request(&self, session: &SessionId) -> RequestData {
        let request = RequestData::new(self.0.clone(), format!("/session/{session}/{}", self.1));
        match &self.2 {
            Some(body) => request.add_body(body.clone()),
            None => request,
        }
    }
}

/// The elements that match in the shadow root of `host`. WebDriver can see into closed roots; scripts can't.
pub(super) async fn in_shadow(session: &WebDriver, host: &WebElement, css: &str) -> Result<Vec<WebElement>> {
    let root = Raw(Method::GET, format!("element/{}/shadow", host.element_id()), None);
    let root = session.handle().cmd(root).await?.value_json()?;
    let root = root.get(SHADOW).and_then(Value::as_str).context("the element has no shadow root")?;
    let find = json!({"using": "css selector", "value": css});
    let found = Raw(Method::POST, format!("shadow/{root}/elements"), Some(find));
    let found = session.handle().cmd(found).await?.value_json()?;
    let found = found.as_array().cloned().unwrap_or_default();
    Ok(found
        .into_iter()
        .map(|element| WebElement::from_json(element, session.handle().clone()))
        .collect::<Result<_, _>>()?)
}

/// Runs a script in the browser itself instead of in a page. Firefox only.
pub(super) async fn in_firefox(session: &WebDriver, script: &str, arguments: Vec<Value>) -> Result<Value> {
    let context = |name| Raw(Method::POST, "moz/context".into(), Some(json!({"context": name})));
    session.handle().cmd(context("chrome")).await?;
    let result = session.execute_async(script, arguments).await;
    session.handle().cmd(context("content")).await?;
    Ok(result?.json().clone())
}

/// Installs an extension until Firefox is closed.
pub(super) async fn install_temporarily(session: &WebDriver, folder: &str) -> Result<()> {
    let install = json!({"path": folder, "temporary": true});
    session.handle().cmd(Raw(Method::POST, "moz/addon/install".into(), Some(install))).await?;
    Ok(())
}
