//! What all service commands share: the lock, the session, the drive, and the report of a failure.

use dcim6_client::Client;

use crate::Host;
use crate::cli::Arguments;
use crate::error::{Error, ErrorKind};
use crate::lifecycle::engine::{Engine, Finished};
use crate::lifecycle::lock::{ITEM_WAIT, ItemLock};
use crate::lifecycle::record::{Change, Record, Wipe};
use crate::lifecycle::session::{Goal, Session};
use crate::panel::calls::{Calls, Completion};
use crate::panel::{Instance, Item, ItemStatus};
use crate::report::{Failure, TRIES, Tried};
use crate::settings::{Settings, location};

/// One service command: what BILLmanager asked for.
pub struct Request<'a> {
    /// The two systems and the clock.
    pub host: &'a Host<'a>,
    /// The command.
    pub command: &'static str,
    /// The service.
    pub item: u64,
    /// BILLmanager's operation, unless the command was called directly.
    pub operation: Option<u64>,
    /// How often BILLmanager has tried: 1 in the first run, 0 when called directly.
    pub tries: u64,
    /// The instances tried so far.
    pub tried: Vec<Tried>,
}

/// Run `suspend`, `resume` or `close`.
pub async fn run(
    host: &Host<'_>,
    arguments: &Arguments,
    command: &'static str,
    goal: Goal,
) -> Result<String, Error> {
    let mut request = Request::read(host, arguments, command).await?;
    let mut lock = None;
    let result = reach(&mut request, &mut lock, goal).await;
    // The report belongs to the work: nobody else may begin before it is made.
    request.finish(result, lock.as_ref()).await
}

async fn reach(
    request: &mut Request<'_>,
    lock: &mut Option<ItemLock>,
    goal: Goal,
) -> Result<(), Error> {
    let lock = lock.insert(request.lock().await?);
    let item = request.item().await?;
    if item.status == ItemStatus::Deleted {
        // Our own last call, whose answer was lost, or a deletion that needed none.
        return if matches!(goal, Goal::Close) {
            Ok(())
        } else {
            Err(Error::new(
                ErrorKind::Missed,
                "item",
                format!("{} is deleted", item.id),
            ))
        };
    }
    let instance = request.instance(&item).await?;
    let session = request.session(&item, instance).await?;
    let last_try = request.tries >= TRIES;
    match Engine::new(&session, lock, goal.clone(), last_try)
        .drive()
        .await?
    {
        Finished::Reached => Ok(()),
        // Nothing was ever bound, or the claim was withdrawn untouched: there is nothing to clean.
        Finished::Unbound if matches!(goal, Goal::Close) => {
            session.calls().complete(item.id, Completion::Close).await
        }
        Finished::Unbound => Err(Error::new(
            ErrorKind::Missed,
            "dcim6_server",
            "the service has no server",
        )
        .for_staff()),
    }
}

impl<'a> Request<'a> {
    /// Read what BILLmanager asks for.
    pub async fn read(
        host: &'a Host<'a>,
        arguments: &Arguments,
        command: &'static str,
    ) -> Result<Self, Error> {
        let (item, operation) = (
            arguments.required_id("item")?,
            arguments.id("runningoperation")?,
        );
        let tries = match operation {
            Some(operation) => host
                .panel
                .running_operation(operation)
                .await?
                .map_or(0, |running| running.tries),
            None => 0,
        };
        Ok(Self {
            host,
            command,
            item,
            operation,
            tries,
            tried: Vec::new(),
        })
    }

    /// Take the lock of the service (E1).
    pub async fn lock(&self) -> Result<ItemLock, Error> {
        let name = ItemLock::of_item(self.item);
        ItemLock::take(self.host.panel, &self.host.clock, &name, ITEM_WAIT).await
    }

    /// Read the service.
    pub async fn item(&self) -> Result<Item, Error> {
        let item = self.host.panel.item(self.item).await?;
        item.ok_or_else(|| {
            Error::new(
                ErrorKind::Missed,
                "item",
                format!("{} does not exist", self.item),
            )
        })
    }

    /// Read the module instance of the service.
    pub async fn instance(&self, item: &Item) -> Result<Instance, Error> {
        let id = item.instance.ok_or_else(|| {
            Error::new(
                ErrorKind::Missed,
                "processingmodule",
                format!("service {} has none", item.id),
            )
        })?;
        let instance = self.host.panel.instance(id).await?;
        let instance = instance.ok_or_else(|| {
            Error::new(
                ErrorKind::Missed,
                "processingmodule",
                format!("{id} does not exist"),
            )
        })?;
        if instance.program != "pmdcim6" {
            return Err(Error::new(
                ErrorKind::UnsupportedModule,
                "processingmodule",
                instance.program,
            ));
        }
        Ok(instance)
    }

    /// Check the settings and make a session. Nothing is sent yet.
    pub async fn session(&mut self, item: &Item, instance: Instance) -> Result<Session<'a>, Error> {
        let host = self.host;
        // From here on a failure is this instance's.
        self.tried.push(Tried {
            instance: instance.clone(),
            at: host.clock.now(),
            error: unfinished(),
            registered: false,
        });
        let settings = Settings::read(&instance)?;
        let data_center = match instance.data_center {
            Some(id) => host.panel.data_center(id).await?,
            None => None,
        };
        let location = location(data_center.as_ref())?;
        let client: Client = host.connect(&settings.connection)?;
        let request_id = format!("{}-{}-{}", item.id, self.operation.unwrap_or(0), self.tries);
        let email = host.panel.client_email(item.account).await?;
        Ok(Session {
            host,
            item_id: item.id,
            operation: self.operation,
            instance,
            settings,
            location,
            email,
            client: client.for_request(request_id),
        })
    }

    /// Report a failure, or pass on a success.
    pub async fn finish(
        mut self,
        result: Result<(), Error>,
        lock: Option<&ItemLock>,
    ) -> Result<String, Error> {
        let Err(error) = result else {
            return Ok(String::new());
        };
        if let Some(last) = self.tried.last_mut() {
            last.error = error.clone();
            last.at = self.host.clock.now();
        }
        let Self {
            host,
            command,
            item,
            operation,
            ref tried,
            ..
        } = self;
        let handed_over = Failure {
            host,
            command,
            item,
            operation,
            tried,
        }
        .report(&error)
        .await;
        // What is remembered is only written by whoever holds the service (E1).
        if handed_over && command == "close" && lock.is_some() {
            let _ = remember_hand_over(host, item, operation).await;
        }
        Err(error)
    }
}

/// Note that staff have the deletion now: a run after this one was started by them, and may wipe again (D7).
async fn remember_hand_over(
    host: &Host<'_>,
    item: u64,
    operation: Option<u64>,
) -> Result<(), Error> {
    let record = Record::read(&host.panel.parameters(item).await?.plain)?;
    if let Some(wipe) = record.wipe {
        let (name, value) = Change::Wipe(Wipe {
            handed_over: operation,
            ..wipe
        })
        .to_param();
        Calls::new(host.panel, host.clock.clone())
            .save(item, &[(name, value)])
            .await?;
    }
    Ok(())
}

fn unfinished() -> Error {
    Error::new(ErrorKind::Client, "connect", "not finished")
}
