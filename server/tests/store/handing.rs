//! A conversation goes from people to a bot, and back.

use crate::bed::Bed;
use crate::rows::{self, Thread};
use model::audit::Action;
use model::content::ThreadEvent;
use model::desk::Step;
use model::ids::{BotId, MessageId, TeamId};
use model::person::Role;
use server::store::audit::{Actor, Subject};
use server::store::conversations::{HandedOver, HandingOver, NewStep, Standing, State, StepTaken, To, With};
use server::store::doer::Doer;
use server::store::tokens::{NewToken, TokenAdded};

crate::on_both!(
    a_bot_takes_what_is_nobodys_and_gives_it_back,
    a_bot_takes_nothing_from_a_person_or_another_bot,
    a_program_without_a_bot_gives_to_the_accounts,
    who_is_given_what_a_bot_answers_takes_over,
    a_team_that_is_given_what_a_bot_answers_takes_over,
    what_a_program_does_is_its_own,
);

pub async fn program(bed: &Bed, name: &str, bot: Option<&str>) -> Doer {
    let token = NewToken {
        id: bed.seams.new_id(),
        name: name.to_owned(),
        fingerprint: format!("fingerprint of {name}"),
        scopes: Vec::new(),
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
    Doer::Program { token: id, bot: bot.map(BotId::of) }
}

pub async fn hand(bed: &Bed, of: &Thread, by: Doer, to: To, note: Option<&str>) -> HandedOver {
    bed.clock.advance_s(1);
    let (line, audit_id, now) = (bed.seams.new_id(), bed.seams.new_id(), bed.seams.now());
    let note = note.map(str::to_owned);
    let handing = HandingOver { conversation: of.conversation, to, by, note, line, audit_id, now };
    bed.store.hand_over(handing).await.unwrap()
}

pub async fn assign(bed: &Bed, of: &Thread, by: Doer, to: Option<model::person::PersonId>) -> StepTaken {
    bed.clock.advance_s(1);
    let (line, notification, now) = (bed.seams.new_id(), bed.seams.new_id(), bed.seams.now());
    let step = Step::Assign { to };
    bed.store.take_step(NewStep { conversation: of.conversation, step, by, line, notification, now }).await.unwrap()
}

async fn with(bed: &Bed, of: &Thread) -> With {
    let Standing { state, with } = bed.store.find_standing(of.conversation).await.unwrap().unwrap();
    assert_eq!(state, State::Open);
    with
}

/// What happened, oldest first, and who did it.
async fn trail(bed: &Bed, of: &Thread) -> Vec<(Option<String>, ThreadEvent)> {
    let before = (bed.seams.now().plus_s(9), MessageId::from_bits(0));
    let (lines, _) = bed.store.lines_before(of.conversation, before, 50).await.unwrap();
    lines.into_iter().filter_map(|it| Some((it.author_name, it.detail.event?))).collect()
}

async fn a_bot_takes_what_is_nobodys_and_gives_it_back(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let kiln = program(&bed, "Orders", Some("Kiln")).await;
    assert_eq!(hand(&bed, &it, kiln, To::People, None).await, HandedOver::Was);
    assert_eq!(hand(&bed, &it, kiln, To::Bot, None).await, HandedOver::Done);
    assert_eq!(with(&bed, &it).await, With::App(BotId::of("Kiln").to_string()));
    assert_eq!(bed.last_action().await, (Action::HandedOver, None, Some(Subject::Conversation(it.conversation))));
    let line = bed.store.list_audit(None, 1).await.unwrap().remove(0);
    assert_eq!((line.actor_name.as_deref(), line.detail.as_deref()), (Some("Orders"), Some("Kiln")));
    assert_eq!(hand(&bed, &it, kiln, To::Bot, None).await, HandedOver::Was);
    assert_eq!(hand(&bed, &it, kiln, To::People, Some("Wants 40 mugs")).await, HandedOver::Done);
    assert_eq!(with(&bed, &it).await, With::People(None));
    let waits = bed.value("select cast(to_assign_at as text) from conversations").await;
    assert_eq!(waits, Some(bed.seams.now().0.to_string()), "somebody is to be found for it");
    let event = |to: Option<&str>, note: Option<&str>| ThreadEvent::HandedOver {
        to: to.map(str::to_owned),
        note: note.map(str::to_owned),
    };
    let by = || Some("Kiln".to_owned());
    let expected = [(by(), event(Some("Kiln"), None)), (by(), event(None, Some("Wants 40 mugs")))];
    assert_eq!(trail(&bed, &it).await, expected);
    let nowhere = Thread { conversation: bed.seams.new_id(), ..it };
    assert_eq!(hand(&bed, &nowhere, kiln, To::Bot, None).await, HandedOver::NoSuchConversation);
}

async fn a_bot_takes_nothing_from_a_person_or_another_bot(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    let (kiln, glaze) = (program(&bed, "One", Some("Kiln")).await, program(&bed, "Two", Some("Glaze")).await);
    let shop = program(&bed, "Three", None).await;
    assign(&bed, &it, mia.into(), Some(mia)).await;
    assert_eq!(hand(&bed, &it, kiln, To::Bot, None).await, HandedOver::APersonHasIt);
    assert_eq!(with(&bed, &it).await, With::People(Some(mia)));
    assign(&bed, &it, mia.into(), None).await;
    assert_eq!(hand(&bed, &it, kiln, To::Bot, None).await, HandedOver::Done);
    for to in [To::Bot, To::People] {
        assert_eq!(hand(&bed, &it, glaze, to, None).await, HandedOver::OwnedElsewhere);
    }
    assert_eq!(hand(&bed, &it, shop, To::People, None).await, HandedOver::Done, "the operator's own program may");
    bed.execute("update conversations set owner = 'other', owner_app_id = '1'").await;
    for to in [To::Bot, To::People] {
        assert_eq!(hand(&bed, &it, kiln, to, None).await, HandedOver::OwnedElsewhere);
    }
}

async fn a_program_without_a_bot_gives_to_the_accounts(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    let shop = program(&bed, "Shop", None).await;
    assert_eq!(hand(&bed, &it, shop, To::Bot, None).await, HandedOver::NoBot);
    program(&bed, "Orders", Some("Kiln")).await;
    bed.execute(&format!("update accounts set bot_id = '{}'", BotId::of("Kiln"))).await;
    assign(&bed, &it, mia.into(), Some(mia)).await;
    assert_eq!(hand(&bed, &it, shop, To::Bot, None).await, HandedOver::Done);
    assert_eq!(with(&bed, &it).await, With::App(BotId::of("Kiln").to_string()));
    assert_eq!(bed.value("select last_assignee_id from conversations").await, Some(mia.to_string()));
}

async fn who_is_given_what_a_bot_answers_takes_over(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    let kiln = program(&bed, "Orders", Some("Kiln")).await;
    hand(&bed, &it, kiln, To::Bot, None).await;
    let taken = assign(&bed, &it, mia.into(), Some(mia)).await;
    assert_eq!(taken, StepTaken::Done { undo: Step::Assign { to: None } });
    assert_eq!(with(&bed, &it).await, With::People(Some(mia)));
    assert_eq!(bed.value("select owner_bot_id from conversations").await, None);
    assert_eq!(hand(&bed, &it, kiln, To::Bot, None).await, HandedOver::APersonHasIt);
}

async fn a_team_that_is_given_what_a_bot_answers_takes_over(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    let kiln = program(&bed, "Orders", Some("Kiln")).await;
    let team: TeamId = bed.seams.new_id();
    bed.team(&team.to_string(), &[], &[]).await;
    let to_team = Step::Team { to: Some(team), with: None };
    let give = || async {
        bed.clock.advance_s(1);
        let (line, notification, now) = (bed.seams.new_id(), bed.seams.new_id(), bed.seams.now());
        let (step, by) = (to_team.clone(), mia.into());
        bed.store.take_step(NewStep { conversation: it.conversation, step, by, line, notification, now }).await.unwrap()
    };
    hand(&bed, &it, kiln, To::Bot, None).await;
    assert_eq!(give().await, StepTaken::Done { undo: Step::NOBODY });
    assert_eq!(with(&bed, &it).await, With::People(None));
    let waits_for = || bed.value("select to_team_id from conversations");
    assert_eq!(waits_for().await, Some(team.to_string()));
    assert_eq!(hand(&bed, &it, kiln, To::Bot, None).await, HandedOver::Done);
    assert_eq!(waits_for().await, None, "what the bot has waits for nobody");
    assert_eq!(give().await, StepTaken::Done { undo: to_team.clone() });
    assert_eq!(with(&bed, &it).await, With::People(None), "though it was that team's before");
    assert_eq!(give().await, StepTaken::Was);
}

async fn what_a_program_does_is_its_own(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    let shop = program(&bed, "Shop", None).await;
    assign(&bed, &it, shop, Some(mia)).await;
    let line = bed.store.list_audit(None, 1).await.unwrap().remove(0);
    assert_eq!((line.action, line.actor, line.actor_name.as_deref()), (Action::Assigned, None, Some("Shop")));
    let trail = trail(&bed, &it).await;
    assert_eq!(trail.len(), 1);
    assert_eq!(trail[0].0.as_deref(), Some("Shop"));
    let told = bed.value("select cast(count(*) as text) from notifications").await;
    assert_eq!(told.as_deref(), Some("1"), "whoever is given it hears of it");
}
