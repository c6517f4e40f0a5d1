//! The strings to search for, all found in one pass.

use std::sync::LazyLock;

#[cfg(feature = "vectorised")]
use aho_corasick::packed;

use memchr::{memchr, memmem, memrchr2};

use super::search::Search;
use crate::observation::fragments::BARRIER;

/// A string that a page may contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needle {
    /// `cf-wrapper`.
    Wrapper,
    /// `cf-error-details`.
    Details,
    /// `cf-error-code`.
    ErrorCode,
    /// `cf-error-footer`.
    Footer,
    /// `cf-footer-item`.
    FooterItem,
    /// `code-label`.
    CodeLabel,
    /// `cf-subheadline`.
    Subheadline,
    /// `data-translate=`.
    Translate,
    /// `/styles/` followed by the name of Cloudflare's style sheet for errors.
    Stylesheet,
    /// `cf_styles-css`, the id of that style sheet's link.
    StylesheetId,
    /// `<script`.
    Script,
    /// `<textarea`, which may contain markup as text.
    Textarea,
    /// `cf-browser-status`.
    BrowserStatus,
    /// `cf-cloudflare-status`.
    CloudflareStatus,
    /// `cf-host-status`.
    HostStatus,
    /// `cf-icon-ok`, the icon of a working part in the picture of browser, Cloudflare and host.
    IconOk,
    /// `cf-icon-error`, the icon of a failing part.
    IconError,
    /// `truncate` or `cf-status-desc`, the label next to an icon.
    IconLabel,
    /// `5xx-error-landing`.
    Landing,
    /// `workers.cloudflare.com`, the link on the page for the Workers' daily limit instead.
    WorkersHost,
    /// `utm_source=errorcode_`.
    LandingCode,
    /// `Ray ID`, or `Ray-ID`.
    Ray,
    /// `errorCode:`.
    FeedbackCode,
    /// `_cf_translation`.
    Translation,
    /// `brand_link`.
    BrandLink,
    /// ` UTC` and the end of the word.
    Utc,
    /// `<title`.
    Title,
    /// `cferror_details`.
    BoxList,
    /// `Error reference number`.
    ReferenceNumber,
    /// `Cloudflare Location`.
    Location,
    /// `_cf_chl_opt`.
    ChallengeOptions,
    /// `challenges.cloudflare.com`, the host that challenges load from.
    ChallengeHost,
    /// `/orchestrate/`, the challenge's own script.
    Orchestrate,
    /// `challenge-error-text`.
    ChallengeText,
    /// `challenge-form`.
    ChallengeForm,
    /// `jschl`.
    Jschl,
    /// `__cf_chl_`.
    ChallengeToken,
    /// `cdn-cgi/l/chk_`.
    ChallengeCheck,
    /// `cf-browser-verification`.
    BrowserVerification,
    /// `cf-please-wait`.
    PleaseWait,
    /// `cf-challenge-running`.
    ChallengeRunning,
    /// `trk_jschal_js`.
    ChallengePixel,
    /// `captcha-bypass`.
    CaptchaBypass,
    /// `cf-captcha-container`.
    CaptchaContainer,
    /// `zone-name-title`, which names the site above a challenge.
    ZoneName,
    /// `/cdn-cgi/phish-bypass`.
    PhishBypass,
    /// `have permission to view this`
    NoPermission,
    /// `/cdn-cgi/access/`.
    AccessPath,
    /// `cloudflareaccess.com`.
    AccessHost,
    /// `website (`, followed by the host.
    Website,
    /// `Requested URL:`, in the box of a site's own page.
    RequestedUrl,
    /// The host of Gateway's default block page.
    GatewayHost,
    /// `<center>cloudflare`.
    CenteredName,
    /// `::CLOUDFLARE_ERROR_…`, `::RAY_ID::` and the like.
    Token,
    /// `performance &amp; security by`, in either spelling.
    Slogan,
    /// `DDoS protection by`.
    DdosSlogan,
    /// Words that pages use to claim to be a Cloudflare check.
    ClaimWords,
    /// Signs of a text with an author, which articles have and error pages don't.
    Article,
    /// Traces left by generators of imitations.
    Generator,
    /// The keys that open a window for running commands.
    Keys,
    /// The Windows key, perhaps followed by its name in another language and another key.
    Windows,
    /// The keys that paste.
    Paste,
    /// Words that ask to paste something.
    PasteWords,
    /// A script that writes to the clipboard.
    Clipboard,
    /// Decoy text appended to a command so that only the decoy shows when pasted.
    DecoySuffix,
    /// A program that runs the commands it's given.
    Shell,
    /// A request to download something.
    Download,
    /// An executable file.
    Program,
}

