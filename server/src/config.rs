//! Every option of the program: a flag and an environment variable each, checked before anything
//! starts. `Debug` of the whole shows no password.

mod command;
mod meta;
mod secret;

pub use command::{
    AccountAddArgs, AccountCommand, AccountSetArgs, Command, DemoArgs, KeyCommand, OnOff, ReplayArgs, Seed, ServeArgs,
    SimulatorArgs, TokenAddArgs, TokenCommand, UserAddArgs, UserCommand,
};
pub use meta::{AppSecret, ExternalId, GraphUrl, GraphVersion, MetaAppId, MetaSettings, OurApp, VerifyToken};
pub use secret::{SecretKey, SecretKeys};

use crate::start::StartError;
use clap::error::{ContextKind, ContextValue};
use clap::{Args, Parser, ValueEnum};
use std::fmt;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use url::Url;

/// The inbox in which customer-service people answer Instagram Direct and Messenger.
#[derive(Debug, Parser)]
#[command(name = "switchboard", version, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub settings: Settings,
}

#[derive(Debug, Clone, Args)]
pub struct Settings {
    #[arg(
        long,
        help = "sqlite://path/to/file.db, or postgres://user:password@host/database",
        env = "SWITCHBOARD_DATABASE_URL",
        default_value = "sqlite://data/switchboard.db",
        global = true,
        hide_env_values = true
    )]
    pub database_url: DatabaseUrl,
    #[arg(
        long,
        help = "Where files are kept: file://path/to/folder, or s3://bucket/prefix (with the usual AWS_… variables)",
        env = "SWITCHBOARD_MEDIA_URL",
        default_value = "file://data/media",
        global = true
    )]
    pub media_url: MediaUrl,
    #[arg(
        long,
        help = "Origins, such as http://127.0.0.1:3001, whose files are fetched although they are not public or not https",
        env = "SWITCHBOARD_MEDIA_ALLOW",
        value_delimiter = ',',
        global = true
    )]
    pub media_allow: Vec<MediaOrigin>,
    #[arg(
        long,
        help = "Origins, such as http://127.0.0.1:4000, that events are posted to although they are not public or not https",
        env = "SWITCHBOARD_ENDPOINT_ALLOW",
        value_delimiter = ',',
        global = true
    )]
    pub endpoint_allow: Vec<MediaOrigin>,
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, env = "SWITCHBOARD_LISTEN", default_value = "127.0.0.1:3000", global = true)]
    pub listen: ListenAddress,
    /// How people and Meta reach this server (default: http:// and the address it listens on)
    #[arg(long, env = "SWITCHBOARD_PUBLIC_URL", global = true)]
    pub public_url: Option<PublicUrl>,
    /// Reverse proxies, besides this machine, whose X-Forwarded-For is believed
    #[arg(long, env = "SWITCHBOARD_TRUSTED_PROXIES", value_delimiter = ',', global = true)]
    pub trusted_proxies: Vec<IpAddr>,
    #[arg(
        long,
        help = "Encrypts tokens in the database, signs media links: 32 bytes as base64 or hexadecimal, \
                former keys after a comma (default: made at the first start, kept in switchboard.key beside the data)",
        env = "SWITCHBOARD_SECRET_KEY",
        global = true,
        hide_env_values = true
    )]
    pub secret_key: Option<SecretKeys>,
    #[command(flatten)]
    pub meta: MetaSettings,
    /// How many days the journal of what Meta sent is kept
    #[arg(
        long,
        env = "SWITCHBOARD_JOURNAL_DAYS",
        default_value_t = 30,
        value_parser = clap::value_parser!(u16).range(1..=3650),
        global = true
    )]
    pub journal_days: u16,
    /// Seconds that Meta has to answer before nobody knows whether a message was sent
    #[arg(
        long,
        env = "SWITCHBOARD_SEND_TIMEOUT_S",
        default_value_t = 30,
        value_parser = clap::value_parser!(u16).range(1..=300),
        global = true
    )]
    pub send_timeout_s: u16,
    /// Seconds that such a message waits for word from Meta before Meta is asked about it
    #[arg(
        long,
        env = "SWITCHBOARD_ECHO_WAIT_S",
        default_value_t = 30,
        value_parser = clap::value_parser!(u16).range(1..=600),
        global = true
    )]
    pub echo_wait_s: u16,
    /// Milliseconds between two questions to Meta about what was said before, of each account
    #[arg(
        long,
        env = "SWITCHBOARD_HISTORY_PACE_MS",
        default_value_t = 1000,
        value_parser = clap::value_parser!(u32).range(0..=600_000),
        global = true
    )]
    pub history_pace_ms: u32,
    /// What to log: a level, or a filter such as info,server=debug
    #[arg(long, env = "SWITCHBOARD_LOG", default_value = "info", global = true)]
    pub log: LogFilter,
    /// Logs for people or for machines
    #[arg(long, env = "SWITCHBOARD_LOG_FORMAT", default_value = "text", global = true)]
    pub log_format: LogFormat,
    /// Tell open pages to reload when the program was built anew
    #[arg(long, env = "SWITCHBOARD_DEV_RELOAD", global = true, hide = true, value_parser = yes_or_no())]
    pub dev_reload: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

