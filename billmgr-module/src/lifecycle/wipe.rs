//! Whether diagnostics prove that the disks are clean (safety.md D5, D6; R20, R21). Everything unclear is a no.

use std::time::Duration;

use dcim6_client::{Operation, OperationHandle, Server, Timestamp};

use super::record::{DiskNote, Evidence, Wipe};
use super::run::Watched;
use super::starting::may_be_ours;

/// DCImanager's own limit of diagnostics (R19, documented).
const CEILING: Duration = Duration::from_hours(1);
/// How much longer than its limit an operation may take to end (W1).
const GRACE: Duration = Duration::from_mins(3);

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
    // D5 asks for the id from the accepted answer, and nothing else; words and units are assumed, and count where there is no such id.
    if !wipe.is_named && !may_be_ours(operation, handle) {
        return Err(format!(
            "operation {} is not the diagnostics we asked for",
            operation.id
        ));
    }
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
    if !(wipe.baseline.is_empty() && wipe.accepted.is_some()) {
        compare(&wipe.baseline, &disks)?;
    }
    Ok(Evidence {
        operation: operation.id,
        level,
        seen: watched.at,
        disks,
    })
}

/// How long after its start a wipe may end and still be known not to have been cut by its limit (D6).
pub fn safe_span(limit: Duration) -> Duration {
    limit.saturating_sub(margin(limit))
}

fn margin(limit: Duration) -> Duration {
    (limit / 10).min(Duration::from_mins(1))
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
    match (operation.started_at, operation.finished_at) {
        // The panel's own times decide where there are any.
        (Some(started), Some(finished)) => {
            let span = finished.since(started);
            let early =
                finished >= started && span < safe_span(limit) && !is_near_ceiling(limit, span);
            early || wipe.ran_past && span >= limit + GRACE
        }
        _ => wipe.ran_past || was_seen_early(limit.min(CEILING), handle, wipe, watched),
    }
}

/// Say whether diagnostics seen running ran past their limit and our grace, by our clock and by the panel's, if it told us (D6).
pub fn is_past_limit(handle: &OperationHandle, wipe: &Wipe, watched: &Watched) -> bool {
    let Some(limit) = handle.limit() else {
        return false;
    };
    let past = |sent: Timestamp, seen: Timestamp| seen >= sent && seen.since(sent) >= limit + GRACE;
    let panel = match (wipe.sent_panel_time, watched.panel_at) {
        (Some(sent), Some(seen)) => past(sent, seen),
        _ => true,
    };
    past(handle.sent_at(), watched.at) && panel
}

/// Seen ended well before its limit, by our clock and by the panel's, if it told us.
fn was_seen_early(
    limit: Duration,
    handle: &OperationHandle,
    wipe: &Wipe,
    watched: &Watched,
) -> bool {
    let early =
        |sent: Timestamp, seen: Timestamp| seen >= sent && seen.since(sent) < safe_span(limit);
    let panel = match (wipe.sent_panel_time, watched.panel_at) {
        (Some(sent), Some(seen)) => early(sent, seen),
        _ => true,
    };
    early(handle.sent_at(), watched.at) && panel
}

/// F32: DCImanager documents a limit of 60 minutes of its own. Whether ours replaces it is assumed (R19), so an end just there is no proof.
fn is_near_ceiling(limit: Duration, span: Duration) -> bool {
    limit > CEILING && span >= safe_span(CEILING) && span < CEILING + GRACE
}

/// D5: no disk may be missing. Serial numbers decide where all have one, else count and total size; an empty list proves nothing.
fn compare(before: &[DiskNote], after: &[DiskNote]) -> Result<(), String> {
    if before.is_empty() {
        return Err("the inventory showed no disk before the clean-up".to_owned());
    }
    let mut left: Vec<&DiskNote> = after.iter().collect();
    let size = |disks: &[DiskNote]| {
        disks
            .iter()
            .filter_map(|disk| disk.size_gb)
            .fold(0, u64::saturating_add)
    };
    if after.len() < before.len() || size(after) < size(before) {
        let (was, is) = (before.len(), after.len());
        let (was_gb, is_gb) = (size(before), size(after));
        return Err(format!(
            "{was} disks of {was_gb} GB before the clean-up, {is} of {is_gb} GB after it{}",
            missing(before, after)
        ));
    }
    if before.iter().any(|disk| disk.serial.is_none()) {
        return Ok(());
    }
    for disk in before {
        // One disk afterwards answers for one before, whatever their serial numbers are.
        let Some(same) = left.iter().position(|found| found.serial == disk.serial) else {
            return Err(format!("after the clean-up{}", missing(before, after)));
        };
        left.swap_remove(same);
    }
    Ok(())
}

fn missing(before: &[DiskNote], after: &[DiskNote]) -> String {
    let gone = before
        .iter()
        .filter(|disk| after.iter().all(|found| found.serial != disk.serial));
    let serials: Vec<&str> = gone.filter_map(|disk| disk.serial.as_deref()).collect();
    if serials.is_empty() {
        String::new()
    } else {
        format!("; missing: {}", serials.join(", "))
    }
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

    #[test]
    fn disks_with_one_serial_number_are_counted() {
        let twins = [disk(Some("0"), 100), disk(Some("0"), 100)];
        assert!(compare(&twins, &twins).is_ok());
        assert!(compare(&twins, &[disk(Some("0"), 100)]).is_err());
        assert!(compare(&twins, &[disk(Some("0"), 100), disk(Some("1"), 100)]).is_err());
    }
}
