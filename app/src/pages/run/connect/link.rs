//! How an account is connected, and what can be done about it.

use super::super::health::checks;
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::health::Finding;
use model::ids::AccountId;
use model::teams::Standing;

/// The section of an account's page: what `Health` shows of it, and the ways to connect and to part.
pub(crate) fn connection(id: AccountId, standing: Standing, findings: &[Finding]) -> Option<Piece> {
    let is_connected = match standing {
        Standing::Active | Standing::Paused => true,
        Standing::Disconnected => false,
        Standing::Deleting => return None,
    };
    let change = |how| Path::ChangeAccount { id, how }.to_string();
    let (look, end, delete) = (change("look"), change("disconnect"), change("delete"));
    let acts = is_connected.then(|| {
        view! {
            <PostForm action=look>
                <input type="hidden" name="from" value="account"/>
                <button type="submit" class="button">"Look now"</button>
            </PostForm>
            <a class="button button--quiet" href=end>"Disconnect"</a>
        }
    });
    Some(piece! {
        <section class="page__set" aria-labelledby="connection">
            <h2 class="page__heading" id="connection">"Connection"</h2>
            <div class="page__form page__form--wide">
                {checks(findings, id)}
                <div class="page__acts">
                    <a class="button" href=Path::Connect.to_string()>"Connect again"</a>
                    {acts}
                    <a class="button button--quiet" href=delete>"Delete"</a>
                </div>
            </div>
        </section>
    })
}
