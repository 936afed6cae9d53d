use super::writing::{Panel, Writing};
use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;
use leptos::html;

/// What Meta allows.
const MOST: usize = 13;
const TITLE_CHARACTERS: usize = 20;

/// What the customer is offered to tap under the message.
#[component]
pub fn ChipsEditor(writing: Writing) -> Late {
    let chips = writing.chips;
    let take_away = move |title: &str| {
        chips.update(|it| it.retain(|it| it != title));
        writing.focus();
    };
    late! {
            <div class="chips-editor for-reply" role="group" aria-label="Quick replies for the customer">
                <For each=move || chips.get() key=String::clone let:title>
                    <span class="chip">
                        <bdi>{title.clone()}</bdi>
                        <button type="button" class="chip__remove" aria-label=format!("Remove {title}")
                            on:click=heed({ let title = title.clone(); move |_| take_away(&title) })>
                            <Icon symbol=Symbol::X/>
                        </button>
                    </span>
                </For>
                {late_while(move || chips.with(|it| it.len() < MOST), move || view! { <NewChip writing/> })}
            </div>
    }
}

pub fn has_chips(writing: Writing) -> bool {
    writing.panel.get() == Some(Panel::Chips) || writing.chips.with(|it| !it.is_empty())
}

#[component]
fn NewChip(writing: Writing) -> Late {
    let field = NodeRef::<html::Input>::new();
    let add = move || {
        let Some(field) = field.get_untracked() else { return };
        let typed = field.value();
        field.set_value("");
        writing.chips.update(|it| add(it, &typed));
    };
    Effect::new(move || {
        if let Some(field) = field.get()
            && writing.panel.get_untracked() == Some(Panel::Chips)
        {
            _ = field.focus();
        }
    });
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        // The form around it is not to be sent.
        if event.key() == "Enter" && !event.is_composing() {
            event.prevent_default();
            add();
        }
    };
    late! {
        <input class="chips-editor__field" type="text" aria-label="New quick reply" placeholder="For the customer to tap"
            maxlength=TITLE_CHARACTERS.to_string() autocomplete="off" enterkeyhint="done" dir="auto"
            node_ref=field on:keydown=heed(on_key) on:blur=heed(move |_| add())/>
    }
}

fn add(chips: &mut Vec<String>, typed: &str) {
    let title: String = typed.trim().chars().take(TITLE_CHARACTERS).collect();
    if !title.is_empty() && chips.len() < MOST && !chips.contains(&title) {
        chips.push(title);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chips_are_as_many_and_as_long_as_meta_allows_and_each_once() {
        let mut chips = Vec::new();
        for typed in ["  Yes ", "Yes", "", "   ", "A title that is much too long for this"] {
            add(&mut chips, typed);
        }
        assert_eq!(chips, ["Yes", "A title that is much"]);
        (0..20).for_each(|it| add(&mut chips, &it.to_string()));
        assert_eq!(chips.len(), MOST);
    }
}
