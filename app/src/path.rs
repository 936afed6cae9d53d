//! Every address of ours, built in one place.

use crate::query;
#[cfg(feature = "ssr")]
use model::ids::{
    AccountId, ApiTokenId, BotId, ConnectChoiceId, EndpointId, FieldId, RuleId, SavedViewId, ScheduleId, TeamId,
};
use model::ids::{ContactId, ConversationId, MessageId};
use model::inbox::After;
use model::media::MediaId;
use model::time::Timestamp;
use model::view::View;
#[cfg(feature = "ssr")]
use model::{desk::SavedReplyId, endpoints::DeliveryKey, ids::LabelId, person::PersonId};
use std::fmt;

/// Only the server leads to what stands under its feature: the bundle knows no word of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path<'a> {
    Login,
    /// Signing in, and then back to a path of ours.
    #[cfg(feature = "ssr")]
    LoginThen {
        next: &'a str,
    },
    /// The code beside the password, and then back to a path of ours.
    #[cfg(feature = "ssr")]
    LoginCode {
        next: &'a str,
    },
    /// Posted to; there is no page.
    Logout,
    /// The first admin is made here, once.
    #[cfg(feature = "ssr")]
    SetUp {
        link: &'a str,
    },
    /// Somebody who was invited comes in here, once.
    #[cfg(feature = "ssr")]
    Join {
        link: &'a str,
    },
    People,
    #[cfg(feature = "ssr")]
    Invite,
    /// Posted to, for one of the people; there is no page.
    #[cfg(feature = "ssr")]
    ChangePerson {
        id: PersonId,
        how: &'static str,
    },
    #[cfg(feature = "ssr")]
    Audit,
    #[cfg(feature = "ssr")]
    AuditFile,
    /// All about one customer.
    Contact {
        id: ContactId,
    },
    #[cfg(feature = "ssr")]
    ExportContact {
        id: ContactId,
    },
    #[cfg(feature = "ssr")]
    DeleteContact {
        id: ContactId,
    },
    /// Posted to: `block` or `unblock`.
    #[cfg(feature = "ssr")]
    BlockContact {
        id: ContactId,
        how: &'static str,
    },
    /// Posted to: what was said before is to be read back.
    #[cfg(feature = "ssr")]
    RecallContact {
        id: ContactId,
    },
    #[cfg(feature = "ssr")]
    Deletions,
    #[cfg(feature = "ssr")]
    Fields,
    #[cfg(feature = "ssr")]
    NewField,
    #[cfg(feature = "ssr")]
    Field {
        id: FieldId,
    },
    #[cfg(feature = "ssr")]
    RaiseField {
        id: FieldId,
    },
    #[cfg(feature = "ssr")]
    DeleteField {
        id: FieldId,
    },
    #[cfg(feature = "ssr")]
    Labels,
    #[cfg(feature = "ssr")]
    NewLabel,
    #[cfg(feature = "ssr")]
    Label {
        id: LabelId,
    },
    #[cfg(feature = "ssr")]
    DeleteLabel {
        id: LabelId,
    },
    #[cfg(feature = "ssr")]
    Numbers {
        span: i64,
    },
    #[cfg(feature = "ssr")]
    NumbersFile {
        span: i64,
        by: &'static str,
    },
    #[cfg(feature = "ssr")]
    Replies,
    #[cfg(feature = "ssr")]
    NewReply,
    #[cfg(feature = "ssr")]
    SavedReply {
        id: SavedReplyId,
    },
    #[cfg(feature = "ssr")]
    DeleteReply {
        id: SavedReplyId,
    },
    /// What concerns whoever looks.
    Notifications,
    /// Posted to; there is no page.
    #[cfg(feature = "ssr")]
    ReadNotifications,
    /// One's own page.
    Me,
    /// One's code beside the password.
    #[cfg(feature = "ssr")]
    SecondFactor,
    /// Posted to: whether everybody must have one.
    #[cfg(feature = "ssr")]
    RequireSecondFactor,
    /// Posted to; there is no page.
    #[cfg(feature = "ssr")]
    RemoveMyPicture,
    /// Posted to by the forms of one's own page.
    #[cfg(feature = "ssr")]
    ChangeMe {
        what: &'static str,
    },
    #[cfg(feature = "ssr")]
    Teams,
    #[cfg(feature = "ssr")]
    Team {
        id: TeamId,
    },
    #[cfg(feature = "ssr")]
    ChangeTeam {
        id: TeamId,
        how: &'static str,
    },
    #[cfg(feature = "ssr")]
    Accounts,
    /// Connecting one, also one that was connected before.
    #[cfg(feature = "ssr")]
    Connect,
    /// How the accounts fare.
    #[cfg(feature = "ssr")]
    Health,
    #[cfg(feature = "ssr")]
    Account {
        id: AccountId,
    },
    #[cfg(feature = "ssr")]
    ChangeAccount {
        id: AccountId,
        how: &'static str,
    },
    /// On to Meta.
    #[cfg(feature = "ssr")]
    ConnectBy {
        login: &'static str,
        app: &'a str,
    },
    /// Back from Facebook's login: which of one's Pages.
    #[cfg(feature = "ssr")]
    ConnectPages {
        id: ConnectChoiceId,
    },
    #[cfg(feature = "ssr")]
    ConnectToken,
    #[cfg(feature = "ssr")]
    Rules,
    #[cfg(feature = "ssr")]
    ChangeRule {
        id: RuleId,
        how: &'static str,
    },
    #[cfg(feature = "ssr")]
    Hours,
    #[cfg(feature = "ssr")]
    NewSchedule,
    #[cfg(feature = "ssr")]
    Schedule {
        id: ScheduleId,
    },
    #[cfg(feature = "ssr")]
    DeleteSchedule {
        id: ScheduleId,
    },
    /// What other programs can do, to read.
    #[cfg(feature = "ssr")]
    Api,
    /// The same for programs.
    #[cfg(feature = "ssr")]
    ApiDocument,
    /// What lets other programs in.
    #[cfg(feature = "ssr")]
    Tokens,
    /// Posted to; there is no page.
    #[cfg(feature = "ssr")]
    RevokeToken {
        id: ApiTokenId,
    },
    /// Other programs that are told what happens.
    #[cfg(feature = "ssr")]
    Endpoints,
    /// What one was told.
    #[cfg(feature = "ssr")]
    Endpoint {
        id: EndpointId,
    },
    #[cfg(feature = "ssr")]
    FailedOf {
        id: EndpointId,
    },
    /// Posted to; there is no page. So it is with the next five.
    #[cfg(feature = "ssr")]
    PauseEndpoint {
        id: EndpointId,
    },
    #[cfg(feature = "ssr")]
    ResumeEndpoint {
        id: EndpointId,
    },
    #[cfg(feature = "ssr")]
    DeleteEndpoint {
        id: EndpointId,
    },
    #[cfg(feature = "ssr")]
    ReplayEndpoint {
        id: EndpointId,
    },
    #[cfg(feature = "ssr")]
    ReplayDelivery {
        key: DeliveryKey,
    },
    #[cfg(feature = "ssr")]
    LimitBot {
        id: BotId,
    },
    Inbox {
        view: View,
    },
    /// Looking through everything.
    Find,
    /// What was found of these words.
    Found {
        words: &'a str,
    },
    /// From where the page before ended.
    #[cfg(feature = "ssr")]
    FoundMore {
        words: &'a str,
        after: i64,
    },
    /// A conversation, opened at one of its messages.
    #[cfg(feature = "ssr")]
    Message {
        conversation: ConversationId,
        id: MessageId,
    },
    Search {
        view: View,
        words: &'a str,
    },
    /// The form of what narrows a list.
    Narrow {
        view: View,
        words: &'a str,
    },
    #[cfg(feature = "ssr")]
    SavedViews,
    #[cfg(feature = "ssr")]
    SavedView {
        id: SavedViewId,
    },
    #[cfg(feature = "ssr")]
    DeleteSavedView {
        id: SavedViewId,
    },
    /// The next page of a list, where there is no program to add it to this one.
    More {
        view: View,
        words: &'a str,
        after: After,
    },
    /// A conversation, beside the list in which it was found.
    Conversation {
        view: View,
        words: &'a str,
        id: ConversationId,
    },
    /// A kept file.
    Media {
        id: MediaId,
    },
    /// A story, passed on from Meta as long as it lives.
    StoryMedia {
        message: MessageId,
        position: usize,
    },
    /// Posted to.
    #[cfg(feature = "ssr")]
    Prioritise {
        conversation: ConversationId,
    },
    /// Posted to.
    #[cfg(feature = "ssr")]
    GiveToTeam {
        conversation: ConversationId,
    },
    /// Posted to by the form under a thread, where there is no program; there is no page.
    Reply {
        conversation: ConversationId,
    },
    /// Posted to by a button; there is no page.
    Hand {
        conversation: ConversationId,
        how: &'static str,
    },
}

