//! The watch's reactions to each event.

use super::{
    Choice, Effect, Event, Failure, Isolation, LastNotice, Method, Notice, Phase, ProbeOutcome, Progress, Shows,
    Sighting, TabId, TabNumbers, Turn, Visibility, Watch, WatchedTab,
};
use crate::diagnosis::Diagnosis;
use crate::history::{AttemptResult, Attempts, By, Reason};
use crate::outside::trace::Trace;
use crate::retry::policy::{self, Trigger};
use crate::retry::remedy::is_left_alone;
use crate::retry::{self, IncidentState};
use crate::settings::{Mode, Switch};
use crate::time::Dated;

impl Watch {
    pub(super) fn react(&mut self, turn: &mut Turn<'_>, event: Event) {
        match event {
            Event::Failed(failure) => self.on_failed(turn, *failure),
            Event::Loaded { tab } => self.on_loaded(turn, tab),
            Event::Loading { tab } => self.on_loading(turn, tab),
            Event::Left { tab } => self.on_left(turn, tab),
            Event::Unreachable { tab } => self.on_unreachable(turn, tab),
            // An alarm only means that time has passed; whatever is due is done after any event.
            Event::Alarm => {}
            Event::ProbeEnded { probe, outcome } => self.on_probe_ended(turn, probe, outcome),
            Event::Visibility { tab, visibility } => self.on_visibility(turn, tab, visibility),
            Event::Offline => self.on_offline(turn),
            Event::Online => self.on_online(turn),
            Event::Started { tabs } => self.on_started(turn, tabs),
            Event::IncidentOpen => {
                if self.schedule.set_incident(IncidentState::Open) {
                    self.replan_if_waiting(turn);
                }
            }
            Event::IncidentOver => {
                // Not immediately, even if the plan without the incident is overdue: it ends for many at the same time.
                if self.schedule.set_incident(IncidentState::None) && self.waits_for_schedule() {
                    self.resume_soon(turn, Trigger::IncidentOver);
                }
            }
            // A request that failed doesn't take away what an earlier one found.
            Event::Traced { trace: Trace::NoAnswer } if self.trace.is_some() => {}
            Event::Traced { trace } => {
                let was_contradicted = self.is_contradicted();
                self.trace = Some(Dated::new(trace, turn.now));
                if self.is_contradicted() != was_contradicted {
                    self.on_permission_changed(turn);
                }
            }
            Event::Pressed(choice) => self.on_pressed(turn, choice),
            Event::SettingsChanged => self.on_permission_changed(turn),
        }
    }

