use super::*;
use crate::data_centre::Iata;
use crate::fault::Suspect;

const DAYS: u32 = 90;

fn at(minute: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_790_000_000_000 + minute * 60_000)
}

fn outage(site: &str, start: i64, end: Option<i64>, code: &str, centre: &str, suspect: Suspect) -> Outage {
    Outage {
        origin: Origin::try_from(site.to_owned()).unwrap(),
        start: at(start),
        end: end.map(at),
        last: at(end.unwrap_or(start)),
        codes: code.parse().into_iter().collect(),
        data_centre: Iata::parse(centre),
        attempts: 2,
        suspect,
    }
}

fn outages() -> Vec<Outage> {
    vec![
        outage("https://shop.example", 0, Some(10), "522", "FRA", Suspect::Origin),
        outage("http://blog.example:8080", 5, Some(65), "1020", "", Suspect::Rule),
        outage("https://shop.example", 600, None, "521", "AMS", Suspect::Cloudflare),
    ]
}

fn view_of(outages: &[Outage], choice: &HistoryChoice) -> HistoryView {
    HistoryView::new(outages, choice, DAYS, at(20_000), &Words::english().unwrap())
}

fn searched(search: &str) -> HistoryChoice {
    HistoryChoice {
        filter: HistoryFilter { search: search.to_owned(), ..HistoryFilter::default() },
        ..HistoryChoice::default()
    }
}

fn hosts(choice: &HistoryChoice) -> Vec<String> {
    view_of(&outages(), choice).rows.into_iter().map(|row| row.host).collect()
}

#[test]
fn outages_are_listed_newest_first_with_everything_known() {
    let view = view_of(&outages(), &HistoryChoice::default());
    let rows: Vec<_> = view
        .rows
        .iter()
        .map(|row| [&row.host, &row.codes, &row.lasted, &row.blame, &row.data_centre].map(String::as_str))
        .collect();
    assert_eq!(
        rows,
        [
            ["shop.example", "521", "Not known", "Cloudflare", "Amsterdam"],
            ["http://blog.example:8080", "1020", "60 minutes", "Blocked", "Not known"],
            ["shop.example", "522", "10 minutes", "The site", "Frankfurt"],
        ]
    );
    assert_eq!((view.rows[1].end.at, view.rows[0].end.at), (Some(at(65)), None));
    let values: Vec<_> = view.figures.iter().map(|figure| figure.value.as_str()).collect();
    assert_eq!(values, ["3", "2", "10 minutes", "60 minutes"]);
    assert_eq!((view.count.as_str(), view.more), ("3 of 3 failures", None));
}

#[test]
fn the_search_finds_sites_codes_and_data_centres() {
    for (search, found) in [
        (" SHOP", 2),
        ("52", 2),
        ("522", 1),
        ("fra", 1),
        ("frankf", 1),
        ("1020", 1),
        ("20", 0),
        ("nowhere", 0),
        ("", 3),
    ] {
        assert_eq!(hosts(&searched(search)).len(), found, "{search}");
    }
    let none = view_of(&outages(), &searched("nowhere"));
    assert!(none.figures.is_empty() && none.timeline.is_none() && none.plots.is_empty() && none.labels.is_none());
    assert_eq!(none.count, "No failure matches.");
    assert_ne!(view_of(&[], &searched("nowhere")).count, none.count);
}

#[test]
fn fault_and_period_are_filtered_too() {
    let by = |filter| hosts(&HistoryChoice { filter, ..HistoryChoice::default() });
    let blamed = HistoryFilter { blame: Some(Blame::Blocked), ..HistoryFilter::default() };
    assert_eq!(by(blamed), ["http://blog.example:8080"]);
    let week = HistoryFilter { period: Period::Week, ..HistoryFilter::default() };
    let month = HistoryFilter { period: Period::Month, ..HistoryFilter::default() };
    assert_eq!((by(week).len(), by(month).len()), (0, 3));
}

#[test]
fn every_suspect_has_a_group_that_is_shown() {
    for suspect in Suspect::ALL {
        assert!(Blame::ALL.contains(&Blame::of(*suspect)), "{suspect}");
    }
}

