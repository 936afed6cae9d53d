//! Who is given what opens.

use crate::bed::Bed;
use crate::rows;
use model::assignment::{Availability, GONE_AFTER_S, Method};
use model::audit::Action;
use model::desk::Step;
use model::ids::{AccountId, ConversationId, RuleId, ScheduleId, TeamId};
use model::live::Event;
use model::person::{PersonId, Role};
use model::teams::{MoveTo, Moved, TeamRefusal};
use server::store::assignment::{Moment, Ruled, Ruling};
use server::store::audit::Subject;
use server::store::conversations::{NewStep, StepTaken};
use std::collections::{BTreeMap, BTreeSet};

crate::on_both!(
    in_turn_each_is_given_one,
    whoever_has_the_fewest_is_next,
    only_who_is_there_and_may_see_it_is_given_one,
    nobody_is_given_more_than_their_limit,
    whoever_had_it_has_it_again_if_they_are_there,
    a_rule_may_give_to_a_team_alone,
    a_full_team_passes_it_on,
    outside_working_hours_no_rule_gives,
    what_a_person_decided_no_rule_does,
    of_many_at_once_each_is_given_to_one_and_nobody_exceeds_their_limit,
    a_rule_and_a_person_at_once_leave_one_assignee,
    what_waits_is_listed_only_if_somebody_could_take_it,
    it_is_told_and_noted,
    a_team_that_it_is_given_to_finds_somebody_of_its_own,
    what_is_given_to_a_team_is_listed_only_if_somebody_of_it_could_take_it,
    of_many_given_to_a_team_at_once_each_is_given_to_one_and_nobody_exceeds_their_limit,
    an_admin_moves_everything_that_somebody_has,
    a_limit_is_changed_by_admins,
);

struct Shop {
    bed: Bed,
    account: AccountId,
    team: TeamId,
}

impl Shop {
    /// An account, a team without people, and no rule.
    async fn new(bed: Bed) -> Self {
        let account = bed.an_account("1").await;
        let team: TeamId = bed.seams.new_id();
        bed.team(&team.to_string(), &[], &[]).await;
        Self { bed, account, team }
    }

    async fn rule(&self, team: TeamId, method: Method, position: i64) -> RuleId {
        let (id, word) = (self.bed.seams.new_id::<RuleId>(), method.word());
        let insert = format!(
            "insert into assignment_rules (id, name, team_id, method, position, created_at, updated_at)
             values ('{id}', '', '{team}', '{word}', {position}, 0, 0)"
        );
        self.bed.execute(&insert).await;
        id
    }

    /// Somebody of the team who is there.
    async fn member(&self, name: &str) -> PersonId {
        let id = self.bed.somebody(name, Role::Agent).await;
        let team = self.team;
        self.bed.execute(&format!("insert into team_members (team_id, person_id) values ('{team}', '{id}')")).await;
        self.here(id).await;
        id
    }

    async fn here(&self, id: PersonId) {
        self.bed.store.note_here(id, self.bed.seams.now()).await.unwrap();
    }

    async fn limit(&self, id: PersonId, limit: i64) {
        self.bed.execute(&format!("update people set conversation_limit = {limit} where id = '{id}'")).await;
    }

    async fn opened_of(&self, account: AccountId) -> ConversationId {
        let contact = self.bed.contact(account, &self.bed.seams.new_id::<RuleId>().to_string()).await;
        let (id, now) = (ConversationId::of(contact), self.bed.seams.now().0);
        let insert = format!(
            "insert into conversations (id, account_id, contact_id, last_activity_at, to_assign_at, created_at, updated_at)
             values ('{id}', '{account}', '{contact}', {now}, {now}, {now}, {now})"
        );
        self.bed.execute(&insert).await;
        id
    }

    async fn opened(&self) -> ConversationId {
        self.opened_of(self.account).await
    }

    fn ruling(&self, conversation: ConversationId) -> Ruling {
        let seams = &self.bed.seams;
        let (line, notification, audit_id) = (seams.new_id(), seams.new_id(), seams.new_id());
        Ruling { conversation, moment: self.moment(), line, notification, audit_id }
    }

    fn moment(&self) -> Moment {
        Moment { now: self.bed.seams.now(), shut: BTreeSet::new() }
    }

