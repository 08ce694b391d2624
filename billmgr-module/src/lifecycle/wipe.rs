//! Whether diagnostics prove that the disks are clean (safety.md D5, D6; R20, R21). Everything unclear is a no.

use std::time::Duration;

use dcim6_client::{Operation, OperationHandle, Server};

use super::record::{DiskNote, Evidence, Wipe};
use super::situation::Watched;

/// Prove the wipe, or say what is missing, for staff to read.
///
/// # Errors
/// The reason; nothing else may then release the server.
pub fn prove(
    server: &Server,
    handle: &OperationHandle,
    operation: &Operation,
    wipe: &Wipe,
    watched: &Watched,
) -> Result<Evidence, String> {
    let level = wipe
        .level
        .clone()
        .filter(|level| level == "quick" || level == "full")
        .ok_or("the clean-up level asked for is not on record")?;
    if !operation.status.is_ok() {
        return Err(format!(
            "diagnostics {} ended {}",
            operation.id, operation.status
        ));
    }
    if !is_uncut(handle, operation, wipe, watched) {
        return Err(format!(
            "diagnostics {} may have been cut off by their time limit",
            operation.id
        ));
    }
    let disks = DiskNote::of(server);
    let expected = wipe
        .accepted
        .as_ref()
        .map_or(&wipe.baseline, |accepted| &accepted.disks);
    compare(expected, &disks)?;
    Ok(Evidence {
        operation: operation.id,
        level,
        seen: watched.at,
        disks,
    })
}

/// How long after its start a wipe may end and still be known not to have been cut by its limit (D6).
pub fn safe_span(limit: Duration) -> Duration {
    limit.saturating_sub((limit / 10).min(Duration::from_mins(1)))
}

/// D6: a wipe that ends near its limit may have been cut short and still read `ok`.
fn is_uncut(
    handle: &OperationHandle,
    operation: &Operation,
    wipe: &Wipe,
    watched: &Watched,
) -> bool {
    let Some(limit) = handle.limit() else {
        return false;
    };
    let safe = safe_span(limit);
    let by_panel_times = match (operation.started_at, operation.finished_at) {
        (Some(started), Some(finished)) => finished >= started && finished.since(started) < safe,
        _ => false,
    };
    let by_panel_clock = match (wipe.sent_panel_time, watched.panel_at) {
        (Some(sent), Some(seen)) => seen >= sent && seen.since(sent) < safe,
        _ => true,
    };
    let seen_early = watched.at.since(handle.sent_at()) < safe && by_panel_clock;
    by_panel_times || seen_early || wipe.ran_past
}

/// D5: no disk may be missing. Serial numbers decide where all have one, else count and total size; an empty list proves nothing.
fn compare(before: &[DiskNote], after: &[DiskNote]) -> Result<(), String> {
    if before.is_empty() {
        return Err("the inventory showed no disk before the clean-up".to_owned());
    }
    let serials: Option<Vec<&str>> = before.iter().map(|disk| disk.serial.as_deref()).collect();
    if let Some(serials) = serials {
        let missing: Vec<_> = serials
            .into_iter()
            .filter(|serial| {
                after
                    .iter()
                    .all(|disk| disk.serial.as_deref() != Some(serial))
            })
            .collect();
        return if missing.is_empty() {
            Ok(())
        } else {
            Err(format!(
                "missing after the clean-up: disk {}",
                missing.join(", ")
            ))
        };
    }
    let size = |disks: &[DiskNote]| {
        disks
            .iter()
            .map(|disk| disk.size_gb.unwrap_or(0))
            .sum::<u64>()
    };
    if after.len() < before.len() || size(after) < size(before) {
        let (was, is) = ((before.len(), size(before)), (after.len(), size(after)));
        return Err(format!(
            "{} disks of {} GB before the clean-up, {} of {} GB after it",
            was.0, was.1, is.0, is.1
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk(serial: Option<&str>, size_gb: u64) -> DiskNote {
        DiskNote {
            serial: serial.map(str::to_owned),
            size_gb: Some(size_gb),
        }
    }

    #[test]
    fn an_empty_inventory_proves_nothing() {
        assert!(compare(&[], &[]).is_err());
        assert!(compare(&[], &[disk(Some("A"), 1)]).is_err());
        assert!(compare(&[disk(Some("A"), 1)], &[]).is_err());
    }

    #[test]
    fn every_serial_number_has_to_be_there_again() {
        let before = [disk(Some("A"), 100), disk(Some("B"), 100)];
        assert!(compare(&before, &[disk(Some("B"), 100), disk(Some("A"), 100)]).is_ok());
        assert!(
            compare(&before, &[disk(Some("A"), 100), disk(Some("C"), 100)])
                .unwrap_err()
                .contains('B')
        );
    }

    #[test]
    fn without_serial_numbers_count_and_size_decide() {
        let before = [disk(None, 100), disk(None, 200)];
        assert!(compare(&before, &[disk(None, 200), disk(None, 100)]).is_ok());
        assert!(compare(&before, &[disk(None, 300)]).is_err());
        assert!(compare(&before, &[disk(None, 100), disk(None, 100)]).is_err());
    }
}
