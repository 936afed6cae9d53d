//! What other apps are called in lines about them. A thread keeps their ids, which say nothing to people.

use super::super::many::rows_among;
use super::{Conn, OPENING};
use crate::store::{StoreResult, doing};
use model::content::ThreadEvent;
use model::intake::US;
use model::thread::Message;
use std::collections::{BTreeSet, HashMap};

/// Puts names in place of ids, and readable words in place of what apps tell each other.
pub(super) async fn name(conn: &mut Conn, messages: impl Iterator<Item = &mut Message>) -> StoreResult<()> {
    let mut events: Vec<&mut ThreadEvent> =
        messages.filter_map(|it| it.detail.event.as_mut()).filter(|it| is_about_control(it)).collect();
    let mut ids = BTreeSet::new();
    for event in &mut events {
        ids.extend(apps(event).into_iter().flatten().filter(|it| *it != US).map(|it| it.clone()));
    }
    let ids: Vec<String> = ids.into_iter().collect();
    let rows: Vec<(String, String)> =
        rows_among(conn, "select id, name from apps where id in", &ids, "").await.map_err(doing(OPENING))?;
    let names: HashMap<String, String> = rows.into_iter().collect();
    for event in events {
        for app in apps(event).into_iter().flatten().filter(|it| *it != US) {
            *app = names.get(app).cloned().unwrap_or_else(|| format!("App {app}"));
        }
        if let Some(said) = note(event) {
            *said = said.take().and_then(|it| readable(&it));
        }
    }
    Ok(())
}

fn apps(event: &mut ThreadEvent) -> [Option<&mut String>; 2] {
    match event {
        ThreadEvent::ControlPassed { from, to, .. } | ThreadEvent::ControlTaken { from, to, .. } => {
            [from.as_mut(), to.as_mut()]
        }
        ThreadEvent::ControlRequested { by, .. } => [by.as_mut(), None],
        _ => [None, None],
    }
}

const fn is_about_control(event: &ThreadEvent) -> bool {
    matches!(
        event,
        ThreadEvent::ControlPassed { .. } | ThreadEvent::ControlTaken { .. } | ThreadEvent::ControlRequested { .. }
    )
}

/// What was sent along, of what is about control.
fn note(event: &mut ThreadEvent) -> Option<&mut Option<String>> {
    match event {
        ThreadEvent::ControlPassed { metadata, .. }
        | ThreadEvent::ControlTaken { metadata, .. }
        | ThreadEvent::ControlRequested { metadata, .. } => Some(metadata),
        _ => None,
    }
}

/// Programs mostly send an object, such as `{"why": "asked for a person"}`. `None` if it says nothing.
fn readable(metadata: &str) -> Option<String> {
    let object: Option<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(metadata).ok();
    let words = match object {
        Some(object) => {
            let pair = |(key, value): (&String, &serde_json::Value)| match value.as_str() {
                Some(text) => format!("{key}: {text}"),
                None => format!("{key}: {value}"),
            };
            object.iter().map(pair).collect::<Vec<_>>().join("\n")
        }
        None => metadata.trim().to_owned(),
    };
    Some(words).filter(|it| !it.is_empty())
}
