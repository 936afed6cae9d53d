use super::left;
use crate::parts::icon::Symbol;
use crate::parts::said::{Said, Trouble};
use crate::parts::shown_once::ShownOnce;
use crate::prelude::*;
use model::people::{ListedPerson, PersonState, Refusal};
use model::person::PersonId;
use model::teams::{Moved, TeamRefusal};
use model::time::Timestamp;
use server::people::MadeLink;

/// What the page says above everything.
#[derive(Debug, Clone)]
pub enum Notice {
    /// Shown once: only its fingerprint is kept.
    Link(MadeLink),
    /// Something was done for this person: what is said is how they stand now.
    Changed(PersonId),
    /// Their second factor is gone.
    Reset(PersonId),
    /// An admin took their picture away.
    Pictureless(PersonId),
    Refused(Refusal),
    Moved(PersonId, Moved),
    /// For whom rules have another limit now.
    Limited(PersonId),
    NotMoved(TeamRefusal),
    WrongLimit,
}

pub(super) enum About {
    Link { name: String, address: String, until: Timestamp },
    Words(String),
    Problem(&'static str),
}

impl Notice {
    pub(super) fn about(self, people: &[ListedPerson]) -> Option<About> {
        let find = |id| people.iter().find(|it| it.id == id);
        Some(match self {
            Self::Link(MadeLink { person, address, until }) => {
                About::Link { name: find(person)?.name.clone(), address, until }
            }
            Self::Changed(id) => About::Words(standing(find(id)?)),
            Self::Reset(id) => {
                let name = &find(id)?.name;
                About::Words(format!("{name} signs in with the password alone, until they set up their code again."))
            }
            Self::Pictureless(id) => About::Words(format!("{} has no picture now.", find(id)?.name)),
            Self::Refused(refusal) => About::Problem(refusal.words()),
            Self::Moved(id, moved) => About::Words(what_moved(&find(id)?.name, moved)),
            Self::Limited(id) => About::Words(limit(find(id)?)),
            Self::NotMoved(refusal) => About::Problem(refusal.words()),
            Self::WrongLimit => About::Problem("A limit is a number from 0 to 9999, or empty."),
        })
    }
}

fn limit(person: &ListedPerson) -> String {
    let name = &person.name;
    match person.limit {
        None => format!("Rules give {name} any number of conversations."),
        Some(limit) => format!("Rules give {name} at most {limit} open conversations."),
    }
}

fn what_moved(name: &str, moved: Moved) -> String {
    let of = |n: u32| if n == 1 { "1 conversation".to_owned() } else { format!("{n} conversations") };
    let Moved { n_moved, n_stayed } = moved;
    match n_stayed {
        0 => format!("{} of {name} moved.", of(n_moved)),
        _ => format!(
            "{} of {name} moved. {} stayed: whoever was to have them may not see them.",
            of(n_moved),
            of(n_stayed)
        ),
    }
}

fn standing(person: &ListedPerson) -> String {
    let name = &person.name;
    match person.state {
        PersonState::Active => format!("{name} is an {} now.", person.role.word()),
        PersonState::Invited => format!("{name} is invited and needs a new link."),
        PersonState::Deactivated => format!("{name} can no longer sign in. What they had open is unassigned."),
    }
}

#[component]
pub(super) fn NoticeCard(about: About, now: Timestamp) -> Piece {
    match about {
        About::Link { name, address, until } => {
            let words = format!(
                "It works once, for {}, and stands only on this page: it cannot be shown again.",
                left(until.since_ms(now))
            );
            let title = format!("Send this link to {name}");
            piece! {
                <ShownOnce id="link" symbol=Symbol::Link title words label="Invitation link" value=address/>
            }
        }
        About::Words(words) => {
            piece! { <Said words/> }
        }
        About::Problem(words) => {
            piece! { <Trouble words=words.to_owned()/> }
        }
    }
}
