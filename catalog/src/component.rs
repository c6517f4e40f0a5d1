//! Components of Cloudflare's status page that failures depend on, by the names that the page gives them, in lower case.
//!
//! Every failing page came through the network and its cache; the rest follows from where the request ended. An
//! incident in a component that isn't listed here concerns no failure.
//!
//! Source of the names: Cloudflare's Terraform provider, the affected components of `cloudflare_notification_policy` (each
//! with its id on the status page; read 2026-11-22). Which failure depends on which component is our own conclusion.

use super::party::Party;
use super::stage::Stage;

const NETWORK: &str = "network";
const CACHE: &str = "cdn/cache";
const LOAD_BALANCING: &str = "load balancing and monitoring";

/// Those of every page.
pub(super) const EVERY_PAGE: &[&str] = &[NETWORK, CACHE];
/// Those of pages that the site's code at Cloudflare made.
pub(super) const CODE: &[&str] = &[NETWORK, CACHE, "workers", "workers kv", "durable objects", "pages", "snippets"];
/// Those of sites behind a Tunnel.
pub(super) const TUNNEL: &[&str] = &[NETWORK, CACHE, "tunnel"];
/// Those of errors that an organisation's Gateway shows too.
pub(super) const GATEWAY: &[&str] = &[NETWORK, CACHE, "gateway"];
/// Those of checks.
pub(super) const CHALLENGE: &[&str] =
    &[NETWORK, CACHE, "firewall", "bot management", "challenge platform", "turnstile"];
/// Those of sign-ins.
pub(super) const ACCESS: &[&str] = &[NETWORK, CACHE, "access", "cloudflare access"];
const RULE: &[&str] = &[NETWORK, CACHE, "firewall", "bot management", "challenge platform", "api shield"];
const LOOKUP: &[&str] = &[NETWORK, CACHE, "authoritative dns", "recursive dns", "dns updates", LOAD_BALANCING];
const ORIGIN: &[&str] = &[NETWORK, CACHE, LOAD_BALANCING, "argo smart routing"];

/// Those of a failure of this party at this stage, unless its entry has others.
pub(super) const fn usual(party: Party, stage: Stage) -> &'static [&'static str] {
    match (party, stage) {
        (Party::Code, _) => CODE,
        (Party::Rule, _) => RULE,
        (_, Stage::Lookup) => LOOKUP,
        (_, Stage::Tls) => EVERY_PAGE,
        _ => ORIGIN,
    }
}
