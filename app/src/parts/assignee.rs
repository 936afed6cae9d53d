use crate::markup::Markup;
use crate::parts::avatar::Face;
use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;
use crate::state::clock::Clock;
use crate::state::desk::Desk;
use model::desk::{Colleague, Step};
use model::ids::TeamId;
use model::inbox::NamedPerson;
use model::person::{Me, PersonId};

/// Who has the open conversation. Its options are written as text; a name that is not known yet is
/// there as soon as the conversation is.
#[component]
pub fn Assignee(class: &'static str) -> Piece {
    let (desk, clock, me) = (expect_context::<Desk>(), expect_context::<Clock>(), expect_context::<Me>().id);
    let blank = Markup::of_page();
    let also_blank = blank.clone();
    let assignee =
        Memo::new(move |_| desk.thread.conversation.with(|it| it.as_ref().and_then(|it| it.assignee.clone())));
    let face = move || {
        let mut to = blank.another();
        if let Some(NamedPerson { id, name }) = assignee.get() {
            Face { name: &name, seed: &id.to_string(), class: "avatar--s", ..Face::default() }.write(&mut to);
        } else {
            to.open("span", "avatar avatar--s avatar--nobody");
            to.icon(Symbol::Unassigned);
            to.close("span");
        }
        to.done()
    };
    let team = Memo::new(move |_| desk.thread.conversation.with(|it| it.as_ref().and_then(|it| it.team.clone())));
    let options = move || {
        let mut to = also_blank.another();
        let (assignee, team) = (assignee.get(), team.get());
        let team = team.filter(|_| assignee.is_none());
        desk.colleagues.with(|colleagues| options(&mut to, me, assignee.as_ref(), colleagues, team.is_none()));
        desk.teams.with(|teams| teams_of(&mut to, teams, team.as_deref()));
        to.done()
    };
    let choose = move |event| {
        let chosen = event_target_value(&event);
        let team = chosen.strip_prefix(TEAM).map(str::parse);
        match (team, chosen.parse()) {
            (Some(Ok(team)), _) => desk.take(Step::Team { to: Some(team), with: None }),
            (Some(Err(_)), _) => {}
            (None, Ok(person)) => desk.take(Step::Assign { to: Some(person) }),
            (None, Err(_)) => desk.take(Step::NOBODY),
        }
    };
    piece! {
        <span class=class>
            <span class="written" inner_html=face></span>
            <select aria-label="Assignee" title="Assignee (a)" data-reach="assign" disabled=shown(move || !clock.is_local.get())
                inner_html=options on:change=heed(choose)></select>
            <Icon symbol=Symbol::ChevronDown/>
        </span>
    }
}

/// Before the id of a team, which a person's would look like.
const TEAM: &str = "team-";

fn option(to: &mut Markup, value: &str, words: &str, is_chosen: bool) {
    let chosen = [("value", value), ("selected", "")];
    to.open_with("option", "", if is_chosen { &chosen } else { &chosen[..1] });
    to.text(words);
    to.close("option");
}

fn options(to: &mut Markup, me: PersonId, assignee: Option<&NamedPerson>, colleagues: &[Colleague], is_nobodys: bool) {
    option(to, &me.to_string(), "You", assignee.is_some_and(|it| it.id == me));
    option(to, "", "Nobody", assignee.is_none() && is_nobodys);
    let is_known = |id| id == me || colleagues.iter().any(|it| it.id == id);
    if let Some(it) = assignee.filter(|it| !is_known(it.id)) {
        option(to, &it.id.to_string(), &it.name, true);
    }
    for it in colleagues.iter().filter(|it| it.id != me) {
        let words = if it.is_available { it.name.clone() } else { format!("{} (away)", it.name) };
        option(to, &it.id.to_string(), &words, assignee.is_some_and(|assignee| assignee.id == it.id));
    }
}

/// `whose`: the team that has it, while nobody of it does.
fn teams_of(to: &mut Markup, teams: &[(TeamId, String)], whose: Option<&str>) {
    if let Some(name) = whose.filter(|name| teams.iter().all(|it| it.1 != *name)) {
        option(to, TEAM, &format!("Team {name}"), true);
    }
    for (id, name) in teams {
        option(to, &format!("{TEAM}{id}"), &format!("Team {name}"), whose == Some(name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::Id as _;

    fn written(assignee: Option<&NamedPerson>, colleagues: &[Colleague]) -> String {
        let mut to = Markup::new(String::new());
        options(&mut to, PersonId::compose(1, [1; 10]), assignee, colleagues, true);
        to.done()
    }

    #[test]
    fn whoever_has_it_is_always_among_the_options_and_once() {
        let noah = NamedPerson { id: PersonId::compose(1, [2; 10]), name: "<Noah>".to_owned() };
        let known = Colleague { id: noah.id, name: noah.name.clone(), is_available: false };
        for colleagues in [vec![], vec![known]] {
            let options = written(Some(&noah), &colleagues);
            assert_eq!(options.matches("&lt;Noah&gt;").count(), 1, "{options}");
            assert_eq!(options.matches(" selected=\"\"").count(), 1, "{options}");
            assert_eq!(options.matches("<option").count(), 3, "{options}");
        }
        let teams = [(TeamId::compose(1, [3; 10]), "Orders".to_owned())];
        for (whose, n) in [(None, 1), (Some("Orders"), 1), (Some("Returns"), 2)] {
            let mut to = Markup::new(String::new());
            teams_of(&mut to, &teams, whose);
            let options = to.done();
            assert_eq!(options.matches("<option").count(), n, "{options}");
            assert_eq!(options.matches(" selected=\"\"").count(), usize::from(whose.is_some()), "{options}");
        }
        let nobodys = written(None, &[]);
        assert!(nobodys.contains("<option value=\"\" selected=\"\">Nobody</option>"), "{nobodys}");
    }
}
