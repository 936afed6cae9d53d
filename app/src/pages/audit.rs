//! Who did what, and when.

mod filter;

use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::icon::{Icon, Symbol};
use crate::path::Path;
use crate::prelude::*;
use crate::state::clock::iso;
pub use filter::AuditFilter;
use model::day;
use server::audit::{AuditPage as Log, told, what};
use server::store::audit::{AuditLine, Subject};

/// A page of the log, and what it was filtered by.
#[derive(Debug, Clone)]
pub struct Audit {
    pub frame: Frame,
    pub log: Log,
    pub filter: AuditFilter,
}

#[component]
pub fn AuditPage(audit: Audit) -> Piece {
    let Audit { frame, log, filter } = audit;
    let Log { lines, older, people } = log;
    let act = piece! {
        <a class="button button--quiet" href=Path::Deletions.to_string()>"Deletions"</a>
        <a class="button" href=filter.address(&Path::AuditFile.to_string(), None)>
            <Icon symbol=Symbol::Download/>"Export as CSV"
        </a>
    };
    let about = filter.about(&lines);
    let (is_empty, is_first) = (lines.is_empty(), filter.before.is_none());
    let rows = lines.iter().map(|it| row(it, &filter)).collect_view();
    let here = Path::Audit.to_string();
    let older = older.map(|id| view! { <a class="button" href=filter.address(&here, Some(id))>"Older"</a> });
    let newest = (!is_first).then(|| view! { <a class="button" href=filter.address(&here, None)>"Newest"</a> });
    piece! {
        <FramedPage frame place=Place::Audit title="Audit log" act=Some(act)
            lead="Who did what, and when, newest first. Nothing in it can be changed. Times are UTC.">
            {filter.form(&people)}
            {about}
            {(!is_empty).then(|| table(rows))}
            {is_empty.then(|| view! { <p class="soft">"Nothing like this is in the log."</p> })}
            <nav class="page__acts page__more" aria-label="Pages">{newest}{older}</nav>
        </FramedPage>
    }
}

fn table(rows: impl IntoView + 'static) -> Piece {
    piece! {
        <div class="table-scroll" tabindex="0" role="group" aria-label="Audit log, as a table">
            <table class="table table--words">
                <thead>
                    <tr>
                        <th scope="col">"When"</th>
                        <th scope="col">"What happened"</th>
                        <th scope="col" class="for-wide">"About"</th>
                        <th scope="col" class="for-wide">"Address"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(line: &AuditLine, filter: &AuditFilter) -> Piece {
    let about = line.subject.zip(what(line)).map(|(subject, name)| {
        let only = AuditFilter { subject: Subject::id(subject), ..AuditFilter::default() };
        let href = only.address(&Path::Audit.to_string(), None);
        if filter.subject == only.subject {
            piece! { {name.to_owned()} }
        } else {
            piece! { <a class="link-button" href=href title="Only what was done to this">{name.to_owned()}</a> }
        }
    });
    piece! {
        <tr>
            <td class="table__when"><time datetime=iso(line.at)>{moment(line)}</time></td>
            <td><span class="table__told">{told(line)}</span></td>
            <td class="for-wide">{about}</td>
            <td class="for-wide faint">{line.address.clone()}</td>
        </tr>
    }
}

/// "2026-11-20 14:12"
fn moment(line: &AuditLine) -> String {
    let minutes = line.at.0.div_euclid(60_000).rem_euclid(24 * 60);
    format!("{} {:02}:{:02}", day::write(line.at), minutes / 60, minutes % 60)
}
