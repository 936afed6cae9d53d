//! What a bot does not answer goes to people.

use super::{claim, endpoint, failed, make, say, settle, token};
use crate::bed::Bed;
use crate::handing::{assign, hand};
use crate::rows::{self, Thread};
use model::audit::Action;
use model::endpoints::Topic;
use model::ids::BotId;
use model::person::Role;
use model::tokens::Scope;
use server::store::conversations::{To, With};
use server::store::endpoints::{Losing, Lost, WhyLost};

crate::on_both!(a_silent_bot_loses_who_waits, a_bot_that_cannot_be_reached_loses_who_waits);

async fn waits(bed: &Bed, it: &Thread) {
    let now = bed.seams.now().0;
    bed.execute(&format!("update conversations set waiting_since = {now} where id = '{}'", it.conversation)).await;
}

async fn unanswered(bed: &Bed) -> Vec<Lost> {
    bed.store.find_unanswered(bed.seams.now(), 10).await.unwrap()
}

async fn lose(bed: &Bed, lost: Lost) -> bool {
    let (line, audit_id, now) = (bed.seams.new_id(), bed.seams.new_id(), bed.seams.now());
    let note = "Kiln did not answer.".to_owned();
    bed.store.lose_conversation(Losing { lost, note, line, audit_id, now }).await.unwrap()
}

async fn a_silent_bot_loses_who_waits(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    let (_, kiln) = token(&bed, "Orders", Some("Kiln"), &[Scope::Read]).await;
    bed.store.limit_bot(bed.deed(mia), BotId::of("Kiln"), Some(60)).await.unwrap().unwrap();
    waits(&bed, &it).await;
    bed.clock.advance_s(600);
    assert!(unanswered(&bed).await.is_empty(), "people's");
    hand(&bed, &it, kiln, To::Bot, None).await;
    bed.clock.advance_s(59);
    assert!(unanswered(&bed).await.is_empty(), "the time begins when the bot gets it");
    bed.clock.advance_s(1);
    let lost = unanswered(&bed).await.remove(0);
    assert_eq!((lost.conversation, lost.why), (it.conversation, WhyLost::Silent { limit_s: 60 }));
    assert!(lose(&bed, lost.clone()).await);
    assert_eq!(bed.store.find_standing(it.conversation).await.unwrap().unwrap().with, With::People(None));
    let line = bed.store.list_audit(None, 1).await.unwrap().remove(0);
    assert_eq!((line.action, line.actor, line.detail.as_deref()), (Action::BotLost, None, Some("Kiln")));
    let to_assign = bed.value("select cast(to_assign_at as text) from conversations").await;
    assert_eq!(to_assign, Some(bed.seams.now().0.to_string()), "somebody is to be found for it");
    assert!(!lose(&bed, lost).await && unanswered(&bed).await.is_empty(), "once");
    // Whoever takes it meanwhile has it, and a bot that has answered keeps it.
    hand(&bed, &it, kiln, To::Bot, None).await;
    bed.clock.advance_s(60);
    let lost = unanswered(&bed).await.remove(0);
    assign(&bed, &it, mia.into(), Some(mia)).await;
    assert!(!lose(&bed, lost.clone()).await);
    assign(&bed, &it, mia.into(), None).await;
    hand(&bed, &it, kiln, To::Bot, None).await;
    bed.execute("update conversations set waiting_since = null").await;
    assert!(!lose(&bed, lost).await);
    bed.clock.advance_s(60);
    assert!(unanswered(&bed).await.is_empty());
}

async fn a_bot_that_cannot_be_reached_loses_who_waits(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    let (own, kiln) = token(&bed, "Orders", Some("Kiln"), &[Scope::Read]).await;
    let id = endpoint(&bed, mia, own, &Topic::ALL).await;
    hand(&bed, &it, kiln, To::Bot, None).await;
    say(&bed, &it).await;
    waits(&bed, &it).await;
    make(&bed).await;
    bed.clock.advance_s(600);
    assert!(unanswered(&bed).await.is_empty(), "it has no time limit, and works");
    let claimed = claim(&bed, id).await.remove(0);
    settle(&bed, claimed, failed(Some(bed.seams.now().plus_s(1)), Some(bed.seams.now().plus_s(1)))).await;
    bed.clock.advance_s(59);
    assert!(unanswered(&bed).await.is_empty());
    bed.clock.advance_s(1);
    let lost = unanswered(&bed).await.remove(0);
    assert_eq!((lost.why, lost.bot_name.as_str()), (WhyLost::Unreachable, "Kiln"));
    assert!(lose(&bed, lost).await);
}
