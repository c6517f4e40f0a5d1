//! What a watch makes of each event.

use super::{
    Choice, Connection, Effect, Event, Failure, Isolation, Notice, Phase, ProbeOutcome, Progress, Report, Shows, TabId,
    TabNumbers, Told, Trace, Turn, Visibility, Watch,
};
use crate::catalog::Remedy;
use crate::diagnosis::Diagnosis;
use crate::history::{AttemptResult, By};
use crate::retry::policy::{self, Prompt};
use crate::retry::remedy::remedy;
use crate::retry::{self, Incident};
use crate::settings::{Mode, Switch};

impl Watch {
    pub(super) fn react(&mut self, turn: &mut Turn<'_>, event: Event) {
        match event {
            Event::Failed(failure) => self.on_failed(turn, *failure),
            Event::Loaded { tab } => self.on_loaded(turn, tab),
            Event::Loading { tab } => self.on_loading(turn, tab),
            Event::Left { tab } => self.on_left(turn, tab),
            Event::Unreachable { tab } => self.on_unreachable(turn, tab),
            // An alarm says nothing but that time has passed; what is due is done after any event.
            Event::Alarm => {}
            Event::ProbeEnded { probe, outcome } => self.on_probe_ended(turn, probe, outcome),
            Event::Visibility { tab, visibility } => self.on_visibility(turn, tab, visibility),
            Event::Offline => self.on_offline(turn),
            Event::Online => self.on_online(turn),
            Event::Started { tabs } => self.on_started(turn, tabs),
            Event::IncidentOpen => {
                if core::mem::replace(&mut self.incident, Incident::Open) == Incident::None {
                    self.plan_anew_if_waiting(turn);
                }
            }
            Event::IncidentOver => {
                if self.incident == Incident::Open {
                    self.incident = Incident::None;
                    // Not at once even where the plan without the incident is overdue: it ends for many at the same time.
                    if matches!(self.phase, Phase::Waiting { .. }) {
                        self.resume_soon(turn, Prompt::IncidentOver);
                    }
                }
            }
            Event::Traced { data_centre } => self.trace = Some(data_centre.map_or(Trace::NotTheEdge, Trace::Edge)),
            Event::Pressed(choice) => self.on_pressed(turn, choice),
            Event::SettingsChanged => self.on_permission_changed(turn),
        }
    }

    fn on_failed(&mut self, turn: &mut Turn<'_>, failure: Failure) {
        let Failure { tab, report, visibility, isolation, .. } = failure;
        let diagnosis = failure.diagnosis.clone();
        let is_new_here = self.tab(tab).is_none();
        self.put_tab(failure.into());
        if let Phase::Navigating { tab: current, progress, .. } = self.phase
            && current == tab
        {
            return match (report, progress) {
                (Report::Fresh, _) => self.navigation_failed(turn, Some(diagnosis)),
                // It still shows the old document after all that time.
                (Report::Repeated, Progress::Asked { .. }) => self.navigation_failed(turn, None),
                // The shell did not navigate it.
                (Report::Repeated, Progress::Loading { .. }) => self.navigate_next(turn),
            };
        }
        if matches!(self.phase, Phase::New | Phase::Idle { .. }) {
            self.begin(turn, diagnosis);
            if isolation == Isolation::Shared {
                turn.order(Effect::Trace);
            }
            read_status_page(turn);
            return;
        }
        if report == Report::Repeated && !is_new_here {
            return;
        }
        let before = self.remedy();
        self.govern(turn, diagnosis);
        match self.phase {
            // The person asked anew, or another page fails: what had ended begins again.
            Phase::Manual { .. } => {
                self.start_anew(turn);
                self.plan(turn);
            }
            // The old backoff goes on.
            Phase::Back { .. } | Phase::AwaitingClick { .. } => self.plan(turn),
            Phase::Waiting { at, pace, reason } => {
                if self.remedy() == before {
                    self.phase = Phase::Waiting { at: at.max(self.not_before), pace, reason };
                } else {
                    self.plan(turn);
                }
                if visibility == Visibility::Visible && is_new_here {
                    self.bring_forward(turn, Prompt::Seen);
                }
            }
            _ => {}
        }
    }

    /// Begins a failure, or goes on with the one that was left when its last tab was closed or its browser ended.
    fn begin(&mut self, turn: &mut Turn<'_>, diagnosis: Diagnosis) {
        let is_over = turn.now.since(self.since) >= policy::GIVE_UP_AFTER;
        if self.diagnosis.is_none() || is_over {
            self.start_anew(turn);
            self.told = Told::Nothing;
        } else if self.remedy().is_some_and(|remedy| retry::rule(remedy).attempts.is_some()) {
            // The person asked once more, so one more may be tried.
            self.tries = 0;
        }
        self.govern(turn, diagnosis);
        self.plan(turn);
    }

