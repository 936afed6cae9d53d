//! What pages are made of: one component a file.

pub mod avatar;
pub mod field;
pub mod first_steps;
pub mod form_problem;
pub mod icon;
pub mod list;
pub mod me;
pub mod plain_page;
pub mod post_form;
pub mod problem;
pub mod rail;
pub mod search_box;
pub mod tab_bar;
pub mod view_links;
