use crate::parts::choice::{select, tick};
use crate::parts::field::Field;
use crate::parts::post_form::PostForm;
use crate::parts::said::Trouble;
use crate::path::Path;
use crate::prelude::*;
use model::ids::AccountId;
use model::person::FieldProblem;
use model::tokens::{LIVES, Scope, TokenForm, TokenProblems};

/// The form of a new token, as it was typed.
#[component]
pub(super) fn NewToken(form: TokenForm, accounts: Vec<(AccountId, String)>) -> Piece {
    let TokenForm { name, scopes, accounts: chosen, bot, days, problems } = form;
    let TokenProblems { name: name_problem, bot: bot_problem, no_scope, whole } = problems;
    let words = |problem: Option<FieldProblem>| problem.map(FieldProblem::words);
    let trouble = whole.map(|it| view! { <Trouble words=it.words().to_owned()/> });
    let scope_ticks = Scope::ALL
        .map(|it| tick("scope", it.word(), it.title().to_owned(), Some(it.words().to_owned()), scopes.contains(&it)));
    let account_ticks = accounts
        .into_iter()
        .map(|(id, name)| tick("account", &id.to_string(), name, None, chosen.contains(&id)))
        .collect::<Vec<_>>();
    let for_accounts = (!account_ticks.is_empty()).then(|| {
        view! {
            <fieldset class="choices" aria-describedby="accounts-below">
                <legend class="field__label">"Accounts"</legend>
                <p class="field__hint" id="accounts-below">"None ticked: every account, also those that come later."</p>
                {account_ticks.collect_view()}
            </fieldset>
        }
    });
    let lives = LIVES.map(|(value, title)| (value.to_owned(), title.to_owned())).to_vec();
    let no_scope_words = no_scope.then(|| {
        view! { <p class="field__problem" id="scope-below">"Tick what the program may do."</p> }
    });
    piece! {
        <section class="page__part" aria-labelledby="new-token">
            <h2 class="page__heading" id="new-token">"New token"</h2>
            {trouble}
            <PostForm action=Path::Tokens.to_string() class="page__form">
                <Field name="name" label="Name" autocomplete="off" value=name hint="What uses it, as the audit log calls it."
                    problem=words(name_problem) autofocus=name_problem.is_some()/>
                <fieldset class="choices" aria-describedby=no_scope.then_some("scope-below")>
                    <legend class="field__label">"It may"</legend>
                    {no_scope_words}
                    {scope_ticks.collect_view()}
                </fieldset>
                {for_accounts}
                <Field name="bot" label="Bot" autocomplete="off" value=bot is_optional=true
                    hint="If it answers customers by itself: what colleagues call it. Otherwise leave this empty."
                    problem=words(bot_problem) autofocus=name_problem.is_none() && bot_problem.is_some()/>
                {select("days", "It can be used", lives, &days)}
                <div class="page__acts"><button type="submit" class="button button--primary">"Make the token"</button></div>
            </PostForm>
        </section>
    }
}
