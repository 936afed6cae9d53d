//! Running the inbox beside its people: teams, the accounts that they see, rules of assignment, working hours.

mod account;
mod accounts;
mod connect;
mod health;
pub(super) mod history;
mod hours;
mod kept;
mod rules;
mod schedule;
mod team;
mod teams;

use crate::parts::frame::Frame;
use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;
pub use account::Account;
use account::AccountPage;
pub use accounts::Accounts;
use accounts::AccountsPage;
pub use connect::{Choice, DeletingAccount, Disconnecting, PastedToken, Ways, login_word};
use connect::{ChoicePage, DeletingAccountPage, DisconnectingPage, TokenPage, WaysPage};
use health::HealthPage;
pub use hours::HoursList;
use hours::HoursPage;
pub use kept::Kept;
use kept::KeptPage;
use model::connecting::ConnectTrouble;
pub use rules::Rules;
use rules::RulesPage;
pub use schedule::OneSchedule;
use schedule::SchedulePage;
use server::health::Report;
pub use team::OneTeam;
use team::TeamPage;
pub use teams::Teams;
use teams::TeamsPage;

/// One of these pages, and what was just done.
#[derive(Debug, Clone)]
pub struct Run {
    pub frame: Frame,
    pub notice: Option<Notice>,
    pub what: What,
}

#[derive(Debug, Clone)]
pub enum What {
    Teams(Teams),
    Team(OneTeam),
    Accounts(Accounts),
    Account(Account),
    Connect(Ways),
    ConnectPages(Choice),
    ConnectToken(PastedToken),
    Disconnect(Disconnecting),
    DeleteAccount(DeletingAccount),
    Kept(Kept),
    Health(Report),
    Rules(Rules),
    Hours(HoursList),
    Schedule(OneSchedule),
}

impl Run {
    pub fn title(&self) -> String {
        match &self.what {
            What::Teams(_) => "Teams".to_owned(),
            What::Team(it) => it.team.name.clone(),
            What::Accounts(_) => "Accounts".to_owned(),
            What::Account(it) => it.account.name.clone(),
            What::Connect(_) => "Connect an account".to_owned(),
            What::ConnectPages(_) => "Choose what to connect".to_owned(),
            What::ConnectToken(_) => "Paste a token".to_owned(),
            What::Disconnect(it) => format!("Disconnect {}", it.account.name),
            What::DeleteAccount(it) => format!("Delete {}", it.account.name),
            What::Kept(it) => format!("How long {} is kept", it.account.name),
            What::Health(_) => "Health".to_owned(),
            What::Rules(_) => "Assignment".to_owned(),
            What::Hours(_) => "Working hours".to_owned(),
            What::Schedule(it) => it.title(),
        }
    }
}

/// What the page says above everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    Done(&'static str),
    Refused(&'static str),
}

/// What was done, by the word in the address that leads back.
const DONE: [(&str, &str); 24] = [
    ("kept", "The rule is saved. What is older goes from now on, a little at a time."),
    ("looked", "Meta was asked just now. This is how it is."),
    ("bot", "Who answers beside people is changed."),
    (
        "connected",
        "Connected. What customers write from now on is shown here, and what they wrote before is read back.",
    ),
    ("disconnected", "Disconnected. Meta tells us nothing more of it; all that was said is kept."),
    (
        "disconnected-here",
        "Disconnected here, and all that was said is kept. Meta could not be told: take our app away in the account’s own \
         settings too, under “Apps and websites”.",
    ),
    ("deleting", "The account is being deleted with everything that was said there. It takes a while."),
    ("named", "The name is changed."),
    ("members", "The team is changed. Everybody sees what they may see now, at once."),
    ("deleted", "The team is deleted."),
    ("paused", "Paused. What comes in is shown; nothing goes out."),
    ("resumed", "Messages go out again."),
    ("history", "What was said before is being read back."),
    ("unhistory", "Nothing more is read back. What was stays."),
    ("shows", "What customers are shown is changed."),
    ("sight", "Who sees the account is changed, at once and everywhere."),
    ("schedule", "The account’s working hours are changed."),
    ("rule", "The rule is added. It is asked after the others."),
    ("on", "The rule is on."),
    ("off", "The rule is off."),
    ("order", "The order is changed."),
    ("unruled", "The rule is deleted."),
    ("hours", "The working hours are saved."),
    ("unhours", "The working hours are deleted."),
];

impl Notice {
    /// Why an account was not connected, by the word in the address.
    pub fn trouble(word: &str) -> Option<Self> {
        ConnectTrouble::from_word(word).map(|it| Self::Refused(it.words()))
    }

    pub fn done(word: &str) -> Option<Self> {
        DONE.iter().find(|it| it.0 == word).map(|it| Self::Done(it.1))
    }

    fn piece(self) -> Piece {
        match self {
            Self::Done(words) => {
                piece! { <div class="notice notice--plain" role="status"><Icon symbol=Symbol::Check/><p>{words}</p></div> }
            }
            Self::Refused(words) => {
                piece! { <div class="notice" role="alert"><Icon symbol=Symbol::Alert/><p>{words}</p></div> }
            }
        }
    }
}

#[component]
pub fn RunPage(run: Run) -> Piece {
    let Run { frame, notice, what } = run;
    let notice = notice.map(Notice::piece);
    match what {
        What::Teams(teams) => piece! { <TeamsPage frame notice teams/> },
        What::Team(one) => piece! { <TeamPage frame notice one/> },
        What::Accounts(accounts) => piece! { <AccountsPage frame notice accounts/> },
        What::Account(one) => piece! { <AccountPage frame notice one/> },
        What::Connect(ways) => piece! { <WaysPage frame notice ways/> },
        What::ConnectPages(choice) => piece! { <ChoicePage frame notice choice/> },
        What::ConnectToken(form) => piece! { <TokenPage frame notice form/> },
        What::Disconnect(one) => piece! { <DisconnectingPage frame notice one/> },
        What::DeleteAccount(one) => piece! { <DeletingAccountPage frame notice one/> },
        What::Kept(kept) => piece! { <KeptPage frame notice kept/> },
        What::Health(report) => piece! { <HealthPage frame notice report/> },
        What::Rules(rules) => piece! { <RulesPage frame notice rules/> },
        What::Hours(list) => piece! { <HoursPage frame notice list/> },
        What::Schedule(one) => piece! { <SchedulePage frame notice one/> },
    }
}

/// "1 person", "3 people"
fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

fn names<T>(of: &[T], name: impl Fn(&T) -> &str) -> String {
    of.iter().map(name).collect::<Vec<_>>().join(", ")
}
