//! Who is on their way to Meta and back, and how accounts are connected and disconnected.

use crate::bed::Bed;
use model::audit::Action;
use model::ids::{AccountId, ConnectChoiceId};
use model::person::{PersonId, Role};
use model::platform::{Login, Platform};
use model::teams::TeamRefusal;
use model::time::Timestamp;
use server::store::accounts::{AccountAdded, AccountState, NewAccount, TokenDeath, Told};
use server::store::audit::{Actor, Subject};
use server::store::connecting::{ConnectAttempt, ConnectChoice, TakenAttempt, Visitor};
use server::store::history::{GAP_BEFORE_S, Why};
use server::store::teams::RunChange;

crate::on_both!(
    a_way_back_is_good_once_for_whoever_began_it,
    what_ran_out_is_no_way_back,
    of_many_ways_the_oldest_are_forgotten,
    of_two_who_come_back_at_once_one_is_let_in,
    a_choice_is_there_for_whoever_has_it_until_it_is_made,
    an_account_is_connected_with_what_meta_told,
    both_logins_are_one_account_with_two_tokens,
    disconnecting_forgets_the_tokens_and_nothing_else,
    what_was_said_before_and_meanwhile_is_asked_for,
    a_name_that_was_given_here_stays,
    a_page_is_used_by_what_is_linked_to_it,
    an_agent_connects_nothing,
);

const SHOP: &str = "17841400000000001";
const PAGE: &str = "102030405060701";

fn shop() -> AccountId {
    AccountId::of(Platform::Instagram, SHOP)
}

fn by(person: PersonId, session: &str) -> Visitor {
    Visitor { person, session: session.to_owned() }
}

fn attempt(bed: &Bed, state: &str, by: Visitor) -> ConnectAttempt {
    let now = bed.seams.now();
    ConnectAttempt {
        state_hash: state.to_owned(),
        by,
        login: Login::Page,
        app: "900".to_owned(),
        verifier: Some("s1.sealed".to_owned()),
        now,
        expires_at: now.plus_s(600),
    }
}

async fn take(bed: &Bed, state: &str, by: Visitor) -> Option<TakenAttempt> {
    bed.store.take_attempt(state.to_owned(), by, bed.seams.now()).await.unwrap()
}

fn change(bed: &Bed, by: PersonId) -> RunChange {
    bed.clock.advance_s(1);
    let (now, audit_id, change_id) = (bed.seams.now(), bed.seams.new_id(), bed.seams.new_id());
    RunChange { by, now, audit_id, change_id, address: Some("192.0.2.1".to_owned()) }
}

async fn connect(bed: &Bed, by: PersonId, account: NewAccount) -> Result<AccountAdded, TeamRefusal> {
    bed.store.connect_account(change(bed, by), account).await.unwrap()
}

async fn a_way_back_is_good_once_for_whoever_began_it(bed: Bed) {
    let (mia, noah) = (bed.somebody("Mia", Role::Admin).await, bed.somebody("Noah", Role::Admin).await);
    let begun = attempt(&bed, "one", by(mia, "at home"));
    bed.store.begin_connecting(begun).await.unwrap().unwrap();
    assert_eq!(take(&bed, "another", by(mia, "at home")).await, None, "forged");
    assert_eq!(take(&bed, "one", by(noah, "at home")).await, None, "of somebody else");
    assert_eq!(take(&bed, "one", by(mia, "at work")).await, None, "begun in another browser");
    let taken = TakenAttempt { login: Login::Page, app: "900".to_owned(), verifier: Some("s1.sealed".to_owned()) };
    assert_eq!(take(&bed, "one", by(mia, "at home")).await, Some(taken), "what was tried in vain changed nothing");
    assert_eq!(take(&bed, "one", by(mia, "at home")).await, None, "used already");
}

