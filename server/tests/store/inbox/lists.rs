use super::{OPEN, Put, ago, list, mia, only, pages, put, searched, wanted, with};
use crate::bed::Bed;
use model::ids::{AccountId, ConversationId};
use model::inbox::{After, COUNTED_MOST, Owner};
use model::person::PersonId;
use model::platform::Platform;
use model::thread::Author;
use model::time::{HOUR_S, Timestamp};
use model::view::View;
use server::store::inbox::Wanted;
use server::store::search::Indexed;
use server::store::sight::Sight;

crate::on_both!(
    each_view_holds_what_stands_there,
    the_newest_activity_comes_first,
    what_closes_first_comes_first_among_what_expires,
    a_list_is_paged_without_gap_or_repetition,
    what_expires_is_paged_without_gap_or_repetition,
    nothing_is_listed_from_out_of_sight,
    many_accounts_are_listed_as_few_are,
    a_row_names_what_it_mentions,
    words_are_found_in_names_and_in_the_newest_words,
    what_is_found_comes_in_pages_too,
    whoever_is_called_so_is_found_however_far_back,
    odd_wishes_are_answered,
    nobody_counts_beyond_the_most,
);

/// One of each kind, and where it is to be found.
async fn one_of_each(bed: &Bed, account: AccountId, mia: PersonId, ines: PersonId) -> Vec<(ConversationId, Vec<View>)> {
    use View::{AllOpen, Closed, ExpiringSoon, Mine, Snoozed, Unassigned, WithTheBot};
    let heard = |hours: i64| Put { heard_ago_s: Some(hours * HOUR_S), is_waiting: true, ..OPEN };
    let kinds = [
        (OPEN, vec![Unassigned, AllOpen]),
        (Put { assignee: Some(mia), ..OPEN }, vec![Mine, AllOpen]),
        (Put { assignee: Some(ines), ..OPEN }, vec![AllOpen]),
        (Put { assignee: Some(mia), ..heard(23) }, vec![Mine, AllOpen, ExpiringSoon]),
        (heard(23), vec![Unassigned, AllOpen, ExpiringSoon]),
        (heard(21), vec![Unassigned, AllOpen]),
        (heard(25), vec![Unassigned, AllOpen]),
        (Put { is_waiting: false, ..heard(23) }, vec![Unassigned, AllOpen]),
        (Put { owner: "bot", ..heard(23) }, vec![AllOpen, WithTheBot]),
        (Put { owner: "other", ..OPEN }, vec![AllOpen, WithTheBot]),
        (Put { state: "closed", owner: "other", ..OPEN }, vec![Closed]),
        (Put { state: "snoozed", assignee: Some(mia), ..OPEN }, vec![Snoozed]),
        (Put { state: "snoozed", ..heard(23) }, vec![Snoozed]),
        (Put { state: "closed", assignee: Some(mia), ..OPEN }, vec![Closed]),
    ];
    let mut all = Vec::new();
    for (kind, views) in kinds {
        all.push((kind.into(bed, account).await, views));
    }
    all
}

fn seen_by(wanted: Wanted, person: PersonId, sight: &Sight) -> Wanted {
    with(wanted, |it| (it.person, it.sight) = (person, sight.clone()))
}

async fn each_view_holds_what_stands_there(bed: Bed) {
    let account = bed.an_account("1").await;
    let mia = mia(&bed).await;
    let ines = bed.person("ines@luna.example", "Ines");
    bed.store.insert_person(ines.clone(), bed.audit()).await.unwrap();
    let all = one_of_each(&bed, account, mia, ines.id).await;
    for sight in [Sight::EveryAccount, only(&[account])] {
        let counts = bed.store.count_views(mia, &sight, bed.seams.now()).await.unwrap();
        assert_eq!(counts.iter().map(|it| it.0).collect::<Vec<_>>(), View::ALL);
        for (view, count) in counts {
            let mut expected: Vec<_> = all.iter().filter(|it| it.1.contains(&view)).map(|it| it.0).collect();
            let mut found = list(&bed, seen_by(wanted(&bed, view), mia, &sight)).await;
            expected.sort();
            found.sort();
            assert_eq!(found, expected, "{view:?}");
            assert_eq!(count, i64::try_from(expected.len()).unwrap(), "{view:?}");
        }
    }
}

