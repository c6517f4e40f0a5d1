//! Time-outs and size limits, with their dates.

use super::named::named;
use super::source::{self, Source};

/// A time-out or size limit that causes a code.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// The limited quantity.
    pub kind: LimitKind,
    /// The limit, in the unit that [`LimitKind::unit`] names: a number such as `19` or `6.5`.
    pub value: &'static str,
    /// When it came into force, such as `2025` or `2025-10-16`; `None` if no source says.
    pub from: Option<&'static str>,
    /// When it ended; `None` if it still applies.
    pub until: Option<&'static str>,
    /// The source.
    pub source: Source,
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

    /// Every unit.
    pub const UNITS: &'static [&'static str] = &["kilobytes", "megabytes", "gigabytes", "times", "seconds"];
}

const fn now(kind: LimitKind, value: &'static str, source: Source) -> Limit {
    Limit { kind, value, from: None, until: None, source }
}

pub(super) const CONNECT: Limit = Limit { from: Some("2025-03"), ..now(LimitKind::Connect, "19", source::LIMITS) };
pub(super) const CONNECT_BEFORE: Limit =
    Limit { until: Some("2025-03"), ..now(LimitKind::Connect, "15", source::CONNECT_CHANGE) };
pub(super) const ACKNOWLEDGE: Limit = now(LimitKind::Acknowledge, "90", source::LIMITS);
pub(super) const KEEP_ALIVE: Limit = now(LimitKind::KeepAlive, "30", source::LIMITS);
pub(super) const IDLE: Limit = now(LimitKind::Idle, "900", source::LIMITS);
pub(super) const READ: Limit = Limit { from: Some("2026-07-23"), ..now(LimitKind::Read, "125", source::E524) };
pub(super) const READ_ENTERPRISE: Limit = now(LimitKind::ReadEnterprise, "6000", source::E524);
pub(super) const WRITE: Limit = now(LimitKind::Write, "30", source::LIMITS);
pub(super) const WRITE_IMAGES: Limit = now(LimitKind::WriteImages, "6.5", source::E524);
pub(super) const HEADERS: Limit =
    Limit { from: Some("2025-10-16"), ..now(LimitKind::Headers, "128", source::HEADER_LIMIT) };
pub(super) const HEADERS_BEFORE: Limit =
    Limit { until: Some("2025-10-16"), ..now(LimitKind::Headers, "32", source::HEADER_LIMIT) };
pub(super) const WORKER_MEMORY: Limit = now(LimitKind::WorkerMemory, "128", source::E1102);
pub(super) const WORKER_LOOP: Limit = now(LimitKind::WorkerLoop, "16", source::WORKERS);
// The two pages disagree, so both figures are shown.
pub(super) const ADDRESS: Limit = now(LimitKind::Address, "32", source::LONG_ADDRESS);
pub(super) const ADDRESS_LIMITS: Limit = now(LimitKind::Address, "16", source::LIMITS);
pub(super) const UPLOAD: Limit = now(LimitKind::Upload, "100", source::TOO_LARGE);
pub(super) const UPLOAD_BUSINESS: Limit = now(LimitKind::UploadBusiness, "200", source::TOO_LARGE);
pub(super) const UPLOAD_ENTERPRISE: Limit = now(LimitKind::UploadEnterprise, "500", source::TOO_LARGE);
pub(super) const UPLOAD_SELF_SERVE: Limit =
    Limit { from: Some("2026-09-04"), ..now(LimitKind::UploadSelfServe, "5", source::UPLOAD_LIMITS) };
