//! The codes that are HTTP statuses, in order.

use super::action::Action::{
    self, AskNetwork, CheckAddress, CheckStatus, ClearCookies, OtherNetwork, ReadArchive, ReloadOnce, SendLess,
    ShorterAddress, SignIn, TellOwner, TryAgainNow, Wait, WaitQuietly, WaitSlow,
};
use super::cause::Cause::{
    AppCrash, BackendDown, BackendSlow, BroadRoute, BrokenCompression, BrowserCheck, CertificateExpired,
    CertificateName, CertificateRevoked, CertificateUntrusted, ClientGaveUp, CrawlPrice, Credentials, EdgeFault,
    EditConflict, FirewallDrops, FirewallRefuses, Gateway, Http2Origin, KeepAlive, LargeHeaders, LargeRequestHeaders,
    LargeUpload, LegalDemand, LongAddress, MalformedAnswer, MalformedRequest, MediaType, MissingPage, NoCertificate,
    NoCommonCipher, NoSni, NotListening, OriginOffline, OriginPermissions, OriginPull, OriginRateLimit, OriginRuleHost,
    Overloaded, PageRemoved, PageRule, PagesDomain, Precondition, Range, RangesDenied, RateRule, RecordMissing,
    RenewalBehindProxy, RequestHeadersOrigin, ReusedConnection, Routing, SlowRequest, SlowWork, SlowWrite, SniMismatch,
    TargetUnresolvable, TrafficMoved, TunnelDown, TunnelMismatch, TunnelService, UnknownHost, UnknownMethod, WafRule,
    WorkerException, WorkerLimits, WorkerOwnDomain, WorkerSubrequestTls, WrongAddress,
};
use super::component;
use super::entry::Delivery::{HardlyEver, Perhaps};
use super::entry::Entry;
use super::entry::Persistence::{
    Gone, Minutes, PageMissing, Seconds, UntilBlockLifted, UntilFixed, UntilRequestChanges, UntilRuleChanges, Varies,
};
use super::entry::Remedy::{Doubling, NewConnection, OnceAfterHalfHour, Schedule, Sparingly};
use super::limit;
use super::party::Party;
use super::prevention::Prevention::{
    BackgroundWork, CertificateRenewal, DnsUpkeep, FirewallUpkeep, Hosting, LoadBalancing, Monitoring, RuleTrial,
};
use super::source;
use super::stage::Stage;

