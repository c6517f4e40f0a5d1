//! Sources of facts.

/// The source of a fact, with its date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Source {
    /// The kind of a source.
    pub kind: SourceKind,
    /// Its title.
    pub title: &'static str,
    /// Its URL; empty for our own inference.
    pub url: &'static str,
    /// The date of the page if it has one, otherwise the day on which we read it.
    pub as_of: &'static str,
}

/// The kind of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// Cloudflare's own documentation.
    Documentation,
    /// The manual of the program that a command is for.
    Manual,
    /// A genuine Cloudflare response that someone published.
    Capture,
    /// A published case that was resolved: its cause and fix are confirmed.
    Case,
    /// Our conclusion from other sources; nobody states it.
    Inference,
}

const READ: &str = "2026-11-22";

const fn documentation(title: &'static str, url: &'static str, as_of: &'static str) -> Source {
    Source { kind: SourceKind::Documentation, title, url, as_of }
}

pub(super) const fn manual(title: &'static str, url: &'static str) -> Source {
    Source { kind: SourceKind::Manual, title, url, as_of: READ }
}

const fn case(title: &'static str, url: &'static str) -> Source {
    Source { kind: SourceKind::Case, title, url, as_of: FIELD }
}

/// When the resolved cases were read.
const FIELD: &str = "2026-11-25";

/// A page of Cloudflare's documentation.
macro_rules! page {
    ($title:literal, $($path:literal)+) => {
        documentation(
            concat!("Cloudflare documentation, ", $title),
            concat!("https://developers.cloudflare.com/", $($path,)+ "/"),
            READ,
        )
    };
}

/// A page below Cloudflare's "HTTP status codes".
macro_rules! code_page {
    ($title:literal, $path:literal) => {
        page!($title, "support/troubleshooting/http-status-codes/" $path)
    };
}

pub(super) const UNAUTHORIZED: Source = code_page!("Error 401", "4xx-client-error/error-401");
pub(super) const GONE: Source = code_page!("Error 410", "4xx-client-error/error-410");
pub(super) const RANGE: Source = code_page!("Error 416", "4xx-client-error/error-416");
pub(super) const BAD_REQUEST: Source = code_page!("Error 400", "4xx-client-error/error-400");
pub(super) const FORBIDDEN: Source = code_page!("Error 403", "4xx-client-error/error-403");
pub(super) const LEGAL: Source = code_page!("Error 451", "4xx-client-error/error-451");
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
pub(super) const E524: Source =
    Source { as_of: "2026-07-23", ..code_page!("Error 524", "cloudflare-5xx-errors/error-524") };
