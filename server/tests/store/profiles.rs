use crate::bed::Bed;
use crate::rows;
use model::ids::{AccountId, ContactId};
use model::live::Event;
use model::media::MediaId;
use model::platform::Platform;
use model::profile::Facts;
use server::store::changes::Change;
use server::store::media::NewMedia;
use server::store::profiles::{DueProfile, FetchedProfile, ProblemAt, ProfileClaim, ProfileProblem};
use std::collections::BTreeSet;

crate::on_both!(
    whoever_is_due_is_claimed_once_until_the_claim_runs_out,
    no_account_takes_the_turn_of_another,
    several_processes_share_the_work,
    a_profile_is_kept_and_not_asked_for_again,
    a_new_picture_takes_the_place_of_the_former,
    a_contact_that_is_gone_takes_no_picture,
    a_profile_is_told_with_its_conversation,
    a_problem_says_when_to_try_again_and_how_often_it_was_tried,
);

async fn account(bed: &Bed, external_id: &str) -> AccountId {
    bed.store.add_account(bed.account(Platform::Instagram, external_id, "sealed")).await.unwrap();
    AccountId::of(Platform::Instagram, external_id)
}

fn claim(bed: &Bed, limit: u32, an_account: u32) -> ProfileClaim {
    let now = bed.seams.now();
    ProfileClaim { now, until: now.plus_s(300), limit, an_account }
}

async fn whoever_is_due_is_claimed_once_until_the_claim_runs_out(bed: Bed) {
    let account = account(&bed, "1").await;
    let contact = bed.contact(account, "501").await;
    let expected = [DueProfile { contact, account, external_id: "501".to_owned(), tries: 0 }];
    assert_eq!(bed.store.claim_profiles(claim(&bed, 4, 2)).await.unwrap(), expected);
    assert_eq!(bed.store.claim_profiles(claim(&bed, 4, 2)).await.unwrap(), []);
    bed.clock.advance_s(299);
    assert_eq!(bed.store.claim_profiles(claim(&bed, 4, 2)).await.unwrap(), []);
    bed.clock.advance_s(1);
    assert_eq!(bed.store.claim_profiles(claim(&bed, 4, 2)).await.unwrap(), expected);
}

async fn no_account_takes_the_turn_of_another(bed: Bed) {
    let (busy, quiet) = (account(&bed, "1").await, account(&bed, "2").await);
    for n in 0..9 {
        bed.contact(busy, &format!("50{n}")).await;
    }
    bed.clock.advance_s(1);
    bed.contact(quiet, "600").await;
    let claimed = bed.store.claim_profiles(claim(&bed, 4, 2)).await.unwrap();
    assert_eq!(claimed.iter().filter(|it| it.account == busy).count(), 2);
    assert_eq!(claimed.iter().filter(|it| it.account == quiet).count(), 1);
    assert_eq!(bed.store.claim_profiles(claim(&bed, 1, 2)).await.unwrap().len(), 1, "no more than asked for");
}

async fn several_processes_share_the_work(bed: Bed) {
    let account = account(&bed, "1").await;
    for n in 0..40 {
        bed.contact(account, &format!("5{n:03}")).await;
    }
    let takers: Vec<_> = (0..8)
        .map(|_| {
            let (store, claim) = (bed.store.clone(), claim(&bed, 10, 10));
            tokio::spawn(async move { store.claim_profiles(claim).await.unwrap() })
        })
        .collect();
    let mut claimed = Vec::new();
    for taker in takers {
        claimed.extend(taker.await.unwrap().into_iter().map(|it| it.contact));
    }
    let different: BTreeSet<_> = claimed.iter().collect();
    assert_eq!(different.len(), claimed.len(), "nobody twice");
    loop {
        let rest = bed.store.claim_profiles(claim(&bed, 10, 10)).await.unwrap();
        if rest.is_empty() {
            break;
        }
        claimed.extend(rest.into_iter().map(|it| it.contact));
    }
    assert_eq!(claimed.len(), 40);
}

async fn a_profile_is_kept_and_not_asked_for_again(bed: Bed) {
    let account = account(&bed, "1").await;
    let contact = bed.contact(account, "501").await;
    let profile = FetchedProfile {
        contact,
        name: Some("Hannah Okafor".to_owned()),
        username: Some("hannah".to_owned()),
        facts: Facts { follower_count: Some(412), ..Facts::default() },
        picture: None,
        now: bed.seams.now(),
    };
    assert!(bed.store.save_profile(profile.clone()).await.unwrap());
    let nameless = FetchedProfile { name: None, username: Some("hannah_o".to_owned()), ..profile.clone() };
    assert!(bed.store.save_profile(nameless).await.unwrap());
    let kept = "select name || '/' || username || '/' || profile from contacts";
    let expected = r#"Hannah Okafor/hannah_o/{"follower_count":412}"#;
    assert_eq!(bed.value(kept).await.as_deref(), Some(expected), "a name that is told no longer stays");
    assert_eq!(bed.store.feed_bounds().await.unwrap().head, 0, "there is no conversation to tell of");
    bed.clock.advance_s(1_000_000);
    assert_eq!(bed.store.claim_profiles(claim(&bed, 4, 2)).await.unwrap(), []);
}

