//! A migrated database, a clock that stands still and a seeded source of chance.

use crate::{postgres_server, rows};
use model::audit::Action;
use model::ids::{AccountId, ContactId};
use model::people::ListedPerson;
use model::person::{PersonId, Role, fold_email};
use model::platform::{Login, Platform};
use model::time::Timestamp;
use server::chance::SeededChance;
use server::clock::ManualClock;
use server::config::DatabaseUrl;
use server::seams::Seams;
use server::store::accounts::{NewAccount, Told};
use server::store::audit::{Actor, AuditEntry, Deed, Subject};
use server::store::people::{NewPerson, PersonChange};
use server::store::{self, Store};
use std::fmt::Write as _;
use std::sync::Arc;
use tempfile::TempDir;

pub struct Bed {
    pub store: Arc<dyn Store>,
    pub url: String,
    pub seams: Seams,
    pub clock: Arc<ManualClock>,
    _folder: Option<TempDir>,
}

/// Thursday, 20 November 2025, 19:00 UTC.
pub const START: Timestamp = Timestamp(1_763_665_200_000);

impl Bed {
    pub async fn sqlite() -> Self {
        let bed = Self::empty_sqlite().await;
        bed.store.migrate().await.unwrap();
        bed
    }

    pub async fn postgres() -> Self {
        let bed = Self::empty_postgres().await;
        bed.store.migrate().await.unwrap();
        bed
    }

    pub async fn empty_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("switchboard.db").display());
        Self::open(url, Some(folder)).await
    }

    pub async fn empty_postgres() -> Self {
        Self::open(postgres_server::new_database().await, None).await
    }

    async fn open(url: String, folder: Option<TempDir>) -> Self {
        let clock = Arc::new(ManualClock::at(START));
        let chance = Arc::new(SeededChance::new(7));
        let seams = Seams { clock: clock.clone(), chance };
        let store = open(&url).await;
        Self { store, url, seams, clock, _folder: folder }
    }

    /// The same database, opened once more, as another process would.
    pub async fn again(&self) -> Arc<dyn Store> {
        open(&self.url).await
    }

    /// Runs statements on the database itself, past the store.
    pub async fn execute(&self, statements: &str) {
        rows::execute(&self.url, statements).await;
    }

    /// The one value that `query` finds on the database itself; numbers are to be cast to text.
    pub async fn value(&self, query: &str) -> Option<String> {
        rows::value(&self.url, query).await
    }

    /// Somebody wrote to the account, and their name is to be asked for.
    pub async fn contact(&self, account: AccountId, external_id: &str) -> ContactId {
        let contact = ContactId::of(account, external_id);
        let now = self.seams.now().0;
        self.execute(&format!(
            "insert into contacts (id, account_id, external_id, profile_due_at, created_at, updated_at)
             values ('{contact}', '{account}', '{external_id}', {now}, {now}, {now})"
        ))
        .await;
        contact
    }

    pub fn account(&self, platform: Platform, external_id: &str, token: &str) -> NewAccount {
        NewAccount {
            platform,
            external_id: external_id.to_owned(),
            name: "Luna Ceramics".to_owned(),
            login: Login::usual(platform),
            token: token.to_owned(),
            told: Told::default(),
            now: self.seams.now(),
            actor: Actor::System,
            audit_id: self.seams.new_id(),
            wants_history: false,
            history_id: self.seams.new_id(),
            gap_id: self.seams.new_id(),
        }
    }

    pub fn person(&self, email: &str, name: &str) -> NewPerson {
        NewPerson {
            id: self.seams.new_id(),
            email: email.to_owned(),
            email_folded: fold_email(email),
            name: name.to_owned(),
            role: Role::Agent,
            password_hash: "$argon2id$none".to_owned(),
            created_at: self.seams.now(),
        }
    }

    /// Somebody who can sign in.
    pub async fn somebody(&self, name: &str, role: Role) -> PersonId {
        let person = NewPerson { role, ..self.person(&format!("{name}@luna.example"), name) };
        self.store.insert_person(person.clone(), self.audit()).await.unwrap();
        person.id
    }

    /// A second later: lines of the audit log are in the order of their time.
    pub fn change(&self, by: PersonId, person: PersonId) -> PersonChange {
        self.clock.advance_s(1);
        PersonChange {
            by,
            person,
            now: self.seams.now(),
            audit_id: self.seams.new_id(),
            change_id: self.seams.new_id(),
            address: Some("192.0.2.1".to_owned()),
        }
    }

    /// The same of what is no person.
    pub fn deed(&self, by: PersonId) -> Deed {
        self.clock.advance_s(1);
        let (audit_id, change_id) = (self.seams.new_id(), self.seams.new_id());
        Deed { by, now: self.seams.now(), audit_id, change_id, address: Some("192.0.2.1".to_owned()) }
    }

    pub async fn stands(&self, person: PersonId) -> ListedPerson {
        self.store.list_people(100).await.unwrap().into_iter().find(|it| it.id == person).unwrap()
    }

    /// What the newest line of the audit log says was done.
    pub async fn last_action(&self) -> (Action, Option<PersonId>, Option<Subject>) {
        let line = self.store.list_audit(None, 1).await.unwrap().remove(0);
        (line.action, line.actor, line.subject)
    }

    pub fn audit(&self) -> AuditEntry {
        AuditEntry {
            id: self.seams.new_id(),
            at: self.seams.now(),
            actor: Actor::System,
            action: Action::PersonAdded,
            subject: Some(Subject::Person(self.seams.new_id())),
            detail: None,
            address: Some("192.0.2.1".to_owned()),
        }
    }
}

/// What the store has no method for yet.
impl Bed {
    pub fn is_postgres(&self) -> bool {
        self.url.starts_with("postgres")
    }

    /// A connected account, without a token.
    pub async fn an_account(&self, external_id: &str) -> AccountId {
        let id = self.seams.new_id();
        let insert = format!(
            "insert into accounts (id, platform, external_id, name, created_at, updated_at)
             values ('{id}', 'instagram', '{external_id}', 'Luna Ceramics', 0, 0)"
        );
        self.execute(&insert).await;
        id
    }

    pub async fn team(&self, name: &str, accounts: &[AccountId], members: &[PersonId]) {
        let mut sql = format!(
            "insert into teams (id, name, name_folded, created_at, updated_at)
             values ('{name}', '{name}', '{name}', 0, 0);"
        );
        for it in accounts {
            let _ = write!(sql, "insert into account_teams (account_id, team_id) values ('{it}', '{name}');");
        }
        for it in members {
            let _ = write!(sql, "insert into team_members (team_id, person_id) values ('{name}', '{it}');");
        }
        self.execute(&sql).await;
    }
}

pub async fn open(url: &str) -> Arc<dyn Store> {
    store::open(&url.parse::<DatabaseUrl>().unwrap()).await.unwrap()
}
