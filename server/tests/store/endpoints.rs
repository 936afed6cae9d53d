//! Endpoints: what each of them is told, in which order, and what becomes of it.

mod losing;

use crate::bed::Bed;
use crate::handing::{assign, hand};
use crate::rows::{self, Thread};
use model::audit::Action;
use model::endpoints::{DeliveryState, Topic};
use model::ids::{ApiTokenId, BotId, ConversationId, EndpointId};
use model::live::Event;
use model::people::Refusal;
use model::person::{PersonId, Role};
use model::time::{DAY_S, HOUR_S, Timestamp};
use model::tokens::Scope;
use server::store::audit::Actor;
use server::store::changes::NewChange;
use server::store::conversations::To;
use server::store::doer::Doer;
use server::store::endpoints::{ClaimDeliveries, Claimed, EndpointAdded, EndpointChange, Fate, NewEndpoint, Replay};
use server::store::tokens::{NewToken, TokenAdded};

crate::on_both!(
    an_endpoint_is_told_what_it_asked_for_from_now_on,
    a_bots_endpoint_hears_of_its_own_conversations,
    the_first_of_a_conversation_goes_first,
    what_fails_is_put_off_and_then_given_up,
    one_that_is_not_there_is_asked_seldom_and_then_told_everything,
    what_a_process_left_behind_is_told_again,
    what_failed_is_told_again_in_its_place,
    a_paused_endpoint_waits_and_a_revoked_token_ends_it,
    an_endpoint_sees_what_its_token_sees,
    only_admins_keep_endpoints,
    what_was_told_goes_after_a_while,
    a_deleted_conversation_takes_along_what_was_to_be_told,
);

pub async fn token(bed: &Bed, name: &str, bot: Option<&str>, scopes: &[Scope]) -> (ApiTokenId, Doer) {
    let token = NewToken {
        id: bed.seams.new_id(),
        name: name.to_owned(),
        fingerprint: format!("fingerprint of {name}"),
        scopes: scopes.to_vec(),
        accounts: Vec::new(),
        bot: bot.map(str::to_owned),
        expires_at: None,
        by: Actor::System,
        now: bed.seams.now(),
        audit_id: bed.seams.new_id(),
        address: None,
    };
    let id = token.id;
    assert_eq!(bed.store.add_token(token).await.unwrap(), Ok(TokenAdded::Yes));
    (id, Doer::Program { token: id, bot: bot.map(BotId::of) })
}

fn new(bed: &Bed, name: &str, token: ApiTokenId, topics: &[Topic]) -> NewEndpoint {
    NewEndpoint {
        id: bed.seams.new_id(),
        name: name.to_owned(),
        url: "https://bot.example/".to_owned(),
        token,
        topics: topics.to_vec(),
        secret: "sealed".to_owned(),
    }
}

pub async fn endpoint(bed: &Bed, by: PersonId, token: ApiTokenId, topics: &[Topic]) -> EndpointId {
    let new = new(bed, "Shop", token, topics);
    let id = new.id;
    let added = bed.store.add_endpoint(bed.deed(by), new).await.unwrap();
    assert_eq!(added, Ok(EndpointAdded::Yes));
    id
}

pub async fn make(bed: &Bed) -> usize {
    while bed.store.number_changes().await.unwrap() > 0 {}
    let mut n = 0;
    while let Some(id) = bed.store.endpoints_behind().await.unwrap().ids.first() {
        n += bed.store.make_deliveries(*id, bed.seams.now()).await.unwrap().n_deliveries;
    }
    n
}

async fn claim_some(bed: &Bed, id: EndpointId, limit: u32) -> Vec<Claimed> {
    let now = bed.seams.now();
    let claim = ClaimDeliveries { now, lease_until: now.plus_s(60), limit, at_a_time: 4 };
    bed.store.claim_deliveries(id, claim).await.unwrap()
}

async fn claim(bed: &Bed, id: EndpointId) -> Vec<Claimed> {
    claim_some(bed, id, 32).await
}

