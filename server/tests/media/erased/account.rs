//! An account goes with everything that was said there, and nothing of another one.

use super::{ACCOUNT, Bed, KEPT, all_steps, killed_after_each_step};
use crate::rows;
use crate::running::Running;
use model::ids::AccountId;
use model::person::Role;
use model::platform::Platform;
use model::teams::TeamRefusal;
use server::connecting::erasing::{Asked, ask_deletion};
use server::people::PeopleError;

crate::on_both!(
    nothing_is_left_of_an_account_wherever_its_deletion_was_killed,
    whoever_deletes_an_account_types_its_name,
);

fn shop() -> AccountId {
    AccountId::of(Platform::Instagram, ACCOUNT)
}

/// Another account, of which everything stays.
async fn elsewhere(bed: &Bed) {
    let account = AccountId::of(Platform::Page, "102030405060701");
    let sql = format!(
        "insert into accounts (id, platform, external_id, name, created_at, updated_at)
         values ('{account}', 'page', '102030405060701', 'Luna Ceramics', 0, 0);
         insert into contacts (id, account_id, external_id, name, created_at, updated_at)
         values ('elsewhere', '{account}', '77', '{KEPT}elsewhere', 0, 0);"
    );
    rows::execute(&bed.running.url, &sql).await;
}

async fn nothing_is_left_of_an_account_wherever_its_deletion_was_killed(running: Running) {
    let mut bed = Bed::new(running).await;
    bed.plant().await;
    elsewhere(&bed).await;
    // Somebody of them was to be deleted anyway.
    let code = bed.ask().await;
    let (program, client) = (bed.running.program.clone(), Bed::client());
    let asked = ask_deletion(&program, &bed.admin, &client, shop(), " luna ceramics").await.unwrap();
    assert_eq!(asked, Ok(Asked::Begun));
    assert_eq!(bed.n("outbox").await, "0", "nothing leaves any more");
    let again = ask_deletion(&program, &bed.admin, &client, shop(), "Luna Ceramics").await.unwrap();
    assert_eq!(again, Err(TeamRefusal::NotThere), "it is being deleted already");
    drop(program);
    killed_after_each_step(&mut bed).await;
    all_steps(&bed).await;
    let found = bed.found().await;
    assert!(!found.is_empty() && found.iter().all(|it| it.starts_with("wvykeptelsewhere")), "{found:?}");
    assert_eq!(bed.n("accounts").await, "1");
    assert_eq!(bed.n("deletions where state = 'done' and subject is null").await, "2");
    assert_eq!(bed.n("audit where action = 'account.deleted' and detail = 'Luna Ceramics'").await, "1");
    assert_eq!(bed.n(&format!("audit where action = 'contact.deleted' and detail = '{code}'")).await, "1");
}

async fn whoever_deletes_an_account_types_its_name(running: Running) {
    let bed = Bed::new(running).await;
    let (program, client) = (&bed.running.program, Bed::client());
    for typed in ["", " ", "Luna"] {
        let asked = ask_deletion(program, &bed.admin, &client, shop(), typed).await.unwrap();
        assert_eq!(asked, Ok(Asked::NotTheName), "{typed}");
    }
    let agent = bed.running.person("ines@luna.example", Role::Agent).await;
    let refused = ask_deletion(program, &agent, &client, shop(), "Luna Ceramics").await;
    assert!(matches!(refused, Err(PeopleError::Forbidden(_))), "{refused:?}");
    assert_eq!(bed.n("accounts where state = 'active'").await, "1");
    assert_eq!(bed.n("deletions").await, "0");
}
