use crate::parts::field::Field;
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::teams::ListedAccount;

/// Asks whether it is really meant; what was typed, if that was not the name.
#[derive(Debug, Clone)]
pub struct DeletingAccount {
    pub account: ListedAccount,
    pub typed: Option<String>,
}

#[component]
pub(crate) fn DeletingAccountPage(frame: Frame, notice: Option<Piece>, one: DeletingAccount) -> Piece {
    let DeletingAccount { account, typed } = one;
    let id = account.id;
    let action = Path::ChangeAccount { id, how: "delete" }.to_string();
    let lead = super::super::accounts::where_it_is(&account);
    let problem = typed
        .as_ref()
        .map(|it| if it.trim().is_empty() { "Type the name first." } else { "This is not the name." }.to_owned());
    piece! {
        <FramedPage frame place=Place::Accounts title=format!("Delete {} and everything said there", account.name) lead>
            {notice}
            <div class="notice" role="note">
                <Icon symbol=Symbol::Alert/>
                <div>
                    <p>
                        "The account is disconnected. Then every customer of it goes, with every message, note, draft and file, what Meta sent, and every trace in the search. This cannot be undone."
                    </p>
                    <p class="small">
                        "It takes a while, and goes on if the server is restarted meanwhile. Copies in your own backups stay, and the audit log says that it was done."
                    </p>
                </div>
            </div>
            <PostForm action class="page__form">
                <p id="name-is">"To delete it, type its name: "<strong><bdi>{account.name}</bdi></strong></p>
                <Field name="name" label="Name" autocomplete="off" value=typed.unwrap_or_default() autofocus=true problem
                    described_by=Some("name-is")/>
                <div class="page__acts">
                    <button type="submit" class="button button--danger">"Delete everything"</button>
                    <a class="button button--quiet" href=Path::Account { id }.to_string()>"Cancel"</a>
                </div>
            </PostForm>
        </FramedPage>
    }
}
