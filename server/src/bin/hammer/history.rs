//! Reads a whole account back from a pretended Meta while customers and the shop go on writing and the inbox is killed
//! twice. Then the inbox must hold what the customers' phones show, each thing once, and only what was said since may
//! have opened anything or be unread.

mod database;
mod inbox;
mod past;
mod record;
mod standing;

use crate::agent::{post_form, sign_in_as};
use crate::meta::Meta;
use crate::program::{self, EMAIL, PASSWORD};
use crate::read::at;
use clap::Args;
use database::{Database, Reading};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use inbox::Inbox;
use model::ids::AccountId;
use model::platform::Platform;
use past::{Past, advance};
use record::{Answered, Record, n_asked};
use reqwest::Method;
use serde_json::{Value, json};
use standing::{UNSETTLED, differences, goes_on};
use std::cell::Cell;
use std::error::Error;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

#[derive(Args)]
pub struct History {
    /// The program, to connect the account, and to be started and killed
    #[arg(long)]
    program: PathBuf,
    #[arg(long)]
    database_url: String,
    /// Where the pretended Meta listens
    #[arg(long)]
    meta: SocketAddr,
    #[arg(long)]
    secret: String,
    #[arg(long)]
    verify_token: String,
    #[arg(long, default_value_t = 2000)]
    conversations: usize,
    /// What happens in them meanwhile
    #[arg(long, default_value_t = 50)]
    a_second: u32,
    /// How long it happens while nothing is read back
    #[arg(long, default_value_t = 20)]
    quiet_seconds: u64,
}

/// After so many of a hundred messages.
const KILL_AFTER: [usize; 2] = [20, 60];
/// What could not be told is told again a minute later, and after that five minutes later.
const MINUTE_S: i64 = 61;
const FIVE_MINUTES_S: i64 = 301;
const WARM: Duration = Duration::from_secs(2);
const TEAM: &str = "Orders";
const JOURNAL: &str = "select count(*) from inbound";
const PATIENCE: Duration = Duration::from_mins(2);
const LOOK_AGAIN: Duration = Duration::from_millis(100);
const PHONES_AT_ONCE: usize = 16;
/// So many are said in words.
const SHOWN: usize = 20;

/// How the inbox, what it keeps, and the pretended Meta are reached.
struct Bed {
    meta: Meta,
    past: Past,
    inbox: Inbox,
    database: Database,
    /// Of whoever asks for it to be read back.
    cookie: String,
}

/// Who goes on writing, until it is over.
struct Pace {
    /// The others begin when the reading back does, so that some are read before they write again.
    n_writing: Cell<usize>,
    is_over: Cell<bool>,
}

/// What was met.
struct Met {
    quiet: Answered,
    meanwhile: Answered,
    took: Duration,
    /// Of it, from each kill to the first message after it.
    stood: Duration,
    n_webhooks: i64,
    reading: Reading,
}

impl History {
    pub async fn run(self) -> Result<(), Box<dyn Error>> {
        let Bed { meta, past, mut inbox, mut database, cookie } = self.bed().await?;
        let n_writers = past.writers().len();
        let pace = Pace { n_writing: Cell::new((n_writers / 3).max(1)), is_over: Cell::new(false) };
        let measured = async {
            let met = self.measure(&meta, &past, &mut inbox, &mut database, &cookie, &pace).await?;
            pace.is_over.set(true);
            Ok::<_, Box<dyn Error>>(met)
        };
        let (n_told, met) = tokio::try_join!(self.go_on(&meta, &past, &pace), measured)?;
        settle(&meta, &mut database, n_told).await?;
        let mut differ = differences(&phones(&meta, &past).await?, &database.held().await?, past.until_ms, TEAM);
        if met.reading.n_conversations != past.customers.len() {
            differ.push(format!("{} conversations are said to be read", met.reading.n_conversations));
        }
        for line in differ.iter().take(SHOWN) {
            writeln!(std::io::stderr(), "{line}")?;
        }
        tell(&met, differ.len(), n_asked(&meta).await?, inbox.peak_mb())
    }

    /// Everything was said, the account is connected, and what opens is given to a team.
    async fn bed(&self) -> Result<Bed, Box<dyn Error>> {
        let meta = Meta::at(self.meta);
        let past = Past::make(&meta, self.conversations).await?;
        program::connect(&self.program, &self.database_url, &past.account)?;
        program::add_admin(&self.program, &self.database_url)?;
        let mut inbox = Inbox::new(self.program.clone(), self.settings())?;
        inbox.start().await?;
        let callback =
            json!({"url": format!("http://{}/webhooks/meta", inbox.address), "verify_token": self.verify_token});
        meta.ask(Method::PUT, "callback", &callback).await?;
        let cookie = sign_in_as(inbox.address, EMAIL, PASSWORD).await?;
        let to = post_form(inbox.address, &cookie, "/teams", &[("name", TEAM)]).await?;
        let team = to.strip_prefix("/teams/").ok_or_else(|| format!("a new team leads to {to}"))?;
        let rule = [("account", ""), ("team", team), ("method", "team_only")];
        asked(inbox.address, &cookie, "/rules", &rule, "/rules?done=rule").await?;
        let database = Database::open(&self.database_url).await?;
        Ok(Bed { meta, past, inbox, database, cookie })
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        let graph = format!("http://{}", self.meta);
        vec![
            ("SWITCHBOARD_DATABASE_URL", self.database_url.clone()),
            ("SWITCHBOARD_META_APP_SECRETS", self.secret.clone()),
            ("SWITCHBOARD_META_VERIFY_TOKEN", self.verify_token.clone()),
            ("SWITCHBOARD_GRAPH_URL", graph.clone()),
            ("SWITCHBOARD_INSTAGRAM_GRAPH_URL", graph.clone()),
            ("SWITCHBOARD_MEDIA_ALLOW", graph),
        ]
    }

