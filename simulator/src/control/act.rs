//! What a customer does, as tests, scripts and the phones say it.

use super::{Refusal, unprocessable};
use crate::Shared;
use crate::world::act::{Act, Refused};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::Value;

pub async fn act(State(simulator): State<Shared>, Path(id): Path<String>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let act: Act = super::read(&body)?;
    let made = simulator.change(|world| {
        let now_ms = world.now_ms();
        world.act(&id, act, now_ms)
    });
    made.map(Json).map_err(|refused| refusal(refused, &id))
}

pub fn refusal(refused: Refused, customer_id: &str) -> Refusal {
    match refused {
        Refused::NoCustomer => (StatusCode::NOT_FOUND, format!("there is no customer {customer_id}\n")),
        Refused::Because(why) => unprocessable(&why),
    }
}
