//! What is said around a reading back, and how the inbox stands when all is told: as the customers' phones show it,
//! whatever happened on the way. The measurement of a whole account and the test of a small one
//! (`end2end/program/history.rs`) share it.

use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A request to the control interface of the pretended Meta: where to, and what.
pub type Asked = (String, Value);

/// The shop's, and nothing stands under it before the inbox is there.
pub const BARE: usize = 3;
/// The shop's too; the customer puts a heart under it.
pub const LIKED: usize = 6;
const PICTURE: usize = 7;

/// What is said in this round, counted from 1, before the inbox is there: by turns, and a picture among it.
pub fn said(account: &str, customer: &str, round: usize) -> Asked {
    let text = format!("Words of round {round}");
    match round {
        PICTURE => picture(customer),
        _ if round.is_multiple_of(3) => answered(account, customer, &text),
        _ => wrote(customer, &text),
    }
}

/// What happens next in a conversation while it is read back, this often before. The customer's words come first.
pub fn goes_on(account: &str, customer: &str, bare: &str, turn: usize) -> Asked {
    match turn % 4 {
        1 => liked(customer, bare),
        2 => answered(account, customer, &format!("We keep it for you, {turn}")),
        3 => picture(customer),
        _ => wrote(customer, &format!("And another thing, {turn}")),
    }
}

/// A heart of the customer's under a message.
pub fn liked(customer: &str, mid: &str) -> Asked {
    act(customer, json!({"react": {"mid": mid, "emoji": "❤️"}}))
}

fn wrote(customer: &str, text: &str) -> Asked {
    act(customer, json!({"send": {"text": text}}))
}

fn picture(customer: &str) -> Asked {
    act(customer, json!({"send": {"attachments": [{"type": "image"}]}}))
}

fn act(customer: &str, act: Value) -> Asked {
    (format!("customers/{customer}/do"), act)
}

/// By somebody of the shop, on a phone.
fn answered(account: &str, customer: &str, text: &str) -> Asked {
    (format!("accounts/{account}/native"), json!({"customer_id": customer, "text": text}))
}

/// What is still under way in the inbox.
pub const UNSETTLED: &str = "select (select count(*) from inbound where state = 'pending')
    + (select count(*) from backfills where state in ('waiting', 'running'))
    + (select count(*) from conversations where to_assign_at is not null and state = 'open')";

/// Whose it is, how it stands, and what it shows first. Meta tells seconds when it is asked.
pub const CONVERSATIONS: &str = "select k.external_id, c.state, cast(c.unread as text),
        cast(coalesce(c.waiting_since, 0) as text), cast(coalesce(c.last_customer_message_at, 0) / 1000 as text),
        coalesce(n.mid, ''), case when n.text is null then '' else coalesce(c.preview, '') end,
        coalesce(t.name, '') || coalesce(c.assignee_id, ''),
        cast((select count(*) from episodes e where e.conversation_id = c.id and e.closed_at is null) as text)
    from conversations c join contacts k on k.id = c.contact_id
        left join messages n on n.id = c.preview_message_id left join teams t on t.id = c.team_id";

/// As they stand in their threads.
pub const MESSAGES: &str = "select k.external_id, coalesce(m.mid, ''), m.direction,
        cast(case when m.learned = 'old' then m.at / 1000 * 1000 else m.at end as text), m.learned,
        coalesce(m.text, '')
    from messages m join conversations c on c.id = m.conversation_id join contacts k on k.id = c.contact_id
    where m.direction <> 'internal' order by c.id, m.at, m.id";

/// Whether their files are fetched already is another matter.
pub const ATTACHMENTS: &str = "select coalesce(m.mid, ''), a.kind, coalesce(a.source_url, '')
    from attachments a join messages m on m.id = a.message_id order by a.message_id, a.position";

/// Of the customer.
pub const REACTIONS: &str = "select coalesce(m.mid, ''), r.emoji
    from reactions r join messages m on m.id = r.message_id where r.side = 'contact' and r.emoji is not null";

/// The rows of these four.
pub struct Held {
    pub conversations: Vec<[String; 9]>,
    pub messages: Vec<[String; 6]>,
    pub attachments: Vec<[String; 3]>,
    pub reactions: Vec<[String; 2]>,
}

