-- The whole product's tables. This text is the same for SQLite and Postgres; what must differ is in 0002.
-- Ids are ours (26 characters, sortable by time), times are epoch milliseconds, JSON and ciphertext are opaque text.

-- Operators and people

create table settings (
    key text primary key not null,
    value text not null,
    updated_at bigint not null
);

create table people (
    id text primary key not null,
    email text not null,
    email_folded text not null,
    name text not null,
    role text not null,
    state text not null,
    password_hash text,
    created_at bigint not null,
    updated_at bigint not null,
    picture_id text,
    time_zone text,
    availability text not null default 'available',
    seen_at bigint,
    conversation_limit integer,
    preferences text not null default '{}',
    totp_secret text,
    totp_confirmed_at bigint,
    -- the last accepted step, so that a code cannot be used twice
    totp_step bigint,
    constraint people_email_unique unique (email_folded),
    constraint people_role check (role in ('admin', 'agent')),
    constraint people_state check (state in ('invited', 'active', 'deactivated')),
    constraint people_availability check (availability in ('available', 'away')),
    constraint people_conversation_limit check (conversation_limit >= 0)
);

create table recovery_codes (
    person_id text not null references people (id) on delete cascade,
    code_hash text not null,
    used_at bigint,
    primary key (person_id, code_hash)
);

create table sessions (
    id_hash text primary key not null,
    person_id text references people (id) on delete cascade,
    data text not null,
    created_at bigint not null,
    seen_at bigint not null,
    expires_at bigint not null,
    user_agent text,
    address text
);
create index sessions_by_person on sessions (person_id);
create index sessions_by_expiry on sessions (expires_at);

create table one_time_links (
    token_hash text primary key not null,
    kind text not null,
    person_id text references people (id) on delete cascade,
    created_at bigint not null,
    expires_at bigint not null,
    constraint one_time_links_kind check (kind in ('set_up', 'invite', 'new_password'))
);

-- No foreign keys: the record outlives what it speaks of.
create table audit (
    id text primary key not null,
    at bigint not null,
    actor_kind text not null,
    actor_id text,
    action text not null,
    subject_kind text,
    subject_id text,
    detail text,
    address text,
    constraint audit_actor_kind check (actor_kind in ('person', 'bot', 'rule', 'system'))
);
create index audit_by_subject on audit (subject_id, id) where subject_id is not null;
create index audit_by_actor on audit (actor_id, id) where actor_id is not null;

create table teams (
    id text primary key not null,
    name text not null,
    name_folded text not null,
    created_at bigint not null,
    updated_at bigint not null,
    constraint teams_name_unique unique (name_folded)
);

create table team_members (
    team_id text not null references teams (id) on delete cascade,
    person_id text not null references people (id) on delete cascade,
    -- round robin gives to whoever waited longest
    assigned_at bigint not null default 0,
    primary key (team_id, person_id)
);
create index team_members_by_person on team_members (person_id);

create table schedules (
    id text primary key not null,
    name text not null,
    time_zone text not null,
    hours text not null,
    exceptions text not null default '[]',
    updated_at bigint not null
);

-- Bots and programs

create table bots (
    id text primary key not null,
    name text not null,
    state text not null default 'active',
    picture_id text,
    answer_within_ms bigint,
    created_at bigint not null,
    updated_at bigint not null,
    constraint bots_state check (state in ('active', 'off'))
);

-- The key is Meta's app id. An app without a secret is somebody else's, known by name only.
create table apps (
    id text primary key not null,
    kind text not null,
    name text not null,
    secret text,
    verify_token text,
    created_at bigint not null,
    updated_at bigint not null,
    constraint apps_kind check (kind in ('facebook', 'instagram', 'other'))
);

-- Accounts

