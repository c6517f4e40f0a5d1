//! The regions that pages are visited from: this machine, or a proxy in its place, and every proxy with a name.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use super::proxy::Proxy;
use crate::input;

/// A region.
pub(crate) struct Region {
    pub(crate) name: String,
    pub(super) proxy: Option<Proxy>,
}

/// The name of the region without a proxy, or whose proxy has no name.
const HERE: &str = "here";
/// Names that mean something else.
const RESERVED: [&str; 2] = [HERE, "globalping"];
/// The variable with the credentials of the proxy without a name. For a named proxy, its name is appended.
const VARIABLE: &str = "RAYBACK_PROXY_CREDENTIALS";

/// Reads the values of `--via`, and the lines of a file with more of them. Returns the usual region and the others.
///
/// # Errors
///
/// If the file can't be read, an address isn't a proxy's, or a name is used twice. Errors never show an address, as it may
/// contain a password.
pub(super) fn all(via: &[String], file: Option<&Path>) -> Result<(Region, Vec<Region>)> {
    let mut regions = (Region { name: HERE.to_owned(), proxy: None }, Vec::new());
    for (number, text) in (1..).zip(via) {
        let unnamed = if via.len() > 1 { format!("--via, number {number},") } else { "--via".to_owned() };
        add(&mut regions, text, &unnamed, "--via")?;
    }
    if let Some(path) = file {
        let shown = path.display();
        let text = input::text(path, "--via-file")
            .context("the proxies can't be read; give a text file with one proxy per line")?;
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                let place = format!("line {number} of {shown}");
                add(&mut regions, line, &place, &format!("{place},"))?;
            }
        }
    }
    Ok(regions)
}

/// Adds one proxy. Errors begin with `unnamed`, or with `named` and its name.
fn add((usual, others): &mut (Region, Vec<Region>), text: &str, unnamed: &str, named: &str) -> Result<()> {
    // A name has none of the characters that an address has before its own "=".
    let Some((name, address)) = text.split_once('=').filter(|(name, _)| !name.contains([':', '/', '@'])) else {
        let proxy = Proxy::parse(text, unnamed, VARIABLE)?;
        ensure!(
            usual.proxy.replace(proxy).is_none(),
            "{unnamed} is a second proxy without a name; name each further one, as in eu=http://proxy.example:3128"
        );
        return Ok(());
    };
    let fine = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    ensure!(
        !name.is_empty() && name.len() <= 40 && name.bytes().all(fine),
        "{unnamed} has no valid name before \"=\"; use up to 40 letters, digits, \"-\" and \"_\", as in eu=http://proxy.example:3128"
    );
    ensure!(!RESERVED.contains(&name), "{named} {name}: this name is reserved; choose another");
    ensure!(others.iter().all(|region| region.name != name), "{named} {name}: there's already a proxy with this name");
    let variable = format!("{VARIABLE}_{}", name.to_ascii_uppercase().replace('-', "_"));
    let proxy = Proxy::parse(address, &format!("{named} {name}"), &variable)?;
    others.push(Region { name: name.to_owned(), proxy: Some(proxy) });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(via: &[&str]) -> Result<Vec<String>> {
        let via: Vec<_> = via.iter().map(ToString::to_string).collect();
        all(&via, None).map(|(usual, others)| [usual].into_iter().chain(others).map(|region| region.name).collect())
    }

    #[test]
    fn a_proxy_without_a_name_takes_the_place_of_this_machine() {
        assert_eq!(names(&[]).unwrap(), ["here"]);
        assert!(names(&["http://a.example:1?x=y"]).is_err(), "no query");
        assert_eq!(names(&["http://u:p=q@a.example"]).unwrap(), ["here"]);
        let via = ["eu=http://a.example", "http://b.example", "us-1=socks5://c.example"].map(str::to_owned);
        let (usual, others) = all(&via, None).unwrap();
        assert!(usual.proxy.is_some() && others.iter().all(|region| region.proxy.is_some()));
        assert_eq!(others.iter().map(|region| region.name.as_str()).collect::<Vec<_>>(), ["eu", "us-1"]);
    }

    #[test]
    fn each_name_is_used_once() {
        for via in [
            &["http://a.example", "http://b.example"][..],
            &["eu=http://a.example", "eu=http://b.example"],
            &["here=http://a.example"],
            &["globalping=http://a.example"],
            &["=http://a.example"],
            &["a b=http://a.example"],
            &["\u{1b}[31m=http://a.example"],
        ] {
            assert!(names(via).is_err(), "{via:?}");
        }
    }
}
