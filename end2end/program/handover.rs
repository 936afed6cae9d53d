//! Several apps share an account: from the bot to a person and back, with everything that can come between. The bot is
//! the pretended Meta's own.

use crate::browser::Browser;
use crate::meta::{Looks, Meta, connect, execute, rows, until_there};
use crate::running::{PASSWORD, Place, Running};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;

crate::on_both!(
    from_the_bot_to_a_person_and_back,
    what_meta_does_not_let_us_take_is_asked_for,
    of_two_people_who_take_over_at_once_one_has_it,
    what_was_lost_while_messages_wait_is_the_persons_to_decide,
    a_person_takes_over_while_the_bot_sends,
    a_kill_while_it_changes_hands_does_nothing_twice,
    nothing_is_lost_that_comes_while_it_is_handed_back,
    what_is_closed_goes_back_to_the_bot,
    control_that_ran_out_is_the_bots_although_nobody_says_so,
    whoever_has_it_hears_that_another_app_asks_for_it,
    instagrams_own_login_knows_no_handing_over,
);

const PAGE: &str = "102030405060701";
pub const BOT: &str = "900100200300411";
const PATIENCE: Duration = Duration::from_secs(30);

/// A Page with a bot, two people, and a customer whom the bot has answered.
pub struct Shop {
    pub meta: Meta,
    inbox: Running,
    pub place: Place,
    pub mia: Browser,
    pub ours: String,
    pub customer: String,
    pub conversation: String,
}

impl Shop {
    pub async fn open(place: Place) -> Self {
        let mut shop = Self::empty(place, Meta::start(&["--seed", "demo"]).await).await;
        shop.meet("Hannah Okafor").await;
        shop
    }

    /// Where Meta routes nothing: every app is told everything, and may answer.
    pub async fn unrouted(place: Place) -> Self {
        let meta = Meta::start(&["--seed", "demo"]).await;
        route(&meta, Value::Null).await;
        let mut shop = Self::empty(place, meta).await;
        shop.look().await;
        shop.until_shared("off").await;
        shop.meet("Hannah Okafor").await;
        shop
    }

    async fn empty(place: Place, meta: Meta) -> Self {
        let state = meta.get("state").await;
        let account = of(&state["accounts"], "id", PAGE);
        let ours = account["app_id"].as_str().unwrap().to_owned();
        connect(&place, &account).await;
        execute(&place.url, &format!("update accounts set bot_app_id = '{BOT}'")).await;
        place.add_user("mia@luna.example", "Mia Lindqvist", "admin").await;
        place.add_user("noah@luna.example", "Noah Berg", "agent").await;
        execute(&place.url, "update people set preferences = '{\"undo_s\":0}'").await;
        let inbox = meta.serve_inbox(&place, &["--meta-app-id", &ours]).await;
        let mia = signed_in(&inbox, "mia@luna.example").await;
        Self { meta, inbox, place, mia, ours, customer: String::new(), conversation: String::new() }
    }

    /// Somebody writes, and the bot answers. From now on it is about them.
    pub async fn meet(&mut self, name: &str) {
        self.customer = self.meta.customer(&json!({"id": PAGE}), name).await;
        let theirs = format!("k.id = c.contact_id and k.external_id = '{}'", self.customer);
        let theirs = format!("conversations c join contacts k on {theirs}");
        let both = format!(
            "select count(*) from {theirs} join messages m on m.conversation_id = c.id and m.state is not null"
        );
        until_there(&self.place.url, &both, 2).await;
        let found = rows::<1>(&self.place.url, &format!("select c.id from {theirs}")).await;
        let [[conversation]] = found.try_into().unwrap();
        self.conversation = conversation;
    }

    /// Presses "Look now": Meta is asked how the account stands.
    pub async fn look(&mut self) {
        let [[id]] = rows::<1>(&self.place.url, "select id from accounts").await.try_into().unwrap();
        let pressed = self.mia.post(&format!("/accounts/{id}/look"), &[]).await;
        assert_eq!(pressed.status, StatusCode::SEE_OTHER, "{}", pressed.body);
    }

    /// Until it is known whether Meta lets one app at a time answer.
    pub async fn until_shared(&self, how: &str) {
        until_there(&self.place.url, &format!("select count(*) from accounts where routing = '{how}'"), 1).await;
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/inbox/{}{rest}", self.conversation)
    }

