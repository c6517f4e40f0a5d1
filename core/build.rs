//! Checks the words against the facts and writes them as JSON: `words/<tag>/*.toml` → `OUT_DIR/words/<tag>.json`.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use std::{env, fs};

/// The language that is written first; every other one has its keys and its place-holders.
const REFERENCE: &str = "en";

/// Keys to texts, flat: `code.522.visitor`.
type Lines = BTreeMap<String, String>;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=words");
    let folder = Path::new("words");
    let out = Path::new(&env::var_os("OUT_DIR").ok_or("OUT_DIR is not set; let cargo run this")?).join("words");
    fs::create_dir_all(&out)?;

    let reference = read(&folder.join(REFERENCE))?;
    let mut complaints = missing(REFERENCE, &reference, rayback_catalog::key::required().iter());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let tag = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let lines = read(&path)?;
        complaints.extend(missing(&tag, &lines, reference.keys()));
        complaints.extend(unlike(&tag, &lines, &reference));
        fs::write(out.join(format!("{tag}.json")), serde_json::to_string(&lines)?)?;
    }
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n").into()) }
}

/// Reads every file of one language's folder.
fn read(folder: &Path) -> Result<Lines, Box<dyn Error>> {
    let mut lines = Lines::new();
    for entry in fs::read_dir(folder).map_err(|error| format!("core/{}: {error}", folder.display()))? {
        for (key, text) in read_file(&entry?.path())? {
            if lines.insert(key.clone(), text).is_some() {
                return Err(format!("core/{}: {key} is in two files; remove one", folder.display()).into());
            }
        }
    }
    Ok(lines)
}

fn read_file(path: &Path) -> Result<Lines, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let table: toml::Table = text.parse().map_err(|error| format!("{}: {error}", path.display()))?;
    let mut lines = Lines::new();
    flatten("", &toml::Value::Table(table), &mut lines)
        .map_err(|key| format!("core/{}: {key} is not a text; put it in quotes", path.display()))?;
    Ok(lines)
}

fn flatten(prefix: &str, value: &toml::Value, lines: &mut Lines) -> Result<(), String> {
    match value {
        toml::Value::Table(table) => table.iter().try_for_each(|(name, value)| {
            let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
            flatten(&key, value, lines)
        }),
        toml::Value::String(text) => {
            lines.insert(prefix.to_owned(), text.clone());
            Ok(())
        }
        _ => Err(prefix.to_owned()),
    }
}

fn missing<'a>(tag: &str, lines: &Lines, keys: impl Iterator<Item = &'a String>) -> Vec<String> {
    keys.filter(|key| !lines.contains_key(*key))
        .map(|key| format!("core/words/{tag}: {} is missing; add it", described(key)))
        .collect()
}

/// Keys that the reference lacks, and texts whose place-holders differ from the reference's.
fn unlike(tag: &str, lines: &Lines, reference: &Lines) -> Vec<String> {
    let mut complaints = Vec::new();
    for (key, text) in lines {
        match reference.get(key) {
            None => complaints.push(format!(
                "core/words/{tag}: {} is not in core/words/{REFERENCE}; remove it or correct its name",
                described(key)
            )),
            Some(original) if placeholders(original) != placeholders(text) => complaints.push(format!(
                "core/words/{tag}: {} must have the place-holders of core/words/{REFERENCE}, {:?}",
                described(key),
                placeholders(original)
            )),
            Some(_) => {}
        }
    }
    complaints
}

fn described(key: &str) -> String {
    let mut parts = key.splitn(3, '.');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("code"), Some(code), Some(name)) => format!("key \"{name}\" of code {code}"),
        _ => format!("key \"{key}\""),
    }
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}