    /// Something happens in one conversation after the other at a steady pace, whatever becomes of the inbox; how often.
    async fn go_on(&self, meta: &Meta, past: &Past, pace: &Pace) -> Result<u32, Box<dyn Error>> {
        let writers = past.writers();
        let mut turns = vec![0; writers.len()];
        let (begun, mut n_told, mut turn_of) = (Instant::now(), 0, 0);
        while !pace.is_over.get() {
            sleep_until(begun + Duration::from_secs(1) * n_told / self.a_second).await;
            let (customer, turn) = (writers[turn_of], &mut turns[turn_of]);
            let (path, body) = goes_on(past.account_id(), &customer.id, &customer.bare, *turn);
            meta.post(&path, body).await?;
            *turn += 1;
            n_told += 1;
            turn_of = (turn_of + 1) % pace.n_writing.get();
        }
        Ok(n_told)
    }

    async fn measure(
        &self,
        meta: &Meta,
        past: &Past,
        inbox: &mut Inbox,
        database: &mut Database,
        cookie: &str,
        pace: &Pace,
    ) -> Result<Met, Box<dyn Error>> {
        let mut record = Record::default();
        sleep(WARM).await;
        record.webhooks(meta).await?;
        sleep(Duration::from_secs(self.quiet_seconds)).await;
        let quiet = record.webhooks(meta).await?;
        let n_before = database.number(JOURNAL).await?;
        pace.n_writing.set(past.writers().len());
        let begun = Instant::now();
        let account = format!("/accounts/{}", AccountId::of(Platform::Instagram, past.account_id()));
        asked(inbox.address, cookie, &format!("{account}/history"), &[], &format!("{account}?done=history")).await?;
        let mut stood = Duration::ZERO;
        for percent in KILL_AFTER {
            let n_wanted = past.n_messages * percent / 100;
            database.until(|it| it.n_read >= n_wanted).await?;
            stood += kill(meta, inbox, database).await?;
        }
        let reading = database.until(Reading::is_done).await?;
        let took = begun.elapsed();
        let meanwhile = record.webhooks(meta).await?;
        let n_webhooks = database.number(JOURNAL).await? - n_before;
        Ok(Met { quiet, meanwhile, took, stood, n_webhooks, reading })
    }
}

/// How long it was until the reading back went on.
async fn kill(meta: &Meta, inbox: &mut Inbox, database: &mut Database) -> Result<Duration, Box<dyn Error>> {
    let killed = Instant::now();
    inbox.kill()?;
    let n_read = database.reading().await?.n_read;
    inbox.start().await?;
    advance(meta, MINUTE_S).await?;
    database.until(|it| it.n_read > n_read || it.is_done()).await?;
    Ok(killed.elapsed())
}

/// Posts a form, which must lead there.
async fn asked(
    inbox: SocketAddr,
    cookie: &str,
    path: &str,
    form: &[(&str, &str)],
    expected: &str,
) -> Result<(), Box<dyn Error>> {
    let to = post_form(inbox, cookie, path, form).await?;
    if to == expected { Ok(()) } else { Err(format!("{path} leads to {to}").into()) }
}

/// Waits until each webhook is in the journal, and nothing is under way.
async fn settle(meta: &Meta, database: &mut Database, n_told: u32) -> Result<(), Box<dyn Error>> {
    advance(meta, FIVE_MINUTES_S).await?;
    let begun = Instant::now();
    loop {
        let (n_journal, n_unsettled) = (database.number(JOURNAL).await?, database.number(UNSETTLED).await?);
        if n_journal >= i64::from(n_told) && n_unsettled == 0 {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            let told =
                format!("{n_journal} of {n_told} webhooks are in the journal, {n_unsettled} things are under way");
            return Err(told.into());
        }
        sleep(LOOK_AGAIN).await;
    }
}

/// What each customer sees.
async fn phones(meta: &Meta, past: &Past) -> Result<Vec<Value>, Box<dyn Error>> {
    let asked = past.customers.iter().map(|customer| async move {
        let path = format!("customers/{}/phone", customer.id);
        meta.ask(Method::GET, &path, &Value::Null).await
    });
    stream::iter(asked).buffer_unordered(PHONES_AT_ONCE).try_collect().await
}

#[expect(clippy::cast_precision_loss, reason = "counts of some minutes")]
fn tell(met: &Met, n_differences: usize, n_asked: usize, memory_mb: Option<f64>) -> Result<(), Box<dyn Error>> {
    let n_read = met.reading.n_read;
    let told = json!({
        "messages": n_read,
        "seconds": met.took.as_secs_f64(),
        "messages_s": n_read as f64 / met.took.as_secs_f64(),
        "stood_seconds": met.stood.as_secs_f64(),
        "requests": n_asked,
        "webhooks": met.n_webhooks,
        "in_vain": met.meanwhile.n_in_vain,
        "p95_ms": at(&met.meanwhile.took, 95),
        "quiet_p95_ms": at(&met.quiet.took, 95),
        "memory_mb": memory_mb,
        "differences": n_differences,
    });
    writeln!(std::io::stdout(), "{told}")?;
    Ok(())
}
