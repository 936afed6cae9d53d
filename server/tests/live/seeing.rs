//! Who hears what.

use crate::bed::Bed;
use crate::running::{browser, change, client, conversation, serve, serve_on};
use model::live::Event;
use model::person::Role;
use reqwest::StatusCode;
use server::live::Live;
use server::store::changes::NewChange;
use std::time::Duration;

crate::on_both!(
    only_signed_in_people_hear_anything,
    everybody_hears_of_the_accounts_they_may_see,
    what_concerns_one_person_is_for_them_alone,
    sight_that_changes_is_noticed_with_the_next_word_about_it,
);

async fn only_signed_in_people_hear_anything(bed: Bed) {
    let running = serve(&bed).await;
    let answer = client().get(format!("{}/events", running.at)).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    running.stop().await;
}

async fn everybody_hears_of_the_accounts_they_may_see(bed: Bed) {
    let running = serve(&bed).await;
    let [mia, ines, noah] = [
        browser(&bed, "mia@luna.example", Role::Admin).await,
        browser(&bed, "ines@luna.example", Role::Agent).await,
        browser(&bed, "noah@luna.example", Role::Agent).await,
    ];
    let [open, sales] = [bed.an_account("1").await, bed.an_account("2").await];
    bed.team("sales", &[sales], &[ines.person]).await;
    let mut heard = [mia.listen(&running.at).await, ines.listen(&running.at).await, noah.listen(&running.at).await];
    let changes = [Some(open), Some(sales), Some(bed.seams.new_id()), None];
    let changes: Vec<_> = (0..).zip(changes).map(|(n, it)| conversation(&bed, it, n)).collect();
    running.note(changes.clone()).await;
    let expected = [vec![0, 1, 2, 3], vec![0, 1, 3], vec![0, 3]];
    for (stream, expected) in heard.iter_mut().zip(&expected) {
        let expected: Vec<Event> = expected.iter().map(|it| changes[*it].event).collect();
        assert_eq!(stream.events(expected.len()).await, expected);
    }
    for (browser, expected) in [mia, ines, noah].iter().zip(expected) {
        let mut replayed = browser.listen_after(&running.at, "0").await;
        let expected: Vec<Event> = expected.into_iter().map(|it| changes[it].event).collect();
        assert_eq!(replayed.events(expected.len()).await, expected, "and the same of what they missed");
    }
    running.stop().await;
}

async fn what_concerns_one_person_is_for_them_alone(bed: Bed) {
    let running = serve(&bed).await;
    let mia = browser(&bed, "mia@luna.example", Role::Admin).await;
    let ines = browser(&bed, "ines@luna.example", Role::Agent).await;
    let (mut to_mia, mut to_ines) = (mia.listen(&running.at).await, ines.listen(&running.at).await);
    let hidden = bed.an_account("1").await;
    bed.team("sales", &[hidden], &[]).await;
    let mention = change(&bed, Event::Notification { id: bed.seams.new_id(), mentioned_in: None });
    let to = |person_id, account_id| NewChange { person_id: Some(person_id), account_id, ..mention.clone() };
    let of_hidden = NewChange { id: bed.seams.new_id(), ..to(ines.person, Some(hidden)) };
    let last = conversation(&bed, None, 1);
    running.note(vec![to(ines.person, None), of_hidden, last.clone()]).await;
    assert_eq!(to_ines.events(2).await, [mention.event, last.event], "nothing about an account she may not see");
    assert_eq!(to_mia.events(1).await, [last.event]);
    running.stop().await;
}

async fn sight_that_changes_is_noticed_with_the_next_word_about_it(bed: Bed) {
    // No tick comes in between.
    let live = Live::with_tick(Duration::from_hours(1));
    let running = serve_on(&bed, bed.store.clone(), live).await;
    let ines = browser(&bed, "ines@luna.example", Role::Agent).await;
    let account = bed.an_account("1").await;
    let mut heard = ines.listen(&running.at).await;
    bed.team("sales", &[account], &[]).await;
    let about = NewChange { account_id: Some(account), ..change(&bed, Event::Account { account_id: account }) };
    let hidden = conversation(&bed, Some(account), 1);
    running.note(vec![about.clone(), hidden]).await;
    assert_eq!(heard.events(2).await, [Event::Resync, about.event]);
    bed.execute(&format!("insert into team_members (team_id, person_id) values ('sales', '{}')", ines.person)).await;
    let resync = NewChange { person_id: Some(ines.person), ..change(&bed, Event::Resync) };
    let visible = conversation(&bed, Some(account), 2);
    running.note(vec![resync, visible.clone()]).await;
    assert_eq!(heard.events(3).await, [Event::Resync, Event::Resync, visible.event]);
    running.stop().await;
}
