//! The audit log's own words: what can be done that is worth remembering, and how each is told.

use crate::id::id;

id! {
    /// One entry of the audit log.
    AuditId
}

/// Each action with its dotted name in the database, a title to choose it by, and the sentence that tells it:
/// `{who}` did it to `{it}`, and `{more}` was written down with it.
macro_rules! actions {
    ($($action:ident $name:literal $title:literal $sentence:literal)+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Action {
            $($action,)+
        }

        impl Action {
            pub const ALL: &[Self] = &[$(Self::$action,)+];

            /// The word in the database.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$action => $name,)+
                }
            }

            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$action => $title,)+
                }
            }

            const fn sentence(self) -> &'static str {
                match self {
                    $(Self::$action => $sentence,)+
                }
            }
        }
    };
}

actions! {
    SetUp "inbox.set_up" "Set up" "{who} set up the inbox."
    SignedIn "person.signed_in" "Signed in" "{who} signed in."
    SignedOut "person.signed_out" "Signed out" "{who} signed out."
    SignInFailed "person.sign_in_failed" "Sign-in refused" "Somebody could not sign in as {it}: {more}."
    SessionsEnded "person.sessions_ended" "Signed out elsewhere" "{who} signed out in another browser."
    PersonAdded "person.added" "Person added" "{who} added {it}."
    PersonInvited "person.invited" "Person invited" "{who} invited {it}."
    PersonInvitedAgain "person.invited_again" "Invited again" "{who} made another invitation link for {it}."
    PersonJoined "person.joined" "Invitation used" "{who} used their invitation."
    MadeAdmin "person.made_admin" "Made an admin" "{who} made {it} an admin."
    MadeAgent "person.made_agent" "Made an agent" "{who} made {it} an agent."
    PersonDeactivated "person.deactivated" "Person deactivated" "{who} deactivated {it}."
    PersonActivated "person.activated" "Person activated" "{who} let {it} in again."
    PersonRenamed "person.renamed" "Name changed" "{who} changed their name."
    PictureChanged "person.picture_changed" "Picture changed" "{who} changed their picture."
    PictureRemoved "person.picture_removed" "Picture removed" "{who} removed the picture of {it}."
    PasswordChanged "person.password_changed" "Password changed" "{who} changed their password."
    SecondFactorOn "person.second_factor_on" "Two-factor turned on" "{who} turned on two-factor sign-in."
    SecondFactorOff "person.second_factor_off" "Two-factor turned off" "{who} turned off two-factor sign-in."
    SecondFactorReset "person.second_factor_reset" "Two-factor reset" "{who} reset the two-factor sign-in of {it}."
    RecoveryCodesMade "person.recovery_codes_made" "Recovery codes made" "{who} made new recovery codes."
    RecoveryCodeUsed "person.recovery_code_used" "Recovery code used" "{who} used a recovery code."
    SecondFactorRequired "inbox.second_factor_required" "Two-factor required"
        "{who} required two-factor sign-in of everybody."
    SecondFactorOptional "inbox.second_factor_optional" "Two-factor left to each"
        "{who} left two-factor sign-in to everybody."
    AccountAdded "account.added" "Account connected" "{who} connected {it}."
    AccountRenewed "account.renewed" "Account connected again" "{who} connected {it} again."
    AccountDisconnected "account.disconnected" "Account disconnected"
        "{who} disconnected {it}. What was said there stays."
    AccountDeletionAsked "account.deletion_asked" "Deletion of an account asked for"
        "{who} asked for {it} to be deleted with everything that was said there."
    AccountDeleted "account.deleted" "Account deleted" "The account {more} is deleted with everything that was said there."
    AccountChanged "account.changed" "Account changed" "{who} changed what {it} shows to customers."
    AccountPaused "account.paused" "Account paused" "{who} paused {it}."
    AccountResumed "account.resumed" "Account resumed" "{who} resumed {it}."
    AccountTold "account.webhooks_restored" "Webhooks switched on again"
        "{who} had Meta tell us again what happens on {it}."
    AccountTeams "account.teams_changed" "Account’s teams changed" "{who} changed which teams see {it}."
    AccountHours "account.hours_changed" "Account’s hours changed" "{who} changed the working hours of {it}."
    AccountBot "account.bot_changed" "Account’s bot changed" "{who} changed which bot answers for {it}."
    RetentionSet "account.retention_set" "How long it is kept changed" "{who} changed how long what is said on {it} is kept: {more}."
    RetentionRan "account.retention_ran" "Deleted by rule" "What is older than the rule of {it} was deleted: {more}."
    HistoryAsked "account.history_asked" "History read back" "{who} had what was said before on {it} read back."
    HistoryStopped "account.history_stopped" "Reading back stopped" "{who} stopped reading back what was said before on {it}."
    ConversationRecalled "conversation.recalled" "Conversation read back" "{who} had the conversation with {it} read back."
    TeamAdded "team.added" "Team made" "{who} made the team {it}."
    TeamRenamed "team.renamed" "Team renamed" "{who} renamed the team {it}."
    TeamMembers "team.members_changed" "Team’s members changed" "{who} changed who is in the team {it}."
    TeamDeleted "team.deleted" "Team deleted" "{who} deleted {it}."
    RuleAdded "rule.added" "Rule made" "{who} made the assignment rule {it}."
    RuleChanged "rule.changed" "Rule changed" "{who} changed the assignment rule {it}."
    RuleDeleted "rule.deleted" "Rule deleted" "{who} deleted {it}."
    HoursSaved "hours.saved" "Working hours saved" "{who} saved the working hours {it}."
    HoursDeleted "hours.deleted" "Working hours deleted" "{who} deleted {it}."
    LimitChanged "person.limit_changed" "Limit changed" "{who} changed how many conversations rules give {it}."
    PersonRelieved "person.relieved" "Conversations moved" "{who} moved what {it} had."
    Assigned "conversation.assigned" "Conversation assigned" "{who} gave the conversation with {it} to {more}."
    Unassigned "conversation.unassigned" "Conversation unassigned" "{who} made the conversation with {it} nobody’s."
    HandedOver "conversation.handed_over" "Conversation handed over" "{who} handed the conversation with {it} to {more}."
    SentWithTag "message.sent_with_tag" "Human-agent tag used" "{who} wrote to {it} with the human-agent tag."
    LabelAdded "label.added" "Label made" "{who} made the label {more}."
    LabelChanged "label.changed" "Label changed" "{who} changed the label {more}."
    LabelDeleted "label.deleted" "Label deleted" "{who} deleted the label {more}."
    ReplyAdded "saved_reply.added" "Saved reply made" "{who} made the saved reply /{more} for everybody."
    ReplyChanged "saved_reply.changed" "Saved reply changed" "{who} changed the saved reply /{more}, which everybody has."
    ReplyDeleted "saved_reply.deleted" "Saved reply deleted" "{who} deleted the saved reply /{more}, which everybody had."
    ViewAdded "view.added" "View saved" "{who} saved the view {more} for everybody."
    ViewChanged "view.changed" "View changed" "{who} changed the view {more}, which everybody has."
    ViewDeleted "view.deleted" "View deleted" "{who} took away the view {more}, which everybody had."
    FieldAdded "field.added" "Customer field made" "{who} made the customer field {more}."
    FieldChanged "field.changed" "Customer field changed" "{who} changed the customer field {more}."
    FieldDeleted "field.deleted" "Customer field deleted" "{who} deleted the customer field {more} with all that it said."
    ContactBlocked "contact.blocked" "Customer blocked" "{who} blocked {it}."
    ContactUnblocked "contact.unblocked" "Customer unblocked" "{who} unblocked {it}."
    ContactExported "contact.exported" "Customer exported" "{who} exported all that is kept about {it}."
    DeletionAsked "contact.deletion_asked" "Deletion of a customer asked for"
        "{who} asked for all about a customer to be deleted ({more})."
    ContactDeleted "contact.deleted" "Customer deleted" "All about a customer is deleted ({more})."
    ConsentWithdrawn "account.consent_withdrawn" "Access withdrawn at Meta"
        "The owner of {it} took Switchboard’s access away at Meta."
    DataDeletionAsked "data.deletion_asked" "Deletion asked for at Meta"
        "Somebody asked Meta for what we have of them to be deleted ({more})."
    DataDeleted "data.deleted" "Deletion for Meta done" "What somebody asked Meta to have deleted is deleted ({more})."
    TokenAdded "token.added" "API token made" "{who} made the API token {more}."
    TokenRevoked "token.revoked" "API token revoked" "{who} revoked the API token {more}."
    EndpointAdded "endpoint.added" "Endpoint made" "{who} made the endpoint {more}."
    EndpointPaused "endpoint.paused" "Endpoint paused" "{who} paused the endpoint {more}."
    EndpointResumed "endpoint.resumed" "Endpoint resumed" "{who} let the endpoint {more} go on."
    EndpointDeleted "endpoint.deleted" "Endpoint deleted" "{who} deleted the endpoint {more}."
    EndpointReplayed "endpoint.replayed" "Told again" "{who} had the endpoint {more} told again what it had not got."
    BotLimited "bot.limited" "Bot’s time limit changed" "{who} changed how long customers wait for the bot {more}."
    BotLost "conversation.bot_lost" "Taken from a bot" "The conversation with {it} went to people: {more} did not answer."
    KeyRotated "inbox.key_rotated" "Secret key renewed" "{who} gave everything that is sealed a new key."
    AuditExported "audit.exported" "Audit log exported" "{who} exported the audit log{more}."
}

