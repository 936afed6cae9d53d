//! Fields of the business's own, as admins keep them.

mod edit;

use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::post_form::PostForm;
use crate::parts::said::Said;
use crate::path::Path;
use crate::prelude::*;
pub use edit::{EditedField, FieldPage};
use model::fields::CountedField;

/// Every field in its order, and what was just done.
#[derive(Debug, Clone)]
pub struct Fields {
    pub frame: Frame,
    pub fields: Vec<CountedField>,
    pub done: Option<&'static str>,
}

/// What was done, by the word in the address that leads back.
const DONE: [(&str, &str); 3] = [
    ("saved", "The field is saved."),
    ("order", "The order is changed."),
    ("deleted", "The field is deleted, with all that it said."),
];

pub fn done(word: &str) -> Option<&'static str> {
    DONE.iter().find(|it| it.0 == word).map(|it| it.1)
}

#[component]
pub fn FieldsPage(fields: Fields) -> Piece {
    let Fields { frame, fields, done } = fields;
    let act = piece! {
        <a class="button button--primary" href=Path::NewField.to_string()><Icon symbol=Symbol::Plus/>"New field"</a>
    };
    let is_empty = fields.is_empty();
    let rows = fields.into_iter().enumerate().map(|(n, it)| row(n, it)).collect_view();
    let table = (!is_empty).then(|| {
        view! {
            <div class="table-scroll" tabindex="0" role="group" aria-label="Fields, as a table">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Field"</th>
                            <th scope="col">"Kind"</th>
                            <th scope="col" class="number">"Customers"</th>
                            <th scope="col"><span class="for-screen-reader">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    piece! {
        <FramedPage frame place=Place::Fields title="Customer fields" act=Some(act)
            lead="What you want to know of your customers beside email and phone. Everybody fills them in on a customer’s page.">
            {done.map(|words| view! { <Said words=words.to_owned()/> })}
            {table}
            {is_empty.then(|| view! { <p class="soft">"There are no fields yet."</p> })}
        </FramedPage>
    }
}

fn row(n: usize, it: CountedField) -> Piece {
    let CountedField { field, n_contacts } = it;
    let of = format!(" {}", field.name);
    let (id, before) = (field.id, of.clone());
    let earlier = (n > 0).then(|| {
        view! {
            <PostForm action=Path::RaiseField { id }.to_string()>
                <button type="submit" class="button button--small button--quiet">
                    "Move up"<span class="for-screen-reader">{before}</span>
                </button>
            </PostForm>
        }
    });
    piece! {
        <tr>
            <th scope="row" dir="auto">{field.name}</th>
            <td>{field.kind.title()}</td>
            <td class="number">{n_contacts.to_string()}</td>
            <td>
                <div class="table__do">
                    {earlier}
                    <a class="button button--small" href=Path::Field { id }.to_string()>
                        "Edit"<span class="for-screen-reader">{of}</span>
                    </a>
                </div>
            </td>
        </tr>
    }
}
