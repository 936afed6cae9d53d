//! Which page stands at which address.

use crate::assets::provide_icon_sheet;
use crate::pages::inbox::InboxPage;
use crate::pages::not_found::NotFoundPage;
use crate::pages::set_up::SetUpPage;
use crate::pages::sign_in::SignInPage;
use crate::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

/// Every page is sent whole: its status and title are known before the first byte.
#[component]
pub fn App() -> Piece {
    provide_meta_context();
    provide_icon_sheet();
    piece! {
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/login") view=SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/setup/:link") view=SetUpPage ssr=SsrMode::Async/>
                <Route path=path!("/inbox/:conversation?") view=InboxPage ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
}
