//! One message, and what hangs on it.

use super::dice::Dice;
use super::plan::{Names, Plan};
use super::rows::{Cell, Of, Sink, Table};
use super::shop::{BOT, PICTURE, Shop};
use super::words;
use crate::event::MID;
use model::ids::MessageId;
use model::meta::identity::mid_key;
use model::time::{DAY_S, Timestamp};
use server::search::document::{Document, Sayer};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Theirs,
    Ours,
    Internal,
}

/// Who says what kind of thing: what must be known of every message before the first one is written.
pub struct Turn {
    pub side: Side,
    pub has_failed: bool,
    author_kind: &'static str,
    author_id: Option<String>,
    kind: &'static str,
    dice: Dice,
}

pub struct Said {
    pub id: MessageId,
    pub turn: Turn,
    pub text: Option<String>,
    mid: Option<String>,
    key: String,
}

const FAILED: &str = r#"{"code":10,"message":"Meta did not take this message.","retryable":true}"#;

/// No other conversation is as long.
const NUMBERS_EACH: u64 = 1000;

impl Turn {
    fn sayer<'a>(&'a self, names: &'a Names) -> Sayer<'a> {
        match (self.author_kind, self.author_id.as_deref()) {
            ("contact", _) => Sayer::Contact { name: names.name.as_deref(), username: names.username.as_deref() },
            ("agent", Some(id)) => Sayer::Agent(id),
            _ => Sayer::Another,
        }
    }

    pub fn of(shop: &Shop, plan: &Plan, number: u32) -> Self {
        let mut dice = plan.dice(number);
        let side = match dice.below(100) {
            _ if number == 0 => Side::Theirs,
            0..52 => Side::Theirs,
            52..97 => Side::Ours,
            _ => Side::Internal,
        };
        let kind = match (side, dice.below(100)) {
            (Side::Internal, _) => "note",
            (_, 0..8) => "media",
            (_, 8..11) => "share",
            (Side::Theirs, 11) => "comment",
            _ => "text",
        };
        let (author_kind, author_id) = match (side, dice.below(10)) {
            (Side::Theirs, _) => ("contact", None),
            (Side::Ours, 0) => ("bot", Some(BOT.to_owned())),
            (Side::Ours, 1) => ("native_inbox", None),
            _ => ("agent", Some(shop.somebody(&mut dice).to_string())),
        };
        let has_failed = side == Side::Ours && author_kind == "agent" && dice.of_thousand(2);
        Self { side, has_failed, author_kind, author_id, kind, dice }
    }
}

impl Said {
    pub fn of(shop: &Shop, plan: &Plan, number: u32, at: i64) -> Self {
        let mut turn = Turn::of(shop, plan, number);
        let mid = mid_of(plan, number);
        let key = key_of(shop, plan, &mid);
        let id = MessageId::of(Timestamp(at), &key);
        let text = (turn.kind != "media").then(|| words::text(&mut turn.dice));
        let mid = (turn.side != Side::Internal && !turn.has_failed).then_some(mid);
        Self { id, turn, text, mid, key }
    }

    pub const fn author_kind(&self) -> &'static str {
        self.turn.author_kind
    }

    pub fn preview(&self) -> String {
        self.text.as_ref().map_or_else(|| "Photo".to_owned(), |it| it.chars().take(140).collect())
    }
}

fn mid_of(plan: &Plan, number: u32) -> String {
    format!("{MID}{:016}", u64::from(plan.number) * NUMBERS_EACH + u64::from(number))
}

fn key_of(shop: &Shop, plan: &Plan, mid: &str) -> String {
    let account = &shop.accounts[plan.account];
    mid_key(account.platform.word(), account.external_id, mid)
}

pub fn write_message(shop: &Shop, plan: &Plan, number: u32, at: i64, sink: &mut Sink) {
    let mut said = Said::of(shop, plan, number, at);
    let dice = &mut said.turn.dice;
    let has_edits = said.mid.is_some() && said.text.is_some() && dice.of_thousand(5);
    let answers = (number > 0 && said.mid.is_some() && dice.of_thousand(40))
        .then(|| key_of(shop, plan, &mid_of(plan, number - 1)));
    let (direction, state) = match said.turn.side {
        Side::Theirs => ("in", Cell::Word("received")),
        Side::Ours if said.turn.has_failed => ("out", Cell::Word("failed")),
        Side::Ours => ("out", Cell::Word("sent")),
        Side::Internal => ("internal", Cell::Null),
    };
    let id = said.id.to_string();
    if has_edits {
        let edit = |number: i64, text: Option<String>| {
            [Cell::Text(id.clone()), Cell::Number(number), text.into(), Cell::Number(at + number * 60_000)]
        };
        sink.add(Table::Edits, edit(0, Some(words::text(dice))));
        sink.add(Table::Edits, edit(1, said.text.clone()));
    }
    hang(&id, said.turn.kind, at, dice, sink);
    if let Some(text) = &said.text {
        let (names, _) = plan.names();
        let (account, sayer) = (shop.accounts[plan.account].id, said.turn.sayer(&names));
        let place = (account, plan.id);
        sink.add_document(Document::of_message(said.id, Timestamp(at), place, sayer, text), Of::Message(&id));
    }
    sink.add(
        Table::Messages,
        [
            Cell::Text(id),
            Cell::Text(plan.id.to_string()),
            Cell::Number(at),
            Cell::Word(direction),
            Cell::Word(said.turn.kind),
            state,
            Cell::Word(said.turn.author_kind),
            said.turn.author_id.into(),
            said.text.into(),
            said.mid.clone().into(),
            said.mid.map(|_| said.key).into(),
            answers.into(),
            if said.turn.has_failed { Cell::Word(FAILED) } else { Cell::Null },
            Cell::Number(i64::from(has_edits)),
            Cell::Number(at),
            Cell::Number(at),
        ],
    );
}

fn hang(id: &str, kind: &str, at: i64, dice: &mut Dice, sink: &mut Sink) {
    let of = || Cell::Text(id.to_owned());
    match kind {
        "media" => {
            let n_pictures = 1 + i64::from(dice.of_thousand(200)) * dice.wait_ms(2.0).min(3);
            for position in 0..n_pictures {
                let (state, media) =
                    if dice.of_thousand(900) { ("stored", Cell::Word(PICTURE)) } else { ("gone", Cell::Null) };
                let (state, position) = (Cell::Word(state), Cell::Number(position));
                let row = [of(), position, Cell::Word("image"), state, media, Cell::Null, Cell::Null];
                sink.add(Table::Attachments, row);
            }
        }
        "share" => {
            let (url, title) = (Cell::Word("https://luna.example/kettle"), Cell::Word("The blue kettle"));
            let row = [of(), Cell::Number(0), Cell::Word("link"), Cell::Word("link"), Cell::Null, url, title];
            sink.add(Table::Attachments, row);
        }
        "comment" => {
            let link = Cell::Word("https://www.instagram.com/p/C0ffee/");
            let until = Cell::Number(at + 7 * DAY_S * 1000);
            sink.add(Table::Comments, [of(), Cell::Text(format!("1790{}", dice.below(1 << 40))), link, until]);
        }
        _ => {}
    }
    if kind != "note" && dice.of_thousand(60) {
        let side = if dice.of_thousand(700) { "contact" } else { "account" };
        let row = [of(), Cell::Word(side), Cell::Word(words::emoji(dice)), Cell::Number(at + 30_000)];
        sink.add(Table::Reactions, row);
    }
}
