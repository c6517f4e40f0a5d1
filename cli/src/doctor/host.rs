//! Measures this machine: sockets, load, memory, open files, tracked connections, certificate renewal.

use std::fs;
use std::path::Path;

use rayback_core::doctor::{Local, parse_listeners};

/// Everything that can be read without special permissions.
pub(super) fn measure(overflows_before: Option<u64>) -> Local {
    let sockets: Vec<_> =
        ["/proc/net/tcp", "/proc/net/tcp6"].iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    let listeners = (!sockets.is_empty()).then(|| sockets.iter().flat_map(|text| parse_listeners(text)).collect());
    Local {
        listeners,
        load: load(),
        memory_kib: memory(),
        files: files(),
        conntrack: pair("/proc/sys/net/netfilter/nf_conntrack_count", "/proc/sys/net/netfilter/nf_conntrack_max"),
        queue_overflows: queue_overflows().zip(overflows_before).map(|(after, before)| after.saturating_sub(before)),
        renewal: renewal(),
        ..Local::default()
    }
}

/// How often a listen queue of this machine was full, since it started.
pub(super) fn queue_overflows() -> Option<u64> {
    let text = fs::read_to_string("/proc/net/netstat").ok()?;
    let mut lines = text.lines().filter(|line| line.starts_with("TcpExt:"));
    let (names, values) = (lines.next()?, lines.next()?);
    let at = names.split_whitespace().position(|name| name == "ListenOverflows")?;
    values.split_whitespace().nth(at)?.parse().ok()
}

/// The load of the last minute in hundredths, and the number of processors.
fn load() -> Option<(u64, u64)> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    let (whole, hundredths) = text.split_whitespace().next()?.split_once('.')?;
    let processors = std::thread::available_parallelism().ok()?.get();
    Some((whole.parse::<u64>().ok()? * 100 + hundredths.parse::<u64>().ok()?, u64::try_from(processors).ok()?))
}

fn memory() -> Option<(u64, u64)> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let field = |name: &str| {
        text.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse::<u64>().ok())
    };
    Some((field("MemAvailable:")?, field("MemTotal:")?))
}

/// Open files and their limit.
fn files() -> Option<(u64, u64)> {
    let text = fs::read_to_string("/proc/sys/fs/file-nr").ok()?;
    let mut fields = text.split_whitespace();
    Some((fields.next()?.parse().ok()?, fields.nth(1)?.parse().ok()?))
}

fn pair(used: &str, limit: &str) -> Option<(u64, u64)> {
    let number = |path| fs::read_to_string(path).ok()?.trim().parse().ok();
    Some((number(used)?, number(limit)?))
}

/// Whether anything renews certbot's certificates; `None` if there are none.
fn renewal() -> Option<bool> {
    let certificates = fs::read_dir("/etc/letsencrypt/renewal").ok()?.next().is_some();
    let renewers = [
        "/etc/systemd/system/timers.target.wants/certbot.timer",
        "/etc/systemd/system/timers.target.wants/snap.certbot.renew.timer",
        "/etc/systemd/system/timers.target.wants/certbot-renew.timer",
        "/etc/cron.d/certbot",
        "/etc/cron.daily/certbot",
    ];
    certificates.then(|| renewers.iter().any(|path| Path::new(path).exists()))
}
