//! How else it can go from the bot to a person and back: by a button, late, without a bot's name, and where Meta routes
//! nothing, so that every app is told everything and only the apps' own words keep two of them from answering.

use crate::handover::{BOT, Shop, route};
use crate::meta::{execute, rows, until_there};
use crate::running::Place;
use reqwest::StatusCode;
use serde_json::{Value, json};

crate::on_both!(
    a_tapped_button_brings_a_person,
    what_is_answered_late_stays_with_people,
    where_no_bot_is_named_it_is_let_go,
    without_routing_bot_and_people_answer_in_turn,
    without_routing_a_person_takes_over_by_our_word,
    whether_meta_routes_is_found_out_again,
);

/// What the button means only the bot is told; we see that it was tapped, and what the bot makes of it.
async fn a_tapped_button_brings_a_person(place: Place) {
    let mut shop = Shop::open(place).await;
    shop.until("c.owner = 'other'").await;
    let button = json!({"title": "I need a person", "payload": "BOT_TALK_TO_A_PERSON"});
    shop.meta.act(&shop.customer, json!({"postback": button})).await;
    shop.until("c.owner = 'human' and c.state = 'open'").await;
    let thread = shop.thread().await;
    for part in ["I need a person", "why: asked for a person"] {
        assert!(thread.contains(part), "{part}: {thread}");
    }
    let tapped = format!("from messages where kind = 'postback' and conversation_id = '{}'", shop.conversation);
    let details = rows::<1>(&shop.place.url, &format!("select detail {tapped}")).await.concat();
    assert!(details.len() == 1 && !details[0].contains("BOT_TALK_TO_A_PERSON"), "{details:?}");
    shop.stop().await;
}

/// Control would end a day after the customer's last word. Where an answer is owed it is kept, once, and the answer goes
/// out under the tag.
async fn what_is_answered_late_stays_with_people(place: Place) {
    let mut shop = Shop::open(place).await;
    shop.until("c.owner = 'other'").await;
    shop.press("/take-over").await;
    shop.says("How many are left?").await;
    shop.until("c.owner = 'human' and c.preview = 'How many are left?' and c.waiting_since is not null").await;
    shop.wait(23).await;
    // Otherwise it looks once a minute.
    let mut shop = shop.again().await;
    shop.until("c.control_until is not null").await;
    shop.wait(25).await;
    assert_eq!(shop.controller().await, shop.ours, "two days after the customer's last word");
    assert_eq!(shop.asked("extend_thread_control").await, 1);
    assert_eq!(shop.reply("Two are left").await, StatusCode::SEE_OTHER);
    shop.until_said("Two are left").await;
    until_there(&shop.place.url, "select count(*) from audit where action = 'message.sent_with_tag'", 1).await;
    shop.says("I take both").await;
    shop.until("c.preview = 'I take both'").await;
    assert_eq!(shop.one("c.owner").await, "human");
    shop.stop().await;
}

/// It is nobody's then, and the default app answers what comes next.
async fn where_no_bot_is_named_it_is_let_go(place: Place) {
    let mut shop = Shop::open(place).await;
    shop.until("c.owner = 'other'").await;
    execute(&shop.place.url, "update accounts set bot_app_id = null").await;
    shop.press("/take-over").await;
    assert_eq!(shop.controller().await, shop.ours);
    shop.press("/hand-to-bot").await;
    assert_eq!((shop.asked("release_thread_control").await, shop.asked("pass_thread_control").await), (1, 0));
    assert_eq!((shop.one("c.owner").await, shop.controller().await), ("other".to_owned(), json!(BOT)));
    shop.says("Where is my parcel?").await;
    shop.until_said("Your order").await;
    shop.until("c.owner = 'other' and c.assignee_id is null and c.preview like 'Your order%'").await;
    shop.stop().await;
}

