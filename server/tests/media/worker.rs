use crate::cdn::{Cdn, picture};
use crate::rows;
use crate::running::Running;
use model::time::HOUR_S;
use server::media::arrive::{keep_picture, let_go};
use server::media::worker;
use std::sync::atomic::Ordering;

#[tokio::test(flavor = "multi_thread")]
async fn each_file_ends_as_what_it_is_and_none_disturbs_another() {
    let cdn = Cdn::start().await;
    let running = Running::new(&cdn.at).await;
    server::telemetry::metrics();
    worker::start(&running.program);
    let paths = ["/inside", "/picture", "/none", "/moved", "/reel", "/broken", "/down", "/picture"];
    let mut sources: Vec<_> = paths.iter().map(|it| cdn.url(it)).collect();
    sources.push("http://scontent.xx.fbcdn.net/a.jpg".to_owned());
    let thread = running.receive("image", &sources).await;
    running.program.media_wanted.notify_one();
    for (position, state) in ["refused", "stored", "gone", "stored", "link", "failed", "waiting", "stored", "refused"]
        .into_iter()
        .enumerate()
    {
        running.until(&thread, position, "state", state).await;
    }
    running.until(&thread, 6, "reason", "http_502").await;
    let reasons = [(0, "private_address"), (2, "http_404"), (4, "page"), (5, "http_400"), (8, "not_https")];
    for (position, reason) in reasons {
        assert_eq!(running.column(&thread, position, "reason").await.as_deref(), Some(reason), "{position}");
    }
    assert_eq!(running.n_files(), 3, "what was not kept left nothing");
    let id = running.column(&thread, 3, "media_id").await.unwrap();
    let row = format!("select concat_ws(' ', content_type, size, width, height) from media where id = '{id}'");
    let expected = format!("image/png {} 64 48", picture().len());
    assert_eq!(rows::value(&running.url, &row).await, Some(expected));
    let metrics = server::telemetry::metrics().render();
    assert!(metrics.contains("switchboard_media_fetched_total{outcome=\"stored\"}"), "{metrics}");
    running.program.stopping.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_host_is_asked_again_later() {
    let cdn = Cdn::start().await;
    let running = Running::new(&cdn.at).await;
    worker::start(&running.program);
    let thread = running.receive("image", &[cdn.url("/busy")]).await;
    running.program.media_wanted.notify_one();
    for (reason, wait_s) in [("http_503", 10), ("http_429", 60)] {
        running.until(&thread, 0, "reason", reason).await;
        let due = running.seams.now().plus_s(wait_s).0.to_string();
        assert_eq!(running.column(&thread, 0, "fetch_at").await, Some(due));
        running.clock.advance_s(wait_s);
        running.program.media_wanted.notify_one();
    }
    running.until(&thread, 0, "state", "stored").await;
    assert_eq!(cdn.n_busy.load(Ordering::SeqCst), 3);
    assert_eq!(running.column(&thread, 0, "reason").await, None);
    running.program.stopping.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_last_try_it_has_failed() {
    let cdn = Cdn::start().await;
    let running = Running::new(&cdn.at).await;
    worker::start(&running.program);
    let thread = running.receive("video", &[cdn.url("/down")]).await;
    running.program.media_wanted.notify_one();
    for attempt in 1..=5 {
        running.until(&thread, 0, "attempts", &attempt.to_string()).await;
        running.until(&thread, 0, "coalesce(lease_until, 0)", "0").await;
        running.clock.advance_s(2 * HOUR_S);
        running.program.media_wanted.notify_one();
    }
    running.until(&thread, 0, "state", "failed").await;
    assert_eq!(running.column(&thread, 0, "reason").await.as_deref(), Some("http_502"));
    running.program.stopping.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_kept_is_not_fetched() {
    let cdn = Cdn::start().await;
    let running = Running::new(&cdn.at).await;
    worker::start(&running.program);
    let story = running.receive("story_mention", &[cdn.url("/picture")]).await;
    running.program.media_wanted.notify_one();
    running.until(&story, 0, "state", "link").await;
    assert_eq!(running.n_files(), 0);
    running.program.stopping.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_keeps_its_name_even_if_it_is_a_page() {
    let cdn = Cdn::start().await;
    let running = Running::new(&cdn.at).await;
    worker::start(&running.program);
    let thread = running.receive("file", &[cdn.url("/order.pdf"), cdn.url("/reel")]).await;
    running.program.media_wanted.notify_one();
    for (position, expected) in ["application/pdf order.pdf", "text/html"].into_iter().enumerate() {
        running.until(&thread, position, "state", "stored").await;
        let id = running.column(&thread, position, "media_id").await.unwrap();
        let row = format!("select concat_ws(' ', content_type, name) from media where id = '{id}'");
        assert_eq!(rows::value(&running.url, &row).await.as_deref(), Some(expected));
    }
    running.program.stopping.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_picture_is_kept_if_it_is_one() {
    let cdn = Cdn::start().await;
    let running = Running::new(&cdn.at).await;
    let account = running.seams.new_id();
    let kept = keep_picture(&running.program, account, &cdn.url("/picture")).await.unwrap();
    assert_eq!((kept.account_id, kept.width, kept.height), (Some(account), Some(64), Some(48)));
    assert!(kept.blur.is_some_and(|it| it.starts_with("data:image/png;base64,")));
    for (path, reason) in [("/order.pdf", "not_a_picture"), ("/reel", "page"), ("/none", "http_404")] {
        let refused = keep_picture(&running.program, account, &cdn.url(path)).await.unwrap_err();
        assert_eq!(refused.reason(), reason, "{path}");
    }
    assert_eq!(running.n_files(), 1);
    let again = keep_picture(&running.program, account, &cdn.url("/picture")).await.unwrap();
    let_go(&running.program, &again).await;
    assert_eq!(running.n_files(), 1);
}
