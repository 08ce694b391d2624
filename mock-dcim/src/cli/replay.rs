//! `mock-dcim replay`: the same story once more, and what the judge says of it.

use std::io::{self, Read, Write};
use std::path::Path;

use mock_dcim::Recording;

/// Print each violation; answers whether there was none.
pub(super) fn run(file: &Path) -> Result<bool, String> {
    let recording = if file == Path::new("-") {
        let mut text = String::new();
        let read = io::stdin().read_to_string(&mut text);
        read.map_err(|error| error.to_string())?;
        text.parse::<Recording>()
            .map_err(|error| error.to_string())?
    } else {
        super::read(file)?
    };
    let verdict = recording.replay();
    let mut out = io::stdout();
    let stories = verdict.promises.iter().flat_map(|one| &one.stories);
    for story in stories {
        writeln!(out, "{story}").map_err(|error| error.to_string())?;
    }
    writeln!(out, "violations: {}", verdict.violations).map_err(|error| error.to_string())?;
    if !recording.is_whole() {
        let warning = "the recording was full: what was done after that is not in it";
        // Nothing can be done about a closed stderr.
        let _ = writeln!(io::stderr(), "mock-dcim: {warning}");
    }
    Ok(verdict.violations == 0)
}
