//! Compares one response from the edge with the catalogue and the known markers.

use rayback_core::classify::Examination;
use rayback_core::diagnosis::{self, Diagnosis, Kind};

use super::{Form, Response, entry};

/// The known members of a structured response.
const MEMBERS: &[&str] = &[
    "type",
    "title",
    "status",
    "detail",
    "instance",
    "error_code",
    "error_name",
    "error_category",
    "ray_id",
    "timestamp",
    "zone",
    "cloudflare_error",
    "retryable",
    "retry_after",
    "owner_action_required",
    "what_you_should_do",
    "footer",
];

/// The markers expected on every branded page.
const FRAME: &[&str] = &["branded-wrapper", "branded-details", "branded-stylesheet", "branded-footer", "ray-match"];

/// The markers for the code on a branded page; one of these is enough.
const CODE: &[&str] = &["code-label", "error-code-element", "translated-error", "subheadline-code"];

/// The differences of a response from the catalogue and the known markers, described in words.
#[must_use]
pub fn differences(code: u16, form: Form, response: &Response) -> Vec<String> {
    let mut found = Vec::new();
    if response.status == 404 {
        return vec!["the edge doesn't know this code".to_owned()];
    }
    let Some(entry) = entry(code) else { return vec!["the catalogue doesn't have this code".to_owned()] };
    if let Some(status) = entry.status.filter(|status| *status != response.status) {
        found.push(format!("the catalogue has status {status}, the edge responds with {}", response.status));
    }
    let wait = response.headers.get("retry-after").and_then(|value| value.parse().ok());
    if wait != entry.retry_after_s {
        let described = |wait: Option<u16>| wait.map_or_else(|| "no wait".to_owned(), |wait| format!("{wait} s"));
        found.push(format!(
            "the catalogue has {}, Retry-After says {}",
            described(entry.retry_after_s),
            described(wait)
        ));
    }
    match response.examine() {
        Examination::Cloudflare(diagnosis) => found.extend(misread(code, form, &diagnosis)),
        Examination::Other { .. } => found.push("the response isn't recognised at all".to_owned()),
    }
    if form == Form::ProblemJson {
        found.extend(members(code, entry.name, &response.body));
    }
    found
}

fn misread(code: u16, form: Form, diagnosis: &Diagnosis) -> Vec<String> {
    let mut found = Vec::new();
    if diagnosis.kind != Kind::Error {
        found.push(format!("the response is classified as {:?}", diagnosis.kind));
    }
    let read = diagnosis.code.map(rayback_core::code::Code::number);
    if read != Some(code) {
        found.push(format!("the code is read as {read:?}"));
    }
    let expected = match form {
        Form::Html => diagnosis::Form::Branded,
        Form::ProblemJson => diagnosis::Form::ProblemJson,
        Form::Markdown => diagnosis::Form::Markdown,
    };
    if diagnosis.form != expected {
        found.push(format!("the form is read as {:?}", diagnosis.form));
    }
    if form == Form::Html {
        let shows = |marker: &str| diagnosis.evidence.iter().any(|evidence| evidence.marker == marker);
        found.extend(FRAME.iter().filter(|marker| !shows(marker)).map(|marker| format!("the page lacks {marker}")));
        if !CODE.iter().copied().any(shows) {
            found.push(format!("the page shows its code in none of these: {CODE:?}"));
        }
    }
    found
}

fn members(code: u16, name: &str, body: &[u8]) -> Vec<String> {
    let Ok(serde_json::Value::Object(response)) = serde_json::from_slice(body) else {
        return vec!["the body isn't a JSON object".to_owned()];
    };
    let mut found: Vec<String> = response
        .keys()
        .filter(|member| !MEMBERS.contains(&member.as_str()))
        .map(|member| format!("the member {member:?} is new"))
        .collect();
    let missing = |member: &&&str| !response.contains_key(**member) && **member != "retry_after";
    found.extend(MEMBERS.iter().filter(missing).map(|member| format!("the member {member:?} is gone")));
    let title = format!("Error {code}: {name}");
    if let Some(actual) = response.get("title").and_then(serde_json::Value::as_str)
        && !actual.eq_ignore_ascii_case(&title)
    {
        found.push(format!("the catalogue's title is {title:?}, the edge's is {actual:?}"));
    }
    found
}
