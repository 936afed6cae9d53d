use crate::api::desk::save_contact;
use crate::browser::place::focus_soon;
use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;
use crate::state::details::OpenDetails;
use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html;
use leptos::task::spawn_local;
use model::desk::ContactEdit;
use model::texts::{holds, joined};

/// What a person writes about the customer. It is only ever opened by a press.
#[component]
pub fn EditContact(is_editing: RwSignal<bool>) -> Late {
    let open = expect_context::<OpenDetails>();
    let (email, phone) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let about = NodeRef::<html::Textarea>::new();
    let problems = RwSignal::new(Vec::<String>::new());
    let is_saving = RwSignal::new(false);
    let now = open.details.get_untracked();
    let known = |part: fn(&model::desk::Details) -> &Option<String>| {
        now.as_ref().and_then(|it| part(it).clone()).unwrap_or_default()
    };
    let (known_email, known_phone, known_about) = (known(|it| &it.email), known(|it| &it.phone), known(|it| &it.about));
    Effect::new(move || {
        if let Some(field) = email.get() {
            _ = field.focus();
        }
    });
    let close = move || {
        _ = is_editing.try_set(false);
        focus_soon("#edit-contact");
    };
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let value =
            |it: NodeRef<html::Input>| it.get_untracked().map(|it| it.value().trim().to_owned()).unwrap_or_default();
        let about = about.get_untracked().map(|it| it.value().trim().to_owned()).unwrap_or_default();
        let edit = ContactEdit { email: value(email), phone: value(phone), about };
        let Some(id) = open.open_conversation().filter(|_| !is_saving.get_untracked()) else { return };
        is_saving.set(true);
        spawn_local(async move {
            let answer = save_contact(id, edit).await;
            _ = is_saving.try_set(false);
            match answer {
                Ok(found) if found.is_empty() => {
                    // First: what is written anew would lose the focus.
                    open.ask().await;
                    close();
                }
                Ok(found) => _ = problems.try_set(found),
                Err(error) => _ = problems.try_set(vec![format!("Not saved. {error}")]),
            }
        });
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            close();
        }
    };
    // A problem stands beside the field that it names.
    let of = move |place: Place| {
        move || {
            problems.with(|all| {
                let of_place = all.iter().filter(|it| Place::of(it) == place);
                let words: Vec<_> = of_place.map(|it| it.strip_prefix("Email: ").unwrap_or(it)).collect();
                joined(&words, " ")
            })
        }
    };
    let is_wrong =
        move |place: Place| move || problems.with(|all| all.iter().any(|it| Place::of(it) == place)).then_some("true");
    late! {
        <form class="details__part details__edit" aria-label="About the customer" on:submit=heed(save) on:keydown=heed(on_key)>
            <div class="field">
                <label class="field__label" for="contact-email">"Email"</label>
                <input class="input" id="contact-email" type="text" inputmode="email" autocomplete="off" autocapitalize="none" spellcheck="false"
                    value=known_email node_ref=email aria-invalid=is_wrong(Place::Email) aria-describedby="contact-email-below"/>
                <p class="field__problem" id="contact-email-below">{of(Place::Email)}</p>
            </div>
            <div class="field">
                <label class="field__label" for="contact-phone">"Phone"</label>
                <input class="input" id="contact-phone" type="tel" autocomplete="off" value=known_phone node_ref=phone
                    aria-invalid=is_wrong(Place::Phone) aria-describedby="contact-phone-below"/>
                <p class="field__problem" id="contact-phone-below">{of(Place::Phone)}</p>
            </div>
            <div class="field">
                <label class="field__label" for="contact-about">"About"</label>
                <textarea class="input" id="contact-about" rows="4" dir="auto" prop:value=known_about node_ref=about
                    aria-invalid=is_wrong(Place::About) aria-describedby="contact-about-below"></textarea>
                <p class="field__problem" id="contact-about-below" role="alert">{of(Place::About)}</p>
            </div>
            <div class="details__do">
                <button type="submit" class="button button--primary" aria-busy=shown(move || is_saving.get().then_some("true"))>
                    <Icon symbol=Symbol::Check/>"Save"
                </button>
                <button type="button" class="button button--quiet" on:click=heed(move |_| close())>"Cancel"</button>
            </div>
        </form>
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Email,
    Phone,
    About,
}

impl Place {
    /// Where a problem stands, by what it names.
    fn of(problem: &str) -> Self {
        let problem = problem.to_ascii_lowercase();
        match () {
            () if holds(&problem, "email") => Self::Email,
            () if holds(&problem, "phone") || holds(&problem, "number") => Self::Phone,
            () => Self::About,
        }
    }
}
