//! Ways to keep an error from coming back.

use super::named::named;

named! {
    /// Something an owner can do before it happens again.
    pub enum Prevention {
        /// Watch the origin itself from outside, not through Cloudflare.
        Monitoring = "monitoring",
        /// Hosting with room for peaks.
        Hosting = "hosting",
        /// More than one origin.
        LoadBalancing = "load-balancing",
        /// Keep the allow-list of Cloudflare's ranges up to date.
        FirewallUpkeep = "firewall-upkeep",
        /// Keep DNS records in step with the server.
        DnsUpkeep = "dns-upkeep",
        /// Renew certificates automatically.
        CertificateRenewal = "certificate-renewal",
        /// Do long work in the background.
        BackgroundWork = "background-work",
        /// Run the tunnel as a service, more than once.
        TunnelService = "tunnel-service",
        /// Watch the Worker's exceptions and limits.
        WorkerWatch = "worker-watch",
        /// Try rules in log mode first.
        RuleTrial = "rule-trial",
        /// Test rewrite rules with Trace first.
        RewriteTrial = "rewrite-trial",
    }
}
