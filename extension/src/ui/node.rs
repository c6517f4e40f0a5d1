//! Nodes of a user interface. Tags and attributes are closed lists, so no tree can hold a script, a frame or a style.

use rayback_core::json;
use rayback_core::time::Timestamp;
use rayback_core::view::Phrase;
use serde::{Serialize, Serializer};

use super::Action;

/// An element with everything in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Node {
    pub(super) tag: Tag,
    /// Identifies the node among its siblings when the next tree is drawn, together with the tag and the id.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) class: &'static str,
    /// Each at most once.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "as_object")]
    pub(super) attributes: Vec<(Attribute, String)>,
    pub(super) children: Vec<Child>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) action: Option<Action>,
    /// The wait that a circle shows: its line gets shorter from the first moment to the second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) wait: Option<[Timestamp; 2]>,
}

/// A child of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Child {
    /// Text.
    Text(String),
    /// Text whose `{time}` is replaced the way the browser writes times.
    Moment { text: String, at: Timestamp },
    /// The time left until a moment, changing each second.
    Countdown { countdown: Timestamp },
    /// Boxed, because it's far larger than the rest.
    Element(Box<Node>),
}

/// The elements that a tree may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Tag {
    A,
    Bdi,
    Button,
    Circle,
    Code,
    Dd,
    Details,
    Div,
    Dl,
    Dt,
    Fieldset,
    Footer,
    H1,
    H2,
    H3,
    Img,
    Input,
    Label,
    Legend,
    Li,
    Main,
    P,
    Path,
    Section,
    Span,
    Summary,
    Svg,
    Table,
    Tbody,
    Td,
    Th,
    Thead,
    Tr,
    Ul,
    Wbr,
}

/// The attributes that a node may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Attribute {
    Accept,
    Alt,
    AriaDescribedby,
    AriaExpanded,
    AriaHidden,
    AriaInvalid,
    AriaLabel,
    AriaLive,
    Autocomplete,
    Checked,
    Colspan,
    Cx,
    Cy,
    D,
    DataBlame,
    DataEmphasis,
    DataLabel,
    DataLeg,
    DataMark,
    DataSize,
    DataTone,
    Dir,
    Fill,
    For,
    Href,
    Id,
    Lang,
    Name,
    Open,
    R,
    Rel,
    Role,
    Scope,
    Src,
    Stroke,
    StrokeLinecap,
    StrokeLinejoin,
    StrokeWidth,
    Tabindex,
    Target,
    Title,
    Type,
    Value,
    VectorEffect,
    #[serde(rename = "pathLength")]
    PathLength,
    #[serde(rename = "preserveAspectRatio")]
    PreserveAspectRatio,
    #[serde(rename = "viewBox")]
    ViewBox,
}

/// A list needs less code than a map.
fn as_object<S: Serializer>(attributes: &[(Attribute, String)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(attributes.iter().map(|(attribute, value)| (attribute, value)))
}

/// The name of an enum's value in JSON, which is also its name in the style sheets.
pub(crate) fn name(value: &impl Serialize) -> String {
    json::to_string(value).trim_matches('"').to_owned()
}

impl Node {
    /// An element with a class, or with none if it's empty.
    #[inline(never)]
    pub(super) fn new(tag: Tag, class: &'static str) -> Self {
        Self { tag, class, attributes: Vec::new(), children: Vec::new(), action: None, wait: None }
    }

    /// An element that holds text only.
    pub(super) fn text(tag: Tag, class: &'static str, text: impl Into<String>) -> Self {
        Self::new(tag, class).with_text(text)
    }

    /// An element that holds a host's name, which breaks after its dots before it breaks within a label.
    pub(super) fn host(tag: Tag, class: &'static str, name: &str) -> Self {
        let mut labels = name.split_inclusive('.');
        let first = Self::text(tag, class, labels.next().unwrap_or_default());
        labels.fold(first, |node, label| node.with([Self::new(Tag::Wbr, "")]).with_text(label))
    }

    /// An element that holds a phrase only.
    pub(super) fn phrase(tag: Tag, class: &'static str, phrase: &Phrase) -> Self {
        let text = phrase.text.clone();
        let child = phrase.at.map_or_else(|| Child::Text(text.clone()), |at| Child::Moment { text: text.clone(), at });
        let mut node = Self::new(tag, class);
        node.children.push(child);
        node
    }

    /// Sets an attribute.
    pub(super) fn set(mut self, attribute: Attribute, value: impl Into<String>) -> Self {
        self.put(attribute, value.into());
        self
    }

    // Not inlined, because every component calls it many times: that's a good part of the worker's module.
    #[inline(never)]
    fn put(&mut self, attribute: Attribute, value: String) {
        self.attributes.push((attribute, value));
    }

    /// Sets an attribute to the [`name`] of a value.
    pub(super) fn set_name(self, attribute: Attribute, value: &impl Serialize) -> Self {
        self.set(attribute, name(value))
    }

    /// Sets an attribute that has no value, if `holds`.
    pub(super) fn flag(self, attribute: Attribute, holds: bool) -> Self {
        if holds { self.set(attribute, "") } else { self }
    }

    /// Appends text.
    pub(super) fn with_text(mut self, text: impl Into<String>) -> Self {
        self.push(Child::Text(text.into()));
        self
    }

    /// Appends the time left until a moment.
    pub(super) fn with_countdown(mut self, until: Timestamp) -> Self {
        self.children.push(Child::Countdown { countdown: until });
        self
    }

    /// Makes a circle's line get shorter from one moment to another.
    pub(super) fn emptying(mut self, from: Timestamp, to: Timestamp) -> Self {
        self.wait = Some([from, to]);
        self
    }

    /// Appends nodes; an `Option` counts as none or one.
    pub(super) fn with(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        children.into_iter().for_each(|child| self.push(Child::Element(Box::new(child))));
        self
    }

    // Not inlined, as above.
    #[inline(never)]
    fn push(&mut self, child: Child) {
        self.children.push(child);
    }

    /// Sets the action of a control.
    pub(super) fn on(mut self, action: Action) -> Self {
        self.action = Some(action);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hosts_name_may_break_after_each_dot() {
        let node = Node::host(Tag::Span, "name", "www.shop.example");
        let text = |text: &str| Child::Text(text.to_owned());
        let wbr = || Child::Element(Box::new(Node::new(Tag::Wbr, "")));
        assert_eq!(node.children, [text("www."), wbr(), text("shop."), wbr(), text("example")]);
        assert_eq!(Node::host(Tag::Span, "name", "You"), Node::text(Tag::Span, "name", "You"));
    }
}