    /// Takes the failure to begin now; floor and budget hold on.
    pub(super) fn start_anew(&mut self, turn: &Turn<'_>) {
        self.since = turn.now;
        self.attempts = 0;
        self.tries = 0;
        self.silences = 0;
    }

    /// Takes a failing answer as what the schedule goes by, unless it is a refusal and other tabs can still be helped.
    pub(super) fn govern(&mut self, turn: &Turn<'_>, diagnosis: Diagnosis) {
        let healthy = self.healthy_since.take().map(|since| turn.now.since(since));
        if healthy.is_some_and(|healthy| healthy >= policy::HEALTHY_AFTER) {
            self.start_anew(turn);
        }
        if self.told == Told::Back {
            self.told = Told::Nothing;
        }
        let refused = remedy(&diagnosis) == Remedy::Never;
        if refused && self.diagnosis.is_some() && self.recoverable().next().is_some() {
            return;
        }
        let before = self.remedy();
        self.answered = turn.now;
        self.not_before = self.not_before.max(turn.now.after(retry::floor(turn.settings, &diagnosis)));
        self.diagnosis = Some(diagnosis);
        if self.remedy() != before {
            self.tries = 0;
        }
    }

    pub(super) fn remedy(&self) -> Option<Remedy> {
        self.diagnosis.as_ref().map(remedy)
    }

    fn on_loaded(&mut self, turn: &mut Turn<'_>, tab: TabId) {
        let known = self.take_tab(tab);
        match (self.phase.clone(), known) {
            (Phase::New | Phase::Idle { .. }, _) => {}
            (Phase::Navigating { tab: current, .. }, Some(known)) if current == tab => {
                self.healthy_since = Some(turn.now);
                self.navigation_succeeded(turn, tab, known.visibility);
            }
            (_, Some(_)) if self.tabs.is_empty() => {
                self.healthy_since = Some(turn.now);
                self.finish(turn);
            }
            _ => self.bring_forward(turn, Prompt::LoadedElsewhere),
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
        if self.flight.is_some_and(|flight| flight.probe == probe) {
            self.flight = None;
        }
        let Phase::Probing { probe: current, reason, .. } = self.phase else { return };
        if current != probe {
            return;
        }
        match outcome {
            ProbeOutcome::Recovered => {
                self.record(turn, By::Probe, reason, AttemptResult::Recovered);
                self.healthy_since = Some(turn.now);
                self.recover(turn);
            }
            ProbeOutcome::Failing { diagnosis } if remedy(&diagnosis) == Remedy::Never => {
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
            self.bring_forward(turn, Prompt::Seen);
        }
    }

    fn on_offline(&mut self, turn: &mut Turn<'_>) {
        self.connection = Connection::Offline;
        if matches!(self.phase, Phase::Waiting { .. } | Phase::Probing { .. } | Phase::Navigating { .. }) {
            self.pause(turn);
        }
    }

    fn on_online(&mut self, turn: &mut Turn<'_>) {
        self.connection = Connection::Online;
        match self.phase {
            Phase::Offline { since, .. } => {
                self.discount(turn, since);
                self.resume_soon(turn, Prompt::Online);
            }
            _ => self.bring_forward(turn, Prompt::Online),
        }
    }

    fn on_started(&mut self, turn: &mut Turn<'_>, tabs: TabNumbers) {
        if tabs == TabNumbers::Renewed {
            self.tabs.clear();
            self.queue.clear();
            // The tab that was being navigated will come back under another number, if at all.
            if matches!(self.phase, Phase::Navigating { .. }) {
                self.resume_soon(turn, Prompt::Awake);
            }
        }
    }

    fn on_pressed(&mut self, turn: &mut Turn<'_>, choice: Choice) {
        match choice {
            Choice::ReloadNow { tab } => self.reload_now(turn, tab),
            Choice::Stop => {
                if !matches!(self.phase, Phase::New) {
                    self.stopped = self.stopped.or(Some(turn.now));
                    self.finish(turn);
                }
            }
            Choice::Resume => {
                if self.stopped.take().is_some() {
                    self.start_anew(turn);
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
        }
    }

    /// Something that was held may be so no longer, or the other way round.
    fn on_permission_changed(&mut self, turn: &mut Turn<'_>) {
        match self.phase {
            Phase::Waiting { .. } => self.plan(turn),
            Phase::Manual { why, .. } if !matches!(why, super::Hold::TriesUsed | super::Hold::DayOver) => {
                self.plan(turn);
            }
            Phase::AwaitingClick { .. } => self.recover(turn),
            _ => {}
        }
    }

    fn plan_anew_if_waiting(&mut self, turn: &mut Turn<'_>) {
        if matches!(self.phase, Phase::Waiting { .. }) {
            self.plan(turn);
        }
    }

    /// Notifies, unless the person looks at the site anyway.
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
