//! What narrows a list holds, whatever it is put together of: compared with what a plain look at each conversation says.

use super::{OPEN, Put, ids, list, mia, only, pages, put, wanted, with};
use crate::bed::Bed;
use model::filter::{Assignee, Filter, WindowKind};
use model::id::Id as _;
use model::ids::{AccountId, ConversationId, LabelId, TeamId};
use model::person::PersonId;
use model::platform::Platform;
use model::priority::Priority;
use model::time::{DAY_S, HOUR_S};
use model::view::View;
use server::store::inbox::Wanted;
use std::collections::HashSet;
use std::fmt::Write as _;

crate::on_both!(
    a_filter_holds_what_a_look_at_each_would_find,
    what_is_rare_is_found_however_much_stands_before_it,
    who_waits_longest_comes_first,
    a_count_says_where_it_stopped,
);

/// The same numbers every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

#[derive(Clone)]
struct Known {
    id: ConversationId,
    put: Put,
    account: AccountId,
    team: Option<TeamId>,
    labels: Vec<LabelId>,
    is_unread: bool,
    priority: Priority,
    mentions: bool,
}

struct Place {
    mia: PersonId,
    ines: PersonId,
    accounts: [AccountId; 2],
    teams: [TeamId; 2],
    labels: [LabelId; 3],
    all: Vec<Known>,
}

async fn place(bed: &Bed, n: usize, chance: &mut Chance) -> Place {
    let mia = mia(bed).await;
    let ines = bed.person("ines@luna.example", "Ines");
    bed.store.insert_person(ines.clone(), bed.audit()).await.unwrap();
    let accounts = [bed.an_account("1").await, bed.an_account("2").await];
    let teams = [1, 2].map(TeamId::from_bits);
    let labels = [1, 2, 3].map(LabelId::from_bits);
    let mut sql = format!("update accounts set platform = 'page' where id = '{}';", accounts[1]);
    for id in teams {
        let _ = write!(
            sql,
            "insert into teams (id, name, name_folded, created_at, updated_at) values ('{id}', '{id}', '{id}', 0, 0);"
        );
    }
    for id in labels {
        let _ = write!(
            sql,
            "insert into labels (id, name, name_folded, colour, created_at) values ('{id}', '{id}', '{id}', '20', 0);"
        );
    }
    bed.execute(&sql).await;
    let mut all = Vec::with_capacity(n);
    for account in accounts {
        let puts: Vec<Put> = (0..n / 2).map(|_| any_put(chance, mia, ines.id)).collect();
        for (id, it) in put(bed, account, puts.clone()).await.into_iter().zip(puts) {
            all.push(Known {
                id,
                put: it,
                account,
                team: [None, Some(teams[0]), Some(teams[1])][index(chance.below(3))],
                labels: labels.into_iter().filter(|_| chance.one_in(3)).collect(),
                is_unread: chance.one_in(3),
                priority: Priority::ALL[index(chance.below(3))],
                mentions: chance.one_in(4),
            });
        }
    }
    bed.execute(&all.iter().map(|it| beside(it, mia)).collect::<String>()).await;
    Place { mia, ines: ines.id, accounts, teams, labels, all }
}

fn index(n: u64) -> usize {
    usize::try_from(n).unwrap()
}

fn any_put(chance: &mut Chance, mia: PersonId, ines: PersonId) -> Put {
    let owner = ["human", "human", "human", "bot", "other"][index(chance.below(5))];
    let heard = [HOUR_S, 23 * HOUR_S, 25 * HOUR_S, 6 * DAY_S, 8 * DAY_S][index(chance.below(5))];
    let assignee = [None, Some(mia), Some(ines)][index(chance.below(3))];
    Put {
        state: ["open", "open", "snoozed", "closed"][index(chance.below(4))],
        owner,
        assignee: assignee.filter(|_| owner == "human"),
        active_ago_s: i64::try_from(chance.below(9)).unwrap() * 60,
        heard_ago_s: (!chance.one_in(6)).then_some(heard + i64::try_from(chance.below(9)).unwrap()),
        is_waiting: chance.one_in(2),
        name: Some(["Ada", "Bo"][index(chance.below(2))]),
        ..OPEN
    }
}

