//! The durations of outages.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Result, bail};
use statrs::distribution::{ContinuousCDF, LogNormal, Pareto, Weibull};

use crate::time::{HOUR, MINUTE, Millis};

/// The longest outage: after a day, automatic retries stop.
const LONGEST: Millis = 24 * HOUR;

/// A distribution of durations.
#[derive(Clone, Debug)]
pub(crate) struct Distribution {
    name: String,
    shape: Shape,
}

#[derive(Clone, Debug)]
enum Shape {
    LogNormal(LogNormal),
    Pareto(Pareto),
    Weibull(Weibull),
    Fixed(f64),
}

impl Distribution {
    /// The duration that this share of outages doesn't exceed.
    pub(crate) fn quantile(&self, share: f64) -> Millis {
        let minutes = match &self.shape {
            Shape::LogNormal(minutes) => minutes.inverse_cdf(share),
            Shape::Pareto(minutes) => minutes.inverse_cdf(share),
            Shape::Weibull(minutes) => minutes.inverse_cdf(share),
            Shape::Fixed(minutes) => *minutes,
        };
        #[expect(clippy::cast_possible_truncation, clippy::as_conversions, reason = "the cast saturates, as it should")]
        let millis = (minutes * 60_000.0) as Millis;
        millis.clamp(1000, LONGEST)
    }
}

impl FromStr for Distribution {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let forms = "lognormal:MEDIAN,SIGMA, pareto:LEAST,SHAPE, weibull:SCALE,SHAPE or fixed:MINUTES";
        let (kind, numbers) = text.split_once(':').with_context(|| format!("{text:?} isn't one of {forms}"))?;
        let numbers: Vec<f64> = numbers
            .split(',')
            .map(|number| number.parse().with_context(|| format!("{number:?} in {text:?} isn't a number")))
            .collect::<Result<_>>()?;
        let shape = match (kind, numbers.as_slice()) {
            ("lognormal", [median, sigma]) => Shape::LogNormal(LogNormal::new(median.ln(), *sigma)?),
            ("pareto", [least, shape]) => Shape::Pareto(Pareto::new(*least, *shape)?),
            ("weibull", [scale, shape]) => Shape::Weibull(Weibull::new(*shape, *scale)?),
            ("fixed", [minutes]) if *minutes > 0.0 => Shape::Fixed(*minutes),
            _ => bail!("{text:?} isn't one of {forms}"),
        };
        Ok(Self { name: text.to_owned(), shape })
    }
}

impl fmt::Display for Distribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// The period over which browsers arrive: ten minutes, or the whole outage if it's shorter.
pub(crate) fn arrivals(outage: Millis) -> Millis {
    outage.min(10 * MINUTE)
}
