//! Recognition tested on pages: our own fixtures always, captured pages if [`CORPUS`] names their folder.
//!
//! One named test per page. Captured pages that are still misread are listed in [`MISREAD`]; a test fails as soon as one
//! of them is read correctly, so that the list stays current.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use libtest_mimic::{Arguments, Failed, Trial};
use rayback_core::catalog;
use rayback_core::classify::{Examination, examine, examine_quoted, markers};
use rayback_core::diagnosis::Kind;
use rayback_core::observation::head::Head;
use rayback_core::observation::{Headers, Observation};
use rayback_core::redact::redacted;
use rayback_testkit::fixture::{self, Fixture};
use serde::Deserialize;

/// The environment variable that names the folder of captured pages, absolute or relative to the project's root.
///
/// The folder holds `manifest.csv`, one row per page, and the files that it lists.
const CORPUS: &str = "RAYBACK_CORPUS";

/// Captured pages that are misread, by id, each with the reason.
const MISREAD: &[(&str, &str)] = &[];

/// Captured pages whose kind got its own name after the manifest was written, by id.
const RELABELLED: &[(&str, &str)] = &[("cfblk-phishing-01", "warning"), ("look-phishing-01", "warning|imitation")];

fn main() -> Result<ExitCode> {
    let arguments = Arguments::from_args();
    let fixtures = fixture::all()?;
    let mut trials: Vec<Trial> = fixtures.iter().cloned().map(fixture_trial).collect();
    trials.push(Trial::test("every_marker_appears_in_a_fixture", move || every_marker_appears_in(&fixtures)));
    let captures = captures_in("")?;
    let field = captures_in("field")?;
    if !arguments.list {
        confusion("responses", &captures, Capture::examine);
        confusion("responses from the field", &field, Capture::examine);
        confusion("the field, as pasted", &field, Capture::examine_quoted);
    }
    let all: Vec<Capture> = captures.iter().chain(&field).cloned().collect();
    let is_empty = all.is_empty();
    trials.push(Trial::test("cut_off_pages_are_never_misread", move || cut_off(&all)).with_ignored_flag(is_empty));
    trials.extend(captures.into_iter().map(capture_trial));
    trials.extend(field.into_iter().map(field_trial));
    Ok(libtest_mimic::run(&arguments, trials).exit_code())
}

fn fixture_trial(fixture: Fixture) -> Trial {
    Trial::test(format!("fixture::{}", fixture.name), move || {
        let examination = examine(&fixture.observation());
        let (kind, code) = reading(&examination);
        expect("kind", &name(kind), &name(fixture.kind), &examination)?;
        expect("code", &code, &fixture.code, &examination)?;
        if let Examination::Cloudflare(diagnosis) = &examination {
            // The visitor's address must never leave the page.
            let serialised = serde_json::to_string(diagnosis)?;
            if serialised.contains(fixture::VISITOR) {
                return Err(format!("the diagnosis contains the visitor's address: {serialised}").into());
            }
            if fixture.name.contains("era-b") || fixture.name.contains("era-c") {
                expect("host", &diagnosis.host.as_deref(), &Some(fixture::HOST), &examination)?;
                expect("city", &diagnosis.city.as_deref(), &Some(fixture::CITY), &examination)?;
                let served = diagnosis.served.map(|served| served.data_centre.to_string());
                expect("data centre", &served.as_deref(), &Some("FRA"), &examination)?;
                let time = diagnosis.at.map(|at| at.to_string());
                expect("time", &time.as_deref(), &Some("2026-10-03T01:28:05Z"), &examination)?;
            }
            // Bug reports contain only a redacted capture, so it must be read the same.
            if let Ok(markup) = std::str::from_utf8(&fixture.body) {
                let capture = redacted(markup);
                if capture.contains(fixture::VISITOR) || capture.contains(fixture::RAY) {
                    return Err("the redacted capture contains the visitor's address or the Ray ID".into());
                }
                let mut again = fixture.observation();
                again.headers = None;
                let unredacted = reading(&examine(&again));
                again.body = capture.as_bytes().into();
                expect("reading of the redacted capture", &reading(&examine(&again)), &unredacted, &examination)?;
            }
            let shows_ray = String::from_utf8_lossy(&fixture.body).contains(fixture::RAY);
            if shows_ray && !matches!(diagnosis.kind, Kind::Imitation) {
                let ray = diagnosis.ray.map(|ray| ray.to_string());
                expect("Ray ID", &ray.as_deref(), &Some(fixture::RAY), &examination)?;
            }
        }
        Ok(())
    })
}

