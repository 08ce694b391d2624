//! Bars on standard error while long operations run, for a person at a terminal.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use billmgr_module::Watcher;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// One bar for each service with a long operation. Nothing is drawn where nobody watches.
#[derive(Clone, Default)]
pub struct Bars {
    all: MultiProgress,
    bars: Arc<Mutex<BTreeMap<u64, ProgressBar>>>,
}

impl Bars {
    /// Give what the module tells its progress to.
    pub fn watcher(&self) -> Watcher {
        let bars = self.clone();
        Arc::new(move |progress| {
            let mut known = bars.bars.lock().unwrap_or_else(PoisonError::into_inner);
            let bar = known.entry(progress.item).or_insert_with(|| {
                let style =
                    ProgressStyle::with_template("  service {prefix}  {bar:30} {pos:>3} % {msg}");
                let bar = bars.all.add(ProgressBar::new(100));
                bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
                bar.set_prefix(progress.item.to_string());
                bar
            });
            let minutes = progress.at.since(progress.sent_at).as_secs() / 60;
            bar.set_message(format!("{} for {minutes} min", progress.kind));
            bar.set_position(progress.percent.unwrap_or(0).into());
        })
    }

    /// Take the bars away before something else is printed.
    pub fn clear(&self) {
        let mut known = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        for bar in std::mem::take(&mut *known).into_values() {
            bar.finish_and_clear();
        }
    }
}