async fn settle(bed: &Bed, claimed: Claimed, fate: Fate) {
    bed.store.settle_delivery(claimed, fate, bed.seams.now()).await.unwrap();
}

async fn deliver(bed: &Bed, claimed: Claimed) {
    settle(bed, claimed, Fate::Delivered { status: 200 }).await;
}

/// Tells everything there is, one after another; what it was, by conversation.
async fn drain(bed: &Bed, id: EndpointId) -> Vec<(ConversationId, Topic, Option<String>)> {
    make(bed).await;
    let mut told = Vec::new();
    loop {
        let claimed = claim_some(bed, id, 1).await;
        if claimed.is_empty() {
            return told;
        }
        for it in claimed {
            told.push((it.conversation, it.topic, it.owner.clone()));
            deliver(bed, it).await;
        }
    }
}

fn failed(again_at: Option<Timestamp>, held_until: Option<Timestamp>) -> Fate {
    let status = held_until.is_none().then_some(500);
    Fate::Failed { status, error: "It answered 500.".to_owned(), again_at, held_until }
}

/// The customer's message is new once more.
async fn say(bed: &Bed, it: &Thread) {
    bed.clock.advance_s(1);
    let revision = bed.seams.now().0;
    let event = Event::Message { conversation_id: it.conversation, message_id: it.message, revision };
    bed.store.note_changes(vec![NewChange::new(event, Some(it.account), bed.seams.now())]).await.unwrap();
}

async fn states(bed: &Bed, id: EndpointId) -> Vec<DeliveryState> {
    let log = bed.store.list_deliveries(id, false, 100).await.unwrap();
    log.into_iter().rev().map(|it| it.state).collect()
}

async fn an_endpoint_is_told_what_it_asked_for_from_now_on(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    let (read, _) = token(&bed, "Shop", None, &[Scope::Read]).await;
    say(&bed, &it).await;
    make(&bed).await;
    let all = endpoint(&bed, mia, read, &Topic::ALL).await;
    let states_only = endpoint(&bed, mia, read, &[Topic::State]).await;
    assert_eq!(make(&bed).await, 0, "what was before is not told");
    let (_, kiln) = token(&bed, "Orders", Some("Kiln"), &[Scope::Read]).await;
    let told = async || drain(&bed, all).await.into_iter().map(|it| (it.1, it.2)).collect::<Vec<_>>();
    say(&bed, &it).await;
    assert_eq!(told().await, [(Topic::Message, None)]);
    assign(&bed, &it, mia.into(), Some(mia)).await;
    assert_eq!(told().await, [(Topic::Assignment, None)]);
    bed.clock.advance_s(90);
    assign(&bed, &it, mia.into(), None).await;
    assert_eq!(told().await, [(Topic::Assignment, None)]);
    hand(&bed, &it, kiln, To::Bot, None).await;
    assert_eq!(told().await, [(Topic::Ownership, Some("bot".to_owned()))]);
    assert_eq!(drain(&bed, states_only).await, []);
    assert_eq!(make(&bed).await, 0, "nothing twice");
}

