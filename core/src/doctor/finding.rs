//! What a check can find, and what each finding is evidence for.

use crate::catalog::{Cause, named};
use crate::document::CheckState;

named! {
    /// One fact that a measurement proved, or the reason why it couldn't.
    pub enum Finding {
        /// The name leads to Cloudflare.
        DnsCloudflare = "dns-cloudflare",
        /// The name leads to the origin itself.
        DnsDirect = "dns-direct",
        /// Some addresses are Cloudflare's, some aren't.
        DnsMixed = "dns-mixed",
        /// The name doesn't exist.
        DnsNoName = "dns-no-name",
        /// The name exists, but has no address.
        DnsNoAddress = "dns-no-address",
        /// The name's own servers fail.
        DnsServersFail = "dns-servers-fail",
        /// The alias leads to a name that doesn't exist.
        DnsAliasDangling = "dns-alias-dangling",
        /// The alias leads to a tunnel.
        DnsAliasTunnel = "dns-alias-tunnel",
        /// The alias leads to Pages.
        DnsAliasPages = "dns-alias-pages",
        /// The alias leads to another name on Cloudflare.
        DnsAliasCloudflare = "dns-alias-cloudflare",
        /// A public resolver sees the same.
        DnsAgrees = "dns-agrees",
        /// A public resolver sees something else.
        DnsDiffers = "dns-differs",
        /// The public resolver couldn't be asked.
        DnsPublicNotChecked = "dns-public-not-checked",
        /// The resolver didn't answer.
        DnsNotChecked = "dns-not-checked",
        /// The zone's records lead to the origin, as far as it's known.
        ZoneRecords = "zone-records",
        /// The zone's records lead to another address than the origin's.
        ZoneElsewhere = "zone-elsewhere",
        /// The zone has no record for the host.
        ZoneNoRecord = "zone-no-record",
        /// The zone's record is an alias of a name without an address.
        ZoneTargetDead = "zone-target-dead",
        /// The host's record isn't proxied.
        ZoneDnsOnly = "zone-dns-only",
        /// The encryption mode.
        ZoneMode = "zone-mode",
        /// An Origin Rule sends requests to another host or port.
        ZoneOriginRule = "zone-origin-rule",
        /// An Origin Rule sends requests to a host without an address, or to a placeholder.
        ZoneOriginRuleDead = "zone-origin-rule-dead",
        /// A Worker answers for the host.
        ZoneWorker = "zone-worker",
        /// The record is a placeholder for a Worker, and no route leads to one.
        ZoneNoRoute = "zone-no-route",
        /// The zone's settings couldn't be read.
        ZoneNotChecked = "zone-not-checked",
        /// Through Cloudflare the site answers.
        EdgeAnswers = "edge-answers",
        /// Cloudflare shows an error.
        EdgeError = "edge-error",
        /// Through Cloudflare, the site redirects to itself endlessly.
        EdgeRedirectLoop = "edge-redirect-loop",
        /// Cloudflare challenged or blocked this tool.
        EdgeRefusesUs = "edge-refuses-us",
        /// Cloudflare didn't answer.
        EdgeSilent = "edge-silent",
        /// The given origin is one of Cloudflare's addresses.
        OriginAtCloudflare = "origin-at-cloudflare",
        /// The given origin is a placeholder that no one has.
        OriginPlaceholder = "origin-placeholder",
        /// The given origin is private, so Cloudflare can't reach it.
        OriginPrivate = "origin-private",
        /// The origin's address isn't known.
        OriginUnknown = "origin-unknown",
        /// The port accepts connections.
        TcpAccepted = "tcp-accepted",
        /// The port refuses.
        TcpRefused = "tcp-refused",
        /// Port 80 refuses while port 443 accepts.
        TcpOnlyHttps = "tcp-only-https",
        /// Port 443 refuses while port 80 accepts.
        TcpOnlyHttp = "tcp-only-http",
        /// Every port refuses.
        TcpAllRefused = "tcp-all-refused",
        /// One port is silent while the other accepts.
        TcpPortSilent = "tcp-port-silent",
        /// Every port is silent.
        TcpAllSilent = "tcp-all-silent",
        /// There is no route.
        TcpNoRoute = "tcp-no-route",
        /// One address works and this one doesn't.
        TcpAddressFails = "tcp-address-fails",
        /// The port is closed, and a tunnel on the same machine makes it unnecessary.
        TcpBehindTunnel = "tcp-behind-tunnel",
        /// This machine lacks that version of IP.
        TcpNotChecked = "tcp-not-checked",
        /// The connection failed in another way.
        TcpFailed = "tcp-failed",
        /// How far packets get on the path to an address that doesn't answer.
        TcpRoute = "tcp-route",
        /// The path couldn't be traced.
        TcpRouteNotChecked = "tcp-route-not-checked",
        /// TLS works.
        TlsWorks = "tls-works",
        /// TLS fails with the host's name and works without.
        TlsNameUnknown = "tls-name-unknown",
        /// No protocol or cipher in common.
        TlsNothingInCommon = "tls-nothing-in-common",
        /// The server refuses both application protocols that Cloudflare offers.
        TlsNoProtocol = "tls-no-protocol",
        /// The port speaks no TLS.
        TlsNotTls = "tls-not-tls",
        /// The server closes the connection in the handshake.
        TlsClosed = "tls-closed",
        /// The server asks for a client certificate.
        TlsWantsCertificate = "tls-wants-certificate",
        /// The handshake stalls.
        TlsSilent = "tls-silent",
        /// The handshake fails in another way.
        TlsFailed = "tls-failed",
        /// Some handshakes work and some fail.
        TlsSometimes = "tls-sometimes",
        /// The certificate verifies.
        CertificateGood = "certificate-good",
        /// The certificate was issued by Cloudflare's Origin CA.
        CertificateOriginCa = "certificate-origin-ca",
        /// The certificate ends within 14 days.
        CertificateEndsSoon = "certificate-ends-soon",
        /// The certificate has expired.
        CertificateExpired = "certificate-expired",
        /// The certificate isn't valid yet.
        CertificateEarly = "certificate-early",
        /// The certificate is for another name.
        CertificateName = "certificate-name",
        /// The certificate signed itself.
        CertificateSelfSigned = "certificate-self-signed",
        /// The chain lacks a link.
        CertificateIncomplete = "certificate-incomplete",
        /// The authority is unknown.
        CertificateUnknown = "certificate-unknown",
        /// The certificate is broken.
        CertificateBroken = "certificate-broken",
        /// The same address presents different certificates.
        CertificatesDiffer = "certificates-differ",
        /// All handshakes presented the same certificate.
        CertificatesAgree = "certificates-agree",
        /// The server answers in HTTP.
        HttpAnswers = "http-answers",
        /// Plain HTTP is redirected to HTTPS.
        HttpToHttps = "http-to-https",
        /// Plain HTTP is redirected to HTTPS, and Cloudflare connects over plain HTTP.
        HttpRedirectLoop = "http-redirect-loop",
        /// HTTPS is redirected to plain HTTP.
        HttpsToHttp = "https-to-http",
        /// The first byte comes late, but within Cloudflare's limit.
        HttpSlow = "http-slow",
        /// No byte came within the limit.
        HttpSilent = "http-silent",
        /// The connection is closed without an answer.
        HttpEmpty = "http-empty",
        /// The answer isn't HTTP.
        HttpMalformed = "http-malformed",
        /// The body breaks off.
        HttpTruncated = "http-truncated",
        /// The answer's headers are over Cloudflare's limit.
        HttpHeadTooLarge = "http-head-too-large",
        /// The answer's headers are more than half of the limit.
        HttpHeadLarge = "http-head-large",
        /// The server says 500.
        HttpServerError = "http-server-error",
        /// The server says 502.
        HttpBadGateway = "http-bad-gateway",
        /// The server says 503.
        HttpUnavailable = "http-unavailable",
        /// The server says 504.
        HttpGatewayTimeout = "http-gateway-timeout",
        /// The origin answers with Cloudflare's headers: it passes requests on to Cloudflare.
        HttpLoops = "http-loops",
        /// The first answer is fine, and later ones aren't.
        HttpSometimes = "http-sometimes",
        /// The first connections work, and every later one is refused or closed.
        HttpCutOff = "http-cut-off",
        /// The server closes connections at once.
        HttpNoKeepAlive = "http-no-keep-alive",
        /// A request with a large body is answered in time.
        HttpUpload = "http-upload",
        /// A request with a large body isn't answered in time, while others are.
        HttpUploadSlow = "http-upload-slow",
        /// The server refuses request headers that are common.
        HttpRequestHeaders = "http-request-headers",
        /// Something listens on the web ports.
        ListenGood = "listen-good",
        /// Nothing listens on any web port.
        ListenNothing = "listen-nothing",
        /// Listens on the loopback only.
        ListenLoopback = "listen-loopback",
        /// The sockets couldn't be read.
        ListenNotChecked = "listen-not-checked",
        /// No rule blocks Cloudflare.
        FirewallGood = "firewall-good",
        /// There are no rules.
        FirewallNone = "firewall-none",
        /// Drops everyone.
        FirewallDropsAll = "firewall-drops-all",
        /// Drops Cloudflare's ranges.
        FirewallDropsCloudflare = "firewall-drops-cloudflare",
        /// Drops some of Cloudflare's addresses or subnets.
        FirewallDropsSome = "firewall-drops-some",
        /// A route discards packets to Cloudflare, or a routing rule discards packets to or from it.
        FirewallRouting = "firewall-routing",
        /// Rejects Cloudflare's addresses.
        FirewallRejects = "firewall-rejects",
        /// Limits how much one address may do.
        FirewallLimits = "firewall-limits",
        /// A rule may block Cloudflare.
        FirewallUncertain = "firewall-uncertain",
        /// The rules couldn't be read.
        FirewallNotChecked = "firewall-not-checked",
        /// One tool's rules couldn't be read.
        FirewallToolNotChecked = "firewall-tool-not-checked",
        /// There are too many rules to check.
        FirewallTooLarge = "firewall-too-large",
        /// fail2ban bans one of Cloudflare's addresses.
        BansCloudflare = "bans-cloudflare",
        /// fail2ban bans none.
        BansNone = "bans-none",
        /// fail2ban couldn't be asked.
        BansNotChecked = "bans-not-checked",
        /// `CrowdSec` bans one of Cloudflare's addresses.
        BansCrowdsec = "bans-crowdsec",
        /// `CrowdSec` bans none.
        BansCrowdsecNone = "bans-crowdsec-none",
        /// The web server sees visitors' addresses, or doesn't limit by address.
        WebGood = "web-good",
        /// It limits by address, and sees Cloudflare's instead of visitors'.
        WebLimits = "web-limits",
        /// It denies one of Cloudflare's addresses.
        WebDenies = "web-denies",
        /// Its configuration couldn't be read.
        WebNotChecked = "web-not-checked",
        /// Load, memory, files and queues are fine.
        MachineGood = "machine-good",
        /// The load is more than four per processor.
        MachineLoad = "machine-load",
        /// Less than 3 % of the memory is available.
        MachineMemory = "machine-memory",
        /// Nearly all files are open.
        MachineFiles = "machine-files",
        /// The table of tracked connections is nearly full.
        MachineConntrack = "machine-conntrack",
        /// A listen queue overflowed during the run, and connections wait in the origin's.
        MachineQueue = "machine-queue",
        /// A listen queue overflowed during the run, and none waits in the origin's.
        MachineQueueSomewhere = "machine-queue-somewhere",
        /// This machine isn't the origin, so it wasn't examined.
        MachineNotChecked = "machine-not-checked",
        /// Certificates are renewed automatically.
        RenewalGood = "renewal-good",
        /// Nothing renews certbot's certificates.
        RenewalMissing = "renewal-missing",
        /// A token that Cloudflare's API accepts is at hand.
        ReadyToken = "ready-token",
        /// There's none.
        ReadyNoToken = "ready-no-token",
        /// The origin's certificate is good for visitors' browsers.
        ReadyCertificate = "ready-certificate",
        /// It isn't.
        ReadyBadCertificate = "ready-bad-certificate",
        /// It couldn't be seen.
        ReadyCertificateNotChecked = "ready-certificate-not-checked",
        /// The firewall lets visitors in.
        ReadyFirewall = "ready-firewall",
        /// It lets only Cloudflare in.
        ReadyClosedFirewall = "ready-closed-firewall",
        /// It wasn't read.
        ReadyFirewallNotChecked = "ready-firewall-not-checked",
        /// Resolvers forget the records soon.
        ReadyTtl = "ready-ttl",
        /// Resolvers keep them for long.
        ReadyLongTtl = "ready-long-ttl",
        /// The records weren't read.
        ReadyTtlNotChecked = "ready-ttl-not-checked",
        /// cloudflared's own check of its configuration didn't finish.
        TunnelInvalidNotChecked = "tunnel-invalid-not-checked",
        /// cloudflared's own check of its configuration fails.
        TunnelInvalid = "tunnel-invalid",
        /// cloudflared is connected.
        TunnelConnected = "tunnel-connected",
        /// cloudflared is configured and doesn't run.
        TunnelDown = "tunnel-down",
        /// cloudflared runs and has no connection.
        TunnelBlocked = "tunnel-blocked",
        /// cloudflared runs, and its connections aren't known.
        TunnelNotChecked = "tunnel-not-checked",
        /// cloudflared's own diagnosis couldn't be read.
        TunnelDiagNotChecked = "tunnel-diag-not-checked",
        /// The tunnel's service answers.
        TunnelServiceGood = "tunnel-service-good",
        /// The tunnel's service doesn't accept connections.
        TunnelServiceDown = "tunnel-service-down",
        /// cloudflared runs in a container, and its service is named localhost.
        TunnelContainer = "tunnel-container",
        /// The service's host has no address in cloudflared's container.
        TunnelContainerName = "tunnel-container-name",
        /// The service's host has no address on this machine.
        TunnelName = "tunnel-name",
        /// The service couldn't be tried from where cloudflared runs.
        TunnelServiceNotChecked = "tunnel-service-not-checked",
        /// The route says https, the service speaks http.
        TunnelNotTls = "tunnel-not-tls",
        /// The route says http, the service speaks https.
        TunnelNeedsTls = "tunnel-needs-tls",
        /// The service's certificate doesn't fit the name in the route.
        TunnelCertificate = "tunnel-certificate",
        /// No route for the host.
        TunnelNoRoute = "tunnel-no-route",
    }
}

