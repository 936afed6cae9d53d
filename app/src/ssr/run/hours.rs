use super::super::PagesState;
use super::{Posted, Wanted};
use crate::pages::run::{HoursList, OneSchedule, What};
use crate::path::Path as Address;
use axum::Router;
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use model::ids::ScheduleId;
use model::teams::{ScheduleForm, ScheduleProblems, TeamRefusal};
use server::auth::{Caller, Client};
use server::hours;
use server::people::PeopleError;

pub(super) fn routes() -> Router<PagesState> {
    Router::new()
        .route("/hours", get(list))
        .route("/hours/new", get(new_page).post(add))
        .route("/hours/{schedule}", get(page).post(save))
        .route("/hours/{schedule}/delete", post(delete))
}

type Shown = Result<Option<What>, PeopleError>;

async fn all(state: &PagesState, caller: &Caller) -> Shown {
    let now = state.program.seams.now();
    let schedules = hours::list(&state.program, caller).await?.into_iter().map(|it| {
        let is_open = hours::is_open(&it, now);
        (it, is_open)
    });
    Ok(Some(What::Hours(HoursList { schedules: schedules.collect() })))
}

fn shown(id: Option<ScheduleId>, form: ScheduleForm) -> What {
    What::Schedule(OneSchedule { id, form, time_zones: hours::time_zones().collect() })
}

async fn list(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    let what = all(&state, &caller).await;
    state.run(&caller, request, StatusCode::OK, wanted.notice(), what).await
}

/// Five days of eight hours, to begin with.
async fn new_page(State(state): State<PagesState>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    let mut form = ScheduleForm::default();
    form.days[..5].fill("9:00-17:00".to_owned());
    state.run(&caller, request, StatusCode::OK, None, Ok(Some(shown(None, form)))).await
}

async fn page(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Path(schedule): Path<String>,
    request: Request,
) -> Response {
    let found = async {
        let all = hours::list(&state.program, &caller).await?;
        let found = all.iter().find(|it| it.id.to_string() == schedule);
        Ok(found.map(|it| shown(Some(it.id), ScheduleForm::from(it))))
    };
    let what = found.await;
    state.run(&caller, request, StatusCode::OK, None, what).await
}

async fn add(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    keep(&state, &caller, &client, None, request).await
}

async fn save(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(schedule): Path<String>,
    request: Request,
) -> Response {
    let known = hours::list(&state.program, &caller).await;
    match known.map(|all| all.iter().find(|it| it.id.to_string() == schedule).map(|it| it.id)) {
        Ok(Some(id)) => keep(&state, &caller, &client, Some(id), request).await,
        Ok(None) => not_done(&state, &caller, request, TeamRefusal::NotThere).await,
        Err(error) => state.refused(request, "look up working hours", error).await,
    }
}

async fn keep(
    state: &PagesState,
    caller: &Caller,
    client: &Client,
    id: Option<ScheduleId>,
    request: Request,
) -> Response {
    let (request, given) = match Posted::read(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let mut days: [String; 7] = std::array::from_fn(|n| given.text(&format!("day-{}", n + 1)));
    for day in &mut days {
        *day = day.trim().to_owned();
    }
    let form = ScheduleForm {
        name: given.text("name"),
        time_zone: given.text("time_zone"),
        days,
        exceptions: given.text("exceptions"),
        problems: ScheduleProblems::default(),
    };
    match hours::save(&state.program, caller, client, id, form).await {
        Ok(Ok(Ok(_))) => Redirect::to(&format!("{}?done=hours", Address::Hours)).into_response(),
        Ok(Ok(Err(refusal))) => not_done(state, caller, request, refusal).await,
        Ok(Err(form)) => {
            state.run(caller, request, StatusCode::UNPROCESSABLE_ENTITY, None, Ok(Some(shown(id, form)))).await
        }
        Err(error) => state.refused(request, "save working hours", error).await,
    }
}

async fn delete(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(schedule): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = schedule.parse() else { return not_done(&state, &caller, request, TeamRefusal::NotThere).await };
    match hours::delete(&state.program, &caller, &client, id).await {
        Ok(Ok(())) => Redirect::to(&format!("{}?done=unhours", Address::Hours)).into_response(),
        Ok(Err(refusal)) => not_done(&state, &caller, request, refusal).await,
        Err(error) => state.refused(request, "delete working hours", error).await,
    }
}

async fn not_done(state: &PagesState, caller: &Caller, request: Request, refusal: TeamRefusal) -> Response {
    let list = all(state, caller).await;
    state.not_run(caller, request, refusal, list).await
}
