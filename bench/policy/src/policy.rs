//! The policies to compare.

use std::sync::Arc;

use rayback_core::retry::{Attention, uniform};
use rayback_core::settings::{Settings, Shape};

use crate::client::Client;
use crate::peer::{self, Ladder, Peer};
use crate::rayback::Rayback;
use crate::time::Millis;

/// One policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    Rayback,
    RaybackClassic,
    Chromium,
    Every3S,
    Every30S,
    Doubling,
    Plain,
    RetryAfter,
    User,
}

impl Policy {
    pub(crate) const ALL: [Self; 9] = [
        Self::Rayback,
        Self::RaybackClassic,
        Self::Plain,
        Self::Doubling,
        Self::Chromium,
        Self::RetryAfter,
        Self::Every30S,
        Self::Every3S,
        Self::User,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rayback => "Rayback",
            Self::RaybackClassic => "Rayback, classic preset",
            Self::Chromium => "Chromium 1 s to 30 min",
            Self::Every3S => "every 3 s",
            Self::Every30S => "every 30 s",
            Self::Doubling => "60 s doubled to 20 min",
            Self::Plain => "plain 1-5-15",
            Self::RetryAfter => "every retry_after",
            Self::User => "a user pressing F5",
        }
    }

    pub(crate) fn is_ours(self) -> bool {
        matches!(self, Self::Rayback | Self::RaybackClassic)
    }

    fn ladder(self) -> Ladder {
        match self {
            Self::Chromium => peer::CHROMIUM,
            Self::Every3S => peer::EVERY_3_S,
            Self::Every30S => peer::EVERY_30_S,
            Self::Doubling => peer::DOUBLING,
            Self::Plain => peer::PLAIN_1_5_15,
            Self::RetryAfter | Self::Rayback | Self::RaybackClassic => peer::RETRY_AFTER,
            Self::User => peer::USER,
        }
    }
}

/// Creates browsers with one policy.
pub(crate) struct Maker {
    policy: Policy,
    settings: Arc<Settings>,
    looking: f64,
    seed: u64,
}

impl Maker {
    pub(crate) fn new(policy: Policy, looking: f64, seed: u64) -> Self {
        let schedule = match policy {
            Policy::RaybackClassic => Shape::Classic,
            _ => Shape::default(),
        };
        let settings = Arc::new(Settings { schedule, ..Settings::default() });
        Self { policy, settings, looking, seed }
    }

    /// The browser with this number, which arrives within this time.
    pub(crate) fn browser(&self, number: u64, within: Millis) -> Box<dyn Client> {
        let seed = self.seed.wrapping_mul(0x0100_0000_01b3).wrapping_add(number);
        let draw = |nth, most: Millis| {
            let most = std::time::Duration::from_millis(most.unsigned_abs());
            Millis::try_from(uniform(seed, u32::MAX - nth, most).as_millis()).unwrap_or(0)
        };
        let arrival = draw(0, within);
        if !self.policy.is_ours() {
            return Box::new(Peer::new(self.policy.ladder(), arrival, seed));
        }
        #[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "a thousand steps are exact")]
        let is_looking = (draw(1, 1000) as f64) < self.looking * 1000.0;
        let attention = if is_looking { Attention::InView } else { Attention::OutOfView };
        Box::new(Rayback::new(Arc::clone(&self.settings), arrival, seed, attention))
    }
}
