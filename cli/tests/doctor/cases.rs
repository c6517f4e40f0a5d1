//! Owners' cases from public threads, rebuilt: is the true cause among the first two that `doctor` names?
//!
//! Every case of the collection is listed, in order, with the reason if it isn't rebuilt. A miss stays in the table.

use std::process::{Child, Command, Stdio};

use crate::authority::Authority;
use crate::edge::{self, Zone};
use crate::faults::{enter_with_origin, tunnel};
use crate::namespace::{firewall, shell};
use crate::origin::{self, Behaviour};
use crate::run::{Answer, HOST, doctor};
use crate::zone;

/// A case.
struct Case {
    code: u16,
    thread: &'static str,
    truth: &'static str,
    /// The catalogue's causes that count as the true one.
    causes: &'static [&'static str],
    rebuilt: Result<fn(&World) -> Answer, &'static str>,
}

/// Where a server that wants HTTPS redirects to.
pub(crate) const SECURE: &str = "https://www.example.com/";

/// What the cases share.
struct World {
    authority: Authority,
}

const fn case(
    code: u16,
    thread: &'static str,
    truth: &'static str,
    causes: &'static [&'static str],
    rebuild: fn(&World) -> Answer,
) -> Case {
    Case { code, thread, truth, causes, rebuilt: Ok(rebuild) }
}

const fn left_out(code: u16, thread: &'static str, truth: &'static str, why: &'static str) -> Case {
    Case { code, thread, truth, causes: &[], rebuilt: Err(why) }
}

