use super::accounts::of_platform;
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::health::{Finding, Level, Mend};
use model::ids::AccountId;
use server::health::{AccountReport, Report};

#[component]
pub(super) fn HealthPage(frame: Frame, notice: Option<Piece>, report: Report) -> Piece {
    let Report { ours, accounts } = report;
    let none = accounts.is_empty().then(|| piece! { <p class="page__lead">"No account is connected yet."</p> });
    let accounts = accounts.into_iter().map(account).collect_view();
    piece! {
        <FramedPage frame place=Place::Accounts title="Health"
            lead="Meta is asked about each account every few minutes. What it stopped telling us of is switched on again by itself.">
            {notice}
            {none}
            {accounts}
            <section class="health" aria-label="Between Meta and us">
                <div><h2 class="health__name">"Between Meta and us"</h2><p class="health__chip">{chip(&ours)}</p></div>
                <ul class="checks">{ours.iter().map(|it| row(it, None)).collect_view()}</ul>
            </section>
        </FramedPage>
    }
}

fn account(it: AccountReport) -> Piece {
    let where_it_is = of_platform(it.platform, it.username.as_deref());
    let label = format!("{}, {where_it_is}", it.name);
    let look = Path::ChangeAccount { id: it.id, how: "look" }.to_string();
    let of = format!(" for {}", it.name);
    piece! {
        <section class="health" aria-label=label>
            <div>
                <h2 class="health__name">{it.name}</h2>
                <p class="small">{where_it_is}</p>
                <p class="health__chip">{chip(&it.findings)}</p>
                <PostForm action=look>
                    <button type="submit" class="button button--small">
                        "Look now"<span class="for-screen-reader">{of}</span>
                    </button>
                </PostForm>
            </div>
            {checks(&it.findings, it.id)}
        </section>
    }
}

/// All that was found about one account.
pub(super) fn checks(findings: &[Finding], account: AccountId) -> Piece {
    piece! { <ul class="checks">{findings.iter().map(|found| row(found, Some(account))).collect_view()}</ul> }
}

/// The worst of it.
fn chip(findings: &[Finding]) -> Piece {
    let (class, words) = match findings.iter().map(|it| it.level).max() {
        Some(Level::Broken) => ("chip chip--bad", "Broken"),
        Some(Level::Warning) => ("chip chip--soon", "Needs a look"),
        _ => ("chip chip--good", "Healthy"),
    };
    piece! { <span class=class>{words}</span> }
}

fn row(it: &Finding, account: Option<AccountId>) -> Piece {
    let (class, symbol, said) = match it.level {
        Level::Good => ("checks__item", Symbol::CheckCircle, ""),
        Level::Warning => ("checks__item checks__item--warn", Symbol::Hourglass, "Needs a look: "),
        Level::Broken => ("checks__item checks__item--bad", Symbol::Alert, "Broken: "),
    };
    let mend = it.mend.zip(account).and_then(|(mend, id)| mended(mend, id));
    piece! {
        <li class=class>
            <Icon symbol/>
            <span>
                <b><span class="for-screen-reader">{said}</span>{it.about}</b>
                {it.words.clone()}" "{mend}
            </span>
        </li>
    }
}

/// "Look now" stands beside the account anyway.
fn mended(mend: Mend, id: AccountId) -> Option<Piece> {
    let (href, words) = match mend {
        Mend::Connect => (Path::Connect, "Connect again"),
        Mend::Settings => (Path::Account { id }, "Settings"),
        Mend::Look => return None,
    };
    Some(piece! { <a class="link-button link-button--inline" href=href.to_string()>{words}</a> })
}
