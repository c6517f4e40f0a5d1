//! Arbitrary scripts: everything that may happen to a watch, in any order.

use std::time::Duration;

use proptest::prelude::*;
use rayback_core::outside::trace::Trace;
use rayback_core::settings::{Mode, Settings, Shape};
use rayback_core::time::Timestamp;
use rayback_core::url::PageUrl;
use rayback_core::watch::{
    Choice, Failure, Isolation, Method, ProbeOutcome, Sighting, TabId, TabNumbers, UnsavedInput, Visibility,
};

use crate::world::{challenge, error, failure, reloading, seconds};

/// One step of a script.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Time passes, the machine sleeps, or the clock is set forward; a clock can't distinguish them.
    Pass(Duration),
    /// The clock is set back.
    SetBack(Duration),
    /// Time passes until the alarm is due, or somewhat longer, and it fires.
    RingOnTime {
        late: Duration,
    },
    /// The alarm fires, whether due or not.
    Ring,
    /// The browser loses the alarm, and the worker starts.
    LoseAlarm(TabNumbers),
    /// The worker starts.
    Start(TabNumbers),
    Fail(Box<Failure>),
    Load(TabId),
    StillLoading(TabId),
    Leave(TabId),
    NetworkError(TabId),
    /// The latest probe ends, or an older one ends again.
    EndProbe {
        ago: u32,
        outcome: ProbeOutcome,
    },
    Look(TabId, Visibility),
    GoOffline,
    GoOnline,
    Trace(Trace),
    OpenIncident,
    EndIncident,
    Press(Choice),
    /// The user changes the settings.
    Set(Box<Settings>),
}

pub(crate) fn script() -> impl Strategy<Value = Vec<Act>> {
    proptest::collection::vec(act(), 1..80)
}

/// A script of mostly failing attempts, so that budgets and counts are reached.
pub(crate) fn busy_script() -> impl Strategy<Value = Vec<Act>> {
    let busy = prop_oneof![
        12 => Just(Act::RingOnTime { late: Duration::ZERO }),
        8 => code().prop_map(|code| end(ProbeOutcome::Failing { diagnosis: Box::new(error(code)) })),
        2 => Just(end(ProbeOutcome::NoAnswer)),
        2 => Just(end(ProbeOutcome::Redirected)),
        6 => (tab(), any::<bool>()).prop_map(|(tab, visible)| Act::Look(tab, visibility(visible))),
        4 => a_failure().prop_map(|failure| Act::Fail(Box::new(failure))),
        2 => act(),
    ];
    (any_settings(), proptest::collection::vec(busy, 60..160)).prop_map(|(settings, mut acts)| {
        acts.insert(0, Act::Fail(Box::new(failure(1, 522))));
        acts.insert(0, Act::Set(Box::new(settings)));
        acts
    })
}

fn act() -> impl Strategy<Value = Act> {
    let renewed = TabNumbers::Renewed { since: Timestamp::from_unix_millis(i64::MAX) };
    let numbers = || prop_oneof![Just(TabNumbers::Kept), Just(renewed)];
    prop_oneof![
        6 => span().prop_map(Act::Pass),
        2 => span().prop_map(Act::SetBack),
        16 => prop_oneof![4 => Just(Duration::ZERO), 1 => span()].prop_map(|late| Act::RingOnTime { late }),
        3 => Just(Act::Ring),
        1 => numbers().prop_map(Act::LoseAlarm),
        2 => numbers().prop_map(Act::Start),
        12 => a_failure().prop_map(|failure| Act::Fail(Box::new(failure))),
        4 => tab().prop_map(Act::Load),
        1 => tab().prop_map(Act::StillLoading),
        2 => tab().prop_map(Act::Leave),
        1 => tab().prop_map(Act::NetworkError),
        10 => (0_u32..3, outcome()).prop_map(|(ago, outcome)| Act::EndProbe { ago, outcome }),
        4 => (tab(), any::<bool>()).prop_map(|(tab, visible)| Act::Look(tab, visibility(visible))),
        1 => Just(Act::GoOffline),
        2 => Just(Act::GoOnline),
        1 => trace().prop_map(Act::Trace),
        1 => Just(Act::OpenIncident),
        1 => Just(Act::EndIncident),
        4 => choice().prop_map(Act::Press),
        1 => any_settings().prop_map(|settings| Act::Set(Box::new(settings))),
    ]
}

fn end(outcome: ProbeOutcome) -> Act {
    Act::EndProbe { ago: 0, outcome }
}

/// From milliseconds to days.
fn span() -> impl Strategy<Value = Duration> {
    prop_oneof![0_u64..10_000, 0_u64..600_000, 0_u64..7_200_000, 0_u64..200_000_000].prop_map(Duration::from_millis)
}

fn tab() -> impl Strategy<Value = TabId> {
    (1_i32..5).prop_map(TabId)
}

