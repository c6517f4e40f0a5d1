//! Time-outs and size limits, with their dates: the only place that has Cloudflare's figures.
//!
//! The times and sizes that programs use are constants, and the [`Limit`]s with their sources are made from these.
//! Texts name a limit as `{limit.connect}`; core's build script replaces that with the figure from [`named_in_words`].

use core::fmt;
use core::time::Duration;

use super::named::named;
use super::source::{self, Source};

/// A time-out or size limit that causes a code.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// The limited quantity.
    pub kind: LimitKind,
    /// The limit, in the unit that [`LimitKind::unit`] names.
    pub amount: Amount,
    /// When it came into force, such as `2025` or `2025-10-16`; `None` if no source says.
    pub from: Option<&'static str>,
    /// When it ended; `None` if it still applies.
    pub until: Option<&'static str>,
    /// The source.
    pub source: Source,
}

/// The amount of a limit. It prints as a number, such as `19` or `6.5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// A time, printed in seconds.
    Time(Duration),
    /// A size or a count.
    Number(usize),
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(time) => time.as_secs_f64().fmt(f),
            Self::Number(number) => number.fmt(f),
        }
    }
}

named! {
    /// The limited quantity.
    pub enum LimitKind {
        /// Opening the TCP connection to the origin.
        Connect = "connect",
        /// The origin's TCP acknowledgement of the request.
        Acknowledge = "acknowledge",
        /// Waiting for the origin's answer.
        Read = "read",
        /// Writing the request to the origin.
        Write = "write",
        /// Writing the request to the origin, for Cloudflare Images.
        WriteImages = "write-images",
        /// Waiting for the origin's answer, as Enterprise plans may set it.
        ReadEnterprise = "read-enterprise",
        /// The interval of TCP keep-alive.
        KeepAlive = "keep-alive",
        /// An idle connection that Cloudflare keeps open.
        Idle = "idle",
        /// All headers together.
        Headers = "headers",
        /// The URL.
        Address = "address",
        /// The upload, on the Free and Pro plans.
        Upload = "upload",
        /// The upload, on the Business plan.
        UploadBusiness = "upload-business",
        /// The upload, on the Enterprise plan.
        UploadEnterprise = "upload-enterprise",
        /// The upload that an Enterprise customer can set.
        UploadSelfServe = "upload-self-serve",
        /// The memory of a Worker.
        WorkerMemory = "worker-memory",
        /// How many times a request may pass through Workers.
        WorkerLoop = "worker-loop",
    }
}

impl LimitKind {
    /// Returns the value's unit, as a key for its words.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Headers | Self::Address => "kilobytes",
            Self::WorkerMemory | Self::Upload | Self::UploadBusiness | Self::UploadEnterprise => "megabytes",
            Self::UploadSelfServe => "gigabytes",
            Self::WorkerLoop => "times",
            _ => "seconds",
        }
    }
}

/// How long Cloudflare waits for a TCP connection to the origin.
pub const CONNECT_TIME: Duration = Duration::from_secs(19);
/// The longest that a 522 takes to appear: Cloudflare tries to connect twice.
pub const CONNECT_TIME_TWICE: Duration = CONNECT_TIME.saturating_mul(2);
/// How long Cloudflare waits for the origin's acknowledgement of a request.
pub const ACKNOWLEDGE_TIME: Duration = Duration::from_secs(90);
/// How long Cloudflare waits for the first byte of an answer.
pub const READ_TIME: Duration = Duration::from_secs(125);
/// How long Cloudflare waits for the origin to receive an upload.
pub const WRITE_TIME: Duration = Duration::from_secs(30);
/// How long Cloudflare keeps an idle connection to the origin.
pub const IDLE_TIME: Duration = Duration::from_mins(15);
/// The keep-alive time-out that we recommend for an origin: slightly longer than [`IDLE_TIME`], so that Cloudflare
/// closes an idle connection first. Our own conclusion.
pub const KEEP_ALIVE_TIME: Duration = IDLE_TIME.saturating_add(Duration::from_secs(5));
/// The maximum size of all headers of a request or an answer together, in bytes.
pub const HEADERS_BYTES: usize = 128 * 1024;