async fn a_bots_endpoint_hears_of_its_own_conversations(bed: Bed) {
    let (it, other) = (rows::thread(&bed.url, &bed.seams).await, rows::thread(&bed.url, &bed.seams).await);
    let mia = bed.somebody("Mia", Role::Admin).await;
    let (own, kiln) = token(&bed, "Orders", Some("Kiln"), &[Scope::Read]).await;
    let id = endpoint(&bed, mia, own, &[Topic::Message]).await;
    say(&bed, &it).await;
    say(&bed, &other).await;
    assert_eq!(drain(&bed, id).await, [], "people's");
    hand(&bed, &it, kiln, To::Bot, None).await;
    assert_eq!(drain(&bed, id).await, [(it.conversation, Topic::Ownership, Some("bot".to_owned()))]);
    say(&bed, &it).await;
    say(&bed, &other).await;
    assert_eq!(drain(&bed, id).await, [(it.conversation, Topic::Message, None)]);
    assign(&bed, &it, mia.into(), Some(mia)).await;
    say(&bed, &it).await;
    assert_eq!(drain(&bed, id).await, [(it.conversation, Topic::Ownership, Some("human".to_owned()))]);
    let (_, glaze) = token(&bed, "Others", Some("Glaze"), &[Scope::Read]).await;
    hand(&bed, &other, glaze, To::Bot, None).await;
    say(&bed, &other).await;
    assert_eq!(drain(&bed, id).await, [], "another bot's");
    // A message and the taking of its conversation at once: both are told, in this order.
    assign(&bed, &it, mia.into(), None).await;
    drain(&bed, id).await;
    bed.execute(&format!(
        "update conversations set owner = 'bot', owner_bot_id = '{}' where id = '{}'",
        BotId::of("Kiln"),
        it.conversation
    ))
    .await;
    say(&bed, &it).await;
    let told: Vec<_> = drain(&bed, id).await.into_iter().map(|it| it.1).collect();
    assert_eq!(told, [Topic::Ownership, Topic::Message]);
}

async fn the_first_of_a_conversation_goes_first(bed: Bed) {
    let (one, two) = (rows::thread(&bed.url, &bed.seams).await, rows::thread(&bed.url, &bed.seams).await);
    let mia = bed.somebody("Mia", Role::Admin).await;
    let (read, _) = token(&bed, "Shop", None, &[Scope::Read]).await;
    let id = endpoint(&bed, mia, read, &Topic::ALL).await;
    for it in [&one, &one, &two, &one] {
        say(&bed, it).await;
    }
    assert_eq!(make(&bed).await, 4);
    let due = bed.store.endpoints_due(bed.seams.now()).await.unwrap();
    assert_eq!((due.ids, due.next_at), (vec![id], None));
    let mut claimed = claim(&bed, id).await;
    claimed.sort_by_key(|it| it.key);
    let conversations: Vec<_> = claimed.iter().map(|it| it.conversation).collect();
    assert_eq!(conversations, [one.conversation, two.conversation], "one of each is on its way");
    assert!(claim(&bed, id).await.is_empty());
    say(&bed, &one).await;
    make(&bed).await;
    assert!(claim(&bed, id).await.is_empty(), "what is made meanwhile waits too");
    let first = claimed.remove(0);
    let again_at = Some(bed.seams.now().plus_s(60));
    settle(&bed, first.clone(), failed(again_at, None)).await;
    deliver(&bed, claimed.remove(0)).await;
    assert!(claim(&bed, id).await.is_empty(), "only its own later ones are held back, and they are");
    say(&bed, &two).await;
    make(&bed).await;
    assert_eq!(claim(&bed, id).await.len(), 1, "the other conversation goes on");
    bed.clock.advance_s(60);
    let again = claim(&bed, id).await.remove(0);
    assert_eq!((again.key, again.attempts), (first.key, 2));
    // What somebody else has claimed meanwhile is not settled by whoever had it before.
    settle(&bed, first, Fate::Delivered { status: 200 }).await;
    let log = bed.store.list_deliveries(id, false, 100).await.unwrap();
    assert_eq!(log.iter().find(|it| it.key == again.key).unwrap().state, DeliveryState::Running);
}