impl Cli {
    /// Reads flags and environment. `Err` is either what `--help` and `--version` print, or the
    /// one line that says what is wrong.
    pub fn read() -> Result<Self, Stop> {
        Self::try_parse().map_err(Stop::of)
    }
}

/// Why there is nothing to run.
#[derive(Debug)]
pub enum Stop {
    /// `--help` or `--version`: print it, all is well.
    Show(String),
    Wrong(StartError),
}

impl Stop {
    fn of(mut error: clap::Error) -> Self {
        use clap::error::ErrorKind::{DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, DisplayVersion};
        if is_about_a_secret(&error) {
            error.insert(ContextKind::InvalidValue, ContextValue::String("(hidden)".to_owned()));
        }
        let text = error.render().to_string();
        match error.kind() {
            DisplayHelp | DisplayVersion => Self::Show(text),
            DisplayHelpOnMissingArgumentOrSubcommand => {
                Self::Wrong(StartError::new("no command given; see switchboard --help"))
            }
            _ => Self::Wrong(StartError::new(format!("{}; see switchboard --help", first_paragraph(&text)))),
        }
    }
}

/// Whether the option that was wrong holds a secret: then the value is not shown, wrong as it is.
fn is_about_a_secret(error: &clap::Error) -> bool {
    let secrets = [
        "--database-url",
        "--secret-key",
        "--meta-app-secrets",
        "--meta-more-apps",
        "--meta-verify-token",
        "--app-secret",
        "--verify-token",
    ];
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(option)) => secrets.iter().any(|it| option.starts_with(it)),
        _ => false,
    }
}

/// clap explains itself in paragraphs; the first one says what is wrong and what would be right.
fn first_paragraph(text: &str) -> String {
    let paragraph = text.trim_start_matches("error: ").split("\n\n").next().unwrap_or_default();
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What an environment variable of a yes-or-no option may say: 1, true, yes, on, and their opposites.
fn yes_or_no() -> clap::builder::BoolishValueParser {
    clap::builder::BoolishValueParser::new()
}

/// Which database, chosen by the scheme.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    Postgres(Url),
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "expected sqlite://path/to/file.db or postgres://user:password@host/database";
        if let Some(rest) = text.strip_prefix("sqlite:") {
            let path = rest.strip_prefix("//").unwrap_or(rest);
            if path.is_empty() || path.contains(['?', '#']) || path.ends_with('/') || path == ":memory:" {
                return Err(expected.to_owned());
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        let url = Url::parse(text).map_err(|_| expected.to_owned())?;
        let named = url.path().len() > 1 && !url.path()[1..].contains('/');
        if !matches!(url.scheme(), "postgres" | "postgresql") || !named {
            return Err(expected.to_owned());
        }
        Ok(Self::Postgres(url))
    }
}

/// Without the password: what logs and errors may show.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(url) => {
                let host = url.host_str().unwrap_or("localhost");
                let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
                write!(f, "postgres://{host}{port}{}", url.path())
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl DatabaseUrl {
    pub fn in_folder(folder: &Path) -> Self {
        Self::Sqlite(folder.join("switchboard.db"))
    }
}

/// Where files are kept, chosen by the scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaUrl {
    Folder(PathBuf),
    Bucket {
        name: String,
        /// What the key of every file begins with; empty for none.
        prefix: String,
    },
}

