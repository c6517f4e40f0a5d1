//! Ways to prevent an error.

use super::named::named;

named! {
    /// Something an owner can do to prevent an error.
    pub enum Prevention {
        /// Monitor the origin itself from outside, bypassing Cloudflare.
        Monitoring = "monitoring",
        /// Hosting with capacity for peaks.
        Hosting = "hosting",
        /// More than one origin.
        LoadBalancing = "load-balancing",
        /// Keep the allow-list of Cloudflare's ranges up to date.
        FirewallUpkeep = "firewall-upkeep",
        /// Keep DNS records in sync with the server.
        DnsUpkeep = "dns-upkeep",
        /// Renew certificates automatically.
        CertificateRenewal = "certificate-renewal",
        /// Do slow work in the background.
        BackgroundWork = "background-work",
        /// Run the tunnel as a service, with several replicas.
        TunnelService = "tunnel-service",
        /// Monitor the Worker's exceptions and limits.
        WorkerWatch = "worker-watch",
        /// Try out rules in log mode first.
        RuleTrial = "rule-trial",
        /// Test rewrite rules with Trace first.
        RewriteTrial = "rewrite-trial",
    }
}
