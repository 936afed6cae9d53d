//! What people ask of Meta about us: that our access ends, and that what we have of them is deleted. Meta passes it on
//! as a signed request and names whoever logged in there, by an id of theirs for our app. Customers never log in: what
//! they ask for comes by other ways, and no such id is ever looked for among theirs.

mod owners;
mod signed;

pub use owners::{doubts, owners};
pub use signed::{NotSigned, SignedRequest};

use crate::accounts;
use crate::auth::caller::{Address, identify};
use crate::auth::tries::Turn;
use crate::chance::hex;
use crate::connecting::tell_nothing_more;
use crate::http::fault::Fault;
use crate::program::Program;
use crate::store::StoreResult;
use crate::store::rights::{AskedByMeta, AskedDeletion, PublicDeletion, Withdrawal, Withdrawn};
use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Extension, State};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use model::time::MINUTE_S;
use serde_json::json;
use url::form_urlencoded;

/// Where Meta posts to when somebody takes our access away.
pub const DEAUTHORIZE: &str = "/meta/deauthorize";
/// Where Meta posts to when somebody wants deleted what we have of them.
pub const DATA_DELETION: &str = "/meta/data-deletion";
/// Where a deletion is followed, under its code.
pub const FOLLOWED: &str = "/deletion";

/// One field with some hundred characters.
const BODY_LIMIT: usize = 16 * 1024;

/// A token that came so soon after is the one that was meant: Meta's clock is not ours.
const SAME_MOMENT_S: i64 = MINUTE_S;

pub fn start(program: &Program) {
    owners::start(program);
}

pub fn router(program: &Program) -> Router {
    Router::new()
        .route(DEAUTHORIZE, post(deauthorize))
        .route(DATA_DELETION, post(data_deletion))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(program.clone(), identify))
        .with_state(program.clone())
}

/// Why something that is posted there is not looked at.
enum Refusal {
    /// Too much came from there that did not fit.
    Wait {
        wait_s: u32,
    },
    NotSigned(NotSigned),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Wait { wait_s } => {
                let words = "too many requests that do not fit; wait a little\n";
                (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, wait_s.to_string())], words).into_response()
            }
            Self::NotSigned(why) => {
                let is_forged = why == NotSigned::Forged;
                let status = if is_forged { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
                (status, format!("{why}\n")).into_response()
            }
        }
    }
}

/// What fits is always taken: behind a proxy that we do not know Meta comes from where everybody comes from.
fn read(program: &Program, address: &str, body: &[u8]) -> Result<SignedRequest, Refusal> {
    let now = program.seams.now();
    let field = form_urlencoded::parse(body).find(|it| it.0 == "signed_request");
    let read = field.ok_or(NotSigned::Missing).and_then(|it| signed::read(&it.1, &program.intake.secrets, now));
    let outcome = if read.is_ok() { "taken" } else { "refused" };
    metrics::counter!("switchboard_signed_requests_total", "outcome" => outcome).increment(1);
    read.map_err(|why| match program.tries.take_for_stranger(address, now) {
        Turn::Wait { wait_s } => Refusal::Wait { wait_s },
        Turn::Granted(_) => {
            if program.intake.secrets.is_empty() {
                tracing::warn!("Meta posts, but no app secret is set (SWITCHBOARD_META_APP_SECRETS): refused");
            }
            tracing::warn!(why = %why, "a callback that Meta is to sign was refused");
            Refusal::NotSigned(why)
        }
    })
}

async fn deauthorize(
    State(program): State<Program>,
    Extension(Address(address)): Extension<Address>,
    body: Bytes,
) -> Response {
    let request = match read(&program, &address, &body) {
        Ok(request) => request,
        Err(refused) => return refused.into_response(),
    };
    match withdraw(&program, request).await {
        Ok(_) => StatusCode::OK.into_response(),
        Err(error) => Fault::of("note that access was taken away", &error).into_response(),
    }
}

/// The account's token is dead from here on; its messages stay and go on coming in as long as Meta sends them.
pub async fn withdraw(program: &Program, request: SignedRequest) -> StoreResult<Withdrawn> {
    let seams = &program.seams;
    let now = seams.now();
    let withdrawal = Withdrawal {
        user: request.user,
        until: request.issued_at.unwrap_or(now).min(now).plus_s(SAME_MOMENT_S),
        now,
        incident_id: seams.new_id(),
        audit_id: seams.new_id(),
    };
    let withdrawn = program.store.withdraw_consent(withdrawal).await?;
    match withdrawn {
        Withdrawn::Account(account, true) => {
            accounts::reached_no_more(program, account);
            tracing::warn!(account.id = %account, "an account's owner took our access away: connect it again");
        }
        Withdrawn::Account(account, false) => {
            tracing::info!(account.id = %account, "access was taken away that was gone or was given again since");
        }
        Withdrawn::Unknown(n_tokens) => {
            tracing::info!(n_tokens, "somebody took access away whom we cannot tell: Meta is asked about our tokens");
            program.tokens_doubted.notify_one();
        }
    }
    Ok(withdrawn)
}

async fn data_deletion(
    State(program): State<Program>,
    Extension(Address(address)): Extension<Address>,
    body: Bytes,
) -> Response {
    let request = match read(&program, &address, &body) {
        Ok(request) => request,
        Err(refused) => return refused.into_response(),
    };
    match ask_deletion(&program, request).await {
        Ok(asked) => {
            let url = program.public_url.join(&format!("{FOLLOWED}/{}", asked.code));
            Json(json!({ "url": url, "confirmation_code": asked.code })).into_response()
        }
        Err(error) => Fault::of("ask for a deletion that Meta asks for", &error).into_response(),
    }
}

/// What the account holds is deleted from here on. Of whoever is none of our accounts nothing is kept.
pub async fn ask_deletion(program: &Program, request: SignedRequest) -> StoreResult<AskedDeletion> {
    let seams = &program.seams;
    let now = seams.now();
    let asking = AskedByMeta {
        id: seams.new_id(),
        user: request.user,
        issued_at: request.issued_at.map(|it| it.min(now)),
        code: code(program),
        now,
        audit_ids: [seams.new_id(), seams.new_id()],
        change_id: seams.new_id(),
    };
    let asked = program.store.ask_for_asker(asking).await?;
    if let Some(account) = asked.account.filter(|_| asked.is_new) {
        accounts::reached_no_more(program, account);
        tracing::warn!(account.id = %account, "an account's owner asked Meta for all that we have of it to be deleted");
        program.deletions_wanted.notify_one();
        // They may have left our access as it was: then Meta would go on telling us what customers write.
        tell_nothing_more(program, &asked.tokens).await?;
    } else if asked.is_new {
        program.tokens_doubted.notify_one();
    }
    Ok(asked)
}

/// 128 bits of chance, letters and digits alone: whoever has it was given it.
fn code(program: &Program) -> String {
    let mut bytes = [0u8; 16];
    program.seams.chance.fill(&mut bytes);
    hex(&bytes)
}

/// What a page may say of the deletion with this code. Guessing is held back.
pub async fn follow(program: &Program, address: &str, code: &str) -> StoreResult<Followed> {
    let turn = match program.tries.take_for_followed(address, program.seams.now()) {
        Turn::Granted(turn) => turn,
        Turn::Wait { wait_s } => return Ok(Followed::Wait { wait_s }),
    };
    let found = program.store.find_public_deletion(code).await?;
    if found.is_some() {
        program.tries.give_back(turn);
    }
    Ok(found.map_or(Followed::Unknown, Followed::Found))
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Followed {
    Found(PublicDeletion),
    Unknown,
    Wait { wait_s: u32 },
}
