use crate::bed::Bed;
use crate::rows::{self, Thread};
use model::desk::{ContactEdit, Label};
use model::ids::LabelId;
use model::live::Event;

crate::on_both!(
    what_is_known_of_a_customer_stands_together,
    the_newest_way_here_is_told,
    what_people_wrote_takes_the_place_of_what_stood_there,
    a_conversation_has_the_labels_it_was_given_and_no_others,
);

async fn thread(bed: &Bed) -> Thread {
    rows::thread(&bed.url, &bed.seams).await
}

async fn what_is_known_of_a_customer_stands_together(bed: Bed) {
    let it = thread(&bed).await;
    bed.execute(
        "update contacts set name = 'Ana Duarte', username = 'ana', phone = '+351 1', note = 'Likes blue',
             profile = '{\"follower_count\":12,\"is_user_follow_business\":true,\"new\":1}'",
    )
    .await;
    let details = bed.store.find_details(it.conversation).await.unwrap().unwrap();
    assert_eq!((details.contact.title(), details.followers, details.follows_us), ("Ana Duarte", Some(12), Some(true)));
    assert_eq!((details.is_verified, details.email), (None, None));
    assert_eq!((details.phone.as_deref(), details.about.as_deref()), (Some("+351 1"), Some("Likes blue")));
    assert_eq!((details.known_since, details.came_from), (bed.seams.now(), None));
    assert!(details.labels.is_empty() && details.all_labels.is_empty() && details.earlier.is_empty());
    assert_eq!(bed.store.find_details(bed.seams.new_id()).await.unwrap(), None);
}

async fn the_newest_way_here_is_told(bed: Bed) {
    let it = thread(&bed).await;
    for (ago_s, ad) in [(100, "Mugs"), (50, "Bowls")] {
        let (id, at) = (bed.seams.new_id::<LabelId>(), bed.seams.now().plus_s(-ago_s).0);
        bed.execute(&format!(
            "insert into messages (id, conversation_id, at, direction, kind, author_kind, detail, created_at, updated_at)
             values ('{id}', '{}', {at}, 'internal', 'event', 'system',
                 '{{\"referral\":{{\"source\":\"ADS\",\"ad_title\":\"{ad}\"}},\"event\":{{\"what\":\"referred\"}}}}', 0, 0)",
            it.conversation
        ))
        .await;
    }
    let came = bed.store.find_details(it.conversation).await.unwrap().unwrap().came_from.unwrap();
    assert_eq!((came.referral.ad_title.as_deref(), came.at), (Some("Bowls"), bed.seams.now().plus_s(-50)));
}

async fn what_people_wrote_takes_the_place_of_what_stood_there(bed: Bed) {
    let it = thread(&bed).await;
    let edit = |email: &str, phone: &str| ContactEdit {
        email: email.to_owned(),
        phone: phone.to_owned(),
        about: String::new(),
    };
    let saved = bed.store.save_contact(it.conversation, edit("ana@example.org", "12 34"), bed.seams.now()).await;
    assert!(saved.unwrap());
    assert!(bed.store.save_contact(it.conversation, edit("", "56"), bed.seams.now()).await.unwrap());
    let details = bed.store.find_details(it.conversation).await.unwrap().unwrap();
    assert_eq!((details.email, details.phone.as_deref(), details.about), (None, Some("56"), None));
    bed.store.number_changes().await.unwrap();
    let told = bed.store.changes_after(0, 10).await.unwrap();
    assert_eq!(told.len(), 2);
    assert!(matches!(told[0].event, Event::Conversation { conversation_id, .. } if conversation_id == it.conversation));
    assert!(!bed.store.save_contact(bed.seams.new_id(), edit("", ""), bed.seams.now()).await.unwrap());
}

async fn a_conversation_has_the_labels_it_was_given_and_no_others(bed: Bed) {
    let it = thread(&bed).await;
    let labels = [("Wholesale", 285), ("Damaged", 25), ("Press", 215)].map(|(name, hue)| Label {
        id: bed.seams.new_id(),
        name: name.to_owned(),
        hue,
    });
    bed.store.insert_labels(labels.to_vec(), bed.seams.now()).await.unwrap();
    let again = Label { id: bed.seams.new_id(), name: "press".to_owned(), hue: 1 };
    bed.store.insert_labels(vec![again], bed.seams.now()).await.unwrap();
    let [wholesale, damaged, press] = &labels;
    let set = |ids: Vec<LabelId>| bed.store.set_labels(it.conversation, ids, bed.seams.now());
    let n_told = || async {
        bed.store.number_changes().await.unwrap();
        bed.store.changes_after(0, 10).await.unwrap().len()
    };
    assert!(set(vec![wholesale.id, press.id]).await.unwrap());
    assert!(set(vec![damaged.id, press.id, press.id]).await.unwrap());
    assert_eq!(n_told().await, 2);
    assert!(set(vec![press.id, damaged.id]).await.unwrap());
    assert_eq!(n_told().await, 2, "nothing changed");
    let details = bed.store.find_details(it.conversation).await.unwrap().unwrap();
    assert_eq!(details.labels, [damaged.clone(), press.clone()]);
    assert_eq!(details.all_labels, [damaged.clone(), press.clone(), wholesale.clone()]);
    assert!(set(vec![press.id, bed.seams.new_id()]).await.unwrap(), "one that was deleted meanwhile");
    assert_eq!(bed.store.find_details(it.conversation).await.unwrap().unwrap().labels, std::slice::from_ref(press));
    assert!(!bed.store.set_labels(bed.seams.new_id(), Vec::new(), bed.seams.now()).await.unwrap());
}
