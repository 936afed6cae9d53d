//! The pages for teams, accounts, rules and working hours.

use super::people::{NOW, frame, shown};
use super::{EVIL, mia, open};
use crate::pages::run::{Account, Accounts, HoursList, Notice, OneSchedule, OneTeam, Rules, Run, Teams, What};
use crate::parts::frame::Frame;
use crate::shell::Page;
use http::StatusCode;
use model::assignment::Method;
use model::health::{Finding, Mend};
use model::hours::{Hours, HoursProblem};
use model::ids::{AccountId, BackfillId, RuleId, ScheduleId, TeamId};
use model::inbox::{MarksSeen, NamedPerson};
use model::person::{FieldProblem, PersonId, Role};
use model::platform::Platform;
use model::teams::{
    ListedAccount, ListedTeam, NamedAccount, Rule, Schedule, ScheduleForm, Standing, TeamRefusal, Teammate, TokenHealth,
};
use server::health::{AccountReport, Report};
use server::store::history::{BackfillState, ListedBackfill, Why};

fn team(n: u128, name: &str) -> ListedTeam {
    ListedTeam {
        id: TeamId::from_bits(n),
        name: name.to_owned(),
        members: vec![NamedPerson { id: PersonId::from_bits(1), name: EVIL.to_owned() }],
        accounts: vec![NamedAccount { id: AccountId::from_bits(1), name: EVIL.to_owned() }],
        n_rules: 2,
    }
}

fn account(standing: Standing) -> ListedAccount {
    ListedAccount {
        id: AccountId::from_bits(1),
        platform: Platform::Instagram,
        name: EVIL.to_owned(),
        username: Some("luna".to_owned()),
        standing,
        marks_seen: MarksSeen::OnReply,
        bot: model::teams::BotSettings::default(),
        typing: true,
        schedule: Some(ScheduleId::from_bits(1)),
        teams: vec![TeamId::from_bits(1)],
        tokens: vec![TokenHealth {
            works: standing == Standing::Active,
            error: Some(EVIL.to_owned()),
            expires_at: None,
        }],
        last_event_at: None,
        last_sent_at: None,
        incidents: Vec::new(),
        n_waiting: 2,
    }
}

fn schedule() -> Schedule {
    Schedule {
        id: ScheduleId::from_bits(1),
        name: EVIL.to_owned(),
        time_zone: EVIL.to_owned(),
        hours: Hours::default(),
    }
}

async fn page(path: &str, notice: Option<Notice>, what: What) -> String {
    shown(path, Role::Admin, Page::Run(Box::new(Run { frame: frame(Role::Admin), notice, what }))).await
}

#[tokio::test]
async fn a_team_is_shown_with_who_can_be_in_it() {
    let problem = Some(FieldProblem::Taken);
    let teams = Teams { teams: vec![team(1, EVIL)], typed: EVIL.to_owned(), problem };
    let list = page("/teams", None, What::Teams(teams)).await;
    assert!(list.contains("Another team has this name.") && list.contains(">1 person<"), "{list}");
    let people = [(1, true), (2, false)].map(|(n, is_member)| Teammate {
        id: PersonId::from_bits(n),
        name: EVIL.to_owned(),
        role: Role::Admin,
        is_member,
    });
    let one = OneTeam { team: team(1, EVIL), people: people.to_vec(), typed: None };
    let refused = Some(Notice::Refused(TeamRefusal::OnlyOneThatSees.words()));
    let one = page("/teams/1", refused, What::Team(one)).await;
    assert_eq!((one.matches("type=\"checkbox\"").count(), one.matches("checked").count()), (2, 1), "{one}");
    assert!(one.contains("2 rules go with it.") && one.contains("role=\"alert\""), "{one}");
}

#[tokio::test]
async fn an_account_says_how_it_fares() {
    let teams = vec![team(1, "Orders")];
    let accounts = vec![account(Standing::Active), account(Standing::Paused)];
    let list = page("/accounts", None, What::Accounts(Accounts { accounts, teams: teams.clone() })).await;
    for words in ["Healthy", "Paused", "Meta refuses it", "Orders, and admins", "2 messages", "None yet"] {
        assert!(list.contains(words), "{words}: {list}");
    }
    for (standing, offered, not) in
        [(Standing::Active, "/pause\"", "/resume\""), (Standing::Paused, "/resume\"", "/pause\"")]
    {
        let one = Account {
            account: account(standing),
            teams: teams.clone(),
            schedules: vec![schedule()],
            bots: Vec::new(),
            history: Vec::new(),
        };
        let one = page("/accounts/1", Notice::done("sight"), What::Account(one)).await;
        assert!(one.contains(offered) && !one.contains(not), "{one}");
        assert!(one.contains("Who sees the account is changed") && one.matches("selected").count() == 3, "{one}");
    }
}

