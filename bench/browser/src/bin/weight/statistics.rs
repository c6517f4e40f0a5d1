//! Medians and their confidence intervals.

/// The fewest differences that give an interval.
const LEAST: usize = 10;

/// The median; 0 if there are no values.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.len() % 2, values.get(middle.saturating_sub(1)), values.get(middle)) {
        (0, Some(low), Some(high)) => f64::midpoint(*low, *high),
        (_, _, Some(value)) => *value,
        _ => 0.0,
    }
}

/// The 95 % confidence interval of the median of differences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Interval {
    low: f64,
    high: f64,
}

impl Interval {
    /// Uses the normal approximation of the binomial distribution, so it assumes nothing about how the values are
    /// distributed.
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a few hundred samples"
    )]
    pub(crate) fn of(mut values: Vec<f64>) -> Self {
        if values.len() < LEAST {
            return Self { low: f64::NEG_INFINITY, high: f64::INFINITY };
        }
        values.sort_by(f64::total_cmp);
        let count = values.len() as f64;
        let reach = 1.96 * count.sqrt() / 2.0;
        let low = (count / 2.0 - reach).floor().max(0.0) as usize;
        let high = (count / 2.0 + reach).ceil() as usize;
        let at = |index: usize| values.get(index.min(values.len().saturating_sub(1))).copied().unwrap_or_default();
        Self { low: at(low), high: at(high) }
    }

    /// Whether it's narrow enough to say anything.
    pub(crate) fn is_measured(self, widest: f64) -> bool {
        self.reach() <= widest
    }

    fn reach(self) -> f64 {
        (self.high - self.low) / 2.0
    }

    /// The interval, with `!` if the difference exceeds the noise; or that it wasn't measured, because it's too wide.
    pub(crate) fn describe(self, widest: f64) -> String {
        if self.reach().is_infinite() {
            return "too few to measure".to_owned();
        }
        if !self.is_measured(widest) {
            return format!("±{:.0} not measured", self.reach());
        }
        let verdict = if self.low > 0.0 || self.high < 0.0 { "!" } else { "=" };
        format!("[{:+.1} {:+.1}]{verdict}", self.low, self.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_a_constant_is_that_constant() {
        assert_eq!(Interval::of(vec![2.0; 30]), Interval { low: 2.0, high: 2.0 });
        assert!((median(vec![3.0, 1.0, 2.0, 10.0]) - 2.5).abs() < f64::EPSILON);
    }

    #[test]
    fn a_wide_interval_is_not_a_measurement() {
        let describe = |low, high| Interval { low, high }.describe(5.0);
        assert!(describe(-9.0, 9.0).contains("not measured"));
        assert!(Interval::of(vec![2.0; 9]).describe(5.0).contains("too few"));
        assert_eq!(describe(1.0, 3.0), "[+1.0 +3.0]!");
        assert_eq!(describe(-1.0, 3.0), "[-1.0 +3.0]=");
    }
}
