use crate::parts::choice::select;
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::people_tabs::{PeopleTabs, Tab};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::assignment::Method;
use model::teams::{ListedAccount, ListedTeam, Rule};

/// The rules in their order, and what they are made of.
#[derive(Debug, Clone)]
pub struct Rules {
    pub rules: Vec<Rule>,
    pub accounts: Vec<ListedAccount>,
    pub teams: Vec<ListedTeam>,
}

#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
pub(super) fn RulesPage(frame: Frame, notice: Option<Piece>, rules: Rules) -> Piece {
    let table = if rules.rules.is_empty() {
        piece! {
            <p class="page__lead">
                "There is no rule yet. What opens goes back to whoever had it, if they are there; everything else waits under Unassigned."
            </p>
        }
    } else {
        table(&rules)
    };
    let adding = if rules.teams.is_empty() {
        piece! { <p class="small">"A rule needs a team. "<a class="link-button" href=Path::Teams.to_string()>"Add a team"</a></p> }
    } else {
        form(&rules)
    };
    piece! {
        <FramedPage frame place=Place::People title="Assignment"
            lead="Who gets a conversation that opens. It goes back to whoever had it if they are there; else the rules are asked in their order, until one finds somebody who is there and has room.">
            {notice}
            <PeopleTabs tab=Tab::Rules/>
            {table}
            <section class="page__part" aria-labelledby="new-rule">
                <h2 class="page__heading" id="new-rule">"New rule"</h2>
                {adding}
            </section>
        </FramedPage>
    }
}

fn form(rules: &Rules) -> Piece {
    let mut accounts: Vec<_> = rules.accounts.iter().map(|it| (it.id.to_string(), account_title(it))).collect();
    accounts.insert(0, (String::new(), "Every account".to_owned()));
    let teams = rules.teams.iter().map(|it| (it.id.to_string(), it.name.clone())).collect();
    let methods = Method::ALL.map(|it| (it.word().to_owned(), it.title().to_owned())).to_vec();
    piece! {
        <PostForm action=Path::Rules.to_string() class="page__form">
            {select("account", "Account", accounts, "")}
            {select("team", "Team", teams, "")}
            {select("method", "How", methods, "")}
            <div class="page__acts"><button type="submit" class="button">"Add rule"</button></div>
        </PostForm>
    }
}

fn account_title(it: &ListedAccount) -> String {
    match &it.username {
        Some(username) => format!("{}, @{username}", it.name),
        None => it.name.clone(),
    }
}

fn table(rules: &Rules) -> Piece {
    let rows = rules.rules.iter().enumerate().map(|(n, rule)| row(n, rule, rules));
    piece! {
        <div class="table-scroll" tabindex="0" role="group" aria-label="Rules, as a table">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Account"</th>
                        <th scope="col">"Team"</th>
                        <th scope="col" class="for-wide">"How"</th>
                        <th scope="col" class="for-wide">"State"</th>
                        <th scope="col"><span class="for-screen-reader">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

fn row(n: usize, rule: &Rule, rules: &Rules) -> Piece {
    let account = rule.account.and_then(|id| rules.accounts.iter().find(|it| it.id == id)).map(account_title);
    let account = account.unwrap_or_else(|| "Every account".to_owned());
    let team = rules.teams.iter().find(|it| it.id == rule.team).map(|it| it.name.clone()).unwrap_or_default();
    let of = format!(" rule {}", n + 1);
    let act = |how, words: &'static str| {
        let of = of.clone();
        piece! {
            <PostForm action=Path::ChangeRule { id: rule.id, how }.to_string()>
                <button type="submit" class="button button--small button--quiet">
                    {words}<span class="for-screen-reader">{of}</span>
                </button>
            </PostForm>
        }
    };
    let earlier = (n > 0).then(|| act("earlier", "Ask earlier"));
    let switch = if rule.is_on { act("off", "Switch off") } else { act("on", "Switch on") };
    piece! {
        <tr>
            <th scope="row">{account}</th>
            <td>{team}</td>
            <td class="for-wide">{rule.method.title()}</td>
            <td class="for-wide">{if rule.is_on { "On" } else { "Off" }}</td>
            <td><div class="table__do">{earlier}{switch}{act("delete", "Delete")}</div></td>
        </tr>
    }
}