impl FromStr for MediaUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "expected file://path/to/folder or s3://bucket/prefix";
        if let Some(path) = text.strip_prefix("file://") {
            let is_folder = !path.is_empty() && !path.contains(['?', '#', '\0']);
            return is_folder.then(|| Self::Folder(PathBuf::from(path))).ok_or_else(|| expected.to_owned());
        }
        let rest = text.strip_prefix("s3://").ok_or_else(|| expected.to_owned())?;
        let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let prefix = prefix.trim_end_matches('/');
        let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_');
        let parts_are_named = prefix.is_empty() || prefix.split('/').all(|it| !matches!(it, "" | "." | ".."));
        if name.is_empty() || !name.chars().all(is_plain) || !parts_are_named {
            return Err(expected.to_owned());
        }
        if !prefix.chars().all(|it| is_plain(it) || it == '/') {
            return Err(expected.to_owned());
        }
        Ok(Self::Bucket { name: name.to_owned(), prefix: prefix.to_owned() })
    }
}

impl fmt::Display for MediaUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "file://{}", path.display()),
            Self::Bucket { name, prefix } if prefix.is_empty() => write!(f, "s3://{name}"),
            Self::Bucket { name, prefix } => write!(f, "s3://{name}/{prefix}"),
        }
    }
}

impl MediaUrl {
    pub fn in_folder(folder: &Path) -> Self {
        Self::Folder(folder.join("media"))
    }
}

/// A place that files may be fetched from, whatever it is: scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaOrigin(Url);

impl FromStr for MediaOrigin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let url: Result<PublicUrl, _> = text.parse();
        url.map(|it| Self(it.0)).map_err(|_| "expected an origin, such as http://127.0.0.1:3001".to_owned())
    }
}

impl MediaOrigin {
    pub fn origin(&self) -> url::Origin {
        self.0.origin()
    }
}

/// An address to listen on; host names are resolved at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListenAddress(pub SocketAddr);

impl FromStr for ListenAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.to_socket_addrs()
            .ok()
            .and_then(|mut found| found.next())
            .map(Self)
            .ok_or_else(|| "expected an address and a port, such as 127.0.0.1:3000".to_owned())
    }
}

/// How people and Meta reach us: scheme, host and port, nothing more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(Url);

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "expected https://inbox.example.com (or http:// for a trial), without a path";
        bare_url(text).map(Self).ok_or_else(|| expected.to_owned())
    }
}

/// Scheme, host and port, nothing more.
fn bare_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    (matches!(url.scheme(), "http" | "https") && url.host().is_some() && bare && anonymous).then_some(url)
}

/// Whether only this machine and its neighbours are meant.
fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(it)) => it.is_loopback() || it.is_private() || it.is_unspecified(),
        Some(url::Host::Ipv6(it)) => it.is_loopback() || it.is_unspecified(),
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => true,
    }
}

impl PublicUrl {
    /// What we are reached by when nothing was said: the address we listen on.
    pub fn of_listener(address: SocketAddr) -> Result<Self, StartError> {
        // "Every address of this machine" is not one that a browser can go to.
        let host = match address.ip() {
            ip if ip.is_unspecified() => "localhost".to_owned(),
            IpAddr::V6(ip) => format!("[{ip}]"),
            IpAddr::V4(ip) => ip.to_string(),
        };
        format!("http://{host}:{}", address.port()).parse().map_err(StartError::new)
    }

    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    pub fn is_local(&self) -> bool {
        is_local(&self.0)
    }

    pub fn host(&self) -> Option<url::Host<&str>> {
        self.0.host()
    }

    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0.as_str().trim_end_matches('/'))
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// A filter for the logs, checked when it is read.
#[derive(Debug, Clone)]
pub struct LogFilter(pub String);