async fn what_ran_out_is_no_way_back(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    bed.store.begin_connecting(attempt(&bed, "one", by(mia, "s"))).await.unwrap().unwrap();
    bed.clock.advance_s(600);
    assert_eq!(take(&bed, "one", by(mia, "s")).await, None);
    bed.store.begin_connecting(attempt(&bed, "two", by(mia, "s"))).await.unwrap().unwrap();
    let kept = bed.value("select min(state_hash) from connect_attempts").await;
    assert_eq!(kept.as_deref(), Some("two"), "it is forgotten when the next one begins");
}

async fn of_many_ways_the_oldest_are_forgotten(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    for n in 0..25 {
        bed.clock.advance_s(1);
        bed.store.begin_connecting(attempt(&bed, &format!("{n:02}"), by(mia, "s"))).await.unwrap().unwrap();
    }
    assert!(take(&bed, "04", by(mia, "s")).await.is_none());
    assert!(take(&bed, "05", by(mia, "s")).await.is_some());
}

async fn of_two_who_come_back_at_once_one_is_let_in(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    bed.store.begin_connecting(attempt(&bed, "one", by(mia, "s"))).await.unwrap().unwrap();
    let tries: Vec<_> = (0..4)
        .map(|_| {
            let (store, now, by) = (bed.store.clone(), bed.seams.now(), by(mia, "s"));
            tokio::spawn(async move { store.take_attempt("one".to_owned(), by, now).await.unwrap().is_some() })
        })
        .collect();
    let mut n_in = 0;
    for one in tries {
        n_in += u32::from(one.await.unwrap());
    }
    assert_eq!(n_in, 1);
}

async fn a_choice_is_there_for_whoever_has_it_until_it_is_made(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    let (id, now): (ConnectChoiceId, _) = (bed.seams.new_id(), bed.seams.now());
    let choice = ConnectChoice {
        id,
        by: by(mia, "s"),
        app: "900".to_owned(),
        token: "s1.sealed".to_owned(),
        scopes: vec!["pages_messaging".to_owned()],
        now,
        expires_at: now.plus_s(60),
    };
    bed.store.keep_choice(choice.clone()).await.unwrap().unwrap();
    let find = async |by| bed.store.find_choice(id, by, bed.seams.now()).await.unwrap();
    assert_eq!(find(by(mia, "s")).await, Some(choice.clone()));
    assert_eq!(find(by(mia, "s")).await, Some(choice.clone()), "looking does not take it away");
    assert_eq!(find(by(mia, "another")).await, None);
    let noah = bed.somebody("Noah", Role::Admin).await;
    assert_eq!(find(by(noah, "s")).await, None);
    bed.store.drop_choice(id).await.unwrap();
    assert_eq!(find(by(mia, "s")).await, None);
    bed.store.keep_choice(choice).await.unwrap().unwrap();
    bed.clock.advance_s(60);
    assert_eq!(find(by(mia, "s")).await, None, "it ran out");
}

