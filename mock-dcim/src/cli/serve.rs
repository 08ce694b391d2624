//! `mock-dcim serve`.

use std::fs;
use std::io::{self, Write};

use mock_dcim::{Fleet, MockDcim};
use tokio::signal::unix::{SignalKind, signal};

use super::Serve;

pub(super) fn run(options: &Serve) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(serve(options))
}

async fn serve(options: &Serve) -> Result<(), String> {
    // Before the ready line: whoever reads it may stop us at once.
    let stop = |kind| signal(kind).map_err(|error| error.to_string());
    let (mut terminate, mut interrupt) = (
        stop(SignalKind::terminate())?,
        stop(SignalKind::interrupt())?,
    );
    let mut builder = MockDcim::builder();
    if let Some(file) = &options.fleet {
        let wrong = |why: String| format!("{}: {why}", file.display());
        let text = fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
        let fleet = text.parse::<Fleet>();
        builder = builder.fleet(fleet.map_err(|error| wrong(error.to_string()))?);
    }
    let mock = builder
        .listen(options.listen)
        .seed(options.seed)
        .clock(options.clock)
        .admin(&options.admin_email, &options.admin_password)
        .strict(options.strict)
        .start()
        .await
        .map_err(|error| error.to_string())?;
    let url = mock.url();
    if let Some(file) = &options.port_file {
        fs::write(file, format!("{url}\n"))
            .map_err(|error| format!("{}: {error}", file.display()))?;
    }
    let mut out = io::stdout();
    writeln!(out, "mock-dcim ready url={url} page={url}/_mock/")
        .and_then(|()| out.flush())
        .map_err(|error| error.to_string())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