    async fn assign(&self, id: ConversationId) -> Ruled {
        self.bed.clock.advance_s(1);
        self.bed.store.assign_by_rule(self.ruling(id)).await.unwrap()
    }

    async fn assign_new(&self) -> Ruled {
        let id = self.opened().await;
        self.assign(id).await
    }

    fn by_hand(&self, conversation: ConversationId, by: PersonId, to: Option<PersonId>) -> NewStep {
        let seams = &self.bed.seams;
        let (line, notification, now) = (seams.new_id(), seams.new_id(), seams.now());
        NewStep { conversation, step: Step::Assign { to }, by: by.into(), line, notification, now }
    }

    async fn to_team(&self, conversation: ConversationId, by: PersonId, to: TeamId) -> StepTaken {
        self.bed.clock.advance_s(1);
        let step = Step::Team { to: Some(to), with: None };
        self.bed.store.take_step(NewStep { step, ..self.by_hand(conversation, by, None) }).await.unwrap()
    }

    /// Another team, of nobody yet.
    async fn team(&self, name: &str) -> TeamId {
        let id: TeamId = self.bed.seams.new_id();
        let insert = "insert into teams (id, name, name_folded, created_at, updated_at)";
        self.bed.execute(&format!("{insert} values ('{id}', '{name}', '{name}', 0, 0)")).await;
        id
    }

    async fn waiting(&self) -> Vec<ConversationId> {
        self.bed.store.list_to_assign(self.moment(), 100).await.unwrap()
    }

    async fn value(&self, what: &str, of: ConversationId) -> Option<String> {
        self.bed.value(&format!("select cast({what} as text) from conversations where id = '{of}'")).await
    }
}

async fn in_turn_each_is_given_one(bed: Bed) {
    let shop = Shop::new(bed).await;
    assert_eq!(shop.assign_new().await, Ruled::Nobody, "without a rule");
    shop.rule(shop.team, Method::RoundRobin, 0).await;
    assert_eq!(shop.assign_new().await, Ruled::Nobody, "without people");
    let [ines, noah] = [shop.member("Ines").await, shop.member("Noah").await];
    let mut given = Vec::new();
    for _ in 0..4 {
        given.push(shop.assign_new().await);
    }
    assert_eq!(given, [ines, noah, ines, noah].map(Ruled::Given));
}

async fn whoever_has_the_fewest_is_next(bed: Bed) {
    let shop = Shop::new(bed).await;
    shop.rule(shop.team, Method::LeastBusy, 0).await;
    let [ines, noah] = [shop.member("Ines").await, shop.member("Noah").await];
    for _ in 0..2 {
        let id = shop.opened().await;
        shop.bed.store.take_step(shop.by_hand(id, noah, Some(ines))).await.unwrap();
    }
    let given = [shop.assign_new().await, shop.assign_new().await, shop.assign_new().await];
    assert_eq!(given, [noah, noah, ines].map(Ruled::Given), "and of two who are alike, whoever waited longest");
    assert_eq!(shop.assign_new().await, Ruled::Given(noah));
}

async fn only_who_is_there_and_may_see_it_is_given_one(bed: Bed) {
    let shop = Shop::new(bed).await;
    shop.rule(shop.team, Method::RoundRobin, 0).await;
    let [ines, noah] = [shop.member("Ines").await, shop.member("Noah").await];
    let now = shop.bed.seams.now();
    shop.bed.store.set_availability(ines, Availability::Away, now).await.unwrap();
    assert_eq!(shop.bed.store.find_availability(ines).await.unwrap(), Some(Availability::Away));
    assert_eq!(shop.assign_new().await, Ruled::Given(noah), "she is away by choice");
    shop.bed.clock.advance_s(GONE_AFTER_S + 1);
    assert_eq!(shop.assign_new().await, Ruled::Nobody, "nobody was seen for long");
    shop.here(noah).await;
    let closed_to_them = shop.bed.an_account("2").await;
    shop.bed.team("elsewhere", &[closed_to_them], &[]).await;
    let id = shop.opened_of(closed_to_them).await;
    assert_eq!(shop.assign(id).await, Ruled::Nobody, "nobody of the team may see it");
    shop.bed.execute(&format!("update people set state = 'deactivated' where id = '{noah}'")).await;
    assert_eq!(shop.assign_new().await, Ruled::Nobody, "he cannot sign in");
}