const CASES: &[Case] = &[
    case(
        522,
        "mitchellkrogza/nginx-ultimate-bad-bot-blocker#671",
        "fail2ban banned Cloudflare",
        &["firewall-drops"],
        |world| {
            firewall("ip saddr @ban tcp dport { 80, 443 } drop");
            shell("nft 'add element inet f ban { 172.71.210.0/24, 198.51.100.9 }'");
            world.working(&["--code", "522"])
        },
    ),
    case(522, "cloudflare/cloudflare-docs#15842", "firewall closed port 80 only", &["firewall-drops"], |world| {
        firewall("tcp dport 80 drop");
        world.working(&["--code", "522"])
    }),
    case(
        522,
        "cloudflare/cloudflare-docs#26459",
        "Origin Rule to a placeholder host",
        &["origin-rule-host"],
        |world| zone::origin_rule_to_nowhere(&world.authority),
    ),
    case(521, "kasmtech/workspaces-issues#328", "Flexible, only 443 served", &["not-listening"], |world| {
        world.on_ports(origin::closed(), world.https(), &["--code", "521"])
    }),
    case(521, "cloudflare/cloudflare-docs#28286", "nginx not bound to 443", &["not-listening"], |world| {
        world.on_ports(origin::plain(Behaviour::fine()), origin::closed(), &["--code", "521"])
    }),
    case(521, "martian56/redcell#62", "only :80, mode Full", &["not-listening"], |world| {
        world.on_ports(origin::plain(Behaviour::fine()), origin::closed(), &["--ssl-mode", "full"])
    }),
    case(521, "opinionpoll notes", "cloud security group", &["firewall-refuses", "firewall-drops"], |world| {
        world.working(&["--edge", &edge::showing(521)])
    }),
    case(
        520,
        "ByteInternet/hypernode-docs-next#239",
        "request headers over nginx' buffers",
        &["large-request-headers"],
        |world| world.answering(&Behaviour::SmallRequests(8_192), &["--code", "520"]),
    ),
    case(520, "calpaterson/csvbase#132", "cookies over the limit", &["large-headers"], |world| {
        world.answering(&Behaviour::header("Set-Cookie", 140_000), &["--code", "520"])
    }),
    case(520, "cloudflare/netjet#23", "Link headers over the limit", &["large-headers"], |world| {
        world.answering(&Behaviour::header("Link", 140_000), &["--code", "520"])
    }),
    case(520, "daylightstudio/FUEL-CMS#349", "session cookies over the limit", &["large-headers"], |world| {
        world.answering(&Behaviour::header("Set-Cookie", 200_000), &["--code", "520"])
    }),
    case(
        520,
        "SaschaWillems/vulkan.gpuinfo.org#120",
        "hoster's DDoS block, unseen from the server",
        &["firewall-refuses", "firewall-drops"],
        |world| world.working(&["--edge", &edge::showing(520)]),
    ),
    case(524, "odoo/odoo#26667", "export over 100 s", &["slow-work"], |world| {
        world.answering(&Behaviour::Silent, &["--code", "524"])
    }),
    case(524, "keithamoss/demsausage#52", "long job", &["slow-work"], |world| {
        world.answering(&Behaviour::Silent, &["--edge", &edge::showing(524)])
    }),
    case(524, "dropzone/dropzone#2142", "slow upload", &["slow-write"], |world| {
        world.answering(&Behaviour::SlowUploads, &["--upload", "--edge", &edge::showing(524)])
    }),
    case(525, "cloudendpoints/esp#502", "no certificate for the SNI name", &["no-sni"], |world| {
        let https = origin::secure_without_name(world.authority.good(HOST));
        world.on_ports(origin::plain(Behaviour::fine()), https, &["--code", "525"])
    }),
    case(526, "alexdeathway/k9archiver#95", "old certificate in nginx's memory", &["certificate-expired"], |world| {
        world.presenting(vec![world.authority.expired(HOST)], &["--code", "526"])
    }),
    case(526, "rmbolger/Posh-ACME#444", "expired", &["certificate-expired"], |world| {
        world.presenting(vec![world.authority.expired(HOST)], &["--edge", &edge::showing(526)])
    }),
    case(
        526,
        "Cloudbox/Community#366",
        "renewal failed: default certificate",
        &["certificate-untrusted", "certificate-name"],
        |world| world.presenting(vec![Authority::self_signed("TRAEFIK DEFAULT CERT")], &["--code", "526"]),
    ),
    left_out(523, "Helicone/helicone#510", "on Cloudflare's side", "nothing to measure outside Cloudflare"),
    case(530, "michelbr84/GarraRUST#1099", "CNAME to a deleted tunnel", &["tunnel-mismatch"], |world| {
        let _cloudflared = cloudflared(Some(4), false);
        world.behind_a_tunnel(None, &["--edge", &edge::showing(1033)])
    }),
    case(1033, "nguyenphutrong/quotio#319", "QUIC blocked", &["tunnel-blocked"], |world| {
        let _cloudflared = cloudflared(Some(0), false);
        world.behind_a_tunnel(None, &["--edge", &edge::showing(1033)])
    }),
    case(1033, "mybolide/coding-tools-mcp#11", "QUIC blocked", &["tunnel-blocked"], |world| {
        let _cloudflared = cloudflared(Some(0), false);
        world.behind_a_tunnel(None, &["--code", "1033"])
    }),
    case(502, "coollabsio/coolify-docs#684", "tunnel to https://localhost", &["tunnel-service"], |world| {
        let _cloudflared = cloudflared(Some(4), false);
        let https = origin::secure(vec![world.authority.good(HOST)], Behaviour::fine());
        world.behind_a_tunnel(Some(&format!("https://localhost:{https}")), &["--code", "502"])
    }),
    case(502, "aeleos/cloudflared#7", "x509 between cloudflared and its proxy", &["tunnel-service"], |world| {
        let _cloudflared = cloudflared(Some(4), false);
        let https = origin::secure(vec![Authority::self_signed("npm.example")], Behaviour::fine());
        world.behind_a_tunnel(Some(&format!("https://127.0.0.1:{https}")), &["--edge", &edge::showing(502)])
    }),
    case(502, "cloudflare/cloudflared#976", "localhost is the container", &["tunnel-service"], |world| {
        let _cloudflared = cloudflared(None, true);
        let http = origin::plain(Behaviour::fine());
        world.behind_a_tunnel(Some(&format!("http://localhost:{http}")), &["--code", "502"])
    }),
    case(502, "onedr0p/cluster-template#1285", "route names a host without an address", &["tunnel-service"], |world| {
        let _cloudflared = cloudflared(Some(4), false);
        resolve_nothing();
        world.behind_a_tunnel(Some("http://nginx-external-controller.network.svc.cluster.local"), &["--code", "502"])
    }),
    case(
        1000,
        "engintron/engintron#54",
        "proxies to the public name",
        &["proxy-loop", "record-at-cloudflare"],
        |world| {
            let text = "HTTP/1.1 403 Forbidden\r\nServer: nginx\r\nCF-RAY: 9f140b785e57c458-VIE\r\nContent-Length: 16\r\n\r\nerror code: 1000";
            world.answering(&Behaviour::Answer(text.into()), &["--code", "1000"])
        },
    ),
    left_out(1000, "cloudflare/cloudflare-docs#8066", "CF-Connecting-IP sent", "only the client's requests show it"),
    left_out(1000, "vercel/vercel#1462", "twice through Cloudflare", "needs a second zone on Cloudflare"),
    case(1000, "stephenou/fruitionsite#78", "Worker route wrong", &["worker-route"], |world| {
        zone::route_that_misses(&world.authority)
    }),
    case(1001, "iftechfoundation/ifdb#996", "outside CNAME to a Cloudflare name", &["not-on-cloudflare"], |_| {
        aliased("ifdb.example.net", 1001)
    }),
    case(1014, "is-a-dev/register#22199", "Pages custom domain missing", &["pages-domain"], |_| {
        aliased("project.pages.dev", 1014)
    }),
    case(1014, "is-a-good-dev/register#320", "CNAME across accounts", &["cross-account"], |_| {
        aliased("other-account.example.net", 1014)
    }),
    left_out(1101, "bia-pain-bache/BPB-Worker-Panel#821", "workers.dev subdomain flagged", "there is no origin"),
    left_out(1102, "cloudflare/wildebeest#258", "free plan's CPU limit", "there is no origin"),
    left_out(1034, "sub2api notes", "proxied before the edge certificate", "needs the edge's certificates"),
    // Two without a code: Cloudflare passes the redirects on, and the browser gives up.
    case(301, "rdegges/django-sslify#2", "Flexible, and the application redirects", &["redirect-loop"], |world| {
        let https = origin::secure(vec![world.authority.good(HOST)], Behaviour::fine());
        let http = origin::plain(Behaviour::redirect(SECURE));
        world.on_ports(http, https, &["--ssl-mode", "flexible", "--remote"])
    }),
    case(
        301,
        "NginxProxyManager/nginx-proxy-manager#852",
        "Flexible, and the proxy redirects",
        &["redirect-loop"],
        |world| {
            let https = origin::secure(vec![world.authority.good(HOST)], Behaviour::fine());
            let http = origin::plain(Behaviour::redirect(SECURE));
            world.on_ports(http, https, &["--edge", &edge::redirecting(), "--remote"])
        },
    ),
    // Five more, chosen after the weights were set; no weight was changed for them.
    case(525, "gofiber/fiber#2992", "plain HTTP on the HTTPS port", &["no-certificate"], |world| {
        world.on_ports(origin::closed(), origin::plain(Behaviour::fine()), &["--code", "525"])
    }),
    case(522, "hiddify/Hiddify-Manager#957", "AAAA record no longer works", &["wrong-address"], |world| {
        shell("ip -6 route replace 2001:db8:9::/64 dev lo");
        world.working(&["--origin", "2001:db8:9::5", "--code", "522"])
    }),
    case(522, "stephenou/fruitionsite#204", "placeholder record, route misses", &["worker-route"], |world| {
        let routes = serde_json::json!([{"id": "1", "pattern": "*.example.com.evil/*", "script": "site"}]);
        let settings = zone::Settings { routes, ..zone::Settings::with_record("192.0.2.0") };
        zone::examine(&world.authority, settings, &["--edge", &edge::showing(522)])
    }),
    case(502, "cloudflare/cloudflared#770", "tunnel speaks http to an https service", &["tunnel-service"], |world| {
        let _cloudflared = cloudflared(Some(4), false);
        let https = origin::secure(vec![world.authority.good(HOST)], Behaviour::fine());
        world.behind_a_tunnel(Some(&format!("http://localhost:{https}")), &[])
    }),
    case(525, "fredrikburmester/streamystats#160", "proxy without a certificate", &["no-certificate"], |world| {
        world.on_ports(
            origin::plain(Behaviour::fine()),
            origin::secure(Vec::new(), Behaviour::fine()),
            &["--code", "525"],
        )
    }),
    // Five more, chosen and labelled without looking at the weights. At first, the true cause came second, not at all,
    // first, fourth and second.
    case(520, "cloudflare/cloudflare-docs#11831", "nginx answers 444: it hangs up", &["malformed-answer"], |world| {
        world.answering(&Behaviour::Close, &["--code", "520"])
    }),
    case(525, "p4gefau1t/trojan-go#378", "no application protocol in common", &["no-common-cipher"], |world| {
        let https = origin::secure_for_protocol(world.authority.good(HOST), b"http/1.3");
        world.on_ports(origin::plain(Behaviour::fine()), https, &["--code", "525"])
    }),
    case(502, "cloudflare/cloudflared#270", "tunnel to a port where nothing listens", &["tunnel-service"], |world| {
        let _cloudflared = cloudflared(Some(4), false);
        world.behind_a_tunnel(Some(&format!("http://localhost:{}", origin::closed())), &["--code", "502"])
    }),
    case(520, "litespeedtech/openlitespeed#256", "limit of connections per address", &["firewall-refuses"], |world| {
        world.run(
            &["--origin", &format!("127.0.0.1:{}", origin::secure_for_few(world.authority.good(HOST), 10))],
            &["--http-port", &origin::plain(Behaviour::fine()).to_string(), "--remote", "--code", "520"],
        )
    }),
    case(1016, "linode/docs#6109", "imported CNAME doesn't resolve", &["target-unresolvable"], |world| {
        let records = serde_json::json!([{"id": "r", "type": "CNAME", "name": HOST, "content": "li123-45.example.net", "proxied": true, "ttl": 1}]);
        let settings = zone::Settings { records, ..zone::Settings::with_record("192.0.2.0") };
        zone::examine(&world.authority, settings, &["--edge", &edge::showing(1016)])
    }),
];

