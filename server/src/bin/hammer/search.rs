//! Plays people who look through a stocked inbox: at a steady pace, whether or not the last answer has come. The
//! time runs until the whole page is there. What was surely said must be found, and nobody finds what is out of their
//! sight.

use crate::agent::sign_in;
use crate::read::at;
use crate::stock::{self, ADMIN, AGENT, HIDDEN, Said};
use clap::Args;
use reqwest::{Client, header};
use serde_json::{Value, json};
use std::error::Error;
use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

#[derive(Args)]
pub struct Search {
    #[arg(long)]
    address: SocketAddr,
    /// How many conversations the inbox was stocked with, and with which seed
    #[arg(long)]
    conversations: u32,
    #[arg(long, default_value_t = 7)]
    seed: u64,
    #[arg(long, default_value_t = 10)]
    a_second: u32,
    #[arg(long, default_value_t = 40)]
    seconds: u32,
    #[arg(long, default_value_t = 4)]
    warm_seconds: u32,
}

/// Said by many, by few, begun, in their order, by somebody, before a day, and by nobody.
const TYPED: [&str; 16] = [
    "kettle ",
    "thank",
    "glaz",
    "th",
    "s",
    "blue kettle",
    "saturday stoneware",
    "\"blue kettle\"",
    "\"come back to you\"",
    "hannah",
    "okafor gl",
    "from:hannah kettle",
    "from:ines broken",
    "before:2026-06 norway",
    "from:yuki before:2026-09-01 glaze",
    "zzyzx",
];

/// What one of them asks for, and what they must find.
struct Wish {
    is_admin: bool,
    typed: String,
    found: Option<String>,
}

struct Answer {
    took: Duration,
    is_sure: bool,
    is_found: bool,
    has_leaked: bool,
}

impl Search {
    pub async fn run(self) -> Result<(), Box<dyn Error>> {
        let cookies = [sign_in(self.address, ADMIN).await?, sign_in(self.address, AGENT).await?];
        let client = Client::builder().no_proxy().build()?;
        let (n_warm, n_all) = (self.warm_seconds * self.a_second, (self.warm_seconds + self.seconds) * self.a_second);
        let mut runs = tokio::task::JoinSet::new();
        let wishes: Vec<Wish> = (0..n_all).map(|n| self.wish(n)).collect();
        let begun = Instant::now();
        for (n, wish) in (0..).zip(wishes) {
            let at = begun + Duration::from_secs(1) * n / self.a_second;
            sleep_until(at).await;
            let (client, address) = (client.clone(), self.address);
            let cookie = cookies[usize::from(!wish.is_admin)].clone();
            runs.spawn(async move { (n, ask(&client, address, &cookie, &wish, at).await) });
        }
        let (mut answers, mut n_refused) = (Vec::new(), 0);
        while let Some(run) = runs.join_next().await {
            match run? {
                (n, _) if n < n_warm => {}
                (_, Ok(answer)) => answers.push(answer),
                (_, Err(error)) => {
                    writeln!(std::io::stderr(), "{error}")?;
                    n_refused += 1;
                }
            }
        }
        writeln!(std::io::stdout(), "{}", told(&answers, n_refused))?;
        Ok(())
    }

    /// Every other one looks for what was surely said.
    fn wish(&self, n: u32) -> Wish {
        let is_admin = n % 4 < 2;
        if n.is_multiple_of(2) {
            let from = n.wrapping_mul(2_654_435_761) % self.conversations;
            let Said { words, conversation } = stock::said(self.seed, from, self.conversations, is_admin);
            return Wish { is_admin, typed: words, found: Some(conversation.to_string()) };
        }
        Wish { is_admin, typed: TYPED[n as usize / 2 % TYPED.len()].to_owned(), found: None }
    }
}

async fn ask(
    client: &Client,
    address: SocketAddr,
    cookie: &str,
    wish: &Wish,
    at: Instant,
) -> Result<Answer, reqwest::Error> {
    let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &wish.typed).finish();
    let request = client.get(format!("http://{address}/search?{query}")).header(header::COOKIE, cookie);
    let page = request.send().await?.error_for_status()?.text().await?;
    let took = Instant::now().saturating_duration_since(at);
    let is_found = wish.found.as_ref().is_none_or(|it| page.contains(&format!("/inbox/{it}?at=")));
    let has_leaked = !wish.is_admin && page.contains(HIDDEN);
    Ok(Answer { took, is_sure: wish.found.is_some(), is_found, has_leaked })
}

fn told(answers: &[Answer], n_refused: u32) -> Value {
    let of = |is_sure: bool| {
        let of_these = answers.iter().filter(|it| it.is_sure == is_sure);
        let mut took: Vec<u32> = of_these.map(|it| u32::try_from(it.took.as_micros()).unwrap_or(u32::MAX)).collect();
        took.sort_unstable();
        json!({"p50_ms": at(&took, 50), "p95_ms": at(&took, 95), "p99_ms": at(&took, 99), "most_ms": at(&took, 100)})
    };
    json!({
        "one": of(true),
        "many": of(false),
        "missed": answers.iter().filter(|it| !it.is_found).count(),
        "leaked": answers.iter().filter(|it| it.has_leaked).count(),
        "refused": n_refused,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_surely_found_is_in_sight_and_rare() {
        let address = SocketAddr::from(([127, 0, 0, 1], 1));
        let search = Search { address, conversations: 400, seed: 7, a_second: 1, seconds: 1, warm_seconds: 0 };
        for n in 0..64 {
            let wish = search.wish(n);
            assert_eq!(wish.found.is_some(), n % 2 == 0);
            assert!(
                wish.found.is_none() || wish.typed.bytes().filter(u8::is_ascii_digit).count() == 5,
                "{}",
                wish.typed
            );
        }
    }

    #[test]
    fn a_miss_and_a_leak_are_counted() {
        let took = Duration::from_millis(7);
        let good = Answer { took, is_sure: true, is_found: true, has_leaked: false };
        let bad = Answer { took, is_sure: true, is_found: false, has_leaked: true };
        let told = told(&[good, bad], 3);
        assert_eq!((&told["missed"], &told["leaked"], &told["refused"]), (&json!(1), &json!(1), &json!(3)));
        assert_eq!(told["one"]["p95_ms"], json!(7.0));
    }
}
