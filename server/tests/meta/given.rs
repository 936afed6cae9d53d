//! An account with its token, as the command line connects it.

use model::ids::AccountId;
use model::platform::{Login, Platform};
use server::accounts::{Connection, connect};
use server::graph::Token;
use server::program::Program;
use server::store::accounts::Told;
use server::store::audit::Actor;

/// Gives the program a token of this login for the account.
pub async fn give(
    program: &Program,
    (platform, login): (Platform, Login),
    external_id: &str,
    token: &str,
) -> AccountId {
    let connection = Connection {
        platform,
        external_id,
        name: "luna.ceramics",
        login,
        token: Token::new(token.to_owned()),
        told: Told::default(),
        wants_history: false,
    };
    connect(program.store.as_ref(), &program.seams, &program.vault, Actor::System, &connection).await.unwrap();
    AccountId::of(platform, external_id)
}

/// A token of Instagram's own login.
pub async fn give_instagram(program: &Program, external_id: &str) -> AccountId {
    give(program, (Platform::Instagram, Login::Instagram), external_id, "IGAA-kiln").await
}
