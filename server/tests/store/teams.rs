//! Teams, accounts' settings, rules and working hours: who may change them, and what follows.

use crate::bed::Bed;
use model::assignment::Method;
use model::audit::Action;
use model::hours::{DayHours, Hours, read_exceptions};
use model::ids::{AccountId, ConversationId, ScheduleId, TeamId};
use model::inbox::MarksSeen;
use model::live::Event;
use model::person::{PersonId, Role};
use model::teams::{Rule, Schedule, Standing, TeamRefusal};
use server::store::account_settings::AccountSetting;
use server::store::audit::Subject;
use server::store::rules::RuleChange;
use server::store::teams::{Named, RunChange};

crate::on_both!(
    a_team_has_a_name_of_its_own,
    whoever_comes_or_goes_looks_again,
    who_no_longer_sees_an_account_lets_go_of_its_conversations,
    a_team_that_alone_sees_an_account_stays,
    an_account_is_limited_to_teams,
    what_is_set_for_an_account_is_told_and_noted,
    rules_are_asked_in_their_order,
    hours_come_back_as_they_were_kept,
    an_agent_changes_nothing,
);

fn change(bed: &Bed, by: PersonId) -> RunChange {
    bed.clock.advance_s(1);
    let (now, audit_id, change_id) = (bed.seams.now(), bed.seams.new_id(), bed.seams.new_id());
    RunChange { by, now, audit_id, change_id, address: Some("192.0.2.1".to_owned()) }
}

async fn told(bed: &Bed) -> Vec<(Event, Option<PersonId>)> {
    bed.store.number_changes().await.unwrap();
    let all = bed.store.changes_after(0, 100).await.unwrap();
    all.into_iter().map(|it| (it.event, it.person_id)).collect()
}

async fn add(bed: &Bed, by: PersonId, name: &str) -> TeamId {
    let id = bed.seams.new_id();
    assert_eq!(bed.store.add_team(change(bed, by), id, name.to_owned()).await.unwrap(), Ok(Named::Yes));
    id
}

async fn set(bed: &Bed, by: PersonId, id: AccountId, to: AccountSetting) -> Result<(), TeamRefusal> {
    bed.store.set_account(change(bed, by), id, to).await.unwrap()
}

async fn assigned(bed: &Bed, account: AccountId, to: PersonId, state: &str) -> ConversationId {
    let contact = bed.contact(account, &bed.seams.new_id::<TeamId>().to_string()).await;
    let id = ConversationId::of(contact);
    let insert = format!(
        "insert into conversations (id, account_id, contact_id, state, assignee_id, last_activity_at, created_at, updated_at)
         values ('{id}', '{account}', '{contact}', '{state}', '{to}', 0, 0, 0)"
    );
    bed.execute(&insert).await;
    id
}

async fn assignee(bed: &Bed, id: ConversationId) -> Option<String> {
    bed.value(&format!("select assignee_id from conversations where id = '{id}'")).await
}

async fn a_team_has_a_name_of_its_own(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    let orders = add(&bed, mia, "Orders").await;
    assert_eq!(bed.last_action().await, (Action::TeamAdded, Some(mia), Some(Subject::Team(orders))));
    let again = bed.store.add_team(change(&bed, mia), bed.seams.new_id(), "ORDERS".to_owned()).await.unwrap();
    assert_eq!(again, Ok(Named::Taken));
    let returns = add(&bed, mia, "Returns").await;
    let rename = async |id, name: &str| bed.store.rename_team(change(&bed, mia), id, name.to_owned()).await.unwrap();
    assert_eq!(rename(returns, "orders").await, Ok(Named::Taken));
    assert_eq!(rename(orders, "orders").await, Ok(Named::Yes), "its own name is free");
    assert_eq!(rename(bed.seams.new_id(), "Kiln").await, Err(TeamRefusal::NotThere));
    let mut names: Vec<String> = bed.store.list_teams().await.unwrap().into_iter().map(|it| it.name).collect();
    names.sort();
    assert_eq!(names, ["Returns", "orders"]);
}

