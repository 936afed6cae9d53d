//! `switchboard simulator`: the pretended Meta alone.

use server::command::serve::asked_to_stop;
use server::config::{Seed, SimulatorArgs};
use server::seams::Seams;
use server::start::StartError;
use tokio::net::TcpListener;

pub async fn run(args: &SimulatorArgs) -> Result<(), StartError> {
    let cannot = |error| StartError::new(format!("cannot listen on {}: {error}", args.listen.0));
    let listener = TcpListener::bind(args.listen.0).await.map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    let options = simulator::Options {
        seed: match args.seed {
            Seed::Demo => simulator::Seed::Demo,
            Seed::Empty => simulator::Seed::Empty,
        },
        now_ms: Seams::system().now().0,
        callback: args.callback.as_ref().map(ToString::to_string),
        app_secret: args.app_secret.as_ref().map(|it| it.expose().to_owned()),
        verify_token: args.verify_token.as_ref().map(|it| it.expose().to_owned()),
    };
    let shutdown = asked_to_stop()?;
    let meta = simulator::Meta::new(&options, address);
    tracing::info!(server.address = %format_args!("http://{address}"), "listening");
    // Tests and measurements want nobody to speak whom they did not ask.
    let served = meta.run(listener, false, shutdown).await;
    served.map_err(|error| StartError::new(format!("the simulator stopped: {error}")))
}
