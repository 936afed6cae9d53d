use crate::path::Path;
use crate::state::viewing::Viewing;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use model::inbox::LineMedia;

/// Photos of one message. Each has its size before it loads, and a blurred one in its place.
#[component]
pub fn Photos(photos: Vec<LineMedia>) -> impl IntoView {
    let viewing = use_context::<Viewing>();
    let n = photos.len();
    let class = match n {
        1 => "photos photos--1",
        2 => "photos photos--2",
        3 => "photos photos--3",
        _ => "photos photos--4",
    };
    let all = StoredValue::new(photos.clone());
    let items = photos.into_iter().enumerate().map(|(place, it)| {
        let href = Path::Media { id: it.id }.to_string();
        let src = href.clone();
        let label = if n == 1 { "Open photo".to_owned() } else { format!("Open photo {} of {n}", place + 1) };
        let open = move |event: MouseEvent| {
            let is_plain = !(event.ctrl_key() || event.meta_key() || event.shift_key());
            if let (Some(viewing), true, Some(all)) = (viewing, is_plain, all.try_get_value()) {
                event.prevent_default();
                viewing.photos.set(Some((all, place)));
            }
        };
        view! {
            <a class="photos__item" href=href target="_blank" rel="external noopener" aria-label=label on:click=open>
                {it.blur.map(|src| view! { <img class="photos__blur" src=src alt="" aria-hidden="true"/> })}
                <img class="photos__photo" src=src alt="" loading="lazy" decoding="async" width=it.width height=it.height/>
            </a>
        }
    });
    view! { <div class="bubble bubble--bare"><div class=class>{items.collect_view()}</div></div> }
}
