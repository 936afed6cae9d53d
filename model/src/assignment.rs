//! Who gets a conversation that opens: pure rules, which the store asks while it holds what they are about.

use crate::ids::{RuleId, TeamId};
use crate::person::PersonId;
use crate::time::{MINUTE_S, Timestamp};

/// How a rule chooses among the people of its team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Method {
    /// Whoever waited longest since they were given one.
    #[default]
    RoundRobin,
    /// Whoever has the fewest open.
    LeastBusy,
    /// The team, and nobody in it.
    TeamOnly,
}

impl Method {
    pub const ALL: [Self; 3] = [Self::RoundRobin, Self::LeastBusy, Self::TeamOnly];

    /// The word in the database and in forms.
    pub const fn word(self) -> &'static str {
        match self {
            Self::RoundRobin => "round_robin",
            Self::LeastBusy => "least_busy",
            Self::TeamOnly => "team_only",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::RoundRobin => "In turn",
            Self::LeastBusy => "To whoever has the fewest",
            Self::TeamOnly => "To the team",
        }
    }
}

/// What somebody chose to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Availability {
    #[default]
    Available,
    Away,
}

impl Availability {
    pub const ALL: [Self; 2] = [Self::Available, Self::Away];

    /// The word in the database and in forms.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Away => "away",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// Whoever was not seen for so long has gone, whatever they chose.
pub const GONE_AFTER_S: i64 = 5 * MINUTE_S;

/// Since when somebody must have been seen to be there.
pub const fn there_since(now: Timestamp) -> Timestamp {
    now.plus_s(-GONE_AFTER_S)
}

/// Both by choice and by presence.
pub fn is_available(chosen: Availability, seen_at: Option<Timestamp>, now: Timestamp) -> bool {
    chosen == Availability::Available && seen_at.is_some_and(|it| it >= there_since(now))
}

/// Somebody who might get it, as they stand now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    pub id: PersonId,
    pub is_available: bool,
    /// Whether they may see the conversation's account, and can sign in at all.
    pub may_see: bool,
    pub n_open: i64,
    pub limit: Option<i64>,
    /// When a rule gave them something for this team.
    pub assigned_at: i64,
}

impl Candidate {
    pub fn can_take(&self) -> bool {
        self.is_available && self.may_see && self.limit.is_none_or(|limit| self.n_open < limit)
    }
}

/// A rule that is for the conversation's account, with the people of its team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub rule: RuleId,
    pub team: TeamId,
    pub method: Method,
    pub people: Vec<Candidate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Whoever had it before has it again.
    Back(PersonId),
    To {
        person: PersonId,
        team: TeamId,
        rule: RuleId,
    },
    Team {
        team: TeamId,
        rule: RuleId,
    },
    /// It stays where everybody sees it, and is asked about again when somebody is there.
    Nobody,
}

/// Whoever had it comes first; then the rules in their order, each with whoever of its team can take it.
pub fn decide(former: Option<&Candidate>, rules: &[Asked]) -> Decision {
    if let Some(former) = former.filter(|it| it.can_take()) {
        return Decision::Back(former.id);
    }
    let by_rule = rules.iter().find_map(|&Asked { rule, team, method, ref people }| match method {
        Method::TeamOnly => Some(Decision::Team { team, rule }),
        method => choose(method, people).map(|person| Decision::To { person, team, rule }),
    });
    by_rule.unwrap_or(Decision::Nobody)
}

