use crate::bed::Bed;
use crate::given;
use crate::host::{Host, payload};
use crate::parts::parts;
use axum::http::HeaderMap;
use model::ids::AccountId;
use model::platform::{Login, Platform};
use server::accounts::open;
use server::accounts::refresh::round;
use server::config::{SecretKey, SecretKeys};
use server::graph::Graph;
use server::program::{Parts, Program};
use server::store::accounts::incident;
use server::vault::Vault;
use server::vault::rotate::reseal;

crate::on_both!(
    a_token_is_refreshed_after_a_day_and_then_at_half_its_time,
    a_year_with_an_outage_ends_with_a_token_that_lives,
    what_cannot_be_refreshed_is_said_while_there_is_time,
    a_dead_token_is_said_and_asked_for_no_more,
    a_limit_is_waited_for,
    a_token_that_was_replaced_meanwhile_stays,
    pages_and_accounts_that_are_gone_are_left_alone,
    of_two_processes_one_refreshes,
    a_new_key_opens_everything_and_the_former_nothing,
);

const DAY_S: i64 = 86_400;
const LASTS_S: i64 = 5_183_217;
const ID: &str = "17841400000000001";

fn program(bed: &Bed, host: &Host) -> Program {
    let folder = tempfile::tempdir().unwrap().keep();
    let parts = parts(bed.store.clone(), bed.seams.clone(), &folder, "http://127.0.0.1", &[]);
    let (vault, graph) = (Vault::new(&SecretKey([7; 32])), Graph::new(&host.settings(&[])).unwrap());
    Program::new(Parts { vault, graph, ..parts })
}

async fn give(program: &Program, login: Login, token: &str) {
    given::give(program, (Platform::Instagram, login), ID, token).await;
}