    pub async fn one(&self, what: &str) -> String {
        let sql = format!("select {what} from conversations c where c.id = '{}'", self.conversation);
        rows::<1>(&self.place.url, &sql).await.remove(0)[0].clone()
    }

    pub async fn until(&self, what: &str) {
        let sql = format!("select count(*) from conversations c where c.id = '{}' and {what}", self.conversation);
        until_there(&self.place.url, &sql, 1).await;
    }

    pub async fn thread(&mut self) -> String {
        let path = self.path("");
        self.mia.get(&path).await.body
    }

    /// Presses a button whose form leads there, and is back at the thread.
    pub async fn press(&mut self, how: &str) {
        let (path, back) = (self.path(how), self.path(""));
        let page = self.mia.post(&path, &[]).await;
        assert_eq!((page.status, page.goes_to()), (StatusCode::SEE_OTHER, &*back), "{}", page.body);
    }

    /// Who has the thread at Meta, as the default app is told.
    pub async fn controller(&self) -> Value {
        let url = format!("{}/v25.0/me/thread_owner?recipient={}", self.meta.running.address, self.customer);
        let asked = self.meta.client.get(url).bearer_auth(format!("pocket-bot-token-{PAGE}")).send().await.unwrap();
        let answer: Value = serde_json::from_str(&asked.text().await.unwrap()).unwrap();
        answer["data"][0]["thread_owner"]["app_id"].clone()
    }

    pub async fn says(&self, text: &str) {
        self.meta.act(&self.customer, json!({"send": {"text": text}})).await;
    }

    pub async fn said(&self) -> Vec<String> {
        let said = self.meta.said_to(&self.customer).await;
        said.iter().map(|it| it["text"].as_str().unwrap_or_default().to_owned()).collect()
    }

    pub async fn until_said(&self, text: &str) {
        let mut looks = Looks::for_at_most(PATIENCE);
        while !self.said().await.iter().any(|it| it.contains(text)) {
            assert!(looks.again().await, "{text} is not among {:?}", self.said().await);
        }
    }

    pub async fn reply(&mut self, text: &str) -> StatusCode {
        let (path, client_id) = (self.path("/reply"), text.replace([' ', ','], "-"));
        let page = self.mia.post(&path, &[("client_id", &client_id), ("text", text)]).await;
        if page.status == StatusCode::SEE_OTHER { page.status } else { panic!("{}", page.body) }
    }

    /// Somebody of the business writes in Meta's own inbox.
    async fn native(&self, text: &str) {
        let what = json!({"customer_id": self.customer, "text": text});
        self.meta.post(&format!("accounts/{PAGE}/native"), what).await;
    }

    pub async fn may_take(&self, may: bool) {
        let may_take: Vec<&str> = may.then_some(&*self.ours).into_iter().collect();
        route(&self.meta, json!({"default_app_id": BOT, "may_take": may_take})).await;
    }

    /// Asks Meta for it, is killed before the answer comes, and begins anew.
    async fn killed_while(self, how: &str, edge: &str) -> Self {
        let slow = json!({"kind": "slow", "ms": 20_000, "times": 1, "edge": edge});
        self.meta.post("faults", slow).await;
        let (path, mut mia) = (self.path(how), signed_in(&self.inbox, "mia@luna.example").await);
        let before = self.asked(edge).await;
        let asking = tokio::spawn(async move { mia.post(&path, &[]).await.status });
        let mut looks = Looks::for_at_most(PATIENCE);
        while self.asked(edge).await == before {
            assert!(looks.again().await, "nobody asks for {edge}");
        }
        self.inbox.kill().await;
        // Another process would find it once its lease is over.
        execute(&self.place.url, "update handovers set lease_until = 1 where state = 'running'").await;
        assert!(asking.await.is_err(), "it was killed before there was an answer");
        let inbox = self.meta.serve_inbox(&self.place, &["--meta-app-id", &self.ours]).await;
        let mia = signed_in(&inbox, "mia@luna.example").await;
        Self { inbox, mia, ..self }
    }

    /// Ends and begins anew.
    pub async fn again(self) -> Self {
        self.inbox.stop().await;
        let inbox = self.meta.serve_inbox(&self.place, &["--meta-app-id", &self.ours]).await;
        let mia = signed_in(&inbox, "mia@luna.example").await;
        Self { inbox, mia, ..self }
    }

