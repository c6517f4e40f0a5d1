//! The causes of errors, and the commands that confirm or fix them.

use super::named::named;
use super::source::{self, Source};

/// A command for a server or a workstation. Its placeholders are:
///
/// - `{host}`: the site's name
/// - `{keep_alive}`: [`KEEP_ALIVE_TIME`](super::limit::KEEP_ALIVE_TIME) in seconds
/// - `{networks}`: Cloudflare's ranges, joined by `or net`
/// - `ORIGIN_IP`: the server's own address
/// - `ORIGIN_NAME`: the target of the site's record, or an origin of its pool
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Command {
    /// The tool or platform it's for, such as `ufw`; a proper name, the same in every language.
    pub tool: &'static str,
    /// The command itself, one or more lines.
    pub text: &'static str,
}

/// Declares the causes, one per row: name, id, the source that shows this happens, and the [`Facts`] it has.
macro_rules! causes {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $source:expr, { $($field:ident: $value:expr,)* })+) => {
        named! {
            /// A cause of an error. The words file has its title, the check that confirms or excludes it, and the fix.
            pub enum Cause {
                $($(#[$doc])* $name = $id,)+
            }
        }

        impl Cause {
            const fn facts(self) -> &'static Facts {
                match self {
                    $(Self::$name => const { &Facts { $($field: $value,)* ..Facts::new($source) } },)+
                }
            }
        }
    };
}

/// The facts about one cause.
struct Facts {
    source: Source,
    check: &'static [Command],
    fix: &'static [Command],
    has_firewall_rules: bool,
    advice: &'static [Source],
}

impl Facts {
    const fn new(source: Source) -> Self {
        Self { source, check: &[], fix: &[], has_firewall_rules: false, advice: &[] }
    }
}

impl Cause {
    /// The commands that confirm or exclude the cause.
    #[must_use]
    pub const fn check(self) -> &'static [Command] {
        self.facts().check
    }

    /// The commands that fix the cause.
    #[must_use]
    pub const fn fix(self) -> &'static [Command] {
        self.facts().fix
    }

    /// Whether it's fixed by rules that let Cloudflare in, which core writes for each firewall and web server.
    #[must_use]
    pub const fn has_firewall_rules(self) -> bool {
        self.facts().has_firewall_rules
    }

    /// The source that says that this happens; [`Entry::citation`](super::Entry::citation) gives the one for a code.
    #[must_use]
    pub const fn source(self) -> Source {
        self.facts().source
    }

    /// The sources of its check and its fix, beyond [`Self::source`]: places in the dashboard, and our own advice.
    ///
    /// The commands' sources are the [manuals](Command::manual) of their tools.
    #[must_use]
    pub const fn advice(self) -> &'static [Source] {
        self.facts().advice
    }
}

/// A macro rather than a function, so that a list of commands is a constant.
macro_rules! c {
    ($tool:literal, $text:literal $(,)?) => {
        Command { tool: $tool, text: $text }
    };
}

const REACH: Command = c!(
    "curl",
    "curl -sS -o /dev/null -w 'HTTP %{http_code}, connected in %{time_connect} s, answered in %{time_starttransfer} s\\n' --connect-timeout 20 --resolve {host}:443:ORIGIN_IP https://{host}/",
);
const LISTENING: Command = c!("ss", "sudo ss -ltnp '( sport = :80 or sport = :443 )'");
const UPTIME: Command = c!("procps", "uptime; free -m; df -h /; ss -s");
const RECORDS: Command = c!("dig", "dig +short A {host}; dig +short AAAA {host}");
const CERTIFICATE: Command = c!(
    "openssl",
    "openssl s_client -connect ORIGIN_IP:443 -servername {host} </dev/null 2>/dev/null | openssl x509 -noout -dates -subject -issuer -ext subjectAltName",
);
const HANDSHAKE: Command =
    c!("openssl", "openssl s_client -connect ORIGIN_IP:443 -servername {host} </dev/null 2>&1 | head -n 20");
