//! Plays browsers that are open and customers who write: holds streams, posts signed events, and
//! measures until the last stream has heard of it. Then it keeps them until its standard input closes.

use crate::agent::{page, sign_in};
use crate::connection::Connection;
use crate::event::{ACCOUNT, Request, customer};
use crate::read::at;
use crate::stock::{self, ADMIN, Found, N_PEOPLE, PASSWORD, email};
use clap::Args;
use serde_json::json;
use server::seams::Seams;
use std::error::Error;
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};

#[derive(Args)]
pub struct Streams {
    #[arg(long)]
    address: SocketAddr,
    #[arg(long)]
    secret: String,
    #[arg(long, default_value_t = 7)]
    seed: u64,
    #[arg(long = "streams", default_value_t = 500)]
    number: u32,
    #[arg(long, default_value_t = 40)]
    events: u64,
}

const PATIENCE: Duration = Duration::from_secs(10);
const BETWEEN_TWO: Duration = Duration::from_millis(100);

impl Streams {
    pub async fn run(self) -> Result<(), Box<dyn Error>> {
        let mut cookies = Vec::new();
        for person in 0..N_PEOPLE.min(self.number) {
            cookies.push(sign_in(self.address, person).await?);
        }
        let (number, found) = self.first_account();
        let mark = format!("\"{}\"", found.id).into_bytes();
        let (heard, mut ears) = unbounded_channel();
        let mut streams = tokio::task::JoinSet::new();
        for (place, cookie) in (0..self.number).zip(cookies.iter().cycle()) {
            let stream = Connection::open(self.address).await?;
            streams.spawn(listen(stream, page("/events", cookie), mark.clone(), place, heard.clone()));
        }
        drop(heard);
        // Everyone says hello first.
        self.all(&mut ears, None).await?;
        let mut took = Vec::new();
        let mut meta = Connection::open(self.address).await?;
        let (mut request, seams) = (Request::new(&self.secret), Seams::system());
        for _ in 0..self.events {
            tokio::time::sleep(BETWEEN_TWO).await;
            let now = seams.now().0;
            let begun = Instant::now();
            let (status, _) = meta.ask(request.with(number.into(), now, now.unsigned_abs())).await?;
            if status != 200 {
                return Err(format!("the event is answered with {status}").into());
            }
            let last = self.all(&mut ears, Some(begun)).await?;
            took.push(u32::try_from((last - begun).as_micros()).unwrap_or(u32::MAX));
        }
        took.sort_unstable();
        let told = json!({
            "streams": self.number, "heard_p50_ms": at(&took, 50), "heard_p95_ms": at(&took, 95),
            "account": ACCOUNT, "customer": customer(number.into()), "conversation": found.id.to_string(),
            "email": email(ADMIN), "password": PASSWORD,
        });
        writeln!(std::io::stdout(), "{told}")?;
        std::io::stdout().flush()?;
        let (close, closed) = oneshot::channel();
        // A thread of its own, for nobody can wait for standard input in another way.
        std::thread::spawn(move || close.send(std::io::stdin().read_to_end(&mut Vec::new())));
        tokio::select! {
            read = closed => { read??; }
            () = async { while ears.recv().await.is_some() {} } => return Err("all streams have ended".into()),
        }
        Ok(())
    }

    fn first_account(&self) -> (u32, Found) {
        let mut all = (0..).map(|number| (number, stock::find(self.seed, number)));
        all.find(|it| it.1.is_first).unwrap_or_else(|| (0, stock::find(self.seed, 0)))
    }

    /// When the last one of all streams heard something, each after `since`.
    async fn all(
        &self,
        ears: &mut UnboundedReceiver<(u32, Instant)>,
        since: Option<Instant>,
    ) -> Result<Instant, Box<dyn Error>> {
        let mut missing: std::collections::BTreeSet<u32> = (0..self.number).collect();
        let mut last = Instant::now();
        while !missing.is_empty() {
            let heard = timeout(PATIENCE, ears.recv()).await;
            let Ok(Some((place, at))) = heard else {
                return Err(format!("{} of {} streams heard nothing", missing.len(), self.number).into());
            };
            if since.is_none_or(|since| at >= since) && missing.remove(&place) {
                last = at;
            }
        }
        Ok(last)
    }
}

/// Says when it began, and whenever `mark` is spoken of.
async fn listen(
    mut stream: Connection,
    request: Vec<u8>,
    mark: Vec<u8>,
    place: u32,
    heard: UnboundedSender<(u32, Instant)>,
) -> std::io::Result<()> {
    stream.send(&request).await?;
    let mut is_open = false;
    let mut tail = Vec::new();
    loop {
        tail.extend(stream.next_bytes().await?);
        let wanted: &[u8] = if is_open { &mark } else { b"event: hello" };
        if let Some(at) = tail.windows(wanted.len()).rposition(|it| it == wanted) {
            is_open = true;
            tail.drain(..at + wanted.len());
            if heard.send((place, Instant::now())).is_err() {
                return Ok(());
            }
        }
        let old = tail.len().saturating_sub(mark.len());
        tail.drain(..old);
    }
}
