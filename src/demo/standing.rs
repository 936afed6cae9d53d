//! Where the demo's conversations stand once their history has come: some are somebody's, some wait for
//! anybody, some sleep, old ones are closed, and some are a bot's.

use super::{PEOPLE, furnishing};
use model::ids::{AccountId, ContactId, ConversationId};
use model::person::{PersonId, fold_email};
use model::platform::Platform;
use model::time::{DAY_S, Timestamp};
use server::program::Program;
use server::start::chain;
use server::store::StoreResult;
use server::store::conversations::{Standing, State, With};
use simulator::Individual;
use std::time::Duration;

const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// A machine that takes longer than this for some hundred conversations shows them where intake put them.
const PATIENCE: u32 = 600;

pub async fn put_all(program: Program, customers: Vec<Individual>) {
    for _ in 0..PATIENCE {
        match put(&program, &customers).await {
            Ok(true) => return,
            Ok(false) => tokio::time::sleep(LOOK_AGAIN).await,
            Err(error) => {
                tracing::warn!(error = %chain(&error), "the demo's conversations stay where they are");
                return;
            }
        }
    }
}

/// `false` as long as history is still on its way.
async fn put(program: &Program, customers: &[Individual]) -> StoreResult<bool> {
    let (store, now) = (program.store.as_ref(), program.seams.now());
    for group in 0..store.n_lane_groups() {
        if !store.pending_inbound(group, 1, now).await?.is_empty() {
            return Ok(false);
        }
    }
    let mut people = Vec::new();
    for (email, ..) in PEOPLE {
        people.extend(store.find_credentials(fold_email(email)).await?.map(|it| it.id));
    }
    furnishing::put_out(program, &people).await?;
    let talked = customers.iter().filter_map(|it| it.last_ms.map(|last_ms| (it, last_ms)));
    for (n, (customer, last_ms)) in talked.enumerate() {
        let standing = standing(n, customer, last_ms, now, &people);
        if !store.put_conversation(conversation(customer), standing, now).await? {
            return Ok(false);
        }
        furnishing::at(program, n, conversation(customer), Timestamp(last_ms), &people).await?;
    }
    Ok(true)
}

fn conversation(customer: &Individual) -> ConversationId {
    let platform = match customer.platform {
        simulator::Platform::Instagram => Platform::Instagram,
        simulator::Platform::Page => Platform::Page,
    };
    ConversationId::of(ContactId::of(AccountId::of(platform, &customer.account_id), &customer.id))
}

/// The `n`th conversation, the same at every start.
fn standing(n: usize, customer: &Individual, last_ms: i64, now: Timestamp, people: &[PersonId]) -> Standing {
    if let Some(app) = customer.owner_app_id.as_ref().filter(|it| simulator::is_the_bot(it)) {
        return Standing { state: State::Open, with: With::App(app.clone()) };
    }
    let days_ago = (now.0 - last_ms) / 1000 / DAY_S;
    // Three have names on them, every fourth waits for anybody.
    let with = With::People(people.get(n % 4).copied());
    let state = match days_ago {
        7.. if !n.is_multiple_of(5) => State::Closed,
        1.. if n.is_multiple_of(6) => State::SnoozedUntil(now.plus_s(DAY_S)),
        2.. if n.is_multiple_of(3) => State::Closed,
        _ => State::Open,
    };
    Standing { state, with }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_something_in_every_view() {
        let now = Timestamp(1_794_994_261_000);
        let people = [1, 2, 3].map(PersonId::from_bits);
        let of = |n: usize, days: i64, owner: Option<&str>| {
            let customer = Individual {
                id: n.to_string(),
                account_id: "1".to_owned(),
                platform: simulator::Platform::Page,
                last_ms: None,
                owner_app_id: owner.map(str::to_owned),
            };
            standing(n, &customer, now.0 - days * DAY_S * 1000, now, &people)
        };
        let all: Vec<Standing> = (0..100).map(|n| of(n, i64::try_from(n).unwrap() % 10, None)).collect();
        let count = |wanted: fn(&Standing) -> bool| all.iter().filter(|it| wanted(it)).count();
        assert!(count(|it| it.state == State::Closed) > 10);
        assert!(count(|it| matches!(it.state, State::SnoozedUntil(_))) > 3);
        assert!(count(|it| it.state == State::Open && it.with == With::People(None)) > 5);
        assert!(count(|it| it.state == State::Open && matches!(it.with, With::People(Some(_)))) > 20);
    }
}
