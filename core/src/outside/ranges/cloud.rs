//! Rules that let Cloudflare in, for the firewalls of cloud providers, by their own commands.

use core::fmt::Write as _;

use strum::VariantArray;

use super::{Cidr, Ranges};
use crate::words::{Words, key};

/// A cloud provider whose network has a firewall in front of the machine.
///
/// Sources: the providers' references of `aws ec2 authorize-security-group-ingress`, `gcloud compute firewall-rules`,
/// `az network nsg rule create` and `hcloud firewall add-rule`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, VariantArray)]
pub enum Cloud {
    /// Amazon's security groups.
    Aws,
    /// Google's VPC firewall rules.
    Gcloud,
    /// Azure's network security groups.
    Az,
    /// Hetzner's firewalls.
    Hcloud,
}

impl Cloud {
    /// Every provider.
    pub const ALL: &[Self] = Self::VARIANTS;
}

impl Ranges {
    /// Returns commands that let these ranges in on ports 80 and 443. The user has to replace the names in capitals.
    ///
    /// The first line shows the date of the list. Google's and Azure's commands replace what an earlier run made. Amazon's add
    /// what's missing. Hetzner's add rules each time.
    #[must_use]
    pub fn cloud_rules(&self, cloud: Cloud, words: &Words) -> String {
        let (v4, v6): (Vec<Cidr>, Vec<Cidr>) = self.networks.iter().partition(|range| range.is_v4());
        let families = [("cloudflare4", &v4), ("cloudflare6", &v6)];
        let joined =
            |networks: &[Cidr], by: &str| networks.iter().map(ToString::to_string).collect::<Vec<_>>().join(by);
        let mut text = format!("# {}\n", words.format(key::rules::AsOf { date: &self.as_of }));
        let comment = match cloud {
            Cloud::Aws => Some(key::rules::AWS),
            Cloud::Gcloud => None,
            Cloud::Az => Some(key::rules::AZ),
            Cloud::Hcloud => Some(key::rules::HCLOUD),
        };
        text.extend(comment.map(|key| format!("# {}\n", words.get(key))));
        match cloud {
            Cloud::Aws => {
                text += "group=SECURITY_GROUP_ID\n";
                for port in [80, 443] {
                    for range in &self.networks {
                        let (list, key) =
                            if range.is_v4() { ("IpRanges", "CidrIp") } else { ("Ipv6Ranges", "CidrIpv6") };
                        let _ = writeln!(
                            text,
                            "aws ec2 authorize-security-group-ingress --group-id \"$group\" --ip-permissions \
                             'IpProtocol=tcp,FromPort={port},ToPort={port},{list}=[{{{key}={range},Description=Cloudflare}}]'"
                        );
                    }
                }
            }
            Cloud::Gcloud => {
                text += "network=default\n";
                for (name, networks) in families {
                    let ranges = joined(networks, ",");
                    let _ = writeln!(
                        text,
                        "if gcloud compute firewall-rules describe {name} >/dev/null 2>&1; then\n  \
                         gcloud compute firewall-rules update {name} --source-ranges={ranges}\n\
                         else\n  \
                         gcloud compute firewall-rules create {name} --network=\"$network\" --direction=INGRESS --action=ALLOW \
                         --rules=tcp:80,tcp:443 --source-ranges={ranges}\n\
                         fi"
                    );
                }
            }
            Cloud::Az => {
                text += "group=RESOURCE_GROUP nsg=NETWORK_SECURITY_GROUP\n";
                for ((name, networks), priority) in families.into_iter().zip([200, 201]) {
                    let _ = writeln!(
                        text,
                        "az network nsg rule create --resource-group \"$group\" --nsg-name \"$nsg\" --name {name} \
                         --priority {priority} --direction Inbound --access Allow --protocol Tcp \
                         --source-address-prefixes {} --destination-port-ranges 80 443",
                        joined(networks, " ")
                    );
                }
            }
            Cloud::Hcloud => {
                text += "firewall=FIREWALL\n";
                for port in [80, 443] {
                    let _ = writeln!(
                        text,
                        "hcloud firewall add-rule \"$firewall\" --direction in --protocol tcp --port {port} \
                         --description Cloudflare --source-ips {}",
                        joined(&self.networks, ",")
                    );
                }
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clouds_commands_start_with_the_date_and_have_every_range() {
        let (ranges, words) = (Ranges::embedded(), Words::english().unwrap());
        for cloud in Cloud::ALL {
            let rules = ranges.cloud_rules(*cloud, &words);
            assert!(rules.starts_with("# Cloudflare's ranges as of 2026-08-18\n"), "{cloud:?}");
            for range in &ranges.networks {
                assert!(rules.contains(&range.to_string()), "{cloud:?} lacks {range}");
            }
        }
    }

    #[test]
    fn google_and_azure_get_the_versions_of_ip_in_rules_of_their_own() {
        let words = Words::english().unwrap();
        for cloud in [Cloud::Gcloud, Cloud::Az] {
            let rules = Ranges::embedded().cloud_rules(cloud, &words);
            let mixed = |line: &&str| line.contains("104.16.0.0/13") && line.contains("2606:4700::/32");
            assert!(!rules.lines().any(|line| mixed(&line)), "{cloud:?}");
        }
    }
}
