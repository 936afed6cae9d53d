//! Setting up the code beside the password, and the recovery codes, which are shown once.

use crate::parts::field::Field;
use crate::parts::plain_page::PlainPage;
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::second_factor::CodeProblem;
use server::people::second_factor::Offer;
use server::qr::Qr;

#[derive(Debug, Clone)]
pub enum SecondFactor {
    /// It is to be turned on.
    Offer {
        offer: Offer,
        problem: Option<CodeProblem>,
        /// They can do nothing else till then.
        is_required: bool,
    },
    /// It is on; these are shown this once.
    Codes(Vec<String>),
}

#[component]
pub fn SecondFactorPage(state: SecondFactor) -> Piece {
    match state {
        SecondFactor::Offer { offer, problem, is_required } => offered(offer, problem, is_required),
        SecondFactor::Codes(codes) => shown_once(codes),
    }
}

fn offered(offer: Offer, problem: Option<CodeProblem>, is_required: bool) -> Piece {
    let lead = if is_required {
        "Your admin requires it of everybody. It takes a minute, and then you are in."
    } else {
        "From then on, signing in takes your password and a code from your phone."
    };
    let way_out = if is_required {
        piece! {
            <PostForm action=Path::Logout.to_string()>
                <button type="submit" class="button button--quiet">"Sign out"</button>
            </PostForm>
        }
    } else {
        piece! { <a class="button button--quiet" href=Path::Me.to_string()>"Cancel"</a> }
    };
    piece! {
        <PlainPage title="Set up two-factor sign-in" lead>
            <ol class="setting-up">
                <li>
                    <p>"Point an authenticator app at this picture."</p>
                    {offer.qr.map(qr)}
                    <p class="small soft">"Or type this into it: " <code class="secret">{offer.secret}</code></p>
                </li>
                <li>
                    <p>"Enter the six digits that it shows then."</p>
                    <PostForm action=Path::SecondFactor.to_string() class="login__form">
                        <input type="hidden" name="sealed" value=offer.sealed/>
                        <Field name="code" label="Code" autocomplete="one-time-code" autofocus=true
                            problem=problem.map(CodeProblem::words)/>
                        <button type="submit" class="button button--primary button--large">"Turn on"</button>
                    </PostForm>
                </li>
            </ol>
            {way_out}
        </PlainPage>
    }
}

/// Dark on light in both schemes: cameras read no other.
fn qr(it: Qr) -> Piece {
    let side = (it.size + 8).to_string();
    let view_box = format!("-4 -4 {side} {side}");
    piece! {
        <svg class="qr" viewBox=view_box role="img" aria-label="The secret as a QR code">
            <rect x="-4" y="-4" width=side.clone() height=side.clone() fill="#fff"></rect>
            <path d=it.path fill="#000" shape-rendering="crispEdges"></path>
        </svg>
    }
}

fn shown_once(codes: Vec<String>) -> Piece {
    let codes = codes.into_iter().map(|it| view! { <li><code>{it}</code></li> }).collect_view();
    piece! {
        <PlainPage title="Keep these recovery codes"
            lead="If your phone is lost, each of them signs you in once instead of a code. They are shown only now: print them, or keep them where you keep your passwords.">
            <ul class="codes" aria-label="Recovery codes">{codes}</ul>
            <a class="button button--primary button--large" href=Path::Me.to_string()>"I have kept them"</a>
        </PlainPage>
    }
}
