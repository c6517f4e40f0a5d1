//! What causes an error, and the commands that prove or mend it.

use super::named::named;
use super::source::{self, Source};

/// Something to be typed on a server or a desk. `{host}` stands for the site's name, `ORIGIN_IP` for its server's own address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Command {
    /// The tool or platform it is for, as `ufw`; a proper name, the same in every language.
    pub tool: &'static str,
    /// The command itself, one or more lines.
    pub text: &'static str,
}

named! {
    /// A cause of an error. The words file has its title, the check that proves or excludes it, and the fix.
    pub enum Cause {
        /// The server or its web server is not running.
        OriginOffline = "origin-offline",
        /// A firewall or rate limiter drops Cloudflare's packets without a word.
        FirewallDrops = "firewall-drops",
        /// A firewall refuses Cloudflare's connections.
        FirewallRefuses = "firewall-refuses",
        /// The A or AAAA record names another address than the server's.
        WrongAddress = "wrong-address",
        /// Too much work: CPU, memory, connections, queue.
        Overloaded = "overloaded",
        /// Packets are lost on the way.
        Routing = "routing",
        /// A route on the server's side swallows Cloudflare's addresses.
        BroadRoute = "broad-route",
        /// Keep-alive is off or shorter than Cloudflare's.
        KeepAlive = "keep-alive",
        /// Nothing listens on the port that the SSL mode asks for.
        NotListening = "not-listening",
        /// A Pages project is addressed without its custom domain.
        PagesDomain = "pages-domain",
        /// A Worker on a custom domain fetches its own name.
        WorkerOwnDomain = "worker-own-domain",
        /// An Origin Rule leads to a placeholder address.
        OriginRuleHost = "origin-rule-host",
        /// The page takes longer to make than Cloudflare waits.
        SlowWork = "slow-work",
        /// The server takes the upload too slowly.
        SlowWrite = "slow-write",
        /// The application crashes in the middle of an answer.
        AppCrash = "app-crash",
        /// The answer's headers are too large.
        LargeHeaders = "large-headers",
        /// The answer is empty or malformed.
        MalformedAnswer = "malformed-answer",
        /// HTTP/2 on the origin is half supported.
        Http2Origin = "http2-origin",
        /// Authenticated origin pulls do not match.
        OriginPull = "origin-pull",
        /// The server's own proxy cannot reach the application behind it.
        BackendDown = "backend-down",
        /// The server's own proxy gave up waiting for the application.
        BackendSlow = "backend-slow",
        /// The page is not there, or not under this address.
        MissingPage = "missing-page",
        /// The server does not answer for this host name.
        UnknownHost = "unknown-host",
        /// The answer's compression is broken.
        BrokenCompression = "broken-compression",
        /// Cloudflare moved traffic to another data centre.
        TrafficMoved = "traffic-moved",
        /// Something failed inside Cloudflare.
        EdgeFault = "edge-fault",
        /// A Page Rule names a wildcard that it does not have.
        PageRule = "page-rule",
        /// The server has no certificate, or no TLS at all.
        NoCertificate = "no-certificate",
        /// The server does not understand SNI.
        NoSni = "no-sni",
        /// Server and Cloudflare share no cipher.
        NoCommonCipher = "no-common-cipher",
        /// The certificate has expired.
        CertificateExpired = "certificate-expired",
        /// The certificate is for another name.
        CertificateName = "certificate-name",
        /// The certificate is self-signed or of an unknown authority.
        CertificateUntrusted = "certificate-untrusted",
        /// The certificate was revoked.
        CertificateRevoked = "certificate-revoked",
        /// The visitor's own organisation filters with Cloudflare Gateway, which does not trust the site.
        Gateway = "gateway",
        /// A Worker fetched from a server whose certificate is not valid.
        WorkerSubrequestTls = "worker-subrequest-tls",
        /// A DNS record points back at Cloudflare.
        RecordAtCloudflare = "record-at-cloudflare",
        /// The server sends the request through Cloudflare a second time.
        ProxyLoop = "proxy-loop",
        /// The request carries headers that only Cloudflare may set, or overlong ones.
        ForwardedHeaders = "forwarded-headers",
        /// A name outside Cloudflare points at a name inside.
        NotOnCloudflare = "not-on-cloudflare",
        /// The target of a CNAME does not resolve.
        TargetUnresolvable = "target-unresolvable",
        /// Always Online together with a custom hostname.
        AlwaysOnline = "always-online",
        /// There is no record for the origin.
        RecordMissing = "record-missing",
        /// No pool of the load balancer resolves.
        PoolUnresolvable = "pool-unresolvable",
        /// A custom hostname is not set up at the provider.
        CustomHostname = "custom-hostname",
        /// A Worker fetches from a partial zone that lacks the name.
        WorkerPartialZone = "worker-partial-zone",
        /// A record points at an address that is not the site's.
        AddressNotOwn = "address-not-own",
        /// The address bar holds an IP address of Cloudflare's.
        DirectAddress = "direct-address",
        /// Cloudflare turned proxying off for this host.
        ProxyDisabled = "proxy-disabled",
        /// A change has not reached every data centre.
        Propagation = "propagation",
        /// The partner that set the site up has trouble with its DNS.
        PartnerDns = "partner-dns",
        /// A rule refuses the visitor's provider (ASN).
        AsnRule = "asn-rule",
        /// A rule refuses the visitor's address.
        AddressRule = "address-rule",
        /// A rule refuses the visitor's country.
        CountryRule = "country-rule",
        /// Browser Integrity Check refuses the visitor's browser.
        BrowserCheck = "browser-check",
        /// Hotlink protection refuses the request.
        HotlinkProtection = "hotlink-protection",
        /// The visitor's network is on a list of malicious sources.
        MaliciousSource = "malicious-source",
        /// Host name and TLS name of the request differ.
        SniMismatch = "sni-mismatch",
        /// A CNAME crosses accounts.
        CrossAccount = "cross-account",
        /// A zone hold forbids it.
        ZoneHold = "zone-hold",
        /// Too many requests in a short time.
        RateRule = "rate-rule",
        /// A firewall rule refuses the request.
        WafRule = "waf-rule",
        /// API Shield refuses a request that does not fit the schema.
        SchemaValidation = "schema-validation",
        /// A legal demand.
        LegalDemand = "legal-demand",
        /// A Worker calls itself.
        WorkerLoop = "worker-loop",
        /// A Worker asks for what it may not reach.
        WorkerForbiddenHost = "worker-forbidden-host",
        /// The request did not reach the Worker.
        WorkerRouting = "worker-routing",
        /// The Workers plan is used up.
        WorkerQuota = "worker-quota",
        /// A Worker threw an exception.
        WorkerException = "worker-exception",
        /// A Worker used too much CPU or memory.
        WorkerLimits = "worker-limits",
        /// Cloudflare wants to talk to the Worker's owner.
        WorkerAccount = "worker-account",
        /// The runtime of Workers had a problem.
        WorkerRuntime = "worker-runtime",
        /// The visitor's browser speaks a TLS that is not accepted.
        ClientTls = "client-tls",
        /// No cloudflared is connected for this tunnel.
        TunnelDown = "tunnel-down",
        /// cloudflared runs but cannot reach Cloudflare.
        TunnelBlocked = "tunnel-blocked",
        /// The host is bound to another tunnel, or to one that was deleted.
        TunnelMismatch = "tunnel-mismatch",
        /// A rewrite rule makes an invalid request.
        RewriteRule = "rewrite-rule",
        /// The request's headers or cookies are too large.
        LargeRequestHeaders = "large-request-headers",
        /// The upload is larger than the site's plan allows.
        LargeUpload = "large-upload",
        /// The request came in too slowly.
        SlowRequest = "slow-request",
        /// The server does not take this type of file.
        MediaType = "media-type",
        /// The address is too long.
        LongAddress = "long-address",
        /// The request is malformed.
        MalformedRequest = "malformed-request",
        /// A precondition of the request was not met.
        Precondition = "precondition",
        /// The connection was used for a host that the server does not serve on it.
        ReusedConnection = "reused-connection",
        /// The client gave up first.
        ClientGaveUp = "client-gave-up",
        /// The request's method is unknown.
        UnknownMethod = "unknown-method",
        /// The site's set-up at Cloudflare, which Cloudflare does not describe further.
        SetupUnknown = "setup-unknown",
        /// A feature or protocol that is not supported.
        Unsupported = "unsupported",
        /// Too many requests wait for a slow origin.
        QueueFull = "queue-full",
        /// A Snippet is wrong.
        SnippetFault = "snippet-fault",
        /// A new version of a Snippet is being rolled out.
        SnippetRollout = "snippet-rollout",
        /// A Snippet redirects in circles.
        SnippetRedirects = "snippet-redirects",
    }
}