impl fmt::Display for Path<'_> {
    #[expect(clippy::too_many_lines, reason = "a line for each address, and nothing else")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Login => f.write_str("/login"),
            #[cfg(feature = "ssr")]
            Self::LoginThen { next } => write!(f, "/login?next={}", query::encode(next)),
            #[cfg(feature = "ssr")]
            Self::LoginCode { next: "" } => f.write_str("/login/code"),
            #[cfg(feature = "ssr")]
            Self::LoginCode { next } => write!(f, "/login/code?next={}", query::encode(next)),
            Self::Logout => f.write_str("/logout"),
            #[cfg(feature = "ssr")]
            Self::SetUp { link } => write!(f, "/setup/{}", query::encode(link)),
            #[cfg(feature = "ssr")]
            Self::Join { link } => write!(f, "/join/{}", query::encode(link)),
            Self::People => f.write_str("/people"),
            #[cfg(feature = "ssr")]
            Self::Invite => f.write_str("/people/invite"),
            #[cfg(feature = "ssr")]
            Self::ChangePerson { id, how } => write!(f, "/people/{id}/{how}"),
            #[cfg(feature = "ssr")]
            Self::Audit => f.write_str("/audit"),
            #[cfg(feature = "ssr")]
            Self::AuditFile => f.write_str("/audit.csv"),
            Self::Contact { id } => write!(f, "/contacts/{id}"),
            #[cfg(feature = "ssr")]
            Self::ExportContact { id } => write!(f, "/contacts/{id}/export"),
            #[cfg(feature = "ssr")]
            Self::DeleteContact { id } => write!(f, "/contacts/{id}/delete"),
            #[cfg(feature = "ssr")]
            Self::BlockContact { id, how } => write!(f, "/contacts/{id}/{how}"),
            #[cfg(feature = "ssr")]
            Self::RecallContact { id } => write!(f, "/contacts/{id}/history"),
            #[cfg(feature = "ssr")]
            Self::Deletions => f.write_str("/contacts/deletions"),
            #[cfg(feature = "ssr")]
            Self::Fields => f.write_str("/fields"),
            #[cfg(feature = "ssr")]
            Self::NewField => f.write_str("/fields/new"),
            #[cfg(feature = "ssr")]
            Self::Field { id } => write!(f, "/fields/{id}"),
            #[cfg(feature = "ssr")]
            Self::RaiseField { id } => write!(f, "/fields/{id}/up"),
            #[cfg(feature = "ssr")]
            Self::DeleteField { id } => write!(f, "/fields/{id}/delete"),
            #[cfg(feature = "ssr")]
            Self::Labels => f.write_str("/labels"),
            #[cfg(feature = "ssr")]
            Self::NewLabel => f.write_str("/labels/new"),
            #[cfg(feature = "ssr")]
            Self::Label { id } => write!(f, "/labels/{id}"),
            #[cfg(feature = "ssr")]
            Self::DeleteLabel { id } => write!(f, "/labels/{id}/delete"),
            #[cfg(feature = "ssr")]
            Self::Numbers { span: 30 } => f.write_str("/numbers"),
            #[cfg(feature = "ssr")]
            Self::Numbers { span } => write!(f, "/numbers?days={span}"),
            #[cfg(feature = "ssr")]
            Self::NumbersFile { span, by } => write!(f, "/numbers.csv?days={span}&by={by}"),
            #[cfg(feature = "ssr")]
            Self::Replies => f.write_str("/replies"),
            #[cfg(feature = "ssr")]
            Self::NewReply => f.write_str("/replies/new"),
            #[cfg(feature = "ssr")]
            Self::SavedReply { id } => write!(f, "/replies/{id}"),
            #[cfg(feature = "ssr")]
            Self::DeleteReply { id } => write!(f, "/replies/{id}/delete"),
            Self::Notifications => f.write_str("/notifications"),
            #[cfg(feature = "ssr")]
            Self::ReadNotifications => f.write_str("/notifications/read"),
            Self::Me => f.write_str("/me"),
            #[cfg(feature = "ssr")]
            Self::SecondFactor => f.write_str("/me/second-factor"),
            #[cfg(feature = "ssr")]
            Self::RequireSecondFactor => f.write_str("/people/second-factor"),
            #[cfg(feature = "ssr")]
            Self::RemoveMyPicture => f.write_str("/me/picture/remove"),
            #[cfg(feature = "ssr")]
            Self::ChangeMe { what } => write!(f, "/me/{what}"),
            #[cfg(feature = "ssr")]
            Self::Teams => f.write_str("/teams"),
            #[cfg(feature = "ssr")]
            Self::Team { id } => write!(f, "/teams/{id}"),
            #[cfg(feature = "ssr")]
            Self::ChangeTeam { id, how } => write!(f, "/teams/{id}/{how}"),
            #[cfg(feature = "ssr")]
            Self::Accounts => f.write_str("/accounts"),
            #[cfg(feature = "ssr")]
            Self::Connect => f.write_str("/accounts/connect"),
            #[cfg(feature = "ssr")]
            Self::Health => f.write_str("/accounts/health"),
            #[cfg(feature = "ssr")]
            Self::Account { id } => write!(f, "/accounts/{id}"),
            #[cfg(feature = "ssr")]
            Self::ChangeAccount { id, how } => write!(f, "/accounts/{id}/{how}"),
            #[cfg(feature = "ssr")]
            Self::ConnectBy { login, app: "" } => write!(f, "/accounts/connect/{login}"),
            #[cfg(feature = "ssr")]
            Self::ConnectBy { login, app } => write!(f, "/accounts/connect/{login}?app={}", query::encode(app)),
            #[cfg(feature = "ssr")]
            Self::ConnectPages { id } => write!(f, "/accounts/connect/pages/{id}"),
            #[cfg(feature = "ssr")]
            Self::ConnectToken => f.write_str("/accounts/connect/token"),
            #[cfg(feature = "ssr")]
            Self::Rules => f.write_str("/rules"),
            #[cfg(feature = "ssr")]
            Self::ChangeRule { id, how } => write!(f, "/rules/{id}/{how}"),
            #[cfg(feature = "ssr")]
            Self::Hours => f.write_str("/hours"),
            #[cfg(feature = "ssr")]
            Self::NewSchedule => f.write_str("/hours/new"),
            #[cfg(feature = "ssr")]
            Self::Schedule { id } => write!(f, "/hours/{id}"),
            #[cfg(feature = "ssr")]
            Self::DeleteSchedule { id } => write!(f, "/hours/{id}/delete"),
            #[cfg(feature = "ssr")]
            Self::Api => f.write_str("/api"),
            #[cfg(feature = "ssr")]
            Self::ApiDocument => f.write_str("/api/v1/openapi.json"),
            #[cfg(feature = "ssr")]
            Self::Tokens => f.write_str("/tokens"),
            #[cfg(feature = "ssr")]
            Self::RevokeToken { id } => write!(f, "/tokens/{id}/revoke"),
            #[cfg(feature = "ssr")]
            Self::Endpoints => f.write_str("/endpoints"),
            #[cfg(feature = "ssr")]
            Self::Endpoint { id } => write!(f, "/endpoints/{id}"),
            #[cfg(feature = "ssr")]
            Self::FailedOf { id } => write!(f, "/endpoints/{id}?failed=yes"),
            #[cfg(feature = "ssr")]
            Self::PauseEndpoint { id } => write!(f, "/endpoints/{id}/pause"),
            #[cfg(feature = "ssr")]
            Self::ResumeEndpoint { id } => write!(f, "/endpoints/{id}/resume"),
            #[cfg(feature = "ssr")]
            Self::DeleteEndpoint { id } => write!(f, "/endpoints/{id}/delete"),
            #[cfg(feature = "ssr")]
            Self::ReplayEndpoint { id } => write!(f, "/endpoints/{id}/replay"),
            #[cfg(feature = "ssr")]
            Self::ReplayDelivery { key } => write!(f, "/endpoints/{}/replay/{}", key.endpoint, key.place()),
            #[cfg(feature = "ssr")]
            Self::LimitBot { id } => write!(f, "/bots/{id}/limit"),
            Self::Inbox { view } => write!(f, "/inbox{}", ListQuery { view: *view, words: "", after: None }),
            Self::Find => f.write_str("/search"),
            Self::Found { words } => write!(f, "/search?q={}", query::encode(words)),
            #[cfg(feature = "ssr")]
            Self::FoundMore { words, after } => write!(f, "{}&after={after}", Path::Found { words }),
            #[cfg(feature = "ssr")]
            Self::Message { conversation, id } => write!(f, "/inbox/{conversation}?at={id}#m-{id}"),
            Self::Search { view, words } => write!(f, "/inbox{}", ListQuery { view: *view, words, after: None }),
            Self::Narrow { view, words } => {
                write!(f, "/views/new{}", ListQuery { view: *view, words, after: None })
            }
            #[cfg(feature = "ssr")]
            Self::SavedViews => f.write_str("/views"),
            #[cfg(feature = "ssr")]
            Self::SavedView { id } => write!(f, "/views/{id}"),
            #[cfg(feature = "ssr")]
            Self::DeleteSavedView { id } => write!(f, "/views/{id}/delete"),
            Self::More { view, words, after } => {
                write!(f, "/inbox{}", ListQuery { view: *view, words, after: Some(*after) })
            }
            Self::Conversation { view, words, id } => {
                write!(f, "/inbox/{id}{}", ListQuery { view: *view, words, after: None })
            }
            Self::Media { id } => write!(f, "/media/{id}"),
            Self::StoryMedia { message, position } => write!(f, "/media/story/{message}/{position}"),
            #[cfg(feature = "ssr")]
            Self::Prioritise { conversation } => write!(f, "/inbox/{conversation}/priority"),
            #[cfg(feature = "ssr")]
            Self::GiveToTeam { conversation } => write!(f, "/inbox/{conversation}/team"),
            Self::Reply { conversation } => write!(f, "/inbox/{conversation}/reply"),
            Self::Hand { conversation, how } => write!(f, "/inbox/{conversation}/{how}"),
        }
    }
}

