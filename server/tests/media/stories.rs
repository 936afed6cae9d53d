//! Stories are shown from where they lie and kept nowhere.

use crate::cdn::{Cdn, picture};
use crate::rows;
use crate::running::Running;
use axum::http::StatusCode;
use model::person::Role;

#[tokio::test(flavor = "multi_thread")]
async fn a_story_is_passed_through_until_it_is_gone() {
    let cdn = Cdn::start().await;
    let running = Running::new(&cdn.at).await;
    let (ines, noah) = (
        running.person("ines@luna.example", Role::Agent).await,
        running.person("noah@luna.example", Role::Agent).await,
    );
    let sources = [cdn.url("/picture"), cdn.url("/nowhere"), cdn.url("/reel"), cdn.url("/down")];
    let thread = running.receive("story_mention", &sources).await;
    thread.give_to_team(&running.url, &running.seams, &[ines.me.id]).await;
    let stories = format!("update attachments set state = 'link' where message_id = '{}'", thread.message);
    rows::execute(&running.url, &stories).await;
    let path = |position: usize| format!("/media/story/{}/{position}", thread.message);
    let shown = running.ask(&path(0), Some(&ines)).await;
    assert_eq!(shown, (StatusCode::OK, "no-store".to_owned(), picture()));
    assert_eq!(running.ask(&path(0), Some(&noah)).await.0, StatusCode::NOT_FOUND, "not their team's");
    assert_eq!(running.ask(&path(0), None).await.0, StatusCode::SEE_OTHER);
    for (position, status, state) in [
        (0, StatusCode::OK, "link"),
        (1, StatusCode::NOT_FOUND, "gone"),
        (2, StatusCode::BAD_GATEWAY, "link"),
        (3, StatusCode::BAD_GATEWAY, "link"),
        (4, StatusCode::NOT_FOUND, ""),
    ] {
        assert_eq!(running.ask(&path(position), Some(&ines)).await.0, status, "{position}");
        if !state.is_empty() {
            assert_eq!(running.column(&thread, position, "state").await.as_deref(), Some(state), "{position}");
        }
    }
    let kept = rows::value(&running.url, "select cast(count(*) as text) from media").await;
    assert_eq!(kept.as_deref(), Some("0"), "nothing of it is kept");
    let told = rows::value(&running.url, "select cast(count(*) as text) from changes").await;
    assert_eq!(told.as_deref(), Some("1"), "the thread learns that one is gone");
}