async fn an_account_is_connected_with_what_meta_told(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    bed.clock.advance_s(1);
    let expires_at = bed.seams.now().plus_s(5_000_000);
    let told = Told {
        username: Some("luna.ceramics".to_owned()),
        scoped_id: Some("26118273645500912".to_owned()),
        page_id: None,
        app: Some("900".to_owned()),
        scopes: vec!["instagram_business_basic".to_owned()],
        expires_at: Some(expires_at),
        refresh_at: Some(bed.seams.now().plus_s(2_500_000)),
    };
    let new = NewAccount { told, ..bed.account(Platform::Instagram, SHOP, "one") };
    assert_eq!(connect(&bed, mia, new).await, Ok(AccountAdded::New));
    assert_eq!(bed.last_action().await.2, Some(Subject::Account(shop())));
    let known = bed.store.list_health().await.unwrap().remove(0);
    assert_eq!((known.account.external_id.as_str(), known.tokens.len()), (SHOP, 1));
    let known = &known.tokens[0];
    assert_eq!((known.token.login, known.token.works, known.expires_at), (Login::Instagram, true, Some(expires_at)));
    assert_eq!(known.granted, ["instagram_business_basic"]);
    let account = bed.store.find_account(shop()).await.unwrap().unwrap();
    assert_eq!(account.username.as_deref(), Some("luna.ceramics"));
    assert_eq!(bed.store.find_account_token(shop()).await.unwrap().unwrap().app.as_deref(), Some("900"));
    let due = bed.store.claim_refreshes(Timestamp(expires_at.0 - 2_600_000_000), expires_at, 10).await.unwrap();
    assert!(due.is_empty(), "its turn is told");
    assert_eq!(bed.store.claim_refreshes(expires_at, expires_at, 10).await.unwrap().len(), 1);
    // Again, paused, by somebody who knows less.
    bed.execute("update accounts set state = 'paused'").await;
    let again = bed.account(Platform::Instagram, SHOP, "two");
    assert_eq!(connect(&bed, mia, again).await, Ok(AccountAdded::Renewed));
    let account = bed.store.find_account(shop()).await.unwrap().unwrap();
    assert_eq!((account.state, account.username.as_deref()), (AccountState::Paused, Some("luna.ceramics")));
    let known = bed.store.list_health().await.unwrap().remove(0).tokens.remove(0);
    assert_eq!((known.granted.len(), known.expires_at), (0, None), "nobody knows of the new one");
}

async fn both_logins_are_one_account_with_two_tokens(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    let own = bed.account(Platform::Instagram, SHOP, "own");
    connect(&bed, mia, own).await.unwrap();
    let told = Told { page_id: Some(PAGE.to_owned()), ..Told::default() };
    let linked = NewAccount { login: Login::Page, told, ..bed.account(Platform::Instagram, SHOP, "of the page") };
    assert_eq!(connect(&bed, mia, linked).await, Ok(AccountAdded::Renewed));
    let known = bed.store.list_health().await.unwrap();
    assert_eq!(known.len(), 1);
    let logins: Vec<_> = known[0].tokens.iter().map(|it| it.token.login).collect();
    assert_eq!(logins, [Login::Instagram, Login::Page]);
}

async fn disconnecting_forgets_the_tokens_and_nothing_else(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    let new = bed.account(Platform::Instagram, SHOP, "one");
    connect(&bed, mia, new).await.unwrap();
    let contact = bed.contact(shop(), "501").await;
    let death = TokenDeath {
        account: shop(),
        login: Login::Instagram,
        sealed: "one".to_owned(),
        reason: "Session has expired (190/463)".to_owned(),
        now: bed.seams.now(),
        incident_id: bed.seams.new_id(),
    };
    assert!(bed.store.token_died(death).await.unwrap());
    let disconnect = async || bed.store.disconnect_account(change(&bed, mia), shop()).await.unwrap();
    assert_eq!(disconnect().await, Ok(()));
    assert_eq!(bed.last_action().await, (Action::AccountDisconnected, Some(mia), Some(Subject::Account(shop()))));
    assert_eq!(bed.store.find_account(shop()).await.unwrap().unwrap().state, AccountState::Disconnected);
    assert!(bed.store.list_account_tokens().await.unwrap().is_empty());
    assert!(bed.store.list_open_incidents(10).await.unwrap().is_empty(), "there is no token that could be dead");
    let kept = bed.value("select id from contacts").await;
    assert_eq!(kept, Some(contact.to_string()));
    assert_eq!(disconnect().await, Err(TeamRefusal::NotThere), "it is so already");
    let again = bed.account(Platform::Instagram, SHOP, "two");
    assert_eq!(connect(&bed, mia, again).await, Ok(AccountAdded::Renewed));
    assert_eq!(bed.store.find_account(shop()).await.unwrap().unwrap().state, AccountState::Active);
}