/// A marker that appears on no page is a guess.
fn every_marker_appears_in(fixtures: &[Fixture]) -> Result<(), Failed> {
    let mut seen = BTreeSet::new();
    for fixture in fixtures {
        match examine(&fixture.observation()) {
            Examination::Cloudflare(diagnosis) => seen.extend(diagnosis.evidence.into_iter().map(|found| found.marker)),
            Examination::Other { evidence, .. } => seen.extend(evidence.into_iter().map(|found| found.marker)),
        }
    }
    let unseen: Vec<&str> = markers().map(|marker| marker.name).filter(|name| !seen.contains(*name)).collect();
    if unseen.is_empty() { Ok(()) } else { Err(format!("no fixture shows the markers {unseen:?}").into()) }
}

/// A row of the corpus manifest.
#[derive(Clone, Deserialize)]
struct Row {
    id: String,
    path: PathBuf,
    label: String,
    expect_kind: String,
    expect_code: String,
    ray_id: String,
    http_status: String,
    headers_path: String,
    /// `yes` if the capture is a fragment.
    truncated: String,
}

/// A captured page.
#[derive(Clone)]
struct Capture {
    row: Row,
    folder: PathBuf,
}

/// The captured pages in this part of the corpus; none without [`CORPUS`].
///
/// # Errors
/// If the folder is named but has no readable manifest: a misspelt path must not pass as "no captures".
fn captures_in(part: &str) -> Result<Vec<Capture>> {
    let Some(folder) = std::env::var_os(CORPUS).filter(|folder| !folder.is_empty()) else { return Ok(Vec::new()) };
    // `join` keeps an absolute path as it is.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder).join(part);
    let manifest = folder.join("manifest.csv");
    csv::Reader::from_path(&manifest)
        .with_context(|| format!("cannot read {}, which {CORPUS} names", manifest.display()))?
        .into_deserialize()
        .map(|row| {
            let mut row: Row = row.with_context(|| format!("cannot read {}", manifest.display()))?;
            if let Some((_, kind)) = RELABELLED.iter().find(|(id, _)| *id == row.id) {
                (*kind).clone_into(&mut row.expect_kind);
            }
            Ok(Capture { row, folder: folder.clone() })
        })
        .collect()
}

impl Capture {
    fn examine(&self) -> Result<Examination> {
        let (status, headers, body) = self.parts()?;
        Ok(examine(&Observation { url: None, status, headers, body: body.into() }))
    }

    /// Status, headers and body.
    fn parts(&self) -> Result<(Option<u16>, Option<Headers>, Vec<u8>)> {
        let body = std::fs::read(self.folder.join(&self.row.path))?;
        let head = match self.row.headers_path.as_str() {
            "" => None,
            path => Some(Head::parse(&String::from_utf8_lossy(&std::fs::read(self.folder.join(path))?))),
        };
        let status = self.row.http_status.parse().ok().or(head.as_ref().and_then(|head| head.status));
        Ok((status, head.map(|head| head.headers), body))
    }

    fn examine_quoted(&self) -> Result<Examination> {
        let (status, headers, body) = self.parts()?;
        Ok(examine_quoted(&Observation { url: None, status, headers, body: body.into() }))
    }

