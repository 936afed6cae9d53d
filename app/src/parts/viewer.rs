use crate::parts::icon::{Icon, Symbol};
use crate::path::Path;
use crate::prelude::*;
use crate::state::viewing::Viewing;
use leptos::ev::KeyboardEvent;
use leptos::html;

/// Photos of one message, large, one at a time. The dialog gives the focus back when it closes.
#[component]
pub fn Viewer() -> Piece {
    let viewing = expect_context::<Viewing>();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match viewing.photos.with(Option::is_some) {
            // Refused only where it is open already.
            true if !dialog.open() => _ = dialog.show_modal(),
            false if dialog.open() => dialog.close(),
            _ => {}
        }
    });
    let close = move || viewing.photos.set(None);
    let step = move |forth: bool| {
        viewing.photos.update(|it| {
            if let Some((photos, place)) = it {
                let n = photos.len();
                *place = (*place + if forth { 1 } else { n - 1 }) % n;
            }
        });
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "ArrowRight" => step(true),
        "ArrowLeft" => step(false),
        _ => {}
    };
    let n = Memo::new(move |_| viewing.photos.with(|it| it.as_ref().map_or(0, |it| it.0.len())));
    let label = move || {
        viewing.photos.with(|it| it.as_ref().map(|(all, place)| format!("Photo {} of {}", place + 1, all.len())))
    };
    let photo = move || {
        viewing.photos.get().and_then(|(photos, place)| photos.get(place).cloned()).map(|it| {
            view! { <img class="viewer__photo" src=Path::Media { id: it.id }.to_string() alt="" width=it.width height=it.height/> }
        })
    };
    let others = move || {
        (n.get() > 1).then(|| view! {
            <button type="button" class="button button--icon" aria-label="Photo before" on:click=heed(move |_| step(false))>
                <Icon symbol=Symbol::ChevronLeft class="icon icon--flips"/>
            </button>
            <span class="viewer__label tabular" aria-hidden="true">{label}</span>
            <button type="button" class="button button--icon viewer__next" aria-label="Next photo" on:click=heed(move |_| step(true))>
                <Icon symbol=Symbol::ChevronLeft class="icon icon--flips"/>
            </button>
        })
    };
    let original = move || {
        viewing
            .photos
            .get()
            .and_then(|(photos, place)| photos.get(place).map(|it| Path::Media { id: it.id }.to_string()))
    };
    piece! {
        <dialog class="viewer" node_ref=dialog aria-label=shown(move || label().unwrap_or_else(|| "Photo".to_owned()))
            on:close=heed(move |_| close()) on:keydown=heed(on_key)>
            <div class="viewer__bar">
                {others}
                <span class="push"></span>
                <a class="button button--icon" aria-label="Open the original" href=original target="_blank" rel="external noopener">
                    <Icon symbol=Symbol::External/>
                </a>
                <button type="button" class="button button--icon" aria-label="Close photo" on:click=heed(move |_| close())>
                    <Icon symbol=Symbol::X/>
                </button>
            </div>
            <div class="viewer__place" on:click=heed(move |_| close())>{photo}</div>
        </dialog>
    }
}
