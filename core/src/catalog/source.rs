//! Where a fact was read.

/// Where a fact was read, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Source {
    /// What kind of source it is.
    pub kind: SourceKind,
    /// Its title.
    pub title: &'static str,
    /// Its address; empty for our own inference.
    pub url: &'static str,
    /// The date of the page where it bears one, else the day on which it was read.
    pub as_of: &'static str,
}

/// What kind of source it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// Cloudflare's own documentation.
    Documentation,
    /// A genuine answer of Cloudflare's that somebody published.
    Capture,
    /// Concluded by us from the others; not stated by anybody.
    Inference,
}

const READ: &str = "2026-11-22";

const fn documentation(title: &'static str, url: &'static str, as_of: &'static str) -> Source {
    Source { kind: SourceKind::Documentation, title, url, as_of }
}

/// A page below Cloudflare's "HTTP status codes".
macro_rules! code_page {
    ($title:literal, $path:literal) => {
        documentation(
            concat!("Cloudflare documentation, ", $title),
            concat!("https://developers.cloudflare.com/support/troubleshooting/http-status-codes/", $path, "/"),
            READ,
        )
    };
}

pub(super) const BAD_REQUEST: Source = code_page!("Error 400", "4xx-client-error/error-400");
pub(super) const FORBIDDEN: Source = code_page!("Error 403", "4xx-client-error/error-403");
pub(super) const CLIENT_ERRORS: Source = code_page!("4xx client errors", "4xx-client-error");
pub(super) const NOT_FOUND: Source = code_page!("Error 404", "4xx-client-error/error-404");
pub(super) const METHOD: Source = code_page!("Error 405", "4xx-client-error/error-405");
pub(super) const REQUEST_TIMEOUT: Source = code_page!("Error 408", "4xx-client-error/error-408");
pub(super) const PRECONDITION: Source = code_page!("Error 412", "4xx-client-error/error-412");
pub(super) const LONG_ADDRESS: Source = code_page!("Error 414", "4xx-client-error/error-414");
pub(super) const MEDIA_TYPE: Source = code_page!("Error 415", "4xx-client-error/error-415");
pub(super) const CONFLICT: Source = code_page!("Error 409", "4xx-client-error/error-409");
pub(super) const TOO_LARGE: Source = code_page!("Error 413", "4xx-client-error/error-413");
pub(super) const MISDIRECTED: Source = code_page!("Error 421", "4xx-client-error/error-421");
pub(super) const TOO_MANY: Source = code_page!("Error 429", "4xx-client-error/error-429");
pub(super) const CLOSED: Source = code_page!("Error 499", "4xx-client-error/error-499");
pub(super) const E500: Source = code_page!("Error 500", "cloudflare-5xx-errors/error-500");
pub(super) const E501: Source = code_page!("Error 501", "cloudflare-5xx-errors/error-501");
pub(super) const E502: Source = code_page!("Error 502 or 504", "cloudflare-5xx-errors/error-502-504");
pub(super) const E503: Source = code_page!("Error 503", "cloudflare-5xx-errors/error-503");
pub(super) const E520: Source = code_page!("Error 520", "cloudflare-5xx-errors/error-520");
pub(super) const E521: Source = code_page!("Error 521", "cloudflare-5xx-errors/error-521");
pub(super) const E522: Source = code_page!("Error 522", "cloudflare-5xx-errors/error-522");
pub(super) const E523: Source = code_page!("Error 523", "cloudflare-5xx-errors/error-523");
pub(super) const E524: Source = code_page!("Error 524", "cloudflare-5xx-errors/error-524");
pub(super) const E525: Source = code_page!("Error 525", "cloudflare-5xx-errors/error-525");
pub(super) const E526: Source = code_page!("Error 526", "cloudflare-5xx-errors/error-526");
pub(super) const E530: Source = code_page!("Error 530", "cloudflare-5xx-errors/error-530");
pub(super) const E1XXX: Source = code_page!("1xxx errors", "cloudflare-1xxx-errors");
pub(super) const E1015: Source = code_page!("Error 1015", "cloudflare-1xxx-errors/error-1015");
pub(super) const E1016: Source = code_page!("Error 1016", "cloudflare-1xxx-errors/error-1016");
pub(super) const E1033: Source = code_page!("Error 1033", "cloudflare-1xxx-errors/error-1033");
pub(super) const E1034: Source = code_page!("Error 1034", "cloudflare-1xxx-errors/error-1034");
pub(super) const E1102: Source = code_page!("Error 1102", "cloudflare-1xxx-errors/error-1102");
pub(super) const E1104: Source = code_page!("Error 1104", "cloudflare-1xxx-errors/error-1104");
pub(super) const E1200: Source = code_page!("Error 1200", "cloudflare-1xxx-errors/error-1200");

/// Categories, whether a retry can help, and `Retry-After` per code.
pub(super) const RESPONSES: Source = documentation(
    "Cloudflare documentation, Error responses",
    "https://developers.cloudflare.com/fundamentals/reference/error-responses/",
    "2026-05-05",
);
pub(super) const LIMITS: Source = documentation(
    "Cloudflare documentation, Connection limits",
    "https://developers.cloudflare.com/fundamentals/reference/connection-limits/",
    READ,
);
pub(super) const HEADER_LIMIT: Source = documentation(
    "Cloudflare changelog, Increased HTTP header size limit to 128 KB",
    "https://developers.cloudflare.com/changelog/2025-10-16-header-limit-increase/",
    "2025-10-16",
);
pub(super) const CUSTOM_ERRORS: Source = documentation(
    "Cloudflare documentation, Custom Errors",
    "https://developers.cloudflare.com/rules/custom-errors/",
    READ,
);
pub(super) const WORKERS: Source = documentation(
    "Cloudflare documentation, Workers errors and exceptions",
    "https://developers.cloudflare.com/workers/observability/errors/",
    READ,
);

/// A genuine answer of the edge, published by somebody who got it.
pub(super) const CAPTURE: Source =
    Source { kind: SourceKind::Capture, title: "published answers of Cloudflare's edge", url: "", as_of: READ };

/// Our own conclusion.
pub(super) const INFERENCE: Source =
    Source { kind: SourceKind::Inference, title: "our own conclusion from the documentation", url: "", as_of: READ };
