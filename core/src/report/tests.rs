use super::*;
use crate::data_centre::{Iata, ServingDataCentre};
use crate::fault::{Situation, judge};
use crate::history::{Attempt, Reason};
use crate::ray::RayId;

fn english() -> Words {
    Words::english().unwrap()
}

fn page() -> Diagnosis {
    Diagnosis {
        ray: RayId::parse("230b030023ae2822"),
        served: Some(ServingDataCentre { data_centre: Iata::parse("FRA").unwrap(), known_by: KnownBy::Edge }),
        city: Some("Frankfurt".to_owned()),
        ..Diagnosis::of_code(522.to_string().parse().unwrap())
    }
}

/// The content of a report.
struct Given {
    page: Diagnosis,
    url: PageUrl,
    attempts: Attempts,
    seen_at: Timestamp,
}

impl Given {
    fn new() -> Self {
        let seen_at = Timestamp::parse("2026-11-22T23:30:00Z").unwrap();
        let attempt = |result| Attempt { at: seen_at, by: By::Probe, reason: Reason::Schedule, result };
        Self {
            page: page(),
            url: PageUrl::parse("https://shop.example/basket?session=secret").unwrap(),
            attempts: attempts([
                attempt(AttemptResult::Failing { code: "522".parse().ok() }),
                attempt(AttemptResult::Recovered),
            ]),
            seen_at,
        }
    }

    fn account(&self) -> Account<'_> {
        Account {
            url: &self.url,
            diagnosis: &self.page,
            seen_at: self.seen_at,
            utc_offset_minutes: 60,
            attempts: &self.attempts,
            trace: None,
            status_page: None,
            second_look: None,
            verdict: None,
            visitor_address: None,
        }
    }
}

fn attempts(all: impl IntoIterator<Item = Attempt>) -> Attempts {
    let mut attempts = Attempts::default();
    all.into_iter().for_each(|attempt| attempts.push(attempt));
    attempts
}

/// The report as the extension copies it.
fn markdown(account: &Account<'_>) -> String {
    report(account, &english()).markdown()
}

#[test]
fn a_report_has_everything_a_host_asks_for() {
    let given = Given::new();
    let verdict = judge(&Situation::of_page("shop.example", &given.page, given.seen_at));
    let text = markdown(&Account { verdict: Some(&verdict), ..given.account() });
    for part in ["522", "https://shop.example/basket", "230b030023ae2822", "FRA", "2026-11-22 23:30:00 UTC"] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn local_time_may_be_the_next_day() {
    let given = Given::new();
    let east = markdown(&given.account());
    assert!(east.contains("2026-11-23 00:30:00 local time, UTC+01:00"), "{east}");
    let west = markdown(&Account { utc_offset_minutes: -570, ..given.account() });
    assert!(west.contains("2026-11-22 14:00:00 local time, UTC−09:30"), "{west}");
}

#[test]
fn a_report_never_has_the_query_and_the_visitors_address_only_on_request() {
    let given = Given::new();
    let text = markdown(&given.account());
    assert!(!text.contains("secret") && !text.contains("198.51.100.7"));
    let ticked = Account { visitor_address: Some("198.51.100.7"), ..given.account() };
    assert!(markdown(&ticked).contains("198.51.100.7"));
}

#[test]
fn text_from_outside_never_turns_into_markup() {
    let hostile = SecondLook {
        views: vec![View {
            continent: "EU".to_owned(),
            country: "DE".to_owned(),
            city: "<img src=x>\n# owned\u{202e}".to_owned(),
            network: "[click](javascript:0)".to_owned(),
            position: None,
            seen: Seen::Works { status: 200 },
            data_centre: None,
            took_ms: None,
        }],
    };
    let at = Timestamp::from_unix_millis(0);
    let given = Given::new();
    let account = Account { second_look: Some((&hostile, at)), ..given.account() };
    let text = markdown(&account);
    assert!(!text.replace("\\<", "").contains("<img") && text.contains("\\[click\\]("), "{text}");
    assert!(!text.contains("\n# owned") && !text.contains('\u{202e}'), "{text}");
}

#[test]
fn only_the_latest_of_many_attempts_are_listed() {
    let attempts = attempts((0..500).map(|minute| Attempt {
        at: Timestamp::from_unix_millis(minute * 60_000),
        by: By::Probe,
        reason: Reason::Schedule,
        result: AttemptResult::NoAnswer,
    }));
    let given = Given::new();
    let text = markdown(&Account { attempts: &attempts, ..given.account() });
    assert!(text.contains("470") && text.contains("1970-01-01 08:19:00 UTC"));
    assert!(!text.contains("1970-01-01 00:00:00 UTC"));
}

/// The direction of a line of plain text is that of its first letter, and what's isolated doesn't count. So a line that
/// begins with an address would be read from left to right.
#[test]
fn a_report_in_arabic_runs_from_right_to_left_line_by_line() {
    let text = report(&Given::new().account(), &Words::built("ar")).markdown();
    let lines: Vec<_> = text.lines().filter(|line| !line.is_empty()).collect();
    assert!(lines.len() > 20, "{text}");
    for line in lines {
        assert!(line.trim_start_matches([' ', '#', '-', '*']).starts_with('\u{200f}'), "{line:?}");
        assert_eq!(line.matches('\u{2068}').count(), line.matches('\u{2069}').count(), "{line:?}");
    }
    // Addresses, codes and times keep their own direction; labels are part of the line.
    for value in ["https://shop.example/basket", "230b030023ae2822", "FRA"] {
        assert!(text.contains(&format!("**: \u{2068}{value}\u{2069}\n")), "{value}\n{text}");
    }
    assert!(text.contains("- \u{200f}\u{2068}2026-11-22 23:30:00 UTC\u{2069}"), "{text}");
}

#[test]
fn a_report_from_left_to_right_has_no_direction_marks() {
    for tag in ["en", "de", "ja"] {
        let text = report(&Given::new().account(), &Words::built(tag)).markdown();
        assert!(!text.contains(['\u{200e}', '\u{200f}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}']), "{text}");
    }
}

/// Owners' texts are in English until they're translated.
#[test]
fn english_texts_in_a_report_in_another_language_are_marked() {
    let english = report(&Given::new().account(), &english()).markdown();
    assert!(crate::document::pieces(&english).all(|(_, language)| language.is_none()), "{english}");
    for tag in ["de", "ar"] {
        let document = report(&Given::new().account(), &Words::built(tag));
        let text = document.markdown();
        let marked: Vec<_> = crate::document::pieces(&text).filter_map(|(text, it)| Some((text, it?.tag))).collect();
        assert!(marked.len() > 5 && marked.iter().all(|(_, tag)| *tag == "en"), "{marked:?}");
        assert!(marked.iter().any(|(text, _)| text.contains("SYN")), "{marked:?}");
        let spans = document.html().matches("<span lang=\"en\" dir=\"ltr\">").count();
        assert_eq!(spans, marked.len(), "{tag}");
    }
}