fn beside(it: &Known, mia: PersonId) -> String {
    let (id, mut sql) = (it.id, String::new());
    let unread = i32::from(it.is_unread);
    let team = it.team.map_or_else(|| "null".to_owned(), |it| format!("'{it}'"));
    let priority = it.priority.number();
    let _ = write!(
        sql,
        "update conversations set unread = {unread}, team_id = {team}, priority = {priority} where id = '{id}';"
    );
    for label in &it.labels {
        let _ = write!(sql, "insert into conversation_labels (conversation_id, label_id) values ('{id}', '{label}');");
    }
    // Whoever is mentioned twice is found once.
    for n in 0..if it.mentions { 2 } else { 0 } {
        let _ = write!(
            sql,
            "insert into notifications (id, person_id, kind, conversation_id, created_at)
             values ('{n}-{id}', '{mia}', 'mention', '{id}', 0);"
        );
    }
    sql
}

fn any_filter(chance: &mut Chance, place: &Place) -> (View, Filter) {
    let assignees = [Assignee::Me, Assignee::Nobody, Assignee::Person(place.ines)];
    let view = View::ALL[index(chance.below(7))];
    let filter = Filter {
        words: if chance.one_in(4) { "ada".to_owned() } else { String::new() },
        assignee: chance.one_in(4).then(|| assignees[index(chance.below(3))]),
        team: chance.one_in(4).then(|| place.teams[index(chance.below(2))]),
        labels: place.labels.into_iter().filter(|_| chance.one_in(6)).collect(),
        account: chance.one_in(6).then(|| place.accounts[index(chance.below(2))]),
        platform: chance.one_in(6).then(|| [Platform::Instagram, Platform::Page][index(chance.below(2))]),
        window: chance.one_in(4).then(|| WindowKind::ALL[index(chance.below(3))]),
        priority: chance.one_in(5).then(|| Priority::ALL[index(chance.below(3))]),
        any_state: chance.one_in(4),
        is_unread: chance.one_in(4),
        is_waiting: chance.one_in(5),
        mentions_me: chance.one_in(6),
        longest_first: chance.one_in(4),
        owner: None,
    };
    (view, filter)
}

/// As anybody would decide it who looks at one conversation.
fn holds(it: &Known, view: View, filter: &Filter, mia: PersonId) -> bool {
    let (put, is_ours) = (&it.put, it.put.owner == "human");
    let (is_open, heard) = (put.state == "open", put.heard_ago_s.unwrap_or(i64::MAX));
    let is_open = is_open || filter.any_state;
    let in_view = match view {
        View::Mine => is_open && put.assignee == Some(mia),
        View::Unassigned => is_open && is_ours && put.assignee.is_none(),
        View::AllOpen => is_open,
        View::ExpiringSoon => {
            put.state == "open" && is_ours && put.is_waiting && (22 * HOUR_S..24 * HOUR_S).contains(&heard)
        }
        View::WithTheBot => is_open && !is_ours,
        View::Snoozed => put.state == "snoozed",
        View::Closed => put.state == "closed",
    };
    let is_waiting = put.is_waiting && put.heard_ago_s.is_some();
    in_view
        && (filter.words.is_empty() || put.name == Some("Ada"))
        && match filter.assignee {
            None => true,
            Some(Assignee::Me) => put.assignee == Some(mia),
            Some(Assignee::Nobody) => put.assignee.is_none(),
            Some(Assignee::Person(id)) => put.assignee == Some(id),
        }
        && filter.team.is_none_or(|id| it.team == Some(id))
        && filter.labels.iter().all(|id| it.labels.contains(id))
        && filter.account.is_none_or(|id| it.account == id)
        && filter.window.is_none_or(|window| match window {
            WindowKind::Standard => heard < DAY_S,
            WindowKind::HumanAgent => (DAY_S..7 * DAY_S).contains(&heard),
            WindowKind::Closed => heard >= 7 * DAY_S,
        })
        && filter.priority.is_none_or(|priority| it.priority == priority)
        && (!filter.is_unread || it.is_unread)
        && (!filter.is_waiting || is_waiting)
        && (!filter.longest_first || view == View::ExpiringSoon || is_waiting)
        && (!filter.mentions_me || it.mentions)
}

