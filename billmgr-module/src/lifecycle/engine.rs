//! The loop: load what BILLmanager remembers, look at the server, ask the plan, do one thing, again (safety.md E2).

use std::time::Duration;

use dcim6_client::{Client, LocationId, Server, ServerId, TemplateKind};
use secrecy::{ExposeSecret, SecretString};

use super::act::{self, Secrets};
use super::clearance::{clear, confirm, other_holder};
use super::lock::{ITEM_WAIT, ItemLock};
use super::record::{Change, Record, Stage};
use super::run::{Ending, KnownUser, Run, Sent};
use super::situation::{Order, Situation};
use super::step::{Step, Write, WriteKey};
use super::{close, open, resume, stop, sync, watch};
use crate::Host;
use crate::error::{Error, ErrorKind};
use crate::panel::calls::{Calls, Completion};
use crate::panel::{Instance, Item, ItemStatus, Parameters};
use crate::settings::Settings;

/// No command comes near this many turns; a defect must not spin against two systems.
const MAX_TURNS: u32 = 5_000;

/// What a command is to reach.
#[derive(Debug, Clone)]
pub enum Goal {
    /// A server in the client's hands.
    Open(Order),
    /// Cut off.
    Suspend,
    /// Reachable again.
    Resume,
    /// Clean, and nobody's.
    Close,
    /// As BILLmanager believes; whether it has an operation for the service says `pending`.
    Sync {
        /// Whether an operation waits.
        pending: bool,
    },
}

/// How a drive ended, if it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finished {
    /// The goal is reached and BILLmanager knows.
    Reached,
    /// The service is bound to no server, or no longer.
    Unbound,
}

/// Everything that stays the same while one command works on one service through one module instance.
pub struct Session<'a> {
    /// The two systems and the clock.
    pub host: &'a Host<'a>,
    /// The service.
    pub item_id: u64,
    /// The module instance.
    pub instance: Instance,
    /// Its settings.
    pub settings: Settings,
    /// The location its servers come from.
    pub location: LocationId,
    /// The client's e-mail.
    pub email: Option<String>,
    /// DCImanager; every call carries the service, the operation and the run.
    pub client: Client,
}

impl<'a> Session<'a> {
    /// BILLmanager's functions.
    pub fn calls(&self) -> Calls<'a> {
        Calls::new(self.host.panel, self.host.clock.clone())
    }

    /// Read the service, which must exist.
    ///
    /// # Errors
    /// `missed` if it does not.
    pub async fn item(&self) -> Result<Item, Error> {
        let item = self.host.panel.item(self.item_id).await?;
        item.ok_or_else(|| {
            Error::new(
                ErrorKind::Missed,
                "item",
                format!("{} does not exist", self.item_id),
            )
        })
    }

    /// Read what the service remembers.
    ///
    /// # Errors
    /// `value` for something unreadable, `db`.
    pub async fn memory(&self) -> Result<(Record, Parameters), Error> {
        let parameters = self.host.panel.parameters(self.item_id).await?;
        Ok((Record::read(&parameters.plain)?, parameters))
    }

    /// Save changes, in one call.
    ///
    /// # Errors
    /// `process`; the old values stand, or the new ones.
    pub async fn save(&self, changes: &[Change]) -> Result<(), Error> {
        let params: Vec<_> = changes.iter().map(Change::to_param).collect();
        self.calls().save(self.item_id, &params).await
    }
}

/// One command at work on one service.
pub struct Engine<'s, 'a> {
    session: &'s Session<'a>,
    lock: &'s mut ItemLock,
    goal: Goal,
    run: Run,
    last_saved: Option<Step>,
}

impl<'s, 'a> Engine<'s, 'a> {
    /// Take up a goal. `last_try` says that a failure now becomes a staff task.
    pub fn new(
        session: &'s Session<'a>,
        lock: &'s mut ItemLock,
        goal: Goal,
        last_try: bool,
    ) -> Self {
        let run = Run::new(session.host.clock.now(), Stage::Nothing, last_try);
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
            if item.status == ItemStatus::Deleted {
                return Err(Error::new(
                    ErrorKind::Missed,
                    "item",
                    format!("{} is deleted", item.id),
                ));
            }
            let (record, parameters) = self.session.memory().await?;
            let Some(bound) = record.server else {
                return Ok(Finished::Unbound);
            };
            self.refuse_another_panel(&record, bound)?;
            let server = self.observe(bound).await?;
            if turn == 0 {
                self.run.found = record.stage;
                if let Some(step) = self.yield_to_holder(&record, bound).await? {
                    self.carry_out(step, &record, &server, &parameters).await?;
                    return Ok(Finished::Unbound);
                }
            }
            self.note(&server, &parameters);
            self.refresh_goal(item.id).await?;
            let step = self.plan(&item, &record, &server);
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

    /// A binding, and an operation of ours, are of one DCImanager: another one has other servers under the same numbers.
    fn refuse_another_panel(&self, record: &Record, bound: ServerId) -> Result<(), Error> {
        let here = self.session.client.panel();
        let elsewhere = |panel: &str| panel != here;
        if record.panel.as_deref().is_some_and(elsewhere) {
            let why = format!("server {bound} stands in another DCImanager than {here}");
            return Err(Error::new(ErrorKind::OwnerMismatch, "dcim6_panel", why));
        }
        let handle = record.operation.as_ref();
        if handle.is_some_and(|handle| elsewhere(handle.panel()) || handle.server() != bound) {
            let why = format!("it is not of server {bound} of {here}");
            return Err(Error::new(ErrorKind::OwnerMismatch, "dcim6_operation", why));
        }
        Ok(())
    }

    /// S1: who names a server that another service holds gives it back if it has not written to it, and leaves it to staff if it has.
    async fn yield_to_holder(
        &self,
        record: &Record,
        bound: ServerId,
    ) -> Result<Option<Step>, Error> {
        let Some(holder) = other_holder(self.session, bound).await? else {
            return Ok(None);
        };
        if matches!(self.goal, Goal::Open(_)) && record.stage < Stage::Owner {
            return Ok(Some(Step::Withdraw));
        }
        let why = format!("server {bound} is held by service {holder} too");
        Err(Error::new(ErrorKind::OwnerMismatch, "dcim6_server", why))
    }

    /// Keep what this look says of the writes sent before it.
    fn note(&mut self, server: &Server, parameters: &Parameters) {
        let now = self.session.host.clock.now();
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
            Goal::Sync { pending } => *pending = panel.pending_operations(item).await? > 0,
            Goal::Suspend | Goal::Resume | Goal::Close => {}
        }
        Ok(())
    }

