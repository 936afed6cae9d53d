//! `switchboard demo`: the inbox and the simulator together, on data that nobody will miss.

mod furnishing;
mod standing;
mod teams;

use app::ssr::pages;
use model::ids::AccountId;
use model::person::Role;
use model::platform::{Login, Platform};
use server::accounts::{Connection, connect};
use server::assets::Site;
use server::command::user::{Person, insert};
use server::command::{say, serve};
use server::config::{DatabaseUrl, DemoArgs, GraphUrl, MediaUrl, MetaAppId, MetaSettings, ServeArgs, Settings};
use server::graph::Token;
use server::http::serving;
use server::program::Program;
use server::start::{StartError, chain};
use server::store::accounts::Told;
use server::store::audit::Actor;
use simulator::{Meta, Options, Part, Seed};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use tempfile::TempDir;
use tokio::net::TcpListener;

const BUSINESS: &str = "Luna Ceramics";

/// Shown to everybody who starts the demo, so not worth hiding.
const PASSWORD: &str = "kiln and glaze";

/// What the two say to one another in the handshake.
const VERIFY_TOKEN: &str = "luna-says-hello";

const PEOPLE: [(&str, &str, Role); 3] = [
    ("mia@luna-ceramics.example", "Mia Lindqvist", Role::Admin),
    ("ines@luna-ceramics.example", "Ines Carvalho", Role::Agent),
    ("noah@luna-ceramics.example", "Noah Brandt", Role::Agent),
];

pub async fn run(settings: &Settings, args: &DemoArgs, site: Site) -> Result<(), StartError> {
    let (folder, _until_the_end) = folder(args)?;
    let serve_args = ServeArgs { no_migrate: false };
    let listener_of_meta = TcpListener::bind(args.simulator_listen.0).await.map_err(|error| {
        StartError::new(format!("cannot listen on {} for the simulator: {error}", args.simulator_listen.0))
    })?;
    let cannot = |error: std::io::Error| StartError::new(format!("the demo stopped: {error}"));
    let meta_at = listener_of_meta.local_addr().map_err(cannot)?;
    let accounts = simulator::cast(Seed::Demo);
    let settings = Settings {
        database_url: DatabaseUrl::in_folder(&folder),
        meta: pretended(meta_at, &accounts, settings)?,
        media_url: MediaUrl::in_folder(&folder),
        media_allow: vec![format!("http://{meta_at}").parse().map_err(StartError::new)?],
        ..settings.clone()
    };
    let (program, listener) = serve::prepare(&settings, &serve_args, site).await?;
    people(&program).await?;
    connect_all(&program, &accounts).await?;
    let inbox_at = listener.local_addr().map_err(cannot)?;
    let shutdown = serve::asked_to_stop()?;
    let stopping = program.stopping.clone();
    let meta = Meta::new(
        &Options {
            seed: Seed::Demo,
            now_ms: program.seams.now().0,
            callback: Some(format!("http://{inbox_at}/webhooks/meta")),
            app_secret: None,
            verify_token: Some(VERIFY_TOKEN.to_owned()),
        },
        meta_at,
    );
    let customers = meta.people();
    let simulating = tokio::spawn(meta.run(listener_of_meta, true, stopping.cancelled_owned()));
    let furnishing = program.clone();
    program.spawn("demo", move || standing::put_all(furnishing.clone(), customers.clone()));
    let pages = pages(&program);
    tracing::info!(server.address = %format_args!("http://{inbox_at}"), "listening");
    welcome(&format!("http://{inbox_at}"), &format!("http://{meta_at}"));
    serving::run(program, pages, listener, shutdown).await.map_err(cannot)?;
    simulating.await.map_err(|error| StartError::new(format!("the simulator stopped: {error}")))?.map_err(cannot)
}

/// Where the data goes; a temporary folder is removed when its guard is dropped.
fn folder(args: &DemoArgs) -> Result<(std::path::PathBuf, Option<TempDir>), StartError> {
    if let Some(folder) = &args.data {
        return Ok((folder.clone(), None));
    }
    let folder = tempfile::Builder::new().prefix("switchboard-demo-").tempdir();
    let folder = folder.map_err(|error| StartError::new(format!("cannot make a temporary folder: {error}")))?;
    Ok((folder.path().to_owned(), Some(folder)))
}

/// The people of the demo; those who are there already stay as they are.
async fn people(program: &Program) -> Result<(), StartError> {
    let cannot = |error| StartError::new(format!("cannot make the demo: {}", chain(&error)));
    if program.store.business().await.map_err(cannot)?.is_none() {
        program.store.set_business(BUSINESS.to_owned(), program.seams.now()).await.map_err(cannot)?;
    }
    for (email, name, role) in PEOPLE {
        insert(program.store.as_ref(), &program.seams, &Person { email, name, role, password: PASSWORD }).await?;
    }
    Ok(())
}

/// The simulator stands for both of Meta's hosts.
fn pretended(at: SocketAddr, accounts: &[Part], settings: &Settings) -> Result<MetaSettings, StartError> {
    let graph_url: GraphUrl = format!("http://{at}").parse().map_err(StartError::new)?;
    let secrets: BTreeSet<&str> = accounts.iter().map(|it| it.app_secret.as_str()).collect();
    let app_secrets = secrets.into_iter().map(str::parse).collect::<Result<_, _>>().map_err(StartError::new)?;
    let verify_token = Some(VERIFY_TOKEN.parse().map_err(StartError::new)?);
    let instagram_graph_url = graph_url.clone();
    let ours = accounts.first().map(|it| MetaAppId(it.app_id.clone()));
    let app_id = settings.meta.app_id.clone().or(ours);
    // The pretended app has both logins, so that accounts can be connected in the browser as well.
    let instagram_app_id = settings.meta.instagram_app_id.clone().or_else(|| app_id.clone());
    Ok(MetaSettings {
        app_id,
        instagram_app_id,
        instagram_graph_url,
        graph_url,
        app_secrets,
        verify_token,
        ..settings.meta.clone()
    })
}

/// Those of the simulator; those that are there already stay as they are.
async fn connect_all(program: &Program, accounts: &[Part]) -> Result<(), StartError> {
    let cannot = |error| StartError::new(format!("cannot make the demo: {}", chain(&error)));
    for account in accounts {
        let platform = match account.platform {
            simulator::Platform::Instagram => Platform::Instagram,
            simulator::Platform::Page => Platform::Page,
        };
        let id = AccountId::of(platform, &account.id);
        if program.store.find_account(id).await.map_err(cannot)?.is_some() {
            continue;
        }
        let connection = Connection {
            platform,
            external_id: &account.id,
            name: &account.name,
            login: Login::usual(platform),
            token: Token::new(account.token.clone()),
            told: Told::default(),
            wants_history: false,
        };
        let (store, seams) = (program.store.as_ref(), &program.seams);
        connect(store, seams, &program.vault, Actor::System, &connection).await.map_err(cannot)?;
    }
    Ok(())
}

fn welcome(inbox: &str, meta: &str) {
    say("");
    say(format_args!("  The inbox        {inbox}"));
    say(format_args!("  Pretended Meta   {meta}"));
    say("");
    say("  Sign in as");
    for (email, name, role) in PEOPLE {
        say(format_args!("    {email:<28} {PASSWORD}   {name}, {}", role.word()));
    }
    say("");
}
