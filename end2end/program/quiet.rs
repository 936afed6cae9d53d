//! What people write, what they are called and what opens things stands in no line of the log, however much is logged:
//! marked words go through everything, also through what is refused and what breaks, and then nobody finds one.

use crate::api::{Api, Shop};
use crate::browser::Browser;
use crate::meta::{execute, rows, until_there};
use crate::running::{PASSWORD, Place};
use reqwest::{Client, Method, StatusCode};
use ring::hmac;
use serde_json::{Value, json};
use std::fmt::Write as _;

crate::on_both!(the_log_holds_no_words_names_or_secrets);

/// Every word of ours begins so.
const MARK: &str = "zqx";
const SECRET: &str = "kiln-and-glaze-of-the-app";

async fn the_log_holds_no_words_names_or_secrets(place: Place) {
    let shop = Shop::open_with(place, &["--log", "trace", "--endpoint-allow", "http://127.0.0.1:9"]).await;
    let mut secrets = vec![PASSWORD.to_owned(), SECRET.to_owned(), "say-kiln".to_owned()];
    let state = shop.meta.get("state").await;
    secrets.extend(state["accounts"].as_array().unwrap().iter().map(|it| it["token"].as_str().unwrap().to_owned()));
    let mut mia = shop.mia().await;
    secrets.extend(mia.cookies.values().cloned());
    customers_write(&shop).await;
    strangers_post(&shop).await;
    people_work(&shop, &mut mia).await;
    secrets.push(programs_ask(&shop).await);
    strangers_knock(&shop).await;
    words_leave(&shop, &mia).await;
    let (_, _, said) = shop.inbox.stop().await;
    let log = said.join("\n");
    assert!(log.contains("TRACE") && log.contains("DEBUG"), "everything is logged: {} lines", said.len());
    assert!(said.len() > 500, "{} lines", said.len());
    let names = ["hannah", "okafor", "lindqvist", "mia@luna.example"].map(str::to_owned);
    for word in names.into_iter().chain(secrets).chain([MARK.to_owned()]) {
        let found = said.iter().find(|it| it.to_lowercase().contains(&word.to_lowercase()));
        assert!(found.is_none(), "{word} in {}", found.unwrap());
    }
}

async fn customers_write(shop: &Shop) {
    let (meta, customer) = (&shop.meta, &shop.customer);
    let said = meta.act(customer, json!({"send": {"text": format!("{MARK}text ❤️ zqx@private.example")}})).await;
    let gone = meta.act(customer, json!({"send": {"text": format!("{MARK}unsent")}})).await;
    for act in [
        json!({"edit": {"mid": said["mid"], "text": format!("{MARK}edited")}}),
        json!({"unsend": {"mid": gone["mid"]}}),
        json!({"story_reply": {"text": format!("{MARK}story")}}),
        json!({"story_mention": {}}),
        json!({"comment": {"text": format!("{MARK}comment")}}),
    ] {
        meta.act(customer, act).await;
    }
    until_there(&shop.place.url, &format!("select count(*) from messages where text like '%{MARK}comment%'"), 1).await;
    until_there(&shop.place.url, "select count(*) from inbound where state = 'pending'", 0).await;
}

/// What Meta might post, and what others do.
async fn strangers_post(shop: &Shop) {
    let client = Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/webhooks/meta", shop.inbox.address);
    let account = rows::<1>(&shop.place.url, "select external_id from accounts").await.remove(0);
    let item =
        |what: Value| json!({"object": "instagram", "entry": [{"id": account[0], "time": 1, "messaging": [what]}]});
    let strange = item(json!({"sender": {"id": "7"}, "hologram": {"words": format!("{MARK}hologram")}})).to_string();
    let broken =
        item(json!({"sender": {"id": format!("{MARK}id")}, "message": {"mid": 7, "text": [format!("{MARK}odd")]}}));
    for (body, is_signed) in
        [(strange.clone(), true), (broken.to_string(), true), (format!("{MARK}notjson"), true), (strange, false)]
    {
        let key = hmac::Key::new(hmac::HMAC_SHA256, if is_signed { SECRET.as_bytes() } else { b"another" });
        let tag = hmac::sign(&key, body.as_bytes());
        let signature = tag.as_ref().iter().fold("sha256=".to_owned(), |mut hex, byte| {
            write!(hex, "{byte:02x}").unwrap();
            hex
        });
        let answer = client.post(&url).header("x-hub-signature-256", signature).body(body).send().await.unwrap();
        assert_eq!(answer.status() == StatusCode::OK, is_signed);
    }
    let asked = format!("{url}?hub.mode=subscribe&hub.verify_token={MARK}verify&hub.challenge={MARK}challenge");
    assert_eq!(client.get(asked).send().await.unwrap().status(), StatusCode::FORBIDDEN);
    for path in ["/meta/deauthorize", "/meta/data-deletion"] {
        let body = format!("signed_request={MARK}signature.{MARK}payload");
        let answer = client.post(format!("{}{path}", shop.inbox.address)).body(body).send().await.unwrap();
        assert!(answer.status().is_client_error());
    }
}