    /// The page's first bytes, as truncated in a log: with its known or inferred status, `server` and `cf-ray`, or
    /// without them. `None` if the page isn't longer than that or its headers can't be inferred.
    fn cut(&self, length: usize, with_head: bool) -> Result<Option<Observation<'static>>> {
        let (status, headers, body) = self.parts()?;
        let Some(body) = body.get(..length).filter(|cut| cut.len() < body.len()) else { return Ok(None) };
        let mut observation = Observation { body: body.to_vec().into(), ..Observation::default() };
        if with_head {
            // Fragments and quoted text never came with headers.
            let is_whole = self.is_genuine() && self.row.truncated == "no";
            let ray = Some(&self.row.ray_id).filter(|ray| ray.len() == 16 && is_whole);
            let edge = || Some([("server", "cloudflare".to_owned()), ("cf-ray", format!("{}-FRA", ray?))]);
            let Some(headers) = headers.or_else(|| edge().map(|edge| edge.into_iter().collect())) else {
                return Ok(None);
            };
            observation.headers = Some(headers);
            observation.status = status.or_else(|| self.is_genuine().then(|| self.usual_status()));
        }
        Ok(Some(observation))
    }

    fn is_genuine(&self) -> bool {
        self.row.label.starts_with("cloudflare-")
    }

    /// The usual status of such a page.
    fn usual_status(&self) -> u16 {
        let code = self.row.expect_code.parse().ok().and_then(catalog::entry);
        // Challenges without a CAPTCHA came with 503 until 2022.
        let usual = if self.row.id.contains("chl-js") { 503 } else { 403 };
        code.and_then(|entry| entry.status).unwrap_or(usual)
    }

    fn is_read_correctly(&self, examination: &Examination) -> bool {
        let (kind, code) = reading(examination);
        let code = code.map(|code| code.to_string()).unwrap_or_default();
        let kinds = self.row.expect_kind.split('|').any(|expected| expected == name(kind));
        let codes =
            kind.is_none() || self.row.expect_code.split('|').any(|expected| expected == "*" || expected == code);
        kinds && codes
    }
}

fn capture_trial(capture: Capture) -> Trial {
    Trial::test(format!("capture::{}", capture.row.id), move || {
        let examination = capture.examine().map_err(|error| format!("{error:#}"))?;
        let misread = MISREAD.iter().find(|(id, _)| *id == capture.row.id);
        match (capture.is_read_correctly(&examination), misread) {
            (true, None) | (false, Some(_)) => Ok(()),
            (true, Some((id, _))) => Err(format!("{id} is now read correctly: remove it from MISREAD").into()),
            (false, None) => {
                Err(format!("expected {} {}, read {examination:#?}", capture.row.expect_kind, capture.row.expect_code)
                    .into())
            }
        }
    })
}

/// Quoted text must be read when it's pasted. When it's crawled, it may be skipped but not misread.
fn field_trial(capture: Capture) -> Trial {
    Trial::test(format!("field::{}", capture.row.id), move || {
        let pasted = capture.examine_quoted().map_err(|error| format!("{error:#}"))?;
        if !capture.is_read_correctly(&pasted) {
            return Err(format!(
                "expected {} {}, pasted {pasted:#?}",
                capture.row.expect_kind, capture.row.expect_code
            )
            .into());
        }
        let crawled = capture.examine().map_err(|error| format!("{error:#}"))?;
        if reading(&crawled).0.is_some() && !capture.is_read_correctly(&crawled) {
            return Err(format!(
                "expected {} {}, crawled {crawled:#?}",
                capture.row.expect_kind, capture.row.expect_code
            )
            .into());
        }
        Ok(())
    })
}

/// Counts of how truncated pages were read.
#[derive(Clone, Copy, Debug, Default)]
struct Cut {
    right: usize,
    unsure: usize,
    /// Unsure pages that no reader could distinguish from a page of another kind.
    alike: usize,
    wrong: usize,
    /// Genuine pages with Cloudflare's complete title, and how many of them are read correctly.
    titled: usize,
    titled_right: usize,
}

