use crate::bed::Bed;
use model::audit::Action;
use model::ids::{AccountId, DeletionId};
use model::person::Role;
use model::platform::{Login, Platform};
use server::store::accounts::{NewAccount, incident};
use server::store::deletions::{NewAccountDeletion, Subject};
use server::store::rights::{AskedByMeta, AskedDeletion, Withdrawal, Withdrawn};
use server::store::teams::RunChange;

crate::on_both!(
    whoever_withdraws_loses_the_token_they_gave,
    a_withdrawal_from_before_a_new_token_changes_nothing,
    a_withdrawal_of_somebody_unknown_makes_tokens_doubtful,
    a_deletion_closes_the_account_and_is_asked_for_once,
    of_two_that_ask_at_once_both_are_told_of_one,
    somebody_unknown_has_nothing_to_delete,
    who_is_deleted_and_connects_again_may_ask_again,
    what_was_asked_for_once_is_not_done_again_to_whoever_connected_since,
    what_an_admin_deletes_already_is_done_for_its_owner_as_well,
    what_comes_in_after_all_else_had_gone_goes_as_well,
    ways_to_meta_that_ran_out_are_forgotten,
);

const SHOP: &str = "17841400000000001";
const SCOPED: &str = "26118273645500912";

fn id() -> AccountId {
    AccountId::of(Platform::Instagram, SHOP)
}

async fn shop(bed: &Bed) {
    bed.store.add_account(bed.account(Platform::Instagram, SHOP, "sealed")).await.unwrap();
    bed.store.save_scoped_id(id(), SCOPED.to_owned()).await.unwrap();
}

/// A second later: lines of the audit log are in the order of their time.
fn withdrawal(bed: &Bed, user: &str) -> Withdrawal {
    bed.clock.advance_s(1);
    Withdrawal {
        user: user.to_owned(),
        until: bed.seams.now(),
        now: bed.seams.now(),
        incident_id: bed.seams.new_id(),
        audit_id: bed.seams.new_id(),
    }
}

fn asking(bed: &Bed, user: &str, code: &str) -> AskedByMeta {
    bed.clock.advance_s(1);
    AskedByMeta {
        id: bed.seams.new_id(),
        user: user.to_owned(),
        issued_at: Some(bed.seams.now()),
        code: code.to_owned(),
        now: bed.seams.now(),
        audit_ids: [bed.seams.new_id(), bed.seams.new_id()],
        change_id: bed.seams.new_id(),
    }
}

async fn ask(bed: &Bed, user: &str, code: &str) -> AskedDeletion {
    bed.store.ask_for_asker(asking(bed, user, code)).await.unwrap()
}

async fn finish(bed: &Bed, id: DeletionId) -> bool {
    let (audit, change, now) = (bed.seams.new_id(), bed.seams.new_id(), bed.seams.now());
    bed.store.finish_deletion(id, audit, change, now).await.unwrap()
}

/// All at once, as the eraser does it.
async fn delete(bed: &Bed) {
    let it = bed.store.find_deletion().await.unwrap().unwrap();
    while bed.store.delete_account_piece(it.id, 100, bed.seams.now()).await.unwrap() {}
    assert!(bed.store.empty_account(it.id, bed.seams.now()).await.unwrap());
    assert!(finish(bed, it.id).await);
}

async fn works(bed: &Bed) -> Vec<(Login, bool)> {
    bed.store.list_account_tokens().await.unwrap().into_iter().map(|it| (it.login, it.works)).collect()
}

async fn actions(bed: &Bed) -> Vec<Action> {
    bed.store.list_audit(None, 10).await.unwrap().into_iter().map(|it| it.action).collect()
}

