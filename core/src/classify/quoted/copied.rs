//! Recognises a page by its words alone: copied from a browser, or written by a screen reader, a crawler or text
//! recognition.

use super::message;
use crate::catalog::{self, Entry};
use crate::classify::branded::host;
use crate::classify::challenge::STUCK;
use crate::classify::imitation::ATTACK;
use crate::classify::lure::{self, VisibleText};
use crate::classify::marker::{Marker, kind};
use crate::classify::page::Page;
use crate::classify::status_picture::is_city;
use crate::classify::{THRESHOLD, cut, edge, frame};
use crate::code::{Code, Family};
use crate::data_centre::ServingDataCentre;
use crate::diagnosis::{Confidence, Diagnosis, Evidence, Form, Kind, Place};
use crate::ray::RayId;
use crate::time::Timestamp;

// The text contains the words of a page.
// Seen in: text copied from a page; accessibility trees; readers that drop markup.
pub(super) const WORDS: Marker = Marker { name: "quoted-words", weights: &[(kind(Kind::Error), THRESHOLD)] };
// A program's message names a status that only Cloudflare sends.
// Seen in: exceptions, logs, monitoring alerts.
pub(super) const MESSAGE: Marker = Marker { name: "quoted-status", weights: &[(kind(Kind::Error), THRESHOLD)] };

/// How far before the Ray ID the code may be, in characters.
const CODE_DISTANCE: usize = 160;
/// The maximum distance from a code to the end of its name, in words: the Ray ID and the time may come between.
const NAME_DISTANCE: usize = 16;
/// How many lines are searched for the picture of browser, Cloudflare and host.
const LINES: usize = 400;

/// The confidence for copied words with a label, a code and a Ray ID next to each other.
const WORDS_AND_CODE: Confidence = Confidence::from_hundredths(90);
/// The confidence for any other copied words.
const WORDS_ALONE: Confidence = Confidence::from_hundredths(75);
/// The confidence for a status in a message: other services may use it too.
const STATUS_ALONE: Confidence = Confidence::from_hundredths(60);

/// "Error" in the ten languages, as pages and their translations write it before the code.
const ERROR_WORDS: &[&str] =
    &["error", "fehler", "fehlercode", "erreur", "erro", "ошибка", "ошибки", "错误", "錯誤", "エラー", "오류", "خطأ"];
/// The maximum distance from that word to the code, in characters: "Error code: ", "エラーコード".
const LABEL: usize = 8;

/// Words that only Cloudflare's checks use.
const CHECKS: &[&str] = &[
    "checking your browser before accessing",
    "performing security verification",
    "displayed while the website verifies you are not a bot",
    "needs to review the security of your connection",
    "verify you are human by completing the action below",
    "please complete the security check to access",
    "just a moment enable javascript and cookies to continue",
];
/// Words that checks use next to a Ray ID.
const CHECKS_WITH_RAY: &[&str] = &["verify you are human", "verifying you are human"];

/// Reads the words of a page or, if there are none, a message that names a status.
pub(super) fn read(text: &str) -> Option<Diagnosis> {
    let copied = Copied::new(text);
    copied.page().or_else(|| copied.message())
}

/// A text that may contain the words of a page.
struct Copied<'a> {
    text: &'a str,
    /// The text's words in lower case, each between two blanks.
    words: String,
    /// The Ray ID, and where its label starts.
    ray: Option<(usize, RayId)>,
}

