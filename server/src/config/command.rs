//! The commands and what each takes.

use super::{AppSecret, DatabaseUrl, ExternalId, ListenAddress, VerifyToken, yes_or_no};
use clap::{Args, Subcommand, ValueEnum};
use model::ids::InboundId;
use model::inbox::MarksSeen;
use model::person::Role;
use model::platform::{Login, Platform};
use model::tokens::Scope;
use std::path::PathBuf;
use url::Url;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the inbox
    Serve(ServeArgs),
    /// Run the inbox on fresh demo data, together with a pretended Meta
    Demo(DemoArgs),
    /// Run the pretended Meta alone, for whatever speaks to the Graph API
    Simulator(SimulatorArgs),
    /// Bring the database up to date and say what was done
    Migrate,
    /// People who can sign in
    #[command(subcommand)]
    User(UserCommand),
    /// The Instagram accounts and Facebook Pages of this inbox
    #[command(subcommand)]
    Account(AccountCommand),
    /// What lets other programs use the API
    #[command(subcommand)]
    Token(TokenCommand),
    /// The secret key that seals tokens in the database
    #[command(subcommand)]
    Key(KeyCommand),
    /// Apply what Meta sent once more, from the journal
    Replay(ReplayArgs),
    /// Say line by line whether this set-up will work
    Check,
    /// Write a consistent copy of the database while the server runs (SQLite)
    Backup {
        /// Where to write the copy; the file must not exist yet
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Refuse to start on a database that is behind, instead of bringing it up to date
    #[arg(long, env = "SWITCHBOARD_NO_MIGRATE", value_parser = yes_or_no())]
    pub no_migrate: bool,
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Keep the demo's data in this folder (default: a temporary one, removed at the end)
    #[arg(long, env = "SWITCHBOARD_DEMO_DATA")]
    pub data: Option<PathBuf>,
    /// Where the pretended Meta listens
    #[arg(long, env = "SWITCHBOARD_DEMO_SIMULATOR_LISTEN", default_value = "127.0.0.1:3001")]
    pub simulator_listen: ListenAddress,
}

#[derive(Debug, Args)]
pub struct SimulatorArgs {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, env = "SWITCHBOARD_SIMULATOR_LISTEN", default_value = "127.0.0.1:3001")]
    pub listen: ListenAddress,
    /// Where its webhooks go: the address of the inbox and /webhooks/meta
    #[arg(long, env = "SWITCHBOARD_SIMULATOR_CALLBACK", value_parser = parse_callback)]
    pub callback: Option<Url>,
    /// Signs its webhooks
    #[arg(long, env = "SWITCHBOARD_SIMULATOR_APP_SECRET", hide_env_values = true)]
    pub app_secret: Option<AppSecret>,
    /// What it says in the handshake
    #[arg(long, env = "SWITCHBOARD_SIMULATOR_VERIFY_TOKEN", hide_env_values = true)]
    pub verify_token: Option<VerifyToken>,
    /// Who is there at first: the shop of the demo, or nobody
    #[arg(long, env = "SWITCHBOARD_SIMULATOR_SEED", default_value = "demo")]
    pub seed: Seed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Seed {
    Demo,
    Empty,
}

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a person who can sign in
    Add(UserAddArgs),
}

#[derive(Debug, Args)]
pub struct UserAddArgs {
    /// The email they sign in with
    #[arg(long, env = "SWITCHBOARD_USER_EMAIL")]
    pub email: String,
    /// Their name, as colleagues see it
    #[arg(long, env = "SWITCHBOARD_USER_NAME")]
    pub name: String,
    /// admin (runs the inbox) or agent (answers customers)
    #[arg(long, env = "SWITCHBOARD_USER_ROLE", value_parser = parse_role)]
    pub role: Role,
    /// Read the password from standard input; without it, one is made and printed once
    #[arg(long, env = "SWITCHBOARD_USER_PASSWORD_STDIN", value_parser = yes_or_no())]
    pub password_stdin: bool,
}

#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Connect an account with a token that you already have; again for the same one: give it a new token
    Add(AccountAddArgs),
    /// Say what customers are shown of us while we read and write
    Set(AccountSetArgs),
}