async fn whoever_withdraws_loses_the_token_they_gave(bed: Bed) {
    for user in [SCOPED, SHOP] {
        shop(&bed).await;
        let page = NewAccount { login: Login::Page, ..bed.account(Platform::Instagram, SHOP, "of a Page") };
        bed.store.add_account(page).await.unwrap();
        let first = bed.store.withdraw_consent(withdrawal(&bed, user)).await.unwrap();
        assert_eq!(first, Withdrawn::Account(id(), true), "either id names the account");
        let again = bed.store.withdraw_consent(withdrawal(&bed, user)).await.unwrap();
        assert_eq!(again, Withdrawn::Account(id(), false));
        let mut left = works(&bed).await;
        left.sort_by_key(|it| it.1);
        assert_eq!(left, [(Login::Instagram, false), (Login::Page, true)], "another login is another consent");
        let open = bed.store.list_open_incidents(9).await.unwrap();
        assert_eq!((open.len(), open[0].kind.as_str()), (1, incident::TOKEN_DEAD));
        assert!(open[0].detail.as_ref().unwrap().contains("took Switchboard’s access away"));
        assert_eq!(actions(&bed).await[0], Action::ConsentWithdrawn);
    }
    assert_eq!(bed.value("select state from accounts").await.as_deref(), Some("active"), "what comes is still taken");
}

async fn a_withdrawal_from_before_a_new_token_changes_nothing(bed: Bed) {
    let old = withdrawal(&bed, SCOPED);
    bed.clock.advance_s(1);
    shop(&bed).await;
    assert_eq!(bed.store.withdraw_consent(old).await.unwrap(), Withdrawn::Account(id(), false));
    assert_eq!(works(&bed).await, [(Login::Instagram, true)]);
    assert!(bed.store.list_open_incidents(9).await.unwrap().is_empty());
    assert_eq!(actions(&bed).await, [Action::AccountAdded]);
}

async fn a_withdrawal_of_somebody_unknown_makes_tokens_doubtful(bed: Bed) {
    shop(&bed).await;
    let other = bed.account(Platform::Page, "104857600932817", "page");
    bed.store.add_account(other).await.unwrap();
    let unowned = bed.account(Platform::Instagram, "17841400000000002", "unowned");
    bed.store.add_account(unowned).await.unwrap();
    let listed = bed.store.list_unowned(None, 9).await.unwrap();
    assert_eq!((listed.len(), listed[0].sealed.as_str()), (1, "unowned"), "whose owner is known is not asked for");
    assert!(bed.store.list_unowned(Some(listed[0].account), 9).await.unwrap().is_empty());
    let withdrawn = bed.store.withdraw_consent(withdrawal(&bed, "555")).await.unwrap();
    assert_eq!(withdrawn, Withdrawn::Unknown(2), "whose owner is known is somebody else");
    let mut doubted = bed.store.list_doubted(9).await.unwrap();
    doubted.sort_by(|a, b| a.sealed.cmp(&b.sealed));
    assert_eq!(doubted.iter().map(|it| it.sealed.as_str()).collect::<Vec<_>>(), ["page", "unowned"]);
    bed.store.trust_again(doubted.remove(0)).await.unwrap();
    let again = bed.account(Platform::Instagram, "17841400000000002", "given again");
    bed.store.add_account(again).await.unwrap();
    assert!(bed.store.list_doubted(9).await.unwrap().is_empty(), "a new token is beyond doubt");
    assert!(works(&bed).await.iter().all(|it| it.1));
}

async fn a_deletion_closes_the_account_and_is_asked_for_once(bed: Bed) {
    shop(&bed).await;
    let first = ask(&bed, SCOPED, "one").await;
    let asked_at = bed.seams.now();
    assert_eq!((first.code.as_str(), first.account, first.is_new), ("one", Some(id()), true));
    let tokens: Vec<_> = first.tokens.iter().map(|it| it.sealed.as_str()).collect();
    assert_eq!(tokens, ["sealed"], "with these Meta is asked to tell us nothing more");
    let again = ask(&bed, SCOPED, "two").await;
    let expected = AskedDeletion { code: "one".to_owned(), account: Some(id()), is_new: false, tokens: Vec::new() };
    assert_eq!(again, expected);
    assert!(works(&bed).await.is_empty());
    assert_eq!(bed.value("select state from accounts").await.as_deref(), Some("deleting"));
    assert_eq!(actions(&bed).await, [Action::DataDeletionAsked, Action::AccountAdded]);
    let found = bed.store.find_public_deletion("one").await.unwrap().unwrap();
    assert_eq!((found.requested_at, found.done_at, found.had_something), (asked_at, None, true));
    assert_eq!(bed.store.find_public_deletion("two").await.unwrap(), None);
    let rows = bed.value("select subject || ' ' || kind || ' ' || asker_key from deletions").await.unwrap();
    assert!(rows.starts_with(&format!("{} callback ", id())) && !rows.contains(SCOPED), "{rows}");
}

