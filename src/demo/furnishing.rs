//! What the demo's people have written for themselves: saved replies, labels and a few notes.

use super::teams;
use model::desk::{Label, SavedReplyEdit};
use model::filter::Filter;
use model::id::Id as _;
use model::ids::{ConversationId, LabelId, SavedViewId};
use model::inbox::NamedPerson;
use model::person::PersonId;
use model::time::{MINUTE_S, Timestamp};
use model::view::View;
use server::program::Program;
use server::store::StoreResult;
use server::store::audit::Deed;
use server::store::notes::NoteRow;
use server::store::saved_views::KeptView;

const REPLIES: [(&str, &str, &str); 6] = [
    ("hello", "Hello", "Hello {first name}, thank you for writing to Luna Ceramics. How can I help? – {agent}"),
    (
        "shipping",
        "Shipping times",
        "We ship every Tuesday and Friday, {first name}. Within the country it takes two to three days, elsewhere in \
         Europe about a week. Everything is packed in wood wool.",
    ),
    (
        "returns",
        "Returns",
        "You can send anything back within 30 days, {first name}, as long as it was not used. Tell me the order number, \
         and I send you a label.",
    ),
    (
        "care",
        "Care",
        "All our pieces are fired to 1240 °C: dishwasher and microwave are fine. Only sudden heat is not, so please never \
         put a cold bowl into a hot oven.",
    ),
    (
        "wholesale",
        "Wholesale",
        "We work with about forty shops, {first name}. If you tell me where yours is and which pieces you have in mind, I \
         send you the list and the terms. – {agent}",
    ),
    ("thanks", "Thanks", "Thank you, {first name}! Have a lovely day. – {agent}"),
];

/// Name, hue, and every how many conversations one has it.
const LABELS: [(&str, u16, usize); 4] =
    [("Damaged", 25, 7), ("Regular", 150, 5), ("Wholesale", 285, 11), ("Press", 215, 13)];

/// Views of everybody: name, and the place of the label that narrows all that is open.
const VIEWS: [(&str, usize); 2] = [("Wholesale", 2), ("Damaged in the post", 0)];

/// In which conversation, by whom, and what.
const NOTES: [(usize, usize, &str); 2] = [
    (1, 0, "She asked about this last spring as well. If the second firing is out, offer her the first pick."),
    (4, 1, "@Mia Lindqvist, is a replacement fine without sending the old one back?"),
];

/// What nobody has to wait for a conversation for. Those that are there already stay as they are.
pub(super) async fn put_out(program: &Program, people: &[PersonId]) -> StoreResult<()> {
    let (store, now) = (program.store.as_ref(), program.seams.now());
    let made =
        |(n, (name, hue, _)): (usize, &(&str, u16, usize))| Label { id: label(n), name: (*name).to_owned(), hue: *hue };
    store.insert_labels(LABELS.iter().enumerate().map(made).collect(), now).await?;
    let Some(by) = people.first().copied() else { return Ok(()) };
    for (shortcut, title, text) in REPLIES {
        let [shortcut, title, text] = [shortcut, title, text].map(str::to_owned);
        let edit = SavedReplyEdit { id: None, shortcut, title, text, is_mine: false };
        store.save_saved_reply(deed(program, by, now), program.seams.new_id(), edit).await?;
    }
    let there = store.list_saved_views(by).await?;
    for (n, (name, of)) in (0..).zip(VIEWS) {
        let (id, filter) = (SavedViewId::compose(1, [n; 10]), Filter { labels: vec![label(of)], ..Filter::default() });
        if !there.iter().any(|it| it.id == id) {
            let view = KeptView { id, name: name.to_owned(), is_mine: false, view: View::AllOpen, filter };
            store.save_view(deed(program, by, now), view).await?;
        }
    }
    teams::make(program, people).await
}

fn deed(program: &Program, by: PersonId, now: Timestamp) -> Deed {
    let (audit_id, change_id) = (program.seams.new_id(), program.seams.new_id());
    Deed { by, now, audit_id, change_id, address: None }
}

/// The labels and notes of the `n`th conversation, in which somebody spoke last at `last`.
pub(super) async fn at(
    program: &Program,
    n: usize,
    conversation: ConversationId,
    last: Timestamp,
    people: &[PersonId],
) -> StoreResult<()> {
    let (store, now) = (program.store.as_ref(), program.seams.now());
    let labels: Vec<LabelId> =
        (0..).zip(LABELS).filter(|(_, (_, _, every))| n % every == every / 2).map(|(place, _)| label(place)).collect();
    if !labels.is_empty() {
        store.set_labels(conversation, labels, now).await?;
    }
    for (_, who, text) in NOTES.iter().filter(|(of, ..)| *of == n) {
        let Some(by) = people.get(*who).copied() else { continue };
        let note = NoteRow {
            id: program.seams.new_id(),
            conversation,
            client_id: format!("demo-note-{n}"),
            text: (*text).to_owned(),
            mentions: called(text, people),
            by: by.into(),
            now: last.plus_s(MINUTE_S).min(now),
        };
        store.add_note(note).await?;
    }
    Ok(())
}

/// Mia, if the note calls her: she is the first of them.
fn called(text: &str, people: &[PersonId]) -> Vec<NamedPerson> {
    const MIA: &str = "Mia Lindqvist";
    let mia = people.first().filter(|_| text.contains(&format!("@{MIA}")));
    mia.map(|id| NamedPerson { id: *id, name: MIA.to_owned() }).into_iter().collect()
}

/// The same at every start.
fn label(n: usize) -> LabelId {
    LabelId::compose(1, [u8::try_from(n).unwrap_or_default(); 10])
}
