//! Requests against delay, drawn.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::outage::Distribution;
use crate::report::Row;

const SIZE: (u32, u32) = (900, 600);
const INK: RGBColor = RGBColor(32, 33, 36);
const QUIET: RGBColor = RGBColor(120, 124, 130);
const GRID: RGBColor = RGBColor(228, 230, 233);
const OURS: RGBColor = RGBColor(214, 96, 15);
const FONT: &str = "sans-serif";

/// Draws one point for each policy: further left is kinder to the origin, further down quicker for the visitor.
pub(crate) fn draw(file: &Path, rows: &[Row], distribution: &Distribution) -> Result<()> {
    draw_on(file, rows, distribution).map_err(|error| anyhow!("cannot draw {}: {error}", file.display()))
}

fn draw_on(file: &Path, rows: &[Row], distribution: &Distribution) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::new(file, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let title = (FONT, 20).into_font().color(&INK);
    let note = (FONT, 13).into_font().color(&QUIET);
    area.draw(&Text::new("Kind to the origin, quick for the visitor", (72, 18), title))?;
    area.draw(&Text::new(
        format!("outages {distribution}; a point is the median delay, its line ends at the 95th percentile"),
        (72, 44),
        note.clone(),
    ))?;
    let most = |figure: fn(&Row) -> f64| rows.iter().map(figure).fold(1.0, f64::max);
    let x = (2.0..most(|row| row.figures.requests_per_outage) * 1.6).log_scale();
    let y = (1.0..most(|row| row.figures.delay_p95_s) * 1.6).log_scale();
    let mut chart = ChartBuilder::on(&area)
        .margin(16)
        .margin_top(72)
        .x_label_area_size(48)
        .y_label_area_size(56)
        .build_cartesian_2d(x, y)?;
    chart
        .configure_mesh()
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(QUIET)
        .label_style(note.clone())
        .axis_desc_style((FONT, 14).into_font().color(&INK))
        .x_desc("automatic requests per browser and outage (log)")
        .y_desc("from recovery to the page, seconds (log)")
        .x_label_formatter(&|requests| format!("{requests:.0}"))
        .y_label_formatter(&|seconds| format!("{seconds:.0}"))
        .draw()?;
    for row in rows {
        let (colour, size) = if row.policy.is_ours() { (OURS, 6) } else { (QUIET, 4) };
        let x = row.figures.requests_per_outage;
        let (low, high) = (row.figures.delay_p50_s, row.figures.delay_p95_s);
        chart.draw_series(LineSeries::new([(x, low), (x, high)], colour.mix(0.45).stroke_width(2)))?;
        chart.draw_series([TriangleMarker::new((x, high), 3, colour.mix(0.6).filled())])?;
        chart.draw_series([Circle::new((x, low), size, colour.filled())])?;
    }
    // Labels last and apart from one another: from the topmost point down, each at least a line below the one before.
    let mut labels: Vec<_> = rows.iter().map(|row| (row, chart.backend_coord(&point(row)))).collect();
    labels.sort_by_key(|(_, (x, y))| (*y, *x));
    let mut taken: Vec<(i32, i32)> = Vec::new();
    for (row, (x, y)) in labels {
        let mut at = (x + 10, y);
        while taken.iter().any(|(other_x, other_y)| (at.0 - other_x).abs() < 190 && (at.1 - other_y).abs() < 16) {
            at.1 += 4;
        }
        taken.push(at);
        let colour = if row.policy.is_ours() { &OURS } else { &INK };
        let style = (FONT, 13).into_font().color(colour).pos(Pos::new(HPos::Left, VPos::Center));
        area.draw(&Text::new(row.policy.name(), at, style))?;
    }
    area.present()?;
    Ok(())
}

fn point(row: &Row) -> (f64, f64) {
    (row.figures.requests_per_outage, row.figures.delay_p50_s)
}