pub(super) const HTTP: &[Entry] = &[
    Entry::new(400, "Bad Request", Stage::Visitor, Party::Visitor)
        .status(400)
        .lasts(UntilRequestChanges)
        .actions(&[ShorterAddress, ReloadOnce])
        .causes(&[MalformedRequest])
        .from(&[source::BAD_REQUEST]),
    Entry::new(401, "Unauthorized", Stage::Answer, Party::Visitor)
        .status(401)
        .lasts(UntilRequestChanges)
        .delivery(Perhaps)
        .actions(&[SignIn, TellOwner])
        .causes(&[Credentials])
        .from(&[source::UNAUTHORIZED, source::SERVICE_TOKENS]),
    Entry::new(402, "Payment Required", Stage::EdgeOrAnswer, Party::Rule)
        .status(402)
        .lasts(UntilRequestChanges)
        .delivery(Perhaps)
        .actions(&[TellOwner])
        .causes(&[CrawlPrice])
        .from(&[source::CRAWL_ERRORS]),
    Entry::new(403, "Forbidden", Stage::EdgeOrAnswer, Party::Rule)
        .status(403)
        .lasts(UntilRuleChanges)
        .delivery(Perhaps)
        .actions(&[TellOwner, OtherNetwork])
        .causes(&[OriginPermissions, RangesDenied, WafRule, BrowserCheck, SniMismatch])
        .prevented_by(&[RuleTrial])
        .from(&[source::FORBIDDEN])
        .citing(&[(WafRule, source::FORBIDDEN), (BrowserCheck, source::FORBIDDEN), (SniMismatch, source::FORBIDDEN)]),
    Entry::new(404, "Not Found", Stage::Answer, Party::Visitor)
        .status(404)
        .lasts(PageMissing)
        .delivery(Perhaps)
        .actions(&[CheckAddress, ReadArchive, TellOwner])
        .causes(&[MissingPage, UnknownHost])
        .from(&[source::NOT_FOUND])
        .citing(&[(UnknownHost, source::INFERENCE)]),
    Entry::new(405, "Method Not Allowed", Stage::Answer, Party::Visitor)
        .status(405)
        .lasts(UntilRequestChanges)
        .delivery(Perhaps)
        .actions(&[TellOwner])
        .causes(&[UnknownMethod])
        .from(&[source::METHOD])
        .citing(&[(UnknownMethod, source::METHOD)]),
    // The documentation says "most often being proxied from the origin".
    Entry::new(408, "Request Timeout", Stage::Answer, Party::Visitor)
        .status(408)
        .lasts(Varies)
        .delivery(Perhaps)
        .actions(&[ReloadOnce, OtherNetwork])
        .causes(&[SlowRequest, Overloaded])
        .from(&[source::REQUEST_TIMEOUT])
        .citing(&[(Overloaded, source::REQUEST_TIMEOUT)]),
    // A 409 from Cloudflare shows one of its own codes instead.
    Entry::new(409, "Conflict", Stage::Answer, Party::Visitor)
        .status(409)
        .lasts(UntilRequestChanges)
        .delivery(Perhaps)
        .actions(&[ReloadOnce, TellOwner])
        .causes(&[EditConflict])
        .from(&[source::CONFLICT, source::E1001, source::E1018]),
    Entry::new(410, "Gone", Stage::Answer, Party::Origin)
        .status(410)
        .lasts(Gone)
        .delivery(Perhaps)
        .actions(&[CheckAddress, ReadArchive])
        .causes(&[PageRemoved])
        .from(&[source::GONE]),
    Entry::new(412, "Precondition Failed", Stage::Edge, Party::Visitor)
        .status(412)
        .lasts(UntilRequestChanges)
        .delivery(Perhaps)
        .actions(&[ReloadOnce])
        .causes(&[Precondition])
        .from(&[source::PRECONDITION]),
    Entry::new(413, "Payload Too Large", Stage::Visitor, Party::Visitor)
        .status(413)
        .lasts(UntilRequestChanges)
        .actions(&[SendLess, ClearCookies])
        .causes(&[LargeUpload, LargeRequestHeaders])
        .limits(&[
            limit::UPLOAD,
            limit::UPLOAD_BUSINESS,
            limit::UPLOAD_ENTERPRISE,
            limit::UPLOAD_SELF_SERVE,
            limit::HEADERS,
            limit::HEADERS_BEFORE,
        ])
        .from(&[source::TOO_LARGE, source::HEADER_LIMIT, source::UPLOAD_LIMITS]),
    Entry::new(414, "URI Too Long", Stage::Visitor, Party::Visitor)
        .status(414)
        .lasts(UntilRequestChanges)
        .actions(&[ShorterAddress])
        .causes(&[LongAddress])
        .limits(&[limit::ADDRESS, limit::ADDRESS_LIMITS])
        .from(&[source::LONG_ADDRESS, source::LIMITS]),
    Entry::new(415, "Unsupported Media Type", Stage::Answer, Party::Visitor)
        .status(415)
        .lasts(UntilRequestChanges)
        .delivery(Perhaps)
        .actions(&[TellOwner])
        .causes(&[MediaType])
        .from(&[source::MEDIA_TYPE]),
    Entry::new(416, "Range Not Satisfiable", Stage::Answer, Party::Visitor)
        .status(416)
        .lasts(UntilRequestChanges)
        .delivery(Perhaps)
        .actions(&[ReloadOnce])
        .causes(&[Range])
        .from(&[source::RANGE]),
    Entry::new(421, "Misdirected Request", Stage::Answer, Party::Origin)
        .status(421)
        .lasts(Seconds)
        .remedy(NewConnection)
        .delivery(Perhaps)
        .actions(&[Action::NewConnection, TellOwner])
        .causes(&[ReusedConnection])
        .from(&[source::MISDIRECTED]),
    Entry::new(429, "Too Many Requests", Stage::EdgeOrAnswer, Party::Rule)
        .status(429)
        .lasts(Minutes)
        .remedy(Doubling)
        .delivery(Perhaps)
        .actions(&[WaitQuietly, TellOwner])
        .causes(&[OriginRateLimit, RateRule])
        .prevented_by(&[RuleTrial])
        .from(&[source::TOO_MANY, source::R2_LIMITS])
        .citing(&[(RateRule, source::TOO_MANY)]),
    Entry::new(451, "Unavailable For Legal Reasons", Stage::EdgeOrAnswer, Party::Law)
        .status(451)
        .lasts(UntilBlockLifted)
        .delivery(Perhaps)
        .actions(&[TellOwner])
        .causes(&[LegalDemand])
        .from(&[source::LEGAL, source::CAPTURE])
        .citing(&[(LegalDemand, source::LEGAL)]),
    Entry::new(499, "Client Closed Request", Stage::Visitor, Party::Visitor)
        .status(499)
        .lasts(Varies)
        .delivery(Perhaps)
        .actions(&[ReloadOnce])
        .causes(&[ClientGaveUp, OriginOffline, Overloaded])
        .prevented_by(&[Monitoring])
        .limits(&[limit::CONNECT])
        .from(&[source::CLOSED, source::HTTP3_CLOSED])
        .citing(&[(OriginOffline, source::CLOSED), (Overloaded, source::CLOSED)])
        .confused_with(&[522]),
    Entry::new(500, "Internal server error", Stage::EdgeOrAnswer, Party::OriginOrCloudflare)
        .if_page(Party::Cloudflare, &[EdgeFault, PageRule])
        .status(500)
        .lasts(Varies)
        .remedy(Schedule)
        .retry_after_is(30)
        .delivery(Perhaps)
        .actions(&[Wait, CheckStatus, TellOwner])
        .causes(&[AppCrash, PageRule, WorkerException, EdgeFault])
        .prevented_by(&[Monitoring])
        .from(&[source::E500, source::RESPONSES, source::E1101, source::E5XX])
        .citing(&[(EdgeFault, source::RESPONSES), (AppCrash, source::E500), (WorkerException, source::E1101)])
        .confused_with(&[1101]),
    Entry::new(501, "Not Implemented", Stage::Edge, Party::Visitor)
        .status(501)
        .lasts(UntilRequestChanges)
        .actions(&[TellOwner])
        .causes(&[UnknownMethod])
        .from(&[source::E501]),
    Entry::new(502, "Bad gateway", Stage::Answer, Party::Origin)
        .status(502)
        .if_unbranded(Party::OriginOrCloudflare, &[BrokenCompression, TrafficMoved])
        .lasts(Varies)
        .remedy(Schedule)
        .retry_after_is(60)
        .delivery(Perhaps)
        .actions(&[Wait, TellOwner, ReadArchive])
        .causes(&[BackendDown, TunnelService, Overloaded, UnknownHost])
        .prevented_by(&[Monitoring, Hosting, LoadBalancing])
        .from(&[source::E502, source::RESPONSES, source::TUNNEL_ERRORS, source::E5XX])
        .citing(&[(Overloaded, source::E502)])
        .confused_with(&[504, 520, 521, 1033]),
    Entry::new(503, "Service unavailable", Stage::Answer, Party::Origin)
        .status(503)
        .if_unbranded(Party::Cloudflare, &[EdgeFault])
        .lasts(Varies)
        .remedy(Schedule)
        .delivery(Perhaps)
        .actions(&[Wait, CheckStatus, TellOwner])
        .causes(&[Overloaded, WorkerLimits])
        .prevented_by(&[Monitoring, Hosting])
        .from(&[source::E503, source::E1102, source::E5XX])
        .citing(&[(Overloaded, source::E503)])
        .confused_with(&[1200]),
    Entry::new(504, "Gateway time-out", Stage::Answer, Party::Origin)
        .status(504)
        .if_unbranded(Party::OriginOrCloudflare, &[BrokenCompression, TrafficMoved])
        .lasts(Varies)
        .remedy(Schedule)
        .retry_after_is(120)
        .delivery(Perhaps)
        .actions(&[Wait, TellOwner, ReadArchive])
        .causes(&[BackendSlow, Overloaded, UnknownHost])
        .prevented_by(&[Monitoring, BackgroundWork, Hosting])
        .from(&[source::E502, source::RESPONSES, source::E5XX])
        // The page mentions moved traffic for 502 only.
        .citing(&[(Overloaded, source::E502), (TrafficMoved, source::INFERENCE)])
        .confused_with(&[522, 524]),
    Entry::new(520, "Web server is returning an unknown error", Stage::Answer, Party::Origin)
        .status(520)
        .lasts(Varies)
        .remedy(Schedule)
        .retry_after_is(60)
        .delivery(Perhaps)
        .actions(&[Wait, ClearCookies, TellOwner])
        .causes(&[
            AppCrash,
            MalformedAnswer,
            LargeHeaders,
            RequestHeadersOrigin,
            KeepAlive,
            FirewallRefuses,
            Http2Origin,
            OriginPull,
        ])
        .prevented_by(&[Monitoring, FirewallUpkeep, Hosting])
        .limits(&[limit::HEADERS, limit::HEADERS_BEFORE, limit::KEEP_ALIVE, limit::IDLE])
        .from(&[source::E520, source::LIMITS, source::RESPONSES, source::E5XX])
        .citing(&[(KeepAlive, source::LIMITS), (FirewallRefuses, source::E520)])
        .confused_with(&[521]),
    Entry::new(521, "Web server is down", Stage::Tcp, Party::Origin)
        .status(521)
        .lasts(Varies)
        .remedy(Schedule)
        .retry_after_is(120)
        .actions(&[Wait, TellOwner, ReadArchive])
        .causes(&[
            // Of four resolved cases it was the cause of three.
            NotListening,
            OriginOffline,
            FirewallRefuses,
        ])
        .prevented_by(&[Monitoring, FirewallUpkeep, LoadBalancing])
        .from(&[source::E521, source::RESPONSES, source::E5XX])
        .whole_host()
        .confused_with(&[522, 523, 525]),
    Entry::new(522, "Connection timed out", Stage::Tcp, Party::Origin)
        .status(522)
        .lasts(Varies)
        .remedy(Schedule)
        .retry_after_is(120)
        .delivery(HardlyEver)
        .actions(&[Wait, TellOwner, ReadArchive])
        .causes(&[
            // Cloudflare's documentation calls this one the most common.
            FirewallDrops,
            OriginOffline,
            WrongAddress,
            Overloaded,
            Routing,
            KeepAlive,
            PagesDomain,
            WorkerOwnDomain,
            OriginRuleHost,
        ])
        .prevented_by(&[Monitoring, FirewallUpkeep, DnsUpkeep, Hosting, LoadBalancing])
        .limits(&[limit::CONNECT, limit::CONNECT_BEFORE, limit::ACKNOWLEDGE])
        .from(&[source::E522, source::LIMITS, source::RESPONSES, source::CLOSED, source::CONNECT_CHANGE, source::E5XX])
        .whole_host()
        .citing(&[(OriginOffline, source::E522)])
        .confused_with(&[523, 524]),
    Entry::new(523, "Origin is unreachable", Stage::Tcp, Party::Path)
        .status(523)
        .lasts(Varies)
        .remedy(Schedule)
        .retry_after_is(120)
        .actions(&[Wait, TellOwner, ReadArchive])
        .causes(&[WrongAddress, Routing, BroadRoute, EdgeFault])
        .prevented_by(&[Monitoring, DnsUpkeep, LoadBalancing])
        .from(&[source::E523, source::RESPONSES, source::E5XX])
        .whole_host()
        .citing(&[(WrongAddress, source::E523), (Routing, source::E523), (EdgeFault, source::CASE_UNREACHABLE)]),
    Entry::new(524, "A timeout occurred", Stage::Answer, Party::Origin)
        .status(524)
        .lasts(Varies)
        .remedy(Sparingly)
        .retry_after_is(120)
        .delivery(Perhaps)
        .actions(&[WaitSlow, TellOwner, ReadArchive])
        .causes(&[SlowWork, Overloaded, SlowWrite])
        .prevented_by(&[BackgroundWork, Monitoring, Hosting])
        .limits(&[limit::READ, limit::READ_ENTERPRISE, limit::WRITE, limit::WRITE_IMAGES])
        .from(&[source::E524, source::LIMITS, source::RESPONSES, source::E5XX])
        .citing(&[(Overloaded, source::E524)]),
    Entry::new(525, "SSL handshake failed", Stage::Tls, Party::Setup)
        .status(525)
        .not_retryable()
        .lasts(Varies)
        .remedy(OnceAfterHalfHour)
        .actions(&[TryAgainNow, TellOwner, ReadArchive])
        .causes(&[NoCertificate, NotListening, NoSni, NoCommonCipher, RenewalBehindProxy, WrongAddress])
        .prevented_by(&[CertificateRenewal, Monitoring, DnsUpkeep])
        .from(&[source::E525, source::RESPONSES, source::E5XX])
        .whole_host()
        // The wrong address is mentioned in a note about providers that change the server's address.
        .citing(&[(NotListening, source::E525), (WrongAddress, source::E525)])
        .confused_with(&[526]),
    Entry::new(526, "Invalid SSL certificate", Stage::Tls, Party::Setup)
        .status(526)
        .not_retryable()
        .lasts(UntilFixed)
        .remedy(OnceAfterHalfHour)
        .actions(&[TellOwner, ReadArchive, AskNetwork])
        .causes(&[
            CertificateExpired,
            RenewalBehindProxy,
            CertificateName,
            CertificateUntrusted,
            CertificateRevoked,
            Gateway,
            WorkerSubrequestTls,
        ])
        .prevented_by(&[CertificateRenewal, Monitoring])
        .from(&[source::E526, source::RESPONSES, source::E5XX])
        .whole_host()
        .depends_on(component::GATEWAY),
    Entry::new(527, "Railgun Listener to origin error", Stage::Answer, Party::Origin)
        .status(527)
        .lasts(Varies)
        .remedy(Schedule)
        .delivery(Perhaps)
        .actions(&[Wait, TellOwner])
        .causes(&[BackendDown])
        .from(&[source::CUSTOM_ERRORS])
        .citing(&[(BackendDown, source::INFERENCE)]),
    Entry::new(530, "Origin not found", Stage::Lookup, Party::Setup)
        .our_name()
        .status(530)
        .envelope()
        .lasts(Varies)
        .remedy(Schedule)
        .actions(&[Wait, TellOwner, ReadArchive])
        .causes(&[RecordMissing, TargetUnresolvable, TunnelDown, TunnelMismatch])
        .prevented_by(&[DnsUpkeep, Monitoring])
        .from(&[source::E530, source::E1016, source::E1033, source::TUNNEL_ERRORS])
        .whole_host()
        .confused_with(&[1016, 1033]),
];
