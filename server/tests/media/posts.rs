//! Pictures of the account's own posts are passed on as long as their path is ours.

use crate::cdn::{Cdn, picture};
use crate::running::Running;
use axum::http::StatusCode;
use model::person::Role;
use model::time::HOUR_S;
use server::media::post::picture_path;

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_of_a_post_is_passed_on_under_a_path_that_was_signed() {
    let cdn = Cdn::start().await;
    let running = Running::new(&cdn.at).await;
    let ines = running.person("ines@luna.example", Role::Agent).await;
    let path = |of: &str| picture_path(&running.program, &cdn.url(of));
    let signed = path("/picture");
    assert_eq!(running.ask(&signed, Some(&ines)).await, (StatusCode::OK, "no-store".to_owned(), picture()));
    assert_eq!(running.ask(&signed, None).await.0, StatusCode::SEE_OTHER, "nobody is signed in");
    let (_, query) = signed.split_once('?').unwrap();
    let another = path("/moved");
    let (elsewhere, _) = another.split_once('?').unwrap();
    for forged in [format!("{elsewhere}?{query}"), elsewhere.to_owned(), "/media/post/%ff?until=9&sig=x".to_owned()] {
        assert_eq!(running.ask(&forged, Some(&ines)).await.0, StatusCode::NOT_FOUND, "{forged}");
    }
    for (of, status) in [
        ("/moved", StatusCode::OK),
        ("/order.pdf", StatusCode::NOT_FOUND),
        ("/reel", StatusCode::BAD_GATEWAY),
        ("/down", StatusCode::BAD_GATEWAY),
    ] {
        assert_eq!(running.ask(&path(of), Some(&ines)).await.0, status, "{of}");
    }
    running.clock.advance_s(9 * HOUR_S);
    assert_eq!(running.ask(&signed, Some(&ines)).await.0, StatusCode::NOT_FOUND, "it has run out");
}
