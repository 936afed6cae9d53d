use crate::error::AppError;
use crate::parts::plain_page::PlainPage;
use crate::path::Path;
use crate::prelude::*;
use model::view::View;

/// A page that could not be opened: what happened, then what can be done.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
pub fn ProblemPage(error: AppError, here: String) -> Piece {
    if error == AppError::Forbidden {
        return piece! {
            <PlainPage title="Only for admins" lead="Your role does not allow this. An admin can do it for you.">
                <div class="login__do">
                    <a class="button button--primary button--large" rel="external" href=Path::Inbox { view: View::Mine }.to_string()>
                        "Go to the inbox"
                    </a>
                </div>
            </PlainPage>
        };
    }
    // External: both are answered by the server, not by the program in this page.
    let act = if error == AppError::SignedOut {
        let href = Path::LoginThen { next: &here }.to_string();
        piece! { <a class="button button--primary button--large" rel="external" href=href>"Sign in"</a> }
    } else {
        let again = if error == AppError::Outdated { "Reload" } else { "Try again" };
        piece! { <a class="button button--primary button--large" rel="external" href=here>{again}</a> }
    };
    piece! {
        <PlainPage title="This page did not open" lead=error.to_string()>
            <div class="login__do">{act}</div>
        </PlainPage>
    }
}