impl FromStr for LogFilter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // EnvFilter cuts a directive by bytes and panics inside a character of several: none is needed here.
        let readable = text.is_ascii() && tracing_subscriber::EnvFilter::try_new(text).is_ok();
        readable.then(|| Self(text.to_owned())).ok_or_else(|| {
            "expected off, error, warn, info, debug, trace, or a filter such as info,server=debug".to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_database_url_is_understood_or_refused() {
        let sqlite = |path: &str| Ok(DatabaseUrl::Sqlite(PathBuf::from(path)));
        assert_eq!("sqlite://data/switchboard.db".parse(), sqlite("data/switchboard.db"));
        assert_eq!("sqlite:///var/lib/sb.db".parse(), sqlite("/var/lib/sb.db"));
        assert_eq!("sqlite:sb.db".parse(), sqlite("sb.db"));
        for wrong in [
            "",
            "sqlite://",
            "sqlite://data/",
            "sqlite::memory:",
            "mysql://h/d",
            "postgres://h",
            "postgres://h/a/b",
            "data.db",
        ] {
            assert!(wrong.parse::<DatabaseUrl>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_media_url_is_understood_or_refused() {
        let folder = |path: &str| Ok(MediaUrl::Folder(PathBuf::from(path)));
        let bucket =
            |name: &str, prefix: &str| Ok(MediaUrl::Bucket { name: name.to_owned(), prefix: prefix.to_owned() });
        assert_eq!("file://data/media".parse(), folder("data/media"));
        assert_eq!("file:///var/lib/media".parse(), folder("/var/lib/media"));
        assert_eq!("s3://luna-inbox".parse(), bucket("luna-inbox", ""));
        assert_eq!("s3://luna-inbox/switchboard/media/".parse(), bucket("luna-inbox", "switchboard/media"));
        for wrong in
            ["", "file://", "data/media", "s3://", "s3:///media", "s3://a b", "s3://a/../b", "gs://a", "s3://a/b?c"]
        {
            assert!(wrong.parse::<MediaUrl>().is_err(), "{wrong}");
        }
        for url in ["file:///var/lib/media", "s3://luna-inbox", "s3://luna-inbox/media"] {
            assert_eq!(url.parse::<MediaUrl>().unwrap().to_string(), url);
        }
    }

    #[test]
    fn an_origin_has_no_path() {
        assert!("http://127.0.0.1:3001".parse::<MediaOrigin>().is_ok());
        for wrong in ["127.0.0.1:3001", "http://127.0.0.1:3001/cdn", "ftp://a", "*"] {
            assert!(wrong.parse::<MediaOrigin>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_database_url_never_shows_its_password() {
        let url: DatabaseUrl = "postgres://mia:kiln@db.example:5433/inbox".parse().unwrap();
        assert_eq!(url.to_string(), "postgres://db.example:5433/inbox");
        assert!(!format!("{url:?}").contains("kiln"));
    }

    #[test]
    fn a_public_url_has_no_path() {
        let url: PublicUrl = "https://inbox.luna.example".parse().unwrap();
        assert_eq!(url.join("/setup/x"), "https://inbox.luna.example/setup/x");
        assert!(url.is_https() && !url.is_local());
        for wrong in
            ["inbox.luna.example", "ftp://luna.example", "https://luna.example/inbox", "https://a:b@luna.example"]
        {
            assert!(wrong.parse::<PublicUrl>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_log_filter_with_other_letters_is_refused() {
        for wrong in [" \u{23a}[v\u{758}", "info,server=débug"] {
            assert!(wrong.parse::<LogFilter>().is_err(), "{wrong}");
        }
        assert!("info,server=debug".parse::<LogFilter>().is_ok());
    }

    #[test]
    fn the_options_are_consistent() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }

    proptest! {
        #[test]
        fn no_value_makes_an_option_panic(text: String) {
            let _ = (text.parse::<DatabaseUrl>(), text.parse::<PublicUrl>(), text.parse::<LogFilter>());
            let _ = (format!("s3://{text}").parse::<MediaUrl>(), text.parse::<MediaOrigin>());
        }
    }
}
