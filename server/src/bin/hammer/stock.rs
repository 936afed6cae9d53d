//! A shop's inbox as it is after a year: three accounts, thirty people, and as many conversations and
//! messages as are asked for. The same seed and moment make the same rows on both databases. Messages
//! are written in the order in which they were said, so that a thread lies as scattered as it would.

mod dice;
mod index;
mod plan;
mod rows;
mod said;
mod shop;
mod words;

use clap::Args;
use model::ids::ConversationId;
use plan::{Plan, plans};
use rows::Sink;
use said::write_message;
use server::config::DatabaseUrl;
use server::seams::Seams;
use server::store;
use shop::{STUDIO, Shop};
use std::error::Error;
use std::path::PathBuf;

pub use plan::Found;
pub use shop::{ADMIN, AGENT, HIDDEN, N_PEOPLE, PASSWORD, email};

#[derive(Args)]
pub struct Stock {
    #[arg(long)]
    database_url: DatabaseUrl,
    #[arg(long, default_value_t = 200_000)]
    conversations: u32,
    #[arg(long, default_value_t = 5_000_000)]
    messages: u32,
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Where the program keeps its files
    #[arg(long)]
    media: Option<PathBuf>,
    /// When it is, in epoch milliseconds: now, if nothing is said
    #[arg(long)]
    until_ms: Option<i64>,
}

/// What every row is made from.
#[derive(Clone, Copy)]
struct Origin {
    seed: u64,
    until_ms: i64,
}

/// Where one message stands.
struct Place {
    at: i64,
    conversation: u32,
    number: u32,
}

impl Stock {
    pub async fn run(self) -> Result<(), Box<dyn Error>> {
        let store = store::open(&self.database_url).await?;
        store.migrate().await?;
        store.close().await;
        let origin = Origin { seed: self.seed, until_ms: self.until_ms.unwrap_or_else(|| Seams::system().now().0) };
        let shop = Shop::of(origin);
        if let Some(folder) = &self.media {
            shop::write_picture(folder)?;
        }
        let mut sink = Sink::open(&self.database_url).await?;
        shop.write(&mut sink).await?;
        let plans: Vec<Plan> = plans(origin, self.conversations, self.messages);
        for plan in &plans {
            plan.write(&shop, &mut sink);
            sink.flush_full().await?;
        }
        for Place { at, conversation, number } in in_order(&plans) {
            if let Some(plan) = plans.get(conversation as usize) {
                write_message(&shop, plan, number, at, &mut sink);
                sink.flush_full().await?;
            }
        }
        sink.close().await?;
        Ok(())
    }
}

fn in_order(plans: &[Plan]) -> Vec<Place> {
    let of = |plan: &Plan| {
        let conversation = plan.number;
        let place = move |(number, at): (u32, i64)| Place { at, conversation, number };
        (0..).zip(plan.times()).map(place).collect::<Vec<_>>()
    };
    let mut places: Vec<Place> = plans.iter().flat_map(of).collect();
    places.sort_unstable_by_key(|it| (it.at, it.conversation, it.number));
    places
}

/// Words of a first message, which hardly any other holds.
pub struct Said {
    pub words: String,
    pub conversation: ConversationId,
}

/// What was said in a conversation of this number or a later one, and everybody or an admin may see.
pub fn said(seed: u64, from: u32, n_conversations: u32, by_admin: bool) -> Said {
    let shop = Shop::of(Origin { seed, until_ms: 0 });
    let mut number = from;
    loop {
        let plan = Plan::shortest(&shop, number);
        let text = said::Said::of(&shop, &plan, 0, 0).text;
        let words = text.as_deref().and_then(words::order);
        if let Some(words) = words.filter(|_| by_admin || plan.account != STUDIO) {
            return Said { words: words.to_owned(), conversation: plan.id };
        }
        number = (number + 1) % n_conversations;
    }
}

/// The conversation of this number, whenever it was stocked.
pub fn find(seed: u64, number: u32) -> Found {
    Plan::found(&Shop::of(Origin { seed, until_ms: 0 }), number)
}
