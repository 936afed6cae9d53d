//! What stands in a saved reply for the customer and for whoever answers.

/// Whom the words are between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Between {
    /// `None` as long as nobody knows.
    pub customer: Option<String>,
    /// The name of whoever answers.
    pub agent: String,
}

/// A stretch of a text, and whether it stands for a variable.
pub type Piece<'a> = (&'a str, bool);

/// What is no variable of ours stays as it is written.
pub fn pieces<'a>(text: &'a str, between: &'a Between) -> Vec<Piece<'a>> {
    let (mut pieces, mut rest, mut from) = (Vec::new(), text, 0);
    while let Some(open) = rest[from..].find('{').map(|it| it + from) {
        let filled = rest[open..].find('}').and_then(|end| {
            let value = value(&rest[open + 1..open + end], between)?;
            Some((value, open + end + 1))
        });
        if let Some((value, end)) = filled {
            pieces.extend([(&rest[..open], false), (value, true)]);
            (rest, from) = (&rest[end..], 0);
        } else {
            from = open + 1;
        }
    }
    pieces.push((rest, false));
    pieces.retain(|it| !it.0.is_empty());
    pieces
}

pub fn fill(text: &str, between: &Between) -> String {
    pieces(text, between).iter().map(|it| it.0).collect()
}

fn value<'a>(name: &str, between: &'a Between) -> Option<&'a str> {
    match name.trim().to_ascii_lowercase().as_str() {
        "name" => between.customer.as_deref(),
        "first name" => between.customer.as_deref().map(first_name),
        "agent" => Some(first_name(&between.agent)),
        _ => None,
    }
}

/// Where a script has no capitals, names do not begin with the one that people are called by.
pub fn first_name(name: &str) -> &str {
    let first = name.split_whitespace().next().unwrap_or(name);
    let has_case = first.chars().next().is_some_and(|it| it.is_lowercase() || it.is_uppercase());
    if has_case { first } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between() -> Between {
        Between { customer: Some("Hannah Okafor".to_owned()), agent: "Mia Lindqvist".to_owned() }
    }

    #[test]
    fn customer_and_agent_stand_where_their_variables_were() {
        let text = "Hi {first name}, dear { Name }. {agent}";
        assert_eq!(fill(text, &between()), "Hi Hannah, dear Hannah Okafor. Mia");
        assert_eq!(pieces("{agent}", &between()), [("Mia", true)]);
        assert_eq!(pieces("", &between()), []);
    }

    #[test]
    fn what_is_no_variable_stays() {
        for text in ["{order}", "{", "}", "{}", "a {b", "{name", "name}", "{\n}", "💙{ü}"] {
            assert_eq!(fill(text, &between()), text);
        }
        assert_eq!(fill("{{name}} {x{agent}", &between()), "{Hannah Okafor} {xMia");
        let nested = Between { customer: Some("{agent}".to_owned()), ..between() };
        assert_eq!(fill("{name}", &nested), "{agent}", "a name is no text with variables");
    }

    #[test]
    fn the_first_name_is_what_people_are_called_by() {
        assert_eq!(first_name("Hannah Okafor"), "Hannah");
        assert_eq!(first_name("山本 結衣"), "山本 結衣");
        assert_eq!(first_name("hannah.makes"), "hannah.makes");
        assert_eq!(first_name(""), "");
    }
}
