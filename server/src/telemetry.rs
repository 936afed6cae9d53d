//! Logs and metrics. Logs never carry a token, a password, a person's words or a raw body.

use crate::config::{LogFormat, Settings};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::io::IsTerminal as _;
use std::panic::PanicHookInfo;
use std::sync::OnceLock;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Sends logs to standard error, in the form the operator asked for. Once per process; a second
/// call (tests run several servers in one process) changes nothing.
pub fn start_logs(settings: &Settings) {
    let filter = EnvFilter::new(&settings.log.0);
    let for_a_person = std::io::stderr().is_terminal();
    let text = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(for_a_person).with_target(false);
    let registry = tracing_subscriber::registry().with(filter);
    let _ = match settings.log_format {
        LogFormat::Text => registry.with(text).try_init(),
        LogFormat::Json => registry.with(text.json().flatten_event(true)).try_init(),
    };
    std::panic::set_hook(Box::new(log_panic));
}

/// A panic is logged by its place only: what it says may hold a customer's words.
fn log_panic(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(panic.place = %place, "panicked at {place}");
}

/// The metrics of this process, for `GET /metrics`.
pub fn metrics() -> &'static PrometheusHandle {
    static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();
    METRICS.get_or_init(|| {
        let seconds = [0.001, 0.005, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &seconds)
            .unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        // Fails only where another recorder was set before: then ours shows nothing, and says so.
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("metrics are recorded elsewhere in this process");
        }
        describe();
        handle
    })
}

fn describe() {
    metrics::describe_counter!("switchboard_requests_total", "Requests answered, by method, route and status");
    metrics::describe_histogram!("switchboard_request_seconds", "Time to the first byte of an answer");
    metrics::describe_counter!("switchboard_panics_total", "Panics that were caught, by place");
    metrics::describe_counter!("switchboard_store_writes_total", "Units of work asked of the store, by outcome");
    metrics::describe_counter!("switchboard_store_commits_total", "Commits that carried them");
    metrics::describe_counter!("switchboard_webhooks_total", "What Meta posted, by outcome");
    metrics::describe_counter!("switchboard_events_total", "Events in what Meta posted");
    metrics::describe_counter!("switchboard_journal_rows_total", "Rows of the journal that were new");
    metrics::describe_counter!("switchboard_applied_total", "Rows of the journal that were applied, by outcome");
    metrics::describe_counter!("switchboard_ignored_total", "Rows of the journal that are nothing for us, by reason");
    metrics::describe_histogram!(
        "switchboard_apply_lag_seconds",
        "How long the oldest row of a batch had been waiting"
    );
    metrics::describe_counter!("switchboard_sign_ins_total", "Attempts to sign in, by outcome");
    metrics::describe_gauge!("switchboard_streams", "Streams of changes that browsers hold open");
    metrics::describe_counter!("switchboard_changes_total", "Changes that this process told its streams of, by kind");
    metrics::describe_counter!("switchboard_profiles_total", "Customers' names asked of Meta, by outcome");
    metrics::describe_gauge!("switchboard_build_info", "1, labelled with the version");
    metrics::gauge!("switchboard_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    metrics::gauge!("switchboard_streams").set(0.0);
    metrics::counter!("switchboard_panics_total", "where" => "request").absolute(0);
    metrics::counter!("switchboard_panics_total", "where" => "worker").absolute(0);
}
