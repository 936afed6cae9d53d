use crate::parts::choice::{select, tick};
use crate::parts::field::Field;
use crate::parts::post_form::PostForm;
use crate::parts::said::Trouble;
use crate::path::Path;
use crate::prelude::*;
use model::endpoints::{EndpointForm, EndpointProblems, Topic};
use model::ids::ApiTokenId;
use model::person::FieldProblem;

/// The form of a new endpoint, as it was typed.
#[component]
pub(super) fn NewEndpoint(form: EndpointForm, tokens: Vec<(ApiTokenId, String)>) -> Piece {
    let EndpointForm { name, url, token, topics, problems } = form;
    let EndpointProblems { name: name_problem, url: url_problem, no_topic, whole } = problems;
    let trouble = whole.map(|it| view! { <Trouble words=it.words().to_owned()/> });
    if tokens.is_empty() {
        return piece! {
            <p class="page__more soft">
                "An endpoint sees what its token sees. "
                <a class="link-button link-button--inline" href=Path::Tokens.to_string()>"Make a token first"</a>"."
            </p>
        };
    }
    let ticks = Topic::ALL
        .map(|it| tick("topic", it.word(), it.title().to_owned(), Some(it.words().to_owned()), topics.contains(&it)));
    let no_topic_words = no_topic.then(|| {
        view! { <p class="field__problem" id="topic-below">"Tick what the program is told of."</p> }
    });
    let tokens = tokens.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let chosen = token.map(|it| it.to_string()).unwrap_or_default();
    piece! {
        <section class="page__part" aria-labelledby="new-endpoint">
            <h2 class="page__heading" id="new-endpoint">"New endpoint"</h2>
            {trouble}
            <PostForm action=Path::Endpoints.to_string() class="page__form">
                <Field name="name" label="Name" autocomplete="off" value=name hint="What listens there."
                    problem=name_problem.map(FieldProblem::words) autofocus=name_problem.is_some()/>
                <Field name="url" label="Address" autocomplete="off" value=url
                    hint="Public and by https, such as https://bot.example.com/events."
                    problem=url_problem.map(|it| it.words().to_owned())
                    autofocus=name_problem.is_none() && url_problem.is_some()/>
                {select("token", "Token", tokens, &chosen)}
                <p class="field__hint">"It is told of what this token sees. If the token is a bot’s, of the conversations that the bot has, and of getting and losing them."</p>
                <fieldset class="choices" aria-describedby=no_topic.then_some("topic-below")>
                    <legend class="field__label">"It is told of"</legend>
                    {no_topic_words}
                    {ticks.collect_view()}
                </fieldset>
                <div class="page__acts"><button type="submit" class="button button--primary">"Make the endpoint"</button></div>
            </PostForm>
        </section>
    }
}
