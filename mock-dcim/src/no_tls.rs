//! What stands in the place of TLS where the crate is built without it: nothing that could be made.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite};

use crate::fault::effect::Certificate;

#[derive(Debug)]
pub(crate) enum Tls {}

impl Tls {
    #[expect(clippy::unused_async, reason = "as the real one")]
    pub(crate) async fn accept<S>(
        &self,
        _stream: S,
        _certificate: Certificate,
    ) -> io::Result<impl AsyncRead + AsyncWrite + Unpin + use<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        match *self {}
        #[expect(unreachable_code, reason = "it names the type of the answer")]
        Ok(_stream)
    }
}
