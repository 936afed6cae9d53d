//! Connections that can be cut: the peer hangs up without an answer, as a real network does.

use crate::Simulator;
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::serve::{IncomingStream, Listener};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// How an answer goes; of two, the later one is the worse.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    Now,
    Late(Duration),
    /// Whoever asked waits until they give up.
    Never,
    Cut,
}

impl Way {
    pub fn answers(&self) -> bool {
        matches!(self, Self::Now | Self::Late(_))
    }

    /// Nobody is kept waiting when the simulator stops.
    pub async fn take(self, simulator: &Simulator, peer: Option<&Peer>, answer: Response) -> Response {
        match self {
            Self::Now => return answer,
            Self::Late(by) => {
                tokio::select! {
                    () = tokio::time::sleep(by) => {}
                    () = simulator.stopping() => {}
                }
                return answer;
            }
            Self::Never => simulator.stopping().await,
            Self::Cut => {}
        }
        if let Some(peer) = peer {
            peer.cut.store(true, Ordering::Release);
        }
        // What nobody will read, unless no connection was there to be cut.
        (StatusCode::BAD_GATEWAY, "the connection was cut\n").into_response()
    }
}

/// Whoever is at the other end, and the scissors.
#[derive(Debug, Clone)]
pub struct Peer {
    address: SocketAddr,
    cut: Arc<AtomicBool>,
}

impl Connected<IncomingStream<'_, Connections>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Connections>) -> Self {
        Self { address: *stream.remote_addr(), cut: Arc::clone(&stream.io().cut) }
    }
}

/// Handlers ask for the address alone.
pub async fn with_address(mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(Peer { address, .. })) = request.extensions().get::<ConnectInfo<Peer>>() {
        let address = ConnectInfo(*address);
        request.extensions_mut().insert(address);
    }
    next.run(request).await
}

pub struct Connections(pub TcpListener);

impl Listener for Connections {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        (Connection { stream, cut: Arc::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

pub struct Connection {
    stream: TcpStream,
    cut: Arc<AtomicBool>,
}

impl Connection {
    /// The moment an answer is to be written, the connection ends instead.
    fn unless_cut(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        if self.cut.load(Ordering::Acquire) {
            let _ = self.stream.set_zero_linger();
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        Ok(Pin::new(&mut self.stream))
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context, buffer: &mut ReadBuf) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.unless_cut()?.poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context,
        slices: &[io::IoSlice],
    ) -> Poll<io::Result<usize>> {
        self.unless_cut()?.poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<io::Result<()>> {
        self.unless_cut()?.poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<io::Result<()>> {
        self.unless_cut()?.poll_shutdown(context)
    }
}
