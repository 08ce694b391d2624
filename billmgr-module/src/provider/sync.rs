//! `pmdcim6 sync`: all services of an instance, one reconcile each.

use std::io::Write;

use futures_util::{StreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};

use super::say;
use crate::Host;
use crate::command::request::{Request, instance};
use crate::command::sync_item::{Reconciled, reconcile};
use crate::error::{Error, ErrorKind};
use crate::settings::Settings;

/// How many services are read from BILLmanager at a time.
const PAGE: u32 = 200;

/// After so many services in a row for which DCImanager was not reached, it is not asked for the rest: the next run is minutes away. One server
/// that answers oddly is none of them, whatever it answers.
const UNREACHABLE: u32 = 3;

/// Reconcile the services of an instance, `at_once` of them side by side. One that fails stops no other, unless DCImanager as a whole cannot be
/// used. Answers 1 if any failed, or was not reached.
///
/// # Errors
/// `missed` or `unsupported_module` for the instance, `db`; what keeps all of DCImanager from being used.
pub async fn sync(
    host: &Host<'_>,
    module: u64,
    at_once: usize,
    out: &mut (dyn Write + Send),
) -> Result<u8, Error> {
    let module_of = instance(host, module).await?;
    if host.panel.does_nothing() {
        say(
            out,
            "this BILLmanager is told to do nothing (etc/billmgr.DoNothing)",
        );
        return Ok(0);
    }
    // One log-in that is refused is enough: no service tries it again (safety.md H, row A).
    let client = host.connect(&Settings::read(&module_of)?.connection)?;
    client.auth().login().await?;
    if let Err(error) = client.servers().page(0, 1).await {
        let error = Error::from(error);
        // The first server of the list may be the odd one: then the others are reconciled all the same.
        if error.kind() != ErrorKind::Client || error.is_unreachable() {
            return Err(error);
        }
    }
    // Drawn on a terminal only.
    let bar = ProgressBar::new_spinner().with_style(style());
    let (mut after, mut listed, mut done, mut busy, mut failed) = (0, 0, 0, 0, 0);
    let (mut in_a_row, mut is_stopped) = (0, false);
    loop {
        let page = host.panel.services(module, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = *last;
        listed += page.len();
        if is_stopped {
            // Only counted, so that it can be said.
            continue;
        }
        let each = |item| async move {
            (
                item,
                reconcile(Request::direct(host, "sync_item", item)).await,
            )
        };
        let mut results = stream::iter(page).map(each).buffer_unordered(at_once);
        while let Some((item, result)) = results.next().await {
            bar.inc(1);
            in_a_row = match &result {
                Err(error) if error.is_unreachable() => in_a_row + 1,
                // DCImanager was not asked.
                Ok(Reconciled::Busy | Reconciled::NotInUse) => in_a_row,
                _ => 0,
            };
            match result {
                Ok(Reconciled::Busy) => busy += 1,
                Ok(Reconciled::Done | Reconciled::NotInUse) => done += 1,
                Err(error) => {
                    failed += 1;
                    tracing::error!(item, %error, "not reconciled");
                    bar.suspend(|| say(out, format_args!("service {item}: {error}")));
                    if error.is_login_refused() || in_a_row == UNREACHABLE {
                        bar.suspend(|| say(out, "stopped: DCImanager cannot be used"));
                        is_stopped = true;
                        break;
                    }
                }
            }
        }
    }
    bar.finish_and_clear();
    let missed = listed - done - busy - failed;
    let not_reached = match missed {
        0 => String::new(),
        _ => format!(", {missed} not reached"),
    };
    say(
        out,
        format_args!(
            "{done} services reconciled, {busy} left to whoever works on them, {failed} failed{not_reached}"
        ),
    );
    Ok(u8::from(failed + missed > 0))
}

fn style() -> ProgressStyle {
    let style = ProgressStyle::with_template("{spinner} {pos} services, {per_sec}, {elapsed}");
    style.unwrap_or_else(|_| ProgressStyle::default_spinner())
}
