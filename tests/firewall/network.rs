//! A test's own network: a server, a client with a Cloudflare address, and a client with another address.
//!
//! It consists of three kernel namespaces, connected by virtual links. Changes inside them, such as firewall rules and
//! files in `/etc`, don't affect the machine and disappear with them.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

/// A client of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    /// With a Cloudflare address.
    Cloudflare,
    /// With another address.
    Elsewhere,
}

/// A version of IP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V4,
    V6,
}

impl Client {
    /// Its own addresses, and those at which it reaches the server. The server's addresses and those of the client elsewhere
    /// are reserved for documentation (RFC 5737, RFC 3849).
    const fn addresses(self) -> [(&'static str, &'static str); 2] {
        match self {
            Self::Cloudflare => [("173.245.48.10", "192.0.2.1"), ("2606:4700::10", "2001:db8:1::1")],
            Self::Elsewhere => [("198.51.100.10", "203.0.113.1"), ("2001:db8:99::10", "2001:db8:2::1")],
        }
    }

    /// Its own address.
    pub(crate) const fn address(self, version: Version) -> &'static str {
        let [v4, v6] = self.addresses();
        match version {
            Version::V4 => v4.0,
            Version::V6 => v6.0,
        }
    }

    const fn server(self, version: Version) -> &'static str {
        let [v4, v6] = self.addresses();
        match version {
            Version::V4 => v4.1,
            Version::V6 => v6.1,
        }
    }
}

/// A namespace for network, files and processes. Its processes are killed on drop.
struct Namespace {
    holder: Child,
}

