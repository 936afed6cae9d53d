//! The program: reads its options, then runs the command.

mod demo;
mod meta;

use server::assets::{Asset, Site};
use server::command::{account, backup, check, key, migrate, replay, say, serve, token, user};
use server::config::{AccountCommand, Cli, Command, KeyCommand, Stop, TokenCommand, UserCommand};
use server::start::StartError;
use server::telemetry;
use std::io::Write as _;
use std::process::ExitCode;

/// Hashing a password takes 19 MiB for a moment. The system's allocator keeps such pieces, one for
/// each thread that ever hashed: after 25 sign-ins the program held 250 MB.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The browser's files, put here by the build.
static SITE: &[Asset] = include!(concat!(env!("OUT_DIR"), "/site.rs"));

/// Pages are rendered by tasks that wait for one another: with a single worker, on a machine with
/// one core, they can wait for ever.
const LEAST_WORKERS: usize = 4;

fn main() -> ExitCode {
    let cli = match Cli::read() {
        Ok(cli) => cli,
        Err(Stop::Show(text)) => {
            say(text.trim_end());
            return ExitCode::SUCCESS;
        }
        Err(Stop::Wrong(error)) => return wrong(&error),
    };
    telemetry::start_logs(&cli.settings);
    match start(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => wrong(&error),
    }
}

fn start(cli: &Cli) -> Result<(), StartError> {
    let workers = std::thread::available_parallelism().map_or(LEAST_WORKERS, |it| it.get().max(LEAST_WORKERS));
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .enable_all()
        .build()
        .map_err(|error| StartError::new(format!("cannot start: {error}")))?
        .block_on(run(cli))
}

async fn run(cli: &Cli) -> Result<(), StartError> {
    let settings = &cli.settings;
    match &cli.command {
        Command::Serve(args) => serve::run(settings, args, Site(SITE), app::ssr::pages).await,
        Command::Demo(args) => demo::run(settings, args, Site(SITE)).await,
        Command::Simulator(args) => meta::run(args).await,
        Command::Migrate => migrate::run(settings).await,
        Command::User(UserCommand::Add(args)) => user::add(settings, args).await,
        Command::Replay(args) => replay::run(settings, args).await,
        Command::Account(AccountCommand::Add(args)) => account::add(settings, args).await,
        Command::Account(AccountCommand::Set(args)) => account::set(settings, args).await,
        Command::Token(TokenCommand::Add(args)) => token::add(settings, args).await,
        Command::Key(KeyCommand::Rotate) => key::rotate(settings).await,
        Command::Check => check::run(settings).await,
        Command::Backup { file } => backup::run(settings, file).await,
    }
}

/// One line for the operator.
fn wrong(error: &StartError) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "switchboard: {error}");
    ExitCode::from(2)
}