    fn on_failed(&mut self, turn: &mut Turn<'_>, failure: Failure) {
        let failure = self.with_known_method(failure);
        let Failure { tab, sighting, visibility, isolation, .. } = failure;
        let diagnosis = failure.diagnosis.clone();
        let is_new_here = self.tab(tab).is_none();
        // A document that was already there keeps the time at which it was first seen.
        let first_seen = self.tab(tab).filter(|known| sighting == Sighting::Repeated && known.url == failure.url);
        let seen_at = first_seen.map_or(turn.now, |known| known.seen_at);
        let was_navigated = matches!(self.phase, Phase::Navigating { tab: current, .. } if current == tab);
        let shown = WatchedTab::new(failure, seen_at);
        let shown = match (self.tab(tab), sighting) {
            (Some(known), Sighting::Repeated) if known.url == shown.url => shown.staying(known),
            (Some(known), Sighting::Fresh) if !was_navigated => shown.replacing(known, turn.now),
            _ => shown,
        };
        self.put_tab(shown);
        if let Phase::Navigating { tab: current, progress, .. } = self.phase
            && current == tab
        {
            return match (sighting, progress) {
                (Sighting::Fresh, _) => self.navigation_failed(turn, Some(diagnosis)),
                // It still shows the old document after all that time.
                (Sighting::Repeated, Progress::Asked { .. }) => self.navigation_failed(turn, None),
                // The shell didn't navigate it.
                (Sighting::Repeated, Progress::Loading { .. }) => self.navigate_next(turn),
            };
        }
        if matches!(self.phase, Phase::New | Phase::Idle { .. }) {
            self.begin(turn, diagnosis);
            if isolation == Isolation::Shared {
                self.request_trace(turn);
            }
            read_status_page(turn);
            return;
        }
        if sighting == Sighting::Repeated && !is_new_here {
            return;
        }
        let before = self.schedule.remedy();
        self.adopt(turn, diagnosis);
        match self.phase {
            // The user asked again, or another page fails: a failure that had ended begins again.
            Phase::Manual { .. } => {
                self.redirects = 0;
                self.schedule.restart(turn.now);
                self.plan(turn);
            }
            // The old backoff continues.
            Phase::Back { .. } | Phase::AwaitingClick { .. } => self.plan(turn),
            Phase::Waiting { at, pace, reason } => {
                if self.schedule.remedy() == before {
                    self.phase = Phase::Waiting { at: at.max(self.schedule.not_before()), pace, reason };
                } else {
                    self.plan(turn);
                }
                if visibility == Visibility::Visible && is_new_here {
                    self.bring_forward(turn, Trigger::Seen);
                }
            }
            _ => {}
        }
    }

    /// Requests the host's trace, unless that was done within the hour or the budget is used up.
    fn request_trace(&mut self, turn: &mut Turn<'_>) {
        let is_recent = self.trace_requested.is_some_and(|at| turn.now.since(at) < policy::TRACE_EVERY);
        if !is_recent && self.schedule.budget_again_at(turn.now).is_none() {
            self.trace_requested = Some(turn.now);
            self.schedule.requested(turn.now);
            turn.order(Effect::Trace);
        }
    }

    /// A document loaded before this version of the extension doesn't know how it was requested, but the watch may.
    fn with_known_method(&self, mut failure: Failure) -> Failure {
        let known = self.tab(failure.tab).filter(|known| known.url == failure.url);
        if let (Method::Unknown, Sighting::Repeated, Some(known)) = (failure.method, failure.sighting, known) {
            failure.method = known.method;
        }
        failure
    }

    /// Begins a failure, or continues the one that was left when its last tab or the browser was closed.
    fn begin(&mut self, turn: &mut Turn<'_>, diagnosis: Diagnosis) {
        let is_over = self.schedule.is_day_over(turn.now);
        if self.schedule.diagnosis().is_none() || is_over {
            self.schedule.restart(turn.now);
            self.recent = Attempts::default();
            self.last_notice = LastNotice::Nothing;
        } else if self.schedule.remedy().is_some_and(|remedy| retry::rule(remedy).attempts.is_some()) {
            // The user asked once more, so one more attempt is allowed.
            self.schedule.allow_remedy_again();
        }
        self.adopt(turn, diagnosis);
        self.plan(turn);
    }

    /// Adopts a failing answer as the schedule's basis, unless it's a refusal and other tabs can still be helped.
    pub(super) fn adopt(&mut self, turn: &Turn<'_>, diagnosis: Diagnosis) {
        self.schedule.relapsed(turn.now);
        if self.last_notice == LastNotice::Back {
            self.last_notice = LastNotice::Nothing;
        }
        let is_refused = is_left_alone(&diagnosis);
        if is_refused && self.schedule.diagnosis().is_some() && self.recoverable().next().is_some() {
            return;
        }
        self.schedule.failed(turn.settings, turn.now, diagnosis);
    }

