use super::answering::Answering;
use super::attachments::{Attachments, has_files};
use super::cards_panel::CardsPanel;
use super::chips::{ChipsEditor, has_chips};
use super::drop_zone;
use super::emoji_picker::EmojiPicker;
use super::held::held_reply;
use super::keys::Press;
use super::later::Later;
use super::length::length;
use super::modes::Modes;
use super::posts_panel::PostsPanel;
use super::pressing::Look;
use super::recording::Recording;
use super::saved_list::{LIST, SlashPanel, active, is_offered, takes_key};
use super::saved_panel::SavedPanel;
use super::standing::Open;
use super::tools::Tools;
use super::variables::first_name;
use super::writing::{Panel, Writing};
use crate::browser::files;
use crate::parts::list::ListFields;
use crate::path::Path;
use crate::prelude::*;
use crate::state::clock::Clock;
use leptos::ev;
use leptos::html;
use leptos::wasm_bindgen::JsCast as _;
use model::desk::DraftMode;
use model::texts::joined;
use web_sys::HtmlElement;

/// What a person posted without the program and what is wrong with it, for the page that answers.
#[derive(Debug, Clone, Default)]
pub struct PostedReply {
    pub text: String,
    pub problems: Vec<String>,
}

#[component]
pub fn ReplyForm(writing: Writing, open: Signal<Open>) -> Piece {
    let clock = expect_context::<Clock>();
    let form = NodeRef::<html::Form>::new();
    let send_button = NodeRef::<html::Button>::new();
    let posted = use_context::<PostedReply>().unwrap_or_default();
    let client_id = format!("page-{}", clock.now.get_untracked().0);
    let on_submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        writing.press();
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let key = event.key();
        let press = Press {
            key: &key,
            shift: event.shift_key(),
            ctrl: event.ctrl_key() || event.meta_key(),
            alt: event.alt_key(),
            // 229: the key went into a word in Safari, which says otherwise that it did not.
            composing: event.is_composing() || event.key_code() == 229,
        };
        let is_plain = !press.composing && !press.shift && !press.ctrl && !press.alt;
        if is_plain && takes_key(writing, &key) {
            event.prevent_default();
            event.stop_propagation();
            return;
        }
        if !press.sends(writing.enter_sends()) {
            return;
        }
        event.prevent_default();
        let is_over = writing.mode.get_untracked() == DraftMode::Reply
            && writing.text.with_untracked(|it| length(writing.platform, it)).is_some_and(|it| it.is_over);
        // Splitting is offered, and not done by habit.
        match send_button.get_untracked() {
            Some(button) if is_over => _ = button.focus(),
            _ => writing.press(),
        }
    };
    let on_paste = move |event: ev::ClipboardEvent| {
        let found = files::all(event.clipboard_data().and_then(|it| it.files()));
        if !found.is_empty() {
            event.prevent_default();
            writing.attach(found);
        }
    };
    let on_blur = move |_| {
        writing.saved.slash.set(None);
        if writing.text.with_untracked(|it| it.trim().is_empty()) {
            writing.typing.stop();
        }
    };
    drop_zone::listen(form, writing);
    grow(writing);
    focus_after_a_click(writing, clock.is_local.get_untracked());
    send_when_files_are_there(writing);
    let panel = Memo::new(move |_| writing.panel.get());
    let panels = late(move || {
        Some(match panel.get()? {
            Panel::Emoji => Late::new(move || view! { <EmojiPicker writing/> }),
            Panel::Saved => Late::new(move || view! { <SavedPanel writing/> }),
            Panel::Cards => Late::new(move || view! { <CardsPanel writing/> }),
            Panel::Posts => Late::new(move || view! { <PostsPanel writing/> }),
            Panel::Later => Late::new(move || view! { <Later writing open/> }),
            // They stand in the form.
            Panel::Chips | Panel::Voice => return None,
        })
    });
    let name = move || if writing.is_note() { "Note" } else { "Reply" };
    let label = move || if writing.is_note() { "Note" } else { "Message" };
    let class = move || match (writing.is_note(), panel.get()) {
        (true, _) => "composer composer--note",
        (false, Some(Panel::Voice)) => "composer composer--voice",
        (false, _) => "composer",
    };
    let offered = Memo::new(move |_| is_offered(writing));
    piece! {
        {held_reply(writing)}
        <Problems writing posted=posted.problems/>
        {panels}
        {late_while(move || is_offered(writing), move || view! { <SlashPanel writing/> })}
        <form class=class aria-label=name method="post" node_ref=form
            action=Path::Reply { conversation: writing.conversation }.to_string()
            on:submit=heed(on_submit) on:paste=heed(on_paste) on:keydown=heed(move |event| close_at_escape(&event, writing))>
            <input type="hidden" name="client_id" value=client_id/>
            // Even where nothing of the program answers any more, a note is posted as one.
            <input type="hidden" name="mode" value=shown(move || writing.mode.get().word())/>
            <ListFields/>
            <Modes writing open/>
            {late_while(move || writing.answers(), move || view! { <Answering writing/> })}
            // User text is never a child of a textarea: the framework would not escape it.
            <textarea class="composer__text" name="text" aria-label=label rows="2" dir="auto" autocomplete="off"
                placeholder=shown(move || placeholder(writing)) node_ref=writing.field inner_html=as_html(&posted.text)
                enterkeyhint=if writing.enter_sends() { "send" } else { "enter" }
                on:input=heed(move |event| writing.wrote(event_target_value(&event))) on:keydown=heed(on_key) on:blur=heed(on_blur)
                aria-autocomplete=shown(move || offered.get().then_some("list")) aria-controls=shown(move || offered.get().then_some(LIST))
                aria-activedescendant=shown(move || offered.get().then(|| active(writing)).flatten())></textarea>
            {late_while(move || has_chips(writing), move || view! { <ChipsEditor writing/> })}
            {late_while(move || has_files(writing), move || view! { <Attachments writing/> })}
            {late_while(move || writing.panel.get() == Some(Panel::Voice), move || view! { <Recording writing/> })}
            <Tools writing send_button/>
        </form>
    }
}