/// Where a needle counts.
#[derive(Clone, Copy)]
enum Where {
    /// Anywhere.
    Anywhere,
    /// Anywhere, in upper or lower case.
    AnyCase,
    /// As a whole attribute value or one word of it.
    Attribute,
    /// Anywhere in a tag.
    Tag,
    /// In a tag or a script.
    Code,
}

use Where::{AnyCase, Anywhere, Attribute, Code, Tag};

const NEEDLES: &[(Needle, Where, &str)] = &[
    (Needle::Wrapper, Attribute, "cf-wrapper"),
    (Needle::Details, Attribute, "cf-error-details"),
    (Needle::ErrorCode, Attribute, "cf-error-code"),
    (Needle::Footer, Attribute, "cf-error-footer"),
    (Needle::FooterItem, Attribute, "cf-footer-item"),
    (Needle::CodeLabel, Attribute, "code-label"),
    (Needle::Subheadline, Attribute, "cf-subheadline"),
    (Needle::Translate, Tag, "data-translate="),
    (Needle::Stylesheet, Tag, "/styles/cf.errors.css"),
    (Needle::Stylesheet, Tag, "/styles/cf.errors.ie.css"),
    (Needle::Stylesheet, Tag, "cdn-cgi/styles/main.css"),
    (Needle::Stylesheet, Tag, "cdn-cgi/styles/errors.css"),
    (Needle::StylesheetId, Tag, "cf_styles-css"),
    (Needle::Script, Anywhere, "<script"),
    (Needle::Textarea, Anywhere, "<textarea"),
    (Needle::BrowserStatus, Attribute, "cf-browser-status"),
    (Needle::CloudflareStatus, Attribute, "cf-cloudflare-status"),
    (Needle::HostStatus, Attribute, "cf-host-status"),
    (Needle::IconOk, Attribute, "cf-icon-ok"),
    (Needle::IconError, Attribute, "cf-icon-error"),
    (Needle::IconLabel, Attribute, "truncate"),
    (Needle::IconLabel, Attribute, "cf-status-desc"),
    (Needle::Landing, Tag, "5xx-error-landing"),
    (Needle::WorkersHost, Tag, "workers.cloudflare.com"),
    (Needle::LandingCode, Tag, "utm_source=errorcode_"),
    (Needle::Ray, Anywhere, "Ray ID"),
    (Needle::Ray, Anywhere, "Ray-ID"), // as browsers translate it
    (Needle::FeedbackCode, Code, "errorCode:"),
    (Needle::Translation, Anywhere, "_cf_translation"),
    (Needle::BrandLink, Attribute, "brand_link"),
    (Needle::Utc, Anywhere, " UTC<"),
    (Needle::Utc, Anywhere, " UTC "),
    (Needle::Utc, Anywhere, " UTC\n"),
    (Needle::Utc, Anywhere, " UTC\r"),
    (Needle::Title, Anywhere, "<title"),
    (Needle::Title, Anywhere, "<TITLE"),
    (Needle::BoxList, Attribute, "cferror_details"),
    (Needle::ReferenceNumber, Anywhere, "Error reference number"),
    (Needle::Location, Anywhere, "Cloudflare Location"),
    (Needle::Location, Anywhere, "CloudFlare Location"),
    (Needle::ChallengeHost, Anywhere, "challenges.cloudflare.com"),
    (Needle::ChallengeOptions, Code, "_cf_chl_opt"),
    (Needle::Orchestrate, Code, "/orchestrate/"),
    (Needle::ChallengeText, Attribute, "challenge-error-text"),
    (Needle::ChallengeForm, Attribute, "challenge-form"),
    (Needle::Jschl, Code, "jschl"),
    (Needle::ChallengeToken, Code, "__cf_chl_"),
    (Needle::ChallengeCheck, Code, "cdn-cgi/l/chk_"),
    (Needle::BrowserVerification, Attribute, "cf-browser-verification"),
    (Needle::PleaseWait, Attribute, "cf-please-wait"),
    (Needle::ChallengeRunning, Attribute, "cf-challenge-running"),
    (Needle::ChallengePixel, Attribute, "trk_jschal_js"),
    (Needle::CaptchaBypass, Attribute, "captcha-bypass"),
    (Needle::CaptchaContainer, Attribute, "cf-captcha-container"),
    (Needle::ZoneName, Attribute, "zone-name-title"),
    (Needle::PhishBypass, Tag, "/cdn-cgi/phish-bypass"),
    (Needle::NoPermission, Anywhere, "have permission to view this"),
    (Needle::AccessPath, Tag, "/cdn-cgi/access/"),
    (Needle::Website, Anywhere, "website ("),
    (Needle::RequestedUrl, Anywhere, "Requested URL:"),
    (Needle::GatewayHost, Anywhere, "blocked.teams.cloudflare.com"),
    (Needle::GatewayHost, Anywhere, "blocked.teams.fed.cloudflare.com"),
    (Needle::AccessHost, Code, "cloudflareaccess.com"),
    (Needle::CenteredName, Anywhere, "<center>cloudflare"),
    // Not from Cloudflare's pages: signs of templates, generators, articles and attacks.
    (Needle::Token, Anywhere, "::CLOUDFLARE_ERROR_"),
    (Needle::Token, Anywhere, "::IM_UNDER_ATTACK_BOX::"),
    (Needle::Token, Anywhere, "::CAPTCHA_BOX::"),
    (Needle::Token, Anywhere, "::RAY_ID::"),
    (Needle::Token, Anywhere, "::CLIENT_IP::"),
    (Needle::Slogan, Anywhere, "erformance &amp; security by"),
    (Needle::Slogan, Anywhere, "erformance & security by"),
    (Needle::Slogan, Anywhere, "erformance and security by"),
    (Needle::DdosSlogan, Anywhere, "DDoS protection by"),
    (Needle::ClaimWords, Anywhere, "Checking if the site connection is secure"),
    (Needle::ClaimWords, Anywhere, "Checking your browser before accessing"),
    (Needle::ClaimWords, Anywhere, "Verify you are human"),
    (Needle::ClaimWords, Anywhere, "Verifying you are human"),
    (Needle::ClaimWords, Anywhere, "review the security of your connection"),
    (Needle::ClaimWords, Anywhere, "you have been blocked"),
    (Needle::Article, Anywhere, "<article"),
    (Needle::Article, Anywhere, "property=\"og:"),
    (Needle::Article, Anywhere, "application/ld+json"),
    (Needle::Article, Anywhere, "rel=\"canonical\""),
    (Needle::Generator, Anywhere, "cloudflare-error-page"),
    (Needle::Generator, Anywhere, "cloudflare-errors"),
    (Needle::Generator, Anywhere, "CloudflareCustomErrorPage"),
    (Needle::Generator, Anywhere, "not affiliated with Cloudflare"),
    // Requests that only an attack makes.
    (Needle::Keys, AnyCase, "win+r"),
    (Needle::Keys, AnyCase, "win + r"),
    (Needle::Keys, AnyCase, "windows+r"),
    (Needle::Keys, AnyCase, "windows + r"),
    (Needle::Keys, AnyCase, "windows key"),
    (Needle::Keys, AnyCase, "windows button"),
    // The key's name in German, French, Spanish, Portuguese, Russian, Chinese, Japanese, Korean and Arabic.
    (Needle::Keys, AnyCase, "windows-taste"),
    (Needle::Keys, AnyCase, "windowstaste"),
    (Needle::Keys, AnyCase, "win-taste"),
    (Needle::Keys, AnyCase, "touche windows"),
    (Needle::Keys, AnyCase, "touche win"),
    (Needle::Keys, AnyCase, "tecla windows"),
    (Needle::Keys, AnyCase, "tecla de windows"),
    (Needle::Keys, AnyCase, "tecla do windows"),
    (Needle::Keys, AnyCase, "tecla win"),
    (Needle::Keys, AnyCase, "клавишу windows"),
    (Needle::Keys, AnyCase, "клавиши windows"),
    (Needle::Keys, AnyCase, "клавишу win"),
    (Needle::Keys, AnyCase, "клавиши win"),
    (Needle::Keys, AnyCase, "windows 键"),
    (Needle::Keys, AnyCase, "windows键"),
    (Needle::Keys, AnyCase, "win键"),
    (Needle::Keys, AnyCase, "windows キー"),
    (Needle::Keys, AnyCase, "windowsキー"),
    (Needle::Keys, AnyCase, "windows 키"),
    (Needle::Keys, AnyCase, "windows키"),
    (Needle::Keys, AnyCase, "مفتاح windows"),
    (Needle::Keys, AnyCase, "مفتاح ويندوز"),
    (Needle::Keys, AnyCase, "زر windows"),
    (Needle::Windows, AnyCase, "windows"),
    (Needle::Keys, AnyCase, "win-r"),
    (Needle::Keys, AnyCase, "run dialog"),
    (Needle::Keys, AnyCase, "command + space"),
    (Needle::Keys, AnyCase, "open terminal"),
    (Needle::Keys, AnyCase, "the terminal app"),
    (Needle::Keys, AnyCase, "spotlight search"),
    (Needle::Keys, AnyCase, "open file explorer"),
    (Needle::Keys, AnyCase, "<b>r</b>"),
    (Needle::Keys, AnyCase, "<strong>r</strong>"),
    (Needle::Keys, AnyCase, "<kbd>r</kbd>"),
    (Needle::Paste, AnyCase, "ctrl+v"),
    (Needle::Paste, AnyCase, "ctrl + v"),
    (Needle::Paste, AnyCase, "strg+v"),
    (Needle::Paste, AnyCase, "strg + v"),
    (Needle::Paste, AnyCase, "strg-v"),
    (Needle::Paste, AnyCase, "ctrl-v"),
    (Needle::Paste, AnyCase, "control + v"),
    (Needle::Paste, AnyCase, "cmd+v"),
    (Needle::Paste, AnyCase, "cmd + v"),
    (Needle::Paste, AnyCase, "command + v"),
    (Needle::Paste, AnyCase, "<b>v</b>"),
    (Needle::Paste, AnyCase, "<strong>v</strong>"),
    (Needle::Paste, AnyCase, "<kbd>v</kbd>"),
    (Needle::PasteWords, AnyCase, "paste the"),
    (Needle::DecoySuffix, AnyCase, "verification id"),
    (Needle::DecoySuffix, AnyCase, "verification hash"),
    (Needle::Clipboard, AnyCase, "clipboard.writetext"),
    (Needle::Clipboard, AnyCase, "execcommand('copy')"),
    (Needle::Clipboard, AnyCase, "execcommand(\"copy\")"),
    (Needle::Shell, AnyCase, "powershell"),
    (Needle::Shell, AnyCase, "mshta"),
    (Needle::Shell, AnyCase, "cmd /c"),
    (Needle::Shell, AnyCase, "cmd.exe"),
    (Needle::Shell, AnyCase, "msiexec"),
    (Needle::Shell, AnyCase, "rundll32"),
    (Needle::Shell, AnyCase, "osascript"),
    (Needle::Shell, AnyCase, "wscript.exe"),
    (Needle::Shell, AnyCase, "regsvr32"),
    (Needle::Shell, AnyCase, "certutil"),
    (Needle::Shell, AnyCase, "bitsadmin"),
    (Needle::Shell, AnyCase, "| bash"),
    (Needle::Shell, AnyCase, "|bash"),
    (Needle::Shell, AnyCase, "| sh\""),
    (Needle::Download, AnyCase, "download now"),
    (Needle::Download, AnyCase, "download the tool"),
    (Needle::Download, AnyCase, "download tool"),
    (Needle::Download, AnyCase, "download this tool"),
    (Needle::Download, AnyCase, "download and run"),
    (Needle::Download, AnyCase, "download and install"),
    (Needle::Program, AnyCase, ".exe\""),
    (Needle::Program, AnyCase, ".msi\""),
    (Needle::Program, AnyCase, ".scr\""),
    (Needle::Program, AnyCase, ".bat\""),
    (Needle::Program, AnyCase, ".dmg\""),
    (Needle::Program, AnyCase, ".apk\""),
    (Needle::Program, AnyCase, ".ps1\""),
    (Needle::Program, AnyCase, ".exe'"),
    (Needle::Program, AnyCase, ".msi'"),
    (Needle::Program, AnyCase, ".scr'"),
    (Needle::Program, AnyCase, ".ps1'"),
    (Needle::Program, AnyCase, ".exe?"),
    (Needle::Program, AnyCase, ".msi?"),
    (Needle::Program, AnyCase, ".scr?"),
    (Needle::Program, AnyCase, ".ps1?"),
    (Needle::Program, AnyCase, ".exe>"),
    (Needle::Program, AnyCase, ".msi>"),
    (Needle::Program, AnyCase, ".scr>"),
    (Needle::Program, AnyCase, ".ps1>"),
    (Needle::Download, AnyCase, "unblock your ip"),
    (Needle::Download, AnyCase, "unblock tool"),
];

