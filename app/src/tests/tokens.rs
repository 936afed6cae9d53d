//! The page of the API tokens.

use super::EVIL;
use super::people::{NOW, frame, shown};
use crate::pages::api::ApiGuide;
use crate::pages::tokens::{Done, Tokens};
use crate::shell::Page;
use model::ids::{AccountId, ApiTokenId};
use model::person::{FieldProblem, Role};
use model::teams::NamedAccount;
use model::time::DAY_S;
use model::tokens::{ListedToken, Scope, TokenForm, TokenProblems, TokenTrouble};
use server::api::guide::guide;
use server::tokens::MadeToken;

fn token(n: u128, accounts: Option<Vec<NamedAccount>>) -> ListedToken {
    ListedToken {
        id: ApiTokenId::from_bits(n),
        name: EVIL.to_owned(),
        scopes: vec![Scope::Read, Scope::Handover],
        accounts,
        bot: Some(EVIL.to_owned()),
        made_by: (n == 1).then(|| EVIL.to_owned()),
        made_at: NOW,
        used_at: (n == 1).then_some(NOW.plus_s(-3600)),
        expires_at: (n > 1).then(|| NOW.plus_s((2 - i64::try_from(n).unwrap()) * DAY_S + 1)),
    }
}

async fn page(form: TokenForm, done: Option<Done>) -> String {
    let one = NamedAccount { id: AccountId::from_bits(1), name: EVIL.to_owned() };
    let tokens = vec![token(1, None), token(2, Some(vec![one])), token(3, Some(Vec::new()))];
    let accounts = vec![(AccountId::from_bits(1), EVIL.to_owned()), (AccountId::from_bits(2), "Luna".to_owned())];
    let tokens = Tokens { frame: frame(Role::Admin), tokens, accounts, form, done };
    shown("/tokens", Role::Admin, Page::Tokens(Box::new(tokens))).await
}

#[tokio::test]
async fn tokens_are_listed_with_what_each_may() {
    let page = page(TokenForm::default(), Some(Done::Revoked)).await;
    for part in [
        "read, handover",
        "Every account",
        "None: what it was for is gone",
        "The command line",
        "1 h ago",
        "Never",
        "Has run out",
        "action=\"/tokens/00000000000000000000000001/revoke\"",
        "The token is revoked.",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(page.matches("popover=\"auto\"").count(), 3 + 2, "one for each, and those of the frame: {page}");
}

#[tokio::test]
async fn a_new_token_is_shown_on_the_page_that_made_it() {
    let made = MadeToken { name: EVIL.to_owned(), token: "swb_secret".to_owned() };
    let shown = page(TokenForm::default(), Some(Done::Made(made))).await;
    assert!(shown.contains("value=\"swb_secret\"") && shown.contains("data-copies=\"made-token\""), "{shown}");
    assert!(!page(TokenForm::default(), None).await.contains("swb_"));
}

#[tokio::test]
async fn the_api_is_explained() {
    let api = ApiGuide { frame: frame(Role::Agent), guide: guide() };
    let page = shown("/api", Role::Agent, Page::Api(Box::new(api))).await;
    for part in ["POST /conversations/{id}/messages", "Scope send", "href=\"/api/v1/openapi.json\"", "id=\"not-owner\""]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[tokio::test]
async fn the_form_keeps_what_was_typed() {
    let problems = TokenProblems {
        name: Some(FieldProblem::TooLong { most: 80 }),
        no_scope: true,
        whole: Some(TokenTrouble::AccountGone),
        ..TokenProblems::default()
    };
    let form = TokenForm {
        name: EVIL.to_owned(),
        accounts: vec![AccountId::from_bits(2)],
        bot: EVIL.to_owned(),
        days: "90".to_owned(),
        problems,
        ..TokenForm::default()
    };
    let page = page(form, None).await;
    for part in
        ["At most 80 characters.", "Tick what the program may do.", "not connected any more", "value=\"90\" selected"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(page.matches("checked").count(), 1, "the account: {page}");
}