fn placeholder(writing: Writing) -> String {
    if writing.is_note() {
        return "Write a note. @ calls a colleague.".to_owned();
    }
    let customer = writing.between().customer;
    format!("Write to {}", customer.as_deref().map_or("the customer", first_name))
}

/// What the reply cannot be sent for. The element is always there, because only what changes in it
/// is read out; what the server put there for a posted form stays until something else is wrong.
#[component]
fn Problems(writing: Writing, posted: Vec<String>) -> Piece {
    let element = NodeRef::<html::P>::new();
    Effect::new(move |before: Option<Vec<String>>| {
        let now = writing.problems.get();
        if let Some(element) = element.get_untracked()
            && (before.is_some() || !now.is_empty())
        {
            element.set_text_content(Some(&joined(&now, "\n")));
        }
        now
    });
    piece! { <p class="composer-problems" role="alert" node_ref=element inner_html=as_html(&joined(&posted, "\n"))></p> }
}

/// For the two places whose words only the server writes.
fn as_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn close_at_escape(event: &ev::KeyboardEvent, writing: Writing) {
    if event.key() == "Escape" && writing.panel.get_untracked().is_some() {
        event.stop_propagation();
        writing.panel.set(None);
        writing.focus();
    }
}

/// For browsers that do not know `field-sizing`.
fn grow(writing: Writing) {
    Effect::new(move || {
        writing.shown().track();
        let Some(field) = writing.field.get() else { return };
        let style = field.unchecked_ref::<HtmlElement>().style();
        if !knows_field_sizing(&style) {
            _ = style.set_property("block-size", "auto");
            _ = style.set_property("block-size", &format!("{}px", field.scroll_height()));
        }
    });
}

fn knows_field_sizing(style: &web_sys::CssStyleDeclaration) -> bool {
    js_sys::Reflect::has(style, &"fieldSizing".into()).unwrap_or(false)
}

/// Whoever opens a conversation with a pointer is going to write; on a phone the keyboard would cover
/// what they came to read.
fn focus_after_a_click(writing: Writing, is_opened_here: bool) {
    Effect::new(move || {
        let is_fine = || window().match_media("(pointer: fine)").ok().flatten().is_some_and(|it| it.matches());
        let by_keys = || document().active_element().is_some_and(|it| it.matches(":focus-visible").unwrap_or(false));
        if is_opened_here && is_fine() && !by_keys() {
            writing.focus();
        }
    });
}

fn send_when_files_are_there(writing: Writing) {
    Effect::new(move || {
        let Some(when) = writing.waits_for_files.get() else { return };
        let all_there = writing.files.with(|files| !files.iter().any(super::taking::Taken::is_going));
        if all_there {
            untrack(|| writing.send(when, Look::First));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_person_never_become_markup() {
        assert_eq!(as_html("</textarea><script>&"), "&lt;/textarea&gt;&lt;script&gt;&amp;");
    }
}