#[test]
fn the_true_cause_is_among_the_first() {
    let Some(authority) = enter_with_origin("cases::the_true_cause_is_among_the_first") else { return };
    shell("ip route add 10.0.0.0/8 dev lo");
    let world = World { authority };
    let (mut count, mut first, mut second) = (0, 0, 0);
    println!("\n{:>2}  {:<5} {:<48} {:<38} {:<5} first named", "#", "code", "thread", "true cause", "rank");
    for (number, case) in (1..).zip(CASES) {
        let (rank, named) = match case.rebuilt {
            Err(why) => ("–".to_owned(), format!("not rebuilt: {why}")),
            Ok(rebuild) => {
                shell("nft flush ruleset");
                let answer = rebuild(&world);
                let causes = answer.causes();
                let rank = causes.iter().position(|cause| case.causes.contains(cause)).map(|index| index + 1);
                count += 1;
                first += usize::from(rank == Some(1));
                second += usize::from(rank == Some(2));
                let named = causes.iter().take(2).copied().collect::<Vec<_>>().join(", ");
                (rank.map_or("none".to_owned(), |rank| rank.to_string()), named)
            }
        };
        println!("{number:>2}  {:<5} {:<48} {:<38} {rank:<5} {named}", case.code, case.thread, case.truth);
    }
    println!("\n{count} of {} rebuilt; true cause first in {first}, second in {second}", CASES.len());
    assert!(count >= 20 && first * 100 >= count * 70 && (first + second) * 100 >= count * 90);
}