async fn what_fails_is_put_off_and_then_given_up(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    let (read, _) = token(&bed, "Shop", None, &[Scope::Read]).await;
    let id = endpoint(&bed, mia, read, &Topic::ALL).await;
    say(&bed, &it).await;
    say(&bed, &it).await;
    make(&bed).await;
    let first = claim(&bed, id).await.remove(0);
    let (since, later) = (bed.seams.now(), bed.seams.now().plus_s(HOUR_S));
    settle(&bed, first, failed(Some(later), None)).await;
    let due = bed.store.endpoints_due(bed.seams.now()).await.unwrap();
    assert_eq!((due.ids.len(), due.next_at), (0, Some(later)));
    let listed = bed.store.list_endpoints(bed.seams.now()).await.unwrap().remove(0);
    assert_eq!((listed.failing_since, listed.n_waiting, listed.n_failed), (Some(since), 2, 0));
    bed.clock.advance_s(HOUR_S);
    let again = claim(&bed, id).await.remove(0);
    settle(&bed, again, failed(None, None)).await;
    assert_eq!(states(&bed, id).await, [DeliveryState::Failed, DeliveryState::Ready], "the next one is due");
    let log = bed.store.list_deliveries(id, true, 100).await.unwrap();
    assert_eq!((log.len(), log[0].status, log[0].error.as_deref()), (1, Some(500), Some("It answered 500.")));
    let next = claim(&bed, id).await.remove(0);
    deliver(&bed, next).await;
    let listed = bed.store.list_endpoints(bed.seams.now()).await.unwrap().remove(0);
    assert_eq!((listed.failing_since, listed.n_waiting, listed.n_failed), (None, 0, 1));
}

async fn one_that_is_not_there_is_asked_seldom_and_then_told_everything(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    let (read, _) = token(&bed, "Shop", None, &[Scope::Read]).await;
    let id = endpoint(&bed, mia, read, &Topic::ALL).await;
    for _ in 0..6 {
        let it = rows::thread(&bed.url, &bed.seams).await;
        say(&bed, &it).await;
    }
    make(&bed).await;
    let claimed = claim(&bed, id).await;
    assert_eq!(claimed.len(), 4, "no more at a time");
    let until = bed.seams.now().plus_s(30);
    for it in claimed {
        settle(&bed, it, failed(Some(bed.seams.now().plus_s(HOUR_S)), Some(until))).await;
    }
    assert!(claim(&bed, id).await.is_empty(), "it is held");
    assert_eq!(bed.store.endpoints_due(bed.seams.now()).await.unwrap().next_at, Some(until));
    bed.clock.advance_s(30);
    let one = claim(&bed, id).await;
    assert_eq!(one.len(), 1, "one shows whether it is there again");
    assert!(claim(&bed, id).await.is_empty());
    deliver(&bed, one.into_iter().next().unwrap()).await;
    assert_eq!(claim(&bed, id).await.len(), 4, "then everything is due");
}

async fn what_a_process_left_behind_is_told_again(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    let (read, _) = token(&bed, "Shop", None, &[Scope::Read]).await;
    let id = endpoint(&bed, mia, read, &Topic::ALL).await;
    say(&bed, &it).await;
    say(&bed, &it).await;
    make(&bed).await;
    let first = claim(&bed, id).await.remove(0);
    assert_eq!(bed.store.orphan_deliveries(false, bed.seams.now()).await.unwrap(), 0, "its lease runs");
    bed.clock.advance_s(60);
    assert_eq!(bed.store.orphan_deliveries(false, bed.seams.now()).await.unwrap(), 1);
    let again = claim(&bed, id).await.remove(0);
    assert_eq!((again.key, again.attempts), (first.key, 2), "under the same name");
    assert_eq!(
        bed.store.orphan_deliveries(true, bed.seams.now()).await.unwrap(),
        1,
        "whoever serves alone need not wait"
    );
}

