//! Cloudflare's data centres, named by the nearest airport's code.
//!
//! The table is a snapshot from 2026-08-07 (Netrvin/cloudflare-colo-list, MIT, made from Cloudflare's status page and
//! speed test), plus six codes that only donlon/cloudflare-error-page (MIT, 2025-12-28) lists. Cloudflare adds data
//! centres without notice, so an unlisted code is shown as is.

use core::fmt;

use memchr::memmem;
use serde::{Deserialize, Serialize};

/// A data centre's IATA code, such as `FRA`: three capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Iata([u8; 3]);

impl Iata {
    /// Parses three capital letters; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let letters: [u8; 3] = text.trim().as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self(letters))
    }
}

impl fmt::Display for Iata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| write!(f, "{}", char::from(*letter)))
    }
}

impl From<Iata> for String {
    fn from(iata: Iata) -> Self {
        iata.to_string()
    }
}

impl TryFrom<String> for Iata {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a data centre is three capital letters")
    }
}

/// A data centre's code and place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataCentre {
    iata: Iata,
    city: &'static str,
    subdivision: &'static str,
    country: &'static str,
}

impl DataCentre {
    /// Its code.
    #[must_use]
    pub fn iata(&self) -> Iata {
        self.iata
    }

    /// Its city, in English, as on Cloudflare's status page.
    #[must_use]
    pub fn city(&self) -> &'static str {
        self.city
    }

    /// The state or province, such as `VA`, if the status page names one.
    #[must_use]
    pub fn subdivision(&self) -> Option<&'static str> {
        Some(self.subdivision).filter(|name| !name.is_empty())
    }

    /// Its country, in English.
    #[must_use]
    pub fn country(&self) -> &'static str {
        self.country
    }
}

/// Formats the data centre as people name it: `Ashburn, VA, United States`.
impl fmt::Display for DataCentre {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.city)?;
        if let Some(subdivision) = self.subdivision() {
            write!(f, ", {subdivision}")?;
        }
        write!(f, ", {}", self.country)
    }
}

/// One line per data centre, `code;city;subdivision;country`, sorted by code.
const TABLE: &str = include_str!("data_centre/table.txt");

/// Returns every listed data centre, sorted by code.
pub fn all() -> impl Iterator<Item = DataCentre> {
    TABLE.lines().filter_map(DataCentre::read)
}

impl DataCentre {
    fn read(line: &'static str) -> Option<Self> {
        let mut fields = line.split(';');
        Some(Self {
            iata: Iata::parse(fields.next()?)?,
            city: fields.next()?,
            subdivision: fields.next()?,
            country: fields.next()?,
        })
    }

    /// Returns the data centre on the line that contains this byte of the table.
    fn at(byte: usize) -> Option<Self> {
        let (before, after) = TABLE.split_at_checked(byte)?;
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let end = byte + after.find('\n').unwrap_or(after.len());
        Self::read(TABLE.get(start..end)?)
    }
}

/// Returns the data centre with this code; `None` if it isn't listed.
#[must_use]
pub fn with_code(iata: Iata) -> Option<DataCentre> {
    // Only codes are three capitals between the start of a line and a semicolon; subdivisions are between two
    // semicolons.
    let code = format!("{iata};");
    memmem::find_iter(TABLE.as_bytes(), code.as_bytes())
        .filter_map(DataCentre::at)
        .find(|data_centre| data_centre.iata == iata)
}

/// Returns the only listed data centre in a city; `None` if there are none or several.
///
/// The name is compared exactly as Cloudflare writes it, then ignoring case; a state or country after a comma is
/// ignored.
fn in_city(city: &str) -> Option<DataCentre> {
    let city = city.split(',').next().unwrap_or_default().trim();
    let field = format!(";{city};");
    let mut there = memmem::find_iter(TABLE.as_bytes(), field.as_bytes())
        .filter_map(DataCentre::at)
        .filter(|found| found.city == city);
    if let Some(found) = there.next() {
        return Some(found).filter(|_| there.next().is_none());
    }
    let mut there = all().filter(|data_centre| data_centre.city.eq_ignore_ascii_case(city));
    there.next().filter(|_| there.next().is_none())
}

/// The data centre that served a page, and how that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServingDataCentre {
    /// The data centre.
    pub data_centre: Iata,
    /// How that is known.
    pub known_by: KnownBy,
}

impl ServingDataCentre {
    /// Returns the only listed data centre in the city that a page names, as [`in_city`] does.
    pub(crate) fn in_city(city: &str) -> Option<Self> {
        in_city(city).map(|found| Self { data_centre: found.iata(), known_by: KnownBy::City })
    }
}

/// How a data centre is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum KnownBy {
    /// From a `cf-ray` header, the Ray ID shown in the page, or the edge's own trace.
    Edge,
    /// From a city named in the page that has only one data centre: "probably".
    City,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_data_centre_sorted_by_code() {
        let listed: Vec<Iata> = all().map(|data_centre| data_centre.iata).collect();
        assert_eq!(listed.len(), include_str!("data_centre/table.txt").lines().count());
        assert!(listed.is_sorted_by(|one, next| one < next));
    }

    #[test]
    fn a_data_centre_is_found_by_code_and_by_city() {
        let frankfurt = with_code(Iata::parse("FRA").unwrap()).unwrap();
        assert_eq!(frankfurt.to_string(), "Frankfurt, Germany");
        assert_eq!(in_city(" frankfurt"), Some(frankfurt));
        assert_eq!(
            in_city("Ashburn, VA").map(|there| there.to_string()).as_deref(),
            Some("Ashburn, VA, United States")
        );
    }

    #[test]
    fn unlisted_codes_and_cities_are_unknown() {
        assert_eq!(with_code(Iata::parse("ZZZ").unwrap()), None);
        assert_eq!(in_city("Nowhere"), None);
        assert_eq!(in_city(""), None);
    }
}