async fn whoever_comes_or_goes_looks_again(bed: Bed) {
    let [mia, ines] = [bed.somebody("Mia", Role::Admin).await, bed.somebody("Ines", Role::Agent).await];
    let noah = bed.somebody("Noah", Role::Agent).await;
    let team = add(&bed, mia, "Orders").await;
    let members = async |of: &[PersonId]| bed.store.set_members(change(&bed, mia), team, of.to_vec()).await.unwrap();
    assert_eq!(members(&[ines, noah]).await, Ok(()));
    assert_eq!(members(&[noah, ines]).await, Ok(()), "nothing new");
    assert_eq!(members(&[noah, bed.seams.new_id()]).await, Ok(()), "who is nobody is passed over");
    let mut people: Vec<_> =
        told(&bed).await.into_iter().filter_map(|(event, it)| it.filter(|_| event == Event::Resync)).collect();
    people.retain(|it| [ines, noah].contains(it));
    people.sort();
    let mut expected = vec![ines, ines, noah];
    expected.sort();
    assert_eq!(people, expected);
    let mates = bed.store.list_teammates(team).await.unwrap();
    assert_eq!(
        (mates.len(), mates.iter().filter(|it| it.is_member).map(|it| it.id).collect::<Vec<_>>()),
        (3, vec![noah])
    );
    assert_eq!(bed.store.list_teams().await.unwrap()[0].members[0].name, "Noah");
    let nowhere = bed.store.set_members(change(&bed, mia), bed.seams.new_id(), vec![]).await.unwrap();
    assert_eq!(nowhere, Err(TeamRefusal::NotThere));
}

async fn who_no_longer_sees_an_account_lets_go_of_its_conversations(bed: Bed) {
    let [mia, ines] = [bed.somebody("Mia", Role::Admin).await, bed.somebody("Ines", Role::Agent).await];
    let [shop, open] = [bed.an_account("1").await, bed.an_account("2").await];
    let team = add(&bed, mia, "Orders").await;
    bed.store.set_members(change(&bed, mia), team, vec![ines]).await.unwrap().unwrap();
    set(&bed, mia, shop, AccountSetting::Teams(vec![team])).await.unwrap();
    let [hers, elsewhere] = [assigned(&bed, shop, ines, "open").await, assigned(&bed, open, ines, "open").await];
    let [closed, of_mia] = [assigned(&bed, shop, ines, "closed").await, assigned(&bed, shop, mia, "open").await];
    bed.store.set_members(change(&bed, mia), team, vec![]).await.unwrap().unwrap();
    assert_eq!(assignee(&bed, hers).await, None);
    let kept = [assignee(&bed, elsewhere).await, assignee(&bed, closed).await, assignee(&bed, of_mia).await];
    assert_eq!(kept, [ines, ines, mia].map(|it| Some(it.to_string())));
    assert!(!bed.store.find_sight(ines).await.unwrap().unwrap().includes(shop));
    let line = bed.value("select author_id || detail from messages").await.unwrap();
    assert!(line.starts_with(&mia.to_string()) && line.contains("assigned"), "{line}");
}

async fn a_team_that_alone_sees_an_account_stays(bed: Bed) {
    let [mia, ines] = [bed.somebody("Mia", Role::Admin).await, bed.somebody("Ines", Role::Agent).await];
    let shop = bed.an_account("1").await;
    let [orders, returns] = [add(&bed, mia, "Orders").await, add(&bed, mia, "Returns").await];
    bed.store.set_members(change(&bed, mia), orders, vec![ines]).await.unwrap().unwrap();
    set(&bed, mia, shop, AccountSetting::Teams(vec![orders])).await.unwrap();
    let delete = async |id| bed.store.delete_team(change(&bed, mia), id).await.unwrap();
    assert_eq!(delete(orders).await, Err(TeamRefusal::OnlyOneThatSees), "else everybody would see it");
    set(&bed, mia, shop, AccountSetting::Teams(vec![orders, returns])).await.unwrap();
    let hers = assigned(&bed, shop, ines, "open").await;
    assert_eq!(delete(orders).await, Ok(()));
    assert_eq!(assignee(&bed, hers).await, None);
    assert_eq!(delete(orders).await, Err(TeamRefusal::NotThere));
    assert!(!bed.store.find_sight(ines).await.unwrap().unwrap().includes(shop));
}

