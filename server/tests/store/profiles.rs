use crate::bed::Bed;
use model::ids::AccountId;
use model::platform::Platform;
use model::profile::Facts;
use server::store::profiles::{DueProfile, FetchedProfile, ProblemAt, ProfileClaim, ProfileProblem};
use std::collections::BTreeSet;

crate::on_both!(
    whoever_is_due_is_claimed_once_until_the_claim_runs_out,
    no_account_takes_the_turn_of_another,
    several_processes_share_the_work,
    a_profile_is_kept_and_not_asked_for_again,
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
        picture_id: Some("picture".to_owned()),
        now: bed.seams.now(),
    };
    bed.store.save_profile(profile.clone()).await.unwrap();
    let nameless = FetchedProfile { name: None, picture_id: None, username: Some("hannah_o".to_owned()), ..profile };
    bed.store.save_profile(nameless).await.unwrap();
    let kept = "select name || '/' || username || '/' || picture_id || '/' || profile from contacts";
    let expected = r#"Hannah Okafor/hannah_o/picture/{"follower_count":412}"#;
    assert_eq!(bed.text(kept).await.as_deref(), Some(expected), "a name that is told no longer stays");
    bed.clock.advance_s(1_000_000);
    assert_eq!(bed.store.claim_profiles(claim(&bed, 4, 2)).await.unwrap(), []);
}

async fn a_problem_says_when_to_try_again_and_how_often_it_was_tried(bed: Bed) {
    let account = account(&bed, "1").await;
    let contact = bed.contact(account, "501").await;
    let now = bed.seams.now();
    let later = ProblemAt { now, due_at: Some(now.plus_s(60)) };
    bed.store.save_profile_problem(contact, ProfileProblem::Trying { tries: 3 }, later).await.unwrap();
    assert_eq!(bed.text("select cast(profile_at as text) from contacts").await, None, "it has not come to an end");
    assert_eq!(bed.store.claim_profiles(claim(&bed, 4, 2)).await.unwrap(), []);
    bed.clock.advance_s(60);
    assert_eq!(bed.store.claim_profiles(claim(&bed, 4, 2)).await.unwrap()[0].tries, 3);
    let never = ProblemAt { now: bed.seams.now(), due_at: None };
    bed.store.save_profile_problem(contact, ProfileProblem::NoConsent, never).await.unwrap();
    bed.clock.advance_s(1_000_000);
    assert_eq!(bed.store.claim_profiles(claim(&bed, 4, 2)).await.unwrap(), []);
    let kept = "select profile_error || ' ' || cast(profile_at as text) from contacts";
    assert_eq!(bed.text(kept).await, Some(format!("no_consent {}", never.now.0)));
}
