use crate::path::Path;
use crate::prelude::*;

/// The pages about who does the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    People,
    Teams,
    Rules,
    Hours,
}

const TABS: [(Tab, Path<'static>, &str); 4] = [
    (Tab::People, Path::People, "People"),
    (Tab::Teams, Path::Teams, "Teams"),
    (Tab::Rules, Path::Rules, "Assignment"),
    (Tab::Hours, Path::Hours, "Working hours"),
];

#[component]
pub fn PeopleTabs(tab: Tab) -> Piece {
    let links = TABS.map(|(it, path, title)| {
        view! { <a href=path.to_string() aria-current=(it == tab).then_some("page")>{title}</a> }
    });
    piece! { <nav class="tablist" aria-label="People and teams">{links.collect_view()}</nav> }
}