fn fresh(host: &Host, token: &str) {
    let body = format!(r#"{{"access_token": "{token}", "token_type": "bearer", "expires_in": {LASTS_S}}}"#);
    host.answers("refresh_access_token", 200, &body);
}

async fn token(program: &Program) -> String {
    let id = AccountId::of(Platform::Instagram, ID);
    let token = program.store.find_account_token(id).await.unwrap().unwrap();
    open(&program.vault, &token).unwrap().token.expose().to_owned()
}

async fn incidents(bed: &Bed) -> Vec<String> {
    bed.store.list_open_incidents(10).await.unwrap().into_iter().map(|it| it.kind).collect()
}

async fn a_token_is_refreshed_after_a_day_and_then_at_half_its_time(bed: Bed) {
    let host = Host::start().await;
    let program = program(&bed, &host);
    give(&program, Login::Instagram, "IGAA-1").await;
    fresh(&host, "IGAA-2");
    bed.clock.advance_s(DAY_S);
    assert_eq!(round(&program).await.unwrap(), 0, "Meta takes no token that is younger");
    bed.clock.advance_s(3600);
    assert_eq!(round(&program).await.unwrap(), 1);
    assert_eq!(token(&program).await, "IGAA-2");
    let heard = &host.heard()[0];
    assert_eq!((heard.path.as_str(), heard.authorization.as_str()), ("/refresh_access_token", ""));
    assert_eq!(heard.query, "grant_type=ig_refresh_token&access_token=IGAA-1");
    bed.clock.advance_s(LASTS_S / 2 - 1);
    assert_eq!(round(&program).await.unwrap(), 0);
    bed.clock.advance_s(1);
    fresh(&host, "IGAA-3");
    assert_eq!(round(&program).await.unwrap(), 1);
    assert_eq!(token(&program).await, "IGAA-3");
    assert_eq!(host.heard()[1].query, "grant_type=ig_refresh_token&access_token=IGAA-2");
}

async fn a_year_with_an_outage_ends_with_a_token_that_lives(bed: Bed) {
    let host = Host::start().await;
    let program = program(&bed, &host);
    give(&program, Login::Instagram, "IGAA-0").await;
    let mut n_made = 0;
    for hour in (0..365 * 24).step_by(6) {
        // A day without Meta, in which a refresh falls.
        let is_down = (744..768).contains(&hour);
        if is_down {
            host.answers("refresh_access_token", 503, "<html>");
        } else {
            fresh(&host, &format!("IGAA-{}", n_made + 1));
        }
        let n_due = round(&program).await.unwrap();
        n_made += if is_down { 0 } else { n_due };
        let left = bed.value("select cast(expires_at as text) from account_tokens").await;
        let left_s = left.map(|it| (it.parse::<i64>().unwrap() - bed.seams.now().0) / 1000);
        assert!(left_s.is_none_or(|it| it > LASTS_S / 2 - 2 * DAY_S), "{left_s:?} s are left in hour {hour}");
        bed.clock.advance_s(6 * 3600);
    }
    assert_eq!(token(&program).await, format!("IGAA-{n_made}"));
    assert!((12..=14).contains(&n_made), "about once a month: {n_made}");
    let refused = host.heard().len() - n_made;
    assert!((1..=4).contains(&refused), "asked again and again while Meta is away: {refused}");
    assert_eq!(incidents(&bed).await, [""; 0], "nobody had to do anything");
}

async fn what_cannot_be_refreshed_is_said_while_there_is_time(bed: Bed) {
    let host = Host::start().await;
    let program = program(&bed, &host);
    give(&program, Login::Instagram, "IGAA-1").await;
    fresh(&host, "IGAA-2");
    bed.clock.advance_s(DAY_S + 3600);
    round(&program).await.unwrap();
    let refusal = r#"{"error": {"message": "(#10) No permission", "type": "OAuthException", "code": 10}}"#;
    host.answers("refresh_access_token", 400, refusal);
    let mut told_at = None;
    for day in 0..60 {
        round(&program).await.unwrap();
        if told_at.is_none() && !incidents(&bed).await.is_empty() {
            told_at = Some(day);
        }
        bed.clock.advance_s(DAY_S);
    }
    assert_eq!(incidents(&bed).await, [incident::TOKEN_ENDING]);
    assert!(told_at.is_some_and(|it| (52..=54).contains(&it)), "a week before: {told_at:?}");
    fresh(&host, "IGAA-3");
    round(&program).await.unwrap();
    assert_eq!(incidents(&bed).await, [""; 0]);
    assert_eq!(token(&program).await, "IGAA-3");
}

async fn a_dead_token_is_said_and_asked_for_no_more(bed: Bed) {
    let host = Host::start().await;
    let program = program(&bed, &host);
    let mia = bed.somebody("Mia", model::person::Role::Admin).await;
    give(&program, Login::Instagram, "IGAA-1").await;
    host.answers("refresh_access_token", 400, &payload("error.token_expired"));
    bed.clock.advance_s(2 * DAY_S);
    assert_eq!(round(&program).await.unwrap(), 1);
    assert_eq!(incidents(&bed).await, [incident::TOKEN_DEAD]);
    let told = bed.store.list_notifications(mia, None, 10).await.unwrap();
    assert_eq!(told.iter().map(|it| it.kind.as_str()).collect::<Vec<_>>(), [incident::TOKEN_DEAD]);
    bed.clock.advance_s(90 * DAY_S);
    assert_eq!(round(&program).await.unwrap(), 0);
    assert_eq!(host.heard().len(), 1);
    give(&program, Login::Instagram, "IGAA-2").await;
    assert_eq!(incidents(&bed).await, [""; 0]);
    fresh(&host, "IGAA-3");
    bed.clock.advance_s(2 * DAY_S);
    assert_eq!(round(&program).await.unwrap(), 1, "the new one lives");
}

async fn a_limit_is_waited_for(bed: Bed) {
    let host = Host::start().await;
    let program = program(&bed, &host);
    give(&program, Login::Instagram, "IGAA-1").await;
    bed.clock.advance_s(2 * DAY_S);
    let headers = HeaderMap::from_iter([("retry-after".parse().unwrap(), "7200".parse().unwrap())]);
    host.answers_with("refresh_access_token", 400, &payload("error.rate_send"), headers);
    assert_eq!(round(&program).await.unwrap(), 1);
    bed.clock.advance_s(7199);
    assert_eq!(round(&program).await.unwrap(), 0);
    bed.clock.advance_s(1);
    assert_eq!(round(&program).await.unwrap(), 1);
}

async fn a_token_that_was_replaced_meanwhile_stays(bed: Bed) {
    let host = Host::start().await;
    let program = program(&bed, &host);
    give(&program, Login::Instagram, "IGAA-1").await;
    bed.clock.advance_s(2 * DAY_S);
    let now = bed.seams.now();
    let due = program.store.claim_refreshes(now, now.plus_s(600), 10).await.unwrap();
    give(&program, Login::Instagram, "IGAA-new").await;
    let late = server::store::refreshing::RefreshedToken {
        account: due[0].token.account,
        login: Login::Instagram,
        old: due[0].token.sealed.clone(),
        sealed: "late".to_owned(),
        expires_at: None,
        refresh_at: now,
        now,
        change_id: bed.seams.new_id(),
    };
    assert!(!program.store.save_refreshed(late).await.unwrap());
    assert_eq!(token(&program).await, "IGAA-new");
}

async fn pages_and_accounts_that_are_gone_are_left_alone(bed: Bed) {
    let host = Host::start().await;
    let program = program(&bed, &host);
    give(&program, Login::Page, "EAAB-1").await;
    bed.clock.advance_s(90 * DAY_S);
    assert_eq!(round(&program).await.unwrap(), 0, "a Page's token does not end by time");
    give(&program, Login::Instagram, "IGAA-1").await;
    bed.clock.advance_s(2 * DAY_S);
    bed.execute("update accounts set state = 'disconnected'").await;
    assert_eq!(round(&program).await.unwrap(), 0);
    bed.execute("update accounts set state = 'paused'").await;
    fresh(&host, "IGAA-2");
    assert_eq!(round(&program).await.unwrap(), 1, "a pause is no reason to lose the token");
}

async fn of_two_processes_one_refreshes(bed: Bed) {
    let host = Host::start().await;
    let program = program(&bed, &host);
    give(&program, Login::Instagram, "IGAA-1").await;
    fresh(&host, "IGAA-2");
    bed.clock.advance_s(2 * DAY_S);
    let (one, two) = (program.clone(), program.clone());
    let (one, two) = tokio::join!(
        tokio::spawn(async move { round(&one).await.unwrap() }),
        tokio::spawn(async move { round(&two).await.unwrap() })
    );
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    assert_eq!(host.heard().len(), 1);
    assert_eq!(token(&program).await, "IGAA-2");
}

async fn a_new_key_opens_everything_and_the_former_nothing(bed: Bed) {
    let host = Host::start().await;
    let program = program(&bed, &host);
    give(&program, Login::Instagram, "IGAA-1").await;
    give(&program, Login::Page, "EAAB-1").await;
    let mia = bed.somebody("Mia", model::person::Role::Admin).await;
    let secret = server::auth::second::seal(&program, mia, &[5; 20]);
    bed.execute(&format!("update people set totp_secret = '{secret}', totp_confirmed_at = 1 where id = '{mia}'")).await;
    // Nobody has the key of this one.
    let ines = bed.somebody("Ines", model::person::Role::Agent).await;
    bed.execute(&format!("update people set totp_secret = 's1.00000000.AAAA' where id = '{ines}'")).await;
    // Somebody on their way to Meta begins again.
    bed.execute(&format!(
        "insert into connect_attempts
             (state_hash, person_id, session_hash, login, app_id, verifier, created_at, expires_at)
         values ('h', '{mia}', 's', 'page', '1', 'sealed', 0, 9000000000000);
         insert into connect_choices (id, person_id, session_hash, app_id, token, scopes, created_at, expires_at)
         values ('c', '{mia}', 's', '1', 'sealed', '[]', 0, 9000000000000);"
    ))
    .await;
    let keys = SecretKeys { current: SecretKey([8; 32]), former: vec![SecretKey([7; 32])] };
    let renewal = reseal(bed.store.as_ref(), &bed.seams, &Vault::of(&keys)).await.unwrap();
    assert_eq!(renewal.n_renewed, 3);
    for table in ["connect_attempts", "connect_choices"] {
        let n_left = bed.value(&format!("select cast(count(*) as text) from {table}")).await;
        assert_eq!(n_left.as_deref(), Some("0"), "{table}");
    }
    assert_eq!(renewal.locked.len(), 1, "{:?}", renewal.locked);
    let again = reseal(bed.store.as_ref(), &bed.seams, &Vault::of(&keys)).await.unwrap();
    assert_eq!(again.n_renewed, 0, "nothing is left to do");
    let new = Program::new(Parts {
        vault: Vault::new(&SecretKey([8; 32])),
        ..parts(bed.store.clone(), bed.seams.clone(), &tempfile::tempdir().unwrap().keep(), "http://127.0.0.1", &[])
    });
    assert_eq!(token(&new).await, "IGAA-1");
    let sealed = bed.store.find_second_factor(mia).await.unwrap().unwrap();
    assert_eq!(server::auth::second::open(&new, mia, &sealed).unwrap(), [5; 20]);
    assert!(server::auth::second::open(&program, mia, &sealed).is_err(), "the former key opens nothing any more");
    let audited = bed.value("select cast(count(*) as text) from audit where action = 'inbox.key_rotated'").await;
    assert_eq!(audited.as_deref(), Some("1"));
}
