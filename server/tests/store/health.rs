use crate::bed::Bed;
use model::audit::Action;
use model::health::{Ends, Signatures, Tag};
use model::ids::AccountId;
use model::needs::fields;
use model::person::Role;
use model::platform::{Login, Platform};
use server::store::accounts::{NewAccount, TokenDeath, incident};
use server::store::health::{Answer, FIRST_AFTER_S, KnownHealth, Look, LookIds, Subscription, Told, Watched};

crate::on_both!(
    an_account_is_looked_at_when_its_turn_comes,
    of_two_processes_one_looks,
    only_what_works_is_looked_at,
    what_meta_says_is_kept,
    a_subscription_that_vanished_is_told_once_and_what_was_missed_is_known,
    a_first_look_that_finds_nothing_is_no_news,
    a_permission_is_missing_until_it_is_granted,
    what_is_said_of_an_older_token_or_of_earlier_does_not_count,
    what_is_wrong_through_one_login_lasts_until_it_is_well_through_both,
    what_was_posted_is_counted_by_the_hour,
);

const SHOP: &str = "17841400000000001";
const COMMENTS: &str = "instagram_business_manage_comments";
const MESSAGES: &str = "instagram_business_manage_messages";

fn id() -> AccountId {
    AccountId::of(Platform::Instagram, SHOP)
}

async fn connected(bed: &Bed) {
    bed.store.add_account(bed.account(Platform::Instagram, SHOP, "one")).await.unwrap();
}

fn words(of: &[&str]) -> Vec<String> {
    of.iter().map(|it| (*it).to_owned()).collect()
}

fn told(subscription: Subscription) -> Told {
    let is_lost = matches!(subscription, Subscription::Lost { .. });
    let fields = if is_lost { Vec::new() } else { words(&fields(Login::Instagram)) };
    Told { fields, subscription, missing: Vec::new(), is_hampered: false, granted: None, ends: None }
}

fn look(bed: &Bed, answer: Answer) -> Look {
    Look {
        account: id(),
        login: Login::Instagram,
        sealed: "one".to_owned(),
        at: bed.seams.now(),
        clock_ms: Some(700),
        answer,
        ids: LookIds {
            subscription: bed.seams.new_id(),
            permission: bed.seams.new_id(),
            change: bed.seams.new_id(),
            audit: bed.seams.new_id(),
        },
    }
}

async fn save(bed: &Bed, answer: Answer) -> Watched {
    bed.clock.advance_s(1);
    bed.store.save_look(look(bed, answer)).await.unwrap().unwrap()
}

async fn saved(bed: &Bed, subscription: Subscription) -> Watched {
    save(bed, Answer::Told(told(subscription))).await
}

async fn known(bed: &Bed) -> KnownHealth {
    bed.store.list_health().await.unwrap().into_iter().find(|it| it.account.id == id()).unwrap()
}

async fn claimed(bed: &Bed) -> usize {
    let now = bed.seams.now();
    bed.store.claim_watches(now, now.plus_s(300), 10).await.unwrap().len()
}

async fn an_account_is_looked_at_when_its_turn_comes(bed: Bed) {
    connected(&bed).await;
    bed.clock.advance_s(FIRST_AFTER_S - 1);
    assert_eq!(claimed(&bed).await, 0, "whoever connected it looks themselves");
    bed.clock.advance_s(1);
    let now = bed.seams.now();
    let due = bed.store.claim_watches(now, now.plus_s(300), 10).await.unwrap();
    assert_eq!((due.len(), due[0].platform, due[0].was_whole), (1, Platform::Instagram, false));
    assert_eq!((due[0].token.sealed.as_str(), due[0].token.login), ("one", Login::Instagram));
    assert!(due[0].fields.is_empty() && due[0].granted.is_empty());
    assert_eq!(claimed(&bed).await, 0);
    bed.clock.advance_s(299);
    assert_eq!(claimed(&bed).await, 0);
    bed.clock.advance_s(1);
    assert_eq!(claimed(&bed).await, 1);
    assert_eq!(bed.store.watch_now(id()).await.unwrap().len(), 1, "somebody wants to know");
    assert!(bed.store.watch_now(bed.seams.new_id()).await.unwrap().is_empty());
}

async fn of_two_processes_one_looks(bed: Bed) {
    let stores = crate::sends::two_stores(&bed).await;
    connected(&bed).await;
    for _ in 0..10 {
        bed.clock.advance_s(301);
        let now = bed.seams.now();
        let tasks = stores.clone().map(|store| {
            tokio::spawn(async move { store.claim_watches(now, now.plus_s(300), 10).await.unwrap().len() })
        });
        let mut n_claimed = 0;
        for task in tasks {
            n_claimed += task.await.unwrap();
        }
        assert_eq!(n_claimed, 1);
    }
}