fn picture(bed: &Bed, account: AccountId) -> NewMedia {
    let id: MediaId = bed.seams.new_id();
    NewMedia {
        id,
        account_id: Some(account),
        store_key: format!("ab/{id}"),
        name: None,
        content_type: "image/jpeg".to_owned(),
        size: 4096,
        width: Some(320),
        height: Some(320),
        duration_ms: None,
        blur: None,
        created_by: None,
        created_at: bed.seams.now(),
    }
}

fn with(bed: &Bed, contact: ContactId, picture: Option<NewMedia>) -> FetchedProfile {
    let name = Some("Hannah Okafor".to_owned());
    FetchedProfile { contact, name, username: None, facts: Facts::default(), picture, now: bed.seams.now() }
}

async fn a_new_picture_takes_the_place_of_the_former(bed: Bed) {
    let account = account(&bed, "1").await;
    let contact = bed.contact(account, "501").await;
    let (first, second) = (picture(&bed, account), picture(&bed, account));
    assert!(bed.store.save_profile(with(&bed, contact, Some(first.clone()))).await.unwrap());
    assert!(bed.store.save_profile(with(&bed, contact, None)).await.unwrap());
    assert_eq!(bed.value("select picture_id from contacts").await, Some(first.id.to_string()));
    assert_eq!(bed.store.list_marked_media(None, 10).await.unwrap(), []);
    assert!(bed.store.save_profile(with(&bed, contact, Some(second.clone()))).await.unwrap());
    assert_eq!(bed.value("select picture_id from contacts").await, Some(second.id.to_string()));
    let marked = bed.store.list_marked_media(None, 10).await.unwrap();
    assert_eq!(marked.iter().map(|it| it.id).collect::<Vec<_>>(), [first.id]);
    assert!(bed.store.media_by_id(second.id).await.unwrap().is_some());
}

async fn a_contact_that_is_gone_takes_no_picture(bed: Bed) {
    let account = account(&bed, "1").await;
    let picture = picture(&bed, account);
    let gone = with(&bed, bed.seams.new_id(), Some(picture.clone()));
    assert!(!bed.store.save_profile(gone).await.unwrap());
    assert!(bed.store.media_by_id(picture.id).await.unwrap().is_none());
}

async fn a_profile_is_told_with_its_conversation(bed: Bed) {
    let thread = rows::thread(&bed.url, &bed.seams).await;
    let contact: ContactId = bed.value("select id from contacts").await.unwrap().parse().unwrap();
    assert!(bed.store.save_profile(with(&bed, contact, None)).await.unwrap());
    while bed.store.number_changes().await.unwrap() > 0 {}
    let told = bed.store.changes_after(0, 10).await.unwrap();
    let event = Event::Conversation { conversation_id: thread.conversation, revision: 1 };
    let (account_id, at) = (Some(thread.account), bed.seams.now());
    assert_eq!(told, [Change { seq: 1, event, account_id, person_id: None, at }]);
}

async fn a_problem_says_when_to_try_again_and_how_often_it_was_tried(bed: Bed) {
    let account = account(&bed, "1").await;
    let contact = bed.contact(account, "501").await;
    let now = bed.seams.now();
    let later = ProblemAt { now, due_at: Some(now.plus_s(60)) };
    bed.store.save_profile_problem(contact, ProfileProblem::Trying { tries: 3 }, later).await.unwrap();
    assert_eq!(bed.value("select cast(profile_at as text) from contacts").await, None, "it has not come to an end");
    assert_eq!(bed.store.claim_profiles(claim(&bed, 4, 2)).await.unwrap(), []);
    bed.clock.advance_s(60);
    assert_eq!(bed.store.claim_profiles(claim(&bed, 4, 2)).await.unwrap()[0].tries, 3);
    let never = ProblemAt { now: bed.seams.now(), due_at: None };
    bed.store.save_profile_problem(contact, ProfileProblem::NoConsent, never).await.unwrap();
    bed.clock.advance_s(1_000_000);
    assert_eq!(bed.store.claim_profiles(claim(&bed, 4, 2)).await.unwrap(), []);
    let kept = "select profile_error || ' ' || cast(profile_at as text) from contacts";
    assert_eq!(bed.value(kept).await, Some(format!("no_consent {}", never.now.0)));
}