impl<'a> Copied<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, words: format!(" {} ", words_of(text)), ray: labelled_ray(text) }
    }

    /// Reads the words of a page.
    fn page(&self) -> Option<Diagnosis> {
        let (kind, code) = self.meaning()?;
        if matches!(kind, Kind::Challenge | Kind::Block) {
            let bytes = self.text.as_bytes();
            let asked = lure::asked(&Page::read(bytes), &VisibleText::read(bytes), kind == Kind::Challenge);
            if let Some(asked) = asked {
                let found = vec![evidence(&WORDS, ""), evidence(&ATTACK, &asked)];
                return Some(self.diagnosis(Kind::Imitation, None, found));
            }
        }
        let line = self.line_of_ray().or_else(|| self.text.lines().next()).unwrap_or_default();
        let mut found = vec![evidence(&WORDS, line)];
        if kind == Kind::Challenge && self.names_challenge_host() {
            found.push(evidence(&STUCK, "challenges.cloudflare.com"));
        }
        Some(self.diagnosis(kind, code, found))
    }

    /// Reads a message that names a status.
    fn message(&self) -> Option<Diagnosis> {
        let code = message::status(self.text)?;
        Some(Diagnosis {
            form: Form::HeadersOnly,
            http_status: Some(code.number()),
            confidence: STATUS_ALONE,
            ..self.diagnosis(Kind::Error, Some(code), vec![evidence(&MESSAGE, &code.to_string())])
        })
    }

    /// Whether the text contains these words, one after the other.
    fn contains(&self, words: &str) -> bool {
        self.words.contains(&format!(" {words} "))
    }

    /// The kind and code that the words name.
    fn meaning(&self) -> Option<(Kind, Option<Code>)> {
        if self.contains("suspected phishing site ahead")
            || self.contains("reported for potential phishing")
            || (self.contains("suspected phishing") && self.contains("cloudflare"))
        {
            return Some((Kind::Warning, None));
        }
        if let Some(code) = self.code() {
            return Some((Kind::Error, Some(code)));
        }
        if self.contains("used cloudflare to restrict access") {
            return Some((Kind::Error, None));
        }
        if self.contains("you have been blocked") && (self.ray.is_some() || self.contains("you are unable to access"))
            || self.contains("attention required cloudflare")
        {
            return Some((Kind::Block, None));
        }
        if self.contains("waiting room powered by cloudflare") {
            return Some((Kind::WaitingRoom, None));
        }
        if self.contains("have permission to view this please contact your system administrator")
            || self.text.lines().any(|line| line.trim_end().ends_with("・ Cloudflare Access"))
        {
            return Some((Kind::Access, None));
        }
        let is_check = CHECKS.iter().any(|words| self.contains(words))
            || (self.ray.is_some() && CHECKS_WITH_RAY.iter().any(|words| self.contains(words)))
            || self.names_challenge_host()
            || self.is_check_in_any_language();
        is_check.then_some((Kind::Challenge, None))
    }

    /// The code that the words name.
    fn code(&self) -> Option<Code> {
        // A tunnel's own answer shows its status as the heading.
        if self.contains("unable to reach the origin service") && self.contains("cloudflared") {
            return frame::shown_code(self.text.split_whitespace().next().unwrap_or_default());
        }
        // Other servers' pages show the names of the general statuses too.
        let is_named = self.contains("cloudflare");
        let entries = || catalog::all().filter(|entry| is_shown(entry) && (is_named || !is_general(entry)));
        // Today's pages: "Connection timed out Error code 522".
        let named = entries()
            .find(|entry| names(entry).any(|name| self.contains(&format!("{name} error code {}", entry.code))));
        // "Error 1016", the Ray ID and the time, "Origin DNS error".
        let named = named.or_else(|| entries().find(|entry| self.is_followed_by_name(entry)));
        if let Some(entry) = named {
            return Some(entry.code);
        }
        let in_title = self.text.lines().find_map(|line| {
            let line = line.trim().trim_start_matches(['#', ' ']);
            cut::server_error(line).or_else(|| match cut::own_error(line)?.as_slice() {
                [code] => Some(*code),
                _ => None,
            })
        });
        in_title.or_else(|| self.unbranded()).or_else(|| self.code_before_ray())
    }

    /// Whether "Error" and the code are followed by the name.
    fn is_followed_by_name(&self, entry: &Entry) -> bool {
        let label = format!(" error {} ", entry.code);
        self.words.match_indices(&label).any(|(at, _)| {
            let after = self.words.get(at + label.len()..).unwrap_or_default();
            let after: Vec<&str> = after.split(' ').take(NAME_DISTANCE).collect();
            let after = format!(" {} ", after.join(" "));
            names(entry).any(|name| after.contains(&format!(" {name} ")))
        })
    }

    /// The code of the unbranded page: "502 Bad Gateway" and, on the next line, "cloudflare".
    fn unbranded(&self) -> Option<Code> {
        let mut lines = self.text.lines().map(str::trim).filter(|line| line.contains(char::is_alphanumeric));
        let (heading, signature) = (lines.next()?, lines.next_back()?);
        let (number, _) = heading.split_once(' ')?;
        let is_signed = lines.next().is_none() && matches!(signature, "cloudflare" | "cloudflare-nginx");
        is_signed.then(|| frame::shown_code(number)).flatten()
    }

    /// The code near the Ray ID: after the word "Error" or, on a page in another language, the first number that
    /// Cloudflare has an error page for.
    fn code_before_ray(&self) -> Option<Code> {
        let (label, _) = self.ray?;
        let before = self.text.get(..label)?;
        let near =
            before.char_indices().rev().nth(CODE_DISTANCE).map_or(before, |(at, _)| before.get(at..).unwrap_or(before));
        let lower = near.to_lowercase();
        let labelled = lower
            .rmatch_indices("error ")
            .find_map(|(at, label)| frame::labelled_code(lower.get(at + label.len()..)?))
            .or_else(|| ERROR_WORDS.iter().find_map(|word| code_after(&lower, word)));
        labelled.or_else(|| {
            let is_foreign = self.contains("cloudflare") && !self.contains("you have been blocked");
            let numbers = before.split(|c: char| !c.is_alphanumeric()).filter_map(|word| word.parse::<Code>().ok());
            numbers.filter(|_| is_foreign).find(|code| catalog::entry(*code).is_some_and(is_shown))
        })
    }

    /// Whether the text is a check in any language: the Ray ID starts a line and comes before Cloudflare's name. On
    /// errors and blocks, the label is "Cloudflare Ray ID".
    fn is_check_in_any_language(&self) -> bool {
        let Some((label, _)) = self.ray else { return false };
        let (before, after) = self.text.split_at_checked(label).unwrap_or_default();
        let line = before.lines().last().unwrap_or_default();
        let starts_line = before.ends_with('\n') || !line.contains(char::is_alphanumeric);
        let names_site = before.lines().any(|line| host(line.trim_matches(|c: char| !c.is_alphanumeric())).is_some());
        starts_line
            && names_site
            && after.lines().take(3).any(|line| line.contains("Cloudflare"))
            && !self.contains("cloudflare ray id")
    }

    /// Whether the text asks to unblock the host that challenges load from, in any language.
    fn names_challenge_host(&self) -> bool {
        const HOST: &str = "challenges.cloudflare.com";
        self.text.match_indices(HOST).any(|(at, _)| {
            let before = self.text.get(..at).and_then(|before| before.chars().next_back());
            let after = self.text.get(at + HOST.len()..).and_then(|after| after.chars().next());
            let is_in_sentence = |c: char| c.is_whitespace() || c.is_ascii_alphabetic() || !c.is_ascii();
            before.is_none_or(is_in_sentence) && after.is_none_or(is_in_sentence)
        })
    }

    /// The line with the Ray ID.
    fn line_of_ray(&self) -> Option<&'a str> {
        let (label, _) = self.ray?;
        let start = self.text.get(..label)?.rfind('\n').map_or(0, |at| at + 1);
        self.text.get(start..)?.lines().next()
    }

    fn diagnosis(&self, kind: Kind, code: Option<Code>, evidence: Vec<Evidence>) -> Diagnosis {
        let ray = self.ray.map(|(_, ray)| ray);
        let city = self.line_before("Cloudflare").filter(|city| is_city(city)).map(str::to_owned);
        let is_certain = code.is_some() && ray.is_some();
        Diagnosis {
            kind,
            form: Form::Branded,
            code,
            http_status: None,
            ray,
            served: city.as_deref().and_then(ServingDataCentre::in_city),
            city,
            host: self.host(),
            at: self.time(),
            legs: None,
            retryable: None,
            retry_after: None,
            confidence: if is_certain { WORDS_AND_CODE } else { WORDS_ALONE },
            evidence,
        }
    }

    /// The line above a line that consists of this word, as in a copied picture of browser, Cloudflare and host.
    fn line_before(&self, word: &str) -> Option<&'a str> {
        let lines: Vec<&str> = self.text.lines().map(str::trim).filter(|line| !line.is_empty()).take(LINES).collect();
        let above = lines.array_windows().find(|[_, line]| *line == word).map(|[above, _]| *above)?;
        (above != "Working" && above != "Browser").then_some(above)
    }

    /// The host in the picture, in a sentence, in the title, or above a check.
    fn host(&self) -> Option<String> {
        let lines = || self.text.lines().map(|line| line.trim_matches(|c: char| !c.is_alphanumeric()));
        let in_brackets = ["website (", "host ("].iter().find_map(|start| {
            let words = self.text.split_once(start)?.1;
            host(words.split(')').next()?)
        });
        let sentence = ["unable to access ", "cannot access ", "have access to ", "before accessing "];
        self.line_before("Host")
            .and_then(host)
            .or(in_brackets)
            .or_else(|| {
                sentence.iter().find_map(|start| host(self.text.split_once(start)?.1.split_whitespace().next()?))
            })
            .or_else(|| lines().filter(|line| line.contains(" | ")).find_map(|line| line.split(" | ").find_map(host)))
            .or_else(|| lines().find_map(host))
    }

    /// The first time that's written as pages write it: `2025-11-12 00:52:56 UTC`.
    fn time(&self) -> Option<Timestamp> {
        self.text.match_indices(" UTC").find_map(|(end, _)| {
            let shown = self.text.get(end.checked_sub("2025-11-12 00:52:56".len())?..end)?;
            Timestamp::parse(&format!("{shown} UTC"))
        })
    }
}

