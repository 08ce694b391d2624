//! Bad input, class by class (safety.md F, N01 to N38), given to the spawned program on real parts.
//!
//! Each time: no panic, no hang, exit 1, exactly one error document that names what is wrong, nothing written to DCImanager, and a judge
//! who has nothing to say.

mod command_line;
mod documents;
mod memories;
mod rows;

use std::time::Duration;

use harness::{Job, Ran};

use super::Shop;

/// Nothing may take longer: 10 s for a standard input that is never closed, and what a busy machine needs besides.
const DEADLINE: Duration = Duration::from_mins(1);

/// The run said no in BILLmanager's words, and said what about.
#[track_caller]
fn assert_refused(case: &str, ran: &Ran, kind: &str, object: &str) {
    let start = format!("<doc><error type=\"{kind}\" object=\"{object}\">");
    assert!(ran.out.starts_with(&start), "{case}: {start}: {ran:?}");
    assert!(ran.out.ends_with("</error></doc>"), "{case}: {ran:?}");
    assert_eq!(ran.out.matches("<error").count(), 1, "{case}: {ran:?}");
    assert_eq!(ran.code, Some(1), "{case}: {ran:?}");
    assert_clean(case, ran);
}

/// Neither panic nor hang.
#[track_caller]
fn assert_clean(case: &str, ran: &Ran) {
    assert_eq!(ran.err, "", "{case}");
    assert!(ran.took < DEADLINE, "{case}: {:?}", ran.took);
}

impl Shop {
    async fn refuses(&self, case: &str, job: Job, kind: &str, object: &str) {
        assert_refused(case, &self.host.command(job).await, kind, object);
    }

    /// DCImanager was asked at most.
    fn assert_unwritten(&self) {
        let journal = self.host.mock.journal();
        let writes = journal
            .iter()
            .filter(|entry| entry.method != "GET" && entry.name != Some("auth_login"));
        let writes: Vec<_> = writes.collect();
        assert!(writes.is_empty(), "{writes:#?}");
    }

    /// DCImanager was asked at most, and the judge is silent.
    async fn assert_untouched(&self) {
        self.assert_unwritten();
        self.host.show_all().await;
        let verdict = self.host.mock.verdict();
        assert_eq!(verdict.violations, 0, "{verdict:#?}");
    }
}
