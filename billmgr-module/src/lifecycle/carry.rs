//! Carrying out one step: the one effect of a turn, and what this process keeps of it.

use std::time::Duration;

use dcim6_client::Server;

use super::act::{self, Secrets};
use super::clearance::{clear, confirm};
use super::engine::{Engine, Finished, password};
use super::lookup;
use super::record::{Change, Record};
use super::run::{Ending, KnownUser, Sent};
use super::session::Goal;
use super::step::{Step, Write, WriteKey};
use super::watch;
use crate::error::{Error, ErrorKind};
use crate::panel::calls::{Completion, SlotAddress};
use crate::panel::{ItemStatus, Parameters};

impl Engine<'_, '_> {
    /// Carry out one step; answers how the drive ended, if it did.
    pub(super) async fn carry_out(
        &mut self,
        step: Step,
        record: &Record,
        server: &Server,
        parameters: &Parameters,
    ) -> Result<Option<Finished>, Error> {
        let (host, calls, id) = (
            self.session.host,
            self.session.calls(),
            self.session.item_id,
        );
        let (number, name) = (server.id.get(), step.name());
        if matches!((&self.goal, &step), (Goal::Sync { .. }, Step::Write(_))) {
            // S4: whoever changed it, staff can read that it was changed and is being undone.
            tracing::warn!(
                item = id,
                server = number,
                step = name,
                "not as BILLmanager has it"
            );
        } else {
            tracing::debug!(item = id, server = number, step = name, "step");
        }
        match step {
            Step::Remember(changes) => {
                self.session.save(&changes).await?;
                self.remembered(&changes);
            }
            Step::MakePassword => {
                calls
                    .save_secret(id, "password", host.random_password()?)
                    .await?;
            }
            Step::SaveLogin(login) => {
                calls.save(id, &[("username", login.clone())]).await?;
                self.run.login = Some(login);
            }
            Step::FindUser => {
                let email = self.session.email.as_deref().unwrap_or_default();
                self.run.user = lookup::user(&self.session.client, email).await?;
            }
            // A failure stays with the plan, which may have a system to switch off first (D7).
            Step::FindDiagnostics => {
                self.run.diagnostics = Some(lookup::diagnostics(&self.session.client).await);
            }
            Step::Write(write) => self.write(&write, server, parameters).await?,
            Step::FillSlot(slot, address) => self.fill_slot(slot, &address).await?,
            Step::EmptySlot(slot) => calls.empty_slot(id, slot).await?,
            Step::CommitSlot(slot) => {
                let may_count = self.run.is_repeated && !self.run.filled.contains(&slot);
                calls.commit_slot(id, slot, may_count).await?;
                self.run.committed.insert(slot);
            }
            Step::Await | Step::Look => {
                let Some(handle) = &record.operation else {
                    return Ok(None);
                };
                let patient = step == Step::Await;
                self.run.watched =
                    watch::watch(self.session, self.lock, handle, self.run.started, patient)
                        .await?;
            }
            Step::Wait { delay, what } => self.wait(delay, what).await,
            Step::Withdraw => {
                self.session.save(&Change::withdrawal()).await?;
                return Ok(Some(Finished::Unbound));
            }
            Step::Complete => {
                if let Some(completion) = self.completion(server, parameters)? {
                    if confirm(self.session, self.lock, server.id).await?.is_none() {
                        return Ok(None);
                    }
                    calls
                        .complete(id, self.session.operation, completion)
                        .await?;
                }
                return Ok(Some(Finished::Reached));
            }
            Step::Contain(error) => self.run.containing = Some(error),
            Step::Fail(error) => return Err(error),
        }
        Ok(None)
    }