#[tokio::test]
async fn an_account_says_how_far_it_is_read_back() {
    let one = |state, error: Option<&str>, n_found| ListedBackfill {
        id: BackfillId::from_bits(1),
        why: Why::Requested,
        state,
        since: None,
        is_listing: false,
        n_found,
        n_conversations: n_found.min(7),
        n_messages: 310,
        n_known: 25,
        n_unavailable: 2,
        error: error.map(str::to_owned),
        retry_at: Some(NOW),
        created_at: NOW,
        finished_at: None,
    };
    let (going, over) = ("Stop reading", "Read it back");
    for (reading, words, act, not) in [
        (
            one(BackfillState::Running, None, 40),
            "7 of 40 conversations read, 310 messages added, 25 known",
            going,
            over,
        ),
        (one(BackfillState::Waiting, Some("limited"), 40), "Meta wants us to wait.", going, over),
        (one(BackfillState::Waiting, Some("no_token"), 40), "connect the account again", going, over),
        (one(BackfillState::Waiting, None, 0), "It is about to begin.", going, over),
        (one(BackfillState::Done, None, 40), "Of 2 more, and of what is older there, Meta tells nothing.", over, going),
        (one(BackfillState::Done, None, 0), "Meta tells of no conversation.", over, going),
        (one(BackfillState::Failed, Some(EVIL), 40), "Meta refuses it:", over, going),
    ] {
        let it = Account {
            account: account(Standing::Active),
            teams: Vec::new(),
            schedules: Vec::new(),
            bots: Vec::new(),
            history: vec![reading],
        };
        let page = page("/accounts/1", Notice::done("history"), What::Account(it)).await;
        assert!(page.contains(words), "{words}: {page}");
        assert!(page.contains(act) && !page.contains(not), "{act}: {page}");
    }
}

#[tokio::test]
async fn health_is_told_in_words_with_what_mends_it() {
    let findings = vec![
        Finding::broken("Token", EVIL).mended_by(Mend::Connect),
        Finding::warning("Webhooks", "Some are missing.").mended_by(Mend::Look),
        Finding::good("Last event", "5 minutes ago."),
    ];
    let of_account = |findings| AccountReport {
        id: AccountId::from_bits(1),
        name: EVIL.to_owned(),
        username: None,
        platform: Platform::Page,
        findings,
    };
    let good = vec![Finding::good("Clock", "The same as Meta’s.")];
    let accounts = vec![of_account(findings), of_account(good.clone())];
    let report = Report { ours: good, accounts };
    let health = page("/accounts/health", Notice::done("looked"), What::Health(report)).await;
    for words in ["Broken: ", "Needs a look: ", "href=\"/accounts/connect\"", "/look\"", "Meta was asked just now"] {
        assert!(health.contains(words), "{words}: {health}");
    }
    assert_eq!(health.matches("chip--good").count(), 2, "{health}");
    let none = Report { ours: Vec::new(), accounts: Vec::new() };
    let none = page("/accounts/health", None, What::Health(none)).await;
    assert!(none.contains("No account is connected yet.") && !none.contains("/look\""), "{none}");
}

#[tokio::test]
async fn whoever_can_mend_an_account_is_told_on_every_page() {
    let troubled = Frame { n_troubled: 2, ..frame(Role::Admin) };
    let rules = || What::Rules(Rules { rules: Vec::new(), accounts: Vec::new(), teams: Vec::new() });
    let run = Run { frame: troubled, notice: None, what: rules() };
    let told = shown("/rules", Role::Admin, Page::Run(Box::new(run))).await;
    assert!(
        told.contains("Something is wrong with 2 accounts.") && told.contains("href=\"/accounts/health\""),
        "{told}"
    );
    let well = page("/rules", None, rules()).await;
    assert!(!well.contains("Something is wrong"), "{well}");
}

#[tokio::test]
async fn rules_are_listed_in_their_order() {
    let rule = |n: u128, is_on| Rule {
        id: RuleId::from_bits(n),
        account: (n == 2).then(|| AccountId::from_bits(1)),
        team: TeamId::from_bits(1),
        method: Method::LeastBusy,
        is_on,
    };
    let rules = vec![rule(1, true), rule(2, false)];
    let all = Rules { rules, accounts: vec![account(Standing::Active)], teams: vec![team(1, EVIL)] };
    let page_of_all = page("/rules", None, What::Rules(all.clone())).await;
    assert_eq!(page_of_all.matches("Ask earlier").count(), 1, "the first is asked first: {page_of_all}");
    assert!(page_of_all.contains("Switch off") && page_of_all.contains("Switch on"), "{page_of_all}");
    let none = page("/rules", None, What::Rules(Rules { rules: Vec::new(), teams: Vec::new(), ..all })).await;
    assert!(none.contains("A rule needs a team.") && !none.contains("action=\"/rules\""), "{none}");
}

#[tokio::test]
async fn hours_come_back_with_what_was_typed() {
    let list = HoursList { schedules: vec![(schedule(), true)] };
    let list = page("/hours", None, What::Hours(list)).await;
    assert!(list.contains("Open now") && list.contains("Always closed"), "{list}");
    let mut form = ScheduleForm { exceptions: EVIL.to_owned(), name: EVIL.to_owned(), ..ScheduleForm::default() };
    form.days[2] = EVIL.to_owned();
    form.problems.days[2] = Some(HoursProblem::NotHours);
    form.problems.is_no_zone = true;
    let one = OneSchedule { id: Some(ScheduleId::from_bits(1)), form, time_zones: vec!["Europe/Lisbon"] };
    let one = page("/hours/1", None, What::Schedule(one)).await;
    assert_eq!((one.matches("aria-invalid=\"true\"").count(), one.matches("</textarea>").count()), (2, 1), "{one}");
    assert!(one.contains("Write hours like") && one.contains("This is no time zone."), "{one}");
}

#[tokio::test]
async fn an_agent_is_led_to_none_of_them() {
    let (status, page) = open("/inbox", Some(mia(Role::Agent)), Page::NotFound).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    for path in ["/teams", "/accounts", "/rules", "/hours"] {
        assert!(!page.contains(&format!("href=\"{path}\"")), "{page}");
    }
}
