//! How the demo's people share the work. Nothing is limited to a team and no rule is there: so that whoever looks
//! around sees everything, and what comes in waits where everybody sees it.

use model::hours::{DayHours, Hours};
use model::person::PersonId;
use model::platform::Platform;
use model::teams::{BotSettings, Schedule};
use server::program::Program;
use server::store::StoreResult;
use server::store::account_settings::AccountSetting;
use server::store::people::PersonChange;
use server::store::teams::RunChange;

/// With the places of their people among the demo's.
const TEAMS: [(&str, &[usize]); 2] = [("Orders", &[0, 2]), ("Returns", &[0, 1])];
/// How many open conversations rules give to each of the people at most.
const LIMITS: [u32; 3] = [30, 25, 25];
/// What people call the app that answers first.
const BOT: &str = "Luna’s assistant";

/// Once: what is there already stays as it is.
pub(super) async fn make(program: &Program, people: &[PersonId]) -> StoreResult<()> {
    let store = program.store.as_ref();
    let Some(&by) = people.first() else { return Ok(()) };
    if !store.list_teams().await?.is_empty() {
        return Ok(());
    }
    let change = || RunChange {
        by,
        now: program.seams.now(),
        audit_id: program.seams.new_id(),
        change_id: program.seams.new_id(),
        address: None,
    };
    for (name, members) in TEAMS {
        let id = program.seams.new_id();
        let members = members.iter().filter_map(|it| people.get(*it).copied()).collect();
        let _ = store.add_team(change(), id, name.to_owned()).await?;
        let _ = store.set_members(change(), id, members).await?;
    }
    for (&person, limit) in people.iter().zip(LIMITS) {
        let RunChange { by, now, audit_id, change_id, address } = change();
        let change = PersonChange { by, person, now, audit_id, change_id, address };
        let _ = store.set_conversation_limit(change, Some(limit)).await?;
    }
    let mut hours = Hours::default();
    hours.week[..5].fill(DayHours::read("9:00-18:00").unwrap_or_default());
    let (id, time_zone) = (program.seams.new_id(), "Europe/Lisbon".to_owned());
    let _ = store.save_schedule(change(), Schedule { id, name: "The workshop".to_owned(), time_zone, hours }).await?;
    for account in store.list_accounts_in_use().await?.into_iter().filter(|it| it.platform == Platform::Page) {
        let (app, app_name) = (Some(simulator::BOT_APP_ID.to_owned()), Some(BOT.to_owned()));
        let bot = AccountSetting::Bot(BotSettings { app, app_name, ..BotSettings::default() });
        let _ = store.set_account(change(), account.id, bot).await?;
    }
    Ok(())
}
