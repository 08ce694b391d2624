//! `pmdcim6 sync`: all services of an instance, one reconcile each.

use std::io::Write;

use futures_util::{StreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};

use super::say;
use crate::Host;
use crate::command::request::{Request, instance};
use crate::command::sync_item::{Reconciled, reconcile};
use crate::error::Error;
use crate::settings::Settings;

/// How many services are read from BILLmanager at a time.
const PAGE: u32 = 200;

/// Reconcile the services of an instance, `at_once` of them side by side. One that fails stops no other. Answers 1 if any failed.
///
/// # Errors
/// `missed` or `unsupported_module` for the instance, `db`.
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
    client.servers().page(0, 1).await?;
    // Drawn on a terminal only.
    let bar = ProgressBar::new_spinner().with_style(style());
    let (mut after, mut done, mut busy, mut failed) = (0, 0_u64, 0_u64, 0_u64);
    'services: loop {
        let page = host.panel.services(module, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = *last;
        let each = |item| async move {
            (
                item,
                reconcile(Request::direct(host, "sync_item", item)).await,
            )
        };
        let mut results = stream::iter(page).map(each).buffer_unordered(at_once);
        while let Some((item, result)) = results.next().await {
            bar.inc(1);
            match result {
                Ok(Reconciled::Busy) => busy += 1,
                Ok(Reconciled::Done | Reconciled::NotInUse) => done += 1,
                Err(error) => {
                    failed += 1;
                    tracing::error!(item, %error, "not reconciled");
                    bar.suspend(|| say(out, format_args!("service {item}: {error}")));
                    if error.kind().is_connection() {
                        bar.suspend(|| say(out, "stopped: DCImanager cannot be used"));
                        break 'services;
                    }
                }
            }
        }
    }
    bar.finish_and_clear();
    say(
        out,
        format_args!(
            "{done} services reconciled, {busy} left to whoever works on them, {failed} failed"
        ),
    );
    Ok(u8::from(failed > 0))
}

fn style() -> ProgressStyle {
    let style = ProgressStyle::with_template("{spinner} {pos} services, {per_sec}, {elapsed}");
    style.unwrap_or_else(|_| ProgressStyle::default_spinner())
}
