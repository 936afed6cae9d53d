use crate::markup::Markup;
use crate::parts::avatar::Face;
use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;
use crate::state::clock::Clock;
use crate::state::desk::Desk;
use model::desk::{Receivers, Step};
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
    let options = move || {
        let mut to = also_blank.another();
        desk.receivers.with(|receivers| options(&mut to, me, assignee.get().as_ref(), receivers));
        to.done()
    };
    let choose = move |event| {
        let chosen = event_target_value(&event);
        match chosen.strip_prefix(TEAM).and_then(|it| it.parse().ok()) {
            Some(team) => desk.take(Step::Team { to: Some(team), with: None }),
            None => desk.assign(chosen.parse::<PersonId>().ok()),
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

/// Before the id of a team among the values.
const TEAM: &str = "team ";

fn options(to: &mut Markup, me: PersonId, assignee: Option<&NamedPerson>, Receivers { people, teams }: &Receivers) {
    let mut option = |value: &str, words: &str, is_chosen: bool| {
        let chosen = [("value", value), ("selected", "")];
        to.open_with("option", "", if is_chosen { &chosen } else { &chosen[..1] });
        to.text(words);
        to.close("option");
    };
    option(&me.to_string(), "You", assignee.is_some_and(|it| it.id == me));
    option("", "Nobody", assignee.is_none());
    let is_known = |id| id == me || people.iter().any(|it| it.id == id);
    if let Some(it) = assignee.filter(|it| !is_known(it.id)) {
        option(&it.id.to_string(), &it.name, true);
    }
    for it in people.iter().filter(|it| it.id != me) {
        let words = if it.is_available { it.name.clone() } else { format!("{} (away)", it.name) };
        option(&it.id.to_string(), &words, assignee.is_some_and(|assignee| assignee.id == it.id));
    }
    if !teams.is_empty() {
        to.open_with("optgroup", "", &[("label", "Teams")]);
        for (id, name) in teams {
            to.open_with("option", "", &[("value", &format!("{TEAM}{id}"))]);
            to.text(name);
            to.close("option");
        }
        to.close("optgroup");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::desk::Colleague;
    use model::id::Id as _;
    use model::ids::TeamId;

    fn written(assignee: Option<&NamedPerson>, people: &[Colleague]) -> String {
        let mut to = Markup::new(String::new());
        let teams = vec![(TeamId::compose(1, [3; 10]), "Orders & more".to_owned())];
        options(&mut to, PersonId::compose(1, [1; 10]), assignee, &Receivers { people: people.to_vec(), teams });
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
            assert_eq!(options.matches("<option").count(), 4, "{options}");
            assert!(options.ends_with("Orders &amp; more</option></optgroup>"), "{options}");
        }
        let nobodys = written(None, &[]);
        assert!(nobodys.contains("<option value=\"\" selected=\"\">Nobody</option>"), "{nobodys}");
    }
}