impl World {
    /// An origin on the real ports that works.
    fn working(&self, more: &[&str]) -> Answer {
        self.run(&["--origin", "203.0.113.5"], more)
    }

    fn on_ports(&self, http: u16, https: u16, more: &[&str]) -> Answer {
        self.run(&["--origin", &format!("127.0.0.1:{https}"), "--http-port", &http.to_string()], more)
    }

    fn https(&self) -> u16 {
        origin::secure(vec![self.authority.good(HOST)], Behaviour::fine())
    }

    fn answering(&self, behaviour: &Behaviour, more: &[&str]) -> Answer {
        let https = origin::secure(vec![self.authority.good(HOST)], behaviour.clone());
        // This machine's load says nothing about the origin under test.
        self.on_ports(origin::plain(behaviour.clone()), https, &[more, &["--remote"]].concat())
    }

    fn presenting(&self, certificates: Vec<crate::authority::Presented>, more: &[&str]) -> Answer {
        let https = origin::secure(certificates, Behaviour::fine());
        self.on_ports(origin::plain(Behaviour::fine()), https, more)
    }

    /// A machine that only a tunnel reaches.
    fn behind_a_tunnel(&self, service: Option<&str>, more: &[&str]) -> Answer {
        let config = service.map(tunnel);
        let mut arguments = vec!["--local", "--http-port", "8079", "--origin", "203.0.113.5:8078"];
        if let Some(config) = &config {
            arguments.extend(["--tunnel-config", config]);
        }
        self.run(&arguments, more)
    }