async fn the_newest_activity_comes_first(bed: Bed) {
    let account = bed.an_account("1").await;
    let of = |active_ago_s| Put { active_ago_s, ..OPEN };
    let [old, new, between] = put(&bed, account, vec![of(900), of(10), of(500)]).await[..] else { unreachable!() };
    assert_eq!(list(&bed, wanted(&bed, View::AllOpen)).await, [new, between, old]);
}

async fn what_closes_first_comes_first_among_what_expires(bed: Bed) {
    let account = bed.an_account("1").await;
    // What was active last closes last or first: it makes no difference.
    let of = |minutes_left: i64, active_ago_s| Put {
        heard_ago_s: Some(24 * HOUR_S - minutes_left * 60),
        is_waiting: true,
        active_ago_s,
        ..OPEN
    };
    let all = put(&bed, account, vec![of(119, 1), of(5, 2), of(60, 3), of(0, 4), of(120, 5), of(121, 6)]).await;
    let expected = [all[1], all[2], all[0], all[4]];
    assert_eq!(list(&bed, wanted(&bed, View::ExpiringSoon)).await, expected);
    bed.clock.advance_s(10 * 60);
    let later = list(&bed, wanted(&bed, View::ExpiringSoon)).await;
    assert_eq!(later, [all[2], all[0], all[4], all[5]], "one is over, and one has come near");
}

async fn a_list_is_paged_without_gap_or_repetition(bed: Bed) {
    let (first, second) = (bed.an_account("1").await, bed.an_account("2").await);
    let mut expected = Vec::new();
    for account in [first, second] {
        // Seven at a time have the same moment.
        let all: Vec<Put> = (0..125).map(|n| Put { active_ago_s: n / 7, ..OPEN }).collect();
        let ids = put(&bed, account, all).await;
        expected.extend((0i64..).zip(ids).map(|(n, id)| (-(n / 7), id)));
    }
    expected.sort();
    let expected: Vec<_> = expected.into_iter().rev().map(|it| it.1).collect();
    for view in [View::AllOpen, View::Unassigned] {
        for sight in [Sight::EveryAccount, only(&[first, second])] {
            for limit in [40, 50, 100] {
                let found =
                    pages(&bed, Wanted { limit, ..with(wanted(&bed, view), |it| it.sight = sight.clone()) }).await;
                assert_eq!(found, expected, "{view:?} {limit}");
            }
        }
    }
}

async fn what_expires_is_paged_without_gap_or_repetition(bed: Bed) {
    let account = bed.an_account("1").await;
    let heard = |n: i64| Some(23 * HOUR_S + n / 5);
    let all = (0..60).map(|n| Put { heard_ago_s: heard(n), is_waiting: true, ..OPEN }).collect();
    let mut expected: Vec<_> = (0i64..).zip(put(&bed, account, all).await).map(|(n, id)| (-(n / 5), id)).collect();
    expected.sort();
    let expected: Vec<_> = expected.into_iter().map(|it| it.1).collect();
    assert_eq!(pages(&bed, Wanted { limit: 7, ..wanted(&bed, View::ExpiringSoon) }).await, expected);
}

async fn nothing_is_listed_from_out_of_sight(bed: Bed) {
    let [open, sales] = [bed.an_account("1").await, bed.an_account("2").await];
    let mia = mia(&bed).await;
    bed.team("sales", &[sales], &[]).await;
    let seen = one_of_each(&bed, open, mia, mia).await;
    let unseen = one_of_each(&bed, sales, mia, mia).await;
    let sight = bed.store.find_sight(mia).await.unwrap().unwrap();
    assert_eq!(sight, only(&[open]));
    for view in View::ALL {
        let wanted = seen_by(wanted(&bed, view), mia, &sight);
        let found = list(&bed, wanted.clone()).await;
        assert!(!found.is_empty() && found.iter().all(|id| seen.iter().any(|it| it.0 == *id)), "{view:?}");
        assert_eq!(list(&bed, searched(wanted.clone(), "hello")).await, found);
        assert_eq!(list(&bed, with(wanted, |it| it.sight = only(&[]))).await, []);
    }
    assert!(bed.store.find_conversation(seen[0].0, &sight).await.unwrap().is_some());
    assert_eq!(bed.store.find_conversation(unseen[0].0, &sight).await.unwrap(), None);
    assert!(bed.store.find_conversation(unseen[0].0, &Sight::EveryAccount).await.unwrap().is_some());
    let none = bed.store.count_views(mia, &only(&[]), bed.seams.now()).await.unwrap();
    assert!(none.iter().all(|it| it.1 == 0));
}