/// Length, whether the head is present, and the number of pages read correctly before titles counted (commit 2c8a3d3).
const CUTS: &[(usize, bool, usize)] = &[
    (256, false, 96),
    (256, true, 46),
    (1_024, false, 96),
    (1_024, true, 40),
    (2_048, false, 110),
    (2_048, true, 51),
    (4_096, false, 90),
    (4_096, true, 45),
    (8_192, false, 42),
    (8_192, true, 25),
];

/// Prints the table of truncated bodies, and fails if one is misread. Imitations may be cut before their giveaway.
fn cut_off(captures: &[Capture]) -> Result<(), Failed> {
    let mut misread = Vec::new();
    // By kind of page: read correctly and unsure, for each row of the table.
    let mut kinds: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
    println!("{:>6} {:<8} {:>5} {:>6} {:>6} {:>5} whole title", "bytes", "head", "right", "unsure", "(alike)", "wrong");
    for (row, &(length, with_head, before)) in CUTS.iter().enumerate() {
        let mut sum = Cut::default();
        let mut cuts = Vec::new();
        for capture in captures {
            let observation = capture.cut(length, with_head).map_err(|error| format!("{error:#}"))?;
            cuts.extend(observation.map(|observation| (capture, observation)));
        }
        for (capture, observation) in &cuts {
            let examination = examine(observation);
            let (kind, code) = reading(&examination);
            let kinds_match = capture.row.expect_kind.split('|').any(|expected| expected == name(kind));
            let code = code.map(|code| code.to_string()).unwrap_or_default();
            let codes_match = code.is_empty() || capture.row.expect_code.split('|').any(|it| it == "*" || it == code);
            let cut = String::from_utf8_lossy(&observation.body);
            // A site's own title isn't evidence.
            let is_titled = capture.is_genuine()
                && cut.starts_with('<')
                && cut.split_once("</title").is_some_and(|(head, _)| {
                    let title = head.rsplit("<title").next().unwrap_or_default().to_ascii_lowercase();
                    title.contains("cloudflare") || title.contains("just a moment") || title.contains("| 5")
                });
            sum.titled += usize::from(is_titled);
            let counts = kinds.entry(capture.row.label.clone()).or_insert_with(|| vec![(0, 0); CUTS.len()]);
            let Some(counts) = counts.get_mut(row) else { continue };
            if kinds_match && codes_match {
                sum.titled_right += usize::from(is_titled);
                sum.right += 1;
                counts.0 += 1;
            } else if let Examination::Other { confidence, .. } = &examination {
                sum.unsure += 1;
                sum.alike +=
                    usize::from(cuts.iter().any(|other| is_alike((capture, observation), (other.0, &other.1))));
                counts.1 += 1;
                let body = capture.parts().map_err(|error| format!("{error:#}"))?.2;
                // Quoted text isn't a document, and a crawl skips it.
                if capture.is_genuine() && body.starts_with(b"<!") && confidence.as_fraction() > 0.8 {
                    misread.push(format!(
                        "{} at {length}: {confidence:?} sure that it isn't from Cloudflare",
                        capture.row.id
                    ));
                }
            } else if capture.row.expect_kind.contains("imitation") {
                sum.unsure += 1;
                counts.1 += 1;
            } else {
                sum.wrong += 1;
                misread.push(format!("{} at {length} with head {with_head}: {examination:?}", capture.row.id));
            }
        }
        println!(
            "{length:>6} {with_head:<8} {:>5} {:>6} {:>7} {:>5} {:>3} of {}",
            sum.right, sum.unsure, sum.alike, sum.wrong, sum.titled_right, sum.titled
        );
        if sum.right < before {
            misread.push(format!("{length} with head {with_head}: {} right, {before} before", sum.right));
        }
        // One page shares its title with old challenges and ends right after it.
        if sum.titled_right * 100 < sum.titled * 95 && sum.titled_right + 1 < sum.titled {
            misread.push(format!("{length} with head {with_head}: {sum:?} with a whole title"));
        }
        let decidable = sum.right + sum.unsure - sum.alike;
        if with_head && sum.right * 100 < decidable * 95 {
            misread.push(format!("{length} with head: {} of {decidable} distinguishable pages are right", sum.right));
        }
    }
    println!("\nright/unsure by kind, in the order of the rows above");
    for (label, counts) in &kinds {
        let counts: Vec<String> = counts.iter().map(|(right, unsure)| format!("{right}/{unsure}")).collect();
        println!("{label:<24} {}", counts.join("  "));
    }
    let never: Vec<_> = kinds
        .iter()
        .filter(|(_, counts)| counts.iter().all(|(right, _)| *right == 0))
        .map(|(label, _)| label)
        .collect();
    if misread.is_empty() && never.is_empty() {
        return Ok(());
    }
    Err(format!("misread: {misread:#?}, never read correctly: {never:?}").into())
}