async fn what_failed_is_told_again_in_its_place(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    let (read, _) = token(&bed, "Shop", None, &[Scope::Read]).await;
    let id = endpoint(&bed, mia, read, &Topic::ALL).await;
    for _ in 0..3 {
        say(&bed, &it).await;
    }
    make(&bed).await;
    let mut keys = Vec::new();
    for _ in 0..2 {
        let first = claim(&bed, id).await.remove(0);
        keys.push(first.key);
        settle(&bed, first, failed(None, None)).await;
    }
    let third = claim(&bed, id).await.remove(0);
    assert_eq!(bed.store.replay_deliveries(bed.deed(mia), id, Replay::AllFailed).await.unwrap(), Ok(2));
    assert_eq!(bed.last_action().await.0, Action::EndpointReplayed);
    assert!(claim(&bed, id).await.is_empty(), "one is on its way");
    deliver(&bed, third.clone()).await;
    for key in keys {
        let next = claim(&bed, id).await.remove(0);
        assert_eq!((next.key, next.attempts), (key, 1));
        deliver(&bed, next).await;
    }
    assert_eq!(bed.store.replay_deliveries(bed.deed(mia), id, Replay::AllFailed).await.unwrap(), Ok(0));
    assert_eq!(bed.store.replay_deliveries(bed.deed(mia), id, Replay::One(third.key)).await.unwrap(), Ok(1));
    assert_eq!(claim(&bed, id).await.remove(0).key, third.key);
    let nowhere = model::endpoints::DeliveryKey { seq: 999, ..third.key };
    assert_eq!(bed.store.replay_deliveries(bed.deed(mia), id, Replay::One(nowhere)).await.unwrap(), Ok(0));
}

async fn a_paused_endpoint_waits_and_a_revoked_token_ends_it(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    let (read, _) = token(&bed, "Shop", None, &[Scope::Read]).await;
    let id = endpoint(&bed, mia, read, &Topic::ALL).await;
    let change = |change| bed.store.change_endpoint(bed.deed(mia), id, change);
    assert_eq!(change(EndpointChange::Pause).await.unwrap(), Ok(true));
    assert_eq!(bed.last_action().await.0, Action::EndpointPaused);
    assert_eq!(change(EndpointChange::Pause).await.unwrap(), Ok(false));
    say(&bed, &it).await;
    assert_eq!(make(&bed).await, 1);
    assert!(claim(&bed, id).await.is_empty());
    assert_eq!(bed.store.endpoints_due(bed.seams.now()).await.unwrap().ids, []);
    assert_eq!(change(EndpointChange::Resume).await.unwrap(), Ok(true));
    let waited = claim(&bed, id).await.remove(0);
    deliver(&bed, waited).await;
    say(&bed, &it).await;
    make(&bed).await;
    bed.store.revoke_token(bed.deed(mia), read).await.unwrap().unwrap();
    assert!(claim(&bed, id).await.is_empty());
    say(&bed, &it).await;
    assert_eq!(make(&bed).await, 0, "nothing more is made, and it holds the feed back for nobody");
    assert!(bed.store.endpoints_behind().await.unwrap().ids.is_empty());
    assert!(bed.store.list_endpoints(bed.seams.now()).await.unwrap()[0].is_shut_out);
    assert_eq!(change(EndpointChange::Delete).await.unwrap(), Ok(true));
    assert_eq!(bed.last_action().await.0, Action::EndpointDeleted);
    assert!(bed.store.endpoints_behind().await.unwrap().is_nobody);
}

async fn an_endpoint_sees_what_its_token_sees(bed: Bed) {
    let (it, hidden) = (rows::thread(&bed.url, &bed.seams).await, rows::thread(&bed.url, &bed.seams).await);
    let mia = bed.somebody("Mia", Role::Admin).await;
    let (read, _) = token(&bed, "Shop", None, &[Scope::Read]).await;
    bed.execute(&format!(
        "update api_tokens set scopes = 'read some_accounts';
         insert into api_token_accounts (token_id, account_id) values ('{read}', '{}')",
        it.account
    ))
    .await;
    let id = endpoint(&bed, mia, read, &Topic::ALL).await;
    say(&bed, &it).await;
    say(&bed, &hidden).await;
    make(&bed).await;
    let claimed = claim(&bed, id).await;
    assert_eq!(claimed.iter().map(|it| it.conversation).collect::<Vec<_>>(), [it.conversation]);
    assert!(claimed[0].sight.includes(it.account) && !claimed[0].sight.includes(hidden.account));
}

