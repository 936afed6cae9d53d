use crate::parts::icon::{Icon, Symbol};
use crate::path::Path;
use crate::prelude::*;
use crate::query::encode;
use model::audit::{Action, AuditId, SubjectKind};
use model::day;
use model::person::PersonId;
use model::time::DAY_S;
use serde::Deserialize;
use server::audit::what;
use server::store::audit::{AuditLine, AuditWanted};

/// What the log is filtered by, as its address says it. What cannot be read lets everything through.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct AuditFilter {
    pub person: String,
    pub action: String,
    pub kind: String,
    pub subject: String,
    pub from: String,
    pub to: String,
    pub before: Option<String>,
}

impl AuditFilter {
    pub fn wanted(&self) -> AuditWanted {
        AuditWanted {
            actor: self.person.parse().ok(),
            action: Action::from_word(&self.action),
            kind: SubjectKind::from_word(&self.kind),
            subject: Some(self.subject.clone()).filter(|it| !it.is_empty()),
            from: day::read(&self.from),
            until: day::read(&self.to).map(|it| it.plus_s(DAY_S)),
        }
    }

    /// The same filter elsewhere.
    pub(super) fn address(&self, path: &str, before: Option<AuditId>) -> String {
        let before = before.map(|it| it.to_string()).unwrap_or_default();
        let parts = [
            ("person", &self.person),
            ("action", &self.action),
            ("kind", &self.kind),
            ("subject", &self.subject),
            ("from", &self.from),
            ("to", &self.to),
            ("before", &before),
        ];
        let parts: Vec<_> = parts
            .into_iter()
            .filter(|it| !it.1.is_empty())
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        if parts.is_empty() { path.to_owned() } else { format!("{path}?{}", parts.join("&")) }
    }

    /// One thing that the log is narrowed down to, by its name, and the way back.
    pub(super) fn about(&self, lines: &[AuditLine]) -> Option<Piece> {
        if self.subject.is_empty() {
            return None;
        }
        let name = lines.first().and_then(what).unwrap_or("something").to_owned();
        let without = Self { subject: String::new(), before: None, ..self.clone() };
        Some(piece! {
            <p class="page__acts page__only">
                {format!("Only what was done to {name}.")}
                <a class="link-button" href=without.address(&Path::Audit.to_string(), None)>"Show everything"</a>
            </p>
        })
    }

    pub(super) fn form(&self, people: &[(PersonId, String)]) -> Piece {
        let people = people.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
        let mut actions: Vec<_> = Action::ALL.iter().map(|it| (it.word().to_owned(), it.title().to_owned())).collect();
        actions.sort_by(|one, other| one.1.cmp(&other.1));
        let kinds = SubjectKind::ALL.map(|it| (it.word().to_owned(), it.title().to_owned())).to_vec();
        let is_filtered = *self != Self { before: self.before.clone(), ..Self::default() };
        let subject = (!self.subject.is_empty())
            .then(|| view! { <input type="hidden" name="subject" value=self.subject.clone()/> });
        piece! {
            <form method="get" action=Path::Audit.to_string() class="filters" role="search" aria-label="Filter the log">
                {choice("person", "Person", "Everybody", people, &self.person)}
                {choice("action", "Action", "Every action", actions, &self.action)}
                {choice("kind", "About", "About anything", kinds, &self.kind)}
                {date("from", "From day", self.from.clone())}
                {date("to", "To day", self.to.clone())}
                {subject}
                <button type="submit" class="button">"Filter"</button>
                {is_filtered.then(|| view! {
                    <a class="button button--quiet" href=Path::Audit.to_string()>"Clear"</a>
                })}
            </form>
        }
    }
}

fn choice(
    name: &'static str,
    label: &'static str,
    all: &'static str,
    options: Vec<(String, String)>,
    chosen: &str,
) -> Piece {
    let options = options
        .into_iter()
        .map(|(value, title)| view! { <option value=value.clone() selected=value == chosen>{title}</option> })
        .collect_view();
    piece! {
        <span class="select select--boxed">
            <select name=name aria-label=label><option value="">{all}</option>{options}</select>
            <Icon symbol=Symbol::ChevronDown/>
        </span>
    }
}

fn date(name: &'static str, label: &'static str, value: String) -> Piece {
    piece! {
        <label class="filters__day">
            <span class="small soft">{label}</span>
            <input class="input" type="date" name=name value=value/>
        </label>
    }
}