async fn only_what_works_is_looked_at(bed: Bed) {
    connected(&bed).await;
    bed.an_account("17841400000000002").await;
    for (state, expected) in [("paused", 1), ("disconnected", 0), ("deleting", 0), ("active", 1)] {
        bed.clock.advance_s(400);
        bed.execute(&format!("update accounts set state = '{state}'")).await;
        assert_eq!(claimed(&bed).await, expected, "{state}");
    }
    let death = TokenDeath {
        account: id(),
        login: Login::Instagram,
        sealed: "one".to_owned(),
        reason: "(190)".to_owned(),
        now: bed.seams.now(),
        incident_id: bed.seams.new_id(),
    };
    bed.store.token_died(death).await.unwrap();
    bed.clock.advance_s(400);
    assert_eq!(claimed(&bed).await, 0);
    assert!(bed.store.watch_now(id()).await.unwrap().is_empty());
    assert_eq!(bed.store.save_look(look(&bed, Answer::None("late".to_owned()))).await.unwrap(), None);
    let dead = known(&bed).await;
    assert_eq!((dead.tokens[0].token.works, dead.incidents), (false, words(&[incident::TOKEN_DEAD])));
}

async fn what_meta_says_is_kept(bed: Bed) {
    connected(&bed).await;
    let before = known(&bed).await;
    assert_eq!((before.tag, before.tokens.len(), before.tokens[0].asked.clone()), (Tag::Unknown, 1, None));
    save(&bed, Answer::None("no answer".to_owned())).await;
    let asked = known(&bed).await.tokens[0].asked.clone().unwrap();
    assert_eq!((asked.at, asked.error.as_deref(), asked.fields), (None, Some("no answer"), None));
    let end = bed.seams.now().plus_s(1000);
    let answer = Told {
        missing: words(&[COMMENTS]),
        granted: Some(words(&[MESSAGES])),
        ends: Some(Ends::At(end)),
        ..told(Subscription::Whole)
    };
    assert_eq!(save(&bed, Answer::Told(answer)).await, Watched::default());
    let token = known(&bed).await.tokens.remove(0);
    let asked = token.asked.unwrap();
    assert_eq!((asked.at, asked.error), (Some(bed.seams.now()), None));
    assert_eq!((asked.fields, asked.missing), (Some(words(&fields(Login::Instagram))), words(&[COMMENTS])));
    assert_eq!((token.granted, token.expires_at, token.clock_ms), (words(&[MESSAGES]), Some(end), Some(700)));
    let due = bed.store.watch_now(id()).await.unwrap().remove(0);
    assert!(due.was_whole && due.granted == words(&[MESSAGES]) && due.fields.len() == fields(Login::Instagram).len());
    save(&bed, Answer::None("no answer".to_owned())).await;
    let asked = known(&bed).await.tokens[0].asked.clone().unwrap();
    assert_eq!((asked.at, asked.missing), (Some(bed.seams.now().plus_s(-1)), words(&[COMMENTS])), "as it said last");
    assert_eq!(bed.store.list_open_incidents(10).await.unwrap(), [], "nothing that stops messages");
}

async fn a_subscription_that_vanished_is_told_once_and_what_was_missed_is_known(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    connected(&bed).await;
    saved(&bed, Subscription::Whole).await;
    let whole_at = bed.seams.now();
    let lost = Subscription::Lost { is_news: true };
    assert_eq!(saved(&bed, lost).await, Watched { opened: true, ..Watched::default() });
    assert_eq!(saved(&bed, lost).await, Watched::default(), "it is known");
    assert_eq!(known(&bed).await.incidents, [incident::SUBSCRIPTION_LOST]);
    let notified = bed.store.list_notifications(mia, None, 10).await.unwrap();
    assert_eq!(notified.iter().map(|it| it.kind.as_str()).collect::<Vec<_>>(), [incident::SUBSCRIPTION_LOST]);
    let restored = saved(&bed, Subscription::Restored).await;
    assert_eq!(restored, Watched { opened: false, closed: true, gap_since: Some(whole_at) });
    assert_eq!(bed.store.list_open_incidents(10).await.unwrap(), []);
    let log = bed.store.list_audit(None, 10).await.unwrap();
    assert_eq!(log.iter().filter(|it| it.action == Action::AccountTold).count(), 1);
    // Whoever ended before asking for it asks now.
    assert_eq!(saved(&bed, Subscription::Whole).await.gap_since, Some(whole_at));
    bed.store.gap_is_asked_for(id(), Login::Instagram, whole_at.plus_s(1)).await.unwrap();
    assert_eq!(saved(&bed, Subscription::Whole).await.gap_since, Some(whole_at), "that was another one");
    bed.store.gap_is_asked_for(id(), Login::Instagram, whole_at).await.unwrap();
    assert_eq!(saved(&bed, Subscription::Whole).await, Watched::default());
}