/// Weights in decibans: 10 makes a cause ten times as likely, 20 a hundred times.
type Weights = &'static [(Cause, i16)];

impl Finding {
    /// How serious it is.
    #[must_use]
    pub const fn state(self) -> CheckState {
        use Finding as F;
        match self {
            F::DnsNotChecked
            | F::DnsPublicNotChecked
            | F::EdgeRefusesUs
            | F::ZoneNotChecked
            | F::OriginUnknown
            | F::TcpNotChecked
            | F::TcpRouteNotChecked
            | F::ListenNotChecked
            | F::FirewallNotChecked
            | F::FirewallToolNotChecked
            | F::FirewallTooLarge
            | F::BansNotChecked
            | F::WebNotChecked
            | F::MachineNotChecked
            | F::ReadyCertificateNotChecked
            | F::ReadyFirewallNotChecked
            | F::ReadyTtlNotChecked
            | F::TunnelNotChecked
            | F::TunnelServiceNotChecked
            | F::TunnelInvalidNotChecked
            | F::TunnelDiagNotChecked => CheckState::NotChecked,
            F::DnsCloudflare
            | F::DnsDirect
            | F::DnsAgrees
            | F::DnsAliasTunnel
            | F::DnsAliasPages
            | F::DnsAliasCloudflare
            | F::EdgeAnswers
            | F::ZoneRecords
            | F::ZoneMode
            | F::ZoneWorker
            | F::TcpAccepted
            | F::TcpBehindTunnel
            | F::TlsWorks
            | F::CertificateGood
            | F::CertificateOriginCa
            | F::CertificatesAgree
            | F::HttpAnswers
            | F::HttpToHttps
            | F::HttpUpload
            | F::ListenGood
            | F::FirewallGood
            | F::FirewallNone
            | F::BansNone
            | F::BansCrowdsecNone
            | F::WebGood
            | F::MachineGood
            | F::RenewalGood
            | F::ReadyToken
            | F::ReadyCertificate
            | F::ReadyFirewall
            | F::ReadyTtl
            | F::TunnelConnected
            | F::TunnelServiceGood => CheckState::Pass,
            F::DnsMixed
            | F::DnsDiffers
            | F::ZoneDnsOnly
            | F::ZoneOriginRule
            | F::EdgeSilent
            | F::OriginPrivate
            | F::TcpFailed
            | F::TcpRoute
            | F::CertificateEndsSoon
            | F::HttpSlow
            | F::HttpsToHttp
            | F::HttpHeadLarge
            | F::HttpNoKeepAlive
            | F::HttpRequestHeaders
            | F::TcpRefused
            | F::FirewallLimits
            | F::WebLimits
            | F::WebDenies
            | F::FirewallUncertain
            | F::MachineLoad
            | F::MachineQueueSomewhere
            | F::ReadyNoToken
            | F::ReadyBadCertificate
            | F::ReadyClosedFirewall
            | F::ReadyLongTtl
            | F::RenewalMissing => CheckState::Warn,
            _ => CheckState::Fail,
        }
    }

