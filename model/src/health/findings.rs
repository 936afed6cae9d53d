//! What the facts mean.

use super::{AccountFacts, Asked, Finding, LoginFacts, Mend, Signatures, Tag, TokenFacts};
use crate::needs::{has_vital_fields, missing_fields, permissions};
use crate::platform::{Login, Platform};
use crate::teams::Standing;
use crate::time::{DAY_S, HOUR_S, MINUTE_S, Timestamp};

const TOKEN: &str = "Token";
const PERMISSIONS: &str = "Permissions";
const WEBHOOKS: &str = "Webhooks";

/// Then somebody has to do something.
const ENDS_SOON_MS: i64 = 7 * DAY_S * 1000;
/// A business that hears nothing for so long may want to know.
const QUIET_MS: i64 = 7 * DAY_S * 1000;
/// A machine that keeps its clock is within a second of Meta's; times of messages and windows go wrong slowly.
const CLOCK_ODD_MS: u64 = 30_000;
const CLOCK_WRONG_MS: u64 = 5 * 60_000;

/// Everything that was looked at of one account, in the order in which it matters.
pub fn of_account(it: &AccountFacts, now: Timestamp) -> Vec<Finding> {
    let mut found: Vec<Finding> = standing(it).into_iter().collect();
    if matches!(it.standing, Standing::Disconnected | Standing::Deleting) {
        return found;
    }
    if it.logins.is_empty() {
        let words = "There is none. Messages can arrive, and nothing can be sent. Connect the account again.";
        found.push(Finding::broken(TOKEN, words).mended_by(Mend::Connect));
    }
    let several = it.logins.len() > 1;
    for login in &it.logins {
        let begin = found.len();
        found.push(token(login, now));
        if login.token == TokenFacts::Works {
            found.push(granted(it.platform, login));
            found.push(webhooks(it.platform, login, now));
        }
        if several {
            let whose = match login.login {
                Login::Instagram => "Instagram’s own login: ",
                Login::Page => "Facebook’s login: ",
            };
            for one in &mut found[begin..] {
                one.words.insert_str(0, whose);
            }
        }
    }
    found.push(last_event(it.last_event_at, now));
    found.push(last_send(it, now));
    found.push(tag(it.tag));
    found
}

fn standing(it: &AccountFacts) -> Option<Finding> {
    const ABOUT: &str = "Sending";
    match it.standing {
        Standing::Paused => {
            let words = "Paused by an admin: what comes in is shown, nothing goes out.";
            Some(Finding::warning(ABOUT, words).mended_by(Mend::Settings))
        }
        Standing::Disconnected => Some(
            Finding::broken(
                "Connection",
                "It is not connected: nothing comes in, nothing goes out. All that was said is kept.",
            )
            .mended_by(Mend::Connect),
        ),
        Standing::Deleting => Some(Finding::warning("Connection", "The account is being deleted.")),
        Standing::Active if it.is_blocked => {
            let words = "Meta has blocked this account from sending, because of its rules. Look at the account’s \
                         status at Meta.";
            Some(Finding::broken(ABOUT, words))
        }
        Standing::Active => None,
    }
}