async fn what_was_said_before_and_meanwhile_is_asked_for(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    let asked = async || {
        let all = bed.store.list_history(shop(), 10).await.unwrap();
        let mut all: Vec<_> = all.into_iter().map(|it| (it.why, it.since)).collect();
        all.sort_by_key(|it| it.1);
        all
    };
    let link = |token: &str| NewAccount { wants_history: true, ..bed.account(Platform::Instagram, SHOP, token) };
    connect(&bed, mia, link("one")).await.unwrap();
    assert_eq!(asked().await, [(Why::Connected, None)]);
    bed.execute("update backfills set state = 'done'").await;
    connect(&bed, mia, link("two")).await.unwrap();
    assert_eq!(asked().await, [(Why::Connected, None)], "a new token alone is no reason to read it again");
    let left = change(&bed, mia);
    let left_at = left.now;
    bed.store.disconnect_account(left, shop()).await.unwrap().unwrap();
    bed.clock.advance_s(86_400);
    connect(&bed, mia, link("three")).await.unwrap();
    let since = Some(left_at.plus_s(-GAP_BEFORE_S));
    assert_eq!(asked().await, [(Why::Connected, None), (Why::Gap, since)]);
    bed.execute("update backfills set state = 'done'").await;
    connect(&bed, mia, link("four")).await.unwrap();
    assert_eq!(asked().await.len(), 2, "there is no gap any more");
}

async fn a_name_that_was_given_here_stays(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    let called = |name: &str| NewAccount { name: name.to_owned(), ..bed.account(Platform::Instagram, SHOP, name) };
    bed.store.add_account(called("The shop")).await.unwrap();
    let by_mia = NewAccount { actor: Actor::Person(mia), ..called("luna.ceramics") };
    connect(&bed, mia, by_mia).await.unwrap();
    assert_eq!(bed.store.find_account(shop()).await.unwrap().unwrap().name, "The shop");
}

async fn a_page_is_used_by_what_is_linked_to_it(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    let page = AccountId::of(Platform::Page, PAGE);
    let new = bed.account(Platform::Page, PAGE, "page");
    connect(&bed, mia, new).await.unwrap();
    let is_used = async |id| bed.store.shares_page(id).await.unwrap();
    assert!(!is_used(page).await);
    let told = Told { page_id: Some(PAGE.to_owned()), ..Told::default() };
    let linked = NewAccount { login: Login::Page, told, ..bed.account(Platform::Instagram, SHOP, "linked") };
    connect(&bed, mia, linked).await.unwrap();
    assert!(is_used(page).await && is_used(shop()).await);
    bed.store.disconnect_account(change(&bed, mia), shop()).await.unwrap().unwrap();
    assert!(!is_used(page).await);
}

async fn an_agent_connects_nothing(bed: Bed) {
    let ines = bed.somebody("Ines", Role::Agent).await;
    let refused = Err(TeamRefusal::NotAllowed);
    let begun = attempt(&bed, "one", by(ines, "s"));
    assert_eq!(bed.store.begin_connecting(begun).await.unwrap(), refused);
    let now = bed.seams.now();
    let choice = ConnectChoice {
        id: bed.seams.new_id(),
        by: by(ines, "s"),
        app: "900".to_owned(),
        token: "s1.sealed".to_owned(),
        scopes: Vec::new(),
        now,
        expires_at: now.plus_s(60),
    };
    assert_eq!(bed.store.keep_choice(choice).await.unwrap(), refused);
    let new = bed.account(Platform::Instagram, SHOP, "one");
    assert_eq!(connect(&bed, ines, new).await, Err(TeamRefusal::NotAllowed));
    assert!(bed.store.list_accounts().await.unwrap().is_empty());
    bed.store.add_account(bed.account(Platform::Instagram, SHOP, "one")).await.unwrap();
    assert_eq!(bed.store.disconnect_account(change(&bed, ines), shop()).await.unwrap(), refused);
}
