//! Endpoints: addresses of other programs that are told what happens here.

use crate::ids::{ApiTokenId, ConversationId, EndpointId};
use crate::person::{FieldProblem, check_name};
use crate::time::{DAY_S, HOUR_S, MINUTE_S, Timestamp};

/// What an endpoint can be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    Message,
    Assignment,
    State,
    Ownership,
}

impl Topic {
    pub const ALL: [Self; 4] = [Self::Message, Self::Assignment, Self::State, Self::Ownership];

    /// The word in the database and in what is posted.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Assignment => "assignment",
            Self::State => "state",
            Self::Ownership => "ownership",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Message => "Messages",
            Self::Assignment => "Assignment",
            Self::State => "State",
            Self::Ownership => "Hand-over",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Message => "A message came in or went out, or one has changed.",
            Self::Assignment => "Somebody was given a conversation, or it is nobody’s any more.",
            Self::State => "A conversation was closed, snoozed or opened again.",
            Self::Ownership => "A conversation went from people to a bot or another app, or back.",
        }
    }
}

impl std::str::FromStr for Topic {
    type Err = crate::id::NotAnId;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::from_word(word).ok_or(crate::id::NotAnId)
    }
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// Behind another one of the same conversation.
    Waiting,
    Ready,
    Running,
    Delivered,
    Failed,
}

impl DeliveryState {
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Ready, Self::Running, Self::Delivered, Self::Failed];

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

impl std::str::FromStr for DeliveryState {
    type Err = crate::id::NotAnId;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|it| it.word() == word).ok_or(crate::id::NotAnId)
    }
}

/// Which delivery: of which change of the feed, and which of the things that it told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryKey {
    pub endpoint: EndpointId,
    pub seq: i64,
    pub part: i32,
}

impl DeliveryKey {
    /// As the receiver gets it: the same one however often it is tried.
    pub fn header(self) -> String {
        format!("{}-{}", self.endpoint, self.place())
    }

    /// Its place among those of its endpoint, in addresses of pages.
    pub fn place(self) -> String {
        format!("{}-{}", self.seq, self.part)
    }

    pub fn at(endpoint: EndpointId, place: &str) -> Option<Self> {
        let (seq, part) = place.split_once('-')?;
        Some(Self { endpoint, seq: seq.parse().ok()?, part: part.parse().ok()? })
    }
}

/// An endpoint as those who run the inbox see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedEndpoint {
    pub id: EndpointId,
    pub name: String,
    pub url: String,
    pub topics: Vec<Topic>,
    /// The name of the token whose sight it has.
    pub token: String,
    /// The token was revoked or has run out: nothing more is told.
    pub is_shut_out: bool,
    /// As which bot it answers; then it hears of that bot's conversations only.
    pub bot: Option<String>,
    pub is_paused: bool,
    pub failing_since: Option<Timestamp>,
    /// Up to [`COUNTED_MOST`].
    pub n_waiting: i64,
    pub n_failed: i64,
}

/// Above this nobody counts on.
pub const COUNTED_MOST: i64 = 10_000;

/// One line of an endpoint's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedDelivery {
    pub key: DeliveryKey,
    pub conversation: ConversationId,
    pub topic: Topic,
    pub state: DeliveryState,
    pub attempts: i32,
    /// When it is tried (again).
    pub due_at: Timestamp,
    /// What the receiver answered last.
    pub status: Option<i32>,
    /// Why it is not there.
    pub error: Option<String>,
    pub made_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

/// A bot, and how long a customer may wait for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedBot {
    pub id: crate::ids::BotId,
    pub name: String,
    pub answers_within_s: Option<i64>,
}

/// The longest time limit of a bot: a day, for after that nobody may answer freely.
pub const ANSWERS_WITHIN_MOST_S: i64 = DAY_S;

/// A bot whose program cannot be told anything for so long loses whoever waits for it.
pub const UNREACHABLE_FOR_S: i64 = MINUTE_S;

/// What was typed is no time limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotALimit;

/// How long a customer waits, as it was typed in seconds; empty: for ever.
pub fn read_limit(typed: &str) -> Result<Option<i64>, NotALimit> {
    match typed.trim() {
        "" => Ok(None),
        it => it.parse().ok().filter(|it| (1..=ANSWERS_WITHIN_MOST_S).contains(it)).map(Some).ok_or(NotALimit),
    }
}

/// For so long a delivery is tried.
pub const TRIED_FOR_S: i64 = DAY_S;

/// How long to wait after so many tries that failed, before chance is added: 1 s, doubling, at most an hour.
pub const fn pause_s(n_tries: i32) -> i64 {
    match n_tries {
        ..=1 => 1,
        n @ 2..=12 => 1 << (n - 1),
        _ => HOUR_S,
    }
}

const URL_MOST: usize = 2000;