async fn only_admins_keep_endpoints(bed: Bed) {
    let (mia, ines) = (bed.somebody("Mia", Role::Admin).await, bed.somebody("Ines", Role::Agent).await);
    let (read, _) = token(&bed, "Shop", Some("Kiln"), &[Scope::Read]).await;
    let (write, _) = token(&bed, "Other", None, &[Scope::Write]).await;
    let id = endpoint(&bed, mia, read, &Topic::ALL).await;
    let add = |by, token| bed.store.add_endpoint(bed.deed(by), new(&bed, "Two", token, &Topic::ALL));
    assert_eq!(add(ines, read).await.unwrap(), Err(Refusal::NotAllowed));
    assert_eq!(add(mia, write).await.unwrap(), Ok(EndpointAdded::CannotRead));
    assert_eq!(add(mia, bed.seams.new_id()).await.unwrap(), Ok(EndpointAdded::NoToken));
    let refused = bed.store.change_endpoint(bed.deed(ines), id, EndpointChange::Delete).await.unwrap();
    assert_eq!(refused, Err(Refusal::NotAllowed));
    let refused = bed.store.replay_deliveries(bed.deed(ines), id, Replay::AllFailed).await.unwrap();
    assert_eq!(refused, Err(Refusal::NotAllowed));
    let kiln = BotId::of("Kiln");
    assert_eq!(bed.store.limit_bot(bed.deed(ines), kiln, Some(60)).await.unwrap(), Err(Refusal::NotAllowed));
    assert_eq!(bed.store.limit_bot(bed.deed(mia), kiln, Some(60)).await.unwrap(), Ok(true));
    assert_eq!(bed.last_action().await.0, Action::BotLimited);
    assert_eq!(bed.store.limit_bot(bed.deed(mia), bed.seams.new_id(), None).await.unwrap(), Ok(false));
    assert_eq!(bed.store.list_bots().await.unwrap()[0].answers_within_s, Some(60));
    let listed = bed.store.list_endpoints(bed.seams.now()).await.unwrap();
    assert_eq!((listed.len(), listed[0].bot.as_deref(), listed[0].token.as_str()), (1, Some("Kiln"), "Shop"));
}

async fn what_was_told_goes_after_a_while(bed: Bed) {
    let (it, other) = (rows::thread(&bed.url, &bed.seams).await, rows::thread(&bed.url, &bed.seams).await);
    let mia = bed.somebody("Mia", Role::Admin).await;
    let (read, _) = token(&bed, "Shop", None, &[Scope::Read]).await;
    let id = endpoint(&bed, mia, read, &Topic::ALL).await;
    say(&bed, &it).await;
    drain(&bed, id).await;
    say(&bed, &other).await;
    say(&bed, &other).await;
    make(&bed).await;
    assert_eq!(bed.store.purge_deliveries(bed.seams.now().plus_s(-DAY_S), 100).await.unwrap(), 0);
    let later = bed.seams.now().plus_s(DAY_S);
    assert_eq!(bed.store.purge_deliveries(later, 100).await.unwrap(), 1);
    assert_eq!(states(&bed, id).await, [DeliveryState::Ready, DeliveryState::Waiting]);
    assert_eq!(bed.store.purge_deliveries(later, 100).await.unwrap(), 2, "nobody told them in so long a time");
    assert_eq!(bed.store.purge_deliveries(later, 100).await.unwrap(), 0);
    say(&bed, &other).await;
    assert_eq!(drain(&bed, id).await.len(), 1, "and nothing is stuck behind them");
}

async fn a_deleted_conversation_takes_along_what_was_to_be_told(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    let (read, _) = token(&bed, "Shop", None, &[Scope::Read]).await;
    let id = endpoint(&bed, mia, read, &Topic::ALL).await;
    say(&bed, &it).await;
    make(&bed).await;
    let claimed = claim(&bed, id).await.remove(0);
    say(&bed, &it).await;
    bed.execute("delete from conversations").await;
    assert_eq!(make(&bed).await, 0);
    deliver(&bed, claimed).await;
    assert!(states(&bed, id).await.is_empty());
}
