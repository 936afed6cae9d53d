//! Whose turn it is to write.

use super::{claim, of_conversation, queue, queue_text, reply, text, thread};
use crate::bed::Bed;
use crate::handing::{assign, hand, program};
use crate::rows::Thread;
use model::person::Role;
use model::thread::Author;
use server::store::conversations::{HandedOver, To};
use server::store::doer::Doer;
use server::store::sends::{NewReply, Queueing};

crate::on_both!(
    a_bot_answers_what_is_its_own_and_nobody_else_does,
    what_a_bot_queued_does_not_leave_once_somebody_took_over,
    what_was_queued_is_found_by_its_client_id,
);

fn by(bed: &Bed, of: &Thread, doer: Doer) -> NewReply {
    let (author, author_id) = (doer.author(), Some(doer.author_id()));
    NewReply { author, author_id, ..reply(bed, of, vec![text(bed, "Two are left")]) }
}

async fn is_queued(bed: &Bed, of: &Thread, doer: Doer) -> bool {
    match bed.store.queue_reply(by(bed, of, doer)).await.unwrap() {
        Queueing::Queued(_) => true,
        Queueing::NotTheirs => false,
        other => panic!("{other:?}"),
    }
}

async fn a_bot_answers_what_is_its_own_and_nobody_else_does(bed: Bed) {
    let it = thread(&bed).await;
    let mia = Doer::Person(bed.somebody("Mia", Role::Admin).await);
    let (kiln, glaze) = (program(&bed, "One", Some("Kiln")).await, program(&bed, "Two", Some("Glaze")).await);
    let shop = program(&bed, "Three", None).await;
    let addressee = || async { bed.store.find_addressee(it.conversation).await.unwrap().unwrap() };
    for (doer, may) in [(mia, true), (shop, true), (kiln, false)] {
        assert_eq!((is_queued(&bed, &it, doer).await, !addressee().await.is_anothers(doer)), (may, may), "{doer:?}");
    }
    // Whoever answered first has it.
    assert_eq!(hand(&bed, &it, kiln, To::Bot, None).await, HandedOver::APersonHasIt);
    assign(&bed, &it, mia, None).await;
    assert_eq!(hand(&bed, &it, kiln, To::Bot, None).await, HandedOver::Done);
    for (doer, may) in [(mia, false), (shop, false), (glaze, false), (kiln, true)] {
        assert_eq!((is_queued(&bed, &it, doer).await, !addressee().await.is_anothers(doer)), (may, may), "{doer:?}");
    }
    assert_eq!(of_conversation(&bed, &it, "preview_author").await.as_deref(), Some(Author::Bot.word()));
    bed.execute("update conversations set owner = 'other', owner_bot_id = null").await;
    for doer in [mia, shop, kiln] {
        assert!(!is_queued(&bed, &it, doer).await, "{doer:?}");
    }
}

async fn what_a_bot_queued_does_not_leave_once_somebody_took_over(bed: Bed) {
    let it = thread(&bed).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    let kiln = program(&bed, "Orders", Some("Kiln")).await;
    hand(&bed, &it, kiln, To::Bot, None).await;
    queue(&bed, by(&bed, &it, kiln)).await;
    assign(&bed, &it, mia.into(), Some(mia)).await;
    let leaving = claim(&bed).await;
    assert_eq!((leaving.len(), leaving[0].is_theirs), (1, false));

    let other = thread(&bed).await;
    hand(&bed, &other, kiln, To::Bot, None).await;
    queue(&bed, by(&bed, &other, kiln)).await;
    assert!(claim(&bed).await[0].is_theirs);
    let third = thread(&bed).await;
    queue_text(&bed, &third, "Yes").await;
    assert!(claim(&bed).await[0].is_theirs, "a person's message");
}

async fn what_was_queued_is_found_by_its_client_id(bed: Bed) {
    let it = thread(&bed).await;
    let two = vec![text(&bed, "One"), text(&bed, "Two")];
    let ids = queue(&bed, NewReply { client_id: Some("c".to_owned()), ..reply(&bed, &it, two) }).await;
    let find = |id: &str| bed.store.find_queued(it.conversation, id.to_owned());
    assert_eq!(find("c").await.unwrap(), ids);
    assert_eq!(find("d").await.unwrap(), []);
}
