//! What came and what went, for whoever wants to know what an app really did.

use serde::Serialize;
use serde_json::Value;
use std::collections::VecDeque;

/// Enough for any test and for an afternoon of the demo.
const KEPT: usize = 20_000;

/// The newest of something, each with a number that counts from 1.
#[derive(Debug)]
pub struct Record<T> {
    kept: VecDeque<(u64, T)>,
    last: u64,
}

impl<T> Default for Record<T> {
    fn default() -> Self {
        Self { kept: VecDeque::new(), last: 0 }
    }
}

impl<T> Record<T> {
    pub fn add(&mut self, it: T) -> u64 {
        self.last += 1;
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back((self.last, it));
        self.last
    }

    pub fn after(&self, n: u64) -> impl Iterator<Item = (u64, &T)> {
        let first = self.kept.partition_point(|(number, _)| *number <= n);
        self.kept.range(first..).map(|(number, it)| (*number, it))
    }

    pub fn newest(&self, n: usize) -> impl Iterator<Item = (u64, &T)> {
        self.kept.iter().rev().take(n).map(|(number, it)| (*number, it))
    }

    pub fn get_mut(&mut self, n: u64) -> Option<&mut T> {
        let place = self.kept.binary_search_by_key(&n, |(number, _)| *number).ok()?;
        self.kept.get_mut(place).map(|(_, it)| it)
    }
}

/// A request that an app made.
#[derive(Debug, Clone, Serialize)]
pub struct Request {
    pub at: i64,
    pub method: String,
    /// Without the token.
    pub path: String,
    pub account_id: Option<String>,
    pub body: Value,
    /// 0 if it got no answer; `answer` then is what was not said.
    pub status: u16,
    pub answer: Value,
}

/// A webhook that was posted, or could not be.
#[derive(Debug, Clone, Serialize)]
pub struct Webhook {
    pub at: i64,
    pub app_id: String,
    pub body: Value,
    /// Which try it was, from 1.
    pub attempt: u32,
    /// `None` while it is under way, or if nobody answered; `error` tells which.
    pub status: Option<u16>,
    pub error: Option<String>,
    /// How long a posted one waited for its answer, in microseconds of the machine's clock.
    pub took_us: Option<u64>,
}