async fn an_account_is_limited_to_teams(bed: Bed) {
    let [mia, ines] = [bed.somebody("Mia", Role::Admin).await, bed.somebody("Ines", Role::Agent).await];
    let shop = bed.an_account("1").await;
    let team = add(&bed, mia, "Orders").await;
    let sees = async || bed.store.find_sight(ines).await.unwrap().unwrap().includes(shop);
    assert!(sees().await);
    set(&bed, mia, shop, AccountSetting::Teams(vec![team])).await.unwrap();
    assert!(!sees().await);
    assert!(told(&bed).await.contains(&(Event::Account { account_id: shop }, None)), "every stream looks again");
    set(&bed, mia, shop, AccountSetting::Teams(vec![bed.seams.new_id()])).await.unwrap();
    assert!(!sees().await, "a team that is gone makes it nobody else's");
    set(&bed, mia, shop, AccountSetting::Teams(vec![])).await.unwrap();
    assert!(sees().await, "by choice it is everybody's");
    assert_eq!(set(&bed, mia, bed.seams.new_id(), AccountSetting::Paused).await, Err(TeamRefusal::NotThere));
}

async fn what_is_set_for_an_account_is_told_and_noted(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    let shop = bed.an_account("1").await;
    let schedule = kept(&bed, mia).await;
    let shows = AccountSetting::Shows { typing: false, marks_seen: MarksSeen::Never };
    for (to, action) in [
        (AccountSetting::Paused, Action::AccountPaused),
        (AccountSetting::Resumed, Action::AccountResumed),
        (shows.clone(), Action::AccountChanged),
        (AccountSetting::Schedule(Some(schedule)), Action::AccountHours),
        (AccountSetting::Paused, Action::AccountPaused),
    ] {
        let before = told(&bed).await.len();
        for _ in 0..2 {
            set(&bed, mia, shop, to.clone()).await.unwrap();
        }
        assert_eq!(told(&bed).await.len(), before + 1, "once: {to:?}");
        assert_eq!(bed.last_action().await, (action, Some(mia), Some(Subject::Account(shop))));
    }
    let listed = bed.store.list_accounts_in_use().await.unwrap().remove(0);
    assert_eq!((listed.standing, listed.typing, listed.marks_seen), (Standing::Paused, false, MarksSeen::Never));
    assert_eq!((listed.schedule, listed.tokens.len(), listed.can_send()), (Some(schedule), 0, false));
    let gone = set(&bed, mia, shop, AccountSetting::Schedule(Some(bed.seams.new_id()))).await;
    assert_eq!(gone, Err(TeamRefusal::NotThere));
}

async fn rules_are_asked_in_their_order(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    let shop = bed.an_account("1").await;
    let team = add(&bed, mia, "Orders").await;
    let mut ids = Vec::new();
    for (account, method) in [(None, Method::RoundRobin), (Some(shop), Method::LeastBusy), (None, Method::TeamOnly)] {
        let rule = Rule { id: bed.seams.new_id(), account, team, method, is_on: true };
        ids.push(rule.id);
        bed.store.add_rule(change(&bed, mia), rule).await.unwrap().unwrap();
    }
    let alter = async |id, to| bed.store.change_rule(change(&bed, mia), id, to).await.unwrap();
    let order = async || bed.store.list_rules().await.unwrap().into_iter().map(|it| it.id).collect::<Vec<_>>();
    assert_eq!(order().await, ids);
    assert_eq!((alter(ids[2], RuleChange::Earlier).await, alter(ids[0], RuleChange::Earlier).await), (Ok(()), Ok(())));
    assert_eq!(order().await, [ids[0], ids[2], ids[1]]);
    alter(ids[0], RuleChange::Off).await.unwrap();
    alter(ids[2], RuleChange::Deleted).await.unwrap();
    let left = bed.store.list_rules().await.unwrap();
    let left: Vec<_> = left.into_iter().map(|it| (it.id, it.account, it.method, it.is_on)).collect();
    assert_eq!(left, [(ids[0], None, Method::RoundRobin, false), (ids[1], Some(shop), Method::LeastBusy, true)]);
    assert_eq!(alter(ids[2], RuleChange::On).await, Err(TeamRefusal::NotThere));
    let rule =
        Rule { id: bed.seams.new_id(), account: Some(bed.seams.new_id()), team, method: Method::TeamOnly, is_on: true };
    assert_eq!(bed.store.add_rule(change(&bed, mia), rule).await.unwrap(), Err(TeamRefusal::NotThere));
}