const NAMELESS: Command =
    c!("openssl", "openssl s_client -connect ORIGIN_IP:443 -noservername </dev/null 2>&1 | head -n 20");
const ERROR_LOG: Command = c!("nginx", "sudo tail -n 100 /var/log/nginx/error.log");
const APACHE_LOG: Command = c!("Apache", "sudo tail -n 100 /var/log/apache2/error.log");

/// Commands that find out whether a firewall treats Cloudflare differently, and which one.
const WHO_IS_REFUSED: &[Command] = &[
    REACH,
    c!("nftables", "sudo nft list ruleset | grep -nE 'drop|reject|limit'"),
    c!("iptables", "sudo iptables -S | grep -E 'DROP|REJECT|limit'; sudo ip6tables -S | grep -E 'DROP|REJECT|limit'"),
    c!("fail2ban", "sudo fail2ban-client status; sudo fail2ban-client banned"),
    c!(
        "tcpdump",
        // tcp[…] only matches IPv4. Over IPv6, the flags are at byte 13 of TCP, after a header of 40 bytes.
        "sudo tcpdump -ni any '(tcp[tcpflags] & tcp-syn != 0 or (ip6 and tcp and ip6[53] & 2 != 0)) and (port 80 or port 443) and (net {networks})'"
    ),
];

// On the server: its public address, for both IP versions.
const OWN_ADDRESS: &[Command] =
    &[c!("curl", "for v in 4 6; do curl -$v -sS https://www.cloudflare.com/cdn-cgi/trace | grep '^ip='; done"), REACH];
const LOAD: &[Command] = &[
    UPTIME,
    c!("ss", "ss -ltn '( sport = :80 or sport = :443 )'"),
    c!("journald", "journalctl -k --since -1h | grep -iE 'oom|syn flood|nf_conntrack: table full'"),
];
// For records that public DNS shows. For a proxied name, it only shows Cloudflare's addresses.
const DNS_RECORDS: &[Command] = &[RECORDS, c!("dig", "dig +short CNAME {host}; dig NS {host} +short")];
const TARGET: &[Command] =
    &[c!("dig", "for r in 1.1.1.1 8.8.8.8; do dig +short A ORIGIN_NAME @$r; dig +short AAAA ORIGIN_NAME @$r; done")];
const SLOW_ANSWER: &[Command] = &[
    c!(
        "curl",
        "curl -sS -o /dev/null -w 'answered after %{time_starttransfer} s\\n' --max-time 300 --resolve {host}:443:ORIGIN_IP https://{host}/",
    ),
    ERROR_LOG,
];
const LOGS: &[Command] =
    &[ERROR_LOG, APACHE_LOG, c!("journald", "journalctl --since -1h -p err --no-pager | tail -n 50")];
const EDGE_TRACE: &[Command] = &[c!("curl", "curl -sS https://{host}/cdn-cgi/trace | grep -E '^(colo|ts|h)='")];
const TUNNELS: Command = c!("cloudflared", "cloudflared tunnel list");
const TUNNEL: &[Command] = &[
    c!("systemd", "systemctl status cloudflared --no-pager"),
    TUNNELS,
    c!("cloudflared", "cloudflared tunnel info TUNNEL_NAME"),
];
const WORKER_LOG: &[Command] = &[c!("wrangler", "npx wrangler tail WORKER_NAME --status error")];
const CERTBOT: &[Command] =
    &[c!("certbot", "sudo certbot --nginx -d {host}"), c!("certbot", "sudo certbot --apache -d {host}")];

