//! Lines of a table that other programs read.

/// One line, with its end. Spreadsheets take a cell that begins like a formula for one, whoever wrote it; an
/// apostrophe before it keeps it a text.
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for (n, cell) in cells.into_iter().enumerate() {
        if n > 0 {
            line.push(',');
        }
        let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        if is_formula || cell.contains([',', '"', '\n', '\r']) {
            line.push('"');
            if is_formula {
                line.push('\'');
            }
            line.push_str(&cell.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(cell);
        }
    }
    line.push_str("\r\n");
    line
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_cell_is_never_a_formula() {
        assert_eq!(line(["a", "b c", ""]), "a,b c,\r\n");
        assert_eq!(line(["a,b", "say \"hi\"", "two\nlines"]), "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\r\n");
        for evil in ["=1+1", "+1", "-1", "@sum(a1)", "\t=1", "\r=1"] {
            assert_eq!(line([evil]), format!("\"'{evil}\"\r\n"));
        }
        assert_eq!(line(["=\"x\",1"]), "\"'=\"\"x\"\",1\"\r\n");
    }
}