async fn kept(bed: &Bed, by: PersonId) -> ScheduleId {
    let mut hours = Hours { exceptions: read_exceptions("2026-12-24 closed").unwrap(), ..Hours::default() };
    hours.week[0] = DayHours::read("9:00-12:30, 13:30-18:00").unwrap();
    let schedule = Schedule { id: bed.seams.new_id(), name: "Shop".to_owned(), time_zone: "UTC".to_owned(), hours };
    bed.store.save_schedule(change(bed, by), schedule.clone()).await.unwrap().unwrap();
    assert_eq!(bed.store.list_schedules().await.unwrap(), std::slice::from_ref(&schedule));
    schedule.id
}

async fn hours_come_back_as_they_were_kept(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    let id = kept(&bed, mia).await;
    let changed =
        Schedule { id, name: "Night".to_owned(), time_zone: "Asia/Tokyo".to_owned(), hours: Hours::default() };
    bed.store.save_schedule(change(&bed, mia), changed.clone()).await.unwrap().unwrap();
    assert_eq!(bed.store.list_schedules().await.unwrap(), [changed]);
    let shop = bed.an_account("1").await;
    set(&bed, mia, shop, AccountSetting::Schedule(Some(id))).await.unwrap();
    assert_eq!(bed.store.delete_schedule(change(&bed, mia), id).await.unwrap(), Ok(()));
    assert_eq!(bed.last_action().await, (Action::HoursDeleted, Some(mia), Some(Subject::Schedule(id))));
    assert_eq!(bed.store.list_accounts_in_use().await.unwrap()[0].schedule, None, "it is always open");
    assert_eq!(bed.store.delete_schedule(change(&bed, mia), id).await.unwrap(), Err(TeamRefusal::NotThere));
}

async fn an_agent_changes_nothing(bed: Bed) {
    let ines = bed.somebody("Ines", Role::Agent).await;
    let shop = bed.an_account("1").await;
    bed.team("01kag3v5c00000000000000m1a", &[], &[]).await;
    let team: TeamId = "01kag3v5c00000000000000m1a".parse().unwrap();
    let hers = || change(&bed, ines);
    let no = TeamRefusal::NotAllowed;
    assert_eq!(bed.store.add_team(hers(), bed.seams.new_id(), "Mine".to_owned()).await.unwrap(), Err(no));
    assert_eq!(bed.store.rename_team(hers(), team, "Mine".to_owned()).await.unwrap(), Err(no));
    assert_eq!(bed.store.set_members(hers(), team, vec![ines]).await.unwrap(), Err(no));
    assert_eq!(bed.store.delete_team(hers(), team).await.unwrap(), Err(no));
    assert_eq!(bed.store.set_account(hers(), shop, AccountSetting::Paused).await.unwrap(), Err(no));
    let rule = Rule { id: bed.seams.new_id(), account: None, team, method: Method::TeamOnly, is_on: true };
    assert_eq!(bed.store.add_rule(hers(), rule).await.unwrap(), Err(no));
    assert_eq!(bed.store.change_rule(hers(), bed.seams.new_id(), RuleChange::On).await.unwrap(), Err(no));
    let schedule = Schedule {
        id: bed.seams.new_id(),
        name: "Shop".to_owned(),
        time_zone: "UTC".to_owned(),
        hours: Hours::default(),
    };
    assert_eq!(bed.store.save_schedule(hers(), schedule.clone()).await.unwrap(), Err(no));
    assert_eq!(bed.store.delete_schedule(hers(), schedule.id).await.unwrap(), Err(no));
    assert_eq!((bed.store.list_rules().await.unwrap().len(), bed.store.list_schedules().await.unwrap().len()), (0, 0));
}