impl Action {
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.word() == word)
    }

    /// What happened, in plain words.
    pub fn told(self, who: &str, it: &str, more: &str) -> String {
        let mut told = String::new();
        let mut rest = self.sentence();
        while let Some((before, from)) = rest.split_once('{') {
            let (name, after) = from.split_once('}').unwrap_or((from, ""));
            told.push_str(before);
            told.push_str(match name {
                "who" => who,
                "it" => it,
                _ => more,
            });
            rest = after;
        }
        told.push_str(rest);
        told
    }
}

/// What something was done to, as the log calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectKind {
    Account,
    Conversation,
    Endpoint,
    Label,
    Message,
    Person,
    Rule,
    SavedReply,
    Schedule,
    Team,
    Token,
}

impl SubjectKind {
    pub const ALL: [Self; 11] = [
        Self::Account,
        Self::Conversation,
        Self::Endpoint,
        Self::Label,
        Self::Message,
        Self::Person,
        Self::Rule,
        Self::SavedReply,
        Self::Schedule,
        Self::Team,
        Self::Token,
    ];

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Conversation => "conversation",
            Self::Endpoint => "endpoint",
            Self::Label => "label",
            Self::Message => "message",
            Self::Person => "person",
            Self::Rule => "rule",
            Self::Schedule => "schedule",
            Self::Team => "team",
            Self::Token => "token",
            Self::SavedReply => "saved_reply",
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Account => "Accounts",
            Self::Conversation => "Conversations",
            Self::Endpoint => "Endpoints",
            Self::Label => "Labels",
            Self::Message => "Messages",
            Self::Person => "People",
            Self::Rule => "Assignment rules",
            Self::Schedule => "Working hours",
            Self::Team => "Teams",
            Self::Token => "API tokens",
            Self::SavedReply => "Saved replies",
        }
    }

    /// What one is called whose name is not known (any more).
    pub const fn unnamed(self) -> &'static str {
        match self {
            Self::Account => "an account",
            Self::Conversation | Self::Message => "a customer",
            Self::Endpoint => "an endpoint",
            Self::Label => "a label",
            Self::Person => "somebody",
            Self::Rule => "an assignment rule",
            Self::Schedule => "working hours",
            Self::Team => "a team",
            Self::Token => "an API token",
            Self::SavedReply => "a saved reply",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_action_has_a_word_and_a_title_of_its_own() {
        for (n, it) in Action::ALL.iter().enumerate() {
            assert_eq!(Action::from_word(it.word()), Some(*it));
            assert!(Action::ALL[..n].iter().all(|other| other.title() != it.title()), "{it:?}");
        }
        for it in SubjectKind::ALL {
            assert_eq!(SubjectKind::from_word(it.word()), Some(it));
        }
    }

    #[test]
    fn every_sentence_is_filled_in() {
        for it in Action::ALL {
            let told = it.told("Mia", "Ines", "more");
            assert!(told.ends_with('.') && !told.contains(['{', '}']), "{told}");
        }
        assert_eq!(Action::MadeAdmin.told("Mia", "{who}", ""), "Mia made {who} an admin.", "a name is no sentence");
    }
}