async fn nobody_is_given_more_than_their_limit(bed: Bed) {
    let shop = Shop::new(bed).await;
    shop.rule(shop.team, Method::RoundRobin, 0).await;
    let ines = shop.member("Ines").await;
    shop.limit(ines, 2).await;
    let given = [shop.assign_new().await, shop.assign_new().await, shop.assign_new().await];
    assert_eq!(given, [Ruled::Given(ines), Ruled::Given(ines), Ruled::Nobody]);
    shop.bed.execute("update conversations set state = 'closed' where assignee_id is not null").await;
    let waiting = shop.waiting().await;
    assert_eq!(waiting.len(), 1, "what is closed makes room");
    assert_eq!(shop.assign(waiting[0]).await, Ruled::Given(ines));
}

async fn whoever_had_it_has_it_again_if_they_are_there(bed: Bed) {
    let shop = Shop::new(bed).await;
    let ines = shop.member("Ines").await;
    let mia = shop.bed.somebody("Mia", Role::Admin).await;
    let id = shop.opened().await;
    shop.bed.execute(&format!("update conversations set last_assignee_id = '{mia}'")).await;
    assert_eq!(
        (shop.assign(id).await, shop.waiting().await),
        (Ruled::Nobody, Vec::new()),
        "without a rule she is missing"
    );
    shop.here(mia).await;
    assert_eq!(shop.waiting().await, [id]);
    assert_eq!(shop.assign(id).await, Ruled::Given(mia), "she comes first, without any rule");
    shop.rule(shop.team, Method::RoundRobin, 0).await;
    shop.limit(mia, 1).await;
    let other = shop.opened().await;
    shop.bed.execute(&format!("update conversations set last_assignee_id = '{mia}' where id = '{other}'")).await;
    assert_eq!(shop.assign(other).await, Ruled::Given(ines), "she has enough");
}

async fn a_rule_may_give_to_a_team_alone(bed: Bed) {
    let shop = Shop::new(bed).await;
    shop.rule(shop.team, Method::TeamOnly, 0).await;
    let id = shop.opened().await;
    assert_eq!(shop.waiting().await, [id], "nobody has to be there");
    assert_eq!(shop.assign(id).await, Ruled::Team(shop.team));
    assert_eq!(shop.value("team_id", id).await, Some(shop.team.to_string()));
    assert_eq!((shop.value("assignee_id", id).await, shop.waiting().await), (None, Vec::new()));
    assert_eq!(shop.assign(id).await, Ruled::NotWaiting);
}

async fn a_full_team_passes_it_on(bed: Bed) {
    let shop = Shop::new(bed).await;
    let second: TeamId = shop.bed.seams.new_id();
    let noah = shop.bed.somebody("Noah", Role::Agent).await;
    shop.here(noah).await;
    shop.bed.team(&second.to_string(), &[], &[noah]).await;
    shop.rule(second, Method::LeastBusy, 2).await;
    let first = shop.rule(shop.team, Method::RoundRobin, 1).await;
    let ines = shop.member("Ines").await;
    shop.limit(ines, 1).await;
    let ids = [shop.opened().await, shop.opened().await];
    assert_eq!([shop.assign(ids[0]).await, shop.assign(ids[1]).await], [ines, noah].map(Ruled::Given));
    assert_eq!(shop.value("team_id", ids[1]).await, Some(second.to_string()));
    shop.bed.execute(&format!("update assignment_rules set enabled = false where id <> '{first}'")).await;
    assert_eq!(shop.assign_new().await, Ruled::Nobody, "what is off is not asked");
}

async fn outside_working_hours_no_rule_gives(bed: Bed) {
    let shop = Shop::new(bed).await;
    shop.rule(shop.team, Method::RoundRobin, 0).await;
    let ines = shop.member("Ines").await;
    let schedule: ScheduleId = shop.bed.seams.new_id();
    let statements = format!(
        "insert into schedules (id, name, time_zone, hours, updated_at) values ('{schedule}', 'Shop', 'UTC', '[]', 0);
         update accounts set schedule_id = '{schedule}'"
    );
    shop.bed.execute(&statements).await;
    let id = shop.opened().await;
    let shut = Moment { shut: BTreeSet::from([schedule]), ..shop.moment() };
    let ruling = Ruling { moment: shut.clone(), ..shop.ruling(id) };
    assert_eq!(shop.bed.store.assign_by_rule(ruling).await.unwrap(), Ruled::Nobody);
    assert_eq!(shop.bed.store.list_to_assign(shut, 10).await.unwrap(), []);
    assert_eq!((shop.waiting().await, shop.assign(id).await), (vec![id], Ruled::Given(ines)), "in the morning");
}