pub(super) const E525: Source = code_page!("Error 525", "cloudflare-5xx-errors/error-525");
pub(super) const E526: Source = code_page!("Error 526", "cloudflare-5xx-errors/error-526");
pub(super) const E530: Source = code_page!("Error 530", "cloudflare-5xx-errors/error-530");
pub(super) const E1000: Source = code_page!("Error 1000", "cloudflare-1xxx-errors/error-1000");
pub(super) const E1001: Source = code_page!("Error 1001", "cloudflare-1xxx-errors/error-1001");
pub(super) const E1002: Source = code_page!("Error 1002", "cloudflare-1xxx-errors/error-1002");
pub(super) const E1003: Source = code_page!("Error 1003", "cloudflare-1xxx-errors/error-1003");
pub(super) const E1004: Source = code_page!("Error 1004", "cloudflare-1xxx-errors/error-1004");
pub(super) const E1005: Source = code_page!("Error 1005", "cloudflare-1xxx-errors/error-1005");
pub(super) const E1006: Source = code_page!("Error 1006, 1007, 1008 or 1106", "cloudflare-1xxx-errors/error-1006");
pub(super) const E1009: Source = code_page!("Error 1009", "cloudflare-1xxx-errors/error-1009");
pub(super) const E1010: Source = code_page!("Error 1010", "cloudflare-1xxx-errors/error-1010");
pub(super) const E1011: Source = code_page!("Error 1011", "cloudflare-1xxx-errors/error-1011");
pub(super) const E1012: Source = code_page!("Error 1012", "cloudflare-1xxx-errors/error-1012");
pub(super) const E1013: Source = code_page!("Error 1013", "cloudflare-1xxx-errors/error-1013");
pub(super) const E1014: Source = code_page!("Error 1014", "cloudflare-1xxx-errors/error-1014");
pub(super) const E1015: Source = code_page!("Error 1015", "cloudflare-1xxx-errors/error-1015");
pub(super) const E1016: Source = code_page!("Error 1016", "cloudflare-1xxx-errors/error-1016");
pub(super) const E1018: Source = code_page!("Error 1018", "cloudflare-1xxx-errors/error-1018");
pub(super) const E1020: Source = code_page!("Error 1020", "cloudflare-1xxx-errors/error-1020");
pub(super) const E1023: Source = code_page!("Error 1023", "cloudflare-1xxx-errors/error-1023");
pub(super) const E1025: Source = code_page!("Error 1025", "cloudflare-1xxx-errors/error-1025");
pub(super) const E1033: Source = code_page!("Error 1033", "cloudflare-1xxx-errors/error-1033");
pub(super) const E1034: Source = code_page!("Error 1034", "cloudflare-1xxx-errors/error-1034");
pub(super) const E1035: Source = code_page!("Error 1035", "cloudflare-1xxx-errors/error-1035");
pub(super) const E1036: Source = code_page!("Error 1036", "cloudflare-1xxx-errors/error-1036");
pub(super) const E1037: Source = code_page!("Error 1037", "cloudflare-1xxx-errors/error-1037");
pub(super) const E1040: Source = code_page!("Error 1040", "cloudflare-1xxx-errors/error-1040");
pub(super) const E1041: Source = code_page!("Error 1041", "cloudflare-1xxx-errors/error-1041");
pub(super) const E1101: Source = code_page!("Error 1101", "cloudflare-1xxx-errors/error-1101");
pub(super) const E1102: Source = code_page!("Error 1102", "cloudflare-1xxx-errors/error-1102");
pub(super) const E1104: Source = code_page!("Error 1104", "cloudflare-1xxx-errors/error-1104");
pub(super) const E1200: Source = code_page!("Error 1200", "cloudflare-1xxx-errors/error-1200");

/// Categories, whether a retry can help, and `Retry-After` for each code.
pub(super) const RESPONSES: Source = documentation(
    "Cloudflare documentation, Error responses",
    "https://developers.cloudflare.com/fundamentals/reference/error-responses/",
    "2026-05-05",
);
pub(super) const LIMITS: Source = page!("Connection limits", "fundamentals/reference/connection-limits");
pub(super) const HEADER_LIMIT: Source = documentation(
    "Cloudflare changelog, Increased HTTP header size limit to 128 KB",
    "https://developers.cloudflare.com/changelog/2025-10-16-header-limit-increase/",
    "2025-10-16",
);
/// The pull request that changed the documented connection time-out from 15 to 19 seconds.
pub(super) const CONNECT_CHANGE: Source = documentation(
    "Cloudflare documentation, pull request 21099",
    "https://github.com/cloudflare/cloudflare-docs/pull/21099",
    "2025-03",
);
pub(super) const UPLOAD_LIMITS: Source = documentation(
    "Cloudflare changelog, Enterprise self-serve upload limits",
    "https://developers.cloudflare.com/changelog/2026-09-04-enterprise-self-serve-upload-limits/",
    "2026-09-04",
);
pub(super) const HTTP3_CLOSED: Source = documentation(
    "Cloudflare changelog, HTTP/3 499 reporting improvement",
    "https://developers.cloudflare.com/changelog/2026-10-09-http3-499-reporting-improvement/",
    "2026-10-09",
);
pub(super) const CRAWL_ERRORS: Source = documentation(
    "Cloudflare documentation, Pay per crawl error codes",
    "https://developers.cloudflare.com/ai-crawl-control/features/pay-per-crawl/use-pay-per-crawl-as-ai-owner/error-codes/",
    "2026-04-23",
);
pub(super) const TUNNEL_SERVICE: Source = documentation(
    "Cloudflare documentation, Tunnel with HTTPS origins",
    "https://developers.cloudflare.com/tunnel/troubleshooting/https-origins/",
    "2026-09-11",
);
pub(super) const GATEWAY_PAGE: Source = documentation(
    "Cloudflare documentation, Gateway block page",
    "https://developers.cloudflare.com/cloudflare-one/reusable-components/custom-pages/gateway-block-page/",
    "2026-09-02",
);
pub(super) const COMPLAINTS: Source = page!("Complaint types", "fundamentals/reference/report-abuse/complaint-types");
pub(super) const SERVICE_TOKENS: Source =
    page!("Service tokens", "cloudflare-one/access-controls/service-credentials/service-tokens");
