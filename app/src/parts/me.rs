use crate::browser::notification;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::state::liking::Liking;
use leptos::ev::Event;
use leptos::prelude::*;
use model::person::{Me, Preferences, Role, Theme};

const THEMES: [(Theme, &str); 3] = [(Theme::System, "System"), (Theme::Light, "Light"), (Theme::Dark, "Dark")];
/// Seconds in which a message can be taken back.
const UNDO_S: [u8; 5] = [0, 5, 10, 20, 30];
const REFUSED: &str = "This browser does not let the page notify you. Allow it in the browser’s settings first.";

/// Who is signed in, how they like to work, and signing out: the end of a menu.
#[component]
pub fn MeCard(me: Me) -> impl IntoView {
    view! {
        <div class="menu__part menu__who">
            <span class="strong">{me.name}</span>
            <span class="soft">{role_title(me.role)}</span>
        </div>
        {use_context::<Liking>().map(|liking| view! { <Likings liking/> })}
        <PostForm action=Path::Logout.to_string() class="menu__part">
            <button type="submit" class="menu__act"><Icon symbol=Symbol::Logout/>"Sign out"</button>
        </PostForm>
    }
}

#[component]
fn Likings(liking: Liking) -> impl IntoView {
    let theme = move || liking.now.with(|it| it.theme);
    let themes = THEMES.map(|(it, title)| {
        view! {
            <button type="button" class="segments__item" aria-pressed=move || (theme() == it).to_string()
                on:click=move |_| liking.change(|now| now.theme = it)>{title}</button>
        }
    });
    let undo_s = move || liking.now.with(|it| it.undo_s);
    let seconds = UNDO_S.map(|it| {
        let words = if it == 0 { "Not at all".to_owned() } else { format!("{it} s") };
        view! { <option value=it.to_string() selected=move || undo_s() == it>{words}</option> }
    });
    let choose = move |event: Event| {
        if let Ok(seconds) = event_target_value(&event).parse() {
            liking.change(|now| now.undo_s = seconds);
        }
    };
    view! {
        <div class="menu__part likings needs-program">
            <div class="likings__line">
                <span>"Theme"</span>
                <span class="segments" role="group" aria-label="Theme">{themes}</span>
            </div>
            <label class="likings__line">
                <span>"A message can be taken back for"</span>
                <span class="select"><select on:change=choose>{seconds}</select><Icon symbol=Symbol::ChevronDown/></span>
            </label>
            <Switch liking name="Enter sends" of=|it| &mut it.enter_sends/>
            <Switch liking name="Sound for new messages" of=|it| &mut it.sound/>
            <Switch liking name="Desktop notifications" of=|it| &mut it.notifies asks_first=true/>
            <p class="likings__problem" role="status">{move || liking.problem.get()}</p>
        </div>
    }
}

/// `asks_first`: the browser has to allow it.
#[component]
fn Switch(
    liking: Liking,
    name: &'static str,
    of: fn(&mut Preferences) -> &mut bool,
    #[prop(optional)] asks_first: bool,
) -> impl IntoView {
    let is_on = move || *of(&mut liking.now.get());
    let toggle = move |event: Event| {
        let is_on = event_target_checked(&event);
        liking.change(|now| *of(now) = is_on);
        if is_on && asks_first {
            notification::ask(move |may| {
                if !may {
                    liking.change(|now| *of(now) = false);
                    _ = liking.problem.try_set(REFUSED);
                }
            });
        }
    };
    view! {
        <label class="likings__line">
            <span>{name}</span>
            <input type="checkbox" role="switch" class="switch" checked=is_on() prop:checked=is_on on:change=toggle/>
        </label>
    }
}

const fn role_title(role: Role) -> &'static str {
    match role {
        Role::Admin => "Admin",
        Role::Agent => "Agent",
    }
}
