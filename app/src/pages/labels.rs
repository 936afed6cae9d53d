mod edit;

use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::said::Said;
use crate::path::Path;
use crate::prelude::*;
pub use edit::{EditedLabel, LabelPage};
use model::desk::Label;
use model::labels::{CountedLabel, nearest_hue};

/// Every label, and what was just done.
#[derive(Debug, Clone)]
pub struct Labels {
    pub frame: Frame,
    pub labels: Vec<CountedLabel>,
    pub done: Option<Done>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    Kept,
    /// So many conversations carried it.
    Deleted(i64),
}

impl Done {
    fn words(self) -> String {
        match self {
            Self::Kept => "The label is saved.".to_owned(),
            Self::Deleted(n) => format!("The label is deleted. {} it.", carried(n, "carried")),
        }
    }
}

#[component]
pub fn LabelsPage(labels: Labels) -> Piece {
    let Labels { frame, labels, done } = labels;
    let act = piece! {
        <a class="button button--primary" href=Path::NewLabel.to_string()><Icon symbol=Symbol::Plus/>"New label"</a>
    };
    let is_empty = labels.is_empty();
    let rows = labels.into_iter().map(row).collect_view();
    let table = (!is_empty).then(|| {
        view! {
            <div class="table-scroll" tabindex="0" role="group" aria-label="Labels, as a table">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Label"</th>
                            <th scope="col" class="number">"Conversations"</th>
                            <th scope="col"><span class="for-screen-reader">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    piece! {
        <FramedPage frame place=Place::Labels title="Labels" act=Some(act)
            lead="What conversations are sorted by. Everybody sees them and gives them to conversations.">
            {done.map(|it| view! { <Said words=it.words()/> })}
            {table}
            {is_empty.then(|| view! { <p class="soft">"There are no labels yet."</p> })}
        </FramedPage>
    }
}

fn row(it: CountedLabel) -> Piece {
    let CountedLabel { label, n_conversations } = it;
    let of = format!(" {}", label.name);
    piece! {
        <tr>
            <th scope="row">{chip(&label)}</th>
            <td class="number">{n_conversations.to_string()}</td>
            <td>
                <div class="table__do">
                    <a class="button button--small" href=Path::Label { id: label.id }.to_string()>
                        "Edit"<span class="for-screen-reader">{of}</span>
                    </a>
                </div>
            </td>
        </tr>
    }
}

fn chip(label: &Label) -> Piece {
    let class = format!("chip chip--label chip--hue-{}", nearest_hue(label.hue) / 30);
    piece! { <span class=class>{label.name.clone()}</span> }
}

/// "12 conversations carry"
fn carried(n: i64, verb: &str) -> String {
    match n {
        0 => format!("No conversation {verb}"),
        1 => format!("1 conversation {verb}"),
        n => format!("{n} conversations {verb}"),
    }
}
