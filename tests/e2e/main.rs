//! End-to-end tests: the built packages in real browsers, against an edge with real faults.
//!
//! Every scenario is a test for each browser in which it's possible, named `SCENARIO_in_chrome` and
//! `SCENARIO_in_firefox`. Screenshots are written to `shots/`.

mod accessible;
mod bulky;
mod clipboard;
mod crowd;
mod flood;
mod form;
mod hardened;
mod harness;
mod history;
mod limits;
mod manifest;
mod network;
mod nothing;
mod offline;
mod outage;
mod page_check;
mod private;
mod recovery;
mod refusal;
mod reloading;
mod restart;
mod slow;
mod trouble;
mod undetectable;
mod unreachable;
mod verdict;
mod website;
mod words;
mod worker;

use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use libtest_mimic::{Arguments, Failed, Trial};
use rayback_testkit::browser::BrowserKind;
use tokio::runtime::Runtime;

use self::harness::Run;

type Scenario = fn(Run) -> Pin<Box<dyn Future<Output = Result<()>>>>;

/// Pairs each scenario with its name.
macro_rules! scenarios {
    ($($module:ident::$scenario:ident),* $(,)?) => {
        [$((stringify!($scenario), |run| Box::pin($module::$scenario(run)))),*]
    };
}

fn main() -> Result<ExitCode> {
    let mut arguments = Arguments::from_args();
    // Scenarios spend most of their time waiting.
    arguments.test_threads.get_or_insert(4);
    let runtime = Arc::new(Runtime::new()?);
    // The longest first, so that they run in parallel with the others.
    let scenarios: &[(&str, Scenario)] = &scenarios![
        slow::an_origin_that_answers_after_125_seconds_is_seen_to_recover,
        slow::an_origin_that_answers_after_40_seconds_is_seen_to_recover,
        restart::a_wait_survives_closing_the_browser,
        restart::a_wait_survives_killing_the_browser,
        unreachable::a_tab_with_the_browsers_own_error_page_recovers,
        accessible::axe_finds_nothing_in_any_state,
        accessible::no_state_is_cut_off_at_320_px_or_by_larger_text,
        words::every_text_is_in_the_words_and_has_room,
        worker::stopping_the_worker_at_each_step_loses_nothing,
        crowd::fifty_failing_tabs_of_twenty_hosts_all_recover,
        restart::a_laptop_that_sleeps_past_the_deadline_checks_once_after_waking,
        restart::an_update_during_a_wait_loses_nothing,
        recovery::a_failing_page_is_explained_and_recovers,
        recovery::a_background_tab_is_reloaded_and_notifies_on_recovery,
        recovery::a_notify_only_user_is_notified_and_reloads_by_click,
        recovery::an_open_cloudflare_incident_is_named_and_waited_for,
        verdict::a_522_without_an_incident_is_likely_the_sites_server,
        verdict::an_incident_in_the_serving_data_centre_is_cloudflares_fault,
        verdict::three_unrelated_failing_sites_share_a_cause,
        verdict::a_modified_request_points_to_the_visitors_network,
        verdict::a_526_may_come_from_the_visitors_own_filter,
        verdict::questions_are_asked_and_answered_in_our_own_page,
        offline::an_offline_browser_waits_and_blames_its_connection,
        clipboard::copied_text_can_be_pasted_and_contains_nothing_private,
        history::the_history_page_lists_filters_saves_and_deletes_failures,
        history::a_failure_and_its_recovery_are_one_outage,
        history::the_user_can_clear_the_history,
        page_check::a_cross_origin_522_is_explained_once_its_host_is_checked,
        page_check::a_healthy_page_has_nothing_wrong_and_a_failing_one_its_verdict,
        page_check::only_the_address_of_the_browsers_own_error_page_is_known,
        private::a_private_page_recovers_and_leaves_nothing_on_disk,
        recovery::a_page_without_tls_is_probed_without_tls,
        nothing::healthy_pages_own_errors_and_articles_start_no_worker,
        nothing::two_hundred_healthy_navigations_start_no_worker,
        nothing::going_back_restores_pages_and_their_panel,
        refusal::a_denied_page_is_explained_and_never_reloaded,
        refusal::a_challenge_is_explained_in_a_line_and_never_reloaded,
        refusal::an_imitation_shows_a_warning_and_is_never_reloaded,
        outage::the_outage_of_18_november_2025_is_blamed_on_cloudflare,
        outage::the_outage_of_5_december_2025_is_blamed_on_cloudflare_but_a_521_is_not,
        bulky::a_page_of_50_megabytes_is_recognised_by_a_bounded_reading,
        bulky::a_page_of_300_000_elements_is_recognised_by_a_bounded_reading,
        reloading::a_page_that_refreshes_itself_is_stopped_from_the_panel,
        reloading::a_page_that_a_script_keeps_reloading_can_be_left,
        form::a_form_result_is_explained_and_never_sent_again,
        form::the_request_method_is_known_with_tls,
        form::the_request_method_is_known_without_tls,
        manifest::the_manifest_causes_no_browser_warning,
        website::pasted_text_is_analysed_locally_and_never_leaves_the_page,
        trouble::a_one_time_link_is_never_requested_automatically,
        trouble::a_failing_status_page_is_unknown_and_breaks_nothing_else,
        trouble::a_slow_status_page_is_unknown_and_breaks_nothing_else,
        trouble::a_status_page_without_json_is_unknown_and_breaks_nothing_else,
        trouble::a_status_page_of_10_megabytes_is_unknown_and_breaks_nothing_else,
        trouble::the_popup_asks_for_withheld_access,
        hardened::a_page_cannot_reach_move_or_cover_the_panel,
        hardened::no_page_can_disguise_or_cover_the_panel,
        hardened::a_reload_with_a_fragment_names_nothing,
        hardened::a_failing_site_sends_the_worker_nowhere_else,
        hardened::the_panel_keeps_its_size_whatever_the_pages_root_says,
        flood::a_flood_of_names_keeps_no_other_sites_panel_waiting,
        flood::a_flood_of_tabs_keeps_no_other_sites_panel_waiting,
        limits::the_hourly_budget_counts_probes_and_the_one_trace,
        limits::the_longest_wait_that_an_answer_asks_for_is_kept,
        undetectable::a_page_that_looks_everywhere_finds_nothing_but_the_panels_element,
        accessible::the_keyboard_reaches_every_control_in_order,
        accessible::the_panel_is_used_by_keyboard_and_gives_the_focus_back,
        accessible::a_change_is_announced_once_and_the_countdown_never,
        accessible::every_closed_panel_is_low_and_short,
        accessible::with_reduced_motion_nothing_moves,
        trouble::damaged_and_incompatible_state_is_set_aside,
        trouble::a_store_damaged_before_the_start_costs_no_other_host_its_panel,
    ];
    // Only Chromium loads pages ahead and accepts escapes in a host's name.
    let chromes: &[(&str, Scenario)] = &scenarios![
        nothing::a_page_loaded_ahead_is_reported_once_it_is_seen,
        hardened::a_host_with_escapes_gets_its_panel,
    ];
    // Chromium is offline only if the device is, so the scenario needs its own network.
    let [(offline, _)] = scenarios![offline::an_offline_browser_waits_and_blames_its_connection];
    let in_both = scenarios.iter().flat_map(|&scenario| BrowserKind::BOTH.map(|kind| (scenario, kind)));
    let in_chrome = chromes.iter().map(|&scenario| (scenario, BrowserKind::Chrome));
    let trials = in_both.chain(in_chrome).map(|((name, scenario), kind)| {
        let runtime = runtime.clone();
        let test = format!("{name}_in_{}", kind.name());
        if name == offline && kind == BrowserKind::Chrome && !network::is_own() {
            return in_own_network(test, arguments.list);
        }
        Trial::test(test, move || {
            runtime
                .block_on(run_twice(scenario, Run { scenario: name, kind }))
                .map_err(|error| Failed::from(format!("{error:#}")))
        })
    });
    Ok(libtest_mimic::run(&arguments, trials.collect()).exit_code())
}

/// A scenario in its own network, skipped with the reason if none can be created.
fn in_own_network(test: String, is_listed_only: bool) -> Trial {
    let obstacle = if is_listed_only { None } else { network::obstacle() };
    if let Some(obstacle) = &obstacle {
        eprintln!("remark: {test} is skipped: {obstacle}");
    }
    let name = test.clone();
    let run = move || network::run(&name).map_err(|error| Failed::from(format!("{error:#}")));
    Trial::test(test, run).with_ignored_flag(obstacle.is_some())
}

/// Runs a scenario, and reruns it once if it fails: browsers are killed and suspended in real time, on a machine that's
/// busy with other tests. The first failure is printed, so that flaky scenarios get noticed.
async fn run_twice(scenario: Scenario, run: Run) -> Result<()> {
    let Err(error) = scenario(run).await else { return Ok(()) };
    eprintln!("remark: {} in {} failed and is run again", run.scenario, run.kind.name());
    eprintln!("{error:#}");
    scenario(run).await
}
