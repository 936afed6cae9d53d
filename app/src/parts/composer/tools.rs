use super::keys;
use super::length::{Length, length};
use super::writing::{Panel, Writing};
use crate::browser::files;
use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;
use crate::state::clock::Clock;
use leptos::html;
use model::outgoing::Part;
use model::outgoing::split;
use model::platform::Platform;

/// The row under the field. Send is a plain submit button; the others need the program, and are off
/// until it runs.
#[component]
pub fn Tools(writing: Writing, send_button: NodeRef<html::Button>) -> Piece {
    let clock = expect_context::<Clock>();
    let off = Signal::derive(move || !clock.is_local.get());
    let chosen = NodeRef::<html::Input>::new();
    let choose = move |_| {
        if let Some(input) = chosen.get_untracked() {
            input.click();
        }
    };
    let take = move |_| {
        if let Some(input) = chosen.get_untracked() {
            writing.attach(files::all(input.files()));
            // The same file can be chosen again.
            input.set_value("");
            writing.focus();
        }
    };
    let is_note = Memo::new(move |_| writing.is_note());
    let length =
        Memo::new(move |_| if is_note.get() { None } else { writing.text.with(|it| length(writing.platform, it)) });
    let n_pieces = move || writing.text.with(|it| split(writing.platform, it).len());
    let is_over = move || length.with(|it| it.as_ref().is_some_and(|it| it.is_over));
    let is_instagram = writing.platform == Platform::Instagram;
    let hint = Memo::new(move |_| match length.get() {
        Some(Length { words, .. }) => ("composer__count composer__count--near", words),
        None if writing.waits_for_files.get().is_some() => {
            ("composer__hint", "Goes when the files are there".to_owned())
        }
        None => ("composer__hint", keys::hint(writing.enter_sends()).to_owned()),
    });
    let answers_a_comment = move || writing.composing.comment.with(Option::is_some);
    piece! {
        <div class="composer__tools">
            <input type="file" multiple hidden node_ref=chosen on:change=heed(take)/>
            <span class="for-reply">
                <Tool name="Attach files" symbol=Symbol::Paperclip off on_click=choose/>
                <PanelTool name="Record a voice message" symbol=Symbol::Mic off writing panel=Panel::Voice/>
            </span>
            <PanelTool name="Emoji" symbol=Symbol::Smile off writing panel=Panel::Emoji/>
            <PanelTool name="Saved replies" symbol=Symbol::Saved off writing panel=Panel::Saved/>
            <span class="for-reply">
                <span class="for-desk">
                    <PanelTool name="Quick replies" symbol=Symbol::Chips off writing panel=Panel::Chips/>
                    <PanelTool name="Cards" symbol=Symbol::Stack off writing panel=Panel::Cards/>
                    {is_instagram.then(|| view! {
                        <PanelTool name="Share a post" symbol=Symbol::Post off writing panel=Panel::Posts/>
                    })}
                </span>
                {is_instagram.then(|| view! {
                    <Tool name="Like heart" symbol=Symbol::Heart
                        off=Signal::derive(move || off.get() || answers_a_comment())
                        on_click=move |_| _ = writing.send_alone(Part::LikeHeart)/>
                })}
            </span>
            <span class="push"></span>
            <span class="for-reply">
                <span class=shown(move || hint.with(|it| it.0))>{shown(move || hint.with(|it| it.1.clone()))}</span>
                <PanelTool name="Send later" symbol=Symbol::Clock off writing panel=Panel::Later/>
            </span>
            <button type="submit" class="button button--primary" node_ref=send_button>
                {shown(move || match (is_note.get(), is_over()) {
                    (true, _) => "Add note".to_owned(),
                    (false, true) => format!("Split in {} and send", n_pieces()),
                    (false, false) => "Send".to_owned(),
                })}
            </button>
        </div>
    }
}

#[component]
fn Tool(
    name: &'static str,
    symbol: Symbol,
    off: Signal<bool>,
    on_click: impl Fn(leptos::ev::MouseEvent) + 'static,
) -> Piece {
    piece! {
        <button type="button" class="button button--quiet button--icon" aria-label=name title=name disabled=off on:click=heed(on_click)>
            <Icon symbol/>
        </button>
    }
}

/// Opens something beside the field, and closes it again.
#[component]
fn PanelTool(name: &'static str, symbol: Symbol, off: Signal<bool>, writing: Writing, panel: Panel) -> Piece {
    let is_open = move || writing.panel.get() == Some(panel);
    let toggle = move |_| writing.panel.update(|it| *it = (*it != Some(panel)).then_some(panel));
    piece! {
        <button type="button" class="button button--quiet button--icon" aria-label=name title=name disabled=off
            aria-expanded=shown(move || is_open().to_string()) on:click=heed(toggle)>
            <Icon symbol/>
        </button>
    }
}
