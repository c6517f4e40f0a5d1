//! Cloudflare's own codes, 1000 to 1299, in order.
//!
//! Source: Cloudflare's page for each code under "1xxx errors", with the categories and the retry table of "Error
//! responses".

use super::action::Action::{
    AskNetwork, CheckStatus, ClearCookies, ComeBackTomorrow, OrdinaryBrowser, OtherNetwork, ReadArchive, ReloadOnce,
    RemovePin, ScanDevice, StartAtSite, TellOwner, UpdateBrowser, UseName, Wait, WaitQuietly,
};
use super::cause::Cause::{
    AddressNotOwn, AddressRule, AlwaysOnline, AsnRule, BannedZone, BrowserCheck, ClientTls, CountryRule, CrossAccount,
    CustomHostname, DirectAddress, EdgeCertificate, ForwardedHeaders, HotlinkProtection, LargeRequestHeaders,
    LegalDemand, MaliciousSource, NotOnCloudflare, OriginSni, Overloaded, PagesDomain, PartnerDns, PoolUnresolvable,
    Propagation, ProxyDisabled, ProxyLoop, QueueFull, RateRule, RecordAtCloudflare, RecordMissing, RewriteRule,
    SchemaValidation, SetupUnknown, SniMismatch, SnippetFault, SnippetRedirects, SnippetRollout, TargetUnresolvable,
    TunnelBlocked, TunnelDown, TunnelMismatch, Unsupported, WafRule, WildcardHostname, WorkerAccount, WorkerException,
    WorkerForbiddenHost, WorkerLimits, WorkerLoop, WorkerPartialZone, WorkerQuota, WorkerRoute, WorkerRouting,
    WorkerRuntime, WorkerSubdomain, ZoneHold,
};
use super::component;
use super::entry::Delivery::Perhaps;
use super::entry::Persistence::{
    Minutes, Seconds, UntilBlockLifted, UntilQuotaResets, UntilRequestChanges, UntilRuleChanges, Varies,
};
use super::entry::Remedy::{AfterReset, Doubling, OnceAfterHalfHour, OnceAfterMinute, Schedule, SmallerRequest};
use super::entry::{Delivery, Entry};
use super::limit;
use super::party::Party;
use super::prevention::Prevention::{
    DnsUpkeep, Hosting, LoadBalancing, Monitoring, RewriteTrial, RuleTrial, TunnelService, WorkerWatch,
};
use super::source::{self, Source};
use super::stage::Stage;

/// An entry for a refusal that the owner decided on.
const fn refusal(code: u16, name: &'static str, sources: &'static [Source]) -> Entry {
    Entry::new(code, name, Stage::Edge, Party::Rule)
        .lasts(UntilRuleChanges)
        .actions(&[TellOwner, OtherNetwork])
        .prevented_by(&[RuleTrial])
        .from(sources)
}

/// An entry for a mistake in the site's DNS or zone.
const fn setup(code: u16, name: &'static str, sources: &'static [Source]) -> Entry {
    Entry::new(code, name, Stage::Lookup, Party::Setup)
        .actions(&[TellOwner, ReadArchive])
        .prevented_by(&[DnsUpkeep, Monitoring])
        .from(sources)
}

/// An entry for a mistake in a rewrite rule.
const fn rewrite(code: u16, name: &'static str, sources: &'static [Source]) -> Entry {
    Entry::new(code, name, Stage::Edge, Party::Setup)
        .actions(&[TellOwner])
        .causes(&[RewriteRule])
        .prevented_by(&[RewriteTrial])
        .from(sources)
}

/// An entry for a mistake in the site's own code. A Worker may have passed the request on before it failed.
const fn worker(code: u16, name: &'static str) -> Entry {
    Entry::new(code, name, Stage::Edge, Party::Code)
        .delivery(Perhaps)
        .actions(&[TellOwner, ReadArchive])
        .prevented_by(&[WorkerWatch])
        .from(&[source::WORKERS])
}