async fn of_two_that_ask_at_once_both_are_told_of_one(bed: Bed) {
    shop(&bed).await;
    let tries: Vec<_> = (0..4)
        .map(|n| {
            let (store, it) = (bed.store.clone(), asking(&bed, SCOPED, &n.to_string()));
            tokio::spawn(async move { store.ask_for_asker(it).await.unwrap() })
        })
        .collect();
    let mut codes = std::collections::BTreeSet::new();
    let mut n_new = 0;
    for one in tries {
        let asked = one.await.unwrap();
        n_new += u32::from(asked.is_new);
        codes.insert(asked.code);
    }
    assert_eq!((codes.len(), n_new), (1, 1));
    assert_eq!(bed.value("select cast(count(*) as text) from deletions").await.as_deref(), Some("1"));
}

async fn somebody_unknown_has_nothing_to_delete(bed: Bed) {
    shop(&bed).await;
    bed.contact(id(), "555").await;
    let first = ask(&bed, "555", "one").await;
    let asked_at = bed.seams.now();
    assert_eq!((first.account, first.is_new), (None, true), "no such id is looked for among customers");
    let again = ask(&bed, "555", "two").await;
    assert_eq!((again.code.as_str(), again.is_new), ("one", false));
    let found = bed.store.find_public_deletion("one").await.unwrap().unwrap();
    assert_eq!((found.done_at, found.had_something), (Some(asked_at), false));
    assert!(bed.store.find_deletion().await.unwrap().is_none());
    let mut done = actions(&bed).await;
    done.truncate(2);
    done.sort_by_key(|it| it.word());
    assert_eq!(done, [Action::DataDeleted, Action::DataDeletionAsked]);
    assert_eq!(works(&bed).await, [(Login::Instagram, true)]);
    assert_eq!(bed.value("select cast(count(*) as text) from contacts").await.as_deref(), Some("1"));
}

async fn who_is_deleted_and_connects_again_may_ask_again(bed: Bed) {
    shop(&bed).await;
    ask(&bed, SCOPED, "one").await;
    let it = bed.store.find_deletion().await.unwrap().unwrap();
    assert!(it.is_account && it.account == id());
    assert!(bed.store.empty_account(it.id, bed.seams.now()).await.unwrap());
    assert!(finish(&bed, it.id).await);
    assert!(finish(&bed, it.id).await);
    assert!(bed.store.find_account(id()).await.unwrap().is_none());
    assert_eq!(actions(&bed).await.iter().filter(|it| **it == Action::DataDeleted).count(), 1);
    assert_eq!(ask(&bed, SCOPED, "two").await.code, "one", "there is nothing more to delete");
    shop(&bed).await;
    let second = ask(&bed, SCOPED, "three").await;
    assert_eq!((second.code.as_str(), second.account, second.is_new), ("three", Some(id()), true));
    let listed = bed.store.list_deletions(9).await.unwrap();
    assert_eq!(listed.iter().filter(|it| it.is_from_meta).count(), 2);
}

async fn what_was_asked_for_once_is_not_done_again_to_whoever_connected_since(bed: Bed) {
    shop(&bed).await;
    let first = asking(&bed, SCOPED, "one");
    bed.store.ask_for_asker(first.clone()).await.unwrap();
    delete(&bed).await;
    bed.clock.advance_s(60);
    shop(&bed).await;
    for issued_at in [first.issued_at, None] {
        let shown_again = AskedByMeta { issued_at, ..asking(&bed, SCOPED, "two") };
        let asked = bed.store.ask_for_asker(shown_again).await.unwrap();
        assert_eq!((asked.code.as_str(), asked.account, asked.is_new), ("one", None, false), "{issued_at:?}");
    }
    // By the other id of theirs, under which nobody asked before.
    let by_other_id = AskedByMeta { issued_at: first.issued_at, ..asking(&bed, SHOP, "three") };
    let asked = bed.store.ask_for_asker(by_other_id).await.unwrap();
    assert_eq!((asked.code.as_str(), asked.account), ("three", None), "there is nothing to delete");
    assert_eq!(works(&bed).await, [(Login::Instagram, true)]);
    assert_eq!(bed.value("select state from accounts").await.as_deref(), Some("active"));
    assert_eq!(ask(&bed, SCOPED, "four").await.account, Some(id()), "asked for since");
}