const fn time(kind: LimitKind, time: Duration, source: Source) -> Limit {
    Limit { kind, amount: Amount::Time(time), from: None, until: None, source }
}

const fn number(kind: LimitKind, number: usize, source: Source) -> Limit {
    Limit { kind, amount: Amount::Number(number), from: None, until: None, source }
}

pub(super) const CONNECT: Limit =
    Limit { from: Some("2025-03"), ..time(LimitKind::Connect, CONNECT_TIME, source::LIMITS) };
pub(super) const CONNECT_BEFORE: Limit =
    Limit { until: Some("2025-03"), ..time(LimitKind::Connect, Duration::from_secs(15), source::CONNECT_CHANGE) };
pub(super) const ACKNOWLEDGE: Limit = time(LimitKind::Acknowledge, ACKNOWLEDGE_TIME, source::LIMITS);
pub(super) const KEEP_ALIVE: Limit = time(LimitKind::KeepAlive, Duration::from_secs(30), source::LIMITS);
pub(super) const IDLE: Limit = time(LimitKind::Idle, IDLE_TIME, source::LIMITS);
pub(super) const READ: Limit = Limit { from: Some("2026-07-23"), ..time(LimitKind::Read, READ_TIME, source::E524) };
pub(super) const READ_ENTERPRISE: Limit = time(LimitKind::ReadEnterprise, Duration::from_mins(100), source::E524);
pub(super) const WRITE: Limit = time(LimitKind::Write, WRITE_TIME, source::LIMITS);
pub(super) const WRITE_IMAGES: Limit = time(LimitKind::WriteImages, Duration::from_millis(6_500), source::E524);
pub(super) const HEADERS: Limit =
    Limit { from: Some("2025-10-16"), ..number(LimitKind::Headers, HEADERS_BYTES / 1024, source::HEADER_LIMIT) };
pub(super) const HEADERS_BEFORE: Limit =
    Limit { until: Some("2025-10-16"), ..number(LimitKind::Headers, 32, source::HEADER_LIMIT) };
pub(super) const WORKER_MEMORY: Limit = number(LimitKind::WorkerMemory, 128, source::E1102);
pub(super) const WORKER_LOOP: Limit = number(LimitKind::WorkerLoop, 16, source::WORKERS);
// The two pages disagree, so both figures are shown.
pub(super) const ADDRESS: Limit = number(LimitKind::Address, 32, source::LONG_ADDRESS);
pub(super) const ADDRESS_LIMITS: Limit = number(LimitKind::Address, 16, source::LIMITS);
pub(super) const UPLOAD: Limit = number(LimitKind::Upload, 100, source::TOO_LARGE);
pub(super) const UPLOAD_BUSINESS: Limit = number(LimitKind::UploadBusiness, 200, source::TOO_LARGE);
pub(super) const UPLOAD_ENTERPRISE: Limit = number(LimitKind::UploadEnterprise, 500, source::TOO_LARGE);
pub(super) const UPLOAD_SELF_SERVE: Limit =
    Limit { from: Some("2026-09-04"), ..number(LimitKind::UploadSelfServe, 5, source::UPLOAD_LIMITS) };

/// The limits that texts name, each with its name in the words files.
pub fn named_in_words() -> impl Iterator<Item = (&'static str, Amount)> {
    let limits = [
        CONNECT,
        ACKNOWLEDGE,
        READ,
        WRITE,
        IDLE,
        HEADERS,
        ADDRESS,
        UPLOAD,
        UPLOAD_BUSINESS,
        UPLOAD_ENTERPRISE,
        UPLOAD_SELF_SERVE,
    ];
    let others = [("connect-twice", Amount::Time(CONNECT_TIME_TWICE)), ("address-elsewhere", ADDRESS_LIMITS.amount)];
    limits.into_iter().map(|limit| (limit.kind.id(), limit.amount)).chain(others)
}
