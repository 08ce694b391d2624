//! What a command would do to a service now: the plan of the run that BILLmanager, or a person, would start next.

use std::collections::BTreeSet;
use std::io::Write;

use dcim6_client::{Server, ServerId, asc, field};

use super::{PlanGoal, say, words};
use crate::Host;
use crate::command::order::read_order;
use crate::command::request::Request;
use crate::command::service::{deleted, unbound};
use crate::error::Error;
use crate::lifecycle::admission::{Admission, Known, admit, found};
use crate::lifecycle::claim::{best, free_servers, taken, unavailable};
use crate::lifecycle::clearance::other_holder;
use crate::lifecycle::engine::password;
use crate::lifecycle::foresee::{End, View, foresee};
use crate::lifecycle::lookup;
use crate::lifecycle::record::{Change, Record};
use crate::lifecycle::run::Run;
use crate::lifecycle::session::{Goal, Session};
use crate::lifecycle::situation::Order;
use crate::lifecycle::step::Step;
use crate::matching::{self, Match, Wish};
use crate::panel::ItemStatus;

/// What a command would do.
#[derive(Debug)]
pub struct Foretold {
    /// The server as it is now, if the command would come as far as looking at it.
    pub server: Option<Server>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// How it would end.
    pub end: End,
}

impl Foretold {
    /// Nothing would be done.
    fn nothing(end: End) -> Self {
        Self {
            server: None,
            steps: Vec::new(),
            end,
        }
    }
}

/// Find out what a command would do, and say on `out` what that rests on. Nothing is sent or saved.
///
/// # Errors
/// What stands in the way of looking.
pub async fn foretell(
    host: &Host<'_>,
    goal: PlanGoal,
    item: u64,
    out: &mut (dyn Write + Send),
) -> Result<Foretold, Error> {
    let mut request = Request::direct(host, "plan", item);
    let item = request.item().await?;
    if item.status == ItemStatus::Deleted {
        return Err(deleted(&item));
    }
    say(out, words::service(&item));
    let instance = request.instance(&item).await?;
    let session = request.session(&item, instance).await?;
    let (mut record, parameters) = session.memory().await?;
    let goal = match goal {
        PlanGoal::Open => Goal::Open(read_order(&session, &item).await?),
        PlanGoal::Suspend => Goal::Suspend,
        PlanGoal::Resume => Goal::Resume,
        PlanGoal::Close => Goal::Close,
    };
    if let (None, Goal::Open(order)) = (record.server, &goal) {
        match pick(&session, order, record.candidate, out).await? {
            Ok(server) => {
                // As the claim would leave it.
                for change in Change::claim(server, session.client.panel()) {
                    record.apply(&change);
                }
            }
            Err(error) => return Ok(Foretold::nothing(End::Fail(error))),
        }
    }
    let holder = match record.server {
        Some(bound) => other_holder(&session, bound).await,
        None => Ok(None),
    };
    let admission = admit(Known {
        item: &item,
        record: &record,
        unreadable: parameters.unreadable.as_ref(),
        goal: &goal,
        here: session.client.panel(),
        holder,
    });
    let looked = match admission {
        Ok(Admission::Server(bound)) => found(bound, session.client.server(bound).get().await),
        Ok(Admission::Unbound) if matches!(goal, Goal::Close) => {
            return Ok(Foretold::nothing(End::Complete));
        }
        Ok(Admission::Unbound) => Err(unbound()),
        Ok(Admission::GiveBack(_)) => return Ok(Foretold::nothing(End::Withdraw)),
        Err(error) => Err(error),
    };
    let server = match looked {
        Ok(server) => server,
        Err(error) => return Ok(Foretold::nothing(End::Fail(error))),
    };
    let email = session.email.as_deref();
    say(out, words::server(&server, &record, email));
    let mut run = next_run(&session, &goal, &record, out).await?;
    run.has_password = password(&parameters).is_some();
    match &goal {
        Goal::Open(order) => run.user = lookup::user(&session.client, &order.email).await?,
        Goal::Close => run.diagnostics = Some(lookup::diagnostics(&session.client).await),
        _ => {}
    }
    let view = View {
        item: &item,
        panel: session.client.panel(),
        record,
        settings: &session.settings,
        email,
        server: server.clone(),
        now: session.host.clock.now(),
    };
    let (steps, end) = foresee(&view, &goal, run);
    Ok(Foretold {
        server: Some(server),
        steps,
        end,
    })
}

/// The next run of the operation that BILLmanager has for the service: what it may do depends on which operation that is (D7), and on how often
/// it has been tried. Of several, the one that a deletion gave to staff counts: started again, it wipes.
async fn next_run(
    session: &Session<'_>,
    goal: &Goal,
    record: &Record,
    out: &mut (dyn Write + Send),
) -> Result<Run, Error> {
    let panel = session.host.panel;
    let now = session.host.clock.now();
    let waiting = panel.operations(session.item_id).await?;
    let wipe = record.wipe.as_ref().filter(|_| matches!(goal, Goal::Close));
    let with_staff = wipe.and_then(|wipe| wipe.handed_over);
    let with_staff = with_staff.filter(|operation| waiting.contains(operation));
    let Some(operation) = with_staff.or(waiting.last().copied()) else {
        return Ok(Run::new(now, None, 0));
    };
    let tries = panel.running_operation(operation).await?;
    let tries = tries.map_or(0, |running| running.tries);
    say(
        out,
        if with_staff.is_some() {
            format!("operation {operation} is with staff; when they start it again:")
        } else {
            format!("operation {operation} waits; its next run:")
        },
    );
    Ok(Run::new(now, Some(operation), tries + 1))
}

/// Choose a server as an order would, saying of each in the location why it is or is not the one; or the error that the order would end with.
async fn pick(
    session: &Session<'_>,
    order: &Order,
    candidate: Option<ServerId>,
    out: &mut (dyn Write + Send),
) -> Result<Result<ServerId, Error>, Error> {
    let (free, taken) = (free_servers(session).await?, taken(session).await?);
    let mut unfit = BTreeSet::new();
    let chosen = best(session, &free, order, candidate, taken.clone(), &mut unfit);
    let chosen = chosen.await?;
    let wish = Wish {
        configuration: &order.configuration,
        candidate,
        powered_on: session.settings.sell_powered_on,
        taken: &taken,
    };
    let location = session.location;
    say(
        out,
        format_args!("wanted: {} in location {location}", order.configuration),
    );
    let all = session
        .client
        .servers()
        .filter(field("location_id").eq(location))
        .order_by(asc("id"));
    for server in all.all().await? {
        let other = || {
            (server.configuration.as_ref() != Some(&order.configuration))
                .then_some("another configuration")
        };
        let shared = || {
            unfit
                .contains(&server.id)
                .then_some("another server has its MAC address")
        };
        let why = matching::refusal(&server, &wish)
            .or_else(other)
            .or_else(shared)
            .unwrap_or("it would do");
        let configuration = server.configuration.as_deref().unwrap_or("unknown");
        say(
            out,
            format_args!("  server {} {configuration}: {why}", server.id),
        );
    }
    match &chosen {
        Match::Exact(best) => {
            if let Some(server) = best.first() {
                return Ok(Ok(*server));
            }
        }
        Match::Nearest {
            server,
            differences,
            ..
        } => {
            let differences = differences.join(", ");
            say(
                out,
                format_args!("no exact server; nearest is {server}: {differences}"),
            );
        }
        Match::Nothing => say(out, "no server is free"),
    }
    Ok(Err(unavailable(session, order, &chosen)))
}
