//! Teams, what they see, and the rules by which they share the work, as an admin sees them.

use crate::assignment::Method;
use crate::hours::{Hours, HoursProblem};
use crate::ids::{AccountId, BotId, RuleId, ScheduleId, TeamId};
use crate::inbox::{MarksSeen, NamedPerson};
use crate::person::{FieldProblem, PersonId, Role};
use crate::platform::Platform;
use crate::time::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    pub id: TeamId,
    pub name: String,
}

/// A team with who is in it, and the accounts that are limited to it and maybe others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedTeam {
    pub id: TeamId,
    pub name: String,
    pub members: Vec<NamedPerson>,
    pub accounts: Vec<NamedAccount>,
    /// Rules that end with it.
    pub n_rules: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedAccount {
    pub id: AccountId,
    pub name: String,
}

/// Somebody who can be in a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Teammate {
    pub id: PersonId,
    pub name: String,
    pub role: Role,
    pub is_member: bool,
}

/// An account as an admin looks after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedAccount {
    pub id: AccountId,
    pub platform: Platform,
    pub name: String,
    pub username: Option<String>,
    pub standing: Standing,
    pub marks_seen: MarksSeen,
    pub typing: bool,
    pub schedule: Option<ScheduleId>,
    pub bot: BotSettings,
    /// Empty: everybody sees it.
    pub teams: Vec<TeamId>,
    pub tokens: Vec<TokenHealth>,
    pub last_event_at: Option<Timestamp>,
    pub last_sent_at: Option<Timestamp>,
    /// What somebody has to look at, as its kinds.
    pub incidents: Vec<String>,
    /// What waits to go out.
    pub n_waiting: i64,
}

/// Which bot answers for an account, and what goes with that.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BotSettings {
    /// One of ours, which answers through the API.
    pub bot: Option<BotId>,
    /// Another app, as Meta calls it, and as people do.
    pub app: Option<String>,
    pub app_name: Option<String>,
    /// What is closed goes back to the bot.
    pub hand_back: bool,
    /// What a bot of ours says so that it is known for one.
    pub disclosure: Option<String>,
}

/// What goes into one message on either platform, whatever its letters.
pub const DISCLOSURE_MOST: usize = 500;
const DISCLOSURE_MOST_BYTES: usize = 1000;
const APP_NAME_MOST: usize = 60;

impl BotSettings {
    /// As it was typed, without what was typed around it.
    #[must_use]
    pub fn tidy(self) -> Self {
        let tidy = |it: Option<String>| it.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
        Self { app: tidy(self.app), app_name: tidy(self.app_name), disclosure: tidy(self.disclosure), ..self }
    }

    /// What is wrong with it, in a sentence.
    pub fn problem(&self) -> Option<&'static str> {
        let is_id = |it: &String| (5..=20).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_digit());
        if self.app.as_ref().is_some_and(|it| !is_id(it)) {
            return Some("The id of an app at Meta has digits only, such as 2468013579246801.");
        }
        if self.app_name.as_ref().is_some_and(|it| it.chars().count() > APP_NAME_MOST) {
            return Some("The name of the other app has at most 60 characters.");
        }
        let is_long = |it: &String| it.chars().count() > DISCLOSURE_MOST || it.len() > DISCLOSURE_MOST_BYTES;
        if self.disclosure.as_ref().is_some_and(is_long) {
            return Some("What the bot says has at most 500 letters, so that it fits into one message.");
        }
        None
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Active,
    /// What comes in is shown; nothing goes out.
    Paused,
    Disconnected,
    Deleting,
}

impl Standing {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Active => "Connected",
            Self::Paused => "Paused",
            Self::Disconnected => "Not connected",
            Self::Deleting => "Being deleted",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenHealth {
    pub works: bool,
    /// Why it does not.
    pub error: Option<String>,
    pub expires_at: Option<Timestamp>,
}

impl ListedAccount {
    /// Whether what is written to customers can leave as far as we know.
    pub fn can_send(&self) -> bool {
        self.standing == Standing::Active && self.has_token()
    }

    pub fn has_token(&self) -> bool {
        self.tokens.iter().any(|it| it.works)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub id: RuleId,
    /// None: every account.
    pub account: Option<AccountId>,
    pub team: TeamId,
    pub method: Method,
    pub is_on: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    pub id: ScheduleId,
    pub name: String,
    /// As the time zone database calls it.
    pub time_zone: String,
    pub hours: Hours,
}

/// The form of a schedule: what was typed, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScheduleForm {
    pub name: String,
    pub time_zone: String,
    /// Monday first.
    pub days: [String; 7],
    pub exceptions: String,
    pub problems: ScheduleProblems,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScheduleProblems {
    pub name: Option<FieldProblem>,
    pub is_no_zone: bool,
    pub days: [Option<HoursProblem>; 7],
    pub exceptions: Option<HoursProblem>,
}

impl ScheduleProblems {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl From<&Schedule> for ScheduleForm {
    fn from(it: &Schedule) -> Self {
        Self {
            name: it.name.clone(),
            time_zone: it.time_zone.clone(),
            days: it.hours.week.each_ref().map(ToString::to_string),
            exceptions: crate::hours::write_exceptions(&it.hours.exceptions),
            problems: ScheduleProblems::default(),
        }
    }
}

/// Why nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamRefusal {
    /// Whoever asks does not run the inbox (any more).
    NotAllowed,
    /// It is not there (any more).
    NotThere,
    /// An account is limited to this team alone: without it everybody would see the account.
    OnlyOneThatSees,
    /// Whoever is to have them cannot sign in any more.
    CannotHave,
}

impl TeamRefusal {
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotAllowed => "Your role does not allow this.",
            Self::NotThere => "This is not here any more. This is how it is now.",
            Self::OnlyOneThatSees => {
                "An account is limited to this team alone: without it everybody would see the account. Choose another \
                 team for it first."
            }
            Self::CannotHave => "This person cannot sign in any more.",
        }
    }
}

/// Where conversations are moved to together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveTo {
    Nobody,
    Person(PersonId),
    Team(TeamId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moved {
    pub n_moved: u32,
    /// Those whose account whoever was to have them may not see.
    pub n_stayed: u32,
}
