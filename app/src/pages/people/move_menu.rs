//! How much somebody is given, and where everything that they have can go.

use crate::parts::icon::{Icon, Symbol};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::people::{ListedPerson, PersonState};
use model::person::PersonId;
use model::teams::ListedTeam;

/// Whoever can be given what somebody has, as values and words of a choice.
#[derive(Debug, Clone)]
pub struct Targets(Vec<(String, String)>);

impl Targets {
    pub(super) fn of(people: &[ListedPerson], teams: &[ListedTeam]) -> Self {
        let nobody = ("nobody".to_owned(), "nobody".to_owned());
        let people = people.iter().filter(|it| it.state == PersonState::Active);
        let people = people.map(|it| (format!("person-{}", it.id), it.name.clone()));
        let teams = teams.iter().map(|it| (format!("team-{}", it.id), format!("the team {}", it.name)));
        Self(std::iter::once(nobody).chain(people).chain(teams).collect())
    }

    pub(super) fn but(&self, person: PersonId) -> Self {
        let own = format!("person-{person}");
        Self(self.0.iter().filter(|it| it.0 != own).cloned().collect())
    }

    /// Nothing, where there is nothing to move.
    pub(super) fn form(self, person: &ListedPerson) -> Option<Piece> {
        let words = match person.n_open {
            0 => return None,
            1 => "Move the open conversation, and what is snoozed, to".to_owned(),
            n => format!("Move all {n} open conversations, and what is snoozed, to"),
        };
        let field = format!("move-{}", person.id);
        let options = self.0.into_iter().map(|(value, title)| view! { <option value=value>{title}</option> });
        let action = Path::ChangePerson { id: person.id, how: "move" }.to_string();
        Some(piece! {
            <PostForm action class="menu__form">
                <label for=field.clone()>{words}</label>
                <span class="select select--boxed">
                    <select name="to" id=field>{options.collect_view()}</select>
                    <Icon symbol=Symbol::ChevronDown/>
                </span>
                <button type="submit" class="button button--small">"Move"</button>
            </PostForm>
        })
    }
}

pub(super) fn limit(person: &ListedPerson) -> Piece {
    let field = format!("limit-{}", person.id);
    let value = person.limit.map(|it| it.to_string()).unwrap_or_default();
    let action = Path::ChangePerson { id: person.id, how: "limit" }.to_string();
    piece! {
        <PostForm action class="menu__form">
            <label for=field.clone()>"Rules give at most so many open ones; empty: any number"</label>
            <input class="input" id=field name="limit" type="number" inputmode="numeric" min="0" max="9999" value=value/>
            <button type="submit" class="button button--small">"Save limit"</button>
        </PostForm>
    }
}