async fn many_accounts_are_listed_as_few_are(bed: Bed) {
    let mut accounts = Vec::new();
    let mut expected = Vec::new();
    for n in 0..40 {
        accounts.push(bed.an_account(&n.to_string()).await);
        expected.push(Put { active_ago_s: n, ..OPEN }.into(&bed, accounts[accounts.len() - 1]).await);
    }
    for n in [3, 32, 33, 40] {
        let wanted = Wanted { limit: 9, ..with(wanted(&bed, View::AllOpen), |it| it.sight = only(&accounts[..n])) };
        assert_eq!(pages(&bed, wanted).await, expected[..n], "{n}");
    }
}

async fn a_row_names_what_it_mentions(bed: Bed) {
    let account = bed.an_account("1").await;
    let mia = mia(&bed).await;
    let named = Put { assignee: Some(mia), name: Some("Ada"), username: Some("ada.k"), heard_ago_s: Some(5), ..OPEN };
    let id = Put { is_waiting: true, ..named }.into(&bed, account).await;
    let bot = Put { owner: "bot", ..OPEN }.into(&bed, account).await;
    let [known, unknown] = put(&bed, account, vec![Put { owner: "other", ..OPEN }; 2]).await[..] else {
        unreachable!()
    };
    bed.execute(&format!(
        "insert into bots (id, name, created_at, updated_at) values ('b', 'Robin', 0, 0);
         insert into apps (id, kind, name, created_at, updated_at) values ('42', 'other', 'Chatty', 0, 0);
         update conversations set owner_bot_id = 'b' where id = '{bot}';
         update conversations set owner_app_id = '42' where id = '{known}';
         update conversations set owner_app_id = '43' where id = '{unknown}';
         insert into messages (id, conversation_id, at, direction, kind, state, author_kind, author_id, created_at,
            updated_at) values ('m', '{id}', 0, 'out', 'text', 'sent', 'agent', '{mia}', 0, 0);
         update conversations set preview_message_id = 'm', preview_author = 'agent', unread = 3, n_failed = 2,
            revision = 7 where id = '{id}';"
    ))
    .await;
    let row = bed.store.find_conversation(id, &Sight::EveryAccount).await.unwrap().unwrap();
    assert_eq!(
        (row.account_id, row.account_name.as_str(), row.platform),
        (account, "Luna Ceramics", Platform::Instagram)
    );
    assert_eq!((row.contact.name.as_deref(), row.contact.username.as_deref()), (Some("Ada"), Some("ada.k")));
    assert_eq!(row.assignee.map(|it| (it.id, it.name)), Some((mia, "Mia".to_owned())));
    assert_eq!((row.preview_author, row.preview_author_id), (Some(Author::Agent), Some(mia.to_string())));
    assert_eq!((row.unread, row.n_failed, row.revision), (3, 2, 7));
    assert_eq!(
        (row.heard.action_at, row.heard.message_at, row.waiting_since),
        (Some(ago(5)), Some(ago(5)), Some(ago(5)))
    );
    assert_eq!((row.owner, row.last_activity_at, row.snoozed_until), (Owner::Human, ago(60), None));
    let bots = bed.store.list_conversations(wanted(&bed, View::WithTheBot)).await.unwrap().rows;
    let owner = |id| bots.iter().find(|it| it.id == id).unwrap().owner.clone();
    assert_eq!(owner(bot), Owner::Bot { name: Some("Robin".to_owned()) });
    assert_eq!(owner(known), Owner::Other { app: Some("Chatty".to_owned()) });
    assert_eq!(owner(unknown), Owner::Other { app: None });
}

async fn words_are_found_in_names_and_in_the_newest_words(bed: Bed) {
    let account = bed.an_account("1").await;
    let ada = Put { name: Some("Ada Öztürk"), username: Some("ada.100%"), active_ago_s: 1, ..OPEN };
    let anna = Put { name: Some("Анна"), preview: "Is the BLUE kettle back?", active_ago_s: 2, ..OPEN };
    let [ada, anna, _] = put(&bed, account, vec![ada, anna, Put { active_ago_s: 3, ..OPEN }]).await[..] else {
        unreachable!()
    };
    let find = async |words: &str| list(&bed, searched(wanted(&bed, View::AllOpen), words)).await;
    for words in ["ada", "ÖZTÜRK", "öz ADA", "@Ada.100%", "100%"] {
        assert_eq!(find(words).await, [ada], "{words}");
    }
    for words in ["анна", "Kettle", "kettle АННА"] {
        assert_eq!(find(words).await, [anna], "{words}");
    }
    assert_eq!(find("an").await.len(), 0);
    assert_eq!(find("%").await, [ada]);
    assert_eq!(find("_'\"\\").await, []);
    assert_eq!(find("  ").await.len(), 3);
    assert_eq!(find(&"x".repeat(100_000)).await, []);
    assert_eq!(list(&bed, searched(wanted(&bed, View::Closed), "ada")).await, []);
}

