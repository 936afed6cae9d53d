//! What there is to see after intake, as text: one line a row, without what differs from run to run.

use crate::rows::lines;

/// In terms of Meta's ids. Times are given in seconds after the first payload of the reference.
pub async fn seen(url: &str) -> Vec<String> {
    let mut all = Vec::new();
    for query in [CONTACTS, CONVERSATIONS, MESSAGES, ATTACHMENTS, EDITS, REACTIONS, COMMENTS, WAITING, INCIDENTS, NOTES]
    {
        all.extend(lines(url, &query.replace('\n', " ")).await);
    }
    all
}

/// The journal, without the words.
pub async fn journal(url: &str) -> Vec<String> {
    lines(url, "select state || coalesce(' ' || reason, '') from inbound order by dedupe_key").await
}

const CONTACTS: &str = "select 'contact ' || c.external_id || coalesce(' name=' || c.name, '')
    || coalesce(' username=' || c.username, '') || case when c.profile_due_at is null then '' else ' profile due' end
    from contacts c order by c.id";

const CONVERSATIONS: &str = "select 'conversation ' || a.external_id || '/' || c.external_id || ' ' || v.state
    || ' unread=' || v.unread || ' preview=' || coalesce(v.preview_author || ': ' || v.preview, '-')
    || ' activity=' || v.last_activity_at
    || coalesce(' action=' || v.last_customer_action_at, '') || coalesce(' message=' || v.last_customer_message_at, '')
    || coalesce(' waiting=' || v.waiting_since, '') || ' reply=' || v.last_reply_at || ' read=' || v.read_until
    || ' delivered=' || v.delivered_until || ' seen=' || v.seen_until
    from conversations v join contacts c on c.id = v.contact_id join accounts a on a.id = v.account_id order by v.id";

const MESSAGES: &str = "select 'message ' || c.external_id || ' ' || m.at || ' ' || m.direction || ' ' || m.kind
    || coalesce(' ' || m.state, '') || ' by ' || m.author_kind || coalesce('(' || m.author_id || ')', '')
    || coalesce(' text=' || m.text, '') || coalesce(' detail=' || m.detail, '')
    || coalesce(' reply to=' || (select r.text from messages r where r.mid_key = m.reply_to_key), '')
    || case when m.reply_to_key is null then '' else ' is a reply' end
    || case when m.n_edits = 0 then '' else ' edits=' || m.n_edits end
    || coalesce(' mid=' || substr(m.mid, length(m.mid) - 11), '')
    from messages m join conversations v on v.id = m.conversation_id join contacts c on c.id = v.contact_id
    order by m.id";

const ATTACHMENTS: &str = "select 'attachment ' || m.at || ' #' || a.position || ' ' || a.kind || ' ' || a.state
    || coalesce(' id=' || a.external_id, '') || coalesce(' title=' || a.title, '')
    || coalesce(' detail=' || a.detail, '') || coalesce(' from ' || substr(a.source_url, 1, 40), '')
    from attachments a join messages m on m.id = a.message_id order by m.id, a.position";

const EDITS: &str = "select 'edit of ' || m.at || ' #' || e.number || ' at ' || e.at || ' ' || coalesce(e.text, '-')
    from message_edits e join messages m on m.id = e.message_id order by m.id, e.number";

const REACTIONS: &str = "select 'reaction to ' || m.at || ' by ' || r.side || ' ' || coalesce(r.emoji, 'taken back')
    || coalesce(' ' || r.name, '') || ' at ' || r.at
    from reactions r join messages m on m.id = r.message_id order by m.id, r.side";

const COMMENTS: &str = "select 'comment ' || c.comment_id || coalesce(' under ' || c.parent_id, '')
    || coalesce(' on ' || c.post_id, '') || coalesce(' until ' || c.reply_until, '')
    || coalesce(' removed ' || c.removed_at, '')
    from comments c join messages m on m.id = c.message_id order by m.id";

const WAITING: &str = "select 'waiting ' || w.kind || ' ' || w.at || coalesce(' of ' || w.contact_external_id, '')
    from waiting_events w order by w.id";

const INCIDENTS: &str = "select 'incident ' || i.kind || coalesce(' ' || i.detail, '') || ' from ' || i.opened_at
    || coalesce(' to ' || i.closed_at, '') from incidents i order by i.id";

const NOTES: &str = "select 'notification ' || n.kind || coalesce(' ' || n.detail, '') || ' for ' || p.email
    from notifications n join people p on p.id = n.person_id order by n.id";
