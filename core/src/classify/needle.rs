//! The strings that are looked for, all in one pass.

use core::ops::ControlFlow;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind, packed};

/// A string that a page may hold.
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
    /// `/styles/` and Cloudflare's sheet for its errors.
    Stylesheet,
    /// `cf-browser-status`.
    BrowserStatus,
    /// `cf-cloudflare-status`.
    CloudflareStatus,
    /// `cf-host-status`.
    HostStatus,
    /// `5xx-error-landing`.
    Landing,
    /// `utm_source=errorcode_`.
    LandingCode,
    /// `Ray ID`.
    Ray,
    /// `errorCode:`.
    FeedbackCode,
    /// `_cf_translation`.
    Translation,
    /// `brand_link`.
    BrandLink,
    /// ` UTC`.
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
    /// `have permission to view this.`
    NoPermission,
    /// `cloudflareaccess.com`.
    AccessHost,
    /// `<center>cloudflare`.
    CenteredName,
    /// `::CLOUDFLARE_ERROR_…`, `::RAY_ID::` and the like.
    Token,
    /// `performance &amp; security by`, in either of its spellings.
    Slogan,
    /// `DDoS protection by`.
    DdosSlogan,
    /// Words by which pages claim to be a check of Cloudflare's.
    ClaimWords,
    /// Signs of a text with an author: what articles have and error pages have not.
    Article,
    /// What generators of imitations leave behind.
    Generator,
}

/// Where a needle counts.
#[derive(Clone, Copy)]
enum Where {
    /// Anywhere.
    Anywhere,
    /// As the whole of an attribute's value, or one word of it.
    Attribute,
}

use Where::{Anywhere, Attribute};

const NEEDLES: &[(Needle, Where, &str)] = &[
    (Needle::Wrapper, Attribute, "cf-wrapper"),
    (Needle::Details, Attribute, "cf-error-details"),
    (Needle::ErrorCode, Attribute, "cf-error-code"),
    (Needle::Footer, Attribute, "cf-error-footer"),
    (Needle::FooterItem, Attribute, "cf-footer-item"),
    (Needle::CodeLabel, Attribute, "code-label"),
    (Needle::Subheadline, Attribute, "cf-subheadline"),
    (Needle::Translate, Anywhere, "data-translate="),
    (Needle::Stylesheet, Anywhere, "/styles/cf.errors.css"),
    (Needle::Stylesheet, Anywhere, "/styles/cf.errors.ie.css"),
    (Needle::Stylesheet, Anywhere, "cdn-cgi/styles/main.css"),
    (Needle::Stylesheet, Anywhere, "cdn-cgi/styles/errors.css"),
    (Needle::BrowserStatus, Attribute, "cf-browser-status"),
    (Needle::CloudflareStatus, Attribute, "cf-cloudflare-status"),
    (Needle::HostStatus, Attribute, "cf-host-status"),
    (Needle::Landing, Anywhere, "5xx-error-landing"),
    (Needle::LandingCode, Anywhere, "utm_source=errorcode_"),
    (Needle::Ray, Anywhere, "Ray ID"),
    (Needle::FeedbackCode, Anywhere, "errorCode:"),
    (Needle::Translation, Anywhere, "_cf_translation"),
    (Needle::BrandLink, Attribute, "brand_link"),
    (Needle::Utc, Anywhere, " UTC"),
    (Needle::Title, Anywhere, "<title"),
    (Needle::Title, Anywhere, "<TITLE"),
    (Needle::BoxList, Attribute, "cferror_details"),
    (Needle::ReferenceNumber, Anywhere, "Error reference number"),
    (Needle::Location, Anywhere, "Cloudflare Location"),
    (Needle::Location, Anywhere, "CloudFlare Location"),
    (Needle::ChallengeOptions, Anywhere, "_cf_chl_opt"),
    (Needle::Orchestrate, Anywhere, "/orchestrate/"),
    (Needle::ChallengeText, Attribute, "challenge-error-text"),
    (Needle::ChallengeForm, Attribute, "challenge-form"),
    (Needle::Jschl, Anywhere, "jschl"),
    (Needle::ChallengeToken, Anywhere, "__cf_chl_"),
    (Needle::ChallengeCheck, Anywhere, "cdn-cgi/l/chk_"),
    (Needle::BrowserVerification, Attribute, "cf-browser-verification"),
    (Needle::PleaseWait, Attribute, "cf-please-wait"),
    (Needle::ChallengeRunning, Attribute, "cf-challenge-running"),
    (Needle::ChallengePixel, Attribute, "trk_jschal_js"),
    (Needle::CaptchaBypass, Attribute, "captcha-bypass"),
    (Needle::CaptchaContainer, Attribute, "cf-captcha-container"),
    (Needle::ZoneName, Attribute, "zone-name-title"),
    (Needle::PhishBypass, Anywhere, "/cdn-cgi/phish-bypass"),
    (Needle::NoPermission, Anywhere, "have permission to view this."),
    (Needle::AccessHost, Anywhere, "cloudflareaccess.com"),
    (Needle::CenteredName, Anywhere, "<center>cloudflare"),
];

/// What a page shows besides Cloudflare's own marks: for whom it is, and who made it.
const COMPANIONS: &[(Needle, Where, &str)] = &[
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
];

