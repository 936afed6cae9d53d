use crate::bed::Bed;
use model::audit::Action;
use model::ids::AccountId;
use model::inbox::MarksSeen;
use model::platform::{Login, Platform};
use server::store::accounts::{AccountAdded, AccountShows, AccountState, NewAccount, TokenDeath, incident};
use server::store::audit::{Actor, Subject};

crate::on_both!(
    an_account_is_added_once_and_renewed_after_that,
    of_two_that_add_the_same_account_one_is_first,
    the_same_number_on_both_platforms_is_two_accounts,
    an_account_that_is_being_deleted_stays_so,
    what_customers_are_shown_of_us_is_changed_piece_by_piece,
    of_two_tokens_the_one_that_works_is_used,
    a_token_dies_once_and_opens_one_incident,
    two_tokens_that_die_at_once_open_one_incident,
    a_new_token_ends_the_incident_and_no_late_word_kills_it,
);

const SHOP: &str = "17841400000000001";

fn shop(bed: &Bed, token: &str) -> NewAccount {
    bed.account(Platform::Instagram, SHOP, token)
}

fn id() -> AccountId {
    AccountId::of(Platform::Instagram, SHOP)
}

fn death(bed: &Bed, login: Login, sealed: &str) -> TokenDeath {
    TokenDeath {
        account: id(),
        login,
        sealed: sealed.to_owned(),
        reason: "Session has expired (190/463)".to_owned(),
        now: bed.seams.now(),
        incident_id: bed.seams.new_id(),
    }
}

async fn an_account_is_added_once_and_renewed_after_that(bed: Bed) {
    assert_eq!(bed.store.add_account(shop(&bed, "one")).await.unwrap(), AccountAdded::New);
    let made = bed.store.find_account(id()).await.unwrap().unwrap();
    assert_eq!((made.external_id.as_str(), made.name.as_str()), (SHOP, "Luna Ceramics"));
    assert_eq!((made.state, made.created_at), (AccountState::Active, bed.seams.now()));
    bed.execute("update accounts set state = 'disconnected'").await;
    bed.clock.advance_s(60);
    let again = NewAccount { name: "Luna".to_owned(), ..shop(&bed, "two") };
    assert_eq!(bed.store.add_account(again).await.unwrap(), AccountAdded::Renewed);
    let renewed = bed.store.list_accounts().await.unwrap();
    assert_eq!((renewed.len(), renewed[0].id, renewed[0].name.as_str()), (1, id(), "Luna"));
    assert_eq!((renewed[0].state, renewed[0].created_at), (AccountState::Active, made.created_at));
    let tokens = bed.store.list_account_tokens().await.unwrap();
    assert_eq!((tokens.len(), tokens[0].sealed.as_str(), tokens[0].works), (1, "two", true));
    let log = bed.store.list_audit(None, 10).await.unwrap();
    let actions: Vec<_> = log.iter().map(|it| (it.action, it.subject)).collect();
    let subject = Some(Subject::Account(id()));
    assert_eq!(actions, [(Action::AccountRenewed, subject), (Action::AccountAdded, subject)]);
}

async fn what_customers_are_shown_of_us_is_changed_piece_by_piece(bed: Bed) {
    let shows = |typing, marks_seen| AccountShows {
        id: id(),
        typing,
        marks_seen,
        now: bed.seams.now(),
        actor: Actor::System,
        audit_id: bed.seams.new_id(),
        change_id: bed.seams.new_id(),
    };
    assert!(!bed.store.set_account_shows(shows(Some(false), None)).await.unwrap(), "there is none yet");
    bed.store.add_account(shop(&bed, "one")).await.unwrap();
    assert!(bed.store.accounts_seen_on_receipt().await.unwrap().is_empty());
    assert!(bed.store.set_account_shows(shows(None, Some(MarksSeen::OnReceipt))).await.unwrap());
    assert_eq!(bed.store.accounts_seen_on_receipt().await.unwrap(), [id()]);
    assert!(bed.store.set_account_shows(shows(Some(false), None)).await.unwrap());
    assert_eq!(bed.store.accounts_seen_on_receipt().await.unwrap(), [id()], "the other one stays");
    let log = bed.store.list_audit(None, 10).await.unwrap();
    assert_eq!(log.iter().filter(|it| it.action == Action::AccountChanged).count(), 2);
}

async fn of_two_that_add_the_same_account_one_is_first(bed: Bed) {
    let tries: Vec<_> = (0..4)
        .map(|n| {
            let (store, it) = (bed.store.clone(), shop(&bed, &n.to_string()));
            tokio::spawn(async move { store.add_account(it).await.unwrap() })
        })
        .collect();
    let mut n_new = 0;
    for one in tries {
        n_new += u32::from(one.await.unwrap() == AccountAdded::New);
    }
    assert_eq!(n_new, 1);
}

