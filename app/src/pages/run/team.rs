use super::teams::words_of;
use super::{count, names};
use crate::parts::choice::tick;
use crate::parts::field::Field;
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::people_tabs::{PeopleTabs, Tab};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::person::{FieldProblem, Role};
use model::teams::{ListedTeam, Teammate};

/// A team and who can be in it; a name that was typed, with what is wrong with it.
#[derive(Debug, Clone)]
pub struct OneTeam {
    pub team: ListedTeam,
    pub people: Vec<Teammate>,
    pub typed: Option<(String, FieldProblem)>,
}

#[component]
pub(super) fn TeamPage(frame: Frame, notice: Option<Piece>, one: OneTeam) -> Piece {
    let OneTeam { team, people, typed } = one;
    let change = |how| Path::ChangeTeam { id: team.id, how }.to_string();
    let (rename, members, delete) = (change("name"), change("members"), change("delete"));
    let lead = match team.accounts.as_slice() {
        [] => "No account is limited to this team.".to_owned(),
        accounts => format!("Sees {}, which not everybody sees.", names(accounts, |it| &it.name)),
    };
    let deleting = match team.n_rules {
        0 => "Its members stay people of the inbox.".to_owned(),
        n => format!("Its members stay people of the inbox. {} with it.", count(n, "rule goes", "rules go")),
    };
    let (name, problem) = typed.map_or((team.name.clone(), None), |(typed, problem)| (typed, Some(words_of(problem))));
    let at_name = problem.is_some();
    let ticks = people.into_iter().map(|it| {
        let words = (it.role == Role::Admin).then(|| "Sees every account as an admin.".to_owned());
        tick("member", &it.id.to_string(), it.name, words, it.is_member)
    });
    piece! {
        <FramedPage frame place=Place::People title=team.name lead>
            {notice}
            <PeopleTabs tab=Tab::Teams/>
            <section class="page__set" aria-labelledby="members">
                <h2 class="page__heading" id="members">"Members"</h2>
                <PostForm action=members class="page__form">
                    <fieldset class="choices">
                        <legend class="for-screen-reader">"Who is in the team"</legend>
                        {ticks.collect_view()}
                    </fieldset>
                    <div class="page__acts"><button type="submit" class="button">"Save members"</button></div>
                </PostForm>
            </section>
            <section class="page__set" aria-labelledby="team-name">
                <h2 class="page__heading" id="team-name">"Name"</h2>
                <PostForm action=rename class="page__form">
                    <Field name="name" label="Name of the team" autocomplete="off" value=name problem
                        autofocus=at_name/>
                    <div class="page__acts"><button type="submit" class="button">"Save name"</button></div>
                </PostForm>
            </section>
            <section class="page__set" aria-labelledby="deleting">
                <h2 class="page__heading" id="deleting">"Delete"</h2>
                <PostForm action=delete class="page__form">
                    <p class="small" id="deleting-words">{deleting}</p>
                    <div class="page__acts">
                        <button type="submit" class="button button--danger" aria-describedby="deleting-words">
                            "Delete team"
                        </button>
                    </div>
                </PostForm>
            </section>
        </FramedPage>
    }
}