async fn what_is_found_comes_in_pages_too(bed: Bed) {
    let account = bed.an_account("1").await;
    let name = |n: i64| if n % 3 == 0 { Some("Ada") } else { Some("Bo") };
    let all: Vec<Put> = (0..700).map(|n| Put { active_ago_s: n, name: name(n), ..OPEN }).collect();
    let ids = put(&bed, account, all).await;
    let expected: Vec<_> = ids.into_iter().step_by(3).collect();
    let wanted = Wanted { limit: 100, ..searched(wanted(&bed, View::AllOpen), "ada") };
    assert_eq!(pages(&bed, wanted).await, expected);
}

async fn whoever_is_called_so_is_found_however_far_back(bed: Bed) {
    let account = bed.an_account("1").await;
    let far_back = Put { active_ago_s: 9000, name: Some("Zoë Blum"), username: Some("zoe.b"), ..OPEN };
    let mut all: Vec<Put> = (0..2100).map(|n| Put { active_ago_s: n, name: Some("Bo"), ..OPEN }).collect();
    all.extend([
        far_back.clone(),
        Put { state: "closed", ..far_back.clone() },
        Put { name: Some("Bozo"), username: None, ..far_back },
    ]);
    let ids = put(&bed, account, all).await;
    while bed.store.index_next(5000, bed.seams.now()).await.unwrap() != Indexed::Nothing {}
    let find = async |words: &str| list(&bed, searched(wanted(&bed, View::AllOpen), words)).await;
    for words in ["zoe", "blum ZO", "@zoe.b"] {
        assert_eq!(find(words).await, [ids[2100]], "{words}");
        let of = searched(wanted(&bed, View::AllOpen), words).of;
        let (_, fits) = bed.store.find_in_list(of, ids[2100]).await.unwrap().unwrap();
        assert!(fits, "{words}");
    }
    assert_eq!(find("zo").await.len(), 1, "the middle of a name only among the newest");
    let bos = pages(&bed, Wanted { limit: 100, ..searched(wanted(&bed, View::AllOpen), "bo") }).await;
    let expected: Vec<_> = ids[..2100].iter().chain(&ids[2102..]).copied().collect();
    assert_eq!(bos, expected);
}

async fn odd_wishes_are_answered(bed: Bed) {
    let account = bed.an_account("1").await;
    let heard = Put { heard_ago_s: Some(23 * HOUR_S), is_waiting: true, ..OPEN };
    put(&bed, account, vec![heard; 120]).await;
    let nowhere = ConversationId::from_bits(7);
    for view in View::ALL {
        let wanted = wanted(&bed, view);
        let n = async |limit, after| list(&bed, Wanted { limit, after, ..wanted.clone() }).await.len();
        let holds = matches!(view, View::AllOpen | View::Unassigned | View::ExpiringSoon);
        assert_eq!(n(0, None).await, usize::from(holds));
        assert_eq!(n(u32::MAX, None).await, if holds { 100 } else { 0 });
        for at in [i64::MIN, -1, 0, i64::MAX] {
            assert!(n(10, Some(After { at: Timestamp(at), id: nowhere })).await <= 10, "{view:?} {at}");
        }
    }
}

async fn nobody_counts_beyond_the_most(bed: Bed) {
    let account = bed.an_account("1").await;
    let most = COUNTED_MOST as usize;
    put(&bed, account, vec![OPEN; most + 5]).await;
    for sight in [Sight::EveryAccount, only(&[account])] {
        let counts = bed.store.count_views(PersonId::from_bits(1), &sight, bed.seams.now()).await.unwrap();
        let of = |view| counts.iter().find(|it| it.0 == view).unwrap().1;
        assert_eq!((of(View::AllOpen), of(View::Mine)), (i64::from(COUNTED_MOST), 0));
    }
}