#[test]
fn plots_count_codes_data_centres_and_the_time_to_recovery() {
    let plots = view_of(&outages(), &HistoryChoice::default()).plots;
    let [codes, centres, recovery] = plots.as_slice() else { panic!("{plots:?}") };
    let bars = |plot: &PlotView| -> Vec<_> { plot.bars.iter().map(|bar| (bar.label.clone(), bar.length)).collect() };
    assert_eq!(bars(codes), ["521", "522", "1020"].map(|code| (code.to_owned(), 1000)));
    assert_eq!(centres.bars.len(), 3);
    let numbers: Vec<_> = recovery.bars.iter().map(|bar| bar.number.as_str()).collect();
    assert_eq!(numbers, ["0", "1", "0", "1", "0", "1"], "10 minutes, 60 minutes, and one whose end wasn't seen");
    let many: Vec<_> = (0..9)
        .flat_map(|code: i64| {
            let code = (520 + code).to_string();
            (0..9).map(move |at| outage("https://shop.example", at * 200, None, &code, "", Suspect::Origin))
        })
        .collect();
    let codes = &view_of(&many, &HistoryChoice::default()).plots[0].bars;
    assert_eq!((codes.len(), codes[6].label.as_str()), (7, "and 3 more"));
}

#[test]
fn bars_of_the_timeline_stay_within_it_and_can_be_seen() {
    let timeline = view_of(&outages(), &HistoryChoice::default()).timeline.unwrap();
    assert_eq!(timeline.sites[0].host, "http://blog.example:8080");
    assert_eq!(timeline.legend.len(), 3);
    for (_, start, length) in timeline.sites.iter().flat_map(|site| &site.bars) {
        assert!(*length >= SiteView::SHORTEST && start + length <= 1_000, "{start} {length}");
    }
    let often: Vec<_> =
        (0..10_000).map(|at| outage("https://shop.example", at, None, "522", "", Suspect::Origin)).collect();
    assert!(view_of(&often, &HistoryChoice::default()).timeline.unwrap().sites[0].bars.len() <= 1_000);
}

#[test]
fn no_more_rows_are_listed_than_were_asked_for() {
    let many: Vec<_> = (0..120)
        .map(|site| outage(&format!("https://{site}.example"), site, Some(site + 9), "522", "", Suspect::Origin))
        .collect();
    let first = view_of(&many, &HistoryChoice::default());
    assert_eq!((first.rows.len(), first.more.is_some()), (HistoryView::ROWS, true));
    assert_eq!(first.timeline.unwrap().others.as_deref(), Some("112 more sites. Search for one to see it here."));
    let all = view_of(&many, &HistoryChoice { rows: 150, ..HistoryChoice::default() });
    assert_eq!((all.rows.len(), all.more), (120, None));
}

#[test]
fn a_deletion_is_confirmed_and_removes_what_the_button_says() {
    let all = outages();
    let asked = |asked, choice: HistoryChoice| view_of(&all, &HistoryChoice { asked: Some(asked), ..choice }).question;
    let of_shop = asked(Deletion::Outage(all[0].id()), HistoryChoice::default()).unwrap();
    let labels: Vec<_> = of_shop.buttons.iter().map(|(label, _)| label.as_str()).collect();
    assert_eq!(labels, ["Delete this one", "Delete all 2 of shop.example"]);
    let of_blog = asked(Deletion::Outage(all[1].id()), HistoryChoice::default()).unwrap();
    assert_eq!(of_blog.buttons.len(), 1);
    let shown = asked(Deletion::Shown, searched("blog")).unwrap();
    assert_eq!(shown.buttons, [("Delete 1 failure".to_owned(), Deletion::Shown)]);

    let concerns = |deletion: &Deletion, search: &str| {
        concerned(&all, deletion, &searched(search).filter, at(20_000), &Words::english().unwrap())
            .iter()
            .map(|it| it.start)
            .collect::<Vec<_>>()
    };
    assert_eq!(concerns(&Deletion::Outage(all[0].id()), ""), [at(0)]);
    assert_eq!(concerns(&of_shop.buttons[1].1, ""), [at(0), at(600)]);
    assert_eq!(concerns(&Deletion::Shown, "blog"), [at(5)]);
}

#[test]
fn an_export_has_what_is_shown() {
    let all = outages();
    let shown = searched("blog").filter.shown(&all, at(20_000), &Words::english().unwrap());
    assert_eq!(
        export_csv(&shown),
        "site,start,end,seconds,codes,data_centre,fault,checks\r\n\
         http://blog.example:8080,2026-09-21T14:18:20Z,2026-09-21T15:18:20Z,3600,1020,,rule,2\r\n"
    );
    let json =
        serde_json::to_value(export(&HistoryFilter::default().shown(&all, at(20_000), &Words::english().unwrap())))
            .unwrap();
    assert_eq!(json[2]["data_centre"], "FRA");
    assert_eq!((&json[2]["fault"], &json[2]["codes"][0]), (&"origin".into(), &522.into()));
    assert!(json[0]["end"].is_null());
}
