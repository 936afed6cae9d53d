//! A year in the life of an account, beside the pretended Meta, by a clock that is moved for both: tokens are made to
//! last, a day's outage and a lost subscription are mended and nothing is missed by them, a permission is taken away and
//! given back, and every one of these is said and over at the end.

use crate::meta::{Looks, Meta, SECRET, VERIFY, count, rows};
use crate::parts::parts;
use crate::running::Place;
use axum::Router;
use model::health::Level;
use model::platform::{Login, Platform};
use model::time::{DAY_S, HOUR_S, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use server::accounts::{Connection, connect, refresh};
use server::clock::ManualClock;
use server::config::DatabaseUrl;
use server::graph::Token;
use server::http::Pages;
use server::intake::worker::{Hands, apply_all};
use server::program::Program;
use server::seams::Seams;
use server::store::audit::Actor;
use server::{health, history, store};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

crate::on_both!(a_year_in_the_life_of_an_account);

const STEP_S: i64 = 5 * DAY_S;
const ADMIN: &str = "mia@luna.example";

struct Year {
    place: Place,
    meta: Meta,
    account: Value,
    hannah: String,
    clock: Arc<ManualClock>,
    program: Program,
    at: SocketAddr,
    /// Stops listening; the task that listens.
    serving: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
    /// What the customer wrote.
    n_said: i64,
}

impl Year {
    async fn begin(place: Place) -> Self {
        place.add_user(ADMIN, "Mia Lindqvist", "admin").await;
        let meta = Meta::start(&["--seed", "empty"]).await;
        let account = meta.post("accounts", json!({"platform": "instagram", "name": "luna.ceramics"})).await;
        let graph = &meta.running.address;
        let secrets = ["--meta-app-secrets", SECRET, "--meta-verify-token", VERIFY];
        let args = [&secrets[..], &["--graph-url", graph, "--instagram-graph-url", graph]].concat();
        let store = store::open(&place.url.parse::<DatabaseUrl>().unwrap()).await.unwrap();
        let now = meta.get("state").await["now"].as_i64().unwrap();
        let clock = Arc::new(ManualClock::at(Timestamp(now)));
        let seams = Seams { clock: clock.clone(), ..Seams::system() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let program = Program::new(parts(store, seams, place.folder.path(), &format!("http://{at}"), &args));
        let connection = Connection {
            platform: Platform::Instagram,
            external_id: account["id"].as_str().unwrap(),
            name: "luna.ceramics",
            login: Login::Instagram,
            token: Token::new(account["token"].as_str().unwrap().to_owned()),
            told: store::accounts::Told::default(),
            wants_history: false,
        };
        let store = program.store.as_ref();
        connect(store, &program.seams, &program.vault, Actor::System, &connection).await.unwrap();
        let customer = meta.post("customers", json!({"account_id": account["id"], "name": "Hannah Okafor"})).await;
        let hannah = customer["id"].as_str().unwrap().to_owned();
        let mut year = Self { place, meta, account, hannah, clock, program, at, serving: None, n_said: 0 };
        year.listen_on(listener);
        let callback = json!({"url": format!("http://{at}/webhooks/meta"), "verify_token": VERIFY});
        let (status, answer) = year.meta.control(Method::PUT, "callback", callback).await;
        assert!(status.is_success(), "{answer}");
        year
    }

    fn listen_on(&mut self, listener: TcpListener) {
        let app = server::http::router(&self.program, Pages { open: Router::new(), inside: Router::new() });
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
        let (stop, stopped) = oneshot::channel();
        let serving = axum::serve(listener, app).with_graceful_shutdown(async { stopped.await.unwrap_or_default() });
        self.serving = Some((stop, tokio::spawn(async move { serving.await.unwrap() })));
    }

    async fn come_back(&mut self) {
        let listener = TcpListener::bind(self.at).await.unwrap();
        self.listen_on(listener);
    }

    async fn go_away(&mut self) {
        let (stop, serving) = self.serving.take().unwrap();
        stop.send(()).unwrap();
        serving.await.unwrap();
    }

    async fn pass(&self, seconds: i64) {
        self.meta.post("clock", json!({"advance_s": seconds})).await;
        self.clock.advance_s(seconds);
    }

    /// What the program does by itself: tokens, how the account stands, and what was missed.
    async fn look(&self) {
        health::round(&self.program).await.unwrap();
        refresh::round(&self.program).await.unwrap();
        self.read_back().await;
    }

    /// Until there is nothing more to read back; a moment lies between any two questions.
    async fn read_back(&self) {
        loop {
            let turns = history::claim(&self.program, 1).await.unwrap();
            if turns.is_empty() {
                return;
            }
            for turn in turns {
                history::take(&self.program, turn).await.unwrap();
            }
            self.pass(2).await;
        }
    }

    async fn say(&mut self) {
        self.n_said += 1;
        let words = format!("It is the message {}.", self.n_said);
        self.meta.act(&self.hannah, json!({"send": {"text": words}})).await;
    }

    /// The inbox holds so many of the customer's messages.
    async fn until_applied(&self, n: i64) {
        let our_app_id = self.program.intake.our_app_id.clone();
        let (store, seams) = (self.program.store.clone(), self.program.seams.clone());
        let hands = Hands { store, seams, our_app_id };
        let mut looks = Looks::for_at_most(Duration::from_secs(30));
        loop {
            apply_all(&hands).await.unwrap();
            let found = count(&self.place.url, "select count(*) from messages where direction = 'in'").await;
            if found == n {
                return;
            }
            assert!(looks.again().await, "{found} messages and not {n}");
        }
    }

    async fn change(&self, to: Value) -> Value {
        let path = format!("accounts/{}", self.account["id"].as_str().unwrap());
        let (status, answer) = self.meta.control(Method::PATCH, &path, to).await;
        assert!(status.is_success(), "{answer}");
        answer
    }

    async fn is_subscribed(&self) -> bool {
        !self.change(json!({})).await["subscribed"].as_array().unwrap().is_empty()
    }

    async fn incidents(&self, which: &str) -> Vec<String> {
        let query = format!("select kind from incidents where closed_at is {which} order by opened_at, id");
        rows::<1>(&self.place.url, &query).await.into_iter().map(|[kind]| kind).collect()
    }

    async fn is_well(&self) {
        let known = self.program.store.list_health().await.unwrap().remove(0);
        let facts = health::facts(&known, Some(&self.program.vault));
        let findings = model::health::of_account(&facts, self.program.seams.now());
        let bad: Vec<_> = findings.iter().filter(|it| it.level != Level::Good).collect();
        assert!(bad.is_empty(), "{bad:#?}");
    }

    /// Nobody answers for a day; what the customer says meanwhile Meta tries to tell for an hour.
    async fn a_day_without_us(&mut self) {
        self.go_away().await;
        self.say().await;
        let mut looks = Looks::for_at_most(Duration::from_mins(1));
        let mut passed_s = 0;
        while self.is_subscribed().await {
            assert!(looks.again().await && passed_s < DAY_S, "Meta is more patient than it should be");
            self.pass(HOUR_S / 4).await;
            passed_s += HOUR_S / 4;
        }
        self.say().await;
        self.pass(DAY_S - passed_s).await;
        self.come_back().await;
    }
}

async fn a_year_in_the_life_of_an_account(place: Place) {
    let mut year = Year::begin(place).await;
    for step in 0..73 {
        year.pass(STEP_S).await;
        match step {
            20 => {
                year.a_day_without_us().await;
                assert!(!year.is_subscribed().await);
                year.look().await;
                assert!(year.is_subscribed().await, "found and restored at once");
            }
            40 => {
                let url = format!("{}/v25.0/me/subscribed_apps", year.meta.running.address);
                // The first token never ends there.
                let token = year.account["token"].as_str().unwrap();
                let ended = year.meta.client.delete(url).bearer_auth(token).send().await.unwrap();
                assert!(ended.status().is_success());
                year.say().await;
            }
            55 => {
                year.change(json!({"permissions": ["instagram_business_basic"]})).await;
                year.look().await;
                assert_eq!(year.incidents("null").await, ["permission_missing"]);
                year.pass(HOUR_S).await;
                let all = [
                    "instagram_business_basic",
                    "instagram_business_manage_messages",
                    "instagram_business_manage_comments",
                ];
                year.change(json!({"permissions": all})).await;
            }
            _ => {}
        }
        year.look().await;
        year.say().await;
        year.until_applied(year.n_said).await;
        assert_eq!(year.incidents("null").await, [""; 0], "in step {step}");
        year.is_well().await;
    }
    let expected = ["subscription_lost", "subscription_lost", "permission_missing"];
    assert_eq!(year.incidents("not null").await, expected);
    let told = "select kind from notifications order by created_at, id";
    let told: Vec<String> = rows::<1>(&year.place.url, told).await.into_iter().map(|[kind]| kind).collect();
    assert_eq!(told, expected, "each was told once");
    let n_refreshed = year.meta.get("requests?limit=5000").await;
    let is_refresh = |it: &&Value| it["path"].as_str().is_some_and(|it| it.ends_with("refresh_access_token"));
    let n_refreshed = n_refreshed["items"].as_array().unwrap().iter().filter(is_refresh).count();
    assert!((11..=14).contains(&n_refreshed), "about once a month: {n_refreshed}");
}
