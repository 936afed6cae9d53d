use super::move_menu::{Targets, limit};
use crate::parts::avatar::Faces;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use crate::state::clock::ago;
use model::people::{ListedPerson, Refusal};
use model::person::Role;
use model::time::Timestamp;

/// What can be done with somebody. A popover: it opens, closes and gives the focus back without a script.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
pub fn PersonMenu(person: ListedPerson, is_me: bool, is_last_admin: bool, now: Timestamp, targets: Targets) -> Piece {
    let id = format!("person-{}", person.id);
    let label = format!("More about {}", person.name);
    let seen =
        person.seen_at.map_or_else(|| "never seen".to_owned(), |at| format!("seen {}", ago(now, at).to_lowercase()));
    let facts = format!("{}, {seen}", person.role.title());
    let (role, words) = match person.role {
        Role::Admin => (Role::Agent, "Make an agent"),
        Role::Agent => (Role::Admin, "Make an admin"),
    };
    let change = |how| Path::ChangePerson { id: person.id, how }.to_string();
    let role = if is_last_admin {
        piece! { <p class="menu__words small">{Refusal::LastAdmin.words()}</p> }
    } else {
        piece! {
            <PostForm action=change("role")>
                <input type="hidden" name="role" value=role.word()/>
                <button type="submit" class="menu__act"><Icon symbol=Symbol::People/>{words}</button>
            </PostForm>
        }
    };
    let leaving = if is_me {
        piece! { <a class="menu__act" href=Path::Me.to_string()><Icon symbol=Symbol::Mine/>"Your page"</a> }
    } else {
        let words = match person.n_open {
            0 => "Signs them out everywhere, at once.".to_owned(),
            1 => "Signs them out everywhere, at once. Their open conversation becomes unassigned.".to_owned(),
            n => format!("Signs them out everywhere, at once. Their {n} open conversations become unassigned."),
        };
        let below = format!("{id}-words");
        let described_by = below.clone();
        piece! {
            <PostForm action=change("deactivate")>
                <button type="submit" class="menu__act menu__act--danger" aria-describedby=described_by>
                    <Icon symbol=Symbol::Logout/>"Deactivate"
                </button>
            </PostForm>
            <p class="menu__words small" id=below>{words}</p>
        }
    };
    let resetting = (person.has_second_factor && !is_me).then(|| {
        view! {
            <PostForm action=change("second-factor") class="menu__part">
                <button type="submit" class="menu__act"><Icon symbol=Symbol::Lock/>"Reset two-factor sign-in"</button>
            </PostForm>
        }
    });
    let has_picture = use_context::<Faces>().unwrap_or_default().find(&person.id.to_string()).is_some();
    let picture = (has_picture && !is_me).then(|| {
        view! {
            <PostForm action=change("picture") class="menu__part">
                <button type="submit" class="menu__act"><Icon symbol=Symbol::Image/>"Remove their picture"</button>
            </PostForm>
        }
    });
    piece! {
        <button type="button" class="button button--quiet button--small button--icon" popovertarget=id.clone()
            aria-label=label.clone() title=label><Icon symbol=Symbol::More/></button>
        <div class="menu menu--person" id=id popover="auto">
            <div class="menu__part menu__who">
                <span class="strong">{person.name.clone()}</span>
                <span class="soft">{person.email.clone()}</span>
                <span class="soft">{facts}</span>
            </div>
            <div class="menu__part">{limit(&person)}{targets.form(&person)}</div>
            <div class="menu__part">{role}</div>
            {picture}
            {resetting}
            <div class="menu__part">{leaving}</div>
        </div>
    }
}