/// Whether two truncated pages of different kinds are the same apart from whitespace, and have the same status: 1xxx
/// errors, blocks, warnings and challenges with a CAPTCHA all begin alike and are sent with 403.
fn is_alike(one: (&Capture, &Observation<'_>), other: (&Capture, &Observation<'_>)) -> bool {
    let letters = |observation: &Observation<'_>| -> Vec<u8> {
        let letters = observation.body.iter().filter(|byte| !byte.is_ascii_whitespace());
        letters.map(u8::to_ascii_lowercase).collect()
    };
    let (kinds, others) = (&one.0.row.expect_kind, &other.0.row.expect_kind);
    let (shorter, longer) = (letters(one.1), letters(other.1));
    let shared = shorter.len().min(longer.len());
    one.0.is_genuine()
        && other.0.is_genuine()
        && one.1.status == other.1.status
        && kinds.split('|').all(|kind| others.split('|').all(|other| kind != other))
        && shorter.get(..shared) == longer.get(..shared)
}

/// Prints the table of expected against actual kinds.
fn confusion(what: &str, captures: &[Capture], examine: fn(&Capture) -> Result<Examination>) {
    let mut table: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut right = 0;
    for capture in captures {
        let Ok(examination) = examine(capture) else { continue };
        right += usize::from(capture.is_read_correctly(&examination));
        let read = name(reading(&examination).0);
        *table.entry((capture.row.expect_kind.clone(), read)).or_default() += 1;
    }
    if captures.is_empty() {
        println!("remark: no captured pages, because {CORPUS} isn't set; only the project's own fixtures are tested");
        return;
    }
    println!("{what}\n{:<36} {:<16} {:>5}", "expected", "read", "pages");
    for ((expected, read), pages) in &table {
        println!("{expected:<36} {read:<16} {pages:>5}");
    }
    println!("{right} of {} captured pages are read correctly, kind and code", captures.len());
}

fn reading(examination: &Examination) -> (Option<Kind>, Option<u16>) {
    match examination {
        Examination::Cloudflare(diagnosis) => {
            (Some(diagnosis.kind), diagnosis.code.map(rayback_core::code::Code::number))
        }
        Examination::Other { .. } => (None, None),
    }
}

fn name(kind: Option<Kind>) -> String {
    kind.and_then(|kind| serde_json::to_value(kind).ok()?.as_str().map(str::to_owned))
        .unwrap_or_else(|| "not-cloudflare".to_owned())
}

fn expect<T: PartialEq + std::fmt::Debug>(
    what: &str,
    read: &T,
    expected: &T,
    examination: &Examination,
) -> Result<(), Failed> {
    if read == expected {
        return Ok(());
    }
    Err(format!("{what}: expected {expected:?}, read {read:?} from {examination:#?}").into())
}
