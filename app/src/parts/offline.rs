use crate::live::Live;
use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;

/// Stands over the thread while nothing is heard of the server.
#[component]
pub fn OfflineBar() -> Piece {
    let live = use_context::<Live>();
    let is_offline = move || live.is_some_and(|it| it.is_offline.get());
    piece! {
        <div role="status">
            {shown(move || is_offline().then(|| piece! {
                <p class="bar bar--offline">
                    <Icon symbol=Symbol::Offline/>
                    "Offline. What you write is kept and goes out when you are back."
                </p>
            }))}
        </div>
    }
}