    /// The causes that it supports, with their weights.
    pub(super) const fn supports(self) -> Weights {
        use Cause as C;
        use Finding as F;
        match self {
            F::DnsNoName => &[(C::RecordMissing, 20)],
            F::DnsNoAddress => &[(C::RecordMissing, 18)],
            F::DnsServersFail => &[(C::PartnerDns, 8), (C::RecordMissing, 6)],
            F::DnsDiffers => &[(C::Propagation, 8)],
            F::DnsAliasDangling => &[(C::TargetUnresolvable, 22)],
            F::DnsAliasTunnel => &[(C::TunnelMismatch, 4), (C::TunnelDown, 3)],
            F::DnsAliasPages => &[(C::PagesDomain, 12), (C::CrossAccount, 6)],
            F::DnsAliasCloudflare => &[(C::NotOnCloudflare, 8), (C::CrossAccount, 8), (C::CustomHostname, 4)],
            F::OriginAtCloudflare => &[(C::RecordAtCloudflare, 25)],
            F::OriginPlaceholder => &[(C::OriginRuleHost, 22), (C::WrongAddress, 14)],
            F::OriginPrivate => &[(C::WrongAddress, 10)],
            // One port closed while the other is open: the machine is there, its web server is not on this port.
            F::TcpOnlyHttps | F::TcpOnlyHttp => &[(C::NotListening, 22), (C::FirewallRefuses, 8)],
            F::TcpAllRefused => &[(C::OriginOffline, 16), (C::FirewallRefuses, 8), (C::NotListening, 8)],
            F::TcpPortSilent => &[(C::FirewallDrops, 20), (C::Overloaded, 6)],
            F::TcpAllSilent => {
                &[(C::FirewallDrops, 12), (C::OriginOffline, 9), (C::WrongAddress, 9), (C::Overloaded, 8)]
            }
            F::TcpNoRoute => &[(C::WrongAddress, 16), (C::Routing, 12), (C::OriginOffline, 6)],
            F::TcpAddressFails => &[(C::WrongAddress, 18)],
            F::TlsNameUnknown => &[(C::NoSni, 24)],
            F::TlsNothingInCommon => &[(C::NoCommonCipher, 16), (C::NoCertificate, 10)],
            F::TlsNoProtocol => &[(C::NoCommonCipher, 22)],
            F::TlsNotTls => &[(C::NoCertificate, 22)],
            F::TlsClosed => &[(C::NoCertificate, 14), (C::NoSni, 8)],
            F::TlsWantsCertificate => &[(C::OriginPull, 14)],
            // A server without a certificate says so at once; silence is one that doesn't get to it.
            F::TlsSilent => &[(C::Overloaded, 16), (C::NoCertificate, 3)],
            F::TlsFailed => &[(C::NoCertificate, 10), (C::NoCommonCipher, 8)],
            F::TlsSometimes => &[(C::Overloaded, 12), (C::NoCertificate, 8)],
            F::CertificateExpired => &[(C::CertificateExpired, 24)],
            F::CertificateEarly => &[(C::CertificateExpired, 12)],
            F::CertificateName => &[(C::CertificateName, 22)],
            F::CertificateSelfSigned => &[(C::CertificateUntrusted, 23)],
            F::CertificateIncomplete => &[(C::CertificateUntrusted, 24)],
            F::CertificateUnknown => &[(C::CertificateUntrusted, 22)],
            F::CertificateBroken => &[(C::CertificateRevoked, 8), (C::CertificateUntrusted, 8)],
            // Two servers: a problem with one of them has a finding of its own.
            F::CertificatesDiffer => &[(C::CertificateUntrusted, 8), (C::CertificateName, 8)],
            F::EdgeRedirectLoop => &[(C::RedirectLoop, 16)],
            F::HttpRedirectLoop => &[(C::RedirectLoop, 24)],
            F::HttpsToHttp => &[(C::RedirectLoop, 12)],
            F::HttpSlow => &[(C::SlowWork, 10), (C::Overloaded, 6)],
            F::HttpSilent => &[(C::SlowWork, 18), (C::Overloaded, 12)],
            F::HttpEmpty => &[(C::AppCrash, 16), (C::MalformedAnswer, 8), (C::FirewallRefuses, 6)],
            F::HttpMalformed => &[(C::MalformedAnswer, 24)],
            F::HttpTruncated => &[(C::AppCrash, 16), (C::BrokenCompression, 8)],
            F::HttpHeadTooLarge => &[(C::LargeHeaders, 25)],
            F::HttpHeadLarge => &[(C::LargeHeaders, 10)],
            F::HttpServerError => &[(C::AppCrash, 18)],
            F::HttpBadGateway => &[(C::BackendDown, 20), (C::Overloaded, 6)],
            F::HttpUnavailable => &[(C::Overloaded, 18)],
            F::HttpGatewayTimeout => &[(C::BackendSlow, 20), (C::Overloaded, 6)],
            F::HttpLoops => &[(C::ProxyLoop, 22), (C::RecordAtCloudflare, 6)],
            F::HttpSometimes => &[(C::Overloaded, 16), (C::AppCrash, 10)],
            // An overloaded server seldom fails so regularly.
            F::HttpCutOff => &[(C::FirewallRefuses, 18), (C::FirewallDrops, 14), (C::Overloaded, 8)],
            F::HttpUploadSlow => &[(C::SlowWrite, 24)],
            F::HttpNoKeepAlive => &[(C::KeepAlive, 6)],
            F::HttpRequestHeaders => &[(C::LargeRequestHeaders, 14)],
            F::ListenNothing => &[(C::OriginOffline, 20)],
            F::ListenLoopback => &[(C::NotListening, 20)],
            F::FirewallDropsAll | F::FirewallDropsCloudflare | F::FirewallRouting => &[(C::FirewallDrops, 28)],
            F::FirewallDropsSome => &[(C::FirewallDrops, 26)],
            F::FirewallRejects => &[(C::FirewallRefuses, 28)],
            F::FirewallLimits => &[(C::FirewallDrops, 10)],
            F::FirewallUncertain => &[(C::FirewallDrops, 5)],
            F::ZoneElsewhere => &[(C::WrongAddress, 20)],
            F::ZoneNoRecord => &[(C::RecordMissing, 22)],
            F::ZoneTargetDead => &[(C::TargetUnresolvable, 24)],
            F::ZoneOriginRule => &[(C::OriginRuleHost, 10)],
            F::ZoneOriginRuleDead => &[(C::OriginRuleHost, 26)],
            F::ZoneNoRoute => &[(C::WorkerRoute, 24)],
            F::BansCloudflare | F::BansCrowdsec => &[(C::FirewallDrops, 26), (C::FirewallRefuses, 10)],
            // They answer with a status and refuse no connection, so they explain few of Cloudflare's codes.
            F::WebLimits => &[(C::FirewallDrops, 4), (C::Overloaded, 3)],
            F::WebDenies => &[(C::FirewallRefuses, 4)],
            F::MachineLoad | F::MachineQueueSomewhere => &[(C::Overloaded, 8)],
            F::MachineMemory | F::MachineFiles => &[(C::Overloaded, 16)],
            F::MachineConntrack | F::MachineQueue => &[(C::Overloaded, 20)],
            F::RenewalMissing => &[(C::CertificateExpired, 4)],
            F::TunnelConnected => &[(C::TunnelMismatch, 6)],
            F::TunnelDown => &[(C::TunnelDown, 24)],
            F::TunnelBlocked => &[(C::TunnelBlocked, 24)],
            F::TunnelServiceDown
            | F::TunnelInvalid
            | F::TunnelContainer
            | F::TunnelContainerName
            | F::TunnelName
            | F::TunnelNotTls
            | F::TunnelNeedsTls
            | F::TunnelCertificate
            | F::TunnelNoRoute => &[(C::TunnelService, 24)],
            _ => &[],
        }
    }

