use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::teams::ListedAccount;

/// Asks whether it is really meant.
#[derive(Debug, Clone)]
pub struct Disconnecting {
    pub account: ListedAccount,
}

#[component]
pub(crate) fn DisconnectingPage(frame: Frame, notice: Option<Piece>, one: Disconnecting) -> Piece {
    let Disconnecting { account } = one;
    let id = account.id;
    let action = Path::ChangeAccount { id, how: "disconnect" }.to_string();
    let waiting = match account.n_waiting {
        0 => None,
        1 => Some("1 message waits to go out, and will not.".to_owned()),
        n => Some(format!("{n} messages wait to go out, and will not.")),
    };
    let lead = super::super::accounts::where_it_is(&account);
    piece! {
        <FramedPage frame place=Place::Accounts title=format!("Disconnect {}", account.name) lead>
            {notice}
            <div class="notice" role="note">
                <Icon symbol=Symbol::Alert/>
                <div>
                    <p>
                        "Meta is asked to tell us nothing more of it, and its tokens are forgotten: nothing comes in and nothing can be answered."
                    </p>
                    <p class="small">
                        "Everything that was said stays here, with customers, notes and files. Connect it again whenever you like, and it goes on where it was."
                    </p>
                    {waiting.map(|words| view! { <p class="small">{words}</p> })}
                </div>
            </div>
            <PostForm action class="page__form">
                <div class="page__acts">
                    <button type="submit" class="button button--danger">"Disconnect, and keep everything"</button>
                    <a class="button button--quiet" href=Path::Account { id }.to_string()>"Cancel"</a>
                </div>
            </PostForm>
        </FramedPage>
    }
}
