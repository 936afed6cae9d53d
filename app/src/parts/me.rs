use crate::browser::notification;
use crate::markup::{Attribute, Markup};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use crate::state::liking::Liking;
use leptos::ev::Event;
use leptos::wasm_bindgen::JsCast as _;
use model::may::Act;
use model::person::{Me, Preferences, Role, Theme};
use web_sys::HtmlInputElement;

const THEMES: [(&str, &str); 3] = [("system", "System"), ("light", "Light"), ("dark", "Dark")];
/// How long a message can be taken back.
const UNDO_S: [(&str, &str); 5] = [("0", "Not at all"), ("5", "5 s"), ("10", "10 s"), ("20", "20 s"), ("30", "30 s")];
const NOTIFIES: &str = "notifies";
const SWITCHES: [(&str, &str, Switch); 3] = [
    ("enter_sends", "Enter sends", |it| &mut it.enter_sends),
    ("sound", "Sound for new messages", |it| &mut it.sound),
    (NOTIFIES, "Desktop notifications", |it| &mut it.notifies),
];
const REFUSED: &str = "This browser does not let the page notify you. Allow it in the browser’s settings first.";

type Switch = fn(&mut Preferences) -> &mut bool;

/// Who is signed in, how they like to work, and signing out: the end of a menu.
#[component]
pub fn MeCard(me: Me) -> Piece {
    let likings = use_context::<Liking>().map(|liking| {
        let written = write(&liking.now.get_untracked());
        view! {
            <div class="menu__part likings needs-program">
                <div class="written" inner_html=written on:change=heed(move |event| choose(liking, &event))></div>
                <p class="likings__problem" role="status">{shown(move || liking.problem.get())}</p>
            </div>
        }
    });
    let written = links(me.role);
    piece! {
        <div class="menu__part menu__who">
            <span class="strong">{me.name}</span>
            <span class="soft">{me.role.title()}</span>
        </div>
        <div class="menu__part" inner_html=written></div>
        {likings}
        <PostForm action=Path::Logout.to_string() class="menu__part">
            <button type="submit" class="menu__act"><Icon symbol=Symbol::Logout/>"Sign out"</button>
        </PostForm>
    }
}

/// Pages that the server writes.
fn links(role: Role) -> String {
    let mut it = Markup::of_page();
    let all = [
        (Path::Find, Symbol::Search, "Search everything"),
        (Path::Me, Symbol::Mine, "Your page"),
        (Path::People, Symbol::People, "People"),
    ];
    for (path, symbol, words) in &all[..if role.may(Act::RunPeople) { 3 } else { 2 }] {
        it.open_with("a", "menu__act", &[("href", &path.to_string()), ("rel", "external")]);
        it.icon(*symbol);
        it.text(words);
        it.close("a");
    }
    it.done()
}

fn write(now: &Preferences) -> String {
    let mut it = Markup::of_page();
    select(&mut it, "Theme", "theme", THEMES[now.theme as usize].0, &THEMES);
    select(&mut it, "A message can be taken back for", "undo_s", &now.undo_s.to_string(), &UNDO_S);
    for (name, title, of) in SWITCHES {
        it.open("label", "likings__line");
        it.leaf("span", "", title);
        let attributes = [("type", "checkbox"), ("role", "switch"), ("name", name), ("checked", "")];
        let is_on = *of(&mut now.clone());
        it.open_with("input", "switch", &attributes[..if is_on { 4 } else { 3 }]);
        it.close("label");
    }
    it.done()
}

fn select(to: &mut Markup, title: &str, name: &str, chosen: &str, options: &[Attribute<'_>]) {
    to.open("label", "likings__line");
    to.leaf("span", "", title);
    to.open("span", "select");
    to.open_with("select", "", &[("name", name)]);
    for (value, words) in options {
        let attributes = [("value", *value), ("selected", "")];
        to.open_with("option", "", &attributes[..if *value == chosen { 2 } else { 1 }]);
        to.text(words);
        to.close("option");
    }
    to.close("select");
    to.icon(Symbol::ChevronDown);
    to.close("span");
    to.close("label");
}

fn choose(liking: Liking, event: &Event) {
    let field: HtmlInputElement = event_target(event);
    let (name, value, is_on) = (field.get_attribute("name").unwrap_or_default(), field.value(), field.checked());
    liking.change(|now| match name.as_str() {
        "theme" => {
            now.theme = match value.as_str() {
                "light" => Theme::Light,
                "dark" => Theme::Dark,
                _ => Theme::System,
            }
        }
        "undo_s" => now.undo_s = value.parse().unwrap_or(now.undo_s),
        _ => set(now, &name, is_on),
    });
    if name == NOTIFIES && is_on {
        notification::ask(move |may| {
            if !may {
                liking.change(|now| now.notifies = false);
                _ = liking.problem.try_set(REFUSED);
                show(liking);
            }
        });
    }
    show(liking);
}

fn set(now: &mut Preferences, name: &str, is_on: bool) {
    if let Some((_, _, of)) = SWITCHES.iter().find(|it| it.0 == name) {
        *of(now) = is_on;
    }
}

/// In both menus: that of the rail and that of a phone.
fn show(liking: Liking) {
    let Some(mut now) = liking.now.try_get_untracked() else { return };
    let show = |name: &str, show: &dyn Fn(&HtmlInputElement)| {
        let Ok(fields) = document().query_selector_all(&format!(".likings [name={name}]")) else { return };
        for field in (0..fields.length()).filter_map(|at| fields.get(at)) {
            // What is chosen from has a value like any other field.
            show(field.unchecked_ref());
        }
    };
    show("theme", &|it| it.set_value(THEMES[now.theme as usize].0));
    show("undo_s", &|it| it.set_value(&now.undo_s.to_string()));
    for (name, _, of) in SWITCHES {
        let is_on = *of(&mut now);
        show(name, &|it| it.set_checked(is_on));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_is_written() {
        let owner = Owner::new();
        let now = Preferences { theme: Theme::Dark, undo_s: 20, sound: true, ..Preferences::default() };
        let text = owner.with(|| write(&now));
        for part in ["value=\"dark\" selected", "value=\"20\" selected", "name=\"sound\" checked", "name=\"notifies\">"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(text.matches(" selected").count(), 2);
    }
}
