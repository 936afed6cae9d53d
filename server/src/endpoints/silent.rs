//! A customer does not wait for a bot that says nothing, or whose program cannot be reached: people get them.

use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use crate::store::endpoints::{Losing, Lost, WhyLost};
use std::time::Duration;

/// Meanwhile a customer may have written, or another endpoint have failed.
const LOOKS_AGAIN_AFTER: Duration = Duration::from_secs(1);
const AT_ONCE: u32 = 500;

pub(super) async fn run(program: Program) {
    loop {
        if let Err(error) = take_all(&program).await {
            let why = chain(&error);
            tracing::warn!(error = %why, "people are given late what bots do not answer: {why}");
        }
        tokio::select! {
            () = program.telling.limited.notified() => {}
            () = tokio::time::sleep(LOOKS_AGAIN_AFTER) => {}
        }
    }
}

async fn take_all(program: &Program) -> StoreResult<()> {
    let found = program.store.find_unanswered(program.seams.now(), AT_ONCE).await?;
    for lost in found {
        let note = words(&lost);
        let (line, audit_id, now) = (program.seams.new_id(), program.seams.new_id(), program.seams.now());
        let conversation = lost.conversation;
        if program.store.lose_conversation(Losing { lost, note, line, audit_id, now }).await? {
            tracing::warn!(conversation.id = %conversation, "a bot lost a conversation: it did not answer");
            metrics::counter!("switchboard_bots_lost_total").increment(1);
            program.assignment.wanted.notify_one();
        }
    }
    Ok(())
}

fn words(lost: &Lost) -> String {
    match lost.why {
        WhyLost::Silent { limit_s } => format!("{} did not answer within {}.", lost.bot_name, span(limit_s)),
        WhyLost::Unreachable => format!("The program of {} cannot be reached.", lost.bot_name),
    }
}

fn span(seconds: i64) -> String {
    let (n, unit) = match seconds {
        s if s % 3600 == 0 => (s / 3600, "hour"),
        s if s % 60 == 0 => (s / 60, "minute"),
        s => (s, "second"),
    };
    if n == 1 { format!("{n} {unit}") } else { format!("{n} {unit}s") }
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn a_span_is_said_in_the_largest_unit() {
        assert_eq!(
            [1, 90, 60, 600, 3600, 7200].map(span),
            ["1 second", "90 seconds", "1 minute", "10 minutes", "1 hour", "2 hours"]
        );
    }
}