async fn people_work(shop: &Shop, mia: &mut Browser) {
    let id = &shop.conversation;
    let [[contact]] = rows::<1>(&shop.place.url, &format!("select contact_id from conversations where id = '{id}'"))
        .await
        .try_into()
        .unwrap();
    for (path, form) in [
        (format!("/inbox/{id}/reply"), vec![("client_id", "note"), ("mode", "note"), ("text", "zqxnote @zqxname")]),
        (
            format!("/contacts/{contact}"),
            vec![("email", "zqx@mail.example"), ("phone", "zqxphone"), ("about", "zqxabout")],
        ),
        (format!("/contacts/{contact}"), vec![("email", "zqxnoemail"), ("about", "zqxabout")]),
        (format!("/contacts/{contact}/delete"), vec![("name", "zqxwrongname")]),
        ("/labels/new".to_owned(), vec![("name", "zqxlabel"), ("hue", "zqxhue")]),
        ("/replies/new".to_owned(), vec![("shortcut", "zqxshortcut"), ("title", "zqxtitle"), ("text", "zqxsaved")]),
        ("/fields/new".to_owned(), vec![("name", "zqxfield"), ("kind", "zqxkind")]),
        ("/views/new".to_owned(), vec![("name", "zqxview"), ("q", "label:zqxlabel")]),
        ("/teams".to_owned(), vec![("name", "zqxteam")]),
        (
            "/people/invite".to_owned(),
            vec![("name", "zqxcolleague"), ("email", "zqx@people.example"), ("role", "agent")],
        ),
        ("/me/name".to_owned(), vec![("name", "zqxme")]),
        ("/me/password".to_owned(), vec![("present", "zqxwrong"), ("password", "zqxnewpassword")]),
        ("/me/theme".to_owned(), vec![("theme", "zqxtheme")]),
        ("/endpoints".to_owned(), vec![("name", "zqxendpoint"), ("url", "http://127.0.0.1:9/zqxhook?key=zqxkey")]),
    ] {
        let page = mia.post(&path, &form).await;
        assert!(page.status.as_u16() < 500 && page.status != StatusCode::NOT_FOUND, "{path}: {}", page.status);
    }
    for path in [
        "/inbox?q=zqxlisted".to_owned(),
        "/inbox?view=zqxview&q=from:zqxfrom+label:%22zqxlabel%22".to_owned(),
        "/search?q=zqxsearched+%22zqxphrase%22+before:zqxdate".to_owned(),
        format!("/inbox/{id}?q=zqxlisted"),
        format!("/contacts/{contact}"),
        format!("/contacts/{contact}/export"),
        "/audit?who=zqxwho&from=zqxday".to_owned(),
        "/zqxpath/zqxmore?zqxkey=zqxvalue".to_owned(),
    ] {
        assert!(mia.get(&path).await.status.as_u16() < 500, "{path}");
    }
    for (name, arguments) in [
        (
            "send_reply",
            json!({"conversation": format!("{MARK}conversation"), "reply": {"words": format!("{MARK}arguments")}}),
        ),
        ("zqxfunction", json!({"words": format!("{MARK}arguments")})),
    ] {
        assert!(mia.call::<u8>(name, &arguments).await.unwrap().is_err(), "{name}");
    }
    let url = format!("{}/media", shop.inbox.address);
    let client = Client::builder().no_proxy().build().unwrap();
    let cookies: Vec<_> = mia.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let uploaded = client
        .post(format!("{url}?conversation={id}&name=zqxfile.txt"))
        .header("cookie", cookies.join("; "))
        .body(format!("{MARK}filewords"))
        .send()
        .await
        .unwrap();
    assert!(uploaded.status().as_u16() < 500);
}