/// A macro, not a function, so that a list of commands is a constant.
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
const ERROR_LOG: Command = c!("nginx", "sudo tail -n 100 /var/log/nginx/error.log");
const APACHE_LOG: Command = c!("Apache", "sudo tail -n 100 /var/log/apache2/error.log");

/// Finds out whether a firewall treats Cloudflare differently, and which.
const WHO_IS_REFUSED: &[Command] = &[
    REACH,
    c!("nftables", "sudo nft list ruleset | grep -nE 'drop|reject|limit'"),
    c!("iptables", "sudo iptables -S | grep -E 'DROP|REJECT|limit'; sudo ip6tables -S | grep -E 'DROP|REJECT|limit'"),
    c!("fail2ban", "sudo fail2ban-client status; sudo fail2ban-client banned"),
    c!(
        "tcpdump",
        "sudo tcpdump -ni any 'tcp[tcpflags] & tcp-syn != 0 and (port 80 or port 443) and (net 172.64.0.0/13 or net 162.158.0.0/15)'"
    ),
];

impl Cause {
    /// The commands that prove or exclude it.
    #[must_use]
    pub const fn check(self) -> &'static [Command] {
        match self {
            Self::OriginOffline => {
                &[REACH, LISTENING, c!("systemd", "systemctl status nginx apache2 httpd --no-pager")]
            }
            Self::FirewallDrops | Self::FirewallRefuses => WHO_IS_REFUSED,
            Self::WrongAddress | Self::AddressNotOwn => {
                // On the server: the address that it shows to the world, in both versions of IP.
                &[
                    c!(
                        "curl",
                        "for v in 4 6; do curl -$v -sS https://www.cloudflare.com/cdn-cgi/trace | grep '^ip='; done"
                    ),
                    RECORDS,
                    REACH,
                ]
            }
            Self::Overloaded | Self::QueueFull => &[
                UPTIME,
                c!("ss", "ss -ltn '( sport = :80 or sport = :443 )'  # Recv-Q near Send-Q: the queue is full"),
                c!("journald", "journalctl -k --since -1h | grep -iE 'oom|syn flood|nf_conntrack: table full'"),
            ],
            Self::Routing => &[
                c!("mtr", "mtr -4 -rwzc 100 --tcp --port 443 www.cloudflare.com"),
                c!("mtr", "mtr -6 -rwzc 100 --tcp --port 443 www.cloudflare.com"),
            ],
            Self::BroadRoute => {
                &[c!("iproute2", "ip route get 172.64.0.1; ip route get 104.16.0.1; ip -6 route get 2606:4700::")]
            }
            Self::KeepAlive => &[
                // -o shows a timer named keepalive where TCP keep-alive is on.
                c!("ss", "ss -tno state established '( sport = :80 or sport = :443 )'"),
                c!("nginx", "sudo nginx -T 2>/dev/null | grep -n keepalive"),
                c!("Apache", "grep -rniE '^ *KeepAlive' /etc/apache2 /etc/httpd 2>/dev/null"),
            ],
            Self::NotListening | Self::NoSni => &[LISTENING, HANDSHAKE],
            Self::PagesDomain
            | Self::NotOnCloudflare
            | Self::TargetUnresolvable
            | Self::RecordMissing
            | Self::RecordAtCloudflare
            | Self::CustomHostname
            | Self::PoolUnresolvable
            | Self::OriginRuleHost
            | Self::CrossAccount
            | Self::PartnerDns
            | Self::Propagation => &[RECORDS, c!("dig", "dig +short CNAME {host}; dig NS {host} +short")],
            Self::SlowWork | Self::BackendSlow => &[
                c!(
                    "curl",
                    "curl -sS -o /dev/null -w 'answered after %{time_starttransfer} s\\n' --max-time 300 --resolve {host}:443:ORIGIN_IP https://{host}/",
                ),
                ERROR_LOG,
            ],
            Self::AppCrash | Self::BackendDown => {
                &[ERROR_LOG, APACHE_LOG, c!("journald", "journalctl --since -1h -p err --no-pager | tail -n 50")]
            }
            Self::LargeHeaders => {
                &[c!("curl", "curl -sS -o /dev/null -D - --resolve {host}:443:ORIGIN_IP https://{host}/ | wc -c")]
            }
            Self::MalformedAnswer => {
                &[c!("curl", "curl -sv --http1.1 -o /dev/null --resolve {host}:443:ORIGIN_IP https://{host}/")]
            }
            Self::Http2Origin => {
                &[c!("curl", "curl -sv --http2 -o /dev/null --resolve {host}:443:ORIGIN_IP https://{host}/")]
            }
            Self::BrokenCompression => &[c!(
                "curl",
                "curl -sS --compressed -o /dev/null -w 'HTTP %{http_code}, %{size_download} bytes\\n' --resolve {host}:443:ORIGIN_IP https://{host}/",
            )],
            Self::UnknownHost => &[REACH],
            Self::NoCertificate | Self::NoCommonCipher | Self::OriginPull => &[HANDSHAKE],
            Self::CertificateExpired
            | Self::CertificateName
            | Self::CertificateUntrusted
            | Self::CertificateRevoked
            | Self::WorkerSubrequestTls => &[CERTIFICATE],
            Self::TrafficMoved | Self::EdgeFault => {
                &[c!("curl", "curl -sS https://{host}/cdn-cgi/trace | grep -E '^(colo|ts|h)='")]
            }
            Self::TunnelDown | Self::TunnelMismatch => &[
                c!("systemd", "systemctl status cloudflared --no-pager"),
                c!("cloudflared", "cloudflared tunnel list"),
                c!("cloudflared", "cloudflared tunnel info TUNNEL_NAME"),
            ],
            Self::TunnelBlocked => &[
                c!("journald", "journalctl -u cloudflared --since -1h --no-pager | tail -n 50"),
                c!("netcat", "nc -vz -w 3 region1.v2.argotunnel.com 7844; nc -uvz -w 3 region1.v2.argotunnel.com 7844"),
            ],
            Self::WorkerException | Self::WorkerLimits | Self::WorkerLoop | Self::WorkerForbiddenHost => {
                &[c!("wrangler", "npx wrangler tail WORKER_NAME --status error")]
            }
            _ => &[],
        }
    }

    /// The commands that mend it.
    #[must_use]
    pub const fn fix(self) -> &'static [Command] {
        match self {
            Self::OriginOffline => &[
                c!("nginx", "sudo nginx -t && sudo systemctl restart nginx"),
                c!("Apache", "sudo apachectl configtest && sudo systemctl restart apache2"),
            ],
            Self::FirewallDrops | Self::FirewallRefuses => ALLOW_CLOUDFLARE,
            Self::KeepAlive => &[
                c!(
                    "nginx",
                    "# in the http block; 0 turns it off, more than Cloudflare's 900 s lets Cloudflare close first\nkeepalive_timeout 905s;\n# in the server block: TCP keep-alive\nlisten 443 ssl so_keepalive=on;"
                ),
                c!(
                    "Apache",
                    "# in /etc/apache2/apache2.conf; its TCP keep-alive is always on\nKeepAlive On\nMaxKeepAliveRequests 0"
                ),
            ],
            Self::CertificateExpired => &[c!("certbot", "sudo certbot renew")],
            Self::NoCertificate | Self::CertificateUntrusted | Self::CertificateName => &[
                c!("certbot, with nginx", "sudo certbot --nginx -d {host}"),
                c!("certbot, with Apache", "sudo certbot --apache -d {host}"),
            ],
            Self::BroadRoute => &[c!(
                "AWS",
                "aws ec2 create-route --route-table-id ROUTE_TABLE --destination-cidr-block 172.64.0.0/13 --gateway-id INTERNET_GATEWAY",
            )],
            Self::TunnelDown => &[
                c!("systemd", "sudo systemctl restart cloudflared"),
                c!("cloudflared", "sudo cloudflared service install TUNNEL_TOKEN"),
            ],
            Self::TunnelMismatch => {
                &[c!("cloudflared", "cloudflared tunnel route dns --overwrite-dns TUNNEL_NAME {host}")]
            }
            _ => &[],
        }
    }

    /// Where it was read that such a thing happens; [`Entry::citation`](super::Entry::citation) says where we read it for one code.
    #[must_use]
    pub const fn source(self) -> Source {
        match self {
            Self::OriginOffline | Self::FirewallRefuses | Self::NotListening => source::E521,
            Self::FirewallDrops
            | Self::WrongAddress
            | Self::Overloaded
            | Self::Routing
            | Self::KeepAlive
            | Self::PagesDomain
            | Self::WorkerOwnDomain
            | Self::OriginRuleHost => source::E522,
            Self::BroadRoute => source::E523,
            Self::SlowWork | Self::SlowWrite => source::E524,
            Self::AppCrash | Self::LargeHeaders | Self::MalformedAnswer | Self::Http2Origin | Self::OriginPull => {
                source::E520
            }
            Self::BackendDown
            | Self::BackendSlow
            | Self::UnknownHost
            | Self::BrokenCompression
            | Self::TrafficMoved => source::E502,
            Self::EdgeFault => source::E503,
            Self::PageRule => source::E500,
            Self::MissingPage => source::NOT_FOUND,
            Self::NoCertificate | Self::NoSni | Self::NoCommonCipher => source::E525,
            Self::CertificateExpired
            | Self::CertificateName
            | Self::CertificateUntrusted
            | Self::CertificateRevoked
            | Self::Gateway
            | Self::WorkerSubrequestTls => source::E526,
            Self::RecordAtCloudflare | Self::ProxyLoop | Self::ForwardedHeaders => source::E1000,
            Self::NotOnCloudflare | Self::AlwaysOnline => source::E1001,
            Self::DirectAddress => source::E1003,
            Self::ProxyDisabled | Self::Propagation => source::E1004,
            Self::AsnRule => source::E1005,
            Self::AddressRule => source::E1006,
            Self::CountryRule => source::E1009,
            Self::BrowserCheck => source::E1010,
            Self::HotlinkProtection => source::E1011,
            Self::MaliciousSource => source::E1012,
            Self::SniMismatch => source::E1013,
            Self::CrossAccount | Self::ZoneHold => source::E1014,
            Self::RateRule => source::E1015,
            Self::TargetUnresolvable
            | Self::PoolUnresolvable
            | Self::CustomHostname
            | Self::WorkerPartialZone
            | Self::RecordMissing => source::E1016,
            Self::PartnerDns => source::E1018,
            Self::WafRule => source::E1020,
            Self::TunnelDown | Self::TunnelBlocked => source::E1033,
            Self::TunnelMismatch => source::TUNNEL_ERRORS,
            Self::AddressNotOwn => source::E1034,
            Self::RewriteRule => source::E1035,
            Self::WorkerLimits => source::E1102,
            Self::QueueFull => source::E1200,
            Self::SchemaValidation | Self::LegalDemand => source::CAPTURE,
            Self::WorkerLoop
            | Self::WorkerForbiddenHost
            | Self::WorkerRouting
            | Self::WorkerQuota
            | Self::WorkerException
            | Self::WorkerAccount
            | Self::WorkerRuntime => source::WORKERS,
            Self::LargeRequestHeaders => source::HEADER_LIMIT,
            Self::LargeUpload => source::TOO_LARGE,
            Self::LongAddress => source::LONG_ADDRESS,
            Self::Precondition => source::PRECONDITION,
            Self::SlowRequest => source::REQUEST_TIMEOUT,
            Self::MediaType => source::MEDIA_TYPE,
            Self::MalformedRequest => source::BAD_REQUEST,
            Self::ReusedConnection => source::MISDIRECTED,
            Self::ClientGaveUp => source::CLOSED,
            Self::UnknownMethod => source::E501,
            Self::SnippetFault | Self::SnippetRollout => source::SNIPPETS,
            Self::ClientTls | Self::SetupUnknown | Self::Unsupported | Self::SnippetRedirects => source::RESPONSES,
        }
    }

    /// Where its check and its fix were read, beyond its source: places in the dashboard, and what is our own advice.
    ///
    /// The commands are held by the [manuals](Command::manual) of their tools.
    #[must_use]
    pub const fn advice(self) -> &'static [Source] {
        match self {
            Self::FirewallDrops | Self::FirewallRefuses | Self::RecordAtCloudflare => &[source::ADDRESSES],
            Self::KeepAlive => &[source::LIMITS, source::HTTP2_TO_ORIGIN, source::INFERENCE],
            Self::PagesDomain => &[source::PAGES_DOMAINS],
            Self::NotListening => &[source::ENCRYPTION_MODES],
            Self::OriginRuleHost => &[source::ORIGIN_RULES],
            Self::NoCertificate | Self::CertificateUntrusted => &[source::ORIGIN_CA],
            Self::LargeUpload => &[source::TOO_LARGE],
            Self::WorkerLimits => &[source::WORKERS],
            Self::SnippetFault => &[source::SNIPPET_PLACE],
            Self::Http2Origin => &[source::HTTP2_TO_ORIGIN],
            Self::OriginPull => &[source::ORIGIN_PULLS],
            Self::PageRule => &[source::PAGE_RULES, source::PAGE_RULE_PLACE],
            Self::AlwaysOnline => &[source::ALWAYS_ONLINE],
            Self::AsnRule | Self::CountryRule | Self::AddressRule | Self::MaliciousSource => {
                &[source::SECURITY_EVENTS, source::ACCESS_RULES, source::E1020]
            }
            Self::BrowserCheck => &[source::BROWSER_CHECK, source::E1020],
            Self::HotlinkProtection => &[source::HOTLINKS],
            Self::ZoneHold => &[source::ZONE_HOLDS],
            Self::RateRule => &[source::RATE_RULES, source::E1020],
            Self::WafRule | Self::SchemaValidation => &[source::SECURITY_EVENTS, source::E1020],
            Self::RewriteRule => &[source::E1036, source::E1037, source::E1040, source::E1041, source::TRACE],
            Self::WorkerQuota => &[source::WORKER_LIMITS],
            Self::WorkerException => &[source::E1101],
            Self::ClientTls => &[source::LEAST_TLS],
            Self::TunnelDown => &[source::TUNNEL_ERRORS],
            Self::TunnelBlocked => &[source::TUNNEL_PORTS],
            // The dashboard's list of records is where the error's own page sends the owner.
            Self::RecordMissing | Self::WrongAddress | Self::AddressNotOwn | Self::TunnelMismatch => &[source::E1002],
            _ => &[],
        }
    }
}