/// Every page made by Cloudflare, and every page that claims to be, contains one of these.
const GATE: &[&str] = &[
    "dflare", // from the name, in either spelling
    "dFlare",
    "cf-error",
    "cf-wrapper",
    "cf_chl",
    "cf-browser-ver",
    "jschl",
    "gi/styles", // below /cdn-cgi/
    "cfWaitingRoom",
];

/// How many bytes of each string are searched for. Where they match, the rest is compared.
///
/// Two bytes occur in too many pages by chance, and each further byte makes the search a third slower.
#[cfg(feature = "vectorised")]
const GATE_BEGINNING: usize = 3;

/// Suffixes after the name in URLs that healthy pages load from: analytics, hidden e-mail addresses, libraries, the
/// check in a form.
const HARMLESS: &[&str] = &["insights.com", "-static/", ".com/ajax/", ".com/turnstile/"];

/// The vectorised search for the gate; `None` if the processor doesn't support it.
#[cfg(feature = "vectorised")]
static GATE_VECTORISED: LazyLock<Option<packed::Searcher>> =
    LazyLock::new(|| packed::Searcher::new(GATE.iter().filter_map(|mark| mark.get(..GATE_BEGINNING))));
static GATE_SEARCH: LazyLock<Search> = LazyLock::new(|| Search::new(GATE.iter().copied()));
static SEARCH: LazyLock<Search> = LazyLock::new(|| Search::new(NEEDLES.iter().map(|needle| needle.2)));

