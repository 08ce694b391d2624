//! `pmdcim6 plan`: what a command would do to a service, step by step, without doing it.

use std::io::Write;

use dcim6_client::{Server, ServerId, asc, field};

use super::{PlanGoal, say, words};
use crate::Host;
use crate::command::order::read_order;
use crate::command::request::Request;
use crate::command::service::deleted;
use crate::error::Error;
use crate::lifecycle::claim::{free_servers, taken};
use crate::lifecycle::engine::password;
use crate::lifecycle::foresee::{End, View, foresee};
use crate::lifecycle::lookup;
use crate::lifecycle::record::{Change, Record};
use crate::lifecycle::run::Run;
use crate::lifecycle::session::{Goal, Session};
use crate::lifecycle::situation::Order;
use crate::lifecycle::step::{Step, Write as Effect};
use crate::matching::{self, Match, Wish};
use crate::panel::{Item, ItemStatus};

/// The eight steps of the vendor's page, in its words.
const STEPS: [&str; 8] = [
    "enable the switch ports",
    "turn the server on if it is off",
    "stop a running operation",
    "remove the IP addresses",
    "remove the owner",
    "diagnostics with disk clean-up",
    "turn the server off",
    "disable the switch ports",
];

/// Print what a command would do. Answers 1 if it would not reach its goal.
///
/// # Errors
/// What stands in the way of looking.
pub async fn plan(
    host: &Host<'_>,
    goal: PlanGoal,
    item: u64,
    out: &mut (dyn Write + Send),
) -> Result<u8, Error> {
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
        let Some(server) = pick(&session, order, record.candidate, out).await? else {
            return Ok(1);
        };
        // As the claim would leave it.
        let claim = Change::claim(server, session.client.panel());
        for change in &claim {
            record.apply(change);
        }
    }
    let Some(bound) = record.server else {
        return Ok(without_server(&goal, out));
    };
    let mut run = Run::new(host.clock.now(), None, 0);
    run.has_password = password(&parameters).is_some();
    let server = session.client.server(bound).get().await?;
    say(
        out,
        words::server(&server, &record, session.email.as_deref()),
    );
    match &goal {
        Goal::Open(order) => run.user = lookup::user(&session.client, &order.email).await?,
        Goal::Close => run.diagnostics = Some(lookup::diagnostics(&session.client).await),
        _ => {}
    }
    let (steps, end) = play(&session, &item, record, &server, &goal, run);
    match goal {
        Goal::Close => eight_steps(&steps, &server, out),
        _ => in_order(&steps, &server, out),
    }
    Ok(say_end(&end, out))
}

fn play(
    session: &Session<'_>,
    item: &Item,
    record: Record,
    server: &Server,
    goal: &Goal,
    run: Run,
) -> (Vec<Step>, End) {
    let view = View {
        item,
        panel: session.client.panel(),
        record,
        settings: &session.settings,
        email: session.email.as_deref(),
        server: server.clone(),
        now: session.host.clock.now(),
    };
    foresee(&view, goal, run)
}

/// Choose a server as an order would, saying of each in the location why it is or is not the one.
async fn pick(
    session: &Session<'_>,
    order: &Order,
    candidate: Option<ServerId>,
    out: &mut (dyn Write + Send),
) -> Result<Option<ServerId>, Error> {
    let (free, taken) = (free_servers(session).await?, taken(session).await?);
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
        let why = matching::refusal(&server, &wish)
            .or_else(other)
            .unwrap_or("it would do");
        let configuration = server.configuration.as_deref().unwrap_or("unknown");
        say(
            out,
            format_args!("  server {} {configuration}: {why}", server.id),
        );
    }
    Ok(match matching::choose(&free, &wish) {
        Match::Exact(best) => best.first().copied(),
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
            None
        }
        Match::Nothing => {
            say(out, "no server is free");
            None
        }
    })
}

fn without_server(goal: &Goal, out: &mut (dyn Write + Send)) -> u8 {
    let is_close = matches!(goal, Goal::Close);
    say(
        out,
        if is_close {
            "the service has no server: BILLmanager would be told that it is deleted, and nothing else done"
        } else {
            "the service has no server"
        },
    );
    u8::from(!is_close)
}

/// Each of the documented steps, with what it would do now.
fn eight_steps(steps: &[Step], server: &Server, out: &mut (dyn Write + Send)) {
    let mut under: [Vec<String>; 8] = Default::default();
    let mut afterwards = Vec::new();
    let mut is_wiped = false;
    for step in steps {
        let number = match step {
            Step::Write(Effect::Port(_, _, true)) => 1,
            Step::Write(Effect::Power(true)) => 2,
            Step::Write(Effect::Cancel(_)) => 3,
            Step::Write(Effect::DeleteIp(_)) if !is_wiped => 4,
            Step::Write(Effect::Maintenance(true) | Effect::Owner(None)) if !is_wiped => 5,
            Step::Write(Effect::Diagnostics(..)) | Step::Await => {
                is_wiped = true;
                6
            }
            Step::Write(Effect::Power(false) | Effect::DeleteIp(_)) => 7,
            Step::Write(Effect::Port(_, _, false)) => 8,
            _ => 0,
        };
        let text = words::step(step, server);
        match number {
            0 => afterwards.extend(text),
            number => under[number - 1].extend(text),
        }
    }
    for (number, (heading, what)) in STEPS.iter().zip(under).enumerate() {
        let what = if what.is_empty() {
            "nothing to do".to_owned()
        } else {
            what.join("; ")
        };
        say(out, format_args!("  {} {heading}: {what}", number + 1));
    }
    for text in afterwards {
        say(out, format_args!("    {text}"));
    }
}

fn in_order(steps: &[Step], server: &Server, out: &mut (dyn Write + Send)) {
    let effects: Vec<_> = steps
        .iter()
        .filter_map(|step| words::step(step, server))
        .collect();
    for (number, text) in effects.iter().enumerate() {
        say(out, format_args!("  {} {text}", number + 1));
    }
}

fn say_end(end: &End, out: &mut (dyn Write + Send)) -> u8 {
    let (text, code) = match end {
        End::Complete => ("then BILLmanager is told that it is done".to_owned(), 0),
        End::Withdraw => (
            "the server would be given back, untouched, for another".to_owned(),
            1,
        ),
        End::Wait(what) => (format!("then it would wait for this: {what}"), 1),
        End::Fail(error) if error.asks_staff() => {
            (format!("then it would go to staff: {error}"), 1)
        }
        End::Fail(error) => (format!("then it would fail: {error}"), 1),
    };
    say(out, text);
    code
}
