//! The loop: load what BILLmanager remembers, look at the server, ask the plan, do one thing, again (safety.md E2).

use std::time::Duration;

use dcim6_client::Server;
use secrecy::{ExposeSecret, SecretString};

use super::admission::{Admission, Known, admit, found};
use super::clearance::other_holder;
use super::lock::{ITEM_WAIT, ItemLock};
use super::record::{Change, Record, Stage};
use super::run::Run;
use super::session::{Goal, Session};
use super::situation::Situation;
use super::step::Step;
use crate::error::{Error, ErrorKind};
use crate::panel::{Item, Parameters};

/// No command comes near this many turns; a defect must not spin against two systems.
const MAX_TURNS: u32 = 5_000;

/// How a drive ended, if it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finished {
    /// The goal is reached and BILLmanager knows.
    Reached,
    /// The service is bound to no server, or no longer.
    Unbound,
}

/// One command at work on one service.
pub struct Engine<'s, 'a> {
    pub(super) session: &'s Session<'a>,
    pub(super) lock: &'s mut ItemLock,
    pub(super) goal: Goal,
    pub(super) run: Run,
    last_saved: Option<Step>,
}

impl<'s, 'a> Engine<'s, 'a> {
    /// Take up a goal.
    pub fn new(session: &'s Session<'a>, lock: &'s mut ItemLock, goal: Goal) -> Self {
        let run = Run::new(session.host.clock.now(), session.operation, session.tries);
        Self {
            session,
            lock,
            goal,
            run,
            last_saved: None,
        }
    }

    /// Work until the goal is reached or nothing more can be done now.
    ///
    /// # Errors
    /// What stands in the way. Everything done so far is remembered; running the command again goes on from there.
    pub async fn drive(mut self) -> Result<Finished, Error> {
        for turn in 0..MAX_TURNS {
            self.keep_lock().await?;
            let item = self.session.item().await?;
            let (record, parameters) = self.session.memory().await?;
            // Who else holds the server is asked at the start, and again before it is given an owner (clearance).
            let holder = match record.server {
                Some(bound) if turn == 0 => other_holder(self.session, bound).await,
                _ => Ok(None),
            };
            let admission = admit(Known {
                item: &item,
                record: &record,
                unreadable: parameters.unreadable.as_ref(),
                goal: &self.goal,
                here: self.session.client.panel(),
                holder,
            });
            let bound = match admission? {
                Admission::Server(bound) => bound,
                Admission::Unbound => return Ok(Finished::Unbound),
                Admission::GiveBack(bound) => {
                    tracing::debug!(
                        item = item.id,
                        server = bound.get(),
                        "another service holds it"
                    );
                    self.session.save(&Change::withdrawal()).await?;
                    return Ok(Finished::Unbound);
                }
            };
            let server = found(bound, self.session.client.server(bound).get().await)?;
            if turn == 0 {
                self.run.found = record.stage;
            }
            self.note(&server, &parameters);
            self.refresh_goal(item.id).await?;
            let step = match record.panel {
                // From the first write on, the binding names its DCImanager, whoever made it.
                None if record.stage >= Stage::Name => {
                    let here = self.session.client.panel().to_owned();
                    Step::Remember(vec![Change::Panel(Some(here))])
                }
                _ => self.plan(&item, &record, &server),
            };
            if !matches!(step, Step::Wait { .. }) {
                self.run.waiting.clear();
            }
            self.refuse_repetition(&step)?;
            if let Some(finished) = self.carry_out(step, &record, &server, &parameters).await? {
                return Ok(finished);
            }
        }
        Err(Error::new(ErrorKind::Timeout, "plan", "no end in sight"))
    }

    /// Keep what this look says of the writes sent before it.
    fn note(&mut self, server: &Server, parameters: &Parameters) {
        let now = self.session.host.clock.now();
        if self.run.first_look.is_none() {
            self.run.addresses_before = server.ip.iter().map(|ip| ip.id).collect();
        }
        self.run.first_look.get_or_insert(now);
        self.run.has_password = password(parameters).is_some();
        self.run.sent.retain(|key, _| !key.is_met(server));
        for sent in self.run.sent.values_mut() {
            let first = sent.looks.map_or(now, |(first, _)| first);
            sent.looks = Some((first, now));
        }
    }

    /// Read again what BILLmanager may have changed of the goal itself.
    async fn refresh_goal(&mut self, item: u64) -> Result<(), Error> {
        let panel = self.session.host.panel;
        match &mut self.goal {
            Goal::Open(order) => order.slots = panel.slots(item).await?,
            Goal::Addresses(wanted) => wanted.slots = panel.slots(item).await?,
            Goal::Release { slots, .. } => *slots = panel.slots(item).await?,
            Goal::Sync { pending } => *pending = panel.pending_operations(item).await? > 0,
            Goal::Suspend | Goal::Resume | Goal::Close | Goal::Power(_) | Goal::Reset { .. } => {}
        }
        Ok(())
    }

    /// What was just saved must be seen saved: a plan that asks for the same again would ask for ever.
    fn refuse_repetition(&mut self, step: &Step) -> Result<(), Error> {
        let saves = matches!(
            step,
            Step::Remember(_) | Step::MakePassword | Step::FillSlot(..) | Step::EmptySlot(_)
        );
        if saves && self.last_saved.as_ref() == Some(step) {
            return Err(Error::new(
                ErrorKind::Db,
                "mgrctl",
                "BILLmanager said yes and does not show what was saved",
            ));
        }
        self.last_saved = saves.then(|| step.clone());
        Ok(())
    }

    fn plan(&self, item: &Item, record: &Record, server: &Server) -> Step {
        let situation = Situation {
            item,
            panel: self.session.client.panel(),
            record,
            settings: &self.session.settings,
            email: self.session.email.as_deref(),
            server,
            run: &self.run,
            now: self.session.host.clock.now(),
        };
        self.goal.next_step(&situation)
    }

    /// The lock is used at every turn, lest its connection idle out; if it is lost, it is taken anew, and the turn reads everything (E1).
    async fn keep_lock(&mut self) -> Result<(), Error> {
        if self.lock.is_held().await {
            return Ok(());
        }
        let host = self.session.host;
        let name = ItemLock::of_item(self.session.item_id);
        // A reconcile never waits for a service somebody works on.
        let patience = if matches!(self.goal, Goal::Sync { .. }) {
            Duration::ZERO
        } else {
            ITEM_WAIT
        };
        // Should the old connection live on after all, it must not stand in our own way.
        self.lock.release();
        *self.lock = ItemLock::take(host.panel, &host.clock, &name, patience).await?;
        Ok(())
    }
}

/// The password of a service, if it has one.
pub fn password(parameters: &Parameters) -> Option<SecretString> {
    parameters
        .secret
        .get("password")
        .filter(|password| !password.expose_secret().is_empty())
        .cloned()
}