    fn on_loaded(&mut self, turn: &mut Turn<'_>, tab: TabId) {
        let known = self.take_tab(tab);
        match (self.phase.clone(), known) {
            (Phase::New | Phase::Idle { .. }, _) => {}
            (Phase::Navigating { tab: current, .. }, Some(known)) if current == tab => {
                self.schedule.recovered(turn.now);
                self.navigation_succeeded(turn, tab, known.visibility);
            }
            (_, Some(_)) if self.tabs.is_empty() => {
                self.schedule.recovered(turn.now);
                self.finish(turn);
            }
            _ => self.bring_forward(turn, Trigger::LoadedElsewhere),
        }
    }

    fn on_loading(&mut self, turn: &mut Turn<'_>, tab: TabId) {
        if let Phase::Navigating { tab: current, reason, progress: Progress::Asked { extensions }, .. } = self.phase
            && current == tab
        {
            if extensions < policy::NAVIGATION_EXTENSIONS {
                let deadline = turn.now.after(policy::NAVIGATION_DEADLINE);
                let progress = Progress::Loading { extensions: extensions + 1 };
                self.phase = Phase::Navigating { tab, deadline, reason, progress };
            } else {
                self.navigation_failed(turn, None);
            }
        }
    }

    fn on_left(&mut self, turn: &mut Turn<'_>, tab: TabId) {
        let known = self.take_tab(tab).is_some();
        match self.phase {
            Phase::Navigating { tab: current, .. } if current == tab => self.navigate_next(turn),
            _ if known && self.tabs.is_empty() => self.finish(turn),
            _ => {}
        }
    }

    fn on_unreachable(&mut self, turn: &mut Turn<'_>, tab: TabId) {
        if let Some(known) = self.tab_mut(tab) {
            known.shows = Shows::BrowserError;
        }
        if matches!(self.phase, Phase::Navigating { tab: current, .. } if current == tab) {
            self.navigation_failed(turn, None);
        }
    }

    fn on_probe_ended(&mut self, turn: &mut Turn<'_>, probe: u32, outcome: ProbeOutcome) {
        if self.in_flight.is_some_and(|flight| flight.probe == probe) {
            self.in_flight = None;
        }
        let Phase::Probing { probe: current, reason, .. } = self.phase else { return };
        if current != probe {
            return;
        }
        if outcome != ProbeOutcome::Redirected {
            self.redirects = 0;
        }
        match outcome {
            ProbeOutcome::Redirected => self.probe_redirected(turn, reason),
            ProbeOutcome::Recovered => {
                self.record(turn, By::Probe, reason, AttemptResult::Recovered);
                self.schedule.recovered(turn.now);
                self.recover(turn);
            }
            ProbeOutcome::Failing { diagnosis } if is_left_alone(&diagnosis) => {
                self.probe_barred(turn, reason);
            }
            ProbeOutcome::Failing { diagnosis } => {
                let code = retry::code(&diagnosis);
                self.attempt_failed(turn, By::Probe, reason, AttemptResult::Failing { code }, Some(*diagnosis));
            }
            ProbeOutcome::Barred => self.probe_barred(turn, reason),
            ProbeOutcome::NoAnswer => self.attempt_failed(turn, By::Probe, reason, AttemptResult::NoAnswer, None),
        }
    }

    fn on_visibility(&mut self, turn: &mut Turn<'_>, tab: TabId, visibility: Visibility) {
        let Some(known) = self.tab_mut(tab) else { return };
        let before = core::mem::replace(&mut known.visibility, visibility);
        if before == Visibility::Hidden && visibility == Visibility::Visible {
            self.bring_forward(turn, Trigger::Seen);
        }
    }

    fn on_offline(&mut self, turn: &mut Turn<'_>) {
        self.schedule.went_offline(turn.now);
        if matches!(self.phase, Phase::Waiting { .. } | Phase::Probing { .. } | Phase::Navigating { .. }) {
            self.pause(turn);
        }
    }

    fn on_online(&mut self, turn: &mut Turn<'_>) {
        self.schedule.came_online();
        match self.phase {
            Phase::Offline { since, .. } => {
                self.discount(turn, since);
                self.resume_soon(turn, Trigger::Online);
            }
            _ => self.bring_forward(turn, Trigger::Online),
        }
    }

