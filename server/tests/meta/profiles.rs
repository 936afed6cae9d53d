use crate::bed::Bed;
use crate::given::give_instagram;
use crate::host::{Host, payload};
use crate::parts::parts;
use axum::http::HeaderMap;
use model::ids::{AccountId, ContactId};
use model::media::MediaId;
use server::config::SecretKey;
use server::graph::Graph;
use server::media::keep::MediaStore;
use server::media::sweep::sweep_marked;
use server::profiles::{ask, claim, start};
use server::program::{Parts, Program};
use server::vault::Vault;
use std::time::Duration;

crate::on_both!(
    a_name_is_learned_and_kept,
    a_picture_comes_with_the_name_and_goes_with_the_next,
    a_refusal_is_kept_and_not_asked_again,
    a_dead_token_is_said_once_and_nobody_is_asked_with_it,
    a_token_of_another_key_asks_nobody,
    what_fails_for_a_while_is_tried_later_and_given_up_at_last,
    a_limit_is_waited_for,
    the_worker_is_woken_and_asks_a_few_at_once,
);

fn program(bed: &Bed, host: &Host, key: u8) -> Program {
    let folder = tempfile::tempdir().unwrap().keep();
    let parts = parts(bed.store.clone(), bed.seams.clone(), &folder, "http://127.0.0.1", &["--media-allow", &host.url]);
    let (vault, graph) = (Vault::new(&SecretKey([key; 32])), Graph::new(&host.settings(&[])).unwrap());
    Program::new(Parts { vault, graph, ..parts })
}

async fn shop(program: &Program) -> AccountId {
    give_instagram(program, "17841400000000001").await
}

/// An account with one customer, whose id there is 501.
async fn one_customer(bed: &Bed, host: &Host) -> (Program, ContactId) {
    let program = program(bed, host, 7);
    let contact = bed.contact(shop(&program).await, "501").await;
    (program, contact)
}

/// Everybody whose turn it is; how many that were.
async fn round(program: &Program) -> usize {
    let due = claim(program, 4).await.unwrap();
    let n_due = due.len();
    for one in due {
        ask(program, one).await;
    }
    n_due
}

/// What is kept of the one contact: the problem, and when to ask again, in seconds from now.
async fn state(bed: &Bed) -> (Option<String>, Option<i64>) {
    let due = bed.value("select cast(profile_due_at as text) from contacts").await;
    let due_s = due.map(|it| (it.parse::<i64>().unwrap() - bed.seams.now().0) / 1000);
    (bed.value("select profile_error from contacts").await, due_s)
}

