//! The first glance at a failure, which panel and popup share.

use rayback_core::view::{Emphasis, GlanceView, Mark, PathView, StateView, StopView, SuspicionView, Tone};

use super::Action;
use super::node::{Attribute, Node, Tag};
use super::parts;

/// The verdict, the path to the page and what happens next; `attempt` is the number of tries as text, if that's shown.
pub(super) fn glance(view: &GlanceView, attempt: Option<&str>) -> Vec<Node> {
    let mut why = Node::text(Tag::P, "why", view.why.as_deref().unwrap_or_default());
    if let Some(error) = &view.error {
        why = why.with_text(" ").with([Node::text(Tag::Span, "error", error)]);
    }
    let say = Node::new(Tag::Div, "say")
        .set(Attribute::Role, if view.is_danger { "alert" } else { "status" })
        .with([Node::text(Tag::H2, "verdict", &view.headline), why]);
    let suspicions =
        (!view.suspicions.is_empty()).then(|| Node::new(Tag::Ul, "two").with(view.suspicions.iter().map(suspicion)));
    let after = view.after.as_ref().map(|after| Node::text(Tag::P, "after", after));
    let parts =
        [Some(say), view.path.as_ref().map(path), suspicions, view.state.as_ref().map(|it| next(it, attempt)), after];
    parts.into_iter().flatten().collect()
}

/// How a page that's itself the danger differs from others.
pub(super) fn tone(view: &GlanceView) -> &'static str {
    if view.is_danger { "danger" } else { "calm" }
}

/// The buttons, the most prominent first; `key` is the watch's name, `None` in its failing page.
pub(super) fn acts(view: &GlanceView, report: Option<Node>, key: Option<&str>) -> Node {
    let leave = view
        .leave
        .as_ref()
        .map(|label| parts::button(label, Action::Leave).set_name(Attribute::DataEmphasis, &Emphasis::Primary));
    Node::new(Tag::Div, "acts")
        .with(leave)
        .with(report)
        .with(view.choices.iter().map(|choice| parts::choice(choice, key)))
}

/// The path to the page, as small as a word. Decorative, because the words next to it say the same.
pub(super) fn glyph(path: &PathView) -> Node {
    small(Tag::Span, path.stops.iter().map(|stop| (stop.mark, stop.leg)))
}

/// The glyph of a page that works.
pub(super) fn all_fine() -> Node {
    small(Tag::Div, [(Mark::Ok, Mark::Ok); 3])
}

/// Stops with their legs, as small marks.
fn small(tag: Tag, stops: impl IntoIterator<Item = (Mark, Mark)>) -> Node {
    let stop = |(mark, leg)| marked(Node::new(Tag::Span, ""), mark, leg);
    Node::new(tag, "glyph").set(Attribute::AriaHidden, "true").with(stops.into_iter().map(stop))
}

fn marked(stop: Node, mark: Mark, leg: Mark) -> Node {
    stop.set_name(Attribute::DataMark, &mark).set_name(Attribute::DataLeg, &leg)
}

fn path(view: &PathView) -> Node {
    const ICONS: [&str; 3] = [
        "M5 5h14v11H5zM2 19h20",
        "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
        "M4 4h16v7H4zM4 13h16v7H4zM8 7.5h.01M8 16.5h.01M12 7.5h4M12 16.5h4",
    ];
    let stop = |(view, icon): (&StopView, &str)| {
        let sign = match view.leg {
            Mark::Fail => Some("M6 6l12 12M18 6L6 18"),
            Mark::Block => Some("M12 3l7 3v5c0 4.5-3 8-7 10-4-2-7-5.5-7-10V6z"),
            Mark::Ok | Mark::Skip | Mark::Unsure => None,
        };
        marked(Node::new(Tag::Li, "stop"), view.mark, view.leg)
            .with(sign.map(|sign| Node::new(Tag::Span, "break").with([drawing(sign)])))
            .with([
                Node::new(Tag::Span, "dot").with([drawing(icon)]),
                Node::host(Tag::Span, "name", &view.name),
                Node::text(Tag::Span, "how", &view.text),
            ])
    };
    Node::new(Tag::Ul, "path")
        .set(Attribute::Role, "list")
        .set(Attribute::AriaLabel, &view.label)
        .with(view.stops.iter().zip(ICONS).map(stop))
}

fn drawing(path: &str) -> Node {
    parts::drawing("i", "0 0 24 24").with([Node::new(Tag::Path, "").set(Attribute::D, path)])
}

fn suspicion(view: &SuspicionView) -> Node {
    let mark = if view.leads { Mark::Fail } else { Mark::Unsure };
    Node::new(Tag::Li, "").set_name(Attribute::DataMark, &mark).with([
        Node::text(Tag::Span, "name", &view.title),
        Node::text(Tag::Span, "tag", &view.likelihood),
        Node::text(Tag::P, "then", &view.text),
    ])
}

/// What happens next. Only the words are announced to screen readers, and only when they change.
pub(super) fn next(state: &StateView, attempt: Option<&str>) -> Node {
    let sign = match state.wait {
        Some(wait) => {
            let circle = |class| {
                Node::new(Tag::Circle, class).set(Attribute::Cx, "24").set(Attribute::Cy, "24").set(Attribute::R, "21")
            };
            let ring = Node::new(Tag::Svg, "")
                .set(Attribute::ViewBox, "0 0 48 48")
                .with([circle("track"), circle("arc").set(Attribute::PathLength, "1").emptying(wait.from, wait.to)]);
            Node::new(Tag::Span, "ring").with([ring, Node::new(Tag::Span, "").with_countdown(wait.to)])
        }
        None => Node::new(Tag::Span, "hold").with([drawing(match state.tone {
            // Three dots: under way.
            Tone::Active | Tone::Back => "M6 12h.01M12 12h.01M18 12h.01",
            Tone::Paused | Tone::Stopped | Tone::Quiet | Tone::Warning => "M8.5 5v14M15.5 5v14",
        })]),
    };
    let then = [state.then.as_deref(), attempt].into_iter().flatten().map(|then| Node::text(Tag::P, "then", then));
    let words =
        Node::new(Tag::Div, "").set(Attribute::Role, "status").with([Node::phrase(Tag::P, "when", &state.text)]);
    Node::new(Tag::Div, "next")
        .set_name(Attribute::DataTone, &state.tone)
        .with([sign.set(Attribute::AriaHidden, "true"), words.with(then)])
}
