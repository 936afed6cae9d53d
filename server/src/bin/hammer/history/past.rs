//! What was said before the inbox was there.

use super::standing::{BARE, LIKED, liked, said};
use crate::meta::Meta;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::{Value, json};
use std::error::Error;

/// Messages of one conversation in four, by turns: fifty on average, and half of them more than a page of Meta's.
const LENGTHS: [usize; 4] = [10, 30, 60, 100];
const LONGEST: usize = 100;
/// Every third says nothing any more.
const SILENT: usize = 3;
/// Between two rounds: Meta tells seconds when it is asked.
const STEP_S: i64 = 2;
const AT_ONCE: usize = 16;

pub struct Customer {
    /// As Meta calls them.
    pub id: String,
    /// A message of the shop's under which nothing stands yet.
    pub bare: String,
}

pub struct Past {
    /// As the pretended Meta describes it, with its token.
    pub account: Value,
    pub customers: Vec<Customer>,
    pub n_messages: usize,
    /// What is said from then on, by the clock of the pretended Meta, is news.
    pub until_ms: i64,
}

impl Past {
    /// Nobody is told of it: there is no inbox yet.
    pub async fn make(meta: &Meta, n_customers: usize) -> Result<Self, Box<dyn Error>> {
        meta.post("limits", json!({"lifted": true})).await?;
        let account = meta.post("accounts", json!({"platform": "instagram", "name": "luna.ceramics"})).await?;
        let mut past = Self { account, customers: Vec::with_capacity(n_customers), n_messages: 0, until_ms: 0 };
        for n in 0..n_customers {
            let new = json!({"account_id": past.account_id(), "name": format!("Customer {n}")});
            let id = word(&meta.post("customers", new).await?, "id")?;
            past.customers.push(Customer { id, bare: String::new() });
        }
        for round in 1..=LONGEST {
            advance(meta, STEP_S).await?;
            past.say(meta, round).await?;
        }
        past.until_ms = advance(meta, STEP_S).await?;
        Ok(past)
    }

    /// As Meta calls it.
    pub fn account_id(&self) -> &str {
        self.account["id"].as_str().unwrap_or_default()
    }

    /// Those in whose conversations something goes on happening.
    pub fn writers(&self) -> Vec<&Customer> {
        let all = self.customers.iter().enumerate();
        all.filter(|(n, _)| !n.is_multiple_of(SILENT)).map(|(_, customer)| customer).collect()
    }

    async fn say(&mut self, meta: &Meta, round: usize) -> Result<(), Box<dyn Error>> {
        let longer = (0..self.customers.len()).filter(|n| round <= LENGTHS[n % LENGTHS.len()]);
        let asked = longer.map(|n| self.say_to(meta, n, round));
        let mids: Vec<(usize, String)> = stream::iter(asked).buffer_unordered(AT_ONCE).try_collect().await?;
        self.n_messages += mids.len();
        for (n, mid) in mids {
            match round {
                BARE => self.customers[n].bare = mid,
                LIKED => {
                    let (path, body) = liked(&self.customers[n].id, &mid);
                    meta.post(&path, body).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    async fn say_to(&self, meta: &Meta, n: usize, round: usize) -> Result<(usize, String), Box<dyn Error>> {
        let (path, body) = said(self.account_id(), &self.customers[n].id, round);
        Ok((n, word(&meta.post(&path, body).await?, "mid")?))
    }
}

/// Moves the clock of the pretended Meta; what it shows then.
pub async fn advance(meta: &Meta, seconds: i64) -> Result<i64, Box<dyn Error>> {
    let told = meta.post("clock", json!({"advance_s": seconds})).await?;
    told["now"].as_i64().ok_or_else(|| format!("the clock says {told}").into())
}

fn word(told: &Value, name: &str) -> Result<String, Box<dyn Error>> {
    Ok(told[name].as_str().ok_or_else(|| format!("no {name} in {told}"))?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{LENGTHS, LONGEST};

    #[test]
    fn two_thousand_conversations_have_a_hundred_thousand_messages() {
        let n_messages: usize = (0..2_000).map(|n| LENGTHS[n % LENGTHS.len()]).sum();
        assert_eq!((n_messages, LENGTHS.into_iter().max()), (100_000, Some(LONGEST)));
    }
}
