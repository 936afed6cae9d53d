//! What people know of a customer, to be changed.

use crate::parts::field::Field;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::post_form::PostForm;
use crate::parts::text_area::TextArea;
use crate::path::Path;
use crate::prelude::*;
use model::fields::FieldKind;
use model::ids::ContactId;
use server::contacts::{ContactForm, FilledField};

pub(super) fn known(id: ContactId, form: ContactForm) -> Piece {
    let ContactForm { edit, problems, fields } = form;
    // A problem stands below the field that it names.
    let of = |names: fn(&str) -> bool| {
        let all: Vec<_> = problems.iter().filter(|it| names(&it.to_lowercase())).map(String::as_str).collect();
        (!all.is_empty()).then(|| all.join(" ").trim_start_matches("Email: ").to_owned())
    };
    let is_email = |it: &str| it.contains("email");
    let is_phone = |it: &str| it.contains("phone number");
    let is_about = |it: &str| !it.contains("email") && !it.contains("phone number");
    let (email, phone, about) = (of(is_email), of(is_phone), of(is_about));
    let own = fields.into_iter().map(one).collect_view();
    piece! {
        <section class="page__part" aria-labelledby="known">
            <h2 class="page__heading" id="known">"What you know"</h2>
            <PostForm action=Path::Contact { id }.to_string() class="page__form">
                <Field name="email" label="Email" autocomplete="off" value=edit.email problem=email is_optional=true/>
                <Field name="phone" label="Phone" autocomplete="off" value=edit.phone problem=phone is_optional=true/>
                {own}
                <TextArea name="about" label="About" value=edit.about rows=4 hint="" problem=about is_required=false/>
                <div class="page__acts"><button type="submit" class="button">"Save what you know"</button></div>
            </PostForm>
        </section>
    }
}

/// The name of a field in the form.
pub fn name_of(field: &model::fields::Field) -> String {
    format!("field-{}", field.id)
}

fn one(it: FilledField) -> Piece {
    let name = name_of(&it.field);
    let below = format!("{name}-below");
    let described_by = it.problem.is_some().then(|| below.clone());
    let invalid = it.problem.is_some().then_some("true");
    let label = it.field.name.clone();
    let input = match it.field.kind {
        FieldKind::Choice | FieldKind::YesNo => choice(&it, &name, described_by),
        kind => {
            let (type_, mode) = match kind {
                FieldKind::Number => ("text", Some("decimal")),
                FieldKind::Date => ("date", None),
                _ => ("text", None),
            };
            piece! {
                <input class="input" id=name.clone() name=name.clone() type=type_ inputmode=mode value=it.typed.clone()
                    autocomplete="off" dir="auto" aria-invalid=invalid aria-describedby=described_by/>
            }
        }
    };
    piece! {
        <div class="field">
            <label class="field__label" for=name dir="auto">{label}</label>
            {input}
            {it.problem.map(|words| view! { <p class="field__problem" id=below>{words}</p> })}
        </div>
    }
}

/// What was chosen once can stay, though it is offered to nobody else.
fn choice(it: &FilledField, name: &str, described_by: Option<String>) -> Piece {
    let mut options = vec![(String::new(), "Not known".to_owned())];
    match it.field.kind {
        FieldKind::YesNo => options.extend(["yes", "no"].map(|word| (word.to_owned(), FieldKind::YesNo.shown(word)))),
        _ => options.extend(it.field.options.iter().map(|it| (it.clone(), it.clone()))),
    }
    if !options.iter().any(|(value, _)| *value == it.typed) {
        options.push((it.typed.clone(), it.typed.clone()));
    }
    let typed = it.typed.clone();
    let options = options.into_iter().map(|(value, title)| {
        let selected = value == typed;
        view! { <option value=value selected=selected>{title}</option> }
    });
    piece! {
        <span class="select select--boxed">
            <select name=name.to_owned() id=name.to_owned() aria-describedby=described_by>{options.collect_view()}</select>
            <Icon symbol=Symbol::ChevronDown/>
        </span>
    }
}
