//! One page watched by a program: visited on the schedule while it fails, and at a steady pace while it works.
//!
//! A program that can visit from several regions does so in turn, and all of them share one schedule: no region asks before the
//! wait that an answer to another one imposed. A failure seen from one region alone may be that region's; a page is down only if
//! several agree, for long enough.

mod regions;

use core::time::Duration;

use serde::{Deserialize, Serialize};

pub use regions::{Region, View};

use crate::diagnosis::Diagnosis;
use crate::retry::decision::{Elsewhere, MarkDown, decide};
use crate::retry::schedule::{Blocked, Schedule};
use crate::retry::{GaveUp, policy, uniform};
use crate::settings::Settings;
use crate::time::Timestamp;
use regions::Regions;

/// A page watched by a program, which visits it when it's [due](Monitor::next) from the [place](Monitor::place) whose turn it is,
/// and reports what it [saw](Monitor::visited).
///
/// It can be stored between any two calls and continues from there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Monitor {
    schedule: Schedule,
    health: Health,
    /// When the page was last visited; `None` before the first visit.
    visited_at: Option<Timestamp>,
    /// The number of visits; jitter depends on it.
    visits: u32,
    seed: u64,
    #[serde(default)]
    regions: Regions,
    /// How many places in a row failed themselves, and when the last one did.
    #[serde(default)]
    not_visited: Option<(u32, Timestamp)>,
    /// Whether a region that saw the page fail sees it work again, while others haven't looked yet.
    #[serde(default)]
    is_recovering: bool,
}

/// What a program watches a page with. It may change between two runs.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// The places to visit from, in order; the first is the usual one.
    pub places: &'a [Vantage<'a>],
    /// How often to visit while the page works, at least [`Settings::LEAST_WAIT_S`].
    pub every: Duration,
    /// How long a page has to fail before it can count as down; [`policy::MARK_DOWN_AFTER`] unless the user says otherwise.
    pub down_after: Duration,
}

/// A place to visit from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vantage<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whether it's used only while the page fails.
    pub only_while_failing: bool,
}

/// Whether the page works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Health {
    /// Unknown: it wasn't visited yet, or there was never an answer that shows it.
    #[default]
    Unknown,
    /// It works.
    Up,
    /// It fails, at least from one region.
    Failing,
    /// It has failed for long enough, from [`policy::REGIONS_TO_MARK_DOWN`] regions or more, and works from none.
    Down,
}

impl Health {
    /// Whether the page fails.
    #[must_use]
    pub const fn is_failing(self) -> bool {
        matches!(self, Self::Failing | Self::Down)
    }
}

/// What a visit saw.
#[derive(Clone, Debug, PartialEq)]
pub enum Visit {
    /// The page works.
    Works,
    /// It fails with this answer.
    Fails(Diagnosis),
    /// This program was challenged or blocked, which shows nothing about other visitors.
    Barred,
    /// No answer.
    Unanswered,
    /// The place itself failed, such as its proxy, so the page wasn't asked.
    NotVisited {
        /// The wait before the place may be used again, if it asked for one.
        retry_after: Option<Duration>,
    },
}

