use crate::api::shell::Shell;
use crate::parts::avatar::Avatar;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::me::MeCard;
use crate::parts::view_links::{NoticeLink, SavedLinks, ViewLinks};
use crate::path::Path;
use crate::prelude::*;
use model::view::View;

/// The start edge of the desk: whose inbox this is, the views, and who is signed in. The menu is a
/// popover, which opens, closes and gives the focus back without the program.
#[component]
pub fn Rail(shell: Shell, view: Memo<View>, words: Memo<String>) -> Piece {
    let Shell { business, me } = shell;
    piece! {
        <header class="rail">
            <a class="rail__brand" href=Path::Inbox { view: View::Mine }.to_string()>
                <Icon symbol=Symbol::Mark/>
                <span class="rail__name truncate">{business}</span>
            </a>
            <nav aria-label="Views">
                <ViewLinks views=&View::ALL view words/>
                <SavedLinks view words/>
            </nav>
            <div class="rail__foot">
                <NoticeLink/>
                <button type="button" class="me" popovertarget="me" title=me.name.clone()>
                    <Avatar name=me.name.clone() seed=me.id.to_string()/>
                    <span class="rail__name truncate">{me.name.clone()}</span>
                </button>
                <div class="menu menu--me" id="me" popover="auto"><MeCard me/></div>
            </div>
        </header>
    }
}