pub(super) const ACCESS_POLICIES: Source = page!("Access policies", "cloudflare-one/access-controls/policies");
pub(super) const SKIP: Source = page!("Skip action in custom rules", "waf/custom-rules/skip");
pub(super) const DETECT_CHALLENGE: Source =
    page!("Detect a challenge page", "cloudflare-challenges/challenge-types/challenge-pages/detect-response");
pub(super) const TURNSTILE: Source =
    page!("Turnstile error codes", "turnstile/troubleshooting/client-side-errors/error-codes");
/// Where the dashboard shows errors, and what its figures are.
pub(super) const E5XX: Source = code_page!("Cloudflare 5xx errors", "cloudflare-5xx-errors");
pub(super) const TRUST_STORE: Source =
    page!("Custom Origin Trust Store", "ssl/origin-configuration/custom-origin-trust-store");
pub(super) const R2_LIMITS: Source = page!("R2 limits", "r2/platform/limits");

// Resolved cases.
pub(super) const CASE_CONTAINER: Source =
    case("cloudflared, issue 976", "https://github.com/cloudflare/cloudflared/issues/976");
pub(super) const CASE_NO_SUCH_HOST: Source =
    case("cluster-template, pull request 1285", "https://github.com/onedr0p/cluster-template/pull/1285");
pub(super) const CASE_REQUEST_HEADERS: Source =
    case("Hypernode documentation, 239", "https://github.com/ByteInternet/hypernode-docs-next/issues/239");
pub(super) const CASE_RENEWAL: Source = case("ddev, issue 8543", "https://github.com/ddev/ddev/issues/8543");
pub(super) const CASE_HTTP2: Source = case("quotio, issue 319", "https://github.com/nguyenphutrong/quotio/issues/319");
pub(super) const CASE_UNREACHABLE: Source =
    case("Helicone, issue 510", "https://github.com/Helicone/helicone/issues/510");
pub(super) const CASE_WORKER_ROUTE: Source =
    case("Fruition, issue 78", "https://github.com/stephenou/fruitionsite/issues/78");
pub(super) const CASE_SUBDOMAIN: Source =
    case("BPB Worker Panel, issue 821", "https://github.com/bia-pain-bache/BPB-Worker-Panel/issues/821");
pub(super) const CASE_FORWARDED_RAY: Source =
    case("Vercel, issue 1462", "https://github.com/vercel/vercel/issues/1462");
pub(super) const CUSTOM_ERRORS: Source = page!("Custom Errors", "rules/custom-errors");
pub(super) const WORKERS: Source = page!("Workers errors and exceptions", "workers/observability/errors");
pub(super) const WORKER_LIMITS: Source = page!("Workers limits", "workers/platform/limits");
pub(super) const SNIPPETS: Source = page!("Troubleshoot Snippets", "rules/snippets/errors");
pub(super) const TUNNEL_ERRORS: Source = page!(
    "Tunnel common errors",
    "cloudflare-one/networks/connectors/cloudflare-tunnel/troubleshoot-tunnels/common-errors"
);
pub(super) const TUNNEL_PORTS: Source = page!(
    "Tunnel connectivity pre-checks",
    "cloudflare-one/networks/connectors/cloudflare-tunnel/troubleshoot-tunnels/connectivity-prechecks"
);