/// Finds a code right after this word, if Cloudflare has an error page for it.
fn code_after(text: &str, word: &str) -> Option<Code> {
    text.rmatch_indices(word).find_map(|(at, word)| {
        let after = text.get(at + word.len()..)?;
        let (start, _) = after.char_indices().take(LABEL).find(|(_, character)| character.is_ascii_digit())?;
        let digits = after.get(start..)?;
        let end = digits.find(|character: char| !character.is_ascii_digit()).unwrap_or(digits.len());
        let is_separate = after.get(..start)?.contains(['\n', '.', ',', ';']);
        let code = frame::shown_code(digits.get(..end)?).filter(|_| !is_separate)?;
        catalog::entry(code).filter(|entry| is_shown(entry)).map(|entry| entry.code)
    })
}

/// Finds a labelled Ray ID, and where its label starts.
fn labelled_ray(text: &str) -> Option<(usize, RayId)> {
    ["Ray ID", "Ray-ID", "cf-ray", "CF-RAY", "ray_id"].iter().find_map(|label| {
        text.match_indices(label).find_map(|(at, label)| {
            let after = text.get(at + label.len()..)?;
            let after = after.trim_start_matches(|c: char| !c.is_ascii_alphanumeric() && c != '-');
            // An accessibility tree shows the element between label and value.
            let element = ["- strong: ", "- text: ", "- code: "].iter().find_map(|name| after.strip_prefix(name));
            let after = element.unwrap_or(after).trim_start_matches(['"', '`']);
            let word: String = after.chars().take_while(char::is_ascii_alphanumeric).collect();
            Some((at, RayId::parse(&word)?))
        })
    })
}