create table accounts (
    id text primary key not null,
    platform text not null,
    -- what webhooks call entry.id
    external_id text not null,
    -- the app-scoped id that callbacks use
    scoped_id text,
    -- the Page through which a linked Instagram account is reached
    page_id text,
    name text not null,
    username text,
    picture_id text,
    state text not null default 'active',
    bot_id text references bots (id),
    bot_app_id text,
    routing text not null default 'unknown',
    hand_back_on_close boolean not null default false,
    disclosure text,
    schedule_id text references schedules (id) on delete set null,
    mark_seen text not null default 'on_view',
    typing boolean not null default true,
    human_agent text not null default 'unknown',
    -- what Meta refused once for this account, such as several images in one message
    refused text not null default '[]',
    subscribed_fields text not null default '[]',
    checked_at bigint,
    -- kept to the minute, so that a busy account's row stays cool
    last_event_at bigint,
    last_sent_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    constraint accounts_external_unique unique (platform, external_id),
    constraint accounts_platform check (platform in ('instagram', 'page')),
    constraint accounts_state check (state in ('active', 'paused', 'disconnected', 'deleting')),
    constraint accounts_routing check (routing in ('unknown', 'off', 'on')),
    constraint accounts_mark_seen check (mark_seen in ('never', 'on_view', 'on_reply', 'on_receipt')),
    constraint accounts_human_agent check (human_agent in ('unknown', 'works', 'refused'))
);

-- One account may be reached by two logins; each has its own token.
create table account_tokens (
    account_id text not null references accounts (id) on delete cascade,
    login text not null,
    app_id text references apps (id),
    token text not null,
    state text not null default 'working',
    scopes text not null default '[]',
    issued_at bigint not null,
    expires_at bigint,
    refresh_at bigint,
    error text,
    updated_at bigint not null,
    primary key (account_id, login),
    constraint account_tokens_login check (login in ('instagram', 'page')),
    constraint account_tokens_state check (state in ('working', 'dead'))
);

-- No row for an account: everybody may see it.
create table account_teams (
    account_id text not null references accounts (id) on delete cascade,
    team_id text not null references teams (id) on delete cascade,
    primary key (account_id, team_id)
);
create index account_teams_by_team on account_teams (team_id);

-- The pace that all processes keep together.
create table account_limits (
    account_id text not null references accounts (id) on delete cascade,
    kind text not null,
    next_at bigint not null default 0,
    blocked_until bigint not null default 0,
    usage_percent integer not null default 0,
    primary key (account_id, kind)
);

create table incidents (
    id text primary key not null,
    account_id text not null references accounts (id) on delete cascade,
    kind text not null,
    detail text,
    opened_at bigint not null,
    closed_at bigint
);
create unique index incidents_one_open on incidents (account_id, kind) where closed_at is null;
create index incidents_by_account on incidents (account_id, id);

create table backfills (
    id text primary key not null,
    account_id text not null references accounts (id) on delete cascade,
    conversation_id text,
    reason text not null,
    state text not null default 'waiting',
    since_at bigint,
    -- page cursors only; Meta's ready-made links carry the token
    progress text not null default '{}',
    n_conversations integer not null default 0,
    n_messages integer not null default 0,
    n_unavailable integer not null default 0,
    error text,
    retry_at bigint not null default 0,
    lease_until bigint,
    created_at bigint not null,
    updated_at bigint not null,
    finished_at bigint,
    constraint backfills_reason check (reason in ('connected', 'requested', 'gap')),
    constraint backfills_state check (state in ('waiting', 'running', 'done', 'failed', 'stopped'))
);
create index backfills_by_account on backfills (account_id, id);
create index backfills_unfinished on backfills (retry_at, id) where state in ('waiting', 'running');

create table retention_rules (
    account_id text not null references accounts (id) on delete cascade,
    what text not null,
    keep_days integer not null,
    updated_at bigint not null,
    primary key (account_id, what),
    constraint retention_rules_what check (what in ('messages', 'media')),
    constraint retention_rules_keep_days check (keep_days > 0)
);

-- No foreign keys: the record that it was done outlives what was deleted.
create table deletions (
    id text primary key not null,
    code text not null,
    kind text not null,
    account_id text,
    -- whom to delete; emptied when done
    subject text,
    state text not null default 'requested',
    reason text,
    requested_by text,
    requested_at bigint not null,
    done_at bigint,
    constraint deletions_code_unique unique (code),
    constraint deletions_kind check (kind in ('contact', 'account', 'callback')),
    constraint deletions_state check (state in ('requested', 'running', 'done', 'refused')),
    constraint deletions_done_is_empty check (state <> 'done' or subject is null)
);
create index deletions_unfinished on deletions (id) where state in ('requested', 'running');

-- Media

