use crate::parts::field::{Field, FieldKind};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use crate::state::clock::iso;
use model::day;
use model::people::PresentProblem;
use model::second_factor::SecondFactorStanding;

/// The code beside the password: how it stands, and what can be done.
#[component]
pub(super) fn SecondFactorSet(standing: SecondFactorStanding, problem: Option<PresentProblem>) -> Piece {
    let inside = match standing.since {
        Some(since) => {
            let codes = match standing.n_codes {
                0 => "No recovery code is left.".to_owned(),
                1 => "1 recovery code is left.".to_owned(),
                n => format!("{n} recovery codes are left."),
            };
            let off = (!standing.is_required).then(|| {
                view! {
                    <button type="submit" class="button button--danger" formaction=change("off")>"Turn off"</button>
                }
            });
            let required = standing.is_required.then(|| view! { <p class="soft">"It is required of everybody."</p> });
            piece! {
                <div class="page__form">
                    <p>"On since " <time datetime=iso(since)>{day::write(since)}</time> ". " {codes}</p>
                    {required}
                    <PostForm action=change("codes") class="page__form">
                        <Field kind=FieldKind::Password name="confirm" label="Your password" autocomplete="current-password"
                            autofocus=problem.is_some() problem=problem.map(PresentProblem::words)/>
                        <div class="page__acts">
                            <button type="submit" class="button">"New recovery codes"</button>
                            {off}
                        </div>
                    </PostForm>
                </div>
            }
        }
        None => piece! {
            <div class="page__form">
                <p class="soft">"Off. With it, signing in takes your password and a code from your phone."</p>
                <div class="page__acts">
                    <a class="button" href=Path::SecondFactor.to_string()>"Turn on"</a>
                </div>
            </div>
        },
    };
    piece! {
        <section class="page__set" aria-labelledby="your-second-factor">
            <h2 class="page__heading" id="your-second-factor">"Two-factor sign-in"</h2>
            {inside}
        </section>
    }
}

fn change(what: &str) -> String {
    format!("{}/{what}", Path::SecondFactor)
}
