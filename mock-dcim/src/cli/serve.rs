//! `mock-dcim serve`.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use mock_dcim::{Dialect, Fleet, MockDcim, Snapshot};
use tokio::signal::unix::{SignalKind, signal};

use super::{Serve, read};

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
    let mut builder = MockDcim::builder().dialect(dialect(options.dialect.as_deref())?);
    if let Some(file) = &options.fleet {
        builder = builder.fleet(read::<Fleet>(file)?);
    }
    if let Some(file) = options.snapshot.as_deref().filter(|file| file.exists()) {
        builder = builder.snapshot(read::<Snapshot>(file)?);
    }
    if let Some(directory) = &options.recordings {
        builder = builder.recordings(directory);
    }
    let mock = builder
        .listen(options.listen)
        .seed(options.seed)
        .clock(options.clock)
        .admin(&options.admin_email, &options.admin_password)
        .strict(options.strict)
        .tls(options.tls)
        .start()
        .await
        .map_err(|error| error.to_string())?;
    // Now rather than in the end: a place that cannot be written to is a mistake to hear of at once.
    save(&mock, options)?;
    let url = mock.url();
    let mut ready = format!("mock-dcim ready url={url} page={url}/_mock/");
    let authority = std::env::temp_dir().join(format!("mock-dcim-ca-{}.pem", std::process::id()));
    if let (Some(ca), Some(pin)) = (mock.ca_pem(), mock.pin()) {
        let file = &authority;
        fs::write(file, ca).map_err(|error| format!("{}: {error}", file.display()))?;
        ready = format!("{ready} ca={} pin={pin}", file.display());
    }
    if let Some(file) = &options.port_file {
        fs::write(file, format!("{url}\n"))
            .map_err(|error| format!("{}: {error}", file.display()))?;
    }
    if !options.listen.ip().is_loopback() {
        let warning = "WARNING: listening beyond this host. Whoever reaches this address controls the mock and reads all it holds.";
        // Nothing can be done about a closed stderr.
        let _ = writeln!(io::stderr(), "mock-dcim: {warning}");
    }
    let mut out = io::stdout();
    writeln!(out, "{ready}")
        .and_then(|()| out.flush())
        .map_err(|error| error.to_string())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    // Without TLS there is none.
    let _ = fs::remove_file(authority);
    save(&mock, options)
}

fn save(mock: &MockDcim, options: &Serve) -> Result<(), String> {
    let Some(file) = &options.snapshot else {
        return Ok(());
    };
    let saved = mock.snapshot().save(file);
    saved.map_err(|error| format!("{}: {error}", file.display()))
}

/// Read the dialect from its file; without a file there is none.
pub(super) fn dialect(file: Option<&Path>) -> Result<Dialect, String> {
    file.map_or(Ok(Dialect::default()), read)
}