impl Monitor {
    /// Creates the monitor of a page that wasn't visited yet. `seed` spreads the visits of many programs: draw it at random,
    /// once.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            schedule: Schedule::new(seed),
            health: Health::Unknown,
            visited_at: None,
            visits: 0,
            seed,
            regions: Regions::default(),
            not_visited: None,
            is_recovering: false,
        }
    }

    /// The place to visit from next.
    ///
    /// They take turns. After an answer that refused the visit, it's the same place again: a visit from another one
    /// would get around the refusal, or join the queue again. `None` if the plan has no place that may be used now.
    #[must_use]
    pub fn place<'a>(&self, plan: &Plan<'a>, now: Timestamp) -> Option<&'a str> {
        let usable: Vec<Vantage<'a>> =
            plan.places.iter().copied().filter(|place| self.health.is_failing() || !place.only_while_failing).collect();
        if let Some(diagnosis) = self.diagnosis()
            && matches!(decide(diagnosis).elsewhere, Elsewhere::Policy | Elsewhere::Irrelevant)
        {
            return self.regions.latest(&usable);
        }
        let recovering = self.is_recovering.then(|| self.regions.next(&usable, now, true)).flatten();
        recovering.or_else(|| self.regions.next(&usable, now, false))
    }

    /// Records a visit from a place; returns whether that changed the page's health.
    ///
    /// `seen` is what each region saw: one of the place's own name, or several if the place is a service that looks from several.
    pub fn visited(
        &mut self,
        settings: &Settings,
        plan: &Plan<'_>,
        now: Timestamp,
        place: &str,
        seen: &[(&str, Visit)],
    ) -> bool {
        self.regions.keep_only(plan.places);
        let Some(visit) = summary(seen) else {
            let asked = seen.iter().find_map(|(_, visit)| match visit {
                Visit::NotVisited { retry_after } => *retry_after,
                _ => None,
            });
            self.regions.tried(place, now, asked.map(|wait| now.after(wait)));
            self.not_visited = Some((self.not_visited.map_or(0, |(count, _)| count).saturating_add(1), now));
            return false;
        };
        self.regions.tried(place, now, None);
        self.not_visited = None;
        self.visited_at = Some(now);
        self.visits = self.visits.saturating_add(1);
        let before = self.health;
        let is_attempt = before.is_failing();
        if is_attempt {
            self.schedule.requested(now);
        } else if matches!(visit, Visit::Fails(_)) {
            self.regions.forget_views();
        }
        let recovered = seen.iter().filter(|(name, visit)| self.regions.saw(place, name, visit)).count() > 0;
        match visit {
            Visit::Fails(answer) if is_attempt => {
                self.is_recovering = false;
                self.schedule.attempt_failed(settings, now, answer.clone());
            }
            Visit::Fails(answer) => self.schedule.failed(settings, now, answer.clone()),
            Visit::Works if !is_attempt => {
                self.schedule.recovered(now);
                self.health = Health::Up;
                return before != Health::Up;
            }
            Visit::Works if !self.regions.any_fails() => {
                self.is_recovering = false;
                self.schedule.attempt_succeeded(now);
                self.health = Health::Up;
                return true;
            }
            Visit::Works if recovered => self.is_recovering = true,
            // It works from here and fails elsewhere: that's no recovery, so the waits go on growing.
            Visit::Works | Visit::Barred if is_attempt => {
                self.schedule.attempt_barred(settings, now);
            }
            Visit::Unanswered if is_attempt => self.schedule.attempt_unanswered(settings, now),
            Visit::Works | Visit::Barred | Visit::Unanswered | Visit::NotVisited { .. } => return false,
        }
        self.health = if self.is_down(plan, now) { Health::Down } else { Health::Failing };
        before != self.health
    }

    fn is_down(&self, plan: &Plan<'_>, now: Timestamp) -> bool {
        let lasted = self.schedule.since().map(|since| now.since(since)).unwrap_or_default();
        let may_be_marked = self.schedule.diagnosis().is_some_and(|it| decide(it).mark_down != MarkDown::Never);
        may_be_marked && self.regions.agree_that_its_down(lasted, plan.down_after)
    }

    /// Returns when to visit the page next: now if it wasn't visited yet, on the schedule while it fails, otherwise every
    /// [`Plan::every`] and up to a tenth later. If a place failed itself, the next one is tried at once; if all did, after
    /// [`Plan::every`].
    ///
    /// Once the schedule's attempts are over, the page is visited every [`policy::CHECK_DOWN_EVERY`].
    ///
    /// # Errors
    ///
    /// If a rule refuses the visits: they'd be refused each time.
    pub fn next(&mut self, settings: &Settings, plan: &Plan<'_>, now: Timestamp) -> Result<Timestamp, GaveUp> {
        // A last visit in the future: the clock was set back, and the whole wait counts from now.
        if let Some(then) = self.visited_at.filter(|then| *then > now) {
            return self.next(settings, plan, then).map(|due| due.before(then.since(now)));
        }
        let every = plan.every.max(Duration::from_secs(Settings::LEAST_WAIT_S.into()));
        let due = self.due(settings, every, now)?;
        let places = u32::try_from(plan.places.len()).unwrap_or(u32::MAX).max(1);
        Ok(match self.not_visited {
            Some((count, at)) if count % places == 0 => due.max(at.after(every)),
            _ => due,
        })
    }

    fn due(&mut self, settings: &Settings, every: Duration, now: Timestamp) -> Result<Timestamp, GaveUp> {
        let Some(visited_at) = self.visited_at else { return Ok(now) };
        if !self.health.is_failing() {
            return Ok(visited_at.after(every + uniform(self.seed, self.visits, every / 10)).max(now));
        }
        let seldom = visited_at.after(policy::CHECK_DOWN_EVERY).max(now);
        let at = match self.schedule.next(settings, now) {
            // The floor of the last failing answer holds for every region.
            Ok(_) if self.is_recovering => {
                let soon = visited_at.after(Duration::from_secs(Settings::LEAST_WAIT_S.into()));
                soon.max(self.schedule.not_before()).max(now)
            }
            Ok(due) => due.at,
            Err(GaveUp::Refused) => return Err(GaveUp::Refused),
            Err(GaveUp::AttemptsUsed | GaveUp::DayOver) => seldom.max(self.schedule.not_before()),
        };
        Ok(self.schedule.blocked(at).and_then(Blocked::until).unwrap_or(at))
    }

    /// Whether the page works.
    #[must_use]
    pub fn health(&self) -> Health {
        self.health
    }

    /// The regions with what they saw in this failure or since the last one, without those that saw nothing.
    pub fn regions(&self) -> impl Iterator<Item = &Region> {
        self.regions.with_a_view()
    }

    /// The failing answer, while the page fails.
    #[must_use]
    pub fn diagnosis(&self) -> Option<&Diagnosis> {
        self.schedule.diagnosis().filter(|_| self.health.is_failing())
    }

    /// When the page began to fail; `None` while it doesn't.
    #[must_use]
    pub fn failing_since(&self) -> Option<Timestamp> {
        self.schedule.since().filter(|_| self.health.is_failing())
    }

    /// The number of attempts in this failure.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.schedule.attempts()
    }
}