/// What both are told, who it is for is known here: the bot has whoever begins, and people what it gives them, until they
/// give it back.
async fn without_routing_bot_and_people_answer_in_turn(place: Place) {
    let mut shop = Shop::unrouted(place).await;
    let bots = format!("c.owner = 'other' and c.owner_app_id = '{BOT}' and c.assignee_id is null");
    shop.until(&bots).await;
    assert_eq!(shop.controller().await, Value::Null, "Meta keeps nobody from answering");
    // We are told as much as the bot is.
    let on_standby = "select 1 from messages m where m.conversation_id = c.id and m.detail like '%\"standby\":true%'";
    shop.until(&format!("not exists ({on_standby})")).await;
    assert!(shop.mia.get("/inbox?view=with-the-bot").await.body.contains(&shop.conversation));
    let path = shop.path("/reply");
    let refused = shop.mia.post(&path, &[("client_id", "early"), ("text", "So do I")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    assert!(refused.body.contains("Take over"), "{}", refused.body);
    // The bot hands over, with why, and leaves it to us.
    shop.says("I want to talk to a person, please").await;
    shop.until("c.owner = 'human' and c.state = 'open'").await;
    let thread = shop.thread().await;
    for part in ["handed this to", "why: asked for a person", "Hand to bot"] {
        assert!(thread.contains(part), "{part}: {thread}");
    }
    assert_eq!(shop.reply("Hi, this is Mia").await, StatusCode::SEE_OTHER);
    shop.until_said("Hi, this is Mia").await;
    shop.says("Where is my parcel?").await;
    shop.until("c.owner = 'human' and c.preview = 'Where is my parcel?'").await;
    // Mia gives it back, and keeps out of it although she is told of all that is said.
    let path = shop.path("/hand-to-bot");
    let page = shop.mia.post(&path, &[("note", "Wants to know where the parcel is")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    shop.until_said("It's me again").await;
    shop.says("And my order?").await;
    shop.until("c.preview like 'Your order%'").await;
    shop.until(&bots).await;
    let path = shop.path("/reply");
    let refused = shop.mia.post(&path, &[("client_id", "late"), ("text", "I looked too")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    was_said(&shop, &["Hi Hannah", "Of course.", "Hi, this is Mia", "It's me again", "Your order"]).await;
    shop.stop().await;
}

/// There is nothing to take: the bot is asked, and people have it whatever it says to that, and for as long as they want.
async fn without_routing_a_person_takes_over_by_our_word(place: Place) {
    let mut shop = Shop::unrouted(place).await;
    shop.until("c.owner = 'other'").await;
    shop.press("/take-over").await;
    let mias = "c.owner = 'human' and (select p.name from people p where p.id = c.assignee_id) = 'Mia Lindqvist'";
    shop.until(mias).await;
    assert_eq!(shop.reply("Let me look").await, StatusCode::SEE_OTHER);
    shop.until_said("Let me look").await;
    shop.says("Where is my parcel?").await;
    shop.until("c.preview = 'Where is my parcel?'").await;
    shop.until(mias).await;
    // Nobody's time runs out where nobody has control.
    shop.meta.post("clock", json!({"advance_s": 25 * 3600})).await;
    shop.says("Is anybody there?").await;
    shop.until("c.preview = 'Is anybody there?'").await;
    shop.until(mias).await;
    shop.press("/hand-to-bot").await;
    shop.until_said("It's me again").await;
    shop.until("c.owner = 'other' and c.assignee_id is null").await;
    // What it was given it is asked for.
    let asked = shop.asked("request_thread_control").await;
    shop.press("/take-over").await;
    shop.until(mias).await;
    assert_eq!(shop.asked("request_thread_control").await, asked + 1);
    shop.says("And where is my order?").await;
    shop.until("c.preview = 'And where is my order?'").await;
    shop.until(mias).await;
    shop.press("/hand-to-bot").await;
    shop.says("Where is it?").await;
    shop.until("c.preview like 'I am not sure%'").await;
    // Whatever the bot would have said to the others it would have said before that.
    was_said(&shop, &["Hi Hannah", "Let me look", "It's me again", "It's me again", "I am not sure"]).await;
    shop.stop().await;
}

async fn whether_meta_routes_is_found_out_again(place: Place) {
    let mut shop = Shop::open(place).await;
    // All of it has come that was told on standby.
    shop.until("c.owner = 'other' and c.delivered_until > 0").await;
    shop.until_shared("on").await;
    route(&shop.meta, Value::Null).await;
    shop.look().await;
    shop.until_shared("off").await;
    shop.meet("Theo Brandt").await;
    shop.until(&format!("c.owner = 'other' and c.owner_app_id = '{BOT}'")).await;
    shop.press("/take-over").await;
    shop.until("c.owner = 'human' and c.assignee_id is not null").await;
    // Each app is told its role in the old words, and from now on it is Meta's to say.
    shop.may_take(true).await;
    shop.until_shared("on").await;
    shop.press("/hand-to-bot").await;
    assert_eq!(shop.controller().await, BOT);
    shop.says("Where is my parcel?").await;
    shop.until("c.owner = 'other' and c.preview like 'Your order%'").await;
    shop.stop().await;
}

/// All that the customer was told, each beginning so.
async fn was_said(shop: &Shop, beginnings: &[&str]) {
    let said = shop.said().await;
    let is_it =
        said.len() == beginnings.len() && said.iter().zip(beginnings).all(|(it, begins)| it.starts_with(begins));
    assert!(is_it, "{beginnings:?}: {said:?}");
}