impl Namespace {
    fn new() -> Result<Self> {
        let mut holder = Command::new("unshare")
            .args(["--net", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc"])
            .args(["sh", "-c", "echo ready; exec cat"]) // exits when its input is closed, even if the test is killed
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start unshare")?;
        await_line(&mut holder, "ready")?;
        Ok(Self { holder })
    }

    /// A command that runs inside.
    fn command(&self, program: impl AsRef<Path>) -> Command {
        let of = |kind: &str| format!("/proc/{}/ns/{kind}", self.holder.id());
        let mut command = Command::new("nsenter");
        command.arg(format!("--net={}", of("net"))).arg(format!("--mount={}", of("mnt")));
        command.arg(format!("--pid={}", of("pid_for_children"))).arg("--").arg(program.as_ref());
        command.stdin(Stdio::null());
        command
    }

    fn run(&self, script: &str) -> Result<String> {
        output_of(self.command("bash").args(["-euc", script]))
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

/// The server and its two clients.
pub(crate) struct Network {
    server: Namespace,
    cloudflare: Namespace,
    elsewhere: Namespace,
    /// The folder for the server's files, a file system visible only to the server.
    folder: TempDir,
    daemons: Vec<Child>,
}

impl Network {
    pub(crate) fn new() -> Result<Self> {
        let server = Namespace::new()?;
        let folder = tempfile::tempdir()?;
        let at = folder.path().display();
        server.run(&format!(
            "mount -t tmpfs tmpfs {at}; mkdir {at}/changed {at}/work {at}/bin {at}/www
             mount -t overlay overlay -o lowerdir=/etc,upperdir={at}/changed,workdir={at}/work /etc
             mount -t tmpfs tmpfs /run; mkdir /run/lock /run/dbus
             mount -t tmpfs tmpfs /var/log; mkdir /var/log/nginx /var/log/apache2
             ip link set lo up"
        ))?;
        let network =
            Self { cloudflare: Namespace::new()?, elsewhere: Namespace::new()?, server, folder, daemons: Vec::new() };
        for client in [Client::Cloudflare, Client::Elsewhere] {
            network.connect(client)?;
        }
        Ok(network)
    }

    /// Connects the server and a client with a virtual link.
    fn connect(&self, client: Client) -> Result<()> {
        let (name, namespace) = match client {
            Client::Cloudflare => ("cloudflare", &self.cloudflare),
            Client::Elsewhere => ("elsewhere", &self.elsewhere),
        };
        let [(own4, server4), (own6, server6)] = client.addresses();
        // The server has its own process namespace, so the other end of the link is moved into it from outside.
        let net = format!("--net=/proc/{}/ns/net", self.server.holder.id());
        let end = namespace.holder.id().to_string();
        let mut link = Command::new("nsenter");
        link.args([&net, "--", "ip", "link", "add", name, "type", "veth", "peer", "name", "server", "netns", &end]);
        output_of(&mut link)?;
        self.server.run(&format!(
            "ip link set {name} up; ip addr add {server4}/24 dev {name}; ip addr add {server6}/64 dev {name} nodad
             ip route add {own4}/32 dev {name}; ip route add {own6}/128 dev {name}"
        ))?;
        namespace.run(&format!(
            "ip link set lo up; ip link set server up
             ip addr add {own4}/32 dev server; ip addr add {own6}/128 dev server nodad
             ip route add {server4}/32 dev server src {own4}; ip route add {server6}/128 dev server src {own6}"
        ))?;
        Ok(())
    }

    /// Runs a script on the server, as its administrator would, and returns its output.
    ///
    /// Programs put there by [`Self::replace_program`] are found first.
    pub(crate) fn run(&self, script: &str) -> Result<String> {
        self.server.run(&format!("export PATH={}/bin:$PATH\n{script}", self.folder.path().display()))
    }

    /// Replaces a program on the server with a script.
    pub(crate) fn replace_program(&self, name: &str, script: &str) -> Result<()> {
        self.write(&self.folder.path().join("bin").join(name), &format!("#!/bin/sh\n{script}\n"))?;
        self.run(&format!("chmod +x {}/bin/{name}", self.folder.path().display())).map(drop)
    }

    /// The folder with the files that the server serves.
    pub(crate) fn www(&self) -> PathBuf {
        self.folder.path().join("www")
    }

    /// Writes a file on the server.
    pub(crate) fn write(&self, path: &Path, text: &str) -> Result<()> {
        let mut write = self.server.command("tee");
        let mut write = write.arg(path).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        std::io::Write::write_all(&mut write.stdin.take().context("no input")?, text.as_bytes())?;
        ensure!(write.wait()?.success(), "cannot write {}", path.display());
        Ok(())
    }

    /// Starts a daemon on the server, in the foreground, and waits for its first line of output if one is given.
    pub(crate) fn start(&mut self, program: &str, arguments: &[&str], first_line: Option<&str>) -> Result<()> {
        let mut command = self.server.command(program);
        command.args(arguments).stdout(if first_line.is_some() { Stdio::piped() } else { Stdio::null() });
        let mut daemon = command.stderr(Stdio::null()).spawn().with_context(|| format!("cannot start {program}"))?;
        if let Some(line) = first_line {
            await_line(&mut daemon, line)?;
        }
        self.daemons.push(daemon);
        Ok(())
    }

    /// Starts this program on the server, listening on ports 80 and 443.
    pub(crate) fn listen(&mut self) -> Result<()> {
        let this = std::env::current_exe()?;
        self.start(&this.to_string_lossy(), &["listen"], Some("ready"))
    }

    /// Whether the client can connect to the server's port.
    pub(crate) fn reaches(&self, client: Client, version: Version, port: u16) -> Result<bool> {
        let answer = output_of(self.peer(client)?.args(["reach", client.server(version), &port.to_string()]))?;
        Ok(answer.trim() == "reached")
    }

    /// The server's response to a request for its front page on port 80 with these additional header lines.
    pub(crate) fn ask(&self, client: Client, version: Version, headers: &str) -> Result<String> {
        output_of(self.peer(client)?.args(["ask", client.server(version), headers]))
    }

    /// This program, run as the client.
    fn peer(&self, client: Client) -> Result<Command> {
        let namespace = match client {
            Client::Cloudflare => &self.cloudflare,
            Client::Elsewhere => &self.elsewhere,
        };
        Ok(namespace.command(std::env::current_exe()?))
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for daemon in &mut self.daemons {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

/// Runs a command and returns its output.
fn output_of(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start {command:?}"))?;
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "{command:?} failed: {stdout}{stderr}");
    Ok(stdout.into_owned())
}

/// Waits for a program's first line of output, which must start with `line`.
fn await_line(child: &mut Child, line: &str) -> Result<()> {
    let output = child.stdout.take().context("its output isn't piped")?;
    let mut lines = BufReader::new(output).lines();
    match lines.next() {
        Some(Ok(first)) if first.starts_with(line) => Ok(()),
        other => bail!("expected {line:?} as the first line, got {other:?}"),
    }
}

/// The reason why no such network can be created here, if any.
pub(crate) fn obstacle() -> Option<String> {
    if !cfg!(target_os = "linux") {
        return Some("only Linux has network namespaces".to_owned());
    }
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let is_root = status.lines().any(|line| line.starts_with("Uid:\t0\t0\t"));
    if !is_root {
        return Some("only root can create network namespaces".to_owned());
    }
    if let Some(program) = ["unshare", "nsenter", "ip", "bash"].into_iter().find(|it| !is_here(it)) {
        return Some(format!("{program} isn't installed"));
    }
    // A container may forbid this even to root, entirely or in part.
    Network::new().err().map(|error| format!("cannot create a separate network: {error:#}"))
}

/// Whether a program is in PATH.
pub(crate) fn is_here(program: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}