/// What a visit from several regions shows as a whole; `None` if the page wasn't asked from any.
fn summary<'a>(seen: &'a [(&str, Visit)]) -> Option<&'a Visit> {
    let rank = |visit: &Visit| match visit {
        Visit::Fails(_) => 0,
        Visit::Works => 1,
        Visit::Barred => 2,
        Visit::Unanswered => 3,
        Visit::NotVisited { .. } => 4,
    };
    seen.iter().map(|(_, visit)| visit).filter(|visit| rank(visit) < 4).min_by_key(|visit| rank(visit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::Kind;

    const START: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);
    const HERE: &[Vantage<'_>] = &[Vantage { name: "here", only_while_failing: false }];
    const EU: Vantage<'_> = Vantage { name: "eu", only_while_failing: false };
    const US: Vantage<'_> = Vantage { name: "us", only_while_failing: false };

    const fn from<'a>(places: &'a [Vantage<'a>]) -> Plan<'a> {
        Plan { places, every: Duration::from_mins(1), down_after: policy::MARK_DOWN_AFTER }
    }

    fn fails(code: &str) -> Visit {
        Visit::Fails(Diagnosis::of_code(code.parse().unwrap()))
    }

    /// Visits whenever it's due; returns the waits between visits, in seconds.
    fn waits(monitor: &mut Monitor, visits: impl IntoIterator<Item = Visit>) -> Vec<u64> {
        let settings = Settings::default();
        let mut now = START;
        let mut waits = Vec::new();
        for visit in visits {
            let due = monitor.next(&settings, &from(HERE), now).unwrap();
            waits.push(due.since(now).as_secs());
            now = due;
            monitor.visited(&settings, &from(HERE), now, "here", &[("here", visit)]);
            // As after a kill: what's stored is all there is.
            *monitor = serde_json::from_str(&serde_json::to_string(monitor).unwrap()).unwrap();
        }
        waits
    }

    #[test]
    fn a_clock_set_back_costs_one_wait() {
        let settings = Settings::default();
        let plan = from(HERE);
        let mut monitor = Monitor::new(7);
        monitor.visited(&settings, &plan, START, "here", &[("here", fails("522"))]);
        let wait = monitor.next(&settings, &plan, START).unwrap().since(START);
        let earlier = START.before(Duration::from_hours(48));
        assert_eq!(monitor.next(&settings, &plan, earlier).unwrap().since(earlier), wait);
        monitor.visited(&settings, &plan, earlier.after(wait), "here", &[("here", Visit::Works)]);
        assert_eq!(monitor.health(), Health::Up);
    }

    #[test]
    fn a_working_page_is_visited_at_a_steady_pace() {
        let waits = waits(&mut Monitor::new(7), vec![Visit::Works; 20]);
        assert_eq!(waits[0], 0);
        assert!(waits[1..].iter().all(|wait| (60..=66).contains(wait)), "{waits:?}");
        assert!(waits[1..].iter().any(|wait| *wait != waits[1]), "no jitter: {waits:?}");
    }

    #[test]
    fn a_522_is_never_asked_again_within_two_minutes_and_ever_less_often() {
        let waits = waits(&mut Monitor::new(7), vec![fails("522"); 12]);
        assert!(waits[1..].iter().all(|wait| *wait >= 120), "{waits:?}");
        assert!(waits.last() > waits.get(1), "{waits:?}");
    }

    #[test]
    fn health_changes_once_per_outage() {
        let settings = Settings::default();
        let mut monitor = Monitor::new(7);
        let mut changes = Vec::new();
        for (minute, visit) in
            [Visit::Barred, Visit::Works, fails("522"), Visit::Unanswered, fails("521"), Visit::Works, Visit::Works]
                .into_iter()
                .enumerate()
        {
            let now = START.after(Duration::from_mins(5 * u64::try_from(minute).unwrap()));
            changes.push((monitor.visited(&settings, &from(HERE), now, "here", &[("here", visit)]), monitor.health()));
        }
        let (up, down) = (Health::Up, Health::Failing);
        assert_eq!(
            changes,
            [(false, Health::Unknown), (true, up), (true, down), (false, down), (false, down), (true, up), (false, up)]
        );
        assert_eq!((monitor.diagnosis(), monitor.failing_since()), (None, None));
    }

    #[test]
    fn a_page_that_keeps_failing_is_visited_every_half_hour_after_its_attempts() {
        let waits = waits(&mut Monitor::new(7), vec![fails("526"); 8]);
        assert!(waits[3..].iter().all(|wait| *wait >= 1_800), "{waits:?}");
    }

    #[test]
    fn a_page_that_a_rule_refuses_isnt_visited_again() {
        let settings = Settings::default();
        let mut monitor = Monitor::new(7);
        monitor.visited(&settings, &from(HERE), START, "here", &[("here", fails("1020"))]);
        assert_eq!(monitor.next(&settings, &from(HERE), START), Err(GaveUp::Refused));
    }

    /// One visit of a scenario: minutes after the start, the place whose turn it must be, what it saw, the health it leads to.
    type Step<'a> = (u64, &'a str, Visit, Health);

    /// Visits in turn; returns the monitor.
    fn scenario(places: &[Vantage<'_>], steps: &[Step<'_>]) -> Monitor {
        let (settings, plan) = (Settings::default(), from(places));
        let mut monitor = Monitor::new(7);
        for (minute, place, visit, health) in steps {
            let now = START.after(Duration::from_mins(*minute));
            assert_eq!(monitor.place(&plan, now), Some(*place), "at minute {minute}");
            let before = monitor.health();
            let changed = monitor.visited(&settings, &plan, now, place, &[(place, visit.clone())]);
            assert_eq!((monitor.health(), changed), (*health, before != *health), "at minute {minute}");
            monitor = serde_json::from_str(&serde_json::to_string(&monitor).unwrap()).unwrap();
        }
        monitor
    }

    #[test]
    fn a_page_is_down_after_an_hour_if_two_regions_agree() {
        use Health::{Down, Failing, Up};
        scenario(
            &[EU, US],
            &[
                (0, "eu", fails("522"), Failing),
                (3, "us", fails("522"), Failing),
                (59, "eu", fails("522"), Failing),
                (61, "us", fails("522"), Down),
                (91, "eu", Visit::Unanswered, Down),
                (121, "us", Visit::Works, Failing),
                (123, "eu", Visit::Works, Up),
            ],
        );
    }

    #[test]
    fn one_region_alone_never_marks_a_page_down() {
        let failing = |minute| (minute, "eu", fails("522"), Health::Failing);
        scenario(&[EU], &[failing(0), failing(50), failing(100), failing(700)]);
    }

    #[test]
    fn a_page_that_works_from_one_region_isnt_down() {
        use Health::Failing;
        let monitor = scenario(
            &[EU, US],
            &[
                (0, "eu", fails("522"), Failing),
                (3, "us", Visit::Works, Failing),
                (90, "eu", fails("522"), Failing),
                (120, "us", Visit::Works, Failing),
            ],
        );
        let views: Vec<_> = monitor.regions().map(|region| (region.name.as_str(), region.view)).collect();
        assert_eq!(views, [("eu", View::Fails), ("us", View::Works)]);
    }

    #[test]
    fn a_region_whose_proxy_fails_is_neither_evidence_nor_waited_for() {
        let (settings, places) = (Settings::default(), [EU, US]);
        let plan = from(&places);
        let gone = Visit::NotVisited { retry_after: None };
        let mut monitor = scenario(&places, &[(0, "eu", fails("522"), Health::Failing)]);
        let now = START.after(Duration::from_mins(61));
        assert_eq!(monitor.place(&plan, now), Some("us"));
        assert!(!monitor.visited(&settings, &plan, now, "us", &[("us", gone.clone())]));
        assert_eq!((monitor.next(&settings, &plan, now), monitor.place(&plan, now)), (Ok(now), Some("eu")));
        assert!(!monitor.visited(&settings, &plan, now, "eu", &[("eu", gone)]));
        // Both failed, so both get a minute.
        assert_eq!(monitor.next(&settings, &plan, now), Ok(now.after(Duration::from_mins(1))));
        assert_eq!((monitor.health(), monitor.attempts()), (Health::Failing, 0));
    }

    #[test]
    fn every_region_keeps_to_the_floor_of_an_answer_to_another() {
        let (settings, places) = (Settings::default(), [EU, US]);
        let mut monitor = scenario(&places, &[(0, "eu", fails("522"), Health::Failing)]);
        let due = monitor.next(&settings, &from(&places), START).unwrap();
        assert!(due.since(START) >= Duration::from_mins(2));
    }

    #[test]
    fn no_other_region_is_a_way_around_a_refusal() {
        let refused = |minute, place| (minute, place, fails("1015"), Health::Failing);
        scenario(&[EU, US], &[refused(0, "eu"), refused(60, "eu")]);
        scenario(&[EU, US], &[(0, "eu", fails("522"), Health::Failing), refused(9, "us"), refused(69, "us")]);
    }

    #[test]
    fn a_price_or_a_queue_keeps_the_next_visit_at_the_same_place() {
        let (settings, places) = (Settings::default(), [EU, US]);
        let plan = from(&places);
        for (kind, code) in [
            (Kind::Error, "402".parse().ok()),
            (Kind::PaidCrawl, None),
            (Kind::WaitingRoom, None),
            (Kind::Warning, None),
        ] {
            let page = Diagnosis { kind, code, ..Diagnosis::of_code("403".parse().unwrap()) };
            let mut monitor = Monitor::new(1);
            monitor.visited(&settings, &plan, START, "eu", &[("eu", Visit::Fails(page))]);
            assert_eq!(monitor.place(&plan, START.after(Duration::from_hours(2))), Some("eu"), "{kind:?}");
        }
    }

    #[test]
    fn a_place_for_failures_is_left_alone_while_the_page_works_and_for_as_long_as_it_asks() {
        let many = Vantage { name: "many", only_while_failing: true };
        let (settings, places) = (Settings::default(), [EU, many]);
        let plan = from(&places);
        let mut monitor = scenario(
            &places,
            &[
                (0, "eu", Visit::Works, Health::Up),
                (1, "eu", Visit::Works, Health::Up),
                (2, "eu", fails("522"), Health::Failing),
            ],
        );
        let [first, second] = [5, 9].map(|minute| START.after(Duration::from_mins(minute)));
        assert_eq!(monitor.place(&plan, first), Some("many"));
        let limited = Visit::NotVisited { retry_after: Some(Duration::from_mins(30)) };
        monitor.visited(&settings, &plan, first, "many", &[("many", limited)]);
        let next = first.after(Duration::from_mins(1));
        monitor.visited(&settings, &plan, next, "eu", &[("eu", fails("522"))]);
        assert_eq!(monitor.place(&plan, second), Some("eu"));
        // What it sees counts for each region apart.
        let later = START.after(Duration::from_mins(62));
        assert_eq!(monitor.place(&plan, later), Some("many"));
        monitor.visited(&settings, &plan, later, "many", &[("as", fails("522")), ("sa", Visit::Unanswered)]);
        assert_eq!((monitor.health(), monitor.regions().count()), (Health::Down, 2));
    }

    #[test]
    fn a_region_that_isnt_used_any_more_doesnt_keep_a_page_failing() {
        let settings = Settings::default();
        let mut monitor =
            scenario(&[EU, US], &[(0, "eu", fails("522"), Health::Failing), (3, "us", fails("522"), Health::Failing)]);
        let now = START.after(Duration::from_mins(9));
        monitor.visited(&settings, &from(&[EU]), now, "eu", &[("eu", Visit::Works)]);
        assert_eq!(monitor.health(), Health::Up);
    }
}
