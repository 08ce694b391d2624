//! The log `var/pmdcim6.log`, in BILLmanager's form (`billmanager-protocol.md` 2.4).
//!
//! What may stand in it is an allow-list: names of calls, templates of paths, statuses, ids, times, and our own words. Bodies, query values,
//! e-mails and parameters of calls are never handed to it (safety.md G).

use std::collections::VecDeque;
use std::fmt::{self, Write as _};
use std::fs::{File, OpenOptions, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Zoned;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// How many of the last lines staff see with a failed operation.
const SHOWN: usize = 100;
/// The level where `debug.conf` names none.
const DEFAULT: u8 = 6;

/// BILLmanager's levels, with its names, colours and what we write at each.
const LEVELS: [(u8, &str, &str, Level); 5] = [
    (9, "DEBUG", "37", Level::TRACE),
    (6, "EXTINFO", "36", Level::DEBUG),
    (5, "INFO", "32", Level::INFO),
    (4, "WARNING", "33", Level::WARN),
    (3, "ERROR", "31", Level::ERROR),
];

/// The log of this process. Clones are the same.
#[derive(Clone)]
pub struct Log {
    shared: Arc<Shared>,
}

struct Shared {
    level: u8,
    state: Mutex<State>,
}

struct State {
    file: Option<File>,
    last: VecDeque<String>,
}

impl Log {
    /// Open the log of a BILLmanager; the level is `debug.conf`'s. A log that cannot be written is no reason to leave a service undone.
    pub fn open(root: &Path) -> Self {
        let config = std::fs::read_to_string(root.join("etc/debug.conf")).unwrap_or_default();
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(root.join("var/pmdcim6.log"));
        let file = file.ok();
        if let Some(file) = &file {
            // One made by somebody else may be open to all.
            let _ = file.set_permissions(Permissions::from_mode(0o600));
        }
        Self::new(level_of(&config), file)
    }

    fn new(level: u8, file: Option<File>) -> Self {
        let last = VecDeque::new();
        let state = Mutex::new(State { file, last });
        Self {
            shared: Arc::new(Shared { level, state }),
        }
    }

    /// Give the last lines, at most 100, oldest first.
    pub fn last_lines(&self) -> Vec<String> {
        self.state().last.iter().cloned().collect()
    }

    /// Take every event of this process from now on.
    pub fn install(&self) {
        use tracing_subscriber::layer::SubscriberExt;
        let subscriber = tracing_subscriber::registry().with(self.clone());
        // Only one log can be a process's; a second one keeps silent.
        let _ = tracing::subscriber::set_global_default(subscriber);
    }

    fn write(&self, level: Level, text: &str) {
        let Some((number, name, colour, _)) = LEVELS.iter().find(|(.., known)| *known == level)
        else {
            return;
        };
        if *number > self.shared.level {
            return;
        }
        let (at, pid) = (
            Zoned::now().strftime("%b %d %H:%M:%S").to_string(),
            std::process::id(),
        );
        // One line each, whatever was in the text.
        let text: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let mut state = self.state();
        if state.last.len() == SHOWN {
            state.last.pop_front();
        }
        state
            .last
            .push_back(format!("{at} [{pid}] pmdcim6 {name} {text}"));
        let line = format!("{at} [{pid}] pmdcim6 \u{1b}[1;{colour}m{name} {text}\u{1b}[0m\n");
        if let Some(file) = &mut state.file {
            // One append a line, so that lines of several processes do not mix.
            let _ = file.write_all(line.as_bytes());
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.shared
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log")
            .field("level", &self.shared.level)
            .finish_non_exhaustive()
    }
}

/// Read the level from `debug.conf`: the last number of the non-comment line that names us.
fn level_of(config: &str) -> u8 {
    let mut lines = config
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    let ours = lines.rfind(|line| line.contains("pmdcim6"));
    let number = ours.and_then(|line| {
        // The digit of our own name is not a level.
        let rest = line.rsplit_once("pmdcim6").map_or(line, |(_, rest)| rest);
        let words = rest.split(|c: char| !c.is_ascii_digit());
        words.filter_map(|word| word.parse().ok()).next_back()
    });
    number.unwrap_or(DEFAULT)
}

/// The fields of an event or a span as text: the message first, then `name=value`.
#[derive(Default)]
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            let rest = std::mem::take(&mut self.0);
            let _ = write!(self.0, "{value:?}{rest}");
        } else {
            let _ = write!(self.0, " {}={value:?}", field.name());
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let _ = write!(self.0, " {}={value}", field.name());
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Log {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut text = Text::default();
        attributes.record(&mut text);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(text);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(text) = span.extensions_mut().get_mut::<Text>()
        {
            values.record(text);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        // Libraries know what we may not write: statements, addresses, bodies.
        let target = event.metadata().target();
        if !target.starts_with("dcim6_client") && !target.starts_with("billmgr_module") {
            return;
        }
        let mut text = Text::default();
        event.record(&mut text);
        if let Some(span) = context.event_span(event)
            && let Some(of_span) = span.extensions().get::<Text>()
        {
            text.0.push_str(&of_span.0);
        }
        self.write(*event.metadata().level(), text.0.trim());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_is_the_last_number_of_our_line() {
        for (config, level) in [
            ("", 6),
            ("pmdcim6 9", 9),
            ("core 9\npmdcim6\t3\n", 3),
            ("#pmdcim6 9\n", 6),
            ("pmdcim6 4 9", 9),
            ("pmdcim6", 6),
        ] {
            assert_eq!(level_of(config), level, "{config}");
        }
    }

    #[test]
    fn a_line_is_one_line_and_only_the_last_hundred_are_kept() {
        let log = Log::new(6, None);
        for number in 0..150 {
            log.write(Level::INFO, &format!("line\n{number}"));
        }
        log.write(Level::TRACE, "too fine for this level");
        let lines = log.last_lines();
        assert_eq!(lines.len(), 100);
        assert!(lines[0].ends_with("pmdcim6 INFO line 50"), "{}", lines[0]);
        assert!(lines[99].ends_with("INFO line 149"), "{}", lines[99]);
    }

    #[test]
    fn the_file_is_for_its_owner_only() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("var")).unwrap();
        let log = Log::open(root.path());
        log.write(Level::ERROR, "failed");
        let path = root.path().join("var/pmdcim6.log");
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let text = std::fs::read_to_string(path).unwrap();
        assert!(
            text.contains("pmdcim6 \u{1b}[1;31mERROR failed\u{1b}[0m\n"),
            "{text}"
        );
    }
}