/// Lets Cloudflare in, by tool. The loops read the current ranges; `rayback rules` writes fixed lists.
const ALLOW_CLOUDFLARE: &[Command] = &[
    c!(
        "ufw",
        "for net in $(curl -sS https://www.cloudflare.com/ips-v4) $(curl -sS https://www.cloudflare.com/ips-v6); do\n  sudo ufw prepend allow proto tcp from \"$net\" to any port 80,443\ndone",
    ),
    c!(
        "nftables",
        "{ echo 'add chain inet filter cloudflare'; echo 'flush chain inet filter cloudflare'\n  for net in $(curl -sS https://www.cloudflare.com/ips-v4); do echo \"add rule inet filter cloudflare ip saddr $net accept\"; done\n  for net in $(curl -sS https://www.cloudflare.com/ips-v6); do echo \"add rule inet filter cloudflare ip6 saddr $net accept\"; done\n} | sudo nft -f -\nsudo nft list chain inet filter input | grep -q 'jump cloudflare' || sudo nft insert rule inet filter input tcp dport '{ 80, 443 }' jump cloudflare",
    ),
    c!(
        "iptables",
        "allow() { # the command, and the version of IP\n  sudo $1 -N CLOUDFLARE 2>/dev/null || sudo $1 -F CLOUDFLARE\n  for net in $(curl -sS https://www.cloudflare.com/ips-v$2); do sudo $1 -A CLOUDFLARE -s \"$net\" -j ACCEPT; done\n  jump='INPUT -p tcp -m multiport --dports 80,443 -j CLOUDFLARE'\n  sudo $1 -C $jump 2>/dev/null || sudo $1 -I $jump\n}\nallow iptables 4; allow ip6tables 6",
    ),
    c!(
        "firewalld",
        "for net in $(curl -sS https://www.cloudflare.com/ips-v4); do\n  sudo firewall-cmd --permanent --add-rich-rule=\"rule family=ipv4 source address=$net port port=443 protocol=tcp accept\"\n  sudo firewall-cmd --permanent --add-rich-rule=\"rule family=ipv4 source address=$net port port=80 protocol=tcp accept\"\ndone\nfor net in $(curl -sS https://www.cloudflare.com/ips-v6); do\n  sudo firewall-cmd --permanent --add-rich-rule=\"rule family=ipv6 source address=$net port port=443 protocol=tcp accept\"\n  sudo firewall-cmd --permanent --add-rich-rule=\"rule family=ipv6 source address=$net port port=80 protocol=tcp accept\"\ndone\nsudo firewall-cmd --reload",
    ),
    c!(
        "nginx, if it limits by address",
        "# then \"include /etc/nginx/cloudflare-allow.conf;\" before the first deny\nfor net in $(curl -sS https://www.cloudflare.com/ips-v4) $(curl -sS https://www.cloudflare.com/ips-v6); do\n  echo \"allow $net;\"\ndone | sudo tee /etc/nginx/cloudflare-allow.conf\nsudo nginx -t && sudo systemctl reload nginx",
    ),
    c!(
        "nginx, so that its limits count visitors and not Cloudflare",
        "{ for net in $(curl -sS https://www.cloudflare.com/ips-v4) $(curl -sS https://www.cloudflare.com/ips-v6); do\n  echo \"set_real_ip_from $net;\"\ndone; echo 'real_ip_header CF-Connecting-IP;'; } | sudo tee /etc/nginx/conf.d/cloudflare.conf\nsudo nginx -t && sudo systemctl reload nginx",
    ),
    c!(
        "Apache, if it limits by address",
        "# then \"Include /etc/apache2/cloudflare-allow.conf\" inside the <RequireAny> of the site\nfor net in $(curl -sS https://www.cloudflare.com/ips-v4) $(curl -sS https://www.cloudflare.com/ips-v6); do\n  echo \"Require ip $net\"\ndone | sudo tee /etc/apache2/cloudflare-allow.conf\nsudo apachectl configtest && sudo systemctl reload apache2",
    ),
    c!(
        "Apache, so that its limits count visitors and not Cloudflare",
        "{ echo 'RemoteIPHeader CF-Connecting-IP'; for net in $(curl -sS https://www.cloudflare.com/ips-v4) $(curl -sS https://www.cloudflare.com/ips-v6); do\n  echo \"RemoteIPTrustedProxy $net\"\ndone; } | sudo tee /etc/apache2/conf-available/cloudflare.conf\nsudo a2enmod remoteip && sudo a2enconf cloudflare && sudo apachectl configtest && sudo systemctl reload apache2",
    ),
];