/// Which part of which list is shown, as the end of an address.
struct ListQuery<'a> {
    view: View,
    words: &'a str,
    after: Option<After>,
}

impl fmt::Display for ListQuery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut mark = '?';
        if self.view != View::Mine {
            write!(f, "?view={}", self.view.word())?;
            mark = '&';
        }
        if !self.words.is_empty() {
            write!(f, "{mark}q={}", query::encode(self.words))?;
            mark = '&';
        }
        match self.after {
            Some(After { at, id }) => write!(f, "{mark}after={}.{id}", at.0),
            None => Ok(()),
        }
    }
}

/// Reads the `after` that [`Path::More`] wrote.
pub fn read_after(value: &str) -> Option<After> {
    let (at, id) = value.split_once('.')?;
    Some(After { at: Timestamp(at.parse().ok()?), id: id.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::Id as _;

    #[test]
    fn where_a_page_begins_is_read_as_it_was_written() {
        let after = After { at: Timestamp(1_795_183_925_000), id: ConversationId::compose(1, [2; 10]) };
        let path = Path::More { view: View::Closed, words: "mug", after }.to_string();
        let value = query::value(path.split_once('?').map_or("", |it| it.1), "after");
        assert_eq!(value.as_deref().and_then(read_after), Some(after));
        for wrong in ["", "1", "x.y", "1.y"] {
            assert_eq!(read_after(wrong), None);
        }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a line for each address, and nothing else")]
    fn every_address() {
        let id = ConversationId::from_bits((1 << 80) + 1);
        let list = [
            (Path::Login, "/login"),
            #[cfg(feature = "ssr")]
            (Path::LoginThen { next: "/inbox?view=closed" }, "/login?next=%2Finbox%3Fview%3Dclosed"),
            #[cfg(feature = "ssr")]
            (Path::LoginCode { next: "/inbox?q=a" }, "/login/code?next=%2Finbox%3Fq%3Da"),
            #[cfg(feature = "ssr")]
            (Path::SecondFactor, "/me/second-factor"),
            #[cfg(feature = "ssr")]
            (Path::RequireSecondFactor, "/people/second-factor"),
            #[cfg(feature = "ssr")]
            (Path::AuditFile, "/audit.csv"),
            (Path::Contact { id: ContactId::from_bits(7) }, "/contacts/00000000000000000000000007"),
            #[cfg(feature = "ssr")]
            (Path::ExportContact { id: ContactId::from_bits(7) }, "/contacts/00000000000000000000000007/export"),
            #[cfg(feature = "ssr")]
            (Path::DeleteContact { id: ContactId::from_bits(7) }, "/contacts/00000000000000000000000007/delete"),
            #[cfg(feature = "ssr")]
            (Path::Deletions, "/contacts/deletions"),
            #[cfg(feature = "ssr")]
            (Path::Field { id: FieldId::from_bits(7) }, "/fields/00000000000000000000000007"),
            #[cfg(feature = "ssr")]
            (Path::RaiseField { id: FieldId::from_bits(7) }, "/fields/00000000000000000000000007/up"),
            #[cfg(feature = "ssr")]
            (Path::DeleteField { id: FieldId::from_bits(7) }, "/fields/00000000000000000000000007/delete"),
            (Path::Logout, "/logout"),
            #[cfg(feature = "ssr")]
            (Path::Numbers { span: 7 }, "/numbers?days=7"),
            #[cfg(feature = "ssr")]
            (Path::NumbersFile { span: 30, by: "day" }, "/numbers.csv?days=30&by=day"),
            #[cfg(feature = "ssr")]
            (Path::SetUp { link: "k3y-of-1" }, "/setup/k3y-of-1"),
            #[cfg(feature = "ssr")]
            (Path::Join { link: "k3y-of-2" }, "/join/k3y-of-2"),
            (Path::People, "/people"),
            #[cfg(feature = "ssr")]
            (Path::Invite, "/people/invite"),
            #[cfg(feature = "ssr")]
            (Path::ChangePerson { id: PersonId::from_bits(7), how: "role" }, "/people/00000000000000000000000007/role"),
            #[cfg(feature = "ssr")]
            (Path::Label { id: LabelId::from_bits(7) }, "/labels/00000000000000000000000007"),
            #[cfg(feature = "ssr")]
            (Path::DeleteLabel { id: LabelId::from_bits(7) }, "/labels/00000000000000000000000007/delete"),
            #[cfg(feature = "ssr")]
            (Path::SavedReply { id: SavedReplyId::from_bits(7) }, "/replies/00000000000000000000000007"),
            #[cfg(feature = "ssr")]
            (Path::DeleteReply { id: SavedReplyId::from_bits(7) }, "/replies/00000000000000000000000007/delete"),
            (Path::Me, "/me"),
            #[cfg(feature = "ssr")]
            (Path::ChangeMe { what: "name" }, "/me/name"),
            #[cfg(feature = "ssr")]
            (Path::Teams, "/teams"),
            #[cfg(feature = "ssr")]
            (Path::Team { id: TeamId::from_bits(7) }, "/teams/00000000000000000000000007"),
            #[cfg(feature = "ssr")]
            (Path::ChangeTeam { id: TeamId::from_bits(7), how: "name" }, "/teams/00000000000000000000000007/name"),
            #[cfg(feature = "ssr")]
            (Path::Accounts, "/accounts"),
            #[cfg(feature = "ssr")]
            (Path::Health, "/accounts/health"),
            #[cfg(feature = "ssr")]
            (Path::Account { id: AccountId::from_bits(7) }, "/accounts/00000000000000000000000007"),
            #[cfg(feature = "ssr")]
            (
                Path::ChangeAccount { id: AccountId::from_bits(7), how: "pause" },
                "/accounts/00000000000000000000000007/pause",
            ),
            #[cfg(feature = "ssr")]
            (Path::Rules, "/rules"),
            #[cfg(feature = "ssr")]
            (Path::Api, "/api"),
            #[cfg(feature = "ssr")]
            (Path::ApiDocument, "/api/v1/openapi.json"),
            #[cfg(feature = "ssr")]
            (Path::Tokens, "/tokens"),
            #[cfg(feature = "ssr")]
            (Path::RevokeToken { id: ApiTokenId::from_bits(7) }, "/tokens/00000000000000000000000007/revoke"),
            #[cfg(feature = "ssr")]
            (Path::FailedOf { id: EndpointId::from_bits(7) }, "/endpoints/00000000000000000000000007?failed=yes"),
            #[cfg(feature = "ssr")]
            (
                Path::ReplayDelivery { key: DeliveryKey { endpoint: EndpointId::from_bits(7), seq: 41, part: 1 } },
                "/endpoints/00000000000000000000000007/replay/41-1",
            ),
            #[cfg(feature = "ssr")]
            (Path::ChangeRule { id: RuleId::from_bits(7), how: "on" }, "/rules/00000000000000000000000007/on"),
            #[cfg(feature = "ssr")]
            (Path::Hours, "/hours"),
            #[cfg(feature = "ssr")]
            (Path::NewSchedule, "/hours/new"),
            #[cfg(feature = "ssr")]
            (Path::Schedule { id: ScheduleId::from_bits(7) }, "/hours/00000000000000000000000007"),
            #[cfg(feature = "ssr")]
            (Path::DeleteSchedule { id: ScheduleId::from_bits(7) }, "/hours/00000000000000000000000007/delete"),
            (Path::Inbox { view: View::Mine }, "/inbox"),
            (Path::Inbox { view: View::Unassigned }, "/inbox?view=unassigned"),
            (Path::Inbox { view: View::AllOpen }, "/inbox?view=all-open"),
            (Path::Inbox { view: View::ExpiringSoon }, "/inbox?view=expiring-soon"),
            (Path::Inbox { view: View::WithTheBot }, "/inbox?view=with-the-bot"),
            (Path::Inbox { view: View::Snoozed }, "/inbox?view=snoozed"),
            (Path::Inbox { view: View::Closed }, "/inbox?view=closed"),
            (Path::Find, "/search"),
            (Path::Found { words: "blue mug" }, "/search?q=blue+mug"),
            #[cfg(feature = "ssr")]
            (Path::FoundMore { words: "mug", after: 81 }, "/search?q=mug&after=81"),
            #[cfg(feature = "ssr")]
            (
                Path::Message { conversation: id, id: MessageId::from_bits(7) },
                "/inbox/00000000010000000000000001?at=00000000000000000000000007#m-00000000000000000000000007",
            ),
            (Path::Search { view: View::Mine, words: "mugs & bowls" }, "/inbox?q=mugs+%26+bowls"),
            (Path::Search { view: View::Closed, words: "mug" }, "/inbox?view=closed&q=mug"),
            (Path::Narrow { view: View::Closed, words: "mug" }, "/views/new?view=closed&q=mug"),
            #[cfg(feature = "ssr")]
            (Path::SavedView { id: SavedViewId::from_bits(7) }, "/views/00000000000000000000000007"),
            #[cfg(feature = "ssr")]
            (Path::DeleteSavedView { id: SavedViewId::from_bits(7) }, "/views/00000000000000000000000007/delete"),
            (Path::Conversation { view: View::Mine, words: "", id }, "/inbox/00000000010000000000000001"),
            (
                Path::Conversation { view: View::Closed, words: "a mug", id },
                "/inbox/00000000010000000000000001?view=closed&q=a+mug",
            ),
            (Path::Media { id: MediaId::from_bits(7) }, "/media/00000000000000000000000007"),
            (
                Path::StoryMedia { message: MessageId::from_bits(7), position: 1 },
                "/media/story/00000000000000000000000007/1",
            ),
        ];
        for (path, address) in list {
            assert_eq!(path.to_string(), address);
        }
    }
}
