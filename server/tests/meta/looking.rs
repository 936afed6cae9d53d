use crate::host::{Host, payload};
use crate::sending::{access, graph};
use model::platform::{Login, Platform};
use model::time::Timestamp;
use serde_json::json;
use server::graph::send::Told;

#[tokio::test]
async fn a_conversation_is_found_by_its_contact() {
    let host = Host::start().await;
    let graph = graph(&host);
    host.answers("conversations", 200, &payload("page.conversations"));
    let found = graph.conversation_with(&access(Login::Page), Platform::Page, "601").await.unwrap();
    assert_eq!(found.as_deref(), Some("t_79148093887964372"));
    host.answers("conversations", 200, &payload("ig.conversations"));
    let found = graph.conversation_with(&access(Login::Instagram), Platform::Instagram, "501").await.unwrap();
    assert!(found.unwrap().starts_with("aWdfZAG06"));
    host.answers("conversations", 200, r#"{"data": []}"#);
    assert_eq!(graph.conversation_with(&access(Login::Page), Platform::Instagram, "502").await, Ok(None));
    host.answers("conversations", 200, "{}");
    assert!(graph.conversation_with(&access(Login::Page), Platform::Page, "602").await.is_err());
    let asked: Vec<_> = host.heard().into_iter().map(|it| (it.path, it.query)).collect();
    let asks = |n: usize, query: &str| asked[n].0 == "/v25.0/me/conversations" && asked[n].1.starts_with(query);
    assert!(asks(0, "platform=messenger&user_id=601&fields=id"), "{asked:?}");
    assert!(asks(1, "platform=instagram&user_id=501&fields=id"), "{asked:?}");
    assert!(asks(2, "platform=instagram&user_id=502&fields=id"), "{asked:?}");
}

#[tokio::test]
async fn the_newest_messages_are_told() {
    let host = Host::start().await;
    let answer = json!({
        "data": [
            {
                "id": "m_2",
                "created_time": "2026-11-18T09:33:10+0000",
                "from": {"username": "fern_and_kettle", "id": "17841460210973548"},
                "message": "",
                "attachments": {"data": [{"image_data": {"width": 1080, "url": "https://lookaside.fbsbx.com/x"}}]}
            },
            {"id": "m_unreadable", "created_time": "soon"},
            {
                "id": "m_1",
                "created_time": "2026-11-18T09:31:01+0000",
                "from": {"username": "mara.bakes", "id": "1093847561029384"},
                "message": "Hi! Do you still have the blue kettle in stock?"
            }
        ],
        "paging": {"cursors": {"before": "lo2Cyorm", "after": "uFPdw9QU"}}
    });
    host.answers("messages", 200, &answer.to_string());
    let told = graph(&host).newest_messages(&access(Login::Instagram), "aWdfZAG06=", 10).await.unwrap();
    let picture = Told {
        mid: "m_2".to_owned(),
        at: Timestamp(1_794_994_390_000),
        from: Some("17841460210973548".to_owned()),
        text: None,
        has_attachments: true,
    };
    let words = Told {
        mid: "m_1".to_owned(),
        at: Timestamp(1_794_994_261_000),
        from: Some("1093847561029384".to_owned()),
        text: Some("Hi! Do you still have the blue kettle in stock?".to_owned()),
        has_attachments: false,
    };
    assert_eq!(told, [picture, words]);
    let call = host.heard().remove(0);
    assert_eq!(call.path, "/v25.0/aWdfZAG06=/messages");
    assert_eq!(call.query, "fields=id%2Ccreated_time%2Cfrom%2Cmessage%2Cattachments&limit=10");
    for odd in ["", ".", ".."] {
        assert!(graph(&host).newest_messages(&access(Login::Page), odd, 10).await.is_err());
    }
    assert_eq!(host.heard().len(), 1);
}