async fn what_a_person_decided_no_rule_does(bed: Bed) {
    let shop = Shop::new(bed).await;
    shop.rule(shop.team, Method::RoundRobin, 0).await;
    let [ines, noah] = [shop.member("Ines").await, shop.member("Noah").await];
    let id = shop.opened().await;
    shop.bed.store.take_step(shop.by_hand(id, noah, Some(noah))).await.unwrap();
    assert_eq!(shop.assign(id).await, Ruled::NotWaiting);
    shop.bed.store.take_step(shop.by_hand(id, ines, None)).await.unwrap();
    assert_eq!((shop.assign(id).await, shop.waiting().await), (Ruled::NotWaiting, Vec::new()), "nobody's, by choice");
    for change in ["state = 'snoozed', snoozed_until = 1", "state = 'closed'", "owner = 'other'"] {
        let id = shop.opened().await;
        shop.bed.execute(&format!("update conversations set {change} where id = '{id}'")).await;
        assert_eq!((shop.assign(id).await, shop.waiting().await), (Ruled::NotWaiting, Vec::new()), "{change}");
    }
}

async fn of_many_at_once_each_is_given_to_one_and_nobody_exceeds_their_limit(bed: Bed) {
    let shop = Shop::new(bed).await;
    shop.rule(shop.team, Method::LeastBusy, 0).await;
    let limits = [3, 0, 5, 2];
    let mut people = Vec::new();
    for (name, limit) in ["Ines", "Noah", "Hana", "Tariq"].iter().zip(limits) {
        let id = shop.member(name).await;
        shop.limit(id, limit).await;
        people.push(id);
    }
    let mut ids = Vec::new();
    for _ in 0..14 {
        ids.push(shop.opened().await);
    }
    // As two processes would, each of them asked twice about each conversation.
    let other = shop.bed.again().await;
    let mut tasks = Vec::new();
    for id in ids.iter().chain(&ids) {
        for store in [shop.bed.store.clone(), other.clone()] {
            let ruling = shop.ruling(*id);
            tasks.push(tokio::spawn(async move { store.assign_by_rule(ruling).await.unwrap() }));
        }
    }
    let mut given: BTreeMap<PersonId, i64> = BTreeMap::new();
    for task in tasks {
        if let Ruled::Given(person) = task.await.unwrap() {
            *given.entry(person).or_default() += 1;
        }
    }
    assert_eq!(given, BTreeMap::from([(people[0], 3), (people[2], 5), (people[3], 2)]));
    for (person, limit) in people.iter().zip(limits) {
        assert_eq!(shop.bed.stands(*person).await.n_open, limit);
    }
    let lines = "select cast(count(*) as text) from messages where kind = 'event'";
    assert_eq!(shop.bed.value(lines).await.as_deref(), Some("10"), "each once");
}

async fn a_rule_and_a_person_at_once_leave_one_assignee(bed: Bed) {
    let shop = Shop::new(bed).await;
    shop.rule(shop.team, Method::RoundRobin, 0).await;
    let [ines, noah] = [shop.member("Ines").await, shop.member("Noah").await];
    shop.limit(ines, 6).await;
    shop.limit(noah, 0).await;
    for _ in 0..8 {
        let id = shop.opened().await;
        let (rule, hand) = (shop.ruling(id), shop.by_hand(id, noah, Some(noah)));
        let (one, two) = (shop.bed.store.clone(), shop.bed.store.clone());
        let by_rule = tokio::spawn(async move { one.assign_by_rule(rule).await.unwrap() });
        let by_hand = tokio::spawn(async move { two.take_step(hand).await.unwrap() });
        let (ruled, _) = (by_rule.await.unwrap(), by_hand.await.unwrap());
        assert!(matches!(ruled, Ruled::Given(it) if it == ines) || ruled == Ruled::NotWaiting, "{ruled:?}");
        assert_eq!(shop.value("assignee_id", id).await, Some(noah.to_string()), "whoever decides by hand has it");
    }
    // To somebody at their limit, while a rule gives to the same.
    let id = shop.opened().await;
    let last = shop.opened().await;
    shop.limit(ines, 1).await;
    let (rule, hand) = (shop.ruling(id), shop.by_hand(last, noah, Some(ines)));
    let (one, two) = (shop.bed.store.clone(), shop.bed.store.clone());
    let by_rule = tokio::spawn(async move { one.assign_by_rule(rule).await.unwrap() });
    let by_hand = tokio::spawn(async move { two.take_step(hand).await.unwrap() });
    let (ruled, _) = (by_rule.await.unwrap(), by_hand.await.unwrap());
    let n_open = shop.bed.stands(ines).await.n_open;
    let expected = if ruled == Ruled::Given(ines) { 2 } else { 1 };
    assert_eq!(n_open, expected, "only a person gives more than the limit: {ruled:?}");
}