/// Of several who are alike the one who waited longest.
fn choose(method: Method, people: &[Candidate]) -> Option<PersonId> {
    let able = people.iter().filter(|it| it.can_take());
    let chosen = match method {
        Method::RoundRobin => able.min_by_key(|it| (it.assigned_at, it.id)),
        Method::LeastBusy => able.min_by_key(|it| (it.n_open, it.assigned_at, it.id)),
        Method::TeamOnly => None,
    };
    chosen.map(|it| it.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id as _;
    use proptest::prelude::*;

    fn person(n: i64) -> PersonId {
        PersonId::compose(n, [0; 10])
    }

    fn candidate(n: i64) -> Candidate {
        Candidate { id: person(n), is_available: true, may_see: true, n_open: 0, limit: Some(2), assigned_at: n }
    }

    fn team(n: i64) -> TeamId {
        TeamId::compose(n, [0; 10])
    }

    fn rule(n: i64) -> RuleId {
        RuleId::compose(n, [0; 10])
    }

    fn asked(n: i64, method: Method, people: Vec<Candidate>) -> Asked {
        Asked { rule: rule(n), team: team(n), method, people }
    }

    fn to(n_person: i64, n: i64) -> Decision {
        Decision::To { person: person(n_person), team: team(n), rule: rule(n) }
    }

    fn any_candidate() -> impl Strategy<Value = Candidate> {
        let limit = proptest::option::of(0..5i64);
        (0..6i64, any::<bool>(), any::<bool>(), 0..6i64, limit, 0..4i64).prop_map(
            |(n, is_available, may_see, n_open, limit, assigned_at)| Candidate {
                id: person(n),
                is_available,
                may_see,
                n_open,
                limit,
                assigned_at,
            },
        )
    }

    fn any_rule() -> impl Strategy<Value = Asked> {
        let method = proptest::sample::select(Method::ALL.to_vec());
        let people = proptest::collection::vec(any_candidate(), 0..6);
        (0..3i64, method, people).prop_map(|(n, method, people)| asked(n, method, people))
    }

    #[test]
    fn whoever_waited_longest_is_next_in_turn() {
        let people = [candidate(3), candidate(1), candidate(2)];
        assert_eq!(choose(Method::RoundRobin, &people), Some(person(1)));
        let busy = [Candidate { n_open: 1, ..candidate(1) }, candidate(2), candidate(3)];
        assert_eq!(choose(Method::LeastBusy, &busy), Some(person(2)), "of those with the fewest");
        assert_eq!(choose(Method::TeamOnly, &people), None);
    }

    #[test]
    fn whoever_had_it_has_it_again_if_they_can() {
        let rules = [asked(1, Method::RoundRobin, vec![candidate(2)])];
        assert_eq!(decide(Some(&candidate(1)), &rules), Decision::Back(person(1)));
        let away = Candidate { is_available: false, ..candidate(1) };
        assert_eq!(decide(Some(&away), &rules), to(2, 1));
        assert_eq!(decide(Some(&away), &[]), Decision::Nobody);
    }

    #[test]
    fn a_rule_whose_team_is_full_passes_it_on() {
        let full = Candidate { n_open: 2, ..candidate(1) };
        let first = asked(1, Method::LeastBusy, vec![full]);
        let second = asked(2, Method::RoundRobin, vec![candidate(2)]);
        assert_eq!(decide(None, &[first.clone(), second]), to(2, 2));
        let third = asked(3, Method::TeamOnly, Vec::new());
        assert_eq!(decide(None, &[first, third]), Decision::Team { team: team(3), rule: rule(3) });
    }

    #[test]
    fn whoever_was_not_seen_for_five_minutes_has_gone() {
        let now = Timestamp(1_795_183_925_000);
        let seen = |s: i64| is_available(Availability::Available, Some(now.plus_s(-s)), now);
        assert_eq!([seen(0), seen(GONE_AFTER_S), seen(GONE_AFTER_S + 1)], [true, true, false]);
        assert!(!is_available(Availability::Away, Some(now), now) && !is_available(Availability::Available, None, now));
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        assert!(Method::ALL.iter().all(|it| Method::from_word(it.word()) == Some(*it)));
        assert!(Availability::ALL.iter().all(|it| Availability::from_word(it.word()) == Some(*it)));
        assert_eq!((Method::from_word("random"), Availability::from_word("")), (None, None));
    }

    proptest! {
        #[test]
        fn nobody_gets_what_they_cannot_take(
            former in proptest::option::of(any_candidate()),
            rules in proptest::collection::vec(any_rule(), 0..4),
        ) {
            match decide(former.as_ref(), &rules) {
                Decision::Back(id) => {
                    let former = former.unwrap();
                    prop_assert!(former.id == id && former.can_take());
                }
                Decision::To { person, team, .. } => {
                    let able = rules.iter().filter(|it| it.team == team && it.method != Method::TeamOnly);
                    let able = able.flat_map(|it| &it.people).any(|it| it.id == person && it.can_take());
                    prop_assert!(able);
                }
                Decision::Team { team, .. } => {
                    prop_assert!(rules.iter().any(|it| it.team == team && it.method == Method::TeamOnly));
                }
                Decision::Nobody => {
                    prop_assert!(former.is_none_or(|it| !it.can_take()));
                    prop_assert!(rules.iter().all(|it| it.method != Method::TeamOnly));
                    prop_assert!(rules.iter().flat_map(|it| &it.people).all(|it| !it.can_take()));
                }
            }
        }

        /// As conversations come one after another, each to one person, nobody has more than their limit.
        #[test]
        fn no_row_of_conversations_exceeds_a_limit(
            limits in proptest::collection::vec(proptest::option::of(0..4i64), 1..5),
            method in proptest::sample::select(vec![Method::RoundRobin, Method::LeastBusy]),
            n_conversations in 0..20i64,
        ) {
            let someone = |(n, limit): (i64, &Option<i64>)| Candidate { limit: *limit, ..candidate(n) };
            let mut rule = asked(1, method, (0..).zip(&limits).map(someone).collect());
            let mut n_given = 0;
            for turn in 0..n_conversations {
                let Decision::To { person, .. } = decide(None, std::slice::from_ref(&rule)) else { break };
                let chosen = rule.people.iter_mut().find(|it| it.id == person).unwrap();
                chosen.n_open += 1;
                chosen.assigned_at = 100 + turn;
                n_given += 1;
            }
            prop_assert!(rule.people.iter().all(|it| it.limit.is_none_or(|limit| it.n_open <= limit)));
            prop_assert_eq!(rule.people.iter().map(|it| it.n_open).sum::<i64>(), n_given);
            let room: Option<i64> = limits.iter().copied().sum();
            prop_assert_eq!(n_given, room.unwrap_or(i64::MAX).min(n_conversations), "as long as there is room");
            if limits.iter().all(Option::is_none) {
                let counts = rule.people.iter().map(|it| it.n_open);
                prop_assert!(counts.clone().max().unwrap() - counts.min().unwrap() <= 1, "shared evenly");
            }
        }
    }
}
