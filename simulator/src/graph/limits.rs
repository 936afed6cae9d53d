//! How often an app may ask: counted for each account by the simulator's clock, refused with Meta's
//! errors, told in Meta's headers. A load test lifts it: `POST /control/limits {"lifted": true}`.

use super::error::{GraphError, Wrong};
use crate::Shared;
use crate::control::{self, Refusal};
use crate::world::World;
use crate::world::account::{Login, Platform};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{HashMap, VecDeque};

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Use {
    /// Text, links, pictures, stickers, reactions, typing.
    Text,
    /// Audio and video.
    Media,
    PrivateReply,
    /// Conversations and their messages, read.
    Conversations,
}

impl Use {
    const EVERY: [Self; 4] = [Self::Text, Self::Media, Self::PrivateReply, Self::Conversations];

    /// So many, in so many milliseconds.
    fn limit(self, login: Login) -> (usize, i64) {
        match (self, login) {
            (Self::Text, Login::Instagram) => (100, SECOND_MS),
            (Self::Text, Login::Facebook) => (300, SECOND_MS),
            (Self::Media, _) => (10, SECOND_MS),
            (Self::PrivateReply, _) => (750, HOUR_MS),
            (Self::Conversations, _) => (2, SECOND_MS),
        }
    }
}

#[derive(Debug, Default)]
pub struct Limits {
    pub lifted: bool,
    /// When it was asked, the latest last.
    asked: HashMap<(String, Use), VecDeque<i64>>,
}

impl Limits {
    /// What is refused counts as well: asking on keeps the limit closed.
    fn is_within(&mut self, account_id: &str, of: Use, login: Login, now_ms: i64) -> bool {
        let (most, within_ms) = of.limit(login);
        let asked = self.asked.entry((account_id.to_owned(), of)).or_default();
        asked.push_back(now_ms);
        if asked.len() <= most {
            return true;
        }
        asked.pop_front().is_none_or(|at| now_ms - at >= within_ms)
    }

    /// Of what is allowed, in percent, and how many minutes until it may be asked again; of several
    /// limits the one that is nearest.
    fn nearest(&self, account_id: &str, login: Login, now_ms: i64) -> (usize, i64) {
        let of = |of: Use| {
            let (most, within_ms) = of.limit(login);
            let asked = self.asked.get(&(account_id.to_owned(), of))?;
            let first = asked.partition_point(|at| now_ms - at >= within_ms);
            let percent = (asked.len() - first) * 100 / most;
            // The oldest that still counts makes room.
            let left_ms = asked.get(first).map_or(0, |at| at + within_ms - now_ms);
            let minutes = if percent >= 100 { (left_ms + MINUTE_MS - 1).div_euclid(MINUTE_MS).max(1) } else { 0 };
            Some((percent, minutes))
        };
        Use::EVERY.into_iter().filter_map(of).max().unwrap_or_default()
    }
}

impl World {
    /// Counts one, and refuses it if there were too many.
    pub fn count(&mut self, account_id: &str, of: Use) -> Result<(), Wrong> {
        if self.limits.lifted {
            return Ok(());
        }
        let Some(account) = self.account(account_id) else { return Ok(()) };
        let (platform, login, now_ms) = (account.platform, account.login, self.now_ms());
        let is_within = self.limits.is_within(account_id, of, login, now_ms);
        if is_within { Ok(()) } else { Err(Wrong::TooFast(platform)) }
    }

    /// The headers that tell an app how near it is to a limit, once there is something to tell.
    pub fn usage(&self, account_id: &str) -> Vec<(&'static str, String)> {
        let Some(account) = self.account(account_id).filter(|_| !self.limits.lifted) else { return Vec::new() };
        let (percent, minutes) = self.limits.nearest(account_id, account.login, self.now_ms());
        if percent == 0 {
            return Vec::new();
        }
        let (calls, time, cpu) = (percent, percent / 2, percent / 3);
        let of = match account.platform {
            Platform::Instagram => "instagram",
            Platform::Page => "messenger",
        };
        let of_app = json!({"call_count": calls, "total_time": time, "total_cputime": cpu});
        let of_business = json!({account_id: [{
            "type": of, "call_count": calls, "total_cputime": cpu, "total_time": time,
            "estimated_time_to_regain_access": minutes,
        }]});
        vec![("x-app-usage", of_app.to_string()), ("x-business-use-case-usage", of_business.to_string())]
    }
}

/// The Conversations API.
pub fn read(world: &mut World, account_id: &str) -> Result<(), GraphError> {
    Ok(world.count(account_id, Use::Conversations)?)
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsView {
    lifted: bool,
}

/// `POST /control/limits`.
pub async fn set(State(simulator): State<Shared>, body: Bytes) -> Result<Json<LimitsView>, Refusal> {
    let to: LimitsView = control::read(&body)?;
    simulator.change(|world| world.limits.lifted = to.lifted);
    Ok(Json(to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_goes_on_asking_stays_shut_out_and_whoever_waits_does_not() {
        let mut limits = Limits::default();
        let mut ask = |now_ms| limits.is_within("1", Use::Media, Login::Facebook, now_ms);
        assert!((0..10).all(|_| ask(0)));
        assert!((0..5).all(|_| !ask(500)), "the eleventh of a second, and those after it");
        assert!((0..5).all(|_| ask(1_100)), "what was allowed is over");
        assert!(!ask(1_400), "what was refused is not");
        assert!((0..10).all(|_| ask(9_000)));
    }

    #[test]
    fn the_oldest_that_counts_says_how_long_it_lasts() {
        let mut limits = Limits::default();
        let mut ask = |of, now_ms| limits.is_within("1", of, Login::Facebook, now_ms);
        assert!(ask(Use::PrivateReply, 0));
        assert!((0..749).all(|_| ask(Use::PrivateReply, 30 * MINUTE_MS)));
        assert!(ask(Use::Conversations, 40 * MINUTE_MS), "half of what it may");
        let nearest = |at_ms| limits.nearest("1", Login::Facebook, at_ms);
        assert_eq!(nearest(40 * MINUTE_MS), (100, 20));
        assert_eq!(nearest(40 * MINUTE_MS + 1), (100, 20), "minutes that have begun count");
        assert_eq!(nearest(60 * MINUTE_MS), (99, 0), "there is room for one");
        assert_eq!(nearest(90 * MINUTE_MS), (0, 0));
    }
}