causes! {
    /// The server or its web server isn't running.
    OriginOffline = "origin-offline", source::E521, {
        check: &[REACH, LISTENING, c!("systemd", "systemctl status nginx apache2 httpd --no-pager")],
        fix: &[
                c!("nginx", "sudo nginx -t && sudo systemctl restart nginx"),
                c!("Apache", "sudo apachectl configtest && sudo systemctl restart apache2"),
            ],
    }
    /// A firewall or rate limiter drops Cloudflare's packets silently.
    FirewallDrops = "firewall-drops", source::E522, {
        check: WHO_IS_REFUSED,
        has_firewall_rules: true,
        advice: &[source::ADDRESSES],
    }
    /// A firewall refuses Cloudflare's connections.
    FirewallRefuses = "firewall-refuses", source::E521, {
        check: WHO_IS_REFUSED,
        has_firewall_rules: true,
        advice: &[source::ADDRESSES],
    }
    /// The A or AAAA record has an address other than the server's.
    WrongAddress = "wrong-address", source::E522, {
        check: OWN_ADDRESS,
        // The error's own page sends the owner to the dashboard's list of records.
        advice: &[source::E1002],
    }
    /// Too much load: CPU, memory, connections, queue.
    Overloaded = "overloaded", source::E522, {
        check: LOAD,
    }
    /// Packets are lost along the way.
    Routing = "routing", source::E522, {
        check: &[
                c!("mtr", "mtr -4 -rwzc 100 --tcp --port 443 www.cloudflare.com"),
                c!("mtr", "mtr -6 -rwzc 100 --tcp --port 443 www.cloudflare.com"),
            ],
    }
    /// A route on the server's side captures Cloudflare's addresses.
    BroadRoute = "broad-route", source::E523, {
        check: &[c!("iproute2", "ip route get 172.64.0.1; ip route get 104.16.0.1; ip -6 route get 2606:4700::")],
        fix: &[c!(
                "AWS",
                "aws ec2 create-route --route-table-id ROUTE_TABLE --destination-cidr-block 172.64.0.0/13 --gateway-id INTERNET_GATEWAY",
            )],
    }
    /// Keep-alive is off or shorter than Cloudflare's.
    KeepAlive = "keep-alive", source::E522, {
        check: &[
                // -o shows a timer named keepalive if TCP keep-alive is on.
                c!("ss", "ss -tno state established '( sport = :80 or sport = :443 )'"),
                c!("nginx", "sudo nginx -T 2>/dev/null | grep -n keepalive"),
                c!("Apache", "grep -rniE '^ *KeepAlive' /etc/apache2 /etc/httpd 2>/dev/null"),
            ],
        fix: &[
                c!(
                    "nginx",
                    "keepalive_timeout {keep_alive}s;\nlisten 443 ssl so_keepalive=on;"
                ),
                c!(
                    "Apache",
                    "KeepAlive On\nMaxKeepAliveRequests 0\nKeepAliveTimeout {keep_alive}"
                ),
            ],
        advice: &[source::LIMITS, source::HTTP2_TO_ORIGIN, source::INFERENCE],
    }
    /// Nothing listens on the port that the SSL mode requires.
    NotListening = "not-listening", source::E521, {
        check: &[LISTENING, HANDSHAKE],
        advice: &[source::ENCRYPTION_MODES],
    }
    /// A Pages project is requested without its custom domain.
    PagesDomain = "pages-domain", source::E522, {
        advice: &[source::PAGES_DOMAINS],
    }
    /// A Worker on a custom domain fetches its own name.
    WorkerOwnDomain = "worker-own-domain", source::E522, {}
    /// An Origin Rule points to a placeholder address.
    OriginRuleHost = "origin-rule-host", source::E522, {
        advice: &[source::ORIGIN_RULES],
    }
    /// The page takes longer to generate than Cloudflare waits.
    SlowWork = "slow-work", source::E524, {
        check: SLOW_ANSWER,
    }
    /// The server reads the upload too slowly.
    SlowWrite = "slow-write", source::E524, {}
    /// The application crashes in the middle of an answer.
    AppCrash = "app-crash", source::E520, {
        check: LOGS,
        advice: &[source::E500],
    }
    /// The answer's headers are too large.
    LargeHeaders = "large-headers", source::E520, {
        check: &[c!("curl", "curl -sS -o /dev/null -D - --resolve {host}:443:ORIGIN_IP https://{host}/ | wc -c")],
    }
    /// The request's headers are too large for the server.
    RequestHeadersOrigin = "request-headers-origin", source::CASE_REQUEST_HEADERS, {
        check: &[c!("nginx", "sudo nginx -T 2>/dev/null | grep -n large_client_header_buffers")],
        advice: &[source::INFERENCE],
    }
    /// The answer is empty or malformed.
    MalformedAnswer = "malformed-answer", source::E520, {
        check: &[c!("curl", "curl -sv --http1.1 -o /dev/null --resolve {host}:443:ORIGIN_IP https://{host}/")],
    }
    /// The origin supports HTTP/2 only partly.
    Http2Origin = "http2-origin", source::E520, {
        check: &[c!("curl", "curl -sv --http2 -o /dev/null --resolve {host}:443:ORIGIN_IP https://{host}/")],
        advice: &[source::HTTP2_TO_ORIGIN],
    }
    /// Authenticated origin pulls don't match.
    OriginPull = "origin-pull", source::E520, {
        check: &[HANDSHAKE],
        advice: &[source::ORIGIN_PULLS],
    }
    /// The server's own proxy can't reach its application.
    BackendDown = "backend-down", source::E502, {
        check: LOGS,
    }
    /// cloudflared can't reach the service behind the tunnel.
    TunnelService = "tunnel-service", source::TUNNEL_ERRORS, {
        check: &[
                c!("journald", "journalctl -u cloudflared --since -1h --no-pager | grep -iE 'error|ERR' | tail -n 20"),
                c!("curl", "curl -v http://localhost:8080/  # the address from the route"),
            ],
        advice: &[source::TUNNEL_SERVICE, source::CASE_CONTAINER, source::CASE_NO_SUCH_HOST],
    }
    /// The server's own proxy gave up waiting for the application.
    BackendSlow = "backend-slow", source::E502, {
        check: SLOW_ANSWER,
    }
    /// The page doesn't exist, or not at this URL.
    MissingPage = "missing-page", source::NOT_FOUND, {}
    /// The server doesn't answer for this host name.
    UnknownHost = "unknown-host", source::E502, {
        check: &[REACH],
    }
    /// The answer's compression is broken.
    BrokenCompression = "broken-compression", source::E502, {
        check: &[c!(
                "curl",
                "curl -sS --compressed -o /dev/null -w 'HTTP %{http_code}, %{size_download} bytes\\n' --resolve {host}:443:ORIGIN_IP https://{host}/",
            )],
    }
    /// Cloudflare moved traffic to another data centre.
    TrafficMoved = "traffic-moved", source::E502, {
        check: EDGE_TRACE,
    }
    /// Something failed inside Cloudflare.
    EdgeFault = "edge-fault", source::E503, {
        check: EDGE_TRACE,
    }
    /// A Page Rule refers to a wildcard that it doesn't have.
    PageRule = "page-rule", source::E500, {
        advice: &[source::PAGE_RULES, source::PAGE_RULE_PLACE],
    }
    /// The server has no certificate, or no TLS at all.
    NoCertificate = "no-certificate", source::E525, {
        check: &[HANDSHAKE],
        fix: CERTBOT,
        advice: &[source::ORIGIN_CA, source::ENCRYPTION_MODES],
    }
    /// The server doesn't support SNI, or has no certificate for the name.
    NoSni = "no-sni", source::E525, {
        check: &[NAMELESS, HANDSHAKE],
        advice: &[source::ENCRYPTION_MODES],
    }
    /// Server and Cloudflare have no cipher in common.
    NoCommonCipher = "no-common-cipher", source::E525, {
        check: &[HANDSHAKE],
        advice: &[source::ENCRYPTION_MODES],
    }
    /// The certificate has expired.
    CertificateExpired = "certificate-expired", source::E526, {
        check: &[CERTIFICATE],
        fix: &[c!("certbot", "sudo certbot renew")],
        advice: &[source::ENCRYPTION_MODES],
    }
    /// Renewing the certificate fails because of Cloudflare's proxy.
    RenewalBehindProxy = "renewal-behind-proxy", source::CASE_RENEWAL, {
        check: &[c!("certbot", "sudo certbot renew --dry-run")],
        advice: &[source::ORIGIN_CA, source::INFERENCE],
    }
    /// The certificate is for another name.
    CertificateName = "certificate-name", source::E526, {
        check: &[CERTIFICATE],
        fix: CERTBOT,
        advice: &[source::ENCRYPTION_MODES],
    }
    /// The certificate is self-signed or from an unknown authority.
    CertificateUntrusted = "certificate-untrusted", source::E526, {
        check: &[CERTIFICATE],
        fix: CERTBOT,
        advice: &[source::ORIGIN_CA, source::TRUST_STORE, source::ENCRYPTION_MODES],
    }
    /// The certificate was revoked.
    CertificateRevoked = "certificate-revoked", source::E526, {
        check: &[CERTIFICATE],
        advice: &[source::ENCRYPTION_MODES],
    }
    /// The visitor's own organisation filters with Cloudflare Gateway, which doesn't trust the site.
    Gateway = "gateway", source::E526, {}
    /// A Worker fetched from a server with an invalid certificate.
    WorkerSubrequestTls = "worker-subrequest-tls", source::E526, {
        check: &[CERTIFICATE],
        advice: &[source::TRUST_STORE],
    }
    /// A DNS record points back at Cloudflare.
    RecordAtCloudflare = "record-at-cloudflare", source::E1000, {
        advice: &[source::ADDRESSES],
    }
    /// The server sends the request through Cloudflare a second time.
    ProxyLoop = "proxy-loop", source::E1000, {}
    /// The server redirects Cloudflare's HTTP requests to HTTPS, or its HTTPS requests to HTTP.
    ///
    /// It has no code: Cloudflare passes the redirects on, and browsers give up with `ERR_TOO_MANY_REDIRECTS`.
    RedirectLoop = "redirect-loop", source::REDIRECTS, {
        check: &[
            c!(
                "curl",
                "curl -sS -o /dev/null -D - --resolve {host}:80:ORIGIN_IP -H 'X-Forwarded-Proto: https' http://{host}/ | grep -i '^location'"
            ),
        ],
        advice: &[source::ENCRYPTION_MODES],
    }
    /// The request carries headers that only Cloudflare may set, or overlong ones.
    ForwardedHeaders = "forwarded-headers", source::E1000, {
        advice: &[source::CASE_FORWARDED_RAY],
    }
    /// No Worker route matches, so the request goes to a placeholder record.
    WorkerRoute = "worker-route", source::CASE_WORKER_ROUTE, {
        advice: &[source::E1034],
    }
    /// The server name of the handshake doesn't match at the origin.
    OriginSni = "origin-sni", source::E1000, {
        check: &[HANDSHAKE],
        advice: &[source::INFERENCE],
    }
    /// A record has the address of a wildcard custom hostname.
    WildcardHostname = "wildcard-hostname", source::E1001, {
        // The error's own page sends the owner to the dashboard's list of records.
        advice: &[source::E1002],
    }
    /// A name outside Cloudflare points to a name on Cloudflare.
    NotOnCloudflare = "not-on-cloudflare", source::E1001, {
        check: DNS_RECORDS,
    }
    /// The target of a CNAME doesn't resolve.
    TargetUnresolvable = "target-unresolvable", source::E1016, {
        check: TARGET,
    }
    /// Always Online together with a custom hostname.
    AlwaysOnline = "always-online", source::E1001, {
        advice: &[source::ALWAYS_ONLINE],
    }
    /// There's no record for the origin.
    RecordMissing = "record-missing", source::E1016, {
        // The error's own page sends the owner to the dashboard's list of records.
        advice: &[source::E1002],
    }
    /// None of the load balancer's pools resolves.
    PoolUnresolvable = "pool-unresolvable", source::E1016, {
        check: TARGET,
    }
    /// A custom hostname isn't set up at the provider.
    CustomHostname = "custom-hostname", source::E1016, {
        check: DNS_RECORDS,
    }
    /// A Worker fetches from a partial zone that lacks the name.
    WorkerPartialZone = "worker-partial-zone", source::E1016, {}
    /// A record points to an address that isn't the site's.
    AddressNotOwn = "address-not-own", source::E1034, {
        check: OWN_ADDRESS,
        // The error's own page sends the owner to the dashboard's list of records.
        advice: &[source::E1002],
    }
    /// The edge certificate doesn't cover the name yet.
    EdgeCertificate = "edge-certificate", source::INFERENCE, {
        check: &[
            c!(
                "openssl",
                "openssl s_client -connect {host}:443 -servername {host} </dev/null 2>/dev/null | openssl x509 -noout -subject -ext subjectAltName",
            ),
        ],
        advice: &[source::UNIVERSAL_SSL],
    }
    /// The address bar contains one of Cloudflare's IP addresses.
    DirectAddress = "direct-address", source::E1003, {}
    /// Cloudflare turned proxying off for this host.
    ProxyDisabled = "proxy-disabled", source::E1004, {}
    /// A change hasn't reached every data centre.
    Propagation = "propagation", source::E1004, {
        check: DNS_RECORDS,
    }
    /// The partner that set the site up has DNS problems.
    PartnerDns = "partner-dns", source::E1018, {
        check: DNS_RECORDS,
    }
    /// A rule refuses the visitor's provider (ASN).
    AsnRule = "asn-rule", source::E1005, {
        advice: &[source::SECURITY_EVENTS, source::ACCESS_RULES, source::E1020],
    }
    /// A rule refuses the visitor's IP address.
    AddressRule = "address-rule", source::E1006, {
        advice: &[source::SECURITY_EVENTS, source::ACCESS_RULES, source::E1020],
    }
    /// A rule refuses the visitor's country.
    CountryRule = "country-rule", source::E1009, {
        advice: &[source::SECURITY_EVENTS, source::ACCESS_RULES, source::E1020],
    }
    /// Browser Integrity Check refuses the visitor's browser.
    BrowserCheck = "browser-check", source::E1010, {
        advice: &[source::BROWSER_CHECK, source::E1020],
    }
    /// Hotlink protection refuses the request.
    HotlinkProtection = "hotlink-protection", source::E1011, {
        advice: &[source::HOTLINKS],
    }
    /// The visitor's network is on a list of malicious sources.
    MaliciousSource = "malicious-source", source::E1012, {
        advice: &[source::SECURITY_EVENTS, source::ACCESS_RULES, source::E1020],
    }
    /// The request's host name and TLS name differ.
    SniMismatch = "sni-mismatch", source::E1013, {}
    /// A CNAME crosses accounts.
    CrossAccount = "cross-account", source::E1014, {}
    /// A zone hold prevents it.
    ZoneHold = "zone-hold", source::E1014, {
        advice: &[source::ZONE_HOLDS],
    }
    /// The zone of an R2 custom domain is banned.
    BannedZone = "banned-zone", source::E1014, {}
    /// A security rule challenges or blocks the traffic.
    ChallengeRule = "challenge-rule", source::SECURITY_EVENTS, {
        advice: &[source::SECURITY_EVENTS, source::SKIP],
    }
    /// The site's own Turnstile widget is set up for another domain, or not at all.
    TurnstileSetup = "turnstile-setup", source::TURNSTILE, {
        advice: &[source::TURNSTILE],
    }
    /// A program gets a page that was made for browsers.
    ChallengeApi = "challenge-api", source::DETECT_CHALLENGE, {
        check: &[c!("curl", "curl -sS -o /dev/null -D - https://{host}/ | grep -i '^cf-mitigated'")],
        advice: &[source::SKIP],
    }
    /// A program meets Access without a service token.
    AccessService = "access-service", source::SERVICE_TOKENS, {
        check: &[c!(
                "curl",
                "curl -sS -o /dev/null -w 'HTTP %{http_code}\\n' -H 'CF-Access-Client-Id: CLIENT_ID' -H 'CF-Access-Client-Secret: CLIENT_SECRET' https://{host}/",
            )],
    }
    /// No Access policy lets the visitor in.
    AccessPolicy = "access-policy", source::ACCESS_POLICIES, {
        advice: &[source::INFERENCE],
    }
    /// The visitor's organisation blocks the site with a Gateway policy.
    GatewayPolicy = "gateway-policy", source::GATEWAY_PAGE, {}
    /// Cloudflare confirmed a report of phishing.
    PhishingReport = "phishing-report", source::COMPLAINTS, {
        advice: &[source::INFERENCE],
    }
    /// The request's credentials are missing or not accepted.
    Credentials = "credentials", source::UNAUTHORIZED, {
        check: &[c!("curl", "curl -sS -o /dev/null -D - https://{host}/ | grep -i '^www-authenticate'")],
        advice: &[source::SERVICE_TOKENS],
    }
    /// Pay per crawl asks for a payment.
    CrawlPrice = "crawl-price", source::CRAWL_ERRORS, {
        check: &[c!("curl", "curl -sS -o /dev/null -D - https://{host}/ | grep -iE '^crawler-(price|error)'")],
    }
    /// The page was removed on purpose.
    PageRemoved = "page-removed", source::GONE, {}
    /// The Range header asks for bytes that aren't there.
    Range = "range", source::RANGE, {
        check: &[c!("curl", "curl -sS -o /dev/null -D - -r 0-0 https://{host}/ | grep -i '^content-range'")],
    }
    /// Too many requests in a short time.
    RateRule = "rate-rule", source::E1015, {
        advice: &[source::RATE_RULES, source::E1020],
    }
    /// The server's own permission rules refuse the request.
    OriginPermissions = "origin-permissions", source::FORBIDDEN, {
        check: &[REACH, ERROR_LOG, APACHE_LOG],
    }
    /// The server denies Cloudflare's addresses.
    RangesDenied = "ranges-denied", source::FORBIDDEN, {
        check: &[ERROR_LOG, APACHE_LOG],
        advice: &[source::ADDRESSES],
    }
    /// The request conflicts with the current state of the resource.
    EditConflict = "edit-conflict", source::CONFLICT, {}
    /// The server's own rate limit was exceeded.
    OriginRateLimit = "origin-rate-limit", source::TOO_MANY, {
        check: &[REACH],
        advice: &[source::INFERENCE],
    }
    /// A firewall rule refuses the request.
    WafRule = "waf-rule", source::E1020, {
        advice: &[source::SECURITY_EVENTS, source::ACCESS_RULES, source::SKIP, source::E1020],
    }
    /// API Shield refuses a request that doesn't match the schema.
    SchemaValidation = "schema-validation", source::CAPTURE, {
        advice: &[source::SECURITY_EVENTS, source::E1020],
    }
    /// A legal demand.
    LegalDemand = "legal-demand", source::CAPTURE, {}
    /// A Worker calls itself.
    WorkerLoop = "worker-loop", source::WORKERS, {
        check: WORKER_LOG,
    }
    /// A Worker requests a host that it may not reach.
    WorkerForbiddenHost = "worker-forbidden-host", source::WORKERS, {
        check: WORKER_LOG,
        advice: &[source::WORKERS],
    }
    /// The request didn't reach the Worker.
    WorkerRouting = "worker-routing", source::WORKERS, {}
    /// The Workers plan is used up.
    WorkerQuota = "worker-quota", source::WORKERS, {
        advice: &[source::WORKER_LIMITS],
    }
    /// A Worker threw an exception.
    WorkerException = "worker-exception", source::WORKERS, {
        check: WORKER_LOG,
        advice: &[source::E1101],
    }
    /// Cloudflare withholds the account's workers.dev subdomain.
    WorkerSubdomain = "worker-subdomain", source::CASE_SUBDOMAIN, {
        advice: &[source::INFERENCE],
    }
    /// A Worker used too much CPU or memory.
    WorkerLimits = "worker-limits", source::E1102, {
        check: WORKER_LOG,
        advice: &[source::WORKERS],
    }
    /// Cloudflare wants to talk to the Worker's owner.
    WorkerAccount = "worker-account", source::WORKERS, {}
    /// The Workers runtime had a problem.
    WorkerRuntime = "worker-runtime", source::WORKERS, {}
    /// The visitor's browser uses TLS that isn't accepted.
    ClientTls = "client-tls", source::RESPONSES, {
        advice: &[source::LEAST_TLS],
    }
    /// No cloudflared is connected for this tunnel.
    TunnelDown = "tunnel-down", source::E1033, {
        check: TUNNEL,
        fix: &[
                c!("systemd", "sudo systemctl restart cloudflared"),
                c!("cloudflared", "sudo cloudflared service install TUNNEL_TOKEN"),
            ],
        advice: &[source::TUNNEL_ERRORS],
    }
    /// cloudflared runs but can't reach Cloudflare.
    TunnelBlocked = "tunnel-blocked", source::E1033, {
        check: &[
                c!("journald", "journalctl -u cloudflared --since -1h --no-pager | tail -n 50"),
                c!("netcat", "nc -vz -w 3 region1.v2.argotunnel.com 7844; nc -uvz -w 3 region1.v2.argotunnel.com 7844"),
            ],
        advice: &[source::TUNNEL_PORTS, source::CASE_HTTP2],
    }
    /// The host is bound to another tunnel, or to one that was deleted.
    TunnelMismatch = "tunnel-mismatch", source::TUNNEL_ERRORS, {
        check: &[TUNNELS],
        fix: &[c!("cloudflared", "cloudflared tunnel route dns --overwrite-dns TUNNEL_NAME {host}")],
        // The error's own page sends the owner to the dashboard's list of records.
        advice: &[source::E1002],
    }
    /// A rewrite rule creates an invalid request.
    RewriteRule = "rewrite-rule", source::E1035, {
        advice: &[source::E1036, source::E1037, source::E1040, source::E1041, source::TRACE],
    }
    /// The request's headers or cookies are too large.
    LargeRequestHeaders = "large-request-headers", source::HEADER_LIMIT, {}
    /// The upload is larger than the site's plan allows.
    LargeUpload = "large-upload", source::TOO_LARGE, {
        advice: &[source::TOO_LARGE, source::UPLOAD_LIMITS],
    }
    /// The request arrived too slowly.
    SlowRequest = "slow-request", source::REQUEST_TIMEOUT, {}
    /// The server doesn't accept this type of file.
    MediaType = "media-type", source::MEDIA_TYPE, {}
    /// The URL is too long.
    LongAddress = "long-address", source::LONG_ADDRESS, {}
    /// The request is malformed.
    MalformedRequest = "malformed-request", source::BAD_REQUEST, {}
    /// A precondition of the request wasn't met.
    Precondition = "precondition", source::PRECONDITION, {}
    /// The connection was reused for a host that the server doesn't serve on it.
    ReusedConnection = "reused-connection", source::MISDIRECTED, {}
    /// The client gave up first.
    ClientGaveUp = "client-gave-up", source::CLOSED, {}
    /// The request's method isn't known.
    UnknownMethod = "unknown-method", source::E501, {}
    /// The site's configuration at Cloudflare, which Cloudflare doesn't describe further.
    SetupUnknown = "setup-unknown", source::RESPONSES, {}
    /// A feature or protocol that isn't supported.
    Unsupported = "unsupported", source::RESPONSES, {}
    /// Too many requests are waiting for a slow origin.
    QueueFull = "queue-full", source::E1200, {
        check: LOAD,
    }
    /// A Snippet has an error.
    SnippetFault = "snippet-fault", source::SNIPPETS, {
        advice: &[source::SNIPPET_PLACE],
    }
    /// A new version of a Snippet is being rolled out.
    SnippetRollout = "snippet-rollout", source::SNIPPETS, {}
    /// A Snippet redirects in a loop.
    SnippetRedirects = "snippet-redirects", source::RESPONSES, {}
}