create table media (
    id text primary key not null,
    -- null: a picture of one of us, for every signed-in person
    account_id text references accounts (id) on delete restrict,
    store_key text not null,
    name text,
    content_type text not null,
    size bigint not null,
    width integer,
    height integer,
    duration_ms bigint,
    blur text,
    created_by text,
    created_at bigint not null,
    -- first the mark, then the file, then the row: a file is never left behind
    deleted_at bigint
);
create index media_deleted on media (deleted_at) where deleted_at is not null;

create table media_uploads (
    media_id text not null references media (id) on delete cascade,
    account_id text not null references accounts (id) on delete cascade,
    attachment_id text not null,
    expires_at bigint not null,
    primary key (media_id, account_id)
);

-- Contacts

create table contacts (
    id text primary key not null,
    account_id text not null references accounts (id) on delete restrict,
    external_id text not null,
    name text,
    username text,
    picture_id text,
    profile text not null default '{}',
    profile_at bigint,
    profile_due_at bigint,
    profile_error text,
    email text,
    phone text,
    note text,
    blocked_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    constraint contacts_external_unique unique (account_id, external_id)
);
create index contacts_profile_due on contacts (profile_due_at, id) where profile_due_at is not null;

-- Asked only when contacts has no such id: who comments or uses a plugin comes under another id than in messages.
create table contact_aliases (
    account_id text not null references accounts (id) on delete restrict,
    external_id text not null,
    contact_id text not null references contacts (id) on delete cascade,
    kind text not null,
    primary key (account_id, external_id),
    constraint contact_aliases_kind check (kind in ('message', 'comment', 'user_ref'))
);
create index contact_aliases_by_contact on contact_aliases (contact_id);

create table custom_fields (
    id text primary key not null,
    name text not null,
    name_folded text not null,
    kind text not null,
    options text not null default '[]',
    position integer not null default 0,
    constraint custom_fields_name_unique unique (name_folded),
    constraint custom_fields_kind check (kind in ('text', 'number', 'date', 'choice', 'yes_no'))
);

create table contact_fields (
    contact_id text not null references contacts (id) on delete cascade,
    field_id text not null references custom_fields (id) on delete cascade,
    value text not null,
    updated_at bigint not null,
    primary key (contact_id, field_id)
);
create index contact_fields_by_field on contact_fields (field_id);

create table labels (
    id text primary key not null,
    name text not null,
    name_folded text not null,
    colour text not null,
    created_at bigint not null,
    constraint labels_name_unique unique (name_folded)
);

create table contact_labels (
    contact_id text not null references contacts (id) on delete cascade,
    label_id text not null references labels (id) on delete cascade,
    primary key (contact_id, label_id)
);
create index contact_labels_by_label on contact_labels (label_id, contact_id);

-- Conversations

create table conversations (
    id text primary key not null,
    account_id text not null references accounts (id) on delete restrict,
    contact_id text not null references contacts (id) on delete cascade,
    platform_id text,
    state text not null default 'open',
    snoozed_until bigint,
    owner text not null default 'human',
    owner_bot_id text references bots (id),
    owner_app_id text,
    -- platform time of the word that made the owner; an older word changes nothing
    owner_at bigint not null default 0,
    control_until bigint,
    assignee_id text references people (id),
    assigned_at bigint,
    last_assignee_id text,
    team_id text references teams (id) on delete set null,
    priority integer not null default 0,
    unread integer not null default 0,
    read_until bigint not null default 0,
    preview text,
    preview_author text,
    n_failed integer not null default 0,
    last_activity_at bigint not null,
    last_customer_action_at bigint,
    last_customer_message_at bigint,
    waiting_since bigint,
    -- the customer's watermarks; delivered and seen of each message follow from them
    delivered_until bigint not null default 0,
    seen_until bigint not null default 0,
    disclosed_at bigint,
    episode_id text,
    -- grows with every change: compare and set, and telling an old event from a new one
    revision bigint not null default 0,
    created_at bigint not null,
    updated_at bigint not null,
    constraint conversations_contact_unique unique (contact_id),
    constraint conversations_state check (state in ('open', 'snoozed', 'closed')),
    constraint conversations_snoozed check ((state = 'snoozed') = (snoozed_until is not null)),
    constraint conversations_owner check (owner in ('human', 'bot', 'other')),
    -- whoever hands over lets go; last_assignee_id remembers
    constraint conversations_assignee check (owner = 'human' or assignee_id is null),
    constraint conversations_owner_bot check (owner_bot_id is null or owner = 'bot'),
    constraint conversations_priority check (priority between 0 and 3),
    constraint conversations_unread check (unread >= 0)
);
create index conversations_by_activity on conversations (state, last_activity_at, id);
create index conversations_by_account on conversations (account_id, state, last_activity_at, id);
create index conversations_by_assignee on conversations (assignee_id, state, last_activity_at, id)
    where assignee_id is not null;
