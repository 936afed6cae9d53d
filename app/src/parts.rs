//! What pages are made of: one component a file.

pub mod avatar;
pub mod composer;
pub mod field;
pub mod first_steps;
pub mod form_problem;
pub mod icon;
pub mod line;
pub mod list;
pub mod me;
pub mod offline;
pub mod plain_page;
pub mod post_form;
pub mod problem;
pub mod rail;
pub mod ring;
pub mod search_box;
pub mod tab_bar;
pub mod thread;
pub mod view_links;
pub mod viewer;