/// A needle that was found, and the bytes it covers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub(super) needle: Needle,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// How many times one needle is recorded. Further repetitions add no evidence.
const MOST: u8 = 12;
/// How many scripts are recorded; Cloudflare's pages have a handful.
const MOST_SCRIPTS: u8 = 32;

/// How far back a tag's beginning is looked for, in bytes: its attributes may contain an image.
const TAG: usize = 64 * 1024;

/// Whether a page is worth a closer look.
pub(super) fn gate(bytes: &[u8]) -> bool {
    #[cfg(feature = "vectorised")]
    if let Some(searcher) = &*GATE_VECTORISED {
        return searcher.find_iter(bytes).any(|found| opens(bytes, found.start()));
    }
    GATE_SEARCH.candidates(bytes).any(|(_, start)| opens(bytes, start))
}

/// Whether a string that opens the gate is at this position.
fn opens(bytes: &[u8], start: usize) -> bool {
    let here = bytes.get(start..).unwrap_or_default();
    let after = GATE.iter().find_map(|mark| here.strip_prefix(mark.as_bytes()));
    after.is_some_and(|after| !HARMLESS.iter().any(|harmless| after.starts_with(harmless.as_bytes())))
}

/// Returns the strings that open the gate, and the suffixes with which they don't.
pub(super) fn gate_marks() -> (&'static [&'static str], &'static [&'static str]) {
    (GATE, HARMLESS)
}