    /// So much time goes by, there and for the customer's last word here.
    pub async fn wait(&self, hours: i64) {
        self.meta.post("clock", json!({"advance_s": hours * 3600})).await;
        let ms = hours * 3_600_000;
        let earlier = format!(
            "update conversations set last_customer_action_at = last_customer_action_at - {ms},
                 last_customer_message_at = last_customer_message_at - {ms}, waiting_since = waiting_since - {ms}
             where id = '{}'",
            self.conversation
        );
        execute(&self.place.url, &earlier).await;
    }

    /// How often Meta was asked for this.
    pub async fn asked(&self, edge: &str) -> usize {
        let all = self.meta.get("requests?limit=5000").await;
        let is_it = |it: &&Value| it["path"].as_str().is_some_and(|it| it.ends_with(edge));
        all["items"].as_array().unwrap().iter().filter(is_it).count()
    }

    pub async fn stop(self) {
        self.inbox.stop().await;
        self.meta.running.stop().await;
    }
}

/// What Meta routes for the Page; `null` is nothing.
pub async fn route(meta: &Meta, how: Value) {
    let (status, answer) =
        meta.control(reqwest::Method::PATCH, &format!("accounts/{PAGE}"), json!({"routing": how})).await;
    assert!(status.is_success(), "{answer}");
}

async fn signed_in(inbox: &Running, email: &str) -> Browser {
    let mut it = Browser::at(&inbox.address);
    it.sign_in(email, PASSWORD).await;
    it
}

fn of(list: &Value, key: &str, value: &str) -> Value {
    list.as_array().unwrap().iter().find(|it| it[key] == value).unwrap_or_else(|| panic!("{value}: {list}")).clone()
}

