use super::emoji_picker::close_outside;
use super::saved_list::{LIST, SavedList, active, insert};
use super::writing::Writing;
use crate::api::desk::{delete_saved_reply, keep_saved_reply};
use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::task::spawn_local;
use model::desk::{Kept, SavedReplyEdit};

/// All saved replies, to be searched; what stands in the field can become one, and one's own can go.
#[component]
pub fn SavedPanel(writing: Writing) -> Late {
    let saved = writing.saved;
    let panel = NodeRef::<html::Div>::new();
    let is_saving = RwSignal::new(false);
    close_outside(panel, writing);
    saved.words.set(String::new());
    saved.slash.set(None);
    saved.load(false);
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            writing.panel.set(None);
            writing.focus();
        }
    };
    late! {
        <div class="menu menu--dock saved" role="dialog" aria-label="Saved replies" node_ref=panel on:keydown=heed(on_key)>
            {late(move || Some(if is_saving.get() {
                Late::new(move || view! { <SaveForm writing is_saving/> })
            } else {
                Late::new(move || view! { <Choose writing is_saving/> })
            }))}
        </div>
    }
}

#[component]
fn Choose(writing: Writing, is_saving: RwSignal<bool>) -> Late {
    let saved = writing.saved;
    let field = NodeRef::<html::Input>::new();
    focus_when_there(field);
    let has_any = move || !saved.found.with(Vec::is_empty);
    let on_key = move |event: KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        if event.key() == "Enter" {
            insert(writing);
        } else if !saved.moves(&event.key()) {
            return;
        }
        event.prevent_default();
    };
    let nothing = move || match (saved.problem.get(), saved.all.get()) {
        (Some(problem), _) => Some(problem),
        (None, None) => Some("A moment.".to_owned()),
        (None, Some(all)) if all.is_empty() => Some("None yet. Write one, then save it here.".to_owned()),
        (None, Some(_)) => (!has_any()).then(|| "Nothing found.".to_owned()),
    };
    let has_no_text = move || writing.shown().with(|it| it.trim().is_empty());
    late! {
        <div class="saved__search">
            <Icon symbol=Symbol::Search/>
            <input class="saved__field" type="text" role="combobox" aria-label="Search saved replies" placeholder="Search"
                autocomplete="off" dir="auto" node_ref=field aria-autocomplete="list" aria-controls=LIST
                aria-expanded=shown(move || has_any().to_string()) aria-activedescendant=shown(move || active(writing))
                on:input=heed(move |event| saved.words.set(event_target_value(&event))) on:keydown=heed(on_key)/>
        </div>
        {late_while(has_any, move || view! { <SavedList writing/> })}
        <p class="saved__nothing" role="status">{nothing}</p>
        <div class="panel__foot">
            <button type="button" class="button button--small button--quiet" disabled=has_no_text
                on:click=heed(move |_| is_saving.set(true))>
                "Save this as a saved reply"
            </button>
            <span class="push"></span>
            <Delete writing/>
        </div>
    }
}

/// Of the chosen one, if it is the person's own. It wants to be pressed twice.
#[component]
fn Delete(writing: Writing) -> Late {
    let saved = writing.saved;
    let sure = RwSignal::new(None);
    let mine = Memo::new(move |_| saved.found.with(|it| it.get(saved.chosen.get()).filter(|it| it.is_mine).cloned()));
    let press = move |_| {
        let Some(id) = mine.with_untracked(|it| it.as_ref().map(|it| it.id)) else { return };
        if sure.get_untracked() != Some(id) {
            sure.set(Some(id));
            return;
        }
        spawn_local(async move {
            match delete_saved_reply(id).await {
                Ok(()) => saved.load(true),
                Err(error) => _ = saved.problem.try_set(Some(error.to_string())),
            }
        });
    };
    let words = move || {
        let reply = mine.get()?;
        let verb = if sure.get() == Some(reply.id) { "Really delete" } else { "Delete" };
        Some(format!("{verb} /{}", reply.shortcut))
    };
    late! {
        <button type="button" class="button button--small button--quiet button--danger" on:click=heed(press)
            hidden=shown(move || mine.with(Option::is_none))>{words}</button>
    }
}

#[component]
fn SaveForm(writing: Writing, is_saving: RwSignal<bool>) -> Late {
    let (shortcut, title) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let problem = RwSignal::new(None::<String>);
    focus_when_there(shortcut);
    let value =
        |field: NodeRef<html::Input>| field.get_untracked().map(|it| it.value().trim().to_owned()).unwrap_or_default();
    let save = move || {
        let edit = SavedReplyEdit {
            id: None,
            shortcut: value(shortcut).trim_start_matches('/').to_owned(),
            title: value(title),
            text: untrack(|| writing.shown().get()).trim().to_owned(),
            is_mine: true,
        };
        spawn_local(async move {
            match keep_saved_reply(edit).await {
                Ok(Kept::Kept { .. }) => {
                    writing.saved.load(true);
                    _ = is_saving.try_set(false);
                }
                Ok(Kept::Refused { words }) => _ = problem.try_set(Some(words)),
                Err(error) => _ = problem.try_set(Some(error.to_string())),
            }
        });
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !event.is_composing() {
            event.prevent_default();
            save();
        }
    };
    late! {
        <div class="saved__form" on:keydown=heed(on_key)>
            <label class="field">
                <span class="field__label">"Shortcut"</span>
                <input class="input" type="text" autocomplete="off" placeholder="courier" node_ref=shortcut/>
            </label>
            <label class="field">
                <span class="field__label">"Title"</span>
                <input class="input" type="text" autocomplete="off" dir="auto" node_ref=title/>
            </label>
            <p class="saved__text" dir="auto">{shown(move || writing.shown().get())}</p>
            <p class="field__hint">"{name}, {first name} and {agent} are filled in when it is used."</p>
            <p class="field__problem" role="alert">{shown(move || problem.get())}</p>
            <div class="panel__foot">
                <button type="button" class="button button--small button--quiet" on:click=heed(move |_| is_saving.set(false))>"Back"</button>
                <span class="push"></span>
                <button type="button" class="button button--small button--primary" on:click=heed(move |_| save())>"Save"</button>
            </div>
        </div>
    }
}

pub fn focus_when_there(field: NodeRef<html::Input>) {
    Effect::new(move || {
        if let Some(field) = field.get() {
            _ = field.focus();
        }
    });
}