async fn a_first_look_that_finds_nothing_is_no_news(bed: Bed) {
    connected(&bed).await;
    assert_eq!(saved(&bed, Subscription::Lost { is_news: false }).await, Watched::default());
    assert_eq!(saved(&bed, Subscription::Restored).await, Watched::default(), "there is no gap: nothing was before");
    assert_eq!(bed.store.list_open_incidents(10).await.unwrap(), []);
}

async fn a_permission_is_missing_until_it_is_granted(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    connected(&bed).await;
    saved(&bed, Subscription::Whole).await;
    let whole_at = bed.seams.now();
    let refused = || Answer::Refused(words(&[MESSAGES]));
    assert!(save(&bed, refused()).await.opened);
    assert_eq!(save(&bed, refused()).await, Watched::default());
    let open = bed.store.list_open_incidents(10).await.unwrap();
    assert_eq!((open[0].kind.as_str(), open[0].detail.as_deref()), (incident::PERMISSION_MISSING, Some(MESSAGES)));
    assert_eq!(bed.store.list_notifications(mia, None, 10).await.unwrap().len(), 1);
    let asked = known(&bed).await.tokens[0].asked.clone().unwrap();
    assert_eq!((asked.missing, asked.fields.map(|it| it.len())), (words(&[MESSAGES]), Some(11)));
    let granted = saved(&bed, Subscription::Whole).await;
    assert_eq!(granted, Watched { opened: false, closed: true, gap_since: Some(whole_at) });
    assert!(known(&bed).await.incidents.is_empty());
    let hampered = Told { missing: words(&[MESSAGES]), is_hampered: true, ..told(Subscription::Whole) };
    assert!(save(&bed, Answer::Told(hampered)).await.opened, "Meta may also say it so");
}

async fn what_is_said_of_an_older_token_or_of_earlier_does_not_count(bed: Bed) {
    connected(&bed).await;
    let early = look(&bed, Answer::Refused(words(&[MESSAGES])));
    saved(&bed, Subscription::Whole).await;
    assert_eq!(bed.store.save_look(early).await.unwrap(), None);
    let late = look(&bed, Answer::Refused(words(&[MESSAGES])));
    bed.store.add_account(bed.account(Platform::Instagram, SHOP, "two")).await.unwrap();
    assert_eq!(bed.store.save_look(late.clone()).await.unwrap(), None);
    assert_eq!(bed.store.save_look(Look { account: bed.seams.new_id(), ..late }).await.unwrap(), None);
    assert!(known(&bed).await.incidents.is_empty());
}

async fn what_is_wrong_through_one_login_lasts_until_it_is_well_through_both(bed: Bed) {
    connected(&bed).await;
    let page = NewAccount { login: Login::Page, ..bed.account(Platform::Instagram, SHOP, "page") };
    bed.store.add_account(page).await.unwrap();
    let through_page = async |subscription| {
        bed.clock.advance_s(1);
        let look = look(&bed, Answer::Told(told(subscription)));
        let look = Look { login: Login::Page, sealed: "page".to_owned(), ..look };
        bed.store.save_look(look).await.unwrap().unwrap()
    };
    let lost = Subscription::Lost { is_news: true };
    assert!(saved(&bed, lost).await.opened);
    assert!(!through_page(lost).await.opened, "it is one incident");
    assert!(!saved(&bed, Subscription::Restored).await.closed);
    assert!(through_page(Subscription::Restored).await.closed);
    assert_eq!(bed.store.watch_now(id()).await.unwrap().len(), 2);
}

async fn what_was_posted_is_counted_by_the_hour(bed: Bed) {
    let count = |n_right, n_wrong| Signatures { n_right, n_wrong };
    assert_eq!(bed.store.webhooks_since(0).await.unwrap(), count(0, 0));
    for (hour, n_right, n_wrong) in [(100, 2, 0), (100, 3, 1), (110, 0, 7)] {
        bed.store.count_webhooks(hour, count(n_right, n_wrong)).await.unwrap();
    }
    assert_eq!(bed.store.webhooks_since(100).await.unwrap(), count(5, 8));
    assert_eq!(bed.store.webhooks_since(101).await.unwrap(), count(0, 7));
    bed.store.count_webhooks(110 + 14 * 24, count(1, 0)).await.unwrap();
    assert_eq!(bed.store.webhooks_since(0).await.unwrap(), count(1, 7), "what is long past is forgotten");
}
