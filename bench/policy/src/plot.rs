//! A chart of requests against delay.

use std::error::Error;
use std::ops::Range;
use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::coord::ranged1d::{AsRangedCoord, ValueFormatter};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::outage::Distribution;
use crate::report::Row;

const SIZE: (u32, u32) = (1200, 600);
const INK: RGBColor = RGBColor(32, 33, 36);
const QUIET: RGBColor = RGBColor(110, 114, 120);
const GRID: RGBColor = RGBColor(228, 230, 233);
const OURS: RGBColor = RGBColor(200, 80, 0);
const FONT: &str = "sans-serif";
/// The minimum distance between labels, in pixels.
const LABEL: (i32, i32) = (150, 17);

/// Draws one point for each policy: further left is kinder to the origin, further down is quicker for the visitor. The right
/// half zooms in on the polite policies.
pub(crate) fn draw(file: &Path, rows: &[Row], distribution: &Distribution) -> Result<()> {
    draw_on(file, rows, distribution).map_err(|error| anyhow!("cannot draw {}: {error}", file.display()))
}

fn draw_on(file: &Path, rows: &[Row], distribution: &Distribution) -> Result<(), Box<dyn Error>> {
    let area = SVGBackend::new(file, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    area.draw(&Text::new("Kind to the origin, quick for the visitor", (72, 20), text(20, INK)))?;
    let subtitle = format!(
        "median delay and automatic requests of each policy, outages {distribution}; a line rises to the 95th percentile"
    );
    area.draw(&Text::new(subtitle, (72, 46), text(13, QUIET)))?;
    let (_, below) = area.split_vertically(64);
    let (left, right) = below.split_horizontally(600);
    let polite = polite(rows);
    let most = |rows: &[&Row], figure: fn(&Row) -> f64| rows.iter().map(|row| figure(row)).fold(1.0, f64::max);
    let all: Vec<&Row> = rows.iter().collect();
    let x = (2.0..most(&all, |row| row.figures.requests_per_outage) * 4.0).log_scale();
    let y = 1.0..most(&all, |row| row.figures.delay_p95_s) * 1.6;
    panel(&left, &all, &polite, x, y)?;
    let x = 3.0..most(&polite, |row| row.figures.requests_per_outage) + 2.0;
    let y = 100.0..most(&polite, |row| row.figures.delay_p95_s) * 1.6;
    panel(&right, &polite, &[], x, y)?;
    area.present()?;
    Ok(())
}

/// The policies with fewer than ten requests per outage.
fn polite(rows: &[Row]) -> Vec<&Row> {
    rows.iter().filter(|row| row.figures.requests_per_outage < 10.0).collect()
}

/// Draws one chart. The points of `unnamed` get no label, because the other chart has it.
fn panel<X>(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    rows: &[&Row],
    unnamed: &[&Row],
    x: X,
    y: Range<f64>,
) -> Result<(), Box<dyn Error>>
where
    X: AsRangedCoord<Value = f64>,
    X::CoordDescType: ValueFormatter<f64>,
{
    let mut chart = ChartBuilder::on(area)
        .margin(16)
        .x_label_area_size(48)
        .y_label_area_size(56)
        .build_cartesian_2d(x, y.log_scale())?;
    chart
        .configure_mesh()
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(QUIET)
        .x_labels(6)
        .y_labels(5)
        .label_style(text(13, QUIET))
        .axis_desc_style(text(14, INK))
        .x_desc("automatic requests per browser and outage")
        .y_desc("seconds from recovery to the page")
        .x_label_formatter(&|requests| format!("{requests:.0}"))
        .y_label_formatter(&|seconds| format!("{seconds:.0}"))
        .draw()?;
    for row in rows {
        let (colour, size) = if row.policy.is_ours() { (OURS, 6) } else { (QUIET, 4) };
        let (x, low, high) = (row.figures.requests_per_outage, row.figures.delay_p50_s, row.figures.delay_p95_s);
        chart.draw_series(LineSeries::new([(x, low), (x, high)], colour.mix(0.4).stroke_width(2)))?;
        chart.draw_series([Circle::new((x, low), size, colour.filled())])?;
    }
    // From the topmost point down, move each label below the ones that it would overlap.
    let is_named = |row: &&&Row| unnamed.iter().all(|other| other.policy != row.policy);
    let mut labels: Vec<_> = rows
        .iter()
        .filter(is_named)
        .map(|row| (row, chart.backend_coord(&(row.figures.requests_per_outage, row.figures.delay_p50_s))))
        .collect();
    labels.sort_by_key(|(_, (x, y))| (*y, *x));
    let (origin_x, origin_y) = area.get_base_pixel();
    let mut taken: Vec<(i32, i32)> = Vec::new();
    for (row, (x, y)) in labels {
        let mut at = (x - origin_x + 12, y - origin_y);
        while taken.iter().any(|other| (at.0 - other.0).abs() < LABEL.0 && (at.1 - other.1).abs() < LABEL.1) {
            at.1 += 1;
        }
        taken.push(at);
        let colour = if row.policy.is_ours() { OURS } else { INK };
        area.draw(&Text::new(row.policy.name(), at, text(13, colour).pos(Pos::new(HPos::Left, VPos::Center))))?;
    }
    Ok(())
}

fn text(size: u32, colour: RGBColor) -> TextStyle<'static> {
    (FONT, size).into_font().color(&colour)
}
