//! Any response from an outside service is parsed or rejected: no panic, and nothing large is kept.

use proptest::prelude::*;
use rayback_core::observation::Headers;
use rayback_core::outside::ranges::Ranges;
use rayback_core::outside::second_look::{Polled, polled};
use rayback_core::outside::status_page::StatusPage;
use rayback_core::outside::trace::Trace;
use rayback_core::outside::{archive, dns};
use rayback_core::words::{ENGLISH, Formats, Reader, Words};

/// Responses in the genuine formats, to be damaged.
const RESPONSES: [&str; 6] = [
    r#"{"page":{},"components":[{"id":"g","name":"Europe","group":true},{"id":"c","name":"Frankfurt, Germany - (FRA)","status":"partial_outage","group_id":"g"}],"incidents":[{"name":"Packet loss (FRA)","status":"identified","impact":"major","started_at":"2026-11-22T13:00:00Z","incident_updates":[{"body":"We know more.","display_at":"2026-11-22T13:40:00Z","affected_components":[{"name":"Europe - Frankfurt, Germany - (FRA)"}]}],"components":[]}],"scheduled_maintenances":[]}"#,
    r#"{"id":"x","status":"finished","results":[{"probe":{"continent":"EU","country":"DE","city":"Berlin","network":"x","latitude":52.5,"longitude":13.4},"result":{"status":"finished","statusCode":522,"headers":{"cf-ray":"230b030023ae2822-FRA"},"rawBody":"error code: 522","timings":{"total":812.4}}}]}"#,
    r#"{"Status":0,"Answer":[{"name":"a.example.","type":1,"TTL":300,"data":"104.16.132.229"}]}"#,
    r#"{"archived_snapshots":{"closest":{"available":true,"url":"http://web.archive.org/web/20130919044612/http://example.com/","timestamp":"20130919044612","status":"200"}}}"#,
    r#"{"result":{"ipv4_cidrs":["104.16.0.0/13"],"ipv6_cidrs":["2606:4700::/32"]},"success":true}"#,
    "fl=123f45\nh=shop.example\nip=198.51.100.7\nts=1774000000.123\ncolo=FRA\nloc=DE\n",
];

/// A genuine response with some of its bytes replaced, then truncated or doubled.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let damage = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12);
    (prop::sample::select(RESPONSES.as_slice()), damage, any::<prop::sample::Index>(), any::<bool>()).prop_map(
        |(response, damage, end, doubled)| {
            let mut bytes = response.as_bytes().to_vec();
            for (place, byte) in damage {
                let place = place.index(bytes.len());
                if let Some(there) = bytes.get_mut(place) {
                    *there = byte;
                }
            }
            if doubled {
                bytes.extend_from_within(..);
            } else {
                bytes.truncate(end.index(bytes.len()) + 1);
            }
            bytes
        },
    )
}

fn parse_with_all(bytes: &[u8]) {
    let kept = StatusPage::parse(bytes).map(|page| serde_json::to_string(&page));
    if let Ok(Ok(kept)) = kept {
        assert!(kept.len() <= 4 * bytes.len() + 200, "more is kept than was received");
    }
    if let Polled::Finished(found) = polled(200, None, bytes) {
        let _ = found.summary();
    }
    if let Ok(lookup) = dns::parse(bytes) {
        let _ = lookup.placement(&Ranges::embedded());
    }
    if let Ok(Some(copy)) = archive::parse(bytes) {
        assert!(copy.url.starts_with("https://web.archive.org/web/"));
    }
    let _ = Ranges::parse(bytes, "today");
    let _ = Ranges::parse_text(&String::from_utf8_lossy(bytes), "today");
    let _ = Trace::read(200, &Headers::default(), bytes);
    let _ = Words::new(ENGLISH).load(Reader::Visitor, ENGLISH, &String::from_utf8_lossy(bytes), Formats::english());
}

proptest! {
    #[test]
    fn any_bytes_are_parsed_or_rejected(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        parse_with_all(&bytes);
    }

    #[test]
    fn any_damaged_response_is_parsed_or_rejected(bytes in damaged()) {
        parse_with_all(&bytes);
    }

    #[test]
    fn the_visitors_address_is_never_kept(octets in any::<[u8; 4]>()) {
        let address = std::net::Ipv4Addr::from(octets).to_string();
        let answer = format!("fl=1\nh=a.example\nip={address}\ncolo=FRA\n");
        let kept = serde_json::to_string(&Trace::read(200, &Headers::default(), answer.as_bytes())).unwrap_or_default();
        prop_assert!(!kept.contains(&address));
    }
}
