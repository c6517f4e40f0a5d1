//! Which data centre served the visitor: one answer for panel, verdict, report and status text.

use crate::data_centre::{KnownBy, ServingDataCentre};
use crate::diagnosis::Diagnosis;
use crate::outside::status_page::StatusPage;
use crate::outside::trace::Trace;

/// The data centre that served a failing page, from the best source there is; `None` if no source names one.
///
/// The sources, best first:
///
/// 1. the answer itself: its `cf-ray` header or the data centre named on the page;
/// 2. the host's `/cdn-cgi/trace`, which names the data centre that serves this visitor now;
/// 3. the city named on the page, by the embedded table, if it has exactly one data centre: "probably";
/// 4. that city by the status page, which also lists data centres newer than the table: "probably".
#[must_use]
pub fn serving_data_centre(
    diagnosis: &Diagnosis,
    trace: Option<Trace>,
    status_page: Option<&StatusPage>,
) -> Option<ServingDataCentre> {
    let named = diagnosis.served.filter(|served| served.known_by == KnownBy::Edge);
    let traced = || match trace? {
        Trace::Edge { data_centre } => {
            data_centre.map(|data_centre| ServingDataCentre { data_centre, known_by: KnownBy::Edge })
        }
        Trace::NotEdge | Trace::NoAnswer => None,
    };
    let listed = || {
        let data_centre = status_page?.centre_of_city(diagnosis.city.as_deref()?)?;
        Some(ServingDataCentre { data_centre, known_by: KnownBy::City })
    };
    named.or_else(traced).or(diagnosis.served).or_else(listed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data_centre::Iata;

    fn by(code: &str, known_by: KnownBy) -> Option<ServingDataCentre> {
        Iata::parse(code).map(|data_centre| ServingDataCentre { data_centre, known_by })
    }

    #[test]
    fn the_best_source_decides() {
        let page = |served, city: Option<&str>| Diagnosis {
            served,
            city: city.map(str::to_owned),
            ..Diagnosis::of_code("522".parse().unwrap())
        };
        let status = br#"{"page":{"id":"x"},"components":[{"id":"1","name":"Nowhere, Germany - (NWH)","status":"operational"}]}"#;
        let status = StatusPage::parse(status).unwrap();
        let trace = Some(Trace::Edge { data_centre: Iata::parse("AMS") });
        let unnamed = Some(Trace::Edge { data_centre: None });
        let (edge, city) = (by("FRA", KnownBy::Edge), by("FRA", KnownBy::City));
        for (served, named, trace, expected) in [
            (edge, None, trace, edge),
            (city, None, trace, by("AMS", KnownBy::Edge)),
            (city, None, unnamed, city),
            (city, None, Some(Trace::NotEdge), city),
            (None, None, trace, by("AMS", KnownBy::Edge)),
            (None, Some("Nowhere"), trace, by("AMS", KnownBy::Edge)),
            (None, Some("Nowhere"), Some(Trace::NoAnswer), by("NWH", KnownBy::City)),
            (None, Some("Elsewhere"), unnamed, None),
            (None, None, None, None),
        ] {
            assert_eq!(serving_data_centre(&page(served, named), trace, Some(&status)), expected);
        }
    }
}
