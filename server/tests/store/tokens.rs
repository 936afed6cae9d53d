//! Tokens of the API.

use crate::bed::Bed;
use model::audit::Action;
use model::ids::{AccountId, ApiTokenId, BotId};
use model::people::Refusal;
use model::person::Role;
use model::time::{DAY_S, Timestamp};
use model::tokens::Scope;
use server::store::audit::{Actor, Subject};
use server::store::sight::Sight;
use server::store::tokens::{KnownToken, NewToken, TokenAdded};

crate::on_both!(
    a_token_is_known_by_its_fingerprint_until_it_is_revoked,
    a_token_runs_out,
    only_an_admin_makes_and_revokes,
    a_token_is_for_the_accounts_that_were_chosen_and_never_for_more,
    tokens_of_one_bot_are_the_same_bots,
    a_token_is_noted_as_used_once_a_minute,
);

fn token(bed: &Bed, name: &str, by: Actor) -> NewToken {
    bed.clock.advance_s(1);
    NewToken {
        id: bed.seams.new_id(),
        name: name.to_owned(),
        fingerprint: format!("fingerprint of {name}"),
        scopes: vec![Scope::Read, Scope::Send],
        accounts: Vec::new(),
        bot: None,
        expires_at: None,
        by,
        now: bed.seams.now(),
        audit_id: bed.seams.new_id(),
        address: None,
    }
}

async fn add(bed: &Bed, token: NewToken) -> ApiTokenId {
    let id = token.id;
    assert_eq!(bed.store.add_token(token).await.unwrap(), Ok(TokenAdded::Yes));
    id
}

async fn known(bed: &Bed, name: &str) -> Option<KnownToken> {
    bed.store.find_token(format!("fingerprint of {name}"), bed.seams.now()).await.unwrap()
}

async fn a_token_is_known_by_its_fingerprint_until_it_is_revoked(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    let shop = add(&bed, token(&bed, "Shop", Actor::Person(mia))).await;
    assert_eq!(bed.last_action().await, (Action::TokenAdded, Some(mia), Some(Subject::Token(shop))));
    let console = add(&bed, token(&bed, "Console", Actor::System)).await;
    let it = known(&bed, "Shop").await.unwrap();
    assert_eq!((it.id, &*it.name, it.bot, it.used_at), (shop, "Shop", None, None));
    assert_eq!((it.scopes, it.sight), (vec![Scope::Read, Scope::Send], Sight::EveryAccount));
    assert_eq!(known(&bed, "made up").await, None);
    let listed = bed.store.list_tokens().await.unwrap();
    let made_by: Vec<_> = listed.iter().map(|it| (it.id, it.made_by.as_deref(), it.accounts.is_none())).collect();
    assert_eq!(made_by, [(console, None, true), (shop, Some("Mia"), true)]);
    let gone = bed.store.revoke_token(bed.deed(mia), shop).await.unwrap();
    assert_eq!(gone, Ok(Some("fingerprint of Shop".to_owned())));
    assert_eq!(bed.last_action().await.0, Action::TokenRevoked);
    assert_eq!(known(&bed, "Shop").await, None);
    assert_eq!(bed.store.revoke_token(bed.deed(mia), shop).await.unwrap(), Ok(None), "once");
    assert_eq!(bed.store.list_tokens().await.unwrap().len(), 1);
}

async fn a_token_runs_out(bed: Bed) {
    let end = bed.seams.now().plus_s(DAY_S);
    add(&bed, NewToken { expires_at: Some(end), ..token(&bed, "Shop", Actor::System) }).await;
    let find = |at: Timestamp| bed.store.find_token("fingerprint of Shop".to_owned(), at);
    assert!(find(Timestamp(end.0 - 1)).await.unwrap().is_some());
    assert_eq!(find(end).await.unwrap(), None);
    assert_eq!(bed.store.list_tokens().await.unwrap()[0].expires_at, Some(end), "it is still listed");
}

async fn only_an_admin_makes_and_revokes(bed: Bed) {
    let ines = bed.somebody("Ines", Role::Agent).await;
    let refused = bed.store.add_token(token(&bed, "Shop", Actor::Person(ines))).await.unwrap();
    assert_eq!(refused, Err(Refusal::NotAllowed));
    assert_eq!(known(&bed, "Shop").await, None);
    let shop = add(&bed, token(&bed, "Shop", Actor::System)).await;
    assert_eq!(bed.store.revoke_token(bed.deed(ines), shop).await.unwrap(), Err(Refusal::NotAllowed));
    assert!(known(&bed, "Shop").await.is_some());
}

async fn a_token_is_for_the_accounts_that_were_chosen_and_never_for_more(bed: Bed) {
    let [one, two] = [bed.an_account("1").await, bed.an_account("2").await];
    let accounts = vec![one, AccountId::from_bits(7)];
    let wrong = NewToken { accounts, ..token(&bed, "Shop", Actor::System) };
    assert_eq!(bed.store.add_token(wrong).await.unwrap(), Ok(TokenAdded::NoSuchAccount));
    assert_eq!(known(&bed, "Shop").await, None, "nothing was written");
    add(&bed, NewToken { accounts: vec![one], ..token(&bed, "Shop", Actor::System) }).await;
    let sight = known(&bed, "Shop").await.unwrap().sight;
    assert!(sight.includes(one) && !sight.includes(two));
    let listed = bed.store.list_tokens().await.unwrap().remove(0).accounts.unwrap();
    assert_eq!(listed.iter().map(|it| it.id).collect::<Vec<_>>(), [one]);
    bed.execute(&format!("delete from accounts where id = '{one}'")).await;
    assert_eq!(known(&bed, "Shop").await.unwrap().sight, Sight::Accounts([].into()), "not suddenly every account");
    assert_eq!(bed.store.list_tokens().await.unwrap().remove(0).accounts, Some(Vec::new()));
}

async fn tokens_of_one_bot_are_the_same_bots(bed: Bed) {
    for (name, bot) in [("One", "Kiln"), ("Two", "kiln"), ("Three", "Glaze")] {
        add(&bed, NewToken { bot: Some(bot.to_owned()), ..token(&bed, name, Actor::System) }).await;
    }
    let bot = async |name| known(&bed, name).await.unwrap().bot.unwrap();
    assert_eq!(bot("One").await, bot("Two").await);
    assert_eq!(bot("One").await.id, BotId::of("Kiln"));
    assert_ne!(bot("One").await.id, bot("Three").await.id);
    bed.execute("update bots set state = 'off' where name = 'Kiln'").await;
    assert!(known(&bed, "One").await.is_none() && known(&bed, "Three").await.is_some());
}

async fn a_token_is_noted_as_used_once_a_minute(bed: Bed) {
    let shop = add(&bed, token(&bed, "Shop", Actor::System)).await;
    let begin = bed.seams.now();
    for (later_s, noted_s) in [(0, 0), (59, 0), (60, 60), (61, 60), (30, 60)] {
        bed.store.note_token_used(shop, begin.plus_s(later_s)).await.unwrap();
        assert_eq!(known(&bed, "Shop").await.unwrap().used_at, Some(begin.plus_s(noted_s)), "{later_s}");
    }
}
