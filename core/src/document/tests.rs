use super::*;

/// Strings that would be markup, a new line, a terminal sequence or a reversal if a printer let them through.
const HOSTILE: &[&str] = &[
    "<img src=x onerror=alert(1)>",
    "\"><script>alert(1)</script>",
    "' onmouseover='alert(1)",
    "a\n# owned\r\n- owned",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "`code` **bold** _em_ ~~gone~~ a|b",
    "- item",
    "1. item",
    "=====",
    "&lt;b&gt;",
    "\u{1b}[2J\u{1b}]8;;https://evil.example\u{7}",
    "\u{202e}gnp.exe\u{2066}\u{200f}\u{61c}",
    "a\u{2028}b\u{2029}c\u{85}d",
    "```\nowned\n```",
];

fn english() -> Words {
    Words::english().unwrap()
}

/// A document with this text in every place of every block.
fn everywhere(text: &str) -> Document {
    let mut document = Document::new(&english());
    let line = || Text::from(text);
    let reference = || Reference { title: line(), url: Some(line()) };
    document.title(text);
    document.heading(text);
    document.paragraph(text);
    document.note(text);
    document.push(Block::Warning { text: line() });
    let leg = Leg { leg: LegName::Tcp, state: LegState::Failed, name: line(), text: line() };
    document.push(Block::Legs { legs: vec![leg] });
    document.push(Block::Facts { facts: vec![Fact::new(text, text)] });
    document.list([text]);
    let command = || Block::Command(Command::new(text, text, Some(reference())));
    document.push(Block::Steps { steps: vec![Step { title: line(), blocks: vec![command()] }] });
    document.push(Block::Table { head: vec![line(), line()], rows: vec![vec![line(), line()]] });
    let check = Check { state: CheckState::NotChecked, state_text: line(), name: line(), text: line(), command: None };
    document.push(Block::Checks { checks: vec![check] });
    document.push(Block::Sources { sources: vec![reference()] });
    document
}

/// The tags and attribute names of HTML, in order; anything that text smuggled in would be among them.
fn skeleton(html: &str) -> Vec<&str> {
    html.split('<').skip(1).map(|rest| rest.split_once('>').map_or(rest, |(tag, _)| tag)).collect()
}

#[test]
fn html_has_the_same_tags_for_hostile_text_as_for_harmless_text() {
    let harmless = everywhere("text").html();
    for text in HOSTILE {
        let html = everywhere(text).html();
        assert_eq!(skeleton(&html), skeleton(&harmless), "{text:?}");
    }
}

#[test]
fn html_links_only_to_https() {
    for url in ["javascript:alert(1)", "data:text/html,x", " https://a.example", "//a.example", "HTTP://a.example"] {
        assert!(!everywhere(url).html().contains("href"), "{url}");
    }
    let html = everywhere("https://a.example/?a=\"&b").html();
    assert!(html.contains("<a href=\"https://a.example/?a=&quot;&amp;b\">"), "{html}");
}

#[test]
fn a_text_in_another_language_than_the_document_is_marked() {
    static QUENYA: Language = Language::for_tests("qya");
    let words = english().with_interface_in(&QUENYA);
    let mut document = Document::new(&words);
    document.paragraph(Text::of("aiya", Reader::Interface, &words));
    document.paragraph(Text::of("The server is down.", Reader::Owner, &words));
    let html = document.html();
    assert!(html.contains("<p>aiya</p>\n<p><span lang=\"en\" dir=\"ltr\">The server is down.</span></p>"), "{html}");
}

#[test]
fn markdown_has_as_many_lines_for_hostile_text_as_for_harmless_text() {
    let harmless = everywhere("text").markdown();
    for text in HOSTILE.iter().filter(|text| !text.starts_with("```") && !text.contains('\n')) {
        let markdown = everywhere(text).markdown();
        assert_eq!(markdown.lines().count(), harmless.lines().count(), "{text:?}\n{markdown}");
    }
}

#[test]
fn markdown_escapes_every_character_that_starts_markup_outside_of_commands() {
    let mut document = Document::new(&english());
    for text in HOSTILE {
        document.paragraph(*text);
    }
    let markdown = document.markdown();
    let bare = markdown.replace("\\\\", "");
    for (index, c) in bare.char_indices().filter(|(_, c)| matches!(c, '`' | '*' | '[' | '<' | '#' | '|' | '!')) {
        assert!(bare.get(..index).unwrap().ends_with('\\'), "{c} at {index} of\n{bare}");
    }
    for start in ["- ", "1. ", "="] {
        assert!(!markdown.lines().any(|line| line.starts_with(start)), "{start}\n{markdown}");
    }
}

#[test]
fn a_command_cannot_end_its_own_fence() {
    let mut document = Document::new(&english());
    document.push(Block::Command(Command::new("sh", "```\nrm -rf /\n````", None)));
    assert!(document.markdown().starts_with("`````sh\n") && document.markdown().ends_with("\n`````\n"));
}

#[test]
fn text_is_one_line_without_control_or_direction_characters() {
    for text in HOSTILE {
        let line = Text::from(*text);
        assert!(!line.chars().any(char::is_control), "{line:?}");
        assert!(!line.contains(['\u{202e}', '\u{2066}', '\u{200f}', '\u{61c}', '\u{2028}', '\u{2029}']), "{line:?}");
    }
}

/// Outside strings can't close what the words have opened, or leave open what they opened themselves.
#[test]
fn what_a_text_isolates_ends_with_it() {
    for (text, line) in [
        ("\u{2068}a\u{2069} b", "\u{2068}a\u{2069} b"),
        ("a\u{2069} b", "a b"),
        ("a \u{2068}\u{2068}b\u{2069}", "a \u{2068}\u{2068}b\u{2069}\u{2069}"),
        ("\u{2067}a\u{2069}", "a"),
    ] {
        assert_eq!(Text::from(text).as_str(), line);
    }
}

#[test]
fn json_names_each_block() {
    let json = serde_json::to_value(everywhere("text")).unwrap();
    let names: Vec<_> = json["blocks"].as_array().unwrap().iter().map(|block| block["block"].clone()).collect();
    let expected = [
        "title",
        "heading",
        "paragraph",
        "note",
        "warning",
        "legs",
        "facts",
        "list",
        "steps",
        "table",
        "checks",
        "sources",
    ];
    assert_eq!(names, expected);
    assert_eq!(json["blocks"][8]["steps"][0]["blocks"][0]["block"], "command");
    for state in [CheckState::Pass, CheckState::Warn, CheckState::Fail, CheckState::NotChecked] {
        assert_eq!(serde_json::to_value(state).unwrap(), state.id());
    }
}

/// The panel and the schedule use explanations, reports and their printers, never the other way round.
#[test]
fn documents_know_neither_the_view_nor_the_watch() {
    let mut paths: Vec<_> =
        ["document", "explain", "report"].map(|it| format!("{}/src/{it}", env!("CARGO_MANIFEST_DIR"))).into();
    let mut read = 0;
    while let Some(path) = paths.pop() {
        let entries = std::fs::read_dir(&path).into_iter().flatten().map(|entry| entry.unwrap().path());
        let file = std::path::PathBuf::from(format!("{path}.rs"));
        for file in entries.chain(file.exists().then_some(file)) {
            let source = std::fs::read_to_string(&file).unwrap();
            read += 1;
            for module in ["view", "watch"] {
                assert!(!source.contains(&format!("crate::{module}::")), "{} imports {module}", file.display());
            }
        }
    }
    assert!(read > 10, "{read} files were read");
}
