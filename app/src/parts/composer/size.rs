//! Sizes of files, as people say them.

use crate::whole::whole;

pub fn size(bytes: f64) -> String {
    const KB: f64 = 1024.0;
    if bytes < KB * KB {
        return format!("{} KB", whole(bytes / KB).max(1));
    }
    let tenths = whole(bytes / KB / KB * 10.0);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_said_as_exactly_as_it_matters() {
        let said = [10.0, 2048.0, 600.0 * 1024.0, 11.2 * 1024.0 * 1024.0].map(size);
        assert_eq!(said, ["1 KB", "2 KB", "600 KB", "11.2 MB"]);
    }
}