    /// The causes that it opposes, with their weights.
    ///
    /// Never so strongly that nothing could outweigh it: a fault that comes and goes may be absent right now, and
    /// a provider's firewall isn't this machine's.
    pub(super) const fn opposes(self) -> Weights {
        use Cause as C;
        use Finding as F;
        match self {
            F::TcpAccepted => &[(C::OriginOffline, 20), (C::NotListening, 20), (C::BroadRoute, 10)],
            F::ZoneRecords => &[(C::WrongAddress, 15), (C::RecordMissing, 20)],
            F::ZoneTargetDead => &[(C::RecordMissing, 20)],
            F::TlsWorks => &[(C::NoCertificate, 20), (C::NoCommonCipher, 15), (C::NoSni, 20)],
            F::CertificateGood | F::CertificateOriginCa => {
                &[(C::CertificateExpired, 20), (C::CertificateName, 20), (C::CertificateUntrusted, 20)]
            }
            F::HttpAnswers => &[(C::MalformedAnswer, 12), (C::BackendDown, 12), (C::BackendSlow, 12)],
            F::FirewallGood | F::FirewallNone => &[(C::FirewallDrops, 4), (C::FirewallRefuses, 4)],
            F::MachineGood => &[(C::Overloaded, 10)],
            F::ListenGood => &[(C::OriginOffline, 20), (C::NotListening, 20)],
            F::TunnelConnected => &[(C::TunnelDown, 20), (C::TunnelBlocked, 20)],
            F::TunnelBlocked => &[(C::TunnelDown, 20), (C::TunnelMismatch, 4)],
            _ => &[],
        }
    }

    /// Whether it shows that the origin itself was asked and answered in some way.
    pub(super) const fn proves_the_origin_was_reached(self) -> bool {
        matches!(self, Self::TcpAccepted | Self::HttpAnswers | Self::EdgeAnswers)
    }
}
