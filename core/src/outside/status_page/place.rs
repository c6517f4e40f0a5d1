//! Names of data centres: `Frankfurt, Germany - (FRA)`.

use super::StatusPage;
use crate::data_centre::Iata;

/// Splits `City, Country - (IATA)`; the dash may be missing, and what follows the bracket is ignored.
pub(super) fn parse(name: &str) -> Option<(String, Iata)> {
    let name = name.replace(|c: char| c.is_whitespace(), " ");
    let (place, code) = name.match_indices(" (").find_map(|(at, _)| {
        let code = name.get(at + 2..at + 5).and_then(Iata::parse)?;
        (name.get(at + 5..at + 6) == Some(")")).then_some((name.get(..at)?, code))
    })?;
    let place = place.trim().trim_end_matches(['-', '–', '—', '‑']).trim();
    (!place.is_empty()).then(|| (place.to_owned(), code))
}

/// Every `(FRA)` in a text.
pub(super) fn codes_in_brackets(text: &str) -> impl Iterator<Item = Iata> {
    text.split('(').skip(1).filter_map(|rest| Iata::parse(rest.split_once(')')?.0))
}

/// Lower case without the accents of Latin letters, so that `São Paulo` and `Sao Paulo` are one.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.trim().chars().flat_map(char::to_lowercase) {
        match c {
            'à'..='å' | 'ā' | 'ă' | 'ą' => folded.push('a'),
            'ç' | 'ć' | 'č' => folded.push('c'),
            'ď' | 'đ' => folded.push('d'),
            'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => folded.push('e'),
            'ğ' => folded.push('g'),
            'ì'..='ï' | 'ī' | 'ı' => folded.push('i'),
            'ł' => folded.push('l'),
            'ñ' | 'ń' | 'ň' => folded.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ő' => folded.push('o'),
            'ř' => folded.push('r'),
            'ś' | 'š' | 'ş' | 'ș' => folded.push('s'),
            'ť' | 'ţ' | 'ț' => folded.push('t'),
            'ù'..='ü' | 'ū' | 'ů' | 'ű' => folded.push('u'),
            'ý' | 'ÿ' => folded.push('y'),
            'ź' | 'ż' | 'ž' => folded.push('z'),
            // Accents that were written as marks of their own.
            '\u{300}'..='\u{36f}' => {}
            _ if c.is_whitespace() => folded.push(' '),
            _ => folded.push(c),
        }
    }
    folded
}

impl StatusPage {
    /// The data centre of a city that a page names; `None` if the city has none, or more than one.
    #[must_use]
    pub fn centre_of_city(&self, city: &str) -> Option<Iata> {
        let wanted = fold(city);
        let city_of = |name: &str| fold(name.split(',').next().unwrap_or(name));
        let mut found = self.centres.as_ref()?.iter().filter(|centre| city_of(&centre.name) == wanted);
        let code = found.next()?.code;
        found.all(|other| other.code == code).then_some(code)
    }
}
