//! What stands in the place of TLS where the crate is built without it: nothing that could be made.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite};

use crate::fault::effect::Certificate;

#[derive(Debug)]
pub(crate) enum Tls {}

impl Tls {
    #[expect(clippy::unused_async, reason = "as the real one")]
    pub(crate) async fn accept<S>(&self, stream: S, _: Certificate) -> io::Result<S>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        drop(stream);
        match *self {}
    }
}