    /// An address that BILLmanager does not take for a service in use goes back, which is the plan's to do.
    async fn fill_slot(&mut self, slot: u64, address: &SlotAddress) -> Result<(), Error> {
        let calls = self.session.calls();
        match calls.fill_slot(self.session.item_id, slot, address).await {
            Ok(()) => drop(self.run.filled.insert(slot)),
            Err(error) if matches!(self.goal, Goal::Addresses(_)) => {
                self.run.returned = Some((address.address.clone(), error));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn remembered(&mut self, changes: &[Change]) {
        for change in changes {
            let handle = match change {
                Change::Operation(handle) => handle,
                Change::Power(_) => {
                    self.run.switched_power = true;
                    continue;
                }
                _ => continue,
            };
            if let Some(intent) = handle
                .as_ref()
                .filter(|handle| handle.operation().is_none())
            {
                self.run.intent = Some(intent.sent_at());
                self.run.starting = self.run.starting.or(self.run.intent);
                // What became of an earlier intent says nothing about this one.
                self.run.sent.remove(&WriteKey::Operation);
                self.run.accepted = None;
                let failed = matches!(&self.run.watched, Some(watched) if matches!(watched.ending, Ending::Failed(_)));
                self.run.restarts += u32::from(failed);
            }
            if handle
                .as_ref()
                .is_some_and(|handle| handle.operation().is_some())
            {
                self.run.starting = None;
            }
            self.run.watched = None;
        }
    }

    async fn wait(&mut self, delay: Duration, what: &'static str) {
        let now = self.session.host.clock.now();
        self.run.waiting.entry(what).or_insert(now);
        if self.run.user == KnownUser::Absent {
            self.run.user = KnownUser::NotLooked;
        }
        self.session.host.clock.sleep(delay).await;
    }

    async fn write(
        &mut self,
        write: &Write,
        server: &Server,
        parameters: &Parameters,
    ) -> Result<(), Error> {
        let Some(cleared) = clear(self.session, self.lock, server, write).await? else {
            return Ok(());
        };
        let secrets = Secrets {
            email: self.session.email.clone().unwrap_or_default(),
            item: self.session.item_id,
            password: password(parameters),
            throw_away: if *write == Write::CreateUser {
                Some(self.session.host.random_password()?)
            } else {
                None
            },
        };
        let sent_at = self.session.host.clock.now();
        let done = act::perform(&self.session.client, cleared, write, &secrets).await?;
        self.run.no_maintenance |= done.unknown_call;
        self.run.accepted = done.accepted.or(self.run.accepted);
        if write.key() == WriteKey::CreateUser {
            self.run.user = KnownUser::NotLooked;
        }
        let first = self
            .run
            .sent
            .get(&write.key())
            .map_or(sent_at, |sent| sent.first);
        let sent = Sent {
            first,
            last: sent_at,
            outcome: done.outcome,
            looks: None,
        };
        self.run.sent.insert(write.key(), sent);
        Ok(())
    }

    fn completion(
        &self,
        server: &Server,
        parameters: &Parameters,
    ) -> Result<Option<Completion>, Error> {
        let plain = |function, status| Some(Completion::new(function, status));
        Ok(match &self.goal {
            Goal::Open(order) if order.reopens => {
                plain("service.postreopen", Some(ItemStatus::Active))
            }
            Goal::Open(order) => {
                let missing = |what: &str| {
                    let why = "lost between the installation and the handover";
                    Error::new(ErrorKind::Missed, what, why)
                };
                // The place that was ordered first, or the oldest address where none was ordered.
                let slot = order.slots.iter().min_by_key(|slot| slot.id);
                let oldest = || server.ip.iter().min_by_key(|ip| ip.id)?.address();
                let address = slot.map(|slot| slot.address.as_str()).or_else(oldest);
                let address = address.filter(|address| !address.is_empty());
                let completion = Completion::new("dedic.open", Some(ItemStatus::Active))
                    .with("ip", address.ok_or_else(|| missing("ip"))?)
                    .with("domain", order.domain.as_deref().unwrap_or_default())
                    .with("username", self.run.login.as_deref().unwrap_or_default())
                    .with_password(password(parameters).ok_or_else(|| missing("password"))?);
                Some(completion)
            }
            Goal::Suspend => plain("service.postsuspend", Some(ItemStatus::Stopped)),
            Goal::Resume => plain("service.postresume", Some(ItemStatus::Active)),
            Goal::Close => plain("service.postclose", Some(ItemStatus::Deleted)),
            Goal::Power(true) => plain("service.poststart", None),
            Goal::Power(false) => plain("service.poststop", None),
            Goal::Reset { hard: false } => plain("service.postreboot", None),
            Goal::Reset { hard: true } => plain("service.posthardreboot", None),
            Goal::Addresses(wanted) if wanted.is_setparam => plain("service.postsetparam", None),
            Goal::Addresses(_) | Goal::Release { .. } | Goal::Sync { .. } => None,
        })
    }
}
