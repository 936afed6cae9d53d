//! Whose tokens are whose, and what happens to those that somebody may have withdrawn.

use crate::bed::Bed;
use crate::given;
use crate::host::Host;
use crate::parts::parts;
use model::ids::AccountId;
use model::platform::{Login, Platform};
use server::config::SecretKey;
use server::graph::Graph;
use server::program::{Parts, Program};
use server::rights::{SignedRequest, ask_deletion, doubts, owners, withdraw};
use server::store::accounts::incident;
use server::store::rights::Withdrawn;
use server::vault::Vault;

crate::on_both!(
    an_accounts_owner_is_asked_for_once,
    only_a_token_that_meta_refuses_is_dead,
    where_meta_does_not_answer_the_doubt_stays,
    whoever_asks_for_a_deletion_may_have_left_a_dead_token,
);

const SHOP: &str = "17841400000000001";
const PAGE: &str = "104857600932817";
const SCOPED: &str = "26118273645500912";
const DEAD: &str = r#"{"error": {"message": "Error validating access token", "type": "OAuthException", "code": 190, "error_subcode": 458}}"#;

fn program(bed: &Bed, host: &Host) -> Program {
    let folder = tempfile::tempdir().unwrap().keep();
    let parts = parts(bed.store.clone(), bed.seams.clone(), &folder, "http://127.0.0.1", &[]);
    let (vault, graph) = (Vault::new(&SecretKey([7; 32])), Graph::new(&host.settings(&[])).unwrap());
    Program::new(Parts { vault, graph, ..parts })
}

async fn give(program: &Program, platform: Platform, external_id: &str) {
    let token = format!("token-of-{external_id}");
    given::give(program, (platform, Login::usual(platform)), external_id, &token).await;
}

fn by(user: &str) -> SignedRequest {
    SignedRequest { user: user.to_owned(), issued_at: None }
}

async fn n_working(bed: &Bed) -> usize {
    bed.store.list_account_tokens().await.unwrap().iter().filter(|it| it.works).count()
}

async fn an_accounts_owner_is_asked_for_once(bed: Bed) {
    let host = Host::start().await;
    let program = program(&bed, &host);
    give(&program, Platform::Instagram, SHOP).await;
    give(&program, Platform::Page, PAGE).await;
    host.answers("me", 500, "<html>");
    assert_eq!(owners(&program).await.unwrap(), 0);
    // Both forms of the reference.
    host.answers("me", 200, &format!(r#"{{"data": [{{"id": "{SCOPED}", "user_id": "{SHOP}"}}]}}"#));
    assert_eq!(owners(&program).await.unwrap(), 1);
    assert_eq!(owners(&program).await.unwrap(), 0);
    let heard = host.heard();
    assert_eq!(heard.len(), 2, "{heard:?}");
    assert!(heard.iter().all(|it| it.query.starts_with("fields=id%2Cuser_id")), "{heard:?}");
    let shop = AccountId::of(Platform::Instagram, SHOP);
    assert_eq!(withdraw(&program, by(SCOPED)).await.unwrap(), Withdrawn::Account(shop, true));
    assert_eq!(n_working(&bed).await, 1, "the Page's");
}

async fn only_a_token_that_meta_refuses_is_dead(bed: Bed) {
    let host = Host::start().await;
    let program = program(&bed, &host);
    give(&program, Platform::Page, PAGE).await;
    for (answer, n_left) in [(r#"{"id": "104857600932817"}"#, 1), (DEAD, 0)] {
        host.answers("me", if n_left == 1 { 200 } else { 400 }, answer);
        assert_eq!(withdraw(&program, by("555")).await.unwrap(), Withdrawn::Unknown(1));
        assert!(doubts(&program).await.unwrap());
        assert_eq!(n_working(&bed).await, n_left);
        assert!(bed.store.list_doubted(9).await.unwrap().is_empty());
    }
    let open = bed.store.list_open_incidents(9).await.unwrap();
    assert_eq!((open.len(), open[0].kind.as_str()), (1, incident::TOKEN_DEAD));
}

async fn where_meta_does_not_answer_the_doubt_stays(bed: Bed) {
    let host = Host::start().await;
    let program = program(&bed, &host);
    give(&program, Platform::Page, PAGE).await;
    host.answers("me", 503, "<html>");
    withdraw(&program, by("555")).await.unwrap();
    assert!(!doubts(&program).await.unwrap());
    assert_eq!((n_working(&bed).await, bed.store.list_doubted(9).await.unwrap().len()), (1, 1));
    host.answers("me", 400, DEAD);
    assert!(doubts(&program).await.unwrap(), "also by a program that never heard of it");
    assert_eq!(n_working(&bed).await, 0);
}

async fn whoever_asks_for_a_deletion_may_have_left_a_dead_token(bed: Bed) {
    let host = Host::start().await;
    let program = program(&bed, &host);
    give(&program, Platform::Page, PAGE).await;
    host.answers("me", 400, DEAD);
    let asked = ask_deletion(&program, by("555")).await.unwrap();
    assert_eq!((asked.account, asked.is_new), (None, true));
    assert!(doubts(&program).await.unwrap());
    assert_eq!(n_working(&bed).await, 0);
    assert!(bed.store.find_account(AccountId::of(Platform::Page, PAGE)).await.unwrap().is_some(), "the Page's own");
}
