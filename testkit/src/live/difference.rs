//! One answer of the edge, held against what is known.

use rayback_core::classify::Examination;
use rayback_core::diagnosis::{self, Diagnosis, Kind};

use super::{Answer, Form, entry};

/// The members of a structured answer that are known.
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

/// What a branded page is known to show, whatever its code.
const FRAME: &[&str] = &["branded-wrapper", "branded-details", "branded-stylesheet", "branded-footer", "ray-match"];

/// Where a branded page is known to show its code; one of these is enough.
const CODE: &[&str] = &["code-label", "error-code-element", "translated-error", "subheadline-code"];

/// What of an answer is not as catalogue and markers have it, in words.
#[must_use]
pub fn differences(code: u16, form: Form, answer: &Answer) -> Vec<String> {
    let mut found = Vec::new();
    if answer.status == 404 {
        return vec!["the edge knows no such code".to_owned()];
    }
    let Some(entry) = entry(code) else { return vec!["the catalogue knows no such code".to_owned()] };
    if let Some(status) = entry.status.filter(|status| *status != answer.status) {
        found.push(format!("the catalogue has status {status}, the edge answers {}", answer.status));
    }
    let wait = answer.headers.get("retry-after").and_then(|value| value.parse().ok());
    if wait != entry.retry_after_s {
        let said = |wait: Option<u16>| wait.map_or_else(|| "no wait".to_owned(), |wait| format!("{wait} s"));
        found.push(format!("the catalogue has {}, Retry-After says {}", said(entry.retry_after_s), said(wait)));
    }
    match answer.examine() {
        Examination::Cloudflare(diagnosis) => found.extend(misread(code, form, &diagnosis)),
        Examination::Other { .. } => found.push("the answer is not recognised at all".to_owned()),
    }
    if form == Form::ProblemJson {
        found.extend(members(code, entry.name, &answer.body));
    }
    found
}

fn misread(code: u16, form: Form, diagnosis: &Diagnosis) -> Vec<String> {
    let mut found = Vec::new();
    if diagnosis.kind != Kind::Error {
        found.push(format!("the answer is read as {:?}", diagnosis.kind));
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
            found.push(format!("the page shows its code in none of {CODE:?}"));
        }
    }
    found
}

fn members(code: u16, name: &str, body: &[u8]) -> Vec<String> {
    let Ok(serde_json::Value::Object(answer)) = serde_json::from_slice(body) else {
        return vec!["the body is no JSON object".to_owned()];
    };
    let mut found: Vec<String> = answer
        .keys()
        .filter(|member| !MEMBERS.contains(&member.as_str()))
        .map(|member| format!("the member {member:?} is new"))
        .collect();
    let missing = |member: &&&str| !answer.contains_key(**member) && **member != "retry_after";
    found.extend(MEMBERS.iter().filter(missing).map(|member| format!("the member {member:?} is gone")));
    let title = format!("Error {code}: {name}");
    if let Some(said) = answer.get("title").and_then(serde_json::Value::as_str)
        && !said.eq_ignore_ascii_case(&title)
    {
        found.push(format!("the catalogue's title is {title:?}, the edge says {said:?}"));
    }
    found
}