create index conversations_unassigned on conversations (owner, state, last_activity_at, id) where assignee_id is null;
create index conversations_by_team on conversations (team_id, last_activity_at, id)
    where team_id is not null and state = 'open';
create index conversations_unread on conversations (last_activity_at, id) where unread > 0;
create index conversations_waiting on conversations (waiting_since, id)
    where waiting_since is not null and state = 'open';
create index conversations_expiring on conversations (last_customer_action_at, id)
    where waiting_since is not null and state = 'open';
create index conversations_snoozed_until on conversations (snoozed_until, id) where state = 'snoozed';

create table conversation_labels (
    conversation_id text not null references conversations (id) on delete cascade,
    label_id text not null references labels (id) on delete cascade,
    primary key (conversation_id, label_id)
);
create index conversation_labels_by_label on conversation_labels (label_id, conversation_id);

-- One row from opening to closing; the morning page counts these.
create table episodes (
    id text primary key not null,
    conversation_id text not null references conversations (id) on delete cascade,
    account_id text not null,
    opened_at bigint not null,
    first_reply_at bigint,
    first_reply_by text,
    window_missed_at bigint,
    closed_at bigint,
    closed_by text
);
create unique index episodes_one_open on episodes (conversation_id) where closed_at is null;
create index episodes_by_conversation on episodes (conversation_id);
create index episodes_by_opening on episodes (opened_at);
create index episodes_by_closing on episodes (closed_at) where closed_at is not null;

-- Everything the thread shows: messages both ways, notes, events. Kinds of content are an open list, Meta adds to it.
create table messages (
    id text primary key not null,
    conversation_id text not null references conversations (id) on delete cascade,
    at bigint not null,
    direction text not null,
    kind text not null,
    state text,
    author_kind text not null,
    author_id text,
    text text,
    detail text,
    mid text,
    -- hash of account and mid: a mid has 160 characters, and connected accounts that write to each other share it
    mid_key text,
    reply_to_key text,
    client_id text,
    part integer not null default 0,
    tag text,
    error text,
    n_edits integer not null default 0,
    created_at bigint not null,
    updated_at bigint not null,
    constraint messages_mid_unique unique (mid_key),
    constraint messages_direction check (direction in ('in', 'out', 'internal')),
    constraint messages_internal check ((direction = 'internal') = (kind in ('note', 'event'))),
    -- a note or event has no delivery state and can get none: it cannot be sent
    constraint messages_state check (
        (direction = 'internal' and state is null and mid is null)
        or (direction = 'in' and state is not null and state in ('received', 'deleted'))
        or (direction = 'out' and state is not null
            and state in ('queued', 'sending', 'sent', 'unconfirmed', 'failed', 'deleted'))
    ),
    constraint messages_author_kind check (
        author_kind in ('contact', 'agent', 'bot', 'native_inbox', 'rule', 'system')
    ),
    constraint messages_author_side check ((direction = 'in') = (author_kind = 'contact')),
    constraint messages_mid_pair check ((mid is null) = (mid_key is null)),
    constraint messages_tag check (tag is null or (tag = 'HUMAN_AGENT' and author_kind = 'agent')),
    constraint messages_deleted_is_empty check (
        state is null or state <> 'deleted' or (text is null and detail is null)
    )
);
create index messages_by_thread on messages (conversation_id, at, id);
create unique index messages_client_unique on messages (conversation_id, client_id, part) where client_id is not null;
create index messages_tagged on messages (at) where tag is not null;

create table message_edits (
    message_id text not null references messages (id) on delete cascade,
    number integer not null,
    text text,
    at bigint not null,
    primary key (message_id, number)
);