    fn run(&self, origin: &[&str], more: &[&str]) -> Answer {
        let resolver = edge::resolver(Zone::Address([203, 0, 113, 5]));
        let mut arguments = vec!["--resolver", resolver.as_str()];
        arguments.extend(self.authority.trusted());
        arguments.extend(origin);
        arguments.extend(more);
        doctor(&arguments)
    }
}

/// Makes the system's resolver one that knows no name.
pub(crate) fn resolve_nothing() {
    let file = crate::authority::scratch("resolv.conf");
    std::fs::write(&file, "nameserver 127.0.0.53\n").unwrap();
    shell(&format!("mount --bind '{}' /etc/resolv.conf", file.display()));
    edge::resolver_at("127.0.0.53:53", Zone::Nothing);
}

/// A name that is an alias of one on Cloudflare, where Cloudflare shows a code.
fn aliased(target: &'static str, code: u16) -> Answer {
    let resolver = edge::resolver(Zone::Alias(target, Some([104, 16, 1, 1])));
    doctor(&["--resolver", &resolver, "--edge", &edge::showing(code)])
}

/// A process named cloudflared, killed when this is dropped.
pub(crate) struct Cloudflared(Child);

impl Drop for Cloudflared {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a stand-in for cloudflared that says how many connections it has; `apart` gives it its own network.
pub(crate) fn cloudflared(connections: Option<u32>, apart: bool) -> Cloudflared {
    let body = format!("{{\"status\":200,\"readyConnections\":{},\"connectorId\":\"x\"}}", connections.unwrap_or(0));
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let metrics = origin::plain(Behaviour::Answer(head.into_bytes()));
    start_cloudflared(&format!("127.0.0.1:{metrics}"), apart.then_some("ip link set lo up"))
}

/// Starts a stand-in with this address of its metrics server. With a script, it has its own network and its own files,
/// as in a container, and the script is run there first.
pub(crate) fn start_cloudflared(metrics: &str, container: Option<&str>) -> Cloudflared {
    // Each test has its own copy, because a file that another test is still writing can't be run.
    let folder = crate::authority::scratch("cloudflared-stand-in");
    std::fs::create_dir_all(&folder).unwrap();
    let program = folder.join("cloudflared");
    std::fs::copy("/bin/sh", &program).unwrap();
    let mut command = Command::new(if container.is_some() { "unshare".as_ref() } else { program.as_path() });
    if let Some(script) = container {
        let script = format!("set -e; {script}; exec \"$0\" \"$@\"");
        command.args(["--net", "--mount", "sh", "-c", &script]).arg(&program);
    }
    // Says that it runs, then waits until it's ended.
    command.args(["-c", "echo ready; read x", "x", "--metrics", metrics]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut [0; 6]).unwrap();
    Cloudflared(child)
}