async fn the_same_number_on_both_platforms_is_two_accounts(bed: Bed) {
    for platform in [Platform::Instagram, Platform::Page] {
        let added = bed.store.add_account(bed.account(platform, SHOP, "one")).await.unwrap();
        assert_eq!(added, AccountAdded::New);
    }
    assert_eq!(bed.store.list_accounts().await.unwrap().len(), 2);
    assert!(bed.store.find_account(bed.seams.new_id()).await.unwrap().is_none());
}

async fn an_account_that_is_being_deleted_stays_so(bed: Bed) {
    bed.store.add_account(shop(&bed, "one")).await.unwrap();
    bed.execute("update accounts set state = 'deleting'").await;
    assert_eq!(bed.store.add_account(shop(&bed, "two")).await.unwrap(), AccountAdded::BeingDeleted);
    assert_eq!(bed.store.find_account_token(id()).await.unwrap().unwrap().sealed, "one");
    assert_eq!(bed.store.list_audit(None, 10).await.unwrap().len(), 1);
}

async fn of_two_tokens_the_one_that_works_is_used(bed: Bed) {
    assert_eq!(bed.store.find_account_token(id()).await.unwrap(), None);
    bed.store.add_account(shop(&bed, "of instagram")).await.unwrap();
    bed.store.add_account(NewAccount { login: Login::Page, ..shop(&bed, "of the page") }).await.unwrap();
    let used = async || bed.store.find_account_token(id()).await.unwrap().unwrap().sealed;
    assert_eq!(used().await, "of instagram");
    bed.store.token_died(death(&bed, Login::Instagram, "of instagram")).await.unwrap();
    assert_eq!(used().await, "of the page");
    bed.store.token_died(death(&bed, Login::Page, "of the page")).await.unwrap();
    assert!(!bed.store.find_account_token(id()).await.unwrap().unwrap().works, "a dead one, rather than none");
    bed.store.add_account(shop(&bed, "new")).await.unwrap();
    assert_eq!(bed.store.list_open_incidents(10).await.unwrap().len(), 1, "the Page's token is still dead");
}

async fn a_token_dies_once_and_opens_one_incident(bed: Bed) {
    bed.store.add_account(shop(&bed, "one")).await.unwrap();
    assert!(bed.store.token_died(death(&bed, Login::Instagram, "one")).await.unwrap());
    assert!(!bed.store.token_died(death(&bed, Login::Instagram, "one")).await.unwrap());
    let token = bed.store.find_account_token(id()).await.unwrap().unwrap();
    assert_eq!((token.works, token.error.as_deref()), (false, Some("Session has expired (190/463)")));
    let incidents = bed.store.list_open_incidents(10).await.unwrap();
    assert_eq!(incidents.len(), 1);
    assert_eq!((incidents[0].account, incidents[0].kind.as_str()), (id(), incident::TOKEN_DEAD));
    assert_eq!(incidents[0].detail.as_deref(), Some("Session has expired (190/463)"));
}

async fn two_tokens_that_die_at_once_open_one_incident(bed: Bed) {
    let stores = crate::sends::two_stores(&bed).await;
    for round in 0..10 {
        bed.clock.advance_s(1);
        let sealed = |login: Login| format!("{} {round}", login.word());
        for login in [Login::Instagram, Login::Page] {
            let token = sealed(login);
            bed.store.add_account(NewAccount { login, ..shop(&bed, &token) }).await.unwrap();
        }
        assert_eq!(bed.store.list_open_incidents(10).await.unwrap(), []);
        let tasks = [Login::Instagram, Login::Page].map(|login| {
            let (store, death) =
                (stores[usize::from(login == Login::Page)].clone(), death(&bed, login, &sealed(login)));
            tokio::spawn(async move { store.token_died(death).await.unwrap() })
        });
        for task in tasks {
            assert!(task.await.unwrap(), "each died");
        }
        assert_eq!(bed.store.list_open_incidents(10).await.unwrap().len(), 1);
    }
}

async fn a_new_token_ends_the_incident_and_no_late_word_kills_it(bed: Bed) {
    bed.store.add_account(shop(&bed, "one")).await.unwrap();
    bed.store.token_died(death(&bed, Login::Instagram, "one")).await.unwrap();
    bed.store.add_account(shop(&bed, "two")).await.unwrap();
    assert_eq!(bed.store.list_open_incidents(10).await.unwrap(), []);
    assert!(!bed.store.token_died(death(&bed, Login::Instagram, "one")).await.unwrap(), "that was the old one");
    let token = bed.store.find_account_token(id()).await.unwrap().unwrap();
    assert_eq!((token.works, token.error), (true, None));
}
