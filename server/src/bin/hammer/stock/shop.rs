//! Luna Ceramics: its accounts, its people, and which of them see what.

use super::Origin;
use super::dice::Dice;
use super::rows::Sink;
use crate::event::ACCOUNT;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::ids::AccountId;
use model::person::PersonId;
use model::platform::Platform;
use server::auth::password::Passwords;
use server::chance::SeededChance;
use std::error::Error;
use std::path::Path;

/// Mia may see everything; Ines is one of those who do not see the studio.
pub const ADMIN: u32 = 0;
pub const AGENT: u32 = 1;
pub const N_PEOPLE: u32 = 30;
pub const PASSWORD: &str = "kiln and glaze";

pub const BOT: &str = "00000000000000000000000b07";
pub const APP: &str = "1184720936";
/// All pictures are this one, of a single point.
pub const PICTURE: &str = "0000000000000000000000p1c7";
const PICTURE_FOLDER: &str = "c7";
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// What it is called; Ines never reads it.
pub const HIDDEN: &str = "luna.studio";

/// The account that not everybody sees.
pub const STUDIO: usize = 2;

pub struct Shop {
    pub origin: Origin,
    pub accounts: [Account; 3],
    people: Vec<PersonId>,
}

pub struct Account {
    pub id: AccountId,
    pub platform: Platform,
    pub external_id: &'static str,
    name: &'static str,
}

pub fn email(person: u32) -> String {
    match person {
        ADMIN => "mia@luna.example".to_owned(),
        AGENT => "ines@luna.example".to_owned(),
        n => format!("agent{n}@luna.example"),
    }
}

pub fn write_picture(media: &Path) -> Result<(), Box<dyn Error>> {
    let folder = media.join(PICTURE_FOLDER);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(PICTURE), STANDARD.decode(PNG)?)?;
    Ok(())
}

impl Shop {
    pub fn of(origin: Origin) -> Self {
        let account = |platform, external_id, name| {
            let id = AccountId::of(platform, external_id);
            Account { id, platform, external_id, name }
        };
        let accounts = [
            account(Platform::Instagram, ACCOUNT, "luna.ceramics"),
            account(Platform::Page, "104729361850274", "Luna Ceramics"),
            account(Platform::Instagram, "17841460210999999", HIDDEN),
        ];
        let people = (0..N_PEOPLE).map(|n| PersonId::from_bits((1 << 90) + u128::from(n))).collect();
        Self { origin, accounts, people }
    }

    /// Most conversations come in at the first account.
    pub fn account_of(&self, dice: &mut Dice) -> &Account {
        match dice.below(10) {
            0..6 => &self.accounts[0],
            6..9 => &self.accounts[1],
            _ => &self.accounts[STUDIO],
        }
    }

    /// Half of the work is Mia's and Ines's.
    pub fn somebody(&self, dice: &mut Dice) -> PersonId {
        match dice.below(4) {
            0 => self.people[ADMIN as usize],
            1 => self.people[AGENT as usize],
            _ => *dice.pick(&self.people),
        }
    }

    pub async fn write(&self, sink: &mut Sink) -> Result<(), Box<dyn Error>> {
        let at = self.origin.until_ms;
        let hash = Passwords::default().hash(PASSWORD.to_owned(), &SeededChance::new(self.origin.seed)).await?;
        for (number, id) in (0..).zip(&self.people) {
            let (role, name) = match number {
                ADMIN => ("admin", "Mia".to_owned()),
                AGENT => ("agent", "Ines".to_owned()),
                n => ("agent", format!("Agent {n}")),
            };
            let email = email(number);
            sink.execute(&format!(
                "insert into people (id, email, email_folded, name, role, state, password_hash, created_at, updated_at)
                 values ('{id}', '{email}', '{email}', '{name}', '{role}', 'active', '{hash}', {at}, {at})"
            ))
            .await?;
        }
        for Account { id, platform, external_id, name } in &self.accounts {
            let platform = platform.word();
            sink.execute(&format!(
                "insert into accounts (id, platform, external_id, name, created_at, updated_at)
                 values ('{id}', '{platform}', '{external_id}', '{name}', {at}, {at})"
            ))
            .await?;
        }
        let (studio, account) = (self.accounts[STUDIO].id, self.accounts[0].id);
        sink.execute(&format!(
            "insert into teams (id, name, name_folded, created_at, updated_at)
             values ('00000000000000000000000t3m', 'Studio', 'studio', {at}, {at});
             insert into account_teams (account_id, team_id) values ('{studio}', '00000000000000000000000t3m');
             insert into bots (id, name, created_at, updated_at) values ('{BOT}', 'Kiln', {at}, {at});
             insert into apps (id, kind, name, created_at, updated_at) values ('{APP}', 'other', 'Shop Bot', {at}, {at});
             insert into media (id, account_id, store_key, content_type, size, width, height, created_at)
             values ('{PICTURE}', '{account}', '{PICTURE_FOLDER}/{PICTURE}', 'image/png', 70, 800, 600, {at})"
        ))
        .await?;
        for person in self.people.iter().skip(AGENT as usize + 1) {
            let sql = format!(
                "insert into team_members (team_id, person_id) values ('00000000000000000000000t3m', '{person}')"
            );
            sink.execute(&sql).await?;
        }
        Ok(())
    }
}