async fn what_an_admin_deletes_already_is_done_for_its_owner_as_well(bed: Bed) {
    shop(&bed).await;
    let mia = bed.somebody("mia", Role::Admin).await;
    bed.clock.advance_s(1);
    let (now, audit_id, change_id) = (bed.seams.now(), bed.seams.new_id(), bed.seams.new_id());
    let change = RunChange { by: mia, now, audit_id, change_id, address: None };
    let new = NewAccountDeletion { id: bed.seams.new_id(), account: id(), code: "of an admin".to_owned() };
    bed.store.ask_account_deletion(change, new.clone()).await.unwrap().unwrap();
    let asked = ask(&bed, SCOPED, "one").await;
    assert_eq!((asked.account, asked.is_new, asked.tokens.len()), (Some(id()), true, 0));
    assert_eq!(ask(&bed, SCOPED, "two").await.code, "one");
    let found = bed.store.find_public_deletion("one").await.unwrap().unwrap();
    assert_eq!((found.done_at, found.had_something), (None, true), "it is not said to be done before it is");
    assert_eq!(bed.store.find_deletion().await.unwrap().unwrap().id, new.id, "there is one thing to do");
    delete(&bed).await;
    let found = bed.store.find_public_deletion("one").await.unwrap().unwrap();
    assert_eq!(found.done_at, Some(bed.seams.now()));
    assert!(bed.store.find_deletion().await.unwrap().is_none(), "and it is done for both");
    let done = actions(&bed).await;
    for action in [Action::AccountDeleted, Action::DataDeleted] {
        assert_eq!(done.iter().filter(|it| **it == action).count(), 1, "{action:?}");
    }
}

async fn what_comes_in_after_all_else_had_gone_goes_as_well(bed: Bed) {
    shop(&bed).await;
    ask(&bed, SCOPED, "one").await;
    let it = bed.store.find_deletion().await.unwrap().unwrap();
    assert!(bed.store.empty_account(it.id, bed.seams.now()).await.unwrap());
    assert_eq!(bed.store.find_deletion().await.unwrap().unwrap().subject, None);
    // Who began before the account was closed, and was slow.
    bed.contact(id(), "555").await;
    assert!(!finish(&bed, it.id).await);
    assert!(bed.store.find_account(id()).await.unwrap().is_some(), "not before what came in");
    let again = bed.store.find_deletion().await.unwrap().unwrap();
    assert_eq!((again.id, again.subject), (it.id, Some(Subject::Account(id()))));
    delete(&bed).await;
    assert!(bed.store.find_account(id()).await.unwrap().is_none());
    assert_eq!(bed.value("select cast(count(*) as text) from contacts").await.as_deref(), Some("0"));
    assert!(bed.store.find_deletion().await.unwrap().is_none());
}

async fn ways_to_meta_that_ran_out_are_forgotten(bed: Bed) {
    let mia = bed.somebody("mia", Role::Admin).await;
    let now = bed.seams.now();
    for (name, ends) in [("over", now), ("open", now.plus_s(1))] {
        bed.execute(&format!(
            "insert into connect_attempts (state_hash, person_id, session_hash, login, app_id, created_at, expires_at)
             values ('{name}', '{mia}', 's', 'page', '1', 0, {0});
             insert into connect_choices (id, person_id, session_hash, app_id, token, scopes, created_at, expires_at)
             values ('{name}', '{mia}', 's', '1', 'sealed', '[]', 0, {0});",
            ends.0
        ))
        .await;
    }
    assert_eq!(bed.store.purge_connecting(now).await.unwrap(), 2);
    for query in ["select state_hash from connect_attempts", "select id from connect_choices"] {
        assert_eq!(bed.value(query).await.as_deref(), Some("open"), "{query}");
    }
    assert_eq!(bed.store.purge_connecting(now).await.unwrap(), 0);
}
