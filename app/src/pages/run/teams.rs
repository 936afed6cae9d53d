use super::{count, names};
use crate::parts::field::Field;
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::people_tabs::{PeopleTabs, Tab};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::person::FieldProblem;
use model::teams::ListedTeam;

/// Every team, and the form for another one: what was typed, and what is wrong with it.
#[derive(Debug, Clone)]
pub struct Teams {
    pub teams: Vec<ListedTeam>,
    pub typed: String,
    pub problem: Option<FieldProblem>,
}

#[component]
pub(super) fn TeamsPage(frame: Frame, notice: Option<Piece>, teams: Teams) -> Piece {
    let Teams { teams, typed, problem } = teams;
    let at_name = problem.is_some();
    let table = if teams.is_empty() {
        piece! { <p class="page__lead">"There is no team yet. Without teams everybody sees every account."</p> }
    } else {
        table(&teams)
    };
    piece! {
        <FramedPage frame place=Place::People title="Teams"
            lead="Who shares the work. An account that is limited to teams is seen by them and by admins only.">
            {notice}
            <PeopleTabs tab=Tab::Teams/>
            {table}
            <section class="page__part" aria-labelledby="new-team">
                <h2 class="page__heading" id="new-team">"New team"</h2>
                <PostForm action=Path::Teams.to_string() class="page__form">
                    <Field name="name" label="Name of the team" autocomplete="off" value=typed
                        problem=problem.map(words_of) autofocus=at_name/>
                    <div class="page__acts"><button type="submit" class="button">"Add team"</button></div>
                </PostForm>
            </section>
        </FramedPage>
    }
}

pub(super) fn words_of(problem: FieldProblem) -> String {
    match problem {
        FieldProblem::Taken => "Another team has this name.".to_owned(),
        problem => problem.words(),
    }
}

fn table(teams: &[ListedTeam]) -> Piece {
    let rows = teams.iter().map(|team| {
        let accounts = match team.accounts.as_slice() {
            [] => "None of its own".to_owned(),
            accounts => names(accounts, |it| &it.name),
        };
        view! {
            <tr>
                <th scope="row"><a class="link-button" href=Path::Team { id: team.id }.to_string()>{team.name.clone()}</a></th>
                <td>{count(team.members.len(), "person", "people")}</td>
                <td class="for-wide">{names(&team.members, |it| &it.name)}</td>
                <td class="for-wide">{accounts}</td>
            </tr>
        }
    });
    piece! {
        <div class="table-scroll" tabindex="0" role="group" aria-label="Teams, as a table">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Size"</th>
                        <th scope="col" class="for-wide">"Members"</th>
                        <th scope="col" class="for-wide">"Accounts only for teams"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}