/// An entry for a browser whose TLS isn't accepted.
const fn client_tls(code: u16) -> Entry {
    Entry::new(code, "TLS of the browser is not accepted", Stage::Visitor, Party::Visitor)
        .our_name()
        .lasts(UntilRequestChanges)
        .actions(&[UpdateBrowser, OtherNetwork, TellOwner])
        .causes(&[ClientTls])
        .from(&[source::RESPONSES])
}

/// An entry for a code that Cloudflare only gives a category.
const fn untitled_setup(code: u16) -> Entry {
    setup(code, "Site set-up error", &[source::RESPONSES]).our_name().causes(&[SetupUnknown])
}

const fn snippet(code: u16, name: &'static str) -> Entry {
    Entry::new(code, name, Stage::Edge, Party::Code)
        .delivery(Perhaps)
        .actions(&[TellOwner])
        .causes(&[SnippetFault])
        .prevented_by(&[WorkerWatch])
        .from(&[source::SNIPPETS, source::RESPONSES])
}

const BANNED: &str = "Access denied: your IP address has been banned";

pub(super) const CLOUDFLARE: &[Entry] = &[
    setup(1000, "DNS points to prohibited IP", &[source::E1000])
        .causes(&[RecordAtCloudflare, ProxyLoop, ForwardedHeaders, CustomHostname, OriginSni, WorkerRoute])
        .whole_host()
        .citing(&[(CustomHostname, source::E1000)])
        .confused_with(&[1002]),
    setup(1001, "DNS resolution error", &[source::E1001, source::CONFLICT, source::RESPONSES])
        .status(409)
        .remedy(OnceAfterHalfHour)
        .causes(&[TargetUnresolvable, NotOnCloudflare, Propagation, WildcardHostname, AlwaysOnline])
        .whole_host()
        .citing(&[(TargetUnresolvable, source::E1001), (Propagation, source::INFERENCE)])
        .confused_with(&[1016]),
    setup(1002, "DNS points to prohibited IP", &[source::E1002])
        .causes(&[RecordAtCloudflare, AddressNotOwn, NotOnCloudflare])
        .whole_host()
        .citing(&[
            (RecordAtCloudflare, source::E1002),
            (AddressNotOwn, source::E1002),
            (NotOnCloudflare, source::E1002),
        ]),
    Entry::new(1003, "Access denied: direct IP access not allowed", Stage::Visitor, Party::Visitor)
        .status(403)
        .lasts(UntilRequestChanges)
        .actions(&[UseName])
        .causes(&[DirectAddress])
        .from(&[source::E1003, source::CAPTURE]),
    setup(1004, "Host not configured to serve web traffic", &[source::E1004, source::RESPONSES])
        .lasts(Varies)
        .remedy(Schedule)
        .retry_after_is(120)
        .actions(&[Wait, TellOwner])
        .causes(&[ProxyDisabled, Propagation, RecordAtCloudflare])
        .whole_host()
        .citing(&[(RecordAtCloudflare, source::E1004)]),
    refusal(1005, "Access denied: autonomous system number (ASN) banned", &[source::E1005, source::RESPONSES])
        .causes(&[AsnRule]),
    refusal(1006, BANNED, &[source::E1006, source::RESPONSES]).causes(&[AddressRule]).confused_with(&[1020]),
    refusal(1007, BANNED, &[source::E1006, source::RESPONSES]).causes(&[AddressRule]),
    refusal(1008, BANNED, &[source::E1006, source::RESPONSES]).causes(&[AddressRule]),
    refusal(1009, "Access denied: country or region banned", &[source::E1009, source::RESPONSES])
        .causes(&[CountryRule])
        .confused_with(&[1020]),
    refusal(
        1010,
        "The owner of this website has banned your access based on your browser's signature",
        &[source::E1010, source::RESPONSES],
    )
    .status(403)
    .actions(&[OrdinaryBrowser, TellOwner])
    .causes(&[BrowserCheck])
    .confused_with(&[1020]),
    refusal(1011, "Access denied: hotlinking denied", &[source::E1011, source::RESPONSES])
        .actions(&[StartAtSite])
        .causes(&[HotlinkProtection]),
    refusal(1012, "Access denied", &[source::E1012, source::RESPONSES])
        .actions(&[ScanDevice, OtherNetwork, TellOwner])
        .causes(&[MaliciousSource]),
    Entry::new(1013, "HTTP hostname and TLS SNI hostname mismatch", Stage::Visitor, Party::Network)
        .lasts(UntilRequestChanges)
        .actions(&[OtherNetwork, AskNetwork, UpdateBrowser])
        .causes(&[SniMismatch])
        .from(&[source::E1013]),
    setup(1014, "CNAME cross-user banned", &[source::E1014, source::CAPTURE])
        .status(403)
        .causes(&[CrossAccount, ZoneHold, PagesDomain, BannedZone])
        .whole_host()
        .citing(&[(PagesDomain, source::CAPTURE)]),
    Entry::new(1015, "You are being rate limited", Stage::Edge, Party::Rule)
        .status(429)
        .lasts(Minutes)
        .remedy(Doubling)
        .retry_after_is(30)
        .actions(&[WaitQuietly, TellOwner])
        .causes(&[RateRule])
        .prevented_by(&[RuleTrial])
        .from(&[source::E1015, source::RESPONSES])
        .confused_with(&[1027]),
    setup(1016, "Origin DNS error", &[source::E1016, source::CAPTURE, source::RESPONSES])
        .status(530)
        .lasts(Varies)
        .remedy(OnceAfterHalfHour)
        .causes(&[RecordMissing, TargetUnresolvable, PoolUnresolvable, CustomHostname, WorkerPartialZone])
        .whole_host()
        .confused_with(&[1033]),
    client_tls(1017),
    setup(1018, "Could not find host", &[source::E1018])
        .status(409)
        .lasts(Varies)
        .remedy(OnceAfterHalfHour)
        .actions(&[Wait, TellOwner])
        .causes(&[Propagation, PartnerDns])
        .whole_host()
        .citing(&[(Propagation, source::E1018)])
        .confused_with(&[1023]),
    worker(1019, "Compute server error").causes(&[WorkerLoop]).limits(&[limit::WORKER_LOOP]),
    refusal(1020, "Access denied", &[source::E1020, source::RESPONSES, source::CAPTURE])
        .status(403)
        .causes(&[WafRule, SchemaValidation]),
    worker(1021, "Worker requested a host it cannot access").our_name().causes(&[WorkerForbiddenHost]),
    Entry::new(1022, "Request could not be routed to the Worker", Stage::Edge, Party::Cloudflare)
        .our_name()
        .lasts(Varies)
        .remedy(Schedule)
        .actions(&[Wait, CheckStatus, TellOwner])
        .causes(&[WorkerRouting])
        .prevented_by(&[WorkerWatch])
        .from(&[source::WORKERS])
        .depends_on(component::CODE),
    setup(1023, "Could not find host", &[source::E1023])
        .status(409)
        .lasts(Varies)
        .remedy(OnceAfterHalfHour)
        .actions(&[Wait, TellOwner])
        .causes(&[Propagation, PartnerDns])
        .whole_host()
        .citing(&[(Propagation, source::E1023), (PartnerDns, source::E1023)]),
    worker(1024, "Worker can't request one of Cloudflare's addresses").our_name().causes(&[WorkerForbiddenHost]),
    worker(1025, "Please check back later")
        .lasts(UntilQuotaResets)
        .remedy(AfterReset)
        .delivery(Delivery::No)
        .actions(&[ComeBackTomorrow, TellOwner])
        .causes(&[WorkerQuota])
        .from(&[source::E1025, source::RESPONSES, source::WORKER_LIMITS])
        .citing(&[(WorkerQuota, source::E1025)])
        .confused_with(&[1027]),
    Entry::new(1026, "Blocked for legal reasons", Stage::Edge, Party::Law)
        .our_name()
        .status(451)
        .lasts(UntilBlockLifted)
        .actions(&[TellOwner])
        .causes(&[LegalDemand])
        .from(&[source::RESPONSES, source::CAPTURE]),
    worker(1027, "This website has been temporarily rate limited")
        .lasts(UntilQuotaResets)
        .remedy(AfterReset)
        .delivery(Delivery::No)
        .actions(&[ComeBackTomorrow, TellOwner])
        .causes(&[WorkerQuota])
        .from(&[source::WORKERS, source::RESPONSES, source::WORKER_LIMITS]),
    client_tls(1028),
    client_tls(1029),
    // Cloudflare files it under its category `config`; what fails is a program on the origin's side.
    Entry::new(1033, "Cloudflare Tunnel error", Stage::Lookup, Party::Origin)
        .status(530)
        .lasts(Varies)
        .remedy(Schedule)
        .retry_after_is(120)
        .actions(&[Wait, TellOwner, ReadArchive])
        .causes(&[TunnelDown, TunnelBlocked, TunnelMismatch])
        .prevented_by(&[TunnelService, Monitoring, LoadBalancing])
        .from(&[source::E1033, source::TUNNEL_ERRORS, source::RESPONSES, source::CAPTURE])
        .whole_host()
        .depends_on(component::TUNNEL),
    setup(1034, "Edge IP restricted", &[source::E1034, source::CAPTURE])
        .status(403)
        .actions(&[TellOwner, RemovePin, ReadArchive])
        .causes(&[AddressNotOwn, CustomHostname, EdgeCertificate])
        .whole_host()
        .citing(&[(CustomHostname, source::E1034)]),
    rewrite(1035, "Invalid request rewrite (invalid URI path)", &[source::E1035]),
    rewrite(1036, "Invalid request rewrite (maximum length exceeded)", &[source::E1036])
        .citing(&[(RewriteRule, source::E1036)]),
    rewrite(1037, "Invalid rewrite rule (failed to evaluate expression)", &[source::E1037])
        .citing(&[(RewriteRule, source::E1037)]),
    Entry::new(1038, "HTTP headers limit exceeded", Stage::Visitor, Party::Visitor)
        .lasts(UntilRequestChanges)
        .remedy(SmallerRequest)
        .retry_after_is(60)
        .actions(&[ClearCookies, TellOwner])
        .causes(&[LargeRequestHeaders])
        .limits(&[limit::HEADERS, limit::HEADERS_BEFORE])
        .from(&[source::RESPONSES])
        .citing(&[(LargeRequestHeaders, source::RESPONSES)]),
    Entry::new(1039, "Blocked for legal reasons", Stage::Edge, Party::Law)
        .our_name()
        .lasts(UntilBlockLifted)
        .actions(&[TellOwner])
        .causes(&[LegalDemand])
        .from(&[source::RESPONSES])
        .citing(&[(LegalDemand, source::RESPONSES)]),
    rewrite(1040, "Invalid request rewrite (header modification not allowed)", &[source::E1040])
        .citing(&[(RewriteRule, source::E1040)]),
    rewrite(1041, "Invalid request rewrite (invalid header value)", &[source::E1041])
        .citing(&[(RewriteRule, source::E1041)]),
    worker(1042, "Worker fetched from another Worker on the same zone").our_name().causes(&[WorkerForbiddenHost]),
    untitled_setup(1043),
    client_tls(1044).status(403).from(&[source::RESPONSES, source::CAPTURE]),
    Entry::new(1045, "Unsupported feature or protocol", Stage::Edge, Party::Unclear)
        .our_name()
        .actions(&[UpdateBrowser, TellOwner])
        .causes(&[Unsupported])
        .from(&[source::RESPONSES]),
    untitled_setup(1047),
    untitled_setup(1049),
    worker(1100, "Worker error")
        .our_name()
        .causes(&[WorkerException, WorkerRuntime])
        .from(&[source::RESPONSES, source::WORKERS])
        .citing(&[(WorkerException, source::RESPONSES)]),
    worker(1101, "Worker threw exception")
        .status(500)
        .lasts(Varies)
        .remedy(OnceAfterMinute)
        .actions(&[ReloadOnce, TellOwner, ReadArchive])
        .causes(&[WorkerException, WorkerSubdomain])
        .from(&[source::WORKERS, source::CAPTURE])
        .confused_with(&[1102]),
    worker(1102, "Worker exceeded resource limits")
        .status(503)
        .lasts(Varies)
        .remedy(OnceAfterMinute)
        .actions(&[ReloadOnce, TellOwner, ReadArchive])
        .causes(&[WorkerLimits])
        .limits(&[limit::WORKER_MEMORY])
        .from(&[source::E1102, source::CAPTURE]),
    worker(1103, "Worker is held back").our_name().delivery(Delivery::No).causes(&[WorkerAccount]),
    worker(1104, "Worker error")
        .our_name()
        .causes(&[WorkerException, WorkerRuntime])
        .from(&[source::RESPONSES, source::WORKERS, source::E1104])
        .citing(&[(WorkerException, source::RESPONSES)]),
    worker(1105, "Temporarily unavailable")
        .lasts(Seconds)
        .remedy(OnceAfterMinute)
        .actions(&[ReloadOnce, CheckStatus, TellOwner])
        .causes(&[WorkerRuntime])
        .from(&[source::CAPTURE, source::RESPONSES, source::WORKERS]),
    refusal(1106, BANNED, &[source::E1006, source::RESPONSES]).causes(&[AddressRule]),
    refusal(1107, "Access denied", &[source::RESPONSES])
        .our_name()
        .causes(&[WafRule])
        .citing(&[(WafRule, source::INFERENCE)]),
    refusal(1108, "Access denied", &[source::RESPONSES])
        .our_name()
        .causes(&[WafRule])
        .citing(&[(WafRule, source::INFERENCE)]),
    refusal(1109, "Access denied", &[source::RESPONSES])
        .our_name()
        .causes(&[WafRule])
        .citing(&[(WafRule, source::INFERENCE)]),
    Entry::new(1200, "Cache connection limit", Stage::Answer, Party::Origin)
        .status(503)
        .lasts(Minutes)
        .remedy(Schedule)
        .retry_after_is(60)
        .delivery(Perhaps)
        .actions(&[Wait, TellOwner])
        .causes(&[QueueFull, Overloaded])
        .prevented_by(&[Hosting, Monitoring])
        .from(&[source::E1200, source::RESPONSES, source::CAPTURE])
        .citing(&[(Overloaded, source::E1200)]),
    snippet(1201, "Snippet tried to continue to origin multiple times"),
    snippet(1202, "Snippets exceeded subrequests limit"),
    snippet(1203, "Snippets exceeded CPU time limit"),
    snippet(1204, "Snippets exceeded memory limit"),
    // The retry table of "Error responses" calls it "Too many redirects"; the Snippets page describes it.
    Entry::new(1205, "Deployment in progress", Stage::Edge, Party::Code)
        .lasts(Seconds)
        .remedy(Schedule)
        .retry_after_is(5)
        .delivery(Perhaps)
        .actions(&[ReloadOnce, ClearCookies, TellOwner])
        .causes(&[SnippetRollout, SnippetRedirects])
        .prevented_by(&[WorkerWatch])
        .from(&[source::SNIPPETS, source::RESPONSES]),
    snippet(1206, "Snippet threw exception"),
];
