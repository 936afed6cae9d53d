//! One request on its way: what stands in it, and when it goes.

use super::body;
use crate::world::World;
use crate::world::tell::Parcel;
use serde_json::Value;
use std::collections::HashSet;
use tokio::sync::oneshot;

/// With more history than this waiting, it goes together.
const MOST_ALONE: usize = 20;
const MOST_TOGETHER: usize = 100;

pub struct Letter {
    pub account_ids: Vec<String>,
    pub body: Value,
    pub bytes: Vec<u8>,
    pub wrong_signature: bool,
    /// Requests made of it so far.
    pub attempts: u32,
    /// How often it was put off.
    pub put_off: usize,
    pub due_ms: i64,
    pub first_ms: i64,
    pub delivered: Vec<oneshot::Sender<()>>,
}

impl Letter {
    fn of(parcels: Vec<Parcel>, now_ms: i64) -> Option<Self> {
        let object = parcels.first()?.object;
        let body = body::of(object, &parcels);
        let mut account_ids: Vec<String> = Vec::new();
        let wrong_signature = parcels.iter().any(|it| it.wrong_signature);
        let mut delivered = Vec::new();
        for parcel in parcels {
            if !account_ids.contains(&parcel.account_id) {
                account_ids.push(parcel.account_id);
            }
            delivered.extend(parcel.delivered);
        }
        let bytes = body::bytes(&body);
        Some(Self {
            account_ids,
            body,
            bytes,
            wrong_signature,
            attempts: 0,
            put_off: 0,
            due_ms: now_ms,
            first_ms: now_ms,
            delivered,
        })
    }

    /// The next of an app, as long as none of its accounts is `busy`: order is kept within an account.
    pub fn next(world: &mut World, app_id: &str, busy: &HashSet<String>) -> Option<Self> {
        let now_ms = world.now_ms();
        let queue = world.outbox.get_mut(app_id)?;
        let is_ready = |it: &Parcel| it.due_ms <= now_ms && !busy.contains(&it.account_id);
        let first_place = queue.iter().position(is_ready)?;
        let first = &queue[first_place];
        let goes_alone = |it: &Parcel| it.bundle.is_none() && !it.wrong_signature;
        let is_with: Box<dyn Fn(&Parcel) -> bool> = if let Some(bundle) = first.bundle {
            Box::new(move |it| it.bundle == Some(bundle))
        } else if goes_alone(first) && first.is_history() {
            let object = first.object;
            let history = move |it: &Parcel| it.object == object && goes_alone(it) && it.is_history();
            let waits = queue.iter().filter(|it| is_ready(it) && history(it)).count();
            Box::new(move |it| waits > MOST_ALONE && history(it))
        } else {
            Box::new(|_| false)
        };
        let also = queue.iter().enumerate().skip(first_place + 1).filter(|(_, it)| is_ready(it) && is_with(it));
        let mut places: Vec<usize> = also.map(|(place, _)| place).take(MOST_TOGETHER - 1).collect();
        places.insert(0, first_place);
        let mut parcels: Vec<Parcel> = places.into_iter().rev().filter_map(|place| queue.remove(place)).collect();
        parcels.reverse();
        Self::of(parcels, now_ms)
    }
}