/// Whether Cloudflare has an error page for this code.
fn is_shown(entry: &Entry) -> bool {
    entry.code.is_server_error() || entry.code.family() == Family::Cloudflare
}

/// Whether a code is a standard HTTP status.
fn is_general(entry: &Entry) -> bool {
    entry.code.family() == Family::Http && !edge::is_own(entry.code.number())
}

/// The words of a code's name: pages of some codes show only a part of it, such as "Access denied".
fn names(entry: &Entry) -> impl Iterator<Item = String> {
    let parts = [
        entry.name,
        entry.name.rsplit(": ").next().unwrap_or_default(),
        entry.name.split(": ").next().unwrap_or_default(),
    ];
    parts.into_iter().map(words_of)
}

/// The words of a text in lower case, separated by single blanks.
fn words_of(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join(" ").to_lowercase()
}

fn evidence(marker: &Marker, found: &str) -> Evidence {
    marker.evidence(found, Place::Body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(text: &str) -> Option<(Kind, Option<Code>)> {
        Copied::new(text).meaning()
    }

    fn error(code: &str) -> (Kind, Option<Code>) {
        (Kind::Error, code.parse().ok())
    }

    #[test]
    fn todays_pages_show_their_code_far_from_the_ray_id() {
        let page = format!(
            "Connection timed out Error code 522\n\nVisit cloudflare.com for more information.\n2026-10-03 01:28:05 UTC\n\n\
             You\nBrowser\nWorking\n\nFrankfurt\nCloudflare\nWorking\n\nshop.example\nHost\nError\n\n{}\n\n\
             Cloudflare Ray ID: 9f140b785e57c458 • Performance & security by Cloudflare",
            "What happened? ".repeat(40)
        );
        let read = read(&page).unwrap();
        assert_eq!((read.kind, read.code), (Kind::Error, "522".parse().ok()));
        assert_eq!((read.city.as_deref(), read.host.as_deref()), (Some("Frankfurt"), Some("shop.example")));
        assert_eq!(read.ray.map(|ray| ray.to_string()).as_deref(), Some("9f140b785e57c458"));
        assert_eq!(read.at.map(|at| at.to_string()).as_deref(), Some("2026-10-03T01:28:05Z"));
    }

    #[test]
    fn the_beginning_of_a_page_is_enough() {
        for (text, code) in [
            ("Bad gateway\nError code 502\n\nVisit cloudflare.com for more information.", "502"),
            ("+                 Bad gateway\n+                 Error code 502\n+    Visit cloudflare.com", "502"),
            ("- heading \"Connection timed out Error code 522\" [level=1] [ref=e5]", "522"),
            ("shop.example | 521: Web server is down", "521"),
            ("Title: shop.example | 522: Connection timed out\n\nURL Source: https://shop.example/", "522"),
            ("Error 1016\nOrigin DNS error\nWhat happened?", "1016"),
            ("Origin DNS error | shop.example | Cloudflare", "1016"),
            ("Access denied\nError code 1020\nYou cannot access shop.example.", "1020"),
            ("Please check back later\nError 1027\nThis website has been temporarily rate limited", "1027"),
            ("502 Bad Gateway\n\n---\n\ncloudflare\n", "502"),
            (
                "502 Bad Gateway\nUnable to reach the origin service. The service may be down or it may not be responding \
              to traffic from cloudflared",
                "502",
            ),
        ] {
            assert_eq!(meaning(text), Some(error(code)), "{text}");
        }
    }

    #[test]
    fn a_translated_page_gives_its_code() {
        let text = "Zeitüberschreitung der Verbindung Fehlercode 522\nWeitere Informationen finden Sie auf cloudflare.com.\n\
                    2026-10-03 01:28:05 UTC\nCloudflare Ray-ID: 9f140b785e57c458 • Leistung und Sicherheit durch Cloudflare";
        assert_eq!(meaning(text), Some(error("522")));
    }

    #[test]
    fn checks_are_recognised_in_any_language() {
        for text in [
            "shop.example\n\nVerifying you are human. This may take a few seconds.\n\nRay ID: 9f140b785e57c458\nCloudflare",
            "# shop.example\n## Performing security verification\nThis website uses a security service",
            "shop.example\nEs wird überprüft, ob Sie ein Mensch sind.\nRay ID: `9f140b785e57c458`\n\
             Leistung und Sicherheit durch Cloudflare",
            "shop.example\n사람인지 확인하는 중입니다.\nRay ID: 9f140b785e57c458\nCloudflare에서 제공하는 성능 및 보안",
            "Just a moment...\nEnable JavaScript and cookies to continue",
            "続行するには、challenges.cloudflare.com のブロックを解除してください。",
        ] {
            assert_eq!(meaning(text), Some((Kind::Challenge, None)), "{text}");
        }
        assert!(read("Please unblock challenges.cloudflare.com to proceed.").unwrap().is_stuck_challenge());
    }

    #[test]
    fn a_copied_attack_is_never_a_check() {
        let text =
            "Verify you are human\nPress Windows Button + R\nPress CTRL + V\nPress Enter\nRay ID: 9f140b785e57c458";
        assert_eq!(read(text).map(|page| page.kind), Some(Kind::Imitation));
    }

    #[test]
    fn refusals_queues_and_warnings_are_recognised_by_their_words() {
        for (text, kind) in [
            ("Sorry, you have been blocked\nYou are unable to access shop.example", Kind::Block),
            ("Sorry, you have been blocked\nCloudflare Ray ID: 9f140b785e57c458", Kind::Block),
            ("You are now in line.\nWaiting Room powered by Cloudflare", Kind::WaitingRoom),
            (
                "Forbidden\nYou don't have permission to view this. Please contact your system administrator.",
                Kind::Access,
            ),
            ("Warning\nSuspected Phishing Site Ahead!", Kind::Warning),
        ] {
            assert_eq!(meaning(text), Some((kind, None)), "{text}");
        }
    }
}