/// Returns the ids and classes that needles look for, except those that sites also use for their own purposes.
pub(super) fn attributes() -> impl Iterator<Item = &'static str> {
    NEEDLES
        .iter()
        .filter(|(needle, place, _)| matches!(place, Attribute) && *needle != Needle::IconLabel)
        .map(|(_, _, name)| *name)
}

/// Finds every needle.
pub(super) fn hits(bytes: &[u8]) -> Vec<Hit> {
    let mut hits = Vec::with_capacity(96);
    let mut seen = [0_u8; NEEDLES.len()];
    let mut raw_end = 0;
    let mut is_script = false;
    for (index, start) in SEARCH.candidates(bytes) {
        let (Some(&(needle, place, text)), Some(seen)) = (NEEDLES.get(index), seen.get_mut(index)) else { continue };
        let end = start + text.len();
        let Some(here) = bytes.get(start..end) else { continue };
        // Most candidates differ here already, which costs less than comparing the whole.
        if !here.last().zip(text.as_bytes().last()).is_some_and(|(here, last)| here.eq_ignore_ascii_case(last)) {
            continue;
        }
        let most = if needle == Needle::Script { MOST_SCRIPTS } else { MOST };
        let is_raw = start < raw_end;
        let counts = match place {
            AnyCase => here.eq_ignore_ascii_case(text.as_bytes()),
            _ if here != text.as_bytes() => false,
            Anywhere => true,
            _ if *seen >= most => false,
            Attribute => !is_raw && is_attribute_word(bytes, start, end) && is_in_tag(bytes, start),
            Tag => !is_raw && is_in_tag(bytes, start),
            Code => (is_raw && is_script) || (!is_raw && is_in_tag(bytes, start)),
        };
        if counts && !is_raw && matches!(needle, Needle::Script | Needle::Textarea) {
            (raw_end, is_script) = raw(bytes, end, needle);
        }
        if counts && *seen < most {
            *seen += 1;
            hits.push(Hit { needle, start, end });
        }
    }
    hits
}

