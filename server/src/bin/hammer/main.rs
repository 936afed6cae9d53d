//! Writes into the store and posts to the program as fast as they take it, and says what was
//! acknowledged: for the crash test and the measurements. Not part of what is deployed.

mod agent;
mod ask;
mod connection;
mod event;
mod fill;
mod floor;
mod history;
mod load;
mod machine;
mod meta;
mod metrics;
mod program;
mod read;
mod search;
mod send;
mod stock;
mod streams;
mod writing;

use clap::{Parser, Subcommand};
use server::config::DatabaseUrl;
use std::error::Error;

#[derive(Parser)]
struct Hammer {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write for ever; one line with the id for each write that was acknowledged
    Write {
        #[arg(long)]
        database_url: DatabaseUrl,
        #[arg(long, default_value_t = 1000)]
        at_once: u32,
    },
    /// Measure durable writes a second, one at a time and many at once
    Bench {
        #[arg(long)]
        database_url: DatabaseUrl,
        #[arg(long, default_value_t = 3)]
        seconds: u64,
    },
    /// Make a database ready for `load`: the account, and as many messages as it has had already
    Fill {
        #[arg(long)]
        database_url: DatabaseUrl,
        #[arg(long, default_value_t = 0)]
        messages: u32,
    },
    /// Fill a database with the inbox of a shop, the same for the same seed
    Stock(stock::Stock),
    /// Post signed events to a program that serves, and measure
    Load(load::Load),
    /// Open pages of a stocked inbox at a steady pace, and measure
    Read(read::Read),
    /// Look through a stocked inbox at a steady pace, and measure
    Search(search::Search),
    /// Hold streams of a stocked inbox open while customers write to it, and measure
    Streams(streams::Streams),
    /// Write the same rows into the journal and do nothing else, and measure
    Floor(floor::Floor),
    /// Send messages to a pretended Meta, and measure
    Ask(ask::Ask),
    /// Press Send in an inbox beside a pretended Meta, and measure until it arrives there
    Send(send::Send),
    /// Read a whole account back from a pretended Meta while everybody writes and the inbox is killed, measure, and
    /// look whether the inbox holds what the phones show
    History(history::History),
}

fn main() -> Result<(), Box<dyn Error>> {
    let command = Hammer::parse().command;
    let mut runtime = match command {
        // One thread costs the least, and what is measured runs on the same machine.
        Command::Load(_)
        | Command::Ask(_)
        | Command::Send(_)
        | Command::History(_)
        | Command::Read(_)
        | Command::Search(_)
        | Command::Streams(_) => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    runtime.enable_all().build()?.block_on(async {
        match command {
            Command::Write { database_url, at_once } => writing::write(&database_url, at_once).await,
            Command::Bench { database_url, seconds } => writing::bench(&database_url, seconds).await,
            Command::Fill { database_url, messages } => fill::fill(&database_url, messages).await,
            Command::Stock(stock) => stock.run().await,
            Command::Load(load) => load.run().await,
            Command::Read(read) => read.run().await,
            Command::Search(search) => search.run().await,
            Command::Streams(streams) => streams.run().await,
            Command::Floor(floor) => floor.run().await,
            Command::Ask(ask) => ask.run().await,
            Command::Send(send) => send.run().await,
            Command::History(history) => history.run().await,
        }
    })
}
