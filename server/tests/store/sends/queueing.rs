use super::{
    claim_ids, file, files, jobs, n_told, of_conversation, of_message, queue, queue_text, reply, text, thread,
    two_stores,
};
use crate::bed::Bed;
use crate::rows::{self, Thread};
use model::content::AttachmentKind;
use model::ids::MessageId;
use model::person::Role;
use model::platform::Platform;
use model::thread::Author;
use model::window::LastHeard;
use server::store::people::NewPerson;
use server::store::sends::{NewReply, Queueing};

crate::on_both!(
    an_addressee_is_known_with_what_is_known_of_the_way,
    the_parts_of_a_reply_are_messages_in_their_order,
    the_same_client_id_is_one_reply,
    the_same_reply_at_the_same_moment_is_one,
    a_reply_comes_after_what_was_queued_before,
    nobody_waits_for_what_is_to_be_sent_later,
    an_answer_names_a_message_of_the_same_conversation,
    a_comment_is_answered_in_private_once,
    what_an_agent_has_not_seen_stays_unread,
    each_kind_leaves_at_its_pace,
    a_file_that_is_being_deleted_is_not_queued,
    an_addressee_is_out_of_sight_with_the_account,
    whoever_answers_what_is_nobodys_takes_it_on,
);

async fn an_addressee_is_known_with_what_is_known_of_the_way(bed: Bed) {
    let it = thread(&bed).await;
    assert_eq!(bed.store.find_addressee(bed.seams.new_id()).await.unwrap(), None);
    let found = bed.store.find_addressee(it.conversation).await.unwrap().unwrap();
    assert_eq!((found.account, found.platform), (it.account, Platform::Instagram));
    assert_eq!((found.can_send, found.one_picture_each, found.is_owned_elsewhere), (false, false, false));
    assert_eq!(found.heard, LastHeard::default());
    let now = bed.seams.now();
    bed.execute(&format!(
        "insert into account_tokens (account_id, login, token, issued_at, updated_at)
         values ('{}', 'instagram', 'sealed', 0, 0);
         update accounts set refused = '[\"tune\",\"several_images\"]';
         update conversations set owner = 'other', last_customer_action_at = {}, last_customer_message_at = 5;",
        it.account, now.0
    ))
    .await;
    let found = bed.store.find_addressee(it.conversation).await.unwrap().unwrap();
    assert_eq!((found.can_send, found.one_picture_each, found.is_owned_elsewhere), (true, true, true));
    assert_eq!((found.heard.action_at, found.heard.message_at.map(|it| it.0)), (Some(now), Some(5)));
    for broken in ["update account_tokens set state = 'dead'", "update accounts set state = 'paused'"] {
        bed.execute(broken).await;
        assert!(!bed.store.find_addressee(it.conversation).await.unwrap().unwrap().can_send, "{broken}");
        bed.execute("update account_tokens set state = 'working'").await;
    }
}

async fn the_parts_of_a_reply_are_messages_in_their_order(bed: Bed) {
    let it = thread(&bed).await;
    let parts = ["Two are left.", "Which colour?", "Blue or grey?"].map(|words| text(&bed, words));
    let due_at = bed.seams.now().plus_s(5);
    let ids = queue(&bed, NewReply { due_at, ..reply(&bed, &it, parts.to_vec()) }).await;
    assert_eq!(ids, parts.each_ref().map(|part| part.id));
    let query = "select text || ' ' || state || ' ' || author_id || ' ' || part from messages
                 where direction = 'out' order by part";
    let lines = rows::lines(&bed.url, query).await;
    assert_eq!(lines, ["Two are left. queued ines 0", "Which colour? queued ines 1", "Blue or grey? queued ines 2"]);
    assert_eq!(of_message(&bed, ids[0], "at").await, Some(due_at.0.to_string()));
    assert_eq!(of_conversation(&bed, &it, "preview").await.as_deref(), Some("Blue or grey?"));
    assert_eq!(of_conversation(&bed, &it, "preview_author").await.as_deref(), Some("agent"));
    assert_eq!(of_conversation(&bed, &it, "last_activity_at").await, Some((due_at.0 + 2).to_string()));
    assert_eq!((n_told(&bed, ids[0]).await, n_told(&bed, ids[2]).await), (1, 1));
    assert_eq!(claim_ids(&bed).await, [], "the undo time");
    bed.clock.advance_s(5);
    for id in ids {
        assert_eq!(claim_ids(&bed).await, [id]);
        super::settle(&bed, id).await;
    }
    let nowhere = NewReply { conversation: bed.seams.new_id(), ..reply(&bed, &it, vec![text(&bed, "Hello")]) };
    assert_eq!(bed.store.queue_reply(nowhere).await.unwrap(), Queueing::NoSuchConversation);
}

