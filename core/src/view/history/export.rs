//! The history for other programs.

use serde::Serialize;

use crate::fault::Suspect;
use crate::history::Outage;

/// An outage for other programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExportedOutage {
    /// The site's origin.
    pub site: String,
    /// When it was first seen failing, in RFC 3339.
    pub start: String,
    /// When it was first seen working again, in RFC 3339; `null` if it wasn't.
    pub end: Option<String>,
    /// How long it lasted at least, in seconds.
    pub seconds: u64,
    /// The codes shown.
    pub codes: Vec<u16>,
    /// The data centre's IATA code; `null` if it's unknown.
    pub data_centre: Option<String>,
    /// The party at fault; `nobody` if that's unknown.
    pub fault: Suspect,
    /// The number of checks until it worked.
    pub checks: u32,
}

/// Outages for other programs.
#[must_use]
pub fn export(outages: &[&Outage]) -> Vec<ExportedOutage> {
    let exported = |outage: &&Outage| ExportedOutage {
        site: outage.origin.as_str().to_owned(),
        start: outage.start.to_string(),
        end: outage.end.map(|end| end.to_string()),
        seconds: outage.lasted().as_secs(),
        codes: outage.codes.iter().map(|code| code.number()).collect(),
        data_centre: outage.data_centre.map(|iata| iata.to_string()),
        fault: outage.suspect,
        checks: outage.attempts,
    };
    outages.iter().map(exported).collect()
}

/// Outages as CSV with a header line (RFC 4180). Codes are separated by spaces.
#[must_use]
pub fn export_csv(outages: &[&Outage]) -> String {
    let mut csv = "site,start,end,seconds,codes,data_centre,fault,checks\r\n".to_owned();
    for it in export(outages) {
        let codes: Vec<_> = it.codes.iter().map(ToString::to_string).collect();
        let record = [
            it.site,
            it.start,
            it.end.unwrap_or_default(),
            it.seconds.to_string(),
            codes.join(" "),
            it.data_centre.unwrap_or_default(),
            it.fault.id().to_owned(),
            it.checks.to_string(),
        ];
        csv += &(record.map(|field| self::field(&field)).join(",") + "\r\n");
    }
    csv
}

/// Writes a field of a CSV record. Spreadsheets run a field that begins like a formula, so an apostrophe is put before
/// it (<https://owasp.org/www-community/attacks/CSV_Injection>).
fn field(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_quoted_only_if_it_must_be_and_never_runs_as_a_formula() {
        for (text, written) in [
            ("https://shop.example", "https://shop.example"),
            ("", ""),
            ("one, two", "\"one, two\""),
            ("say \"hello\"", "\"say \"\"hello\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""),
            ("=1+1", "'=1+1"),
            ("@SUM(A1,A2)", "\"'@SUM(A1,A2)\""),
            ("+49", "'+49"),
            ("-1", "'-1"),
            ("\t=1", "'\t=1"),
        ] {
            assert_eq!(field(text), written, "{text:?}");
        }
    }
}