create table attachments (
    message_id text not null references messages (id) on delete cascade,
    position integer not null,
    kind text not null,
    state text not null,
    media_id text references media (id) on delete restrict,
    source_url text,
    external_id text,
    title text,
    detail text,
    attempts integer not null default 0,
    fetch_at bigint,
    lease_until bigint,
    reason text,
    primary key (message_id, position),
    -- link: shown from where it lies and never stored, as story mentions must be
    constraint attachments_state check (state in ('waiting', 'stored', 'link', 'gone', 'refused', 'failed')),
    constraint attachments_stored check (state <> 'stored' or media_id is not null),
    constraint attachments_link check (state <> 'link' or media_id is null),
    constraint attachments_waiting check (state <> 'waiting' or fetch_at is not null)
);
create index attachments_by_media on attachments (media_id) where media_id is not null;
create index attachments_to_fetch on attachments (fetch_at, message_id) where state = 'waiting';

-- A removed reaction stays as a row, so that an older event arriving late cannot bring it back.
create table reactions (
    message_id text not null references messages (id) on delete cascade,
    side text not null,
    emoji text,
    name text,
    person_id text,
    state text not null default 'done',
    error text,
    at bigint not null,
    primary key (message_id, side),
    constraint reactions_side check (side in ('contact', 'account')),
    constraint reactions_state check (state in ('queued', 'done', 'failed'))
);

create table comments (
    message_id text primary key not null references messages (id) on delete cascade,
    comment_id text not null,
    parent_id text,
    post_id text,
    permalink text,
    reply_until bigint,
    replied_at bigint,
    reply_message_id text,
    removed_at bigint
);

-- Words about a message that has not come yet.
create table waiting_events (
    id text primary key not null,
    account_id text not null references accounts (id) on delete cascade,
    mid_key text not null,
    contact_external_id text,
    kind text not null,
    payload text not null,
    at bigint not null,
    created_at bigint not null
);
create index waiting_events_by_message on waiting_events (mid_key, at);

-- Work at a conversation

create table drafts (
    conversation_id text not null references conversations (id) on delete cascade,
    person_id text not null references people (id) on delete cascade,
    mode text not null default 'reply',
    text text not null default '',
    detail text not null default '{}',
    updated_at bigint not null,
    primary key (conversation_id, person_id, mode),
    constraint drafts_mode check (mode in ('reply', 'note'))
);

create table read_markers (
    conversation_id text not null references conversations (id) on delete cascade,
    person_id text not null references people (id) on delete cascade,
    read_until bigint not null,
    primary key (conversation_id, person_id)
);

-- A mention of me is a notification of kind 'mention'.
create table notifications (
    id text primary key not null,
    person_id text not null references people (id) on delete cascade,
    kind text not null,
    conversation_id text references conversations (id) on delete cascade,
    message_id text,
    account_id text references accounts (id) on delete cascade,
    detail text,
    created_at bigint not null,
    read_at bigint
);
create index notifications_by_person on notifications (person_id, kind, id);
create index notifications_unread on notifications (person_id, id) where read_at is null;
create index notifications_by_conversation on notifications (conversation_id) where conversation_id is not null;

create table saved_replies (
    id text primary key not null,
    -- null: shared
    person_id text references people (id) on delete cascade,
    shortcut text not null,
    title text not null,
    text text not null,
    detail text not null default '{}',
    created_at bigint not null,
    updated_at bigint not null
);
create unique index saved_replies_shared_unique on saved_replies (shortcut) where person_id is null;
create unique index saved_replies_personal_unique on saved_replies (person_id, shortcut) where person_id is not null;

create table saved_views (
    id text primary key not null,
    -- null: shared
    person_id text references people (id) on delete cascade,
    name text not null,
    filter text not null,
    position integer not null default 0,
    created_at bigint not null,
    updated_at bigint not null
);
create index saved_views_by_person on saved_views (person_id);

create table assignment_rules (
    id text primary key not null,
    name text not null,
    account_id text references accounts (id) on delete cascade,
    team_id text not null references teams (id) on delete cascade,
    method text not null,
    conditions text not null default '{}',
    position integer not null default 0,
    enabled boolean not null default true,
    created_at bigint not null,
    updated_at bigint not null,
    constraint assignment_rules_method check (method in ('round_robin', 'least_busy', 'team_only'))
);

-- In and out

