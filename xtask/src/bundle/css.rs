//! Makes a style sheet smaller without understanding it: comments go, white space shrinks, and nothing else changes.

use anyhow::{Result, bail};

pub(crate) fn minify(css: &str) -> Result<String> {
    let mut sheet = Sheet { rest: css, minified: String::with_capacity(css.len()), gap: false };
    while let Some(next) = sheet.rest.chars().next() {
        match next {
            _ if next.is_ascii_whitespace() => sheet.skip_space(),
            _ if sheet.rest.starts_with("/*") => sheet.skip_comment()?,
            '"' | '\'' => sheet.keep_string(next)?,
            '\\' => sheet.keep_escape(),
            _ if begins_bare_url(sheet.rest) => sheet.keep_bare_url()?,
            _ => sheet.keep(next.len_utf8()),
        }
    }
    Ok(sheet.minified)
}

struct Sheet<'a> {
    rest: &'a str,
    minified: String,
    /// White space was read and not yet written: what follows decides whether it is needed.
    gap: bool,
}

impl Sheet<'_> {
    fn skip_space(&mut self) {
        self.rest = self.rest.trim_ascii_start();
        self.gap = true;
    }

    fn skip_comment(&mut self) -> Result<()> {
        let Some(end) = self.rest[2..].find("*/") else { bail!("a comment is never closed: {}", beginning(self.rest)) };
        self.rest = &self.rest[end + 4..];
        let touches_space =
            self.gap || self.minified.is_empty() || self.rest.starts_with(|next: char| next.is_ascii_whitespace());
        if !touches_space && !self.minified.ends_with(is_separator) && !self.rest.starts_with(is_separator) {
            // Between two words an empty comment stays: it parts them, and a space instead would mean something else.
            self.minified.push_str("/**/");
        }
        Ok(())
    }

    fn keep_string(&mut self, quote: char) -> Result<()> {
        let mut escaped = false;
        let closes = |letter: char| {
            let closing = letter == quote && !escaped;
            escaped = letter == '\\' && !escaped;
            closing
        };
        let Some(end) = self.rest[1..].find(closes) else {
            bail!("a string is never closed: {}", beginning(self.rest))
        };
        self.keep(end + 2);
        Ok(())
    }

    /// Keeps `\` with what it escapes. One white space may end an escape by number, and is then part of it.
    fn keep_escape(&mut self) {
        let after = &self.rest[1..];
        let n_digits = after.chars().take(6).take_while(char::is_ascii_hexdigit).count();
        let length = if n_digits > 0 {
            n_digits + usize::from(after[n_digits..].starts_with(|next: char| next.is_ascii_whitespace()))
        } else {
            after.chars().next().map_or(0, char::len_utf8)
        };
        self.keep(1 + length);
    }

    fn keep_bare_url(&mut self) -> Result<()> {
        let Some(end) = self.rest.find(')') else { bail!("a url( is never closed: {}", beginning(self.rest)) };
        self.keep(end + 1);
        Ok(())
    }

    fn keep(&mut self, length: usize) {
        let (kept, rest) = self.rest.split_at(length);
        let needs_gap = self.gap
            && !self.minified.is_empty()
            && !self.minified.ends_with(is_separator)
            && !kept.starts_with(is_separator);
        if needs_gap {
            self.minified.push(' ');
        }
        self.gap = false;
        self.minified.push_str(kept);
        self.rest = rest;
    }
}

/// Beside these, white space never means anything. (It does beside `:`, `(`, `>` and `+`, in selectors or in `calc`.)
fn is_separator(letter: char) -> bool {
    matches!(letter, '{' | '}' | ';' | ',')
}

fn begins_bare_url(rest: &str) -> bool {
    let Some(inside) =
        rest.get(..4).filter(|start| start.eq_ignore_ascii_case("url(")).map(|_| rest[4..].trim_ascii_start())
    else {
        return false;
    };
    !inside.starts_with(['"', '\''])
}

fn beginning(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::minify;

    #[track_caller]
    fn becomes(css: &str, minified: &str) {
        assert_eq!(minify(css).unwrap_or_else(|error| error.to_string()), minified);
    }

    #[test]
    fn comments_and_white_space_go() {
        becomes(
            "/* a */\n.a ,\n.b {\n  color: red ; /* why */\n  margin: 0 auto;\n}\n\n.c { top: 0 }\n",
            ".a,.b{color: red;margin: 0 auto;}.c{top: 0}",
        );
    }

    #[test]
    fn space_that_means_something_stays() {
        becomes(".a  :hover > .b", ".a :hover > .b");
        becomes("a{width:calc( 1px  +  2px )}", "a{width:calc( 1px + 2px )}");
        becomes("@media (width > 1em)  and (hover)", "@media (width > 1em) and (hover)");
        becomes("a { --none: ; }", "a{--none:;}");
    }

    #[test]
    fn comment_between_words_still_parts_them() {
        becomes(".a/* x */.b", ".a/**/.b");
        becomes("a /* x */ b", "a b");
        becomes("a{top:0/* x */;left:0}", "a{top:0;left:0}");
        becomes("a { /* x */ /* y */ top: 0 }", "a{top: 0}");
    }

    #[test]
    fn strings_and_addresses_are_kept_as_they_are() {
        becomes(r#"a::after { content: " /* no */  \" ; { " }"#, r#"a::after{content: " /* no */  \" ; { "}"#);
        becomes("a{background:url( data:x/*y;  z ) }", "a{background:url( data:x/*y;  z )}");
        becomes("a{grid-template-areas:\n  \"a  b\"\n  \"c d\"}", "a{grid-template-areas: \"a  b\" \"c d\"}");
    }

    #[test]
    fn escapes_keep_the_space_that_ends_them() {
        becomes(r".\31  .b", r".\31  .b");
        becomes(r".a\ b  .c", r".a\ b .c");
        becomes(r".a\/* b", r".a\/* b");
    }

    #[test]
    fn letters_of_any_script_survive() {
        becomes("a { content: 'ä ✓'; --ü:  é }", "a{content: 'ä ✓';--ü: é}");
    }

    #[test]
    fn what_is_never_closed_is_refused() {
        becomes("a { /* b", "a comment is never closed: /* b");
        becomes("a { content: 'b }", "a string is never closed: 'b }");
        becomes("a { b: url(c", "a url( is never closed: url(c");
    }
}