// The pages that describe places in the dashboard and settings related to the errors.
pub(super) const UNIVERSAL_SSL: Source =
    page!("Universal SSL: limitations", "ssl/edge-certificates/universal-ssl/limitations");
pub(super) const ADDRESSES: Source = page!("Cloudflare IP addresses", "fundamentals/concepts/cloudflare-ip-addresses");
pub(super) const SECURITY_EVENTS: Source = page!("Security Events", "waf/analytics/security-events");
pub(super) const ACCESS_RULES: Source = page!("IP Access rules", "waf/tools/ip-access-rules/create");
pub(super) const BROWSER_CHECK: Source = page!("Browser Integrity Check", "waf/tools/browser-integrity-check");
pub(super) const HOTLINKS: Source = page!("Hotlink Protection", "waf/tools/scrape-shield/hotlink-protection");
pub(super) const RATE_RULES: Source = page!("Rate limiting parameters", "waf/rate-limiting-rules/parameters");
pub(super) const HTTP2_TO_ORIGIN: Source = page!("HTTP/2 to Origin", "speed/optimization/protocol/http2-to-origin");
pub(super) const ORIGIN_PULLS: Source =
    page!("Global authenticated origin pulls", "ssl/origin-configuration/authenticated-origin-pull/set-up/global");
pub(super) const LEAST_TLS: Source =
    page!("Minimum TLS Version", "ssl/edge-certificates/additional-options/minimum-tls");
pub(super) const PAGES_DOMAINS: Source = page!("Pages custom domains", "pages/configuration/custom-domains");
pub(super) const PAGE_RULES: Source = page!("Troubleshoot Page Rules", "rules/page-rules/troubleshooting/general");
pub(super) const ALWAYS_ONLINE: Source = page!("Always Online", "cache/how-to/always-online");
pub(super) const ZONE_HOLDS: Source = page!("Zone holds", "fundamentals/account/account-security/zone-holds");
pub(super) const ENCRYPTION_MODES: Source = page!("Encryption modes", "ssl/origin-configuration/ssl-modes");
pub(super) const REDIRECTS: Source = documentation(
    "Cloudflare documentation, ERR_TOO_MANY_REDIRECTS",
    "https://developers.cloudflare.com/ssl/troubleshooting/too-many-redirects/",
    "2026-11-26",
);
pub(super) const ORIGIN_CA: Source = page!("Cloudflare origin CA", "ssl/origin-configuration/origin-ca");
pub(super) const ORIGIN_RULES: Source =
    page!("Create an origin rule in the dashboard", "rules/origin-rules/create-dashboard");
pub(super) const SNIPPET_PLACE: Source = page!("Create a snippet in the dashboard", "rules/snippets/create-dashboard");
pub(super) const PAGE_RULE_PLACE: Source = page!("Manage Page Rules", "rules/page-rules/manage");
pub(super) const TRACE: Source = page!("Use Cloudflare Trace", "rules/trace-request/how-to");

/// A genuine response from the edge, published by someone who received it.
///
/// The changelog entry gives the path that shows anyone the response for a code, with its status.
pub(super) const CAPTURE: Source = Source {
    kind: SourceKind::Capture,
    title: "published responses from Cloudflare's edge; /cdn-cgi/error/CODE on any proxied host shows one",
    url: "https://developers.cloudflare.com/changelog/2026-03-11-json-rfc9457-responses-for-1xxx-errors/",
    as_of: READ,
};

/// Our own conclusion.
pub(super) const INFERENCE: Source =
    Source { kind: SourceKind::Inference, title: "our own conclusion from the documentation", url: "", as_of: READ };
