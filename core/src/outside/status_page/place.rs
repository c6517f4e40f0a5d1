//! Names of data centres: `Frankfurt, Germany - (FRA)`.

use std::collections::BTreeSet;

use super::{Centre, StatusPage};
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

/// The names of places that a document's data centres have, for the titles that name places and no codes: "increased errors in the
/// Miami and Bogota areas".
pub(super) struct Known {
    cities: BTreeSet<String>,
    countries: BTreeSet<String>,
    regions: BTreeSet<String>,
}

/// Shorter names that titles use for countries, as whole words.
const SHORT_NAMES: &[(&str, &str)] =
    &[("us", "united states"), ("usa", "united states"), ("uk", "united kingdom"), ("uae", "united arab emirates")];

impl Known {
    pub(super) fn new(centres: &[Centre]) -> Self {
        let mut known = Self { cities: BTreeSet::new(), countries: BTreeSet::new(), regions: BTreeSet::new() };
        for centre in centres {
            let [city, country, region] = names(centre);
            for (names, name) in
                [(&mut known.cities, city), (&mut known.countries, country), (&mut known.regions, region)]
            {
                if name.len() > 2 {
                    names.insert(name);
                }
            }
        }
        known
    }

    /// The cities that a title names; without one the countries, and without those the regions.
    pub(super) fn named_in(&self, title: &str) -> Vec<String> {
        let title: String = fold(title).chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
        let title = format!(" {} ", title.split_whitespace().collect::<Vec<_>>().join(" "));
        let is_named = |name: &str| title.contains(&format!(" {name} "));
        let pick = |names: &BTreeSet<String>| names.iter().filter(|name| is_named(name)).cloned().collect::<Vec<_>>();
        let cities = pick(&self.cities);
        if !cities.is_empty() {
            return cities;
        }
        let mut countries = pick(&self.countries);
        let shortened = SHORT_NAMES.iter().filter(|(short, _)| is_named(short)).map(|(_, name)| (*name).to_owned());
        countries.extend(shortened.filter(|name| self.countries.contains(name)));
        if countries.is_empty() { pick(&self.regions) } else { countries }
    }
}

/// City, country and region of a data centre, folded.
fn names(centre: &Centre) -> [String; 3] {
    let city = centre.name.split(',').next().unwrap_or(&centre.name);
    let country = centre.name.rsplit(',').next().unwrap_or_default();
    [city, country, centre.region.as_str()].map(fold)
}

impl Centre {
    /// Whether it lies in one of these places.
    pub(super) fn is_in(&self, places: &[String]) -> bool {
        names(self).iter().any(|name| places.contains(name))
    }
}

/// Lower case without the accents of Latin letters, so that `São Paulo` and `Sao Paulo` are one. Both cases are listed, because
/// `char::to_lowercase` would add its tables for all scripts to the module.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            'À'..='Å' | 'à'..='å' | 'Ā'..='ą' => folded.push('a'),
            'Ç' | 'ç' | 'Ć' | 'ć' | 'Č' | 'č' => folded.push('c'),
            'Ď'..='đ' => folded.push('d'),
            'È'..='Ë' | 'è'..='ë' | 'Ē'..='ě' => folded.push('e'),
            'Ğ' | 'ğ' => folded.push('g'),
            'Ì'..='Ï' | 'ì'..='ï' | 'Ī' | 'ī' | 'İ' | 'ı' => folded.push('i'),
            'Ł' | 'ł' => folded.push('l'),
            'Ñ' | 'ñ' | 'Ń' | 'ń' | 'Ň' | 'ň' => folded.push('n'),
            'Ò'..='Ö' | 'Ø' | 'ò'..='ö' | 'ø' | 'Ō' | 'ō' | 'Ő' | 'ő' => folded.push('o'),
            'Ř' | 'ř' => folded.push('r'),
            'Ś' | 'ś' | 'Ş'..='š' | 'Ș' | 'ș' => folded.push('s'),
            'Ť' | 'ť' | 'Ţ' | 'ţ' | 'Ț' | 'ț' => folded.push('t'),
            'Ù'..='Ü' | 'ù'..='ü' | 'Ū' | 'ū' | 'Ů'..='ű' => folded.push('u'),
            'Ý' | 'ý' | 'ÿ' => folded.push('y'),
            'Ź'..='ž' => folded.push('z'),
            // Accents that were written as marks of their own.
            '\u{300}'..='\u{36f}' => {}
            _ if c.is_whitespace() => folded.push(' '),
            _ => folded.push(c.to_ascii_lowercase()),
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