fn token(it: &LoginFacts, now: Timestamp) -> Finding {
    match &it.token {
        TokenFacts::Locked(why) => {
            let words = format!(
                "It cannot be opened: {why}. Put back the secret key that it was sealed with, or connect the account \
                 again."
            );
            return Finding::broken(TOKEN, words).mended_by(Mend::Connect);
        }
        TokenFacts::Dead(why) => {
            let why = why.as_deref().map(|it| format!(": {it}")).unwrap_or_default();
            let words =
                format!("Meta refuses it{why}. Messages still arrive; nothing can be sent. Connect the account again.");
            return Finding::broken(TOKEN, words).mended_by(Mend::Connect);
        }
        TokenFacts::Works => {}
    }
    let left_ms = it.expires_at.map(|it| it.since_ms(now));
    if let Some(left_ms) = left_ms.filter(|it| *it <= 0) {
        let words = format!("It ran out {} ago. Connect the account again.", span(-left_ms));
        return Finding::broken(TOKEN, words).mended_by(Mend::Connect);
    }
    if let Some(left_ms) = left_ms.filter(|it| *it < ENDS_SOON_MS) {
        let words = format!("It ends in {}, and Meta did not prolong it. Connect the account again.", span(left_ms));
        return Finding::warning(TOKEN, words).mended_by(Mend::Connect);
    }
    let until = match (left_ms, it.login) {
        (Some(left_ms), Login::Instagram) => format!(", for {} more; it is prolonged by itself", span(left_ms)),
        (Some(left_ms), Login::Page) => format!(", for {} more", span(left_ms)),
        (None, Login::Page) => ", without an end".to_owned(),
        (None, Login::Instagram) => String::new(),
    };
    match &it.asked {
        Some(Asked { at, error: Some(why), .. }) => {
            let since = at.map(|at| format!(" It answered last {} ago.", span(now.since_ms(at)))).unwrap_or_default();
            let words = format!("Meta could not be asked: {why}.{since} This is tried again by itself.");
            Finding::warning(TOKEN, words).mended_by(Mend::Look)
        }
        Some(Asked { at: Some(at), .. }) => {
            Finding::good(TOKEN, format!("Works{until}. Meta was asked {} ago.", span(now.since_ms(*at))))
        }
        _ => Finding::good(TOKEN, format!("Is there{until}. Meta is asked within minutes.")).mended_by(Mend::Look),
    }
}

fn granted(platform: Platform, it: &LoginFacts) -> Finding {
    let needed = permissions(platform, it.login);
    let is_lost = |name: &str| it.asked.as_ref().is_some_and(|it| it.missing.iter().any(|lost| lost == name));
    let is_granted = |name: &str| it.granted.iter().any(|granted| granted == name);
    // Where Meta has not told what was granted, only what it refuses is missing.
    let is_told = !it.granted.is_empty();
    let missing: Vec<_> = needed.iter().filter(|it| is_lost(it.name) || is_told && !is_granted(it.name)).collect();
    if missing.is_empty() {
        let words: Vec<_> = needed.iter().filter(|it| is_granted(it.name)).map(|it| it.words).collect();
        return match words.as_slice() {
            [] => Finding::good(PERMISSIONS, "Nothing that Meta was asked for was refused."),
            words => Finding::good(PERMISSIONS, format!("We may {}.", listed(words))),
        };
    }
    let words: Vec<_> = missing.iter().map(|it| format!("{} ({})", it.words, it.name)).collect();
    let words = format!(
        "We may not {}. Connect the account again and allow it; where it was taken from the app, ask Meta for it.",
        listed(&words)
    );
    if missing.iter().any(|it| it.is_vital) {
        Finding::broken(PERMISSIONS, words).mended_by(Mend::Connect)
    } else {
        Finding::warning(PERMISSIONS, words).mended_by(Mend::Connect)
    }
}

fn webhooks(platform: Platform, it: &LoginFacts, now: Timestamp) -> Finding {
    let Some(Asked { at: Some(at), fields: Some(told), .. }) = &it.asked else {
        return Finding::warning(WEBHOOKS, "What Meta tells us of is not known yet.").mended_by(Mend::Look);
    };
    if !has_vital_fields(told) {
        let words = "Meta does not tell us what customers write. It is asked again every few minutes to do so.";
        return Finding::broken(WEBHOOKS, words).mended_by(Mend::Look);
    }
    let missing = missing_fields(platform, it.login, told);
    if missing.is_empty() {
        return Finding::good(WEBHOOKS, format!("Meta tells us of everything, as of {} ago.", span(now.since_ms(*at))));
    }
    Finding::warning(WEBHOOKS, format!("Meta does not tell us of {}.", listed(&missing))).mended_by(Mend::Look)
}

fn last_event(at: Option<Timestamp>, now: Timestamp) -> Finding {
    const ABOUT: &str = "Last event";
    match at.map(|at| now.since_ms(at)) {
        None => Finding::warning(ABOUT, "Nothing has come in yet. Write to the account from another one to try it."),
        Some(ms) if ms > QUIET_MS => {
            let words = format!("{} If that is strange, write to the account from another one.", ago(ms));
            Finding::warning(ABOUT, words)
        }
        Some(ms) => Finding::good(ABOUT, ago(ms)),
    }
}