async fn what_waits_is_listed_only_if_somebody_could_take_it(bed: Bed) {
    let shop = Shop::new(bed).await;
    let ids = [shop.opened().await, shop.opened().await];
    assert_eq!(shop.waiting().await, []);
    shop.rule(shop.team, Method::RoundRobin, 0).await;
    assert_eq!(shop.waiting().await, []);
    let ines = shop.member("Ines").await;
    let mut waiting = shop.waiting().await;
    waiting.sort();
    let mut expected = ids.to_vec();
    expected.sort();
    assert_eq!(waiting, expected);
    let one = shop.bed.store.list_to_assign(shop.moment(), 1).await.unwrap();
    assert_eq!(one.len(), 1);
    shop.limit(ines, 0).await;
    assert_eq!(shop.waiting().await, []);
    let account = shop.bed.an_account("2").await;
    shop.opened_of(account).await;
    shop.bed
        .execute(&format!(
            "update assignment_rules set account_id = '{account}'; update people set conversation_limit = null"
        ))
        .await;
    assert_eq!(shop.waiting().await.len(), 1, "the rule is for one account");
}

async fn it_is_told_and_noted(bed: Bed) {
    let shop = Shop::new(bed).await;
    let rule = shop.rule(shop.team, Method::RoundRobin, 0).await;
    let ines = shop.member("Ines").await;
    let id = shop.opened().await;
    assert_eq!(shop.assign(id).await, Ruled::Given(ines));
    shop.bed.store.number_changes().await.unwrap();
    let told = shop.bed.store.changes_after(0, 10).await.unwrap();
    let mut kinds: Vec<_> = told.iter().map(|it| (it.event.kind(), it.person_id)).collect();
    kinds.sort();
    assert_eq!(kinds, [("conversation", None), ("message", None), ("notification", Some(ines))]);
    assert!(told.iter().any(|it| matches!(it.event, Event::Conversation { revision: 1, .. })), "{told:?}");
    let (action, actor, subject) = shop.bed.last_action().await;
    assert_eq!((action, actor, subject), (Action::Assigned, None, Some(Subject::Conversation(id))));
    let actor = rows::value(&shop.bed.url, "select actor_kind || ' ' || actor_id from audit where actor_kind = 'rule'");
    assert_eq!(actor.await, Some(format!("rule {rule}")));
    let line = "select author_kind || ' ' || author_id || ' ' || detail from messages";
    let line = shop.bed.value(line).await.unwrap();
    assert!(line.starts_with(&format!("rule {rule} ")) && line.contains(&ines.to_string()), "{line}");
}