#[derive(Debug, Args)]
pub struct AccountSetArgs {
    /// instagram, or page (Messenger)
    #[arg(long, env = "SWITCHBOARD_ACCOUNT_PLATFORM", value_parser = parse_platform)]
    pub platform: Platform,
    /// The account's id at Meta
    #[arg(long, env = "SWITCHBOARD_ACCOUNT_ID")]
    pub id: ExternalId,
    /// Whether the customer sees that somebody is writing: on or off
    #[arg(long, env = "SWITCHBOARD_ACCOUNT_TYPING", value_enum)]
    pub typing: Option<OnOff>,
    /// When the customer sees that a message was seen
    #[arg(long, env = "SWITCHBOARD_ACCOUNT_MARK_SEEN", value_parser = parse_marks_seen)]
    pub mark_seen: Option<MarksSeen>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OnOff {
    On,
    Off,
}

#[derive(Debug, Args)]
pub struct AccountAddArgs {
    /// instagram, or page (Messenger)
    #[arg(long, env = "SWITCHBOARD_ACCOUNT_PLATFORM", value_parser = parse_platform)]
    pub platform: Platform,
    /// The id that webhooks call entry.id: of Instagram the `user_id` of /me, of a Page its id
    #[arg(long, env = "SWITCHBOARD_ACCOUNT_ID")]
    pub id: ExternalId,
    /// Its name, as colleagues see it
    #[arg(long, env = "SWITCHBOARD_ACCOUNT_NAME")]
    pub name: String,
    /// Whose token it is: instagram, or page for an Instagram account linked to a Page (default: the platform's own)
    #[arg(long, env = "SWITCHBOARD_ACCOUNT_LOGIN", value_parser = parse_login)]
    pub login: Option<Login>,
    /// Read the access token from standard input, the only place where nobody else sees it
    #[arg(long, env = "SWITCHBOARD_ACCOUNT_TOKEN_STDIN", required = true, value_parser = yes_or_no())]
    pub token_stdin: bool,
    /// Have what was said before read back
    #[arg(long, env = "SWITCHBOARD_ACCOUNT_HISTORY", value_parser = yes_or_no())]
    pub history: bool,
}

#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token and print it, once
    Add(TokenAddArgs),
}

#[derive(Debug, Args)]
pub struct TokenAddArgs {
    /// What uses it, as the list of tokens and the audit log call it
    #[arg(long, env = "SWITCHBOARD_TOKEN_NAME")]
    pub name: String,
    /// What it allows: read, write, send, handover (default: all of them)
    #[arg(long, env = "SWITCHBOARD_TOKEN_SCOPE", value_parser = parse_scope, value_delimiter = ',')]
    pub scope: Vec<Scope>,
    /// Only this account, by its id at Meta; can be given more than once (default: every account)
    #[arg(long, env = "SWITCHBOARD_TOKEN_ACCOUNT", value_delimiter = ',')]
    pub account: Vec<String>,
    /// The bot as which it writes to customers; made if there is none of this name
    #[arg(long, env = "SWITCHBOARD_TOKEN_BOT")]
    pub bot: Option<String>,
    /// For how many days it can be used (default: for ever)
    #[arg(long, env = "SWITCHBOARD_TOKEN_EXPIRES_IN_DAYS")]
    pub expires_in_days: Option<u32>,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub enum KeyCommand {
    /// Make a new key and seal everything with it; the server must be stopped
    Rotate,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct ReplayArgs {
    /// Everything that the journal holds
    #[arg(long, env = "SWITCHBOARD_REPLAY_ALL", value_parser = yes_or_no())]
    pub all: bool,
    /// What this version may understand and an earlier one did not, or what failed
    #[arg(long, env = "SWITCHBOARD_REPLAY_NOT_UNDERSTOOD", value_parser = yes_or_no())]
    pub not_understood: bool,
    /// One row of the journal, by its id
    pub id: Option<InboundId>,
    /// Take the journal, and the accounts, of this database into ours: to build an inbox anew from what Meta sent
    #[arg(long, env = "SWITCHBOARD_REPLAY_FROM", hide_env_values = true)]
    pub from: Option<DatabaseUrl>,
}

fn parse_role(word: &str) -> Result<Role, String> {
    Role::from_word(word).ok_or_else(|| "expected admin or agent".to_owned())
}

fn parse_scope(word: &str) -> Result<Scope, String> {
    Scope::from_word(word).ok_or_else(|| "expected read, write, send or handover".to_owned())
}

fn parse_platform(word: &str) -> Result<Platform, String> {
    Platform::from_word(word).ok_or_else(|| "expected instagram or page".to_owned())
}

fn parse_marks_seen(word: &str) -> Result<MarksSeen, String> {
    let expected = "expected never, on-view (somebody looks at it), on-reply or on-receipt (at once)";
    word.replace('-', "_").parse().map_err(|_| expected.to_owned())
}

fn parse_login(word: &str) -> Result<Login, String> {
    Login::from_word(word).ok_or_else(|| "expected instagram or page".to_owned())
}

fn parse_callback(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(|it| matches!(it.scheme(), "http" | "https") && it.has_host());
    url.ok_or_else(|| "expected a whole address, such as http://127.0.0.1:3000/webhooks/meta".to_owned())
}