/// One of these stands in every page of Cloudflare's making and in every page that claims to be one.
const GATE: &[&str] = &[
    "dflare", // of the name, in either of its spellings
    "dFlare",
    "cf-error",
    "cf-wrapper",
    "cf_chl",
    "cf-browser-ver",
    "jschl",
    "gi/styles", // below /cdn-cgi/
    "cfWaitingRoom",
];

/// How much of each is searched for, in bytes; the rest is compared where that much stands.
///
/// Two bytes stand in too many pages by chance, and each byte more costs the search a third of its speed.
const GATE_BEGINNING: usize = 3;

/// What stands behind the name in addresses that healthy pages load from: measurements, hidden e-mail addresses,
/// libraries, the check in a form.
const HARMLESS: &[&str] = &["insights.com", "-static/", ".com/ajax/", ".com/turnstile/"];

static GATE_SEARCHER: LazyLock<Searcher> =
    LazyLock::new(|| Searcher::new(GATE.iter().filter_map(|mark| mark.get(..GATE_BEGINNING))));
static SEARCHER: LazyLock<Searcher> = LazyLock::new(|| Searcher::new(NEEDLES.iter().map(|needle| needle.2)));
static COMPANION_SEARCHER: LazyLock<Searcher> =
    LazyLock::new(|| Searcher::new(COMPANIONS.iter().map(|needle| needle.2)));

/// A search for several strings at once: vectorised where the processor allows, else by an automaton.
pub(super) enum Searcher {
    Packed(packed::Searcher),
    Automaton(AhoCorasick),
    /// Never: no list is too long for an automaton.
    Nothing,
}

impl Searcher {
    /// A search for these strings, the longest first where several begin alike.
    pub(super) fn new(needles: impl Iterator<Item = &'static str> + Clone) -> Self {
        let mut config = packed::Config::new();
        let packed = config.match_kind(packed::MatchKind::LeftmostLongest).builder().extend(needles.clone()).build();
        match packed {
            Some(packed) => Self::Packed(packed),
            None => AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .build(needles)
                .map_or(Self::Nothing, Self::Automaton),
        }
    }

    /// Calls `see` with the index, start and end of every string found, until it breaks off.
    pub(super) fn search(
        &self,
        bytes: &[u8],
        mut see: impl FnMut(usize, usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        match self {
            Self::Packed(searcher) => searcher
                .find_iter(bytes)
                .try_for_each(|found| see(found.pattern().as_usize(), found.start(), found.end())),
            Self::Automaton(automaton) => automaton
                .find_iter(bytes)
                .try_for_each(|found| see(found.pattern().as_usize(), found.start(), found.end())),
            Self::Nothing => ControlFlow::Continue(()),
        }
    }
}

/// A needle found, and the bytes it takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub(super) needle: Needle,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// How often one needle is recorded. A page that repeats itself more often says nothing more by it.
const MOST: u8 = 12;

/// Whether it is worth looking closer at all.
pub(super) fn gate(bytes: &[u8]) -> bool {
    let opened = GATE_SEARCHER.search(bytes, |_, start, _| {
        let here = bytes.get(start..).unwrap_or_default();
        let behind = GATE.iter().find_map(|mark| here.strip_prefix(mark.as_bytes()));
        match behind {
            Some(behind) if !HARMLESS.iter().any(|harmless| behind.starts_with(harmless.as_bytes())) => {
                ControlFlow::Break(())
            }
            _ => ControlFlow::Continue(()),
        }
    });
    opened.is_break()
}

/// Every needle.
pub(super) fn hits(bytes: &[u8]) -> Vec<Hit> {
    let mut hits = Vec::with_capacity(96);
    collect(&SEARCHER, NEEDLES, bytes, &mut hits);
    collect(&COMPANION_SEARCHER, COMPANIONS, bytes, &mut hits);
    hits
}

fn collect(searcher: &Searcher, needles: &[(Needle, Where, &str)], bytes: &[u8], hits: &mut Vec<Hit>) {
    let mut seen = [0_u8; 64];
    // Breaking off is not needed: every needle is recorded a few times only.
    let _to_the_end = searcher.search(bytes, |index, start, end| {
        if let (Some(&(needle, place, _)), Some(seen)) = (needles.get(index), seen.get_mut(index))
            && *seen < MOST
            && (matches!(place, Anywhere) || is_attribute_word(bytes, start, end))
        {
            *seen += 1;
            hits.push(Hit { needle, start, end });
        }
        ControlFlow::Continue(())
    });
}

/// Whether these bytes are a whole word of an attribute's value, as markup writes it and as markup quoted in a text,
/// with `&quot;` or `\"`, does not.
fn is_attribute_word(bytes: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).and_then(|before| bytes.get(before));
    matches!(before, Some(b'"' | b'\'' | b'=' | b' ' | b'\t' | b'\n'))
        && matches!(bytes.get(end), Some(b'"' | b'\'' | b' ' | b'\t' | b'\n' | b'\r' | b'>'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_list_is_too_long_to_be_searched_at_once() {
        assert!(NEEDLES.len() <= 64 && COMPANIONS.len() <= 64, "{} and {}", NEEDLES.len(), COMPANIONS.len());
    }

    #[test]
    fn what_healthy_pages_load_opens_no_gate() {
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
        assert_eq!(found("#cf-wrapper{margin:0} id=&quot;cf-wrapper&quot; id=\\\"cf-wrapper\\\""), []);
    }

    #[test]
    fn an_endless_repetition_is_recorded_a_few_times() {
        assert_eq!(found(&"Ray ID: ".repeat(10_000)).len(), usize::from(MOST));
    }
}