/// Whatever differs from what the phones show, a line a conversation. What was said since `news_from`, by the clock of
/// the pretended Meta, is news: it opened its conversation, which `team` was given; everything else disturbed nothing.
pub fn differences(phones: &[Value], held: &Held, news_from: i64, team: &str) -> Vec<String> {
    let mut standing = standing(held);
    let mut differ = Vec::new();
    for phone in phones {
        let customer = text(&phone["id"]);
        let (expected, found) = (expected(phone, news_from, team), standing.remove(customer).unwrap_or_default());
        if found != expected {
            let only = |all: &[String], from: &[String]| -> Vec<String> {
                all.iter().filter(|it| !from.contains(it)).take(3).cloned().collect()
            };
            let (missing, strange) = (only(&expected, &found), only(&found, &expected));
            let (n_expected, n_found) = (expected.len() - 1, found.len().saturating_sub(1));
            differ.push(format!(
                "{customer}: {n_found} messages and not {n_expected}; missing {missing:?}; strange {strange:?}"
            ));
        }
    }
    differ.extend(standing.into_keys().map(|customer| format!("{customer}: not at Meta")));
    differ
}

const BETWEEN: &str = " | ";

/// Of each customer: how the conversation stands, then its messages.
fn standing(held: &Held) -> BTreeMap<String, Vec<String>> {
    let mut hanging: BTreeMap<&str, [Vec<String>; 2]> = BTreeMap::new();
    for [mid, kind, url] in &held.attachments {
        hanging.entry(mid.as_str()).or_default()[0].push(format!("{kind} {url}"));
    }
    for [mid, emoji] in &held.reactions {
        hanging.entry(mid.as_str()).or_default()[1].push(emoji.clone());
    }
    let mut standing: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in &held.conversations {
        standing.entry(row[0].clone()).or_default().push(row[1..].join(BETWEEN));
    }
    let nothing = [Vec::new(), Vec::new()];
    for row in &held.messages {
        let [attachments, reactions] = hanging.get(row[1].as_str()).unwrap_or(&nothing);
        let line = [row[1..].join(BETWEEN), attachments.join(", "), reactions.join(", ")].join(BETWEEN);
        standing.entry(row[0].clone()).or_default().push(line);
    }
    standing
}

/// The same, as the phone shows it.
fn expected(phone: &Value, news_from: i64, team: &str) -> Vec<String> {
    let all = list(&phone["messages"]);
    let replied_at = all.iter().filter(|it| is_ours(it)).map(at).max().unwrap_or_default();
    let wrote_at = all.iter().filter(|it| !is_ours(it)).map(at).max().unwrap_or_default();
    let unread: Vec<i64> = all.iter().filter(|it| !is_ours(it)).map(at).collect();
    let unread: Vec<i64> = unread.into_iter().filter(|at| *at >= news_from && *at > replied_at).collect();
    let is_awake = all.iter().any(|it| at(it) >= news_from);
    let newest = all.last().cloned().unwrap_or_default();
    let stands = [
        if is_awake { "open" } else { "closed" }.to_owned(),
        unread.len().to_string(),
        unread.first().copied().unwrap_or_default().to_string(),
        (wrote_at / 1000).to_string(),
        text(&newest["mid"]).to_owned(),
        text(&newest["text"]).to_owned(),
        if is_awake { team } else { "" }.to_owned(),
        usize::from(is_awake).to_string(),
    ];
    let lines = all.iter().map(|it| line(it, news_from));
    std::iter::once(stands.join(BETWEEN)).chain(lines).collect()
}

fn line(it: &Value, news_from: i64) -> String {
    let (at, is_news) = (at(it), at(it) >= news_from);
    let file = |it: &Value| format!("{} {}", text(&it["type"]), text(&it["url"]));
    let files: Vec<String> = list(&it["attachments"]).iter().map(file).collect();
    let theirs = list(&it["reactions"]).iter().filter(|it| it["by"] == "customer");
    let hearts: Vec<&str> = theirs.map(|it| text(&it["emoji"])).collect();
    [
        text(&it["mid"]).to_owned(),
        if is_ours(it) { "out" } else { "in" }.to_owned(),
        if is_news { at } else { at / 1000 * 1000 }.to_string(),
        if is_news { "live" } else { "old" }.to_owned(),
        text(&it["text"]).to_owned(),
        files.join(", "),
        hearts.join(", "),
    ]
    .join(BETWEEN)
}