async fn an_admin_moves_everything_that_somebody_has(bed: Bed) {
    let shop = Shop::new(bed).await;
    let mia = shop.bed.somebody("Mia", Role::Admin).await;
    let [ines, noah] = [shop.member("Ines").await, shop.member("Noah").await];
    let hers = shop.bed.an_account("2").await;
    shop.bed.team("hers", &[hers], &[ines]).await;
    let ids = [shop.opened().await, shop.opened().await, shop.opened().await, shop.opened_of(hers).await];
    for id in ids {
        shop.bed.store.take_step(shop.by_hand(id, mia, Some(ines))).await.unwrap();
    }
    shop.bed.execute(&format!("update conversations set state = 'closed' where id = '{}'", ids[0])).await;
    shop.bed
        .execute(&format!("update conversations set state = 'snoozed', snoozed_until = 9 where id = '{}'", ids[1]))
        .await;
    let move_to = async |by, to| shop.bed.store.move_conversations(shop.bed.change(by, ines), to).await.unwrap();
    assert_eq!(move_to(noah, MoveTo::Nobody).await, Err(TeamRefusal::NotAllowed));
    assert_eq!(move_to(mia, MoveTo::Person(ines)).await, Err(TeamRefusal::CannotHave));
    assert_eq!(move_to(mia, MoveTo::Person(shop.bed.seams.new_id())).await, Err(TeamRefusal::CannotHave));
    assert_eq!(move_to(mia, MoveTo::Team(shop.bed.seams.new_id())).await, Err(TeamRefusal::NotThere));
    let moved = move_to(mia, MoveTo::Person(noah)).await;
    assert_eq!(moved, Ok(Moved { n_moved: 2, n_stayed: 1 }), "what he may not see stays, and what is closed");
    assert_eq!(shop.value("assignee_id", ids[1]).await, Some(noah.to_string()), "what sleeps too");
    assert_eq!(shop.bed.last_action().await, (Action::PersonRelieved, Some(mia), Some(Subject::Person(ines))));
    let back = shop.bed.store.move_conversations(shop.bed.change(mia, noah), MoveTo::Team(shop.team)).await.unwrap();
    assert_eq!(back, Ok(Moved { n_moved: 2, n_stayed: 0 }));
    assert_eq!(shop.value("team_id", ids[2]).await, Some(shop.team.to_string()));
    assert_eq!((shop.value("assignee_id", ids[2]).await, shop.waiting().await), (None, Vec::new()));
}

async fn a_limit_is_changed_by_admins(bed: Bed) {
    let [mia, ines] = [bed.somebody("Mia", Role::Admin).await, bed.somebody("Ines", Role::Agent).await];
    assert!(bed.store.set_conversation_limit(bed.change(ines, ines), Some(3)).await.unwrap().is_err());
    for limit in [Some(3), None, Some(0)] {
        bed.store.set_conversation_limit(bed.change(mia, ines), limit).await.unwrap().unwrap();
        let kept = bed.value(&format!("select cast(conversation_limit as text) from people where id = '{ines}'")).await;
        assert_eq!(kept, limit.map(|it| it.to_string()));
    }
    assert_eq!(bed.last_action().await, (Action::LimitChanged, Some(mia), Some(Subject::Person(ines))));
}

async fn a_team_that_it_is_given_to_finds_somebody_of_its_own(bed: Bed) {
    let shop = Shop::new(bed).await;
    let mia = shop.bed.somebody("Mia", Role::Admin).await;
    let ines = shop.member("Ines").await;
    let orders = shop.team("orders").await;
    let noah = shop.bed.somebody("Noah", Role::Agent).await;
    shop.bed.execute(&format!("insert into team_members (team_id, person_id) values ('{orders}', '{noah}')")).await;
    // The first rule would give everything to Ines.
    shop.rule(shop.team, Method::LeastBusy, 0).await;
    let rule = shop.rule(orders, Method::RoundRobin, 1).await;
    shop.rule(orders, Method::TeamOnly, 2).await;
    let id = shop.opened().await;
    assert_eq!(shop.assign(id).await, Ruled::Given(ines));
    let undo = match shop.to_team(id, mia, orders).await {
        StepTaken::Done { undo } => undo,
        other => panic!("{other:?}"),
    };
    assert_eq!(undo, Step::Team { to: Some(shop.team), with: Some(ines) }, "whose it was, exactly");
    assert_eq!(shop.to_team(id, mia, orders).await, StepTaken::Was);
    assert_eq!(shop.value("assignee_id", id).await, None);
    assert_eq!(shop.value("team_id", id).await, Some(orders.to_string()));
    assert_eq!(shop.assign(id).await, Ruled::Nobody, "Noah is not there, and Ines, who had it, is not of this team");
    assert!(shop.waiting().await.is_empty());
    shop.here(noah).await;
    assert_eq!(shop.waiting().await, [id]);
    assert_eq!(shop.assign(id).await, Ruled::Given(noah));
    let by = "select actor_id from audit where action = 'conversation.assigned' order by at desc, id desc limit 1";
    assert_eq!(shop.bed.value(by).await, Some(rule.to_string()));
    assert_eq!(shop.value("to_team_id", id).await, None);
    let has = (shop.value("team_id", id).await, shop.value("assignee_id", id).await);
    assert_eq!(has, (Some(orders.to_string()), Some(noah.to_string())));
    // A person's word holds: nobody's is nobody's.
    shop.to_team(id, mia, orders).await;
    let nobody = NewStep { step: Step::NOBODY, ..shop.by_hand(id, mia, None) };
    assert!(matches!(shop.bed.store.take_step(nobody).await.unwrap(), StepTaken::Done { .. }));
    assert_eq!((shop.assign(id).await, shop.value("team_id", id).await), (Ruled::NotWaiting, None));
    // Where only others see the account, the team is none to give to.
    shop.bed
        .execute(&format!(
            "insert into account_teams (account_id, team_id) values ('{}', '{}')",
            shop.account, shop.team
        ))
        .await;
    assert_eq!(shop.to_team(id, mia, orders).await, StepTaken::OutOfTheirSight);
    assert_eq!(shop.to_team(id, mia, shop.bed.seams.new_id()).await, StepTaken::OutOfTheirSight);
    let teams = shop.bed.store.list_teams_of(id).await.unwrap();
    assert_eq!(teams.into_iter().map(|it| it.0).collect::<Vec<_>>(), [shop.team]);
}