fn last_send(it: &AccountFacts, now: Timestamp) -> Finding {
    let words = it.last_sent_at.map_or_else(|| "Nothing has been sent yet.".to_owned(), |at| ago(now.since_ms(at)));
    Finding::good("Last send", words)
}

fn tag(it: Tag) -> Finding {
    const ABOUT: &str = "After 24 hours";
    match it {
        Tag::Works => Finding::good(ABOUT, "Meta lets people answer for 7 days."),
        Tag::Unknown => Finding::good(ABOUT, "Not tried yet: the first answer after 24 hours shows it."),
        Tag::Refused => {
            let words = "Meta refused an answer after 24 hours. Ask Meta for the permission “Human Agent” in App \
                         Review; until then customers have to write first.";
            Finding::warning(ABOUT, words)
        }
    }
}

/// Whether what is posted to us is signed with a secret of ours. `n_secrets` are set.
pub fn of_signatures(it: Signatures, n_secrets: usize) -> Finding {
    const ABOUT: &str = "Signatures";
    let Signatures { n_right, n_wrong } = it;
    if n_secrets == 0 {
        let words = "No app secret is set (SWITCHBOARD_META_APP_SECRETS): nothing that Meta sends can be believed.";
        return Finding::broken(ABOUT, words);
    }
    match (n_right, n_wrong) {
        (0, 0) => Finding::good(ABOUT, "Nothing was posted to us in the last day."),
        (_, 0) => Finding::good(ABOUT, format!("All of {} fitted in the last day.", count(n_right, "webhook"))),
        (0, _) => {
            let words = format!(
                "None of {} fitted in the last day: the app secret here is not the one at Meta. Set \
                 SWITCHBOARD_META_APP_SECRETS to the Meta app’s and the Instagram app’s.",
                count(n_wrong, "webhook")
            );
            Finding::broken(ABOUT, words)
        }
        (_, _) => {
            let words = format!(
                "{n_wrong} of {} did not fit in the last day. Either a secret is missing in \
                 SWITCHBOARD_META_APP_SECRETS, or somebody else posts here, whom we do not believe.",
                count(n_right + n_wrong, "webhook")
            );
            Finding::warning(ABOUT, words)
        }
    }
}

/// By how much our clock is ahead of Meta's.
pub fn of_clock(ahead_ms: Option<i64>) -> Finding {
    const ABOUT: &str = "Clock";
    let Some(ahead_ms) = ahead_ms else { return Finding::good(ABOUT, "Not compared with Meta’s yet.") };
    let off_ms = ahead_ms.unsigned_abs();
    if off_ms < CLOCK_ODD_MS {
        return Finding::good(ABOUT, "The same as Meta’s.");
    }
    let side = if ahead_ms > 0 { "ahead of" } else { "behind" };
    let words = format!(
        "This machine is {} {side} Meta: times and the time left to answer are wrong by that. Set its clock from the \
         network.",
        span(i64::try_from(off_ms).unwrap_or(i64::MAX))
    );
    if off_ms < CLOCK_WRONG_MS { Finding::warning(ABOUT, words) } else { Finding::broken(ABOUT, words) }
}

/// Shorter than this nobody counts.
const MOMENT_S: i64 = 10;

/// "3 days", "1 hour", "5 minutes", "a moment"
fn span(ms: i64) -> String {
    let s = ms.max(0) / 1000;
    if s >= 2 * DAY_S {
        count(s / DAY_S, "day")
    } else if s >= HOUR_S {
        count(s / HOUR_S, "hour")
    } else if s >= MINUTE_S {
        count(s / MINUTE_S, "minute")
    } else if s >= MOMENT_S {
        count(s, "second")
    } else {
        "a moment".to_owned()
    }
}

/// A sentence of its own.
fn ago(ms: i64) -> String {
    let words = format!("{} ago.", span(ms));
    words.strip_prefix('a').map(|rest| format!("A{rest}")).unwrap_or(words)
}

fn count(n: i64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// "a, b and c"
fn listed<T: AsRef<str>>(words: &[T]) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match words.as_slice() {
        [front @ .., last] if !front.is_empty() => format!("{} and {last}", front.join(", ")),
        words => words.concat(),
    }
}