    fn on_started(&mut self, turn: &mut Turn<'_>, tabs: TabNumbers) {
        let TabNumbers::Renewed { since } = tabs else { return };
        self.tabs.retain(|tab| tab.seen_at >= since);
        let is_known = |id: &TabId| self.tabs.iter().any(|tab| tab.id == *id);
        self.queue.retain(is_known);
        // The tab that was being navigated will come back under another number, if at all.
        if matches!(&self.phase, Phase::Navigating { tab, .. } if !is_known(tab)) {
            self.resume_soon(turn, Trigger::Awake);
        }
    }

    fn on_pressed(&mut self, turn: &mut Turn<'_>, choice: Choice) {
        if matches!(choice, Choice::ReloadNow { .. } | Choice::ReloadAtFloor { .. } | Choice::Resume) {
            self.redirects = 0;
        }
        match choice {
            Choice::ReloadNow { tab } => self.reload_now(turn, tab),
            Choice::ReloadAtFloor { tab } => self.reload_at_floor(turn, tab),
            Choice::Stop => {
                if !matches!(self.phase, Phase::New) {
                    self.stopped = self.stopped.or(Some(turn.now));
                    self.finish(turn);
                }
            }
            Choice::Resume => {
                if self.stopped.take().is_some() {
                    self.schedule.restart(turn.now);
                    if matches!(self.phase, Phase::Stopped { .. }) {
                        self.finish(turn);
                    }
                }
            }
            Choice::OnlyNotify => {
                self.mode = Some(Mode::OnlyNotify);
                self.on_permission_changed(turn);
            }
            Choice::BringBack => {
                self.mode = Some(Mode::BringBack);
                self.on_permission_changed(turn);
            }
            Choice::TrustOrigin => self.on_permission_changed(turn),
            Choice::StopRefresh { tab } => {
                if let Some(known) = self.tab_mut(tab) {
                    known.is_refresh_stopped = true;
                    self.on_permission_changed(turn);
                }
            }
            Choice::Leave { tab } => {
                if let Some(url) = self.tab(tab).map(|known| known.url.clone()) {
                    turn.order(Effect::Leave { tab, url });
                    self.on_left(turn, tab);
                }
            }
        }
    }

    /// Handles a change in which tabs are held.
    fn on_permission_changed(&mut self, turn: &mut Turn<'_>) {
        match self.phase {
            Phase::Waiting { .. } => self.replan_if_waiting(turn),
            Phase::Manual { why, .. }
                if !matches!(why, super::HoldReason::AttemptsUsed | super::HoldReason::DayOver) =>
            {
                self.plan(turn);
            }
            // After a redirect the site isn't known to be back.
            Phase::AwaitingClick { .. } if self.schedule.healthy_since().is_some() => self.recover(turn),
            _ => {}
        }
    }

    fn replan_if_waiting(&mut self, turn: &mut Turn<'_>) {
        if self.waits_for_schedule() {
            self.plan(turn);
        }
    }

    /// Whether an attempt is planned that the user didn't ask for.
    fn waits_for_schedule(&self) -> bool {
        matches!(self.phase, Phase::Waiting { reason, .. } if reason != Reason::User)
    }

    /// Notifies the user, unless they're looking at the site anyway.
    pub(super) fn notify(&self, turn: &mut Turn<'_>, notice: Notice, tab: Option<TabId>) {
        let in_view = self.tabs.iter().any(|tab| tab.visibility == Visibility::Visible);
        if turn.settings.notifications == Switch::On && !in_view {
            turn.order(Effect::Notify { notice, tab });
        }
    }
}

pub(super) fn read_status_page(turn: &mut Turn<'_>) {
    if turn.settings.status_page == Switch::On {
        turn.order(Effect::ReadStatusPage);
    }
}
