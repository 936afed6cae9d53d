//! The pages for teams, accounts, rules and working hours.

use super::people::{NOW, frame, shown};
use super::{EVIL, mia, open};
use crate::pages::run::{
    Account, Accounts, Choice, Disconnecting, HoursList, Kept, Notice, OneSchedule, OneTeam, PastedToken, Rules, Run,
    Teams, Ways, What,
};
use crate::parts::frame::Frame;
use crate::shell::Page;
use http::StatusCode;
use model::assignment::Method;
use model::connecting::{ConnectTrouble, LinkedInstagram, OfferedPage};
use model::health::{Finding, Mend};
use model::hours::{Hours, HoursProblem};
use model::ids::{AccountId, BackfillId, RuleId, ScheduleId, TeamId};
use model::inbox::{MarksSeen, NamedPerson};
use model::person::{FieldProblem, PersonId, Role};
use model::platform::{Login, Platform};
use model::retention::{Rule as KeptRule, What as Purged, WouldGo};
use model::teams::{
    ListedAccount, ListedTeam, NamedAccount, Rule, Schedule, ScheduleForm, Standing, TeamRefusal, Teammate, TokenHealth,
};
use server::connecting::Offer;
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
            findings: Vec::new(),
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
            findings: Vec::new(),
        };
        let page = page("/accounts/1", Notice::done("history"), What::Account(it)).await;
        assert!(page.contains(words), "{words}: {page}");
        assert!(page.contains(act) && !page.contains(not), "{act}: {page}");
    }
}

#[tokio::test]
async fn the_ways_to_connect_are_those_that_there_are_apps_for() {
    let ways = |apps: Vec<(Login, String)>| {
        let ways = Ways { apps, home: "https://inbox.example/accounts/connect/back".to_owned() };
        page("/accounts/connect", Notice::trouble(ConnectTrouble::Denied.word()), What::Connect(ways))
    };
    let none = ways(Vec::new()).await;
    assert!(none.contains("SWITCHBOARD_INSTAGRAM_APP_ID and") && none.contains("role=\"alert\""), "{none}");
    assert!(!none.contains("Continue with") && none.contains("/accounts/connect/token"), "{none}");
    let one = ways(vec![(Login::Instagram, "1".to_owned())]).await;
    assert!(one.contains("href=\"/accounts/connect/instagram\"") && !one.contains("connect/facebook"), "{one}");
    let two = ways(vec![(Login::Page, "1".to_owned()), (Login::Page, "2".to_owned())]).await;
    assert!(two.contains("/accounts/connect/facebook?app=2") && two.contains("Continue with Facebook, app 2"), "{two}");
}

#[tokio::test]
async fn pages_are_offered_with_what_is_linked_to_them() {
    let offered = |id: &str, may_message| OfferedPage {
        id: id.to_owned(),
        name: EVIL.to_owned(),
        may_message,
        instagram: Some(LinkedInstagram { id: format!("17{id}"), username: Some(EVIL.to_owned()) }),
    };
    let offer = |pages| Offer {
        id: model::ids::ConnectChoiceId::from_bits(1),
        pages,
        granted: vec!["pages_messaging".to_owned()],
        connected: vec![AccountId::of(Platform::Page, "1")],
    };
    let choice = |pages| What::ConnectPages(Choice { offer: offer(pages), ticked: Vec::new() });
    let all = page("/accounts/connect/pages/1", None, choice(vec![offered("1", true), offered("2", false)])).await;
    assert_eq!((all.matches("type=\"checkbox\"").count(), all.matches("checked").count()), (2, 1), "{all}");
    for words in ["Connected already", "the task “Messages”", "Not granted, and so not possible: "] {
        assert!(all.contains(words), "{words}: {all}");
    }
    let none = page("/accounts/connect/pages/1", None, choice(Vec::new())).await;
    assert!(none.contains("no Page of yours") && !none.contains("Connect what is ticked"), "{none}");
}

#[tokio::test]
async fn a_pasted_token_is_not_sent_back() {
    let form = PastedToken { what: "linked".to_owned(), problem: Some(ConnectTrouble::NotLinked.words()) };
    let page = page("/accounts/connect/token", None, What::ConnectToken(form)).await;
    assert!(page.contains("type=\"password\"") && page.contains("aria-invalid=\"true\""), "{page}");
    assert!(page.contains("value=\"linked\" selected"), "{page}");
}

#[tokio::test]
async fn an_account_says_how_it_is_connected() {
    let shown = async |standing, findings| {
        let (teams, schedules, bots, history) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let one = Account { account: account(standing), teams, schedules, bots, history, findings };
        page("/accounts/1", None, What::Account(one)).await
    };
    let half = shown(Standing::Paused, vec![Finding::broken("Token", EVIL).mended_by(Mend::Connect)]).await;
    for words in ["Broken: ", "href=\"/accounts/connect\"", "/look\"", ">Disconnect<", "/delete\""] {
        assert!(half.contains(words), "{words}: {half}");
    }
    let gone = shown(Standing::Disconnected, Vec::new()).await;
    assert!(gone.contains("Connect again") && gone.contains("/delete\""), "{gone}");
    assert!(!gone.contains("/look\"") && !gone.contains(">Disconnect<"), "{gone}");
    let going = shown(Standing::Deleting, Vec::new()).await;
    assert!(!going.contains("Connect again"), "{going}");
}

#[tokio::test]
async fn disconnecting_says_what_it_means() {
    let one = Disconnecting { account: account(Standing::Active) };
    let page = page("/accounts/1/disconnect", None, What::Disconnect(one)).await;
    assert!(page.contains("2 messages wait to go out, and will not.") && page.contains("/disconnect\""), "{page}");
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

#[tokio::test]
async fn what_would_go_is_said_before_it_is_saved() {
    let kept = |typed: [&str; 2], problems, would_go| {
        let rule =
            |what, ended_at| KeptRule { what, days: 90, ended_at, is_under_way: false, n_messages: 7, n_files: 2 };
        let rules = vec![rule(Purged::Messages, Some(NOW)), rule(Purged::Media, None)];
        let typed = typed.map(str::to_owned);
        What::Kept(Kept { account: account(Standing::Active), rules, typed, problems, would_go })
    };
    let ask = |what| page("/accounts/7/kept", None, what);
    let before = ask(kept(["90", ""], [None; 2], None)).await;
    assert!(before.contains("method=\"get\"") && !before.contains("method=\"post\" action=\"/accounts"), "{before}");
    assert!(before.contains("7 messages and 2 files went") && before.contains("Not gone through yet"), "{before}");
    let some = WouldGo { n_messages: 1204, n_files: 1, bytes: 3 * 1024 * 1024, oldest: Some(NOW) };
    let some = ask(kept(["90", EVIL], [None; 2], Some(some))).await;
    for part in ["1204 messages and 1 file (3 MB) would go now", "Nothing is deleted yet.", "Save this rule"] {
        assert!(some.contains(part), "{part}: {some}");
    }
    assert_eq!(some.matches("name=\"messages\"").count(), 2, "once to type, once to save: {some}");
    let none = ask(kept(["", ""], [None; 2], Some(WouldGo::default()))).await;
    assert!(none.contains("Nothing that is here now is older.") && none.contains("Keep everything"), "{none}");
    let wrong = ask(kept(["soon", "1"], [Some("Type a whole number."), None], None)).await;
    assert_eq!(wrong.matches("aria-invalid=\"true\"").count(), 1, "{wrong}");
}