async fn from_the_bot_to_a_person_and_back(place: Place) {
    let mut shop = Shop::open(place).await;
    shop.until("c.owner = 'other'").await;
    assert_eq!(shop.one("c.owner_app_id").await, BOT);
    let thread = shop.thread().await;
    for part in ["Take over", "has this conversation", "action=\"/inbox/"] {
        assert!(thread.contains(part), "{part}: {thread}");
    }
    assert!(shop.mia.get("/inbox?view=with-the-bot").await.body.contains(&shop.conversation));
    // The bot hands over, with why.
    shop.says("I want to talk to a person, please").await;
    shop.until("c.owner = 'human' and c.state = 'open'").await;
    let thread = shop.thread().await;
    for part in ["handed this to", "why: asked for a person", "Hand to bot"] {
        assert!(thread.contains(part), "{part}: {thread}");
    }
    assert_eq!(shop.reply("Hi, this is Mia").await, StatusCode::SEE_OTHER);
    shop.until_said("Hi, this is Mia").await;
    shop.says("Thank you!").await;
    shop.until("c.unread = 1 and c.owner = 'human'").await;
    // Somebody answers in Meta's own inbox.
    shop.native("We are closed today").await;
    shop.until("c.owner = 'other' and c.owner_app_id = '263902037430900'").await;
    let thread = shop.thread().await;
    assert!(thread.contains("The Page inbox"), "{thread}");
    // Mia takes it back, and gives it to the bot.
    shop.press("/take-over").await;
    shop.until("c.owner = 'human' and c.assignee_id is not null").await;
    assert_eq!(shop.reply("It is me again").await, StatusCode::SEE_OTHER);
    shop.until_said("It is me again").await;
    let path = shop.path("/hand-to-bot");
    let page = shop.mia.post(&path, &[("note", "Wants to know about the kiln")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    assert_eq!(shop.one("c.owner").await, "other");
    assert_eq!(shop.one("c.owner_app_id").await, BOT);
    shop.until_said("It's me again, Luna's assistant").await;
    assert!(shop.thread().await.contains("Wants to know about the kiln"));
    let passed = shop.meta.get("requests").await.to_string();
    assert!(passed.contains("Wants to know about the kiln"), "the bot is told too");
    shop.says("Where is my parcel?").await;
    shop.until_said("Your order").await;
    shop.until("c.owner = 'other' and c.assignee_id is null").await;
    shop.stop().await;
}

async fn what_meta_does_not_let_us_take_is_asked_for(place: Place) {
    let mut shop = Shop::open(place).await;
    shop.until("c.owner = 'other'").await;
    shop.may_take(false).await;
    shop.press("/take-over").await;
    assert_eq!(shop.one("c.owner").await, "other", "it is not ours by asking");
    assert!(shop.thread().await.contains("Asked the bot for this conversation"));
    assert_eq!(shop.controller().await, BOT);
    shop.stop().await;
}

async fn of_two_people_who_take_over_at_once_one_has_it(place: Place) {
    let shop = Shop::open(place).await;
    shop.until("c.owner = 'other'").await;
    let (mut mia, mut noah) =
        (signed_in(&shop.inbox, "mia@luna.example").await, signed_in(&shop.inbox, "noah@luna.example").await);
    let path = shop.path("/take-over");
    let (one, two) = tokio::join!(mia.post(&path, &[]), noah.post(&path, &[]));
    let taken = [&one, &two].map(|it| it.status == StatusCode::SEE_OTHER);
    assert_ne!(taken[0], taken[1], "{} {}", one.body, two.body);
    let refused = if taken[0] { &two } else { &one };
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let who = if taken[0] { "Mia Lindqvist" } else { "Noah Berg" };
    assert!(refused.body.contains(who), "{}", refused.body);
    let has = shop.one("(select p.name from people p where p.id = c.assignee_id)").await;
    assert_eq!(has, who);
    assert_eq!(shop.controller().await, shop.ours);
    shop.stop().await;
}

async fn what_was_lost_while_messages_wait_is_the_persons_to_decide(place: Place) {
    let mut shop = Shop::open(place).await;
    shop.until("c.owner = 'other'").await;
    shop.press("/take-over").await;
    execute(&shop.place.url, "update people set preferences = '{\"undo_s\":10}'").await;
    assert_eq!(shop.reply("Two are left").await, StatusCode::SEE_OTHER);
    shop.native("We are closed today").await;
    shop.until("c.owner = 'other' and c.n_failed = 1").await;
    assert!(!shop.said().await.iter().any(|it| it == "Two are left"), "it waits");
    let thread = shop.thread().await;
    assert!(thread.contains("so this waits. Take over and send it again, or discard it."), "{thread}");
    execute(&shop.place.url, "update people set preferences = '{\"undo_s\":0}'").await;
    shop.press("/take-over").await;
    let [[message]] =
        rows::<1>(&shop.place.url, "select id from messages where state = 'failed'").await.try_into().unwrap();
    let arguments = json!({"conversation": shop.conversation, "message": message});
    assert_eq!(shop.mia.call::<bool>("retry_send", &arguments).await.unwrap(), Ok(true));
    shop.until_said("Two are left").await;
    // What Meta alone knows, a message finds out.
    execute(
        &shop.place.url,
        &format!("update conversations set owner_at = owner_at + 3600000 where id = '{}'", shop.conversation),
    )
    .await;
    shop.native("Still closed").await;
    until_there(&shop.place.url, "select count(*) from messages where text = 'Still closed'", 1).await;
    assert_eq!(shop.one("c.owner").await, "human", "what came is older than what is known");
    assert_eq!(shop.reply("One is left").await, StatusCode::SEE_OTHER);
    shop.until("c.owner = 'other' and c.n_failed = 1").await;
    assert!(!shop.said().await.iter().any(|it| it == "One is left"));
    shop.stop().await;
}

async fn a_person_takes_over_while_the_bot_sends(place: Place) {
    let mut shop = Shop::open(place).await;
    shop.until("c.owner = 'other'").await;
    shop.says("Where is my order?").await;
    shop.press("/take-over").await;
    assert_eq!(shop.controller().await, shop.ours);
    assert_eq!(shop.reply("Let me look").await, StatusCode::SEE_OTHER);
    shop.until_said("Let me look").await;
    shop.says("Thanks").await;
    until_there(&shop.place.url, "select count(*) from messages where text = 'Thanks'", 1).await;
    shop.until("c.owner = 'human' and c.assignee_id is not null").await;
    let said = shop.said().await;
    let last = said.last().unwrap();
    assert_eq!(last, "Let me look", "the bot is silent: {said:?}");
    shop.stop().await;
}

async fn a_kill_while_it_changes_hands_does_nothing_twice(place: Place) {
    let shop = Shop::open(place).await;
    shop.until("c.owner = 'other'").await;
    let shop = shop.killed_while("/take-over", "take_thread_control").await;
    shop.until("c.owner = 'human' and c.assignee_id is not null").await;
    assert_eq!(shop.controller().await, shop.ours);
    let passed = shop.asked("pass_thread_control").await;
    let shop = shop.killed_while("/hand-to-bot", "pass_thread_control").await;
    shop.until("c.owner = 'other'").await;
    until_there(&shop.place.url, "select count(*) from handovers where state = 'running'", 0).await;
    assert_eq!(shop.asked("pass_thread_control").await, passed + 1, "the bot begins once");
    assert_eq!(shop.controller().await, BOT);
    shop.stop().await;
}

/// Before, while and after Meta is told: each word is kept, in order, and in the end the bot has it.
async fn nothing_is_lost_that_comes_while_it_is_handed_back(place: Place) {
    let mut shop = Shop::open(place).await;
    shop.until("c.owner = 'other'").await;
    shop.press("/take-over").await;
    shop.until("c.owner = 'human'").await;
    let words = ["First", "Second", "Third", "Fourth"];
    let (path, mut mia) = (shop.path("/hand-to-bot"), signed_in(&shop.inbox, "mia@luna.example").await);
    shop.says(words[0]).await;
    let says = async {
        for it in &words[1..] {
            shop.says(it).await;
        }
    };
    let (handed, ()) = tokio::join!(mia.post(&path, &[]), says);
    assert_eq!(handed.status, StatusCode::SEE_OTHER, "{}", handed.body);
    let all = "select count(*) from messages where text in ('First', 'Second', 'Third', 'Fourth')";
    until_there(&shop.place.url, all, 4).await;
    shop.until("c.owner = 'other'").await;
    assert_eq!(shop.controller().await, BOT);
    let sql = "select text from messages where text in ('First', 'Second', 'Third', 'Fourth') order by at, id";
    let kept = rows::<1>(&shop.place.url, sql).await.concat();
    assert_eq!(kept, words);
    shop.stop().await;
}

async fn what_is_closed_goes_back_to_the_bot(place: Place) {
    let mut shop = Shop::open(place).await;
    shop.until("c.owner = 'other'").await;
    execute(&shop.place.url, "update accounts set hand_back_on_close = true").await;
    shop.press("/take-over").await;
    let step = json!({"conversation": shop.conversation, "step": {"step": "close"}});
    let _: model::desk::Stepped = shop.mia.call("take_step", &step).await.unwrap().unwrap();
    assert_eq!(shop.one("c.owner").await, "human", "it can be undone");
    shop.until("c.owner = 'other' and c.state = 'closed'").await;
    assert_eq!(shop.controller().await, BOT);
    shop.stop().await;
}

/// Meta tells nobody when the time is over: what comes next is put elsewhere.
async fn control_that_ran_out_is_the_bots_although_nobody_says_so(place: Place) {
    let mut shop = Shop::open(place).await;
    shop.until("c.owner = 'other'").await;
    shop.press("/take-over").await;
    shop.until("c.owner = 'human'").await;
    shop.meta.post("clock", json!({"advance_s": 25 * 3600})).await;
    assert_eq!(shop.controller().await, BOT);
    shop.says("Is anybody there?").await;
    shop.until("c.owner = 'other' and c.assignee_id is null").await;
    assert!(shop.thread().await.contains("has this conversation"));
    shop.stop().await;
}

async fn whoever_has_it_hears_that_another_app_asks_for_it(place: Place) {
    let mut shop = Shop::open(place).await;
    shop.until("c.owner = 'other'").await;
    shop.press("/take-over").await;
    shop.until("c.owner = 'human' and c.assignee_id is not null").await;
    let url = format!("{}/v25.0/{PAGE}/request_thread_control", shop.meta.running.address);
    let body = json!({"recipient": {"id": shop.customer}, "metadata": "{\"why\":\"a survey\"}"});
    let asks = shop.meta.client.post(url).bearer_auth(format!("pocket-bot-token-{PAGE}"));
    let asked = asks.header("content-type", "application/json").body(body.to_string()).send().await.unwrap();
    assert_eq!(asked.status(), StatusCode::OK);
    until_there(&shop.place.url, "select count(*) from notifications where kind = 'asked_for'", 1).await;
    assert!(shop.thread().await.contains("why: a survey"));
    assert_eq!(shop.one("c.owner").await, "human", "it is the person's to decide");
    assert_eq!(shop.controller().await, shop.ours);
    shop.stop().await;
}

async fn instagrams_own_login_knows_no_handing_over(place: Place) {
    let mut shop = Shop::open(place).await;
    shop.until("c.owner = 'other'").await;
    execute(&shop.place.url, "update account_tokens set login = 'instagram'").await;
    // What is sealed for one login does not open for another: nobody can be reached.
    let path = shop.path("/take-over");
    let page = shop.mia.post(&path, &[]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.body.contains("not connected any more"), "{}", page.body);
    shop.stop().await;
}