async fn a_filter_holds_what_a_look_at_each_would_find(bed: Bed) {
    let mut chance = Chance(7);
    let place = place(&bed, 240, &mut chance).await;
    let mut n_found = 0;
    for _ in 0..150 {
        let (view, filter) = any_filter(&mut chance, &place);
        let sight =
            [server::store::sight::Sight::EveryAccount, only(&place.accounts[..1])][index(chance.below(2))].clone();
        let is_there = |it: &&Known| {
            let platform = if it.account == place.accounts[0] { Platform::Instagram } else { Platform::Page };
            sight.includes(it.account)
                && filter.platform.is_none_or(|wanted| wanted == platform)
                && holds(it, view, &filter, place.mia)
        };
        let expected: HashSet<_> = place.all.iter().filter(is_there).map(|it| it.id).collect();
        let asked = with(Wanted { limit: 7, ..wanted(&bed, view) }, |it| {
            (it.filter, it.person, it.sight) = (filter.clone(), place.mia, sight.clone());
        });
        let found = pages(&bed, asked.clone()).await;
        assert_eq!(found.len(), expected.len(), "nothing twice: {view:?} {filter:?}");
        assert_eq!(found.iter().copied().collect::<HashSet<_>>(), expected, "{view:?} {filter:?}");
        let count = bed.store.count_list(asked.of.clone()).await.unwrap();
        assert_eq!(count, (i64::try_from(expected.len()).unwrap(), false), "{view:?} {filter:?}");
        for it in place.all.iter().step_by(40) {
            let one = bed.store.find_in_list(asked.of.clone(), it.id).await.unwrap();
            let is_seen = sight.includes(it.account);
            assert_eq!(one.map(|it| it.1), is_seen.then(|| expected.contains(&it.id)), "{view:?} {filter:?}");
        }
        n_found += found.len();
    }
    assert!(n_found > 500, "{n_found}");
}

async fn what_is_rare_is_found_however_much_stands_before_it(bed: Bed) {
    let account = bed.an_account("1").await;
    let label = LabelId::compose(1, [1; 10]);
    let all: Vec<Put> = (0..4800).map(|n| Put { active_ago_s: n, ..OPEN }).collect();
    let ids = put(&bed, account, all).await;
    let rare = [ids[3], ids[2400], ids[4799]];
    let mut sql = format!(
        "insert into labels (id, name, name_folded, colour, created_at) values ('{label}', 'x', 'x', '20', 0);
         update conversations set unread = 1;"
    );
    for id in rare {
        let _ = write!(sql, "update conversations set unread = 0 where id = '{id}';");
    }
    for id in &ids {
        let _ = write!(sql, "insert into conversation_labels (conversation_id, label_id) values ('{id}', '{label}');");
    }
    bed.execute(&sql).await;
    // Neither who is labelled nor who is unread are few: the view is walked to its end.
    let of = |filter: Filter| with(wanted(&bed, View::AllOpen), |it| it.filter = filter);
    let labelled = Filter { labels: vec![label], ..Filter::default() };
    let both = of(Filter { is_unread: true, ..labelled.clone() });
    assert_eq!(
        list(&bed, both).await,
        ids.iter().copied().filter(|it| !rare.contains(it)).take(50).collect::<Vec<_>>()
    );
    bed.execute(&format!("update conversations set assignee_id = null, priority = 0; delete from conversation_labels where conversation_id not in ('{}', '{}', '{}')", rare[0], rare[1], rare[2])).await;
    assert_eq!(list(&bed, of(labelled)).await, rare);
}

async fn who_waits_longest_comes_first(bed: Bed) {
    let account = bed.an_account("1").await;
    let of = |waits: i64, active_ago_s| Put { heard_ago_s: Some(waits), is_waiting: true, active_ago_s, ..OPEN };
    let all = put(&bed, account, vec![of(10, 3), of(900, 1), OPEN, of(300, 2), of(300, 9)]).await;
    let filter = Filter { longest_first: true, ..Filter::default() };
    let asked = with(Wanted { limit: 2, ..wanted(&bed, View::AllOpen) }, |it| it.filter = filter);
    let mut same = [all[3], all[4]];
    same.sort();
    assert_eq!(pages(&bed, asked.clone()).await, [all[1], same[0], same[1], all[0]]);
    assert_eq!(ids(&bed.store.list_conversations(asked).await.unwrap()), [all[1], same[0]]);
}

async fn a_count_says_where_it_stopped(bed: Bed) {
    let account = bed.an_account("1").await;
    put(&bed, account, vec![Put { heard_ago_s: Some(HOUR_S), ..OPEN }; 10_010]).await;
    let of = |window| with(wanted(&bed, View::AllOpen), |it| it.filter.window = Some(window)).of;
    assert_eq!(bed.store.count_list(of(WindowKind::Closed)).await.unwrap(), (0, true), "nobody looked at all of it");
    assert_eq!(bed.store.count_list(of(WindowKind::Standard)).await.unwrap(), (1000, false), "nobody counts on");
}