/// Whether a position is inside a tag, rather than in text that shows a tag's source.
fn is_in_tag(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(at.saturating_sub(TAG)..at).unwrap_or_default();
    let bracket = memrchr2(b'<', b'>', before).and_then(|at| before.get(at..));
    matches!(bracket, Some([b'<', name, ..]) if name.is_ascii_alphabetic())
}

/// Returns where the content of a script or text field ends, and whether it's code rather than data. Tags in it are
/// only text. It never extends beyond its piece of the page.
fn raw(bytes: &[u8], from: usize, needle: Needle) -> (usize, bool) {
    let rest = bytes.get(from..).unwrap_or_default();
    let closing: &[u8] = if needle == Needle::Script { b"</script" } else { b"</textarea" };
    let end = memmem::find(rest, closing).unwrap_or(rest.len());
    let text = rest.get(..end).unwrap_or_default();
    let tag = text.get(..memchr(b'>', text).unwrap_or(text.len())).unwrap_or_default();
    let is_data = memmem::find(tag, b"json").is_some() || memmem::find(tag, b"template").is_some();
    (from + memmem::find(text, BARRIER.as_bytes()).unwrap_or(end), needle == Needle::Script && !is_data)
}

/// Whether these bytes are a whole word of an attribute's value in markup. Markup quoted in a text, with `&quot;` or
/// `\"`, doesn't count.
fn is_attribute_word(bytes: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).and_then(|before| bytes.get(before));
    matches!(before, Some(b'"' | b'\'' | b'=' | b' ' | b'\t' | b'\n'))
        && matches!(bytes.get(end), Some(b'"' | b'\'' | b' ' | b'\t' | b'\n' | b'\r' | b'>'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_needle_is_found_at_any_position() {
        for (index, needle) in NEEDLES.iter().enumerate() {
            for start in 0..4 {
                let text = format!("{}{}", "-".repeat(start), needle.2);
                assert!(SEARCH.candidates(text.as_bytes()).any(|found| found == (index, start)), "{text}");
            }
        }
    }

    #[test]
    fn every_gate_string_opens_it_with_and_without_vectors() {
        for mark in GATE {
            for start in 90..94 {
                let text = format!("{}{mark}", "-".repeat(start));
                assert!(gate(text.as_bytes()), "{text}");
                let found = GATE_SEARCH.candidates(text.as_bytes()).any(|(_, start)| opens(text.as_bytes(), start));
                assert!(found, "{text}");
            }
        }
    }

    #[test]
    fn resources_of_healthy_pages_dont_open_the_gate() {
        for address in [
            "https://static.cloudflareinsights.com/beacon.min.js",
            "/cdn-cgi/scripts/5c5dd728/cloudflare-static/email-decode.min.js",
            "https://cdnjs.cloudflare.com/ajax/libs/jquery/3.7.1/jquery.min.js",
            "https://challenges.cloudflare.com/turnstile/v0/api.js",
            "/cdn-cgi/challenge-platform/scripts/jsd/main.js",
        ] {
            assert!(!gate(address.as_bytes()), "{address}");
        }
        assert!(gate(b"Performance & security by Cloudflare"));
    }

    fn found(text: &str) -> Vec<Needle> {
        hits(text.as_bytes()).into_iter().map(|hit| hit.needle).collect()
    }

    #[test]
    fn a_name_counts_in_markup_but_not_in_style_sheets_or_quoted_markup() {
        assert_eq!(found("<div id=\"cf-wrapper\">"), [Needle::Wrapper]);
        assert_eq!(found("<div class=cf-error-details>"), [Needle::Details]);
        assert_eq!(found(&format!("<div style='{}' id='cf-wrapper'>", "x".repeat(20_000))), [Needle::Wrapper]);
        assert_eq!(found("<pre>&lt;div class=\"cf-error-footer cf-wrapper w-240\"&gt;</pre>"), []);
        assert_eq!(
            found("<script>'<div id=\"cf-wrapper\">'</script><i id=\"cf-wrapper\">"),
            [Needle::Script, Needle::Wrapper]
        );
        assert_eq!(found("#cf-wrapper{margin:0} id=&quot;cf-wrapper&quot; id=\\\"cf-wrapper\\\""), []);
    }

    #[test]
    fn endless_repetition_is_recorded_only_a_few_times() {
        assert_eq!(found(&"Ray ID: ".repeat(10_000)).len(), usize::from(MOST));
    }
}
