//! End to end: the packages as built, in real browsers, against an edge that fails for real.
//!
//! Every scene is one test for each browser, named `scene_in_chrome` and `scene_in_firefox`. Pictures of what they show are
//! written to `shots/`.

mod clipboard;
mod crowd;
mod form;
mod history;
mod manifest;
mod network;
mod nothing;
mod offline;
mod private;
mod recovery;
mod refusal;
mod restart;
mod slow;
mod stage;
mod trouble;
mod unreachable;
mod verdict;
mod website;
mod worker;

use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use libtest_mimic::{Arguments, Failed, Trial};
use rayback_testkit::browser::Make;
use tokio::runtime::Runtime;

use self::stage::Run;

type Scene = fn(Run) -> Pin<Box<dyn Future<Output = Result<()>>>>;

/// Names a scene after its function.
macro_rules! scenes {
    ($($module:ident::$scene:ident),* $(,)?) => {
        [$((stringify!($scene), |run| Box::pin($module::$scene(run)))),*]
    };
}

fn main() -> Result<ExitCode> {
    let mut arguments = Arguments::from_args();
    // Scenes wait more than they work.
    arguments.test_threads.get_or_insert(4);
    let runtime = Arc::new(Runtime::new()?);
    // The longest first, so that they run beside the others.
    let scenes: &[(&str, Scene)] = &scenes![
        slow::an_origin_that_answers_after_125_seconds_is_found_well,
        slow::an_origin_that_answers_after_40_seconds_is_found_well,
        restart::a_wait_outlives_a_browser_that_is_closed,
        restart::a_wait_outlives_a_browser_that_is_killed,
        unreachable::a_tab_that_ends_in_the_browsers_own_error_is_noticed_and_comes_back,
        worker::a_worker_that_is_stopped_at_each_step_loses_none,
        crowd::fifty_tabs_of_twenty_hosts_fail_at_once_and_all_come_back,
        restart::a_laptop_that_sleeps_past_the_deadline_checks_once_when_it_wakes,
        restart::an_update_in_mid_wait_loses_nothing,
        recovery::a_page_that_fails_is_explained_waited_for_and_brought_back,
        recovery::a_page_out_of_view_is_reloaded_by_itself_and_comes_back_with_a_notification,
        recovery::a_person_who_only_wants_to_be_told_is_told_and_clicks,
        recovery::an_open_incident_of_cloudflares_is_named_and_waited_for,
        verdict::a_522_under_a_quiet_status_page_is_likely_the_sites_server,
        verdict::an_incident_in_the_very_data_centre_is_cloudflares,
        verdict::three_unrelated_sites_at_once_share_a_fault,
        verdict::a_request_changed_on_its_way_is_the_visitors_network,
        verdict::a_526_may_come_from_a_filter_of_the_visitors_own,
        verdict::what_is_asked_elsewhere_on_a_click_is_answered_in_the_panel,
        offline::a_browser_that_goes_offline_waits_and_blames_its_own_connection,
        clipboard::what_is_copied_can_be_pasted_and_holds_nothing_private,
        history::the_history_is_cleared_on_the_persons_word,
        private::a_page_in_a_private_window_comes_back_and_leaves_nothing_on_the_disk,
        recovery::a_page_without_tls_is_probed_without_tls,
        nothing::a_healthy_page_an_own_503_and_an_article_wake_nothing,
        refusal::a_denied_page_is_explained_and_never_reloaded,
        refusal::a_challenge_is_explained_in_a_line_and_never_reloaded,
        refusal::an_imitation_is_warned_of_and_never_reloaded,
        form::a_page_that_answers_a_form_is_explained_and_never_sent_again,
        manifest::the_browser_warns_of_nothing_in_the_manifest,
        website::what_is_pasted_is_read_in_the_page_and_leaves_it_nowhere,
        trouble::a_page_with_a_one_time_link_is_never_asked_for_unasked,
        trouble::a_status_page_that_fails_is_unknown_and_nothing_else_suffers,
        trouble::a_status_page_that_is_slow_is_unknown_and_nothing_else_suffers,
        trouble::a_status_page_that_is_no_json_is_unknown_and_nothing_else_suffers,
        trouble::a_status_page_of_10_megabytes_is_unknown_and_nothing_else_suffers,
        trouble::access_that_is_withheld_is_asked_for_in_the_popup,
        trouble::a_damaged_state_and_one_of_another_version_are_set_aside,
    ];
    // Chromium goes offline with the device, so with a network of the scene's own.
    let [(offline, _)] = scenes![offline::a_browser_that_goes_offline_waits_and_blames_its_own_connection];
    let trials = scenes.iter().flat_map(|&(name, scene)| {
        let runtime = &runtime;
        Make::BOTH.map(|make| {
            let runtime = runtime.clone();
            let test = format!("{name}_in_{}", make.name());
            if name == offline && make == Make::Chrome && !network::is_own() {
                return in_own_network(test, arguments.list);
            }
            Trial::test(test, move || {
                runtime.block_on(play(scene, Run { scene: name, make })).map_err(|why| Failed::from(format!("{why:#}")))
            })
        })
    });
    Ok(libtest_mimic::run(&arguments, trials.collect()).exit_code())
}

/// A scene that is played in a network of its own, or left out with the reason where none can be made.
fn in_own_network(test: String, is_listed_only: bool) -> Trial {
    let hindrance = if is_listed_only { None } else { network::hindrance() };
    if let Some(why) = &hindrance {
        eprintln!("remark: {test} is left out: {why}");
    }
    let name = test.clone();
    let play = move || network::play(&name).map_err(|why| Failed::from(format!("{why:#}")));
    Trial::test(test, play).with_ignored_flag(hindrance.is_some())
}

/// Plays a scene, and once more if it fails: browsers are killed and suspended here in real time, on a machine that does
/// other things beside. What went wrong the first time is printed, so that a scene that often needs the second is seen.
async fn play(scene: Scene, run: Run) -> Result<()> {
    let Err(why) = scene(run).await else { return Ok(()) };
    eprintln!("remark: {} in {} failed and is played once more", run.scene, run.make.name());
    eprintln!("{why:#}");
    scene(run).await
}