async fn the_same_client_id_is_one_reply(bed: Bed) {
    let (it, other) = (thread(&bed).await, thread(&bed).await);
    let with_id = |of: &Thread, n: usize| NewReply {
        client_id: Some("c1".to_owned()),
        ..reply(&bed, of, (0..n).map(|n| text(&bed, &format!("part {n}"))).collect())
    };
    let ids = queue(&bed, with_id(&it, 3)).await;
    let again = bed.store.queue_reply(with_id(&it, 1)).await.unwrap();
    assert_eq!(again, Queueing::AlreadyThere(ids.clone()), "whatever else was asked");
    let unanswerable = NewReply { reply_to: Some(bed.seams.new_id()), ..with_id(&it, 1) };
    assert_eq!(bed.store.queue_reply(unanswerable).await.unwrap(), Queueing::AlreadyThere(ids));
    assert_eq!(jobs(&bed).await.len(), 3);
    assert_eq!(queue(&bed, with_id(&other, 2)).await.len(), 2, "another conversation");
}

async fn the_same_reply_at_the_same_moment_is_one(bed: Bed) {
    let it = thread(&bed).await;
    let stores = two_stores(&bed).await;
    let tasks: Vec<_> = (0..12)
        .map(|n| {
            let reply = NewReply {
                client_id: Some("c1".to_owned()),
                ..reply(&bed, &it, vec![text(&bed, "one"), text(&bed, "two")])
            };
            let store = stores[n % 2].clone();
            tokio::spawn(async move { store.queue_reply(reply).await.unwrap() })
        })
        .collect();
    let mut queued: Vec<Vec<MessageId>> = Vec::new();
    let mut found: Vec<Vec<MessageId>> = Vec::new();
    for task in tasks {
        match task.await.unwrap() {
            Queueing::Queued(ids) => queued.push(ids),
            Queueing::AlreadyThere(ids) => found.push(ids),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((queued.len(), found.len()), (1, 11));
    assert!(found.iter().all(|ids| *ids == queued[0]));
    assert_eq!(jobs(&bed).await.len(), 2);
}

async fn a_reply_comes_after_what_was_queued_before(bed: Bed) {
    let it = thread(&bed).await;
    let undo = bed.seams.now().plus_s(5);
    let first = queue(&bed, NewReply { due_at: undo, ..reply(&bed, &it, vec![text(&bed, "first")]) }).await[0];
    let second = queue_text(&bed, &it, "second").await;
    assert_eq!(claim_ids(&bed).await, [], "the second waits for the first, which can still be taken back");
    bed.clock.advance_s(5);
    assert_eq!(claim_ids(&bed).await, [first]);
    let third = queue_text(&bed, &it, "third").await;
    assert_eq!(claim_ids(&bed).await, [], "one at a time");
    for (done, next) in [(first, second), (second, third)] {
        super::settle(&bed, done).await;
        assert_eq!(claim_ids(&bed).await, [next]);
    }
}

async fn nobody_waits_for_what_is_to_be_sent_later(bed: Bed) {
    let it = thread(&bed).await;
    bed.execute("update conversations set preview = 'Hello'").await;
    let tomorrow = bed.seams.now().plus_s(86_400);
    let scheduled = NewReply { due_at: tomorrow, is_scheduled: true, ..reply(&bed, &it, vec![text(&bed, "later")]) };
    let later = queue(&bed, scheduled).await[0];
    assert_eq!(of_conversation(&bed, &it, "preview").await.as_deref(), Some("Hello"));
    let now = queue_text(&bed, &it, "now").await;
    assert_eq!(claim_ids(&bed).await, [now]);
    super::settle(&bed, now).await;
    assert_eq!(claim_ids(&bed).await, []);
    assert_eq!(of_conversation(&bed, &it, "preview").await.as_deref(), Some("now"));
    bed.clock.advance_s(86_400);
    assert_eq!(claim_ids(&bed).await, [later]);
    super::settle(&bed, later).await;
    assert_eq!(of_conversation(&bed, &it, "preview").await.as_deref(), Some("later"), "it is the newest now");
}

async fn an_answer_names_a_message_of_the_same_conversation(bed: Bed) {
    let (it, other) = (thread(&bed).await, thread(&bed).await);
    let answer =
        |to: MessageId| NewReply { reply_to: Some(to), ..reply(&bed, &it, vec![text(&bed, "a"), text(&bed, "b")]) };
    assert_eq!(bed.store.queue_reply(answer(it.message)).await.unwrap(), Queueing::NoSuchMessage, "it has no mid");
    bed.execute("update messages set mid = 'm_' || id, mid_key = 'key_' || id").await;
    for nowhere in [other.message, bed.seams.new_id()] {
        assert_eq!(bed.store.queue_reply(answer(nowhere)).await.unwrap(), Queueing::NoSuchMessage);
    }
    assert_eq!(jobs(&bed).await, Vec::<String>::new());
    let ids = queue(&bed, answer(it.message)).await;
    assert_eq!(of_message(&bed, ids[0], "reply_to_key").await, Some(format!("key_{}", it.message)));
    assert_eq!(of_message(&bed, ids[1], "reply_to_key").await, None, "the first part answers");
}

async fn a_comment_is_answered_in_private_once(bed: Bed) {
    let (it, other) = (thread(&bed).await, thread(&bed).await);
    bed.execute(&format!(
        "update messages set kind = 'comment';
         insert into comments (message_id, comment_id, reply_until) values ('{}', '17890', 99)",
        it.message
    ))
    .await;
    let answer = |of: &Thread, to: MessageId| NewReply {
        comment: Some(to),
        ..reply(&bed, of, vec![text(&bed, "It is 40 €")])
    };
    for (of, to) in [(&other, it.message), (&other, other.message)] {
        assert_eq!(bed.store.queue_reply(answer(of, to)).await.unwrap(), Queueing::NoSuchMessage);
    }
    let id = queue(&bed, answer(&it, it.message)).await[0];
    assert!(of_message(&bed, id, "detail").await.unwrap().contains("17890"));
    assert_eq!(bed.store.queue_reply(answer(&it, it.message)).await.unwrap(), Queueing::CommentAnswered);
    assert_eq!(jobs(&bed).await, ["ready"], "nothing of the second is left");
    assert!(bed.store.take_back(id, bed.seams.now()).await.unwrap());
    let id = queue(&bed, answer(&it, it.message)).await[0];
    assert_eq!(claim_ids(&bed).await, [id]);
    super::settle(&bed, id).await;
    assert!(bed.value("select cast(replied_at as text) from comments").await.is_some());
    assert_eq!(bed.store.queue_reply(answer(&it, it.message)).await.unwrap(), Queueing::CommentAnswered);
}

async fn what_an_agent_has_not_seen_stays_unread(bed: Bed) {
    let it = thread(&bed).await;
    let unread = "update conversations set unread = 1, read_until = 0";
    bed.execute(unread).await;
    queue(&bed, NewReply { author: Author::Bot, ..reply(&bed, &it, vec![text(&bed, "Hello")]) }).await;
    assert_eq!(of_conversation(&bed, &it, "unread").await.as_deref(), Some("1"), "a bot reads nothing");
    let heard = bed.seams.now();
    bed.clock.advance_s(60);
    queue_text(&bed, &it, "Hello").await;
    assert_eq!(of_conversation(&bed, &it, "unread").await.as_deref(), Some("0"));
    let read_until = of_conversation(&bed, &it, "read_until").await;
    assert_eq!(read_until, Some(heard.0.to_string()), "what comes later may have been written before");
}

async fn each_kind_leaves_at_its_pace(bed: Bed) {
    let it = thread(&bed).await;
    let media = file(&bed, it.account).await;
    let kinds = [AttachmentKind::Image, AttachmentKind::Audio, AttachmentKind::Video, AttachmentKind::File];
    let parts = kinds.iter().map(|kind| files(&bed, kind, &[media])).chain([text(&bed, "Here")]).collect();
    queue(&bed, reply(&bed, &it, parts)).await;
    let paces = rows::lines(&bed.url, "select pace from outbox order by turn").await;
    assert_eq!(paces, ["text", "media", "media", "text", "text"]);
}

async fn a_file_that_is_being_deleted_is_not_queued(bed: Bed) {
    let it = thread(&bed).await;
    let media = [file(&bed, it.account).await, file(&bed, it.account).await];
    bed.execute(&format!("update media set deleted_at = 1 where id = '{}'", media[1])).await;
    let with = |media: &[_]| reply(&bed, &it, vec![files(&bed, &AttachmentKind::Image, media), text(&bed, "Here")]);
    assert_eq!(bed.store.queue_reply(with(&media)).await.unwrap(), Queueing::NoSuchFile);
    assert_eq!(bed.store.queue_reply(with(&[bed.seams.new_id()])).await.unwrap(), Queueing::NoSuchFile);
    assert_eq!(jobs(&bed).await, Vec::<String>::new());
    assert_eq!(queue(&bed, with(&[media[0], media[0]])).await.len(), 2);
}

async fn an_addressee_is_out_of_sight_with_the_account(bed: Bed) {
    let (open, closed) = (thread(&bed).await, thread(&bed).await);
    let mia = NewPerson { role: Role::Admin, ..bed.person("mia@luna.example", "Mia") };
    let [ines, noah] = [bed.person("ines@luna.example", "Ines"), bed.person("noah@luna.example", "Noah")];
    for person in [&mia, &ines, &noah] {
        bed.store.insert_person(person.clone(), bed.audit()).await.unwrap();
    }
    bed.team("sales", &[closed.account], &[ines.id]).await;
    for person in [mia.id, ines.id, noah.id, bed.seams.new_id()] {
        let sight = bed.store.find_sight(person).await.unwrap();
        for it in [&open, &closed] {
            let found = bed.store.find_addressee_seen_by(person, it.conversation).await.unwrap();
            let expected = bed.store.find_addressee(it.conversation).await.unwrap();
            let sees = sight.as_ref().is_some_and(|sight| sight.includes(it.account));
            assert_eq!(found, expected.filter(|_| sees));
        }
    }
    bed.execute("update people set state = 'deactivated'").await;
    assert_eq!(bed.store.find_addressee_seen_by(mia.id, open.conversation).await.unwrap(), None);
}

async fn whoever_answers_what_is_nobodys_takes_it_on(bed: Bed) {
    let it = thread(&bed).await;
    let [ines, noah] = [bed.somebody("Ines", Role::Agent).await, bed.somebody("Noah", Role::Agent).await];
    bed.execute("update conversations set to_assign_at = 5").await;
    let by =
        |person: &str| NewReply { author_id: Some(person.to_owned()), ..reply(&bed, &it, vec![text(&bed, "Yes.")]) };
    let bot = NewReply { author: Author::Bot, ..by(&ines.to_string()) };
    queue(&bed, bot).await;
    assert_eq!(of_conversation(&bed, &it, "assignee_id").await, None, "a bot has nothing");
    queue(&bed, by(&ines.to_string())).await;
    assert_eq!(of_conversation(&bed, &it, "assignee_id").await, Some(ines.to_string()));
    assert_eq!(of_conversation(&bed, &it, "to_assign_at").await, None, "no rule gives it to somebody else");
    queue(&bed, by(&noah.to_string())).await;
    assert_eq!(of_conversation(&bed, &it, "assignee_id").await, Some(ines.to_string()), "it is hers");
    bed.execute("update conversations set assignee_id = null; update people set state = 'deactivated'").await;
    queue(&bed, by(&noah.to_string())).await;
    assert_eq!(of_conversation(&bed, &it, "assignee_id").await, None, "he cannot be given it");
}
