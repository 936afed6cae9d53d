//! Files that a person chose, pasted or dropped.

use web_sys::{DataTransfer, File, FileList, Url};

pub fn all(list: Option<FileList>) -> Vec<File> {
    list.map(|list| (0..list.length()).filter_map(|at| list.get(at)).collect()).unwrap_or_default()
}

/// Whether something that is dragged over the page brings files.
pub fn brings_files(transfer: Option<&DataTransfer>) -> bool {
    transfer.is_some_and(|it| it.types().iter().any(|kind| kind == "Files"))
}

/// The address under which this page can show the file, until it is let go of.
pub fn preview(file: &File) -> Option<String> {
    Url::create_object_url_with_blob(file).ok()
}

pub fn let_go_of_preview(address: &str) {
    _ = Url::revoke_object_url(address);
}
