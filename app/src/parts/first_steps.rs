use crate::prelude::*;

/// What an admin reads where later a conversation is open.
#[component]
pub fn FirstSteps() -> Piece {
    piece! {
        <section class="pane thread" aria-label="Welcome">
            <div class="pane__scroll pane__scroll--centred" tabindex="0" role="group" aria-label="First steps">
                <div class="steps">
                    <h2 class="page__title">"Three steps to the first reply"</h2>
                    <p class="page__lead">"Nothing leaves this machine until you connect an account."</p>
                    <ol class="steps__list">
                        <Step title="Connect an account" now=true words="Sign in with Instagram or Facebook and choose the account. This version cannot do that yet: it comes with the next one."/>
                        <Step title="Add your team" words="Open People in the menu at your name. You get a link for each of them, and they choose their own password."/>
                        <Step title="Say hello" words="Write to your own account from your phone and answer it here."/>
                    </ol>
                </div>
            </div>
        </section>
    }
}

#[component]
fn Step(title: &'static str, words: &'static str, #[prop(optional)] now: bool) -> Piece {
    piece! {
        <li class="step" class:step--now=now>
            <h3 class="step__title strong">{title}</h3>
            <div class="step__body">
                <p class="step__text">{words}</p>
            </div>
        </li>
    }
}

/// What an agent reads in the same place: the steps are not theirs to take.
#[component]
pub fn NothingYet() -> Piece {
    piece! {
        <section class="pane thread" aria-label="Welcome">
            <div class="empty">
                <h2 class="empty__title">"Nothing to answer yet"</h2>
                <p class="empty__text">"When a customer writes, the conversation appears in the list."</p>
            </div>
        </section>
    }
}