/// The token that they ask with.
async fn programs_ask(shop: &Shop) -> String {
    let api = shop.api(&["--bot", "zqxbot"]).await;
    let message = json!({"text": format!("{MARK}fromtheapi"), "client_id": "zqxclient"});
    api.post(&shop.path("/messages"), &message).await;
    api.post(&shop.path("/notes"), &json!({"text": format!("{MARK}apinote"), "zqxunknown": "zqxvalue"})).await;
    api.post(&shop.path("/handover"), &json!({"to": "zqxnobody", "note": "zqxhandover"})).await;
    api.get("/conversations?q=zqxapisearch").await;
    let client = Client::builder().no_proxy().build().unwrap();
    for (method, path, token) in [
        (Method::GET, "conversations/zqxid", api.token.as_str()),
        (Method::GET, "conversations?state=zqxstate&zqx=zqx", &api.token),
        (Method::GET, "conversations", "swb_zqxtoken"),
        (Method::POST, "zqxcall", "zqxtoken"),
    ] {
        let url = format!("{}/api/v1/{path}", shop.inbox.address);
        let answer = client.request(method, url).bearer_auth(token).body("zqxbody").send().await.unwrap();
        assert!(answer.status().is_client_error(), "{path}");
    }
    let Api { token, .. } = api;
    token
}

async fn strangers_knock(shop: &Shop) {
    let mut stranger = Browser::at(&shop.inbox.address);
    stranger.sign_in("mia@luna.example", "zqxwrongpassword").await;
    stranger.sign_in("zqx@nobody.example", "zqxpassword").await;
    stranger.cookies.insert("zqxcookie".to_owned(), "zqxvalue".to_owned());
    for path in
        ["/setup/zqxlink", "/join/zqxlink", "/deletion/zqxcode", "/inbox?q=zqxoutside", "/media/zqxid/zqxname.jpg"]
    {
        assert!(stranger.get(path).await.status.as_u16() < 500, "{path}");
    }
    for path in ["/setup/zqxlink", "/join/zqxlink"] {
        stranger.post(path, &[("name", "zqxname"), ("email", "zqx@mail.example"), ("password", "zqxsecretword")]).await;
    }
    let body = &[("email", "mia@luna.example"), ("zqxfield", "zqxvalue")];
    stranger.ask(Method::POST, "/login", Some(body), &[("content-type", "zqx/type"), ("x-zqx", "zqxheader")]).await;
}

/// What goes out, what Meta refuses, and what is cut off on its way.
async fn words_leave(shop: &Shop, mia: &Browser) {
    execute(&shop.place.url, "update people set preferences = '{\"undo_s\":0}'").await;
    execute(&shop.place.url, "update conversations set owner = 'human', owner_bot_id = null").await;
    for (n, fault) in [
        json!({"kind": "error", "code": 100, "times": 1}),
        json!({"kind": "error", "code": 551, "times": 1}),
        json!({"kind": "cut", "times": 1}),
        Value::Null,
    ]
    .into_iter()
    .enumerate()
    {
        if !fault.is_null() {
            shop.meta.post("faults", fault).await;
        }
        let reply =
            json!({"client_id": format!("out-{n}"), "parts": [{"kind": "text", "text": format!("{MARK}out{n}")}]});
        let arguments = json!({"conversation": shop.conversation, "reply": reply});
        assert!(mia.call::<model::outgoing::Replied>("send_reply", &arguments).await.unwrap().is_ok());
        let left = format!(
            "select count(*) from messages where text = '{MARK}out{n}' and state in ('sent', 'failed', 'unconfirmed')"
        );
        until_there(&shop.place.url, &left, 1).await;
    }
}