fn is_ours(it: &Value) -> bool {
    it["from"] == "business"
}

fn at(it: &Value) -> i64 {
    it["at"].as_i64().unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[][..], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEWS_FROM: i64 = 1_794_994_100_000;

    /// Mara wrote again, and Noor did not.
    fn phones() -> Vec<Value> {
        let picture = json!({"type": "image", "url": "http://meta/cdn/sample.png", "payload": {}});
        let heart = json!({"emoji": "❤️", "by": "customer"});
        let said = |mid: &str, from: &str, at: i64, text: &str| {
            let (attachments, reactions) = (json!([]), json!([]));
            json!({"mid": mid, "from": from, "at": at, "text": text, "attachments": attachments, "reactions": reactions})
        };
        let mut mara = [
            said("a", "customer", NEWS_FROM - 50_583, "Hi!"),
            said("b", "business", NEWS_FROM - 40_211, "Yes?"),
            said("c", "customer", NEWS_FROM + 417, ""),
        ];
        mara[1]["reactions"] = json!([heart]);
        mara[2]["attachments"] = json!([picture]);
        mara[2]["text"] = Value::Null;
        let noor = [said("d", "customer", NEWS_FROM - 10_999, "Hello?")];
        vec![json!({"id": "501", "messages": mara}), json!({"id": "502", "messages": noor})]
    }

    fn held() -> Held {
        let row = |words: [&str; 6]| words.map(str::to_owned);
        Held {
            conversations: vec![
                ["501", "open", "1", "1794994100417", "1794994100", "c", "", "Orders", "1"].map(str::to_owned),
                ["502", "closed", "0", "0", "1794994089", "d", "Hello?", "", "0"].map(str::to_owned),
            ],
            messages: vec![
                row(["501", "a", "in", "1794994049000", "old", "Hi!"]),
                row(["501", "b", "out", "1794994059000", "old", "Yes?"]),
                row(["501", "c", "in", "1794994100417", "live", ""]),
                row(["502", "d", "in", "1794994089000", "old", "Hello?"]),
            ],
            attachments: vec![["c", "image", "http://meta/cdn/sample.png"].map(str::to_owned)],
            reactions: vec![["b", "❤️"].map(str::to_owned)],
        }
    }

    fn differ(change: impl FnOnce(&mut Held)) -> Vec<String> {
        let mut held = held();
        change(&mut held);
        differences(&phones(), &held, NEWS_FROM, "Orders")
    }

    #[test]
    fn what_stands_as_the_phones_show_it_does_not_differ() {
        assert_eq!(differ(|_| ()), Vec::<String>::new());
    }

    #[test]
    fn whatever_is_lost_doubled_or_disturbed_differs() {
        let changes: [fn(&mut Held); 10] = [
            |it| drop(it.messages.remove(1)),
            |it| it.messages.push(it.messages[3].clone()),
            |it| it.messages.swap(0, 1),
            |it| it.messages[2][3] = "1794994100000".to_owned(),
            |it| it.messages[0][4] = "live".to_owned(),
            |it| it.attachments.clear(),
            |it| it.reactions.clear(),
            |it| it.conversations[1][2] = "1".to_owned(),
            |it| it.conversations[1][7] = "Orders".to_owned(),
            |it| it.conversations[0][7].clear(),
        ];
        for (n, change) in changes.into_iter().enumerate() {
            assert_eq!(differ(change).len(), 1, "{n}");
        }
        assert_eq!(differ(|it| it.conversations[1][0] = "503".to_owned()).len(), 2, "one is strange, one is halved");
        assert_eq!(differ(|it| it.conversations.clear()).len(), 2);
    }

    #[test]
    fn customers_and_the_shop_speak_by_turns_and_each_conversation_goes_on_with_words() {
        let is_ours = |(path, _): &Asked| path.starts_with("accounts/");
        assert!([BARE, LIKED].iter().all(|round| is_ours(&said("1", "2", *round))));
        assert!(!is_ours(&said("1", "2", 1)) && !is_ours(&said("1", "2", PICTURE)));
        assert!(goes_on("1", "2", "m", 0).1["send"]["text"].is_string());
        assert_eq!(goes_on("1", "2", "m", 1).1["react"]["mid"], "m");
        assert!(is_ours(&goes_on("1", "2", "m", 2)) && goes_on("1", "2", "m", 3).1["send"]["attachments"].is_array());
    }
}