-- One row for each item of a webhook, wrapped so that it can be replayed alone.
create table inbound (
    id text primary key not null,
    -- the item's platform time, then a hash: a random key would cost intake a third of its speed on a large journal
    dedupe_key text not null,
    object text not null,
    account_external_id text not null,
    contact_external_id text,
    app_id text,
    -- hash of account and customer: one lane is applied by one worker at a time, in order of id
    lane integer not null,
    state text not null default 'pending',
    attempts integer not null default 0,
    retry_at bigint not null default 0,
    reason text,
    raw text not null,
    received_at bigint not null,
    applied_at bigint,
    constraint inbound_dedupe_unique unique (dedupe_key),
    constraint inbound_state check (state in ('pending', 'applied', 'ignored', 'unknown', 'failed'))
);
create index inbound_pending on inbound (lane, id) where state = 'pending';
create index inbound_not_understood on inbound (id) where state in ('unknown', 'failed');

-- A job for each message part or reaction that has yet to leave; gone when its fate is on the message.
create table outbox (
    message_id text not null references messages (id) on delete cascade,
    kind text not null,
    conversation_id text not null references conversations (id) on delete cascade,
    account_id text not null references accounts (id) on delete restrict,
    state text not null default 'ready',
    -- not before: end of the undo time, or the time chosen to send
    due_at bigint not null,
    retry_at bigint not null default 0,
    attempts integer not null default 0,
    lease_until bigint,
    unknown_since bigint,
    last_error text,
    created_at bigint not null,
    primary key (message_id, kind),
    constraint outbox_kind check (kind in ('message', 'reaction')),
    constraint outbox_state check (state in ('ready', 'running', 'unknown', 'held')),
    constraint outbox_lease check ((state = 'running') = (lease_until is not null)),
    constraint outbox_unknown check (state <> 'unknown' or unknown_since is not null)
);
create unique index outbox_one_in_flight on outbox (conversation_id) where state in ('running', 'unknown');
create index outbox_ready on outbox (due_at, message_id) where state = 'ready';
create index outbox_by_conversation on outbox (conversation_id, due_at, message_id);

create table api_tokens (
    id text primary key not null,
    name text not null,
    token_hash text not null,
    bot_id text references bots (id) on delete cascade,
    scopes text not null,
    created_by text,
    created_at bigint not null,
    last_used_at bigint,
    expires_at bigint,
    revoked_at bigint,
    constraint api_tokens_hash_unique unique (token_hash)
);

-- No row for a token: every account.
create table api_token_accounts (
    token_id text not null references api_tokens (id) on delete cascade,
    account_id text not null references accounts (id) on delete cascade,
    primary key (token_id, account_id)
);

create table endpoints (
    id text primary key not null,
    name text not null,
    -- the token that registered it lends its sight
    token_id text not null references api_tokens (id) on delete cascade,
    url text not null,
    secret text not null,
    events text not null,
    state text not null default 'active',
    -- deliveries are made from the change feed up to here
    seq bigint not null,
    failing_since bigint,
    created_at bigint not null,
    updated_at bigint not null,
    constraint endpoints_state check (state in ('active', 'paused'))
);

create table endpoint_deliveries (
    endpoint_id text not null references endpoints (id) on delete cascade,
    seq bigint not null,
    conversation_id text references conversations (id) on delete cascade,
    event text not null,
    body text not null,
    state text not null default 'ready',
    attempts integer not null default 0,
    due_at bigint not null,
    lease_until bigint,
    status integer,
    error text,
    created_at bigint not null,
    delivered_at bigint,
    -- twice the same change to the same endpoint cannot be queued
    primary key (endpoint_id, seq),
    constraint endpoint_deliveries_state check (state in ('ready', 'running', 'delivered', 'failed'))
);
create unique index endpoint_deliveries_one_in_flight on endpoint_deliveries (endpoint_id, conversation_id)
    where state = 'running';
create index endpoint_deliveries_ready on endpoint_deliveries (endpoint_id, due_at, seq) where state = 'ready';
create index endpoint_deliveries_by_conversation on endpoint_deliveries (conversation_id, endpoint_id, seq);

-- Live

-- seq is given after the commit, by whoever holds the row of change_head: a reader can never pass over a gap.
-- Never words or names of customers in payload; no foreign keys, a feed speaks of things that are gone.
create table changes (
    id text primary key not null,
    seq bigint,
    kind text not null,
    account_id text,
    conversation_id text,
    subject_id text,
    person_id text,
    payload text not null default '{}',
    at bigint not null,
    constraint changes_seq_unique unique (seq)
);
create index changes_unnumbered on changes (id) where seq is null;

create table change_head (
    id text primary key not null,
    seq bigint not null,
    constraint change_head_is_one check (id = 'head')
);
insert into change_head (id, seq) values ('head', 0);
