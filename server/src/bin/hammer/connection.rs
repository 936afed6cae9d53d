//! HTTP/1.1 over one connection that is kept: as little of it as the program's answers need.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::Instant;

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

    /// Sends a whole request for a page and gives the answer's status, and when its body began to come.
    pub async fn open_page(&mut self, request: &[u8]) -> Result<(u16, Instant)> {
        self.stream.write_all(request).await?;
        let end = loop {
            match self.buffer.windows(4).position(|it| it == b"\r\n\r\n") {
                Some(end) => break end,
                None => self.more().await?,
            }
        };
        let (status, length) = page_head(&self.buffer[..end]).ok_or_else(|| Error::from(ErrorKind::InvalidData))?;
        self.buffer.drain(..end + 4);
        if self.buffer.is_empty() && length != Some(0) {
            self.more().await?;
        }
        let begun = Instant::now();
        match length {
            Some(length) => self.pass_over(length).await?,
            None => self.pass_over_chunks().await?,
        }
        Ok((status, begun))
    }

    async fn pass_over_chunks(&mut self) -> Result<()> {
        loop {
            let end = loop {
                match self.buffer.windows(2).position(|it| it == b"\r\n") {
                    Some(end) => break end,
                    None => self.more().await?,
                }
            };
            let size = std::str::from_utf8(&self.buffer[..end]).ok().and_then(|it| usize::from_str_radix(it, 16).ok());
            let size = size.ok_or_else(|| Error::from(ErrorKind::InvalidData))?;
            // Its size, its bytes and the line end after them; the last one is empty.
            self.pass_over(end + 2 + size + 2).await?;
            if size == 0 {
                return Ok(());
            }
        }
    }

    async fn pass_over(&mut self, length: usize) -> Result<()> {
        while self.buffer.len() < length {
            self.more().await?;
        }
        self.buffer.drain(..length);
        Ok(())
    }

    /// Whatever comes next of an answer that does not end.
    pub async fn next_bytes(&mut self) -> Result<Vec<u8>> {
        if self.buffer.is_empty() {
            self.more().await?;
        }
        Ok(std::mem::take(&mut self.buffer))
    }

    pub async fn send(&mut self, request: &[u8]) -> Result<()> {
        self.stream.write_all(request).await
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

/// The status, and the body's length unless it comes in chunks.
fn page_head(bytes: &[u8]) -> Option<(u16, Option<usize>)> {
    let text = std::str::from_utf8(bytes).ok()?.to_ascii_lowercase();
    let mut lines = text.split("\r\n");
    let status = lines.next()?.get(9..12)?.parse().ok()?;
    let mut length = None;
    for line in lines {
        match line.split_once(": ")? {
            ("transfer-encoding", "chunked") => return Some((status, None)),
            ("content-length", it) => length = Some(it.parse().ok()?),
            _ => {}
        }
    }
    Some((status, Some(length.unwrap_or_default())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    /// What a server says that says these bytes to whoever asks.
    async fn connected(said: &'static [&'static [u8]]) -> Connection {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let connection = Connection::open(listener.local_addr().unwrap()).await.unwrap();
        let (mut stream, _) = listener.accept().await.unwrap();
        tokio::spawn(async move {
            for bytes in said {
                stream.write_all(bytes).await.unwrap();
                stream.flush().await.unwrap();
            }
            // A stream that is dropped unread is reset, with what it said.
            stream.read_to_end(&mut Vec::new()).await.unwrap();
        });
        connection
    }

    #[tokio::test]
    async fn pages_are_read_to_their_end_whole_or_in_chunks() {
        let mut connection = connected(&[
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nkil",
            b"n\r\n10\r\n0123456789abcdef\r\n0\r\n\r\nHTTP/1.1 404 Not Found\r\ncontent-len",
            b"gth: 3\r\n\r\nabcHTTP/1.1 303 See Other\r\n\r\n",
        ])
        .await;
        for status in [200, 404, 303] {
            assert_eq!(connection.open_page(b"GET / HTTP/1.1\r\n\r\n").await.unwrap().0, status);
        }
        assert!(connection.buffer.is_empty());
    }
}
