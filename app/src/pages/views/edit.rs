use crate::parts::choice::{select, tick};
use crate::parts::field::Field;
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::filter::{Assignee, Filter, Names, WindowKind};
use model::ids::SavedViewId;
use model::may::Act;
use model::platform::Platform;
use model::priority::Priority;
use model::view::View;
use std::fmt::Display;

/// The form: a view that was saved, or what a list shows at the moment.
#[derive(Debug, Clone)]
pub struct Narrowing {
    pub frame: Frame,
    pub names: Names,
    pub id: Option<SavedViewId>,
    pub name: String,
    pub is_mine: bool,
    pub view: View,
    pub filter: Filter,
    /// What was typed and not understood.
    pub not_understood: Vec<String>,
    pub problem: Option<String>,
}

impl Narrowing {
    pub const fn title(&self) -> &'static str {
        if self.id.is_some() { "Saved view" } else { "Filter" }
    }
}

#[component]
pub fn NarrowPage(narrowing: Narrowing) -> Piece {
    let title = narrowing.title();
    let Narrowing { frame, names, id, name, is_mine, view, filter, not_understood, problem } = narrowing;
    let may_share = frame.me.role.may(Act::RunViews);
    let lead = "Show what fits all of this. Under a name it stands in the inbox, with what is in it.";
    let action = id.map_or(Path::Narrow { view: View::Mine, words: "" }, |id| Path::SavedView { id }).to_string();
    let not_understood =
        not_understood.into_iter().map(|words| view! { <p class="notice notice--soon" role="status">{words}</p> });
    let back = Path::Search { view, words: &filter.text(&names) }.to_string();
    piece! {
        <FramedPage frame place=Place::Views title lead>
            {not_understood.collect_view()}
            <PostForm action class="narrow">
                <div class="narrow__set">
                    {select("view", "Conversations", views(), view.word())}
                    {select("assignee", "Assigned to", assignees(&names), &assignee(&filter))}
                    {select("team", "Team", any_of("Any team", &names.teams), &chosen(filter.team))}
                    {select("account", "Account", any_of("Any account", &names.accounts), &chosen(filter.account))}
                    {select("platform", "Platform", platforms(), filter.platform.map_or("", Platform::word))}
                    {select("priority", "Priority", priorities(), filter.priority.map_or("", Priority::title))}
                    {select("window", "Reply window", windows(), filter.window.map_or("", WindowKind::word))}
                    <div class="field">
                        <label class="field__label" for="words">"Words"</label>
                        <input class="input" id="words" name="words" type="text" value=filter.words.clone() autocomplete="off" dir="auto"/>
                    </div>
                </div>
                {labels(&names, &filter)}
                <fieldset class="choices choices--many">
                    <legend class="field__label">"Only"</legend>
                    {tick("is", "unread", "Unread".to_owned(), None, filter.is_unread)}
                    {tick("is", "waiting", "Waiting for an answer".to_owned(), None, filter.is_waiting)}
                    {tick("is", "mentioned", "Where I am mentioned".to_owned(), None, filter.mentions_me)}
                </fieldset>
                <fieldset class="choices choices--many">
                    <legend class="field__label">"Also"</legend>
                    {tick("is", "any", "Snoozed and closed ones".to_owned(), None, filter.any_state)}
                    {tick("is", "longest", "Who waits longest comes first".to_owned(), None, filter.longest_first)}
                </fieldset>
                <div class="page__acts">
                    <button type="submit" name="do" value="show" class="button button--primary">"Show conversations"</button>
                    <a class="button button--quiet" href=back>"Cancel"</a>
                </div>
                <div class="narrow__keep">
                    <Field name="name" label="Name of the view" autocomplete="off" value=name problem is_optional=true/>
                    {if may_share { whose(is_mine) } else { piece! { <input type="hidden" name="whose" value="mine"/> } }}
                    <div class="page__acts">
                        <button type="submit" name="do" value="save" class="button">"Save view"</button>
                    </div>
                </div>
            </PostForm>
            {id.map(deleting)}
        </FramedPage>
    }
}

fn views() -> Vec<(String, String)> {
    View::ALL.map(|it| (it.word().to_owned(), it.title().to_owned())).to_vec()
}

fn priorities() -> Vec<(String, String)> {
    let first = (String::new(), "Any priority".to_owned());
    std::iter::once(first).chain(Priority::ALL.map(|it| (it.title().to_owned(), it.title().to_owned()))).collect()
}

fn any_of<T: Display>(any: &str, all: &[(T, String)]) -> Vec<(String, String)> {
    let first = (String::new(), any.to_owned());
    std::iter::once(first).chain(all.iter().map(|it| (it.0.to_string(), it.1.clone()))).collect()
}

fn chosen<T: Display>(it: Option<T>) -> String {
    it.map(|it| it.to_string()).unwrap_or_default()
}

const ME: &str = "me";
const NOBODY: &str = "nobody";

fn assignees(names: &Names) -> Vec<(String, String)> {
    let first = [("", "Anybody or nobody"), (ME, "Me"), (NOBODY, "Nobody")];
    let people = any_of("", &names.people).into_iter().skip(1);
    first.into_iter().map(|(value, title)| (value.to_owned(), title.to_owned())).chain(people).collect()
}

fn assignee(filter: &Filter) -> String {
    match filter.assignee {
        None => String::new(),
        Some(Assignee::Me) => ME.to_owned(),
        Some(Assignee::Nobody) => NOBODY.to_owned(),
        Some(Assignee::Person(id)) => id.to_string(),
    }
}

fn platforms() -> Vec<(String, String)> {
    any_of("Any platform", &[Platform::Instagram, Platform::Page].map(|it| (it.word(), it.title().to_owned())))
}

fn windows() -> Vec<(String, String)> {
    any_of("In any state", &WindowKind::ALL.map(|it| (it.word(), it.title().to_owned())))
}

fn labels(names: &Names, filter: &Filter) -> Option<Piece> {
    let ticks = names
        .labels
        .iter()
        .map(|(id, name)| tick("label", &id.to_string(), name.clone(), None, filter.labels.contains(id)))
        .collect_view();
    (!names.labels.is_empty()).then(|| {
        piece! {
            <fieldset class="choices choices--many">
                <legend class="field__label">"Labels"</legend>
                {ticks}
            </fieldset>
        }
    })
}

fn whose(is_mine: bool) -> Piece {
    let choices = [("shared", "Everybody", false), ("mine", "Only me", true)].map(|(word, title, mine)| {
        let id = format!("whose-{word}");
        view! {
            <div class="choice">
                <input type="radio" name="whose" id=id.clone() value=word checked=is_mine == mine/>
                <label for=id>{title}</label>
            </div>
        }
    });
    piece! {
        <fieldset class="choices choices--many">
            <legend class="field__label">"Who has it"</legend>
            {choices.collect_view()}
        </fieldset>
    }
}

fn deleting(id: SavedViewId) -> Piece {
    piece! {
        <section class="page__part" aria-labelledby="deleting">
            <h2 class="page__heading" id="deleting">"Delete this view"</h2>
            <p class="soft" id="deleting-words">"Its conversations stay where they are."</p>
            <PostForm action=Path::DeleteSavedView { id }.to_string() class="page__acts page__soon">
                <button type="submit" class="button button--danger" aria-describedby="deleting-words">"Delete view"</button>
            </PostForm>
        </section>
    }
}