fn visibility(visible: bool) -> Visibility {
    if visible { Visibility::Visible } else { Visibility::Hidden }
}

/// One code of each remedy and scope.
fn code() -> impl Strategy<Value = u16> {
    prop_oneof![
        6 => Just(522_u16),
        3 => Just(520),
        1 => Just(502),
        2 => Just(524),
        1 => Just(525),
        2 => Just(1015),
        1 => Just(1101),
        1 => Just(1020),
        1 => Just(1033),
        1 => Just(599),
    ]
}

fn a_failure() -> impl Strategy<Value = Failure> {
    let query = prop_oneof![3 => Just(""), 1 => Just("?page=2"), 1 => Just("?token=x")];
    let method = prop_oneof![5 => Just(Method::Get), 1 => Just(Method::Unknown), 1 => Just(Method::Other)];
    let isolation =
        prop_oneof![6 => Just(Isolation::Shared), 1 => Just(Isolation::Container), 1 => Just(Isolation::Private)];
    let sighting = prop_oneof![4 => Just(Sighting::Fresh), 1 => Just(Sighting::Repeated)];
    let of_page = (tab(), code(), query, method, proptest::bool::weighted(0.1));
    let looks = (proptest::bool::weighted(0.1), proptest::bool::weighted(0.05));
    (of_page, isolation, sighting, any::<bool>(), looks).prop_map(
        |((tab, code, query, method, unsaved), isolation, sighting, visible, (challenged, reloads))| Failure {
            url: PageUrl::parse(&format!("https://shop.example/page{}{query}", tab.0)).unwrap(),
            method,
            isolation,
            sighting,
            diagnosis: match (challenged, reloads) {
                (true, _) => challenge(),
                (false, true) => reloading(error(code)),
                (false, false) => error(code),
            },
            visibility: visibility(visible),
            unsaved_input: if unsaved { UnsavedInput::Some } else { UnsavedInput::None },
            ..failure(tab.0, code)
        },
    )
}

fn outcome() -> impl Strategy<Value = ProbeOutcome> {
    let retry_after = prop_oneof![3 => Just(None), 2 => (0_u64..100_000).prop_map(Some)];
    let failing = (code(), retry_after).prop_map(|(code, retry_after)| {
        let mut diagnosis = error(code);
        diagnosis.retry_after = retry_after.map(seconds);
        ProbeOutcome::Failing { diagnosis: Box::new(diagnosis) }
    });
    prop_oneof![
        4 => failing,
        2 => Just(ProbeOutcome::Recovered),
        1 => Just(ProbeOutcome::Barred),
        1 => Just(ProbeOutcome::Redirected),
        1 => Just(ProbeOutcome::NoAnswer),
    ]
}

fn trace() -> impl Strategy<Value = Trace> {
    prop_oneof![4 => Just(Trace::Edge { data_centre: None }), 1 => Just(Trace::NotEdge), 1 => Just(Trace::NoAnswer)]
}

fn choice() -> impl Strategy<Value = Choice> {
    prop_oneof![
        2 => tab().prop_map(|tab| Choice::ReloadNow { tab: Some(tab) }),
        1 => Just(Choice::ReloadNow { tab: None }),
        2 => tab().prop_map(|tab| Choice::ReloadAtFloor { tab }),
        1 => Just(Choice::Stop),
        2 => Just(Choice::Resume),
        1 => Just(Choice::OnlyNotify),
        1 => Just(Choice::BringBack),
        1 => Just(Choice::TrustOrigin),
        1 => tab().prop_map(|tab| Choice::StopRefresh { tab }),
        1 => tab().prop_map(|tab| Choice::Leave { tab }),
    ]
}

/// Normal settings and those of a development installation, which allows any wait.
fn any_settings() -> impl Strategy<Value = Settings> {
    let schedule = prop_oneof![
        Just(Shape::Patient),
        Just(Shape::Proportional),
        Just(Shape::Eager),
        Just(Shape::Classic),
        Just(Shape::Steps)
    ];
    let floor = prop_oneof![Just(0_u32), Just(1), Just(30), Just(60), Just(300)];
    let table = prop_oneof![2 => Just(None), 1 => Just(Some(0_u32)), 1 => Just(Some(600))];
    (schedule, floor, table, any::<bool>(), proptest::bool::weighted(0.2)).prop_map(
        |(schedule, floor_s, table, trusted, only_notify)| {
            let mut settings = Settings { schedule, floor_s, steps_s: vec![floor_s, 40], ..Settings::default() };
            settings.code_floors_s.extend(table.map(|floor| (522, floor)));
            if trusted {
                settings.trusted_origins.insert("https://shop.example".to_owned());
            }
            if only_notify {
                settings.mode = Mode::OnlyNotify;
            }
            settings
        },
    )
}
