//! `SWITCHBOARD_URL=… SWITCHBOARD_TOKEN=… [ENDPOINT_SECRET=… LISTEN=127.0.0.1:4000] order-bot`

use order_bot::{Api, Bot, Failed};
use std::env::var;
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            complain(&words);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "it has no other log")]
fn complain(words: &str) {
    eprintln!("order-bot: {words}");
}

async fn run() -> Result<(), Failed> {
    let needed = |name: &str| var(name).map_err(|_| format!("{name} is not set"));
    let bot = Bot { api: Api::new(&needed("SWITCHBOARD_URL")?, &needed("SWITCHBOARD_TOKEN")?)? };
    if let Ok(secret) = var("ENDPOINT_SECRET") {
        let listen = var("LISTEN").unwrap_or_else(|_| "127.0.0.1:4000".to_owned());
        let listener = TcpListener::bind(&listen).await.map_err(|it| format!("{listen}: {it}"))?;
        return axum::serve(listener, bot.receiver(&secret)).await.map_err(|it| it.to_string());
    }
    let mut after = None;
    loop {
        match bot.listen(after.clone()).await {
            Ok(last) => after = last,
            Err(words) => complain(&words),
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}
