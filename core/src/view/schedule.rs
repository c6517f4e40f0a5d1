//! What a schedule does to a failing site, drawn and counted: from the schedule itself, run through a day of failure.

use core::time::Duration;

use crate::catalog;
use crate::diagnosis::Diagnosis;
use crate::retry::schedule::{Blocked, Schedule};
use crate::settings::{Settings, Shape};
use crate::time::Timestamp;
use crate::words::{Words, key};

const HOUR: Duration = Duration::from_hours(1);

/// How many browsers the numbers are averaged over: their random waits differ.
const BROWSERS: u64 = 16;

/// One schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleView {
    /// Where the checks of one browser are on the plot, from 0 to [`ScheduleView::WIDTH`]: from a minute to a day after the
    /// failure began, on a logarithmic axis.
    pub checks: Vec<u64>,
    /// The plot in words.
    pub text: String,
    /// The number of checks.
    pub cost: String,
}

impl ScheduleView {
    /// The plot's width.
    pub const WIDTH: u64 = 1000;

    /// Where an hour is on the plot.
    #[must_use]
    pub fn hour() -> u64 {
        position(HOUR)
    }

    /// The schedule of this shape, with everything else as in the settings.
    #[must_use]
    pub fn new(settings: &Settings, shape: Shape, words: &Words) -> Self {
        let settings = Settings { schedule: shape, ..settings.clone() };
        let browsers: Vec<_> = (0..BROWSERS).map(|seed| checks(&settings, seed)).collect();
        let mean = |within: Duration| {
            let number: usize = browsers.iter().flatten().filter(|at| **at < within).count();
            (u64::try_from(number).unwrap_or(u64::MAX) + BROWSERS / 2) / BROWSERS
        };
        let first = browsers.first().map(Vec::as_slice).unwrap_or_default();
        let minutes = |at: &Duration| words.number((at.as_secs() + 30) / 60);
        let minutes = words.list(first.iter().filter(|at| **at < HOUR).map(minutes));
        let cost =
            words.format(key::settings::schedule::Cost { n: mean(HOUR), day: &words.number(mean(Duration::MAX)) });
        let code = &catalog::EXAMPLE.to_string();
        let text = match minutes.as_str() {
            "" => cost.clone(),
            minutes => words.format(key::settings::schedule::Plot { code, minutes }),
        };
        Self { checks: first.iter().map(|at| position(*at)).collect(), text, cost }
    }
}

/// When a browser checks a site that fails for a day, while the page is out of view.
fn checks(settings: &Settings, seed: u64) -> Vec<Duration> {
    let start = Timestamp::default();
    let answer = Diagnosis::of_code(catalog::EXAMPLE);
    let (mut schedule, mut now, mut checks) = (Schedule::new(seed), start, Vec::new());
    schedule.failed(settings, start, answer.clone());
    while let Ok(due) = schedule.next(settings, now) {
        now = due.at;
        match schedule.blocked(now) {
            Some(Blocked::DayOver) => break,
            Some(Blocked::Until(at)) => now = at,
            None => {
                checks.push(now.since(start));
                schedule.requested(now);
                schedule.attempt_failed(settings, now, answer.clone());
            }
        }
    }
    checks
}

/// Where a time after the beginning is on the plot. Between powers of two of a minute the axis is linear.
fn position(after: Duration) -> u64 {
    const UNIT: u64 = 1024; // of a minute
    let height = |seconds: u64| {
        let units = (seconds * UNIT / 60).max(UNIT);
        let power = units.ilog2();
        u64::from(power) * UNIT + (((units - (1 << power)) * UNIT) >> power)
    };
    let (least, most) = (height(60), height(24 * 60 * 60));
    (height(after.as_secs()).min(most) - least) * ScheduleView::WIDTH / (most - least)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(shape: Shape) -> (usize, usize) {
        let settings = Settings { schedule: shape, ..Settings::default() };
        let checks = checks(&settings, 1);
        (checks.iter().filter(|at| **at < HOUR).count(), checks.len())
    }

    #[test]
    fn the_presets_ask_more_from_patient_to_eager_and_never_more_than_the_budget() {
        let (patient, standard, eager) = (cost(Shape::Patient), cost(Shape::Proportional), cost(Shape::Eager));
        assert!(patient.0 < standard.0 && standard.0 < eager.0, "{patient:?} {standard:?} {eager:?}");
        assert!(eager.0 <= crate::retry::policy::BUDGET);
        let hectic = Settings {
            schedule: Shape::Steps,
            steps_s: vec![0],
            code_floors_s: [(catalog::EXAMPLE.number(), 0)].into(),
            floor_s: 0,
            ..Settings::default()
        };
        assert_eq!(checks(&hectic, 1).iter().filter(|at| **at < HOUR).count(), crate::retry::policy::BUDGET);
    }

    #[test]
    fn every_check_keeps_cloudflares_wait_and_is_on_the_plot() {
        for shape in [Shape::Patient, Shape::Proportional, Shape::Eager, Shape::Classic, Shape::Steps] {
            let settings = Settings { schedule: shape, ..Settings::default() };
            let view = ScheduleView::new(&settings, shape, &Words::english().unwrap());
            let times = checks(&settings, 0);
            assert_eq!(times.len(), view.checks.len());
            let apart = times.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).chain(times.first().copied());
            assert!(apart.min().unwrap() >= Duration::from_mins(2));
            assert!(view.checks.is_sorted() && view.checks.iter().all(|at| *at <= ScheduleView::WIDTH));
            assert!(view.text.contains(&catalog::EXAMPLE.to_string()), "{}", view.text);
        }
    }

    #[test]
    fn the_axis_runs_from_a_minute_to_a_day() {
        let minutes = |minutes| position(Duration::from_mins(minutes));
        assert_eq!((minutes(1), minutes(24 * 60), minutes(48 * 60)), (0, 1000, 1000));
        assert!((550..580).contains(&ScheduleView::hour()), "{}", ScheduleView::hour());
    }
}
