use super::accounts::{chip, where_it_is};
use super::connect::connection;
use super::history::history;
use crate::parts::choice::{select, tick};
use crate::parts::field::Field;
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::post_form::PostForm;
use crate::parts::text_area::TextArea;
use crate::path::Path;
use crate::prelude::*;
use model::health::Finding;
use model::ids::BotId;
use model::inbox::MarksSeen;
use model::platform::Platform;
use model::teams::{ListedAccount, ListedTeam, Schedule, Standing};
use server::store::history::ListedBackfill;

/// An account, and what can be chosen for it.
#[derive(Debug, Clone)]
pub struct Account {
    pub account: ListedAccount,
    pub teams: Vec<ListedTeam>,
    pub schedules: Vec<Schedule>,
    pub bots: Vec<(BotId, String)>,
    /// What was read back of what was said before.
    pub history: Vec<ListedBackfill>,
    /// How it fares at Meta.
    pub findings: Vec<Finding>,
}

const SEEN: [(MarksSeen, &str); 4] = [
    (MarksSeen::Never, "Never"),
    (MarksSeen::OnView, "When somebody really looks at it"),
    (MarksSeen::OnReply, "When somebody answers"),
    (MarksSeen::OnReceipt, "As soon as it comes in"),
];

#[component]
pub(super) fn AccountPage(frame: Frame, notice: Option<Piece>, one: Account) -> Piece {
    let Account { account, teams, schedules, bots, history: readings, findings } = one;
    let history = history(account.id, &readings);
    let connected = connection(account.id, account.standing, &findings);
    let bot = bot(&account, bots);
    let change = |how| Path::ChangeAccount { id: account.id, how }.to_string();
    let (shows, sight, hours) = (change("shows"), change("teams"), change("hours"));
    let pausing = pausing(&account);
    let kept = change("kept");
    let lead = where_it_is(&account);
    let chip = chip(&account);
    let seen = SEEN.map(|(it, title)| (it.word().to_owned(), title.to_owned())).to_vec();
    let ticks = teams.into_iter().map(|team| {
        let is_chosen = account.teams.contains(&team.id);
        tick("team", &team.id.to_string(), team.name, None, is_chosen)
    });
    let ticks: Vec<_> = ticks.collect();
    let teams = if ticks.is_empty() {
        piece! { <p class="small">"There is no team yet: everybody sees it. "<a class="link-button" href=Path::Teams.to_string()>"Add a team"</a></p> }
    } else {
        piece! {
            <PostForm action=sight class="page__form">
                <fieldset class="choices">
                    <legend class="small">"Tick none, and everybody sees it. Admins always do."</legend>
                    {ticks}
                </fieldset>
                <div class="page__acts"><button type="submit" class="button">"Save who sees it"</button></div>
            </PostForm>
        }
    };
    let mut schedules: Vec<_> = schedules.into_iter().map(|it| (it.id.to_string(), it.name)).collect();
    schedules.insert(0, (String::new(), "Always".to_owned()));
    let schedule = account.schedule.map(|it| it.to_string()).unwrap_or_default();
    let typing = tick(
        "typing",
        "on",
        "Show that somebody is typing".to_owned(),
        Some("While an agent writes, the customer sees three dots.".to_owned()),
        account.typing,
    );
    piece! {
        <FramedPage frame place=Place::Accounts title=account.name.clone() lead act=Some(chip)>
            {notice}
            {connected}
            <section class="page__set" aria-labelledby="sight">
                <h2 class="page__heading" id="sight">"Who sees it"</h2>
                {teams}
            </section>
            <section class="page__set" aria-labelledby="shows">
                <h2 class="page__heading" id="shows">"What customers see"</h2>
                <PostForm action=shows class="page__form">
                    {select("marks_seen", "Show a message as seen", seen, account.marks_seen.word())}
                    <div class="choices">{typing}</div>
                    <div class="page__acts"><button type="submit" class="button">"Save what they see"</button></div>
                </PostForm>
            </section>
            <section class="page__set" aria-labelledby="hours">
                <h2 class="page__heading" id="hours">"Working hours"</h2>
                <PostForm action=hours class="page__form">
                    {select("schedule", "Rules assign", schedules, &schedule)}
                    <p class="small">
                        "Outside these hours rules give nothing to anybody: it waits, unassigned, where everybody who may see it sees it."
                    </p>
                    <div class="page__acts"><button type="submit" class="button">"Save hours"</button></div>
                </PostForm>
            </section>
            {bot}
            <section class="page__set" aria-labelledby="kept">
                <h2 class="page__heading" id="kept">"How long it is kept"</h2>
                <p class="small">"Messages and files can go by themselves when they are old enough."</p>
                <div class="page__acts"><a class="button" href=kept>"Rule for what is old"</a></div>
            </section>
            {history}
            {pausing}
        </FramedPage>
    }
}