async fn a_name_is_learned_and_kept(bed: Bed) {
    let host = Host::start().await;
    host.answers("501", 200, &host.profile("no-such-picture"));
    let (program, _) = one_customer(&bed, &host).await;
    assert_eq!(round(&program).await, 1);
    assert_eq!(bed.value("select name from contacts").await.as_deref(), Some("Mara Lindt"));
    let profile = bed.value("select profile from contacts").await.unwrap();
    assert!(profile.contains(r#""follower_count":412"#) && !profile.contains("picture"), "{profile}");
    assert_eq!(state(&bed).await, (None, None));
    assert_eq!(host.heard()[0].authorization, "Bearer IGAA-kiln");
    assert_eq!(host.heard()[1].path, "/no-such-picture");
    assert_eq!(bed.value("select picture_id from contacts").await, None, "which is no reason to lose the name");
    bed.clock.advance_s(1_000_000);
    assert_eq!(round(&program).await, 0);
}

async fn a_picture_comes_with_the_name_and_goes_with_the_next(bed: Bed) {
    let host = Host::start().await;
    host.shows("mara.png");
    host.answers("501", 200, &host.profile("mara.png"));
    let (program, contact) = one_customer(&bed, &host).await;
    let mut pictures = Vec::new();
    for _ in 0..2 {
        bed.execute(&format!("update contacts set profile_due_at = 0 where id = '{contact}'")).await;
        assert_eq!(round(&program).await, 1);
        assert_eq!(state(&bed).await, (None, None));
        let id: MediaId = bed.value("select picture_id from contacts").await.unwrap().parse().unwrap();
        assert!(bed.store.media_by_id(id).await.unwrap().is_some());
        pictures.push(id);
    }
    assert!(
        !host.heard().iter().any(|it| it.path == "/mara.png" && !it.authorization.is_empty()),
        "no token goes there"
    );
    let file = async |id| program.media.read_whole(&MediaStore::key(id)).await.unwrap();
    assert!(file(pictures[0]).await.is_some() && file(pictures[1]).await.is_some());
    assert_eq!(sweep_marked(&program).await.unwrap(), 1);
    assert!(file(pictures[0]).await.is_none() && file(pictures[1]).await.is_some());
    assert_eq!(bed.value("select id from media").await, Some(pictures[1].to_string()));
}

async fn a_refusal_is_kept_and_not_asked_again(bed: Bed) {
    let host = Host::start().await;
    let (program, contact) = one_customer(&bed, &host).await;
    for (name, problem) in [
        ("consent_required", "no_consent"),
        ("object_missing", "unknown_person"),
        ("pages_messaging_not_live", "no_access"),
        ("thread_controlled", "refused"),
    ] {
        host.answers("501", 400, &payload(&format!("error.{name}")));
        bed.execute(&format!("update contacts set profile_due_at = 0 where id = '{contact}'")).await;
        assert_eq!(round(&program).await, 1, "{name}");
        assert_eq!(state(&bed).await, (Some(problem.to_owned()), None), "{name}");
    }
}

async fn a_dead_token_is_said_once_and_nobody_is_asked_with_it(bed: Bed) {
    let host = Host::start().await;
    host.answers("501", 400, &payload("error.token_expired"));
    host.answers("502", 400, &payload("error.token_expired"));
    let (program, _) = one_customer(&bed, &host).await;
    assert_eq!(round(&program).await, 1);
    assert_eq!(state(&bed).await, (Some("no_token".to_owned()), Some(3600)));
    let incidents = bed.store.list_open_incidents(10).await.unwrap();
    assert_eq!(incidents.len(), 1);
    assert!(incidents[0].detail.as_ref().unwrap().contains("(190/463)"), "{incidents:?}");
    bed.clock.advance_s(3600);
    assert_eq!((round(&program).await, host.heard().len()), (1, 1), "Meta is not asked again");
    shop(&program).await;
    host.answers("501", 200, &host.profile("no-such-picture"));
    bed.clock.advance_s(3600);
    assert_eq!(round(&program).await, 1);
    assert_eq!(state(&bed).await, (None, None), "but with the new token");
    assert_eq!(bed.store.list_open_incidents(10).await.unwrap(), []);
}

async fn a_token_of_another_key_asks_nobody(bed: Bed) {
    let host = Host::start().await;
    let (_, _) = one_customer(&bed, &host).await;
    let other = program(&bed, &host, 8);
    assert_eq!(round(&other).await, 1);
    assert_eq!(state(&bed).await, (Some("no_token".to_owned()), Some(3600)));
    assert!(host.heard().is_empty());
}

async fn what_fails_for_a_while_is_tried_later_and_given_up_at_last(bed: Bed) {
    let host = Host::start().await;
    host.answers("501", 503, "<html>");
    let (program, _) = one_customer(&bed, &host).await;
    for (n, later_s) in [60, 300, 1800, 7200, 21_600].into_iter().enumerate() {
        assert_eq!(round(&program).await, 1);
        assert_eq!(state(&bed).await, (Some(format!("trying_{}", n + 1)), Some(later_s)));
        assert_eq!(round(&program).await, 0);
        bed.clock.advance_s(later_s);
    }
    assert_eq!(round(&program).await, 1);
    assert_eq!(state(&bed).await, (Some("gave_up".to_owned()), None));
    bed.execute("update contacts set profile_due_at = 0").await;
    assert_eq!(round(&program).await, 1);
    assert_eq!(state(&bed).await, (Some("trying_1".to_owned()), Some(60)), "they wrote again: from the beginning");
}

async fn a_limit_is_waited_for(bed: Bed) {
    let host = Host::start().await;
    let headers = HeaderMap::from_iter([("retry-after".parse().unwrap(), "900".parse().unwrap())]);
    host.answers_with("501", 400, &payload("error.rate_send"), headers);
    let (program, _) = one_customer(&bed, &host).await;
    assert_eq!(round(&program).await, 1);
    assert_eq!(state(&bed).await, (Some("trying_1".to_owned()), Some(900)));
}

async fn the_worker_is_woken_and_asks_a_few_at_once(bed: Bed) {
    let host = Host::start().await;
    let program = program(&bed, &host, 7);
    let account = shop(&program).await;
    start(&program);
    for n in 0..3 {
        bed.contact(account, &format!("50{n}")).await;
    }
    program.profiles_wanted.notify_one();
    let all_named = async {
        let unnamed = "select cast(count(*) as text) from contacts where name is null";
        while bed.value(unnamed).await.as_deref() != Some("0") {}
    };
    tokio::time::timeout(Duration::from_secs(20), all_named).await.expect("everybody has a name");
    assert_eq!(host.heard().len(), 3, "nobody twice");
    assert!(host.most_at_once() <= 2, "of one account");
    program.stopping.cancel();
    program.workers.close();
    program.workers.wait().await;
}