/// The form of a new endpoint: what was typed, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndpointForm {
    pub name: String,
    pub url: String,
    pub token: Option<ApiTokenId>,
    pub topics: Vec<Topic>,
    pub problems: EndpointProblems,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndpointProblems {
    pub name: Option<FieldProblem>,
    pub url: Option<UrlProblem>,
    /// Nothing is told.
    pub no_topic: bool,
    pub whole: Option<EndpointTrouble>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlProblem {
    NotAnAddress,
    TooLong,
    /// Neither public nor by https, nor allowed by the operator.
    NotPublic,
}

impl UrlProblem {
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotAnAddress => "This is no address, such as https://bot.example.com/events.",
            Self::TooLong => "At most 2000 characters.",
            Self::NotPublic => {
                "This is neither public nor by https. For a program on your own machines the operator of this server \
                 names its origin in SWITCHBOARD_ENDPOINT_ALLOW."
            }
        }
    }
}

/// What is wrong with no field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointTrouble {
    NoToken,
    CannotRead,
    TooMany,
}

impl EndpointTrouble {
    pub const fn words(self) -> &'static str {
        match self {
            Self::NoToken => "Choose a token: an endpoint sees what its token sees. Make one first if there is none.",
            Self::CannotRead => "This token may not read. Choose one that may, or make one.",
            Self::TooMany => "There are as many endpoints as there can be. Delete some that nobody uses.",
        }
    }
}

impl From<EndpointTrouble> for EndpointProblems {
    fn from(trouble: EndpointTrouble) -> Self {
        Self { whole: Some(trouble), ..Self::default() }
    }
}

/// A form in which nothing is wrong, except perhaps where its address leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedEndpoint {
    pub name: String,
    pub url: String,
    pub token: ApiTokenId,
    pub topics: Vec<Topic>,
}

impl EndpointForm {
    pub fn check(&self) -> Result<CheckedEndpoint, EndpointProblems> {
        let name = check_name(&self.name);
        let url = self.url.trim();
        let url_problem = match url {
            _ if url.len() > URL_MOST => Some(UrlProblem::TooLong),
            _ if !url.starts_with("https://") && !url.starts_with("http://") => Some(UrlProblem::NotAnAddress),
            _ => None,
        };
        let mut topics = self.topics.clone();
        topics.sort_unstable();
        topics.dedup();
        let problems = EndpointProblems {
            name: name.clone().err(),
            url: url_problem,
            no_topic: topics.is_empty(),
            whole: self.token.is_none().then_some(EndpointTrouble::NoToken),
        };
        match (name, self.token) {
            (Ok(name), Some(token)) if problems == EndpointProblems::default() => {
                Ok(CheckedEndpoint { name, url: url.to_owned(), token, topics })
            }
            _ => Err(problems),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_again() {
        for it in Topic::ALL {
            assert_eq!(it.word().parse(), Ok(it));
        }
        for it in DeliveryState::ALL {
            assert_eq!(it.word().parse(), Ok(it));
        }
        assert!("everything".parse::<Topic>().is_err() && "gone".parse::<DeliveryState>().is_err());
        let key = DeliveryKey { endpoint: EndpointId::from_bits(7), seq: 41, part: 1 };
        assert_eq!(DeliveryKey::at(key.endpoint, &key.place()), Some(key));
        assert_eq!(key.header(), "00000000000000000000000007-41-1");
        for wrong in ["", "41", "41-", "-", "x-1"] {
            assert_eq!(DeliveryKey::at(key.endpoint, wrong), None, "{wrong}");
        }
    }

    #[test]
    fn pauses_double_up_to_an_hour() {
        let pauses = [0, 1, 2, 3, 11, 12, 13, 14, i32::MAX].map(pause_s);
        assert_eq!(pauses, [1, 1, 2, 4, 1024, 2048, 3600, 3600, 3600]);
    }

    #[test]
    fn a_limit_is_a_number_of_seconds_up_to_a_day() {
        assert_eq!(
            (read_limit(" "), read_limit(" 90 "), read_limit("86400")),
            (Ok(None), Ok(Some(90)), Ok(Some(DAY_S)))
        );
        for wrong in ["0", "-1", "86401", "soon", "1.5"] {
            assert_eq!(read_limit(wrong), Err(NotALimit), "{wrong}");
        }
    }

    #[test]
    fn a_form_is_whole_or_says_what_is_wrong() {
        let token = ApiTokenId::from_bits(1);
        let form = EndpointForm {
            name: " Orders ".to_owned(),
            url: " https://bot.example/events ".to_owned(),
            token: Some(token),
            topics: vec![Topic::State, Topic::Message, Topic::State],
            problems: EndpointProblems::default(),
        };
        let (name, url) = ("Orders".to_owned(), "https://bot.example/events".to_owned());
        let topics = vec![Topic::Message, Topic::State];
        assert_eq!(form.check(), Ok(CheckedEndpoint { name, url, token, topics }));
        let problems = EndpointForm::default().check().unwrap_err();
        assert_eq!((problems.name, problems.url), (Some(FieldProblem::Empty), Some(UrlProblem::NotAnAddress)));
        assert_eq!((problems.no_topic, problems.whole), (true, Some(EndpointTrouble::NoToken)));
        let long = EndpointForm { url: format!("https://{}", "a".repeat(URL_MOST)), ..form };
        assert_eq!(long.check().unwrap_err().url, Some(UrlProblem::TooLong));
    }
}