    /// What was just saved must be seen saved: a plan that asks for the same again would ask for ever.
    fn refuse_repetition(&mut self, step: &Step) -> Result<(), Error> {
        let saves = matches!(
            step,
            Step::Remember(_) | Step::MakePassword | Step::FillSlot(..)
        );
        if saves && self.last_saved.as_ref() == Some(step) {
            return Err(Error::new(
                ErrorKind::Db,
                "service.saveparam",
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
        match &self.goal {
            Goal::Open(order) => open::plan(&situation, order),
            Goal::Suspend => stop::plan(&situation),
            Goal::Resume => resume::plan(&situation),
            Goal::Close => close::plan(&situation),
            Goal::Sync { pending } => sync::plan(&situation, *pending),
        }
    }

    /// The lock is used at every turn, lest its connection idle out; if it is lost, it is taken anew, and the turn reads everything (E1).
    async fn keep_lock(&mut self) -> Result<(), Error> {
        if self.lock.is_held().await {
            return Ok(());
        }
        let host = self.session.host;
        *self.lock = ItemLock::take(
            host.panel,
            &host.clock,
            &ItemLock::of_item(self.session.item_id),
            ITEM_WAIT,
        )
        .await?;
        Ok(())
    }

    async fn observe(&self, bound: ServerId) -> Result<Server, Error> {
        self.session
            .client
            .server(bound)
            .get()
            .await
            .map_err(|error| {
                if error.is_not_found() {
                    let why = format!("server {bound} is not in DCImanager");
                    return Error::new(ErrorKind::OwnerMismatch, "server", why);
                }
                error.into()
            })
    }

    async fn carry_out(
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
            Step::FindUser => self.find_user().await?,
            Step::FindDiagnostics => self.find_diagnostics().await?,
            Step::Write(write) => self.write(&write, server, parameters).await?,
            Step::FillSlot(slot, address) => calls.fill_slot(id, slot, &address).await?,
            Step::CommitSlot(slot) => {
                calls.commit_slot(slot).await?;
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
                    calls.complete(id, completion).await?;
                }
                return Ok(Some(Finished::Reached));
            }
            Step::Contain(error) => self.run.containing = Some(error),
            Step::Fail(error) => return Err(error),
        }
        Ok(None)
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

    async fn find_user(&mut self) -> Result<(), Error> {
        let email = self.session.email.as_deref().unwrap_or_default();
        self.run.user = match self.session.client.users().find_by_email(email).await? {
            None => KnownUser::Absent,
            Some(user) if user.is_admin() => KnownUser::Administrator,
            Some(user) => KnownUser::Found(user.id),
        };
        Ok(())
    }

    async fn find_diagnostics(&mut self) -> Result<(), Error> {
        let templates = self.session.client.os_templates().all().await?;
        let of_kind = templates
            .iter()
            .filter(|template| template.kind == Some(TemplateKind::Diag));
        self.run.diagnostics = Some(of_kind.map(|template| template.id).min());
        Ok(())
    }

    fn completion(
        &self,
        server: &Server,
        parameters: &Parameters,
    ) -> Result<Option<Completion>, Error> {
        Ok(match &self.goal {
            Goal::Open(order) => {
                let missing = |what: &str| {
                    Error::new(
                        ErrorKind::Missed,
                        what,
                        "lost between the installation and the handover",
                    )
                };
                Some(Completion::Open {
                    ip: server
                        .ip
                        .first()
                        .and_then(|ip| ip.address())
                        .map(str::to_owned)
                        .ok_or_else(|| missing("ip"))?,
                    domain: order.domain.clone().unwrap_or_default(),
                    username: self.run.login.clone().unwrap_or_default(),
                    password: password(parameters).ok_or_else(|| missing("password"))?,
                })
            }
            Goal::Suspend => Some(Completion::Suspend),
            Goal::Resume => Some(Completion::Resume),
            Goal::Close => Some(Completion::Close),
            Goal::Sync { .. } => None,
        })
    }
}

fn password(parameters: &Parameters) -> Option<SecretString> {
    parameters
        .secret
        .get("password")
        .filter(|password| !password.expose_secret().is_empty())
        .cloned()
}
