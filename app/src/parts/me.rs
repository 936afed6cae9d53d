use crate::parts::icon::{Icon, Symbol};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use leptos::prelude::*;
use model::person::{Me, Role};

/// Who is signed in, and signing out: the end of a menu.
#[component]
pub fn MeCard(me: Me) -> impl IntoView {
    view! {
        <div class="menu__part menu__who">
            <span class="strong">{me.name}</span>
            <span class="soft">{role_title(me.role)}</span>
        </div>
        <PostForm action=Path::Logout.to_string() class="menu__part">
            <button type="submit" class="menu__act"><Icon symbol=Symbol::Logout/>"Sign out"</button>
        </PostForm>
    }
}

const fn role_title(role: Role) -> &'static str {
    match role {
        Role::Admin => "Admin",
        Role::Agent => "Agent",
    }
}