/// Who answers beside people.
fn bot(account: &ListedAccount, bots: Vec<(BotId, String)>) -> Piece {
    let action = Path::ChangeAccount { id: account.id, how: "bot" }.to_string();
    let set = account.bot.clone();
    let mut ours: Vec<_> = bots.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    ours.insert(0, (String::new(), "None".to_owned()));
    let chosen = set.bot.map(|it| it.to_string()).unwrap_or_default();
    let back = tick(
        "hand_back",
        "on",
        "Hand back to the bot on closing".to_owned(),
        Some("Ten seconds after somebody closed a conversation the bot has it, unless it was opened again.".to_owned()),
        set.hand_back,
    );
    let by_word = (account.platform == Platform::Instagram).then(|| {
        piece! {
            <p class="small">
                "Meta knows handing over for Pages, and for Instagram accounts that are linked to one. Of an account that was connected with Instagram’s own login we only note here who answers: the other app hears nothing of it."
            </p>
        }
    });
    piece! {
        <section class="page__set" aria-labelledby="bot-heading">
            <h2 class="page__heading" id="bot-heading">"Bot"</h2>
            <PostForm action class="page__form">
                {select("bot", "A bot of ours, which answers through the API", ours, &chosen)}
                <Field name="app" label="Or another app that answers" autocomplete="off" is_optional=true
                    value=set.app.unwrap_or_default()
                    hint="Its id at Meta. With neither, “Hand to bot” lets the default app of the Page answer."/>
                <Field name="app_name" label="What people call that app" autocomplete="off" is_optional=true
                    value=set.app_name.unwrap_or_default()/>
                {by_word}
                <div class="choices">{back}</div>
                <TextArea name="disclosure" label="What our bot says first" value=set.disclosure.unwrap_or_default() rows=3
                    is_required=false
                    hint="Such as “You are chatting with an automated assistant.” Customers get it before the bot’s first message, its first after a day without one, and its first after people gave the conversation back. Meta wants bots to be known as such, and law requires it in some places, among them California and Germany. Another app says it itself."/>
                <div class="page__acts"><button type="submit" class="button">"Save bot"</button></div>
            </PostForm>
        </section>
    }
}

fn pausing(account: &ListedAccount) -> Option<Piece> {
    let (how, words, title) = match account.standing {
        Standing::Active => ("pause", "What comes in is still shown. Nothing goes out until you resume it.", "Pause"),
        Standing::Paused => ("resume", "Nothing goes out. What waits leaves as soon as you resume it.", "Resume"),
        Standing::Disconnected | Standing::Deleting => return None,
    };
    let action = Path::ChangeAccount { id: account.id, how }.to_string();
    Some(piece! {
        <section class="page__set" aria-labelledby="sending">
            <h2 class="page__heading" id="sending">"Sending"</h2>
            <PostForm action class="page__form">
                <p class="small" id="sending-words">{words}</p>
                <div class="page__acts">
                    <button type="submit" class="button" aria-describedby="sending-words">{title}</button>
                </div>
            </PostForm>
        </section>
    })
}
