//! HTTP/1.1 over one connection that is kept: as little of it as the program's answers need.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

pub struct Connection {
    stream: TcpStream,
    /// What came and was not read yet.
    buffer: Vec<u8>,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4096) })
    }

    /// Sends a whole request and gives the answer's status and body.
    pub async fn ask(&mut self, request: &[u8]) -> Result<(u16, Vec<u8>)> {
        self.stream.write_all(request).await?;
        loop {
            if let Some(end) = self.buffer.windows(4).position(|it| it == b"\r\n\r\n") {
                let head = Head::read(&self.buffer[..end]).ok_or_else(|| Error::from(ErrorKind::InvalidData))?;
                let whole = end + 4 + head.length;
                while self.buffer.len() < whole {
                    self.more().await?;
                }
                let body = self.buffer[end + 4..whole].to_vec();
                self.buffer.drain(..whole);
                return Ok((head.status, body));
            }
            self.more().await?;
        }
    }

    async fn more(&mut self) -> Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

struct Head {
    status: u16,
    length: usize,
}

impl Head {
    fn read(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut lines = text.split("\r\n");
        let status = lines.next()?.get(9..12)?.parse().ok()?;
        let length = lines.find_map(|it| it.strip_prefix("content-length: "))?.parse().ok()?;
        Some(Self { status, length })
    }
}
