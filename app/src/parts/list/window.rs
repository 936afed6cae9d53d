//! Which rows have nodes: those that are near what is seen, once there are many.

use crate::prelude::*;
use crate::state::list::OpenList;
use leptos::html;
use std::ops::Range;

/// Rows beyond what is seen, above and below.
const BESIDE: usize = 12;
/// Up to so many all of them have nodes.
const ALL_MOST: usize = 80;
/// The next page is asked for when fewer rows than this are left below.
const LEFT_LEAST: usize = 15;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListWindow {
    All,
    Some(Range<usize>),
}

impl ListWindow {
    pub fn of<'a, T>(&self, rows: &'a [T]) -> &'a [T] {
        match self {
            Self::All => rows,
            Self::Some(range) => rows.get(range.start.min(rows.len())..range.end.min(rows.len())).unwrap_or_default(),
        }
    }

    fn begin(&self) -> usize {
        match self {
            Self::All => 0,
            Self::Some(range) => range.start,
        }
    }

    fn end(&self, n_rows: usize) -> usize {
        match self {
            Self::All => n_rows,
            Self::Some(range) => range.end.min(n_rows),
        }
    }
}

/// The rows near the `n_seen` that are seen after `n_above` others.
pub fn window(n_rows: usize, n_above: usize, n_seen: usize) -> ListWindow {
    if n_rows <= ALL_MOST {
        return ListWindow::All;
    }
    // By half steps, so that scrolling a little changes nothing.
    let step = BESIDE / 2;
    let begin = n_above.min(n_rows).saturating_sub(BESIDE) / step * step;
    let end = (n_above + n_seen + BESIDE).div_ceil(step) * step;
    ListWindow::Some(begin..end.min(n_rows).max(begin))
}

/// Moves the window with the list; what is called when it was scrolled is the answer. Space stands
/// in for the rows that have no nodes.
pub fn keep_window(
    list: OpenList,
    scroll: NodeRef<html::Div>,
    rows: NodeRef<html::Ul>,
    shown: RwSignal<ListWindow>,
) -> impl Fn() + Copy + 'static {
    let look = move || {
        let (Some(scroll), Some(ul)) = (scroll.get_untracked(), rows.get_untracked()) else { return };
        let Some(height) = row_height(&ul) else { return };
        let n_rows = list.rows.with_untracked(Vec::len);
        let n_above = usize::try_from(scroll.scroll_top()).unwrap_or(0) / height;
        let n_seen = usize::try_from(scroll.client_height()).unwrap_or(0) / height + 1;
        let now = window(n_rows, n_above, n_seen);
        if shown.with_untracked(|it| *it != now) {
            shown.set(now.clone());
        }
        let style = web_sys::HtmlElement::style(&ul);
        let space = |n: usize| format!("{}px", n * height);
        // Refused by no browser: both are lengths.
        _ = style.set_property("padding-block-start", &space(now.begin()));
        _ = style.set_property("padding-block-end", &format!("calc({} + .5rem)", space(n_rows - now.end(n_rows))));
        if n_above + n_seen + LEFT_LEAST > n_rows && n_rows > 0 {
            list.load_more();
        }
    };
    Effect::new(move || {
        list.rows.track();
        request_animation_frame(look);
    });
    Effect::new(move || {
        let resized = window_event_listener_untyped("resize", move |_| look());
        on_cleanup(move || resized.remove());
    });
    look
}

fn row_height(ul: &web_sys::HtmlUListElement) -> Option<usize> {
    let height = ul.first_element_child()?.client_height();
    usize::try_from(height).ok().filter(|it| *it > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_rows_all_have_nodes() {
        assert_eq!(window(0, 0, 10), ListWindow::All);
        assert_eq!(window(ALL_MOST, 40, 10), ListWindow::All);
    }

    #[test]
    fn of_many_rows_those_near_what_is_seen_have_nodes() {
        for n_above in [0, 1, 50, 400, 990, 1000, 5000] {
            let ListWindow::Some(range) = window(1000, n_above, 10) else { panic!("all of them") };
            let seen = n_above.min(1000)..(n_above + 10).min(1000);
            assert!(range.start <= seen.start && range.end >= seen.end, "{n_above}: {range:?}");
            assert!(range.len() <= 10 + 2 * (BESIDE + BESIDE / 2), "{n_above}: {range:?}");
        }
        assert_eq!(window(1000, 101, 10), window(1000, 100, 10), "a little scrolling changes nothing");
    }

    #[test]
    fn a_window_over_rows_that_went_away_is_empty() {
        assert!(ListWindow::Some(90..120).of(&[0; 10]).is_empty());
        assert_eq!(ListWindow::Some(5..120).of(&[0; 10]).len(), 5);
    }
}