async fn what_is_given_to_a_team_is_listed_only_if_somebody_of_it_could_take_it(bed: Bed) {
    let shop = Shop::new(bed).await;
    let mia = shop.bed.somebody("Mia", Role::Admin).await;
    let ines = shop.member("Ines").await;
    let orders = shop.team("orders").await;
    shop.rule(shop.team, Method::RoundRobin, 0).await;
    let (id, other) = (shop.opened().await, shop.opened().await);
    shop.to_team(id, mia, orders).await;
    assert_eq!(shop.waiting().await, [other], "orders has no rule that finds somebody");
    shop.to_team(other, mia, shop.team).await;
    assert_eq!(shop.waiting().await, [other]);
    shop.limit(ines, 0).await;
    assert!(shop.waiting().await.is_empty());
    shop.limit(ines, 1).await;
    assert_eq!(shop.assign(other).await, Ruled::Given(ines));
    // What stays in a team's queue stays whose it is: closed and opened again, every rule is asked.
    shop.limit(ines, 9).await;
    assert_eq!(shop.assign(id).await, Ruled::Nobody);
    shop.bed.execute(&format!("update conversations set to_team_id = null where id = '{id}'")).await;
    assert_eq!(shop.assign(id).await, Ruled::Given(ines));
}

async fn of_many_given_to_a_team_at_once_each_is_given_to_one_and_nobody_exceeds_their_limit(bed: Bed) {
    let shop = Shop::new(bed).await;
    let mia = shop.bed.somebody("Mia", Role::Admin).await;
    shop.rule(shop.team, Method::RoundRobin, 0).await;
    let people = [shop.member("Ines").await, shop.member("Noah").await, shop.member("Ada").await];
    for id in people {
        shop.limit(id, 3).await;
    }
    let outsider = shop.bed.somebody("Otto", Role::Agent).await;
    shop.here(outsider).await;
    let mut all = Vec::new();
    for _ in 0..12 {
        let id = shop.opened().await;
        shop.to_team(id, mia, shop.team).await;
        all.push(id);
    }
    // Each is asked about twice at once.
    let tasks = all.iter().chain(&all).map(|id| {
        let (store, ruling) = (shop.bed.store.clone(), shop.ruling(*id));
        tokio::spawn(async move { store.assign_by_rule(ruling).await.unwrap() })
    });
    let mut n_given = 0;
    for task in tasks.collect::<Vec<_>>() {
        n_given += usize::from(matches!(task.await.unwrap(), Ruled::Given(_)));
    }
    for id in &all {
        n_given += usize::from(matches!(shop.assign(*id).await, Ruled::Given(_)));
    }
    assert_eq!(n_given, 9, "as long as there is room, each once");
    for id in people {
        let n = format!("select cast(count(*) as text) from conversations where assignee_id = '{id}'");
        assert_eq!(shop.bed.value(&n).await.as_deref(), Some("3"));
    }
    let left = format!(
        "select cast(count(*) as text) from conversations where assignee_id is null and team_id = '{}'",
        shop.team
    );
    assert_eq!(shop.bed.value(&left).await.as_deref(), Some("3"), "the others stay the team's");
}
