mod picture;
mod second;
mod sessions;

use crate::parts::choice::tick;
use crate::parts::field::{Field, FieldKind};
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::assignment::Availability;
use model::people::{OpenSession, PasswordProblems, PresentProblem};
use model::person::{FieldProblem, Preferences, Theme};
use model::second_factor::SecondFactorStanding;
use picture::PictureSet;
use second::SecondFactorSet;
use sessions::Sessions;

/// What a person sees of themselves.
#[derive(Debug, Clone)]
pub struct Own {
    pub frame: Frame,
    pub sessions: Vec<OpenSession>,
    /// The fingerprint of the session that the page is shown in.
    pub session: String,
    /// What was typed, and what is wrong with it.
    pub name: Option<(String, FieldProblem)>,
    /// Why the picture was not taken.
    pub picture: Option<&'static str>,
    pub password: PasswordProblems,
    pub availability: Availability,
    pub second_factor: SecondFactorStanding,
    /// What is wrong with the password that is to confirm a change of it.
    pub confirm: Option<PresentProblem>,
    pub saved: Option<Saved>,
}

/// What was just done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    Name,
    Picture,
    Password,
    SecondFactor,
    Theme,
    Likings,
    Sessions,
    Available,
    Away,
}

impl Saved {
    pub const ALL: [Self; 9] = [
        Self::Name,
        Self::Picture,
        Self::Password,
        Self::SecondFactor,
        Self::Theme,
        Self::Likings,
        Self::Sessions,
        Self::Available,
        Self::Away,
    ];

    /// The last part of the address that its form is posted to.
    pub const fn what(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Picture => "picture",
            Self::Password => "password",
            Self::SecondFactor => "second-factor",
            Self::Theme => "theme",
            Self::Likings => "likings",
            Self::Sessions => "sessions",
            Self::Available => "available",
            Self::Away => "away",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Name => "Your name is changed.",
            Self::Picture => "Your picture is changed.",
            Self::Password => "Your password is changed. Every other browser is signed out.",
            Self::SecondFactor => "Two-factor sign-in is off.",
            Self::Theme => "The page looks as you like it.",
            Self::Likings => "It works as you like it.",
            Self::Sessions => "Signed out there.",
            Self::Available => "You are available: rules give you conversations.",
            Self::Away => "You are away: rules give you nothing new. What is yours stays yours.",
        }
    }
}

#[component]
pub fn MePage(own: Own) -> Piece {
    let Own { frame, sessions, session, name, picture, password, availability, second_factor, confirm, saved } = own;
    let (me, now) = (frame.me.clone(), frame.now);
    let lead = format!("{}. You sign in as {}.", me.role.title(), me.email);
    let saved = saved.map(|it| {
        view! { <div class="notice notice--plain" role="status"><Icon symbol=Symbol::Check/><p>{it.words()}</p></div> }
    });
    let own_name = me.name.clone();
    let (typed, problem) = name.map_or((me.name, None), |(typed, problem)| (typed, Some(problem.words())));
    let at_name = problem.is_some();
    piece! {
        <FramedPage frame place=Place::Me title="Your page" lead>
            {saved}
            <AvailabilitySet availability/>
            <section class="page__set" aria-labelledby="your-name">
                <h2 class="page__heading" id="your-name">"Name"</h2>
                <PostForm action=change(Saved::Name) class="page__form">
                    <Field name="name" label="Your name" autocomplete="name" value=typed problem autofocus=at_name
                        hint="Your colleagues see it. Customers do not."/>
                    <div class="page__acts"><button type="submit" class="button">"Save name"</button></div>
                </PostForm>
            </section>
            <PictureSet id=me.id name=own_name problem=picture/>
            <PasswordSet email=me.email problems=password/>
            <SecondFactorSet standing=second_factor problem=confirm/>
            <ThemeSet theme=me.preferences.theme/>
            <LikingsSet likings=me.preferences/>
            <Sessions sessions session now/>
        </FramedPage>
    }
}

#[component]
fn PasswordSet(email: String, problems: PasswordProblems) -> Piece {
    let (at_present, at_new) = (problems.present.is_some(), problems.new.is_some());
    piece! {
        <section class="page__set" aria-labelledby="your-password">
            <h2 class="page__heading" id="your-password">"Password"</h2>
            <PostForm action=change(Saved::Password) class="page__form">
                // For whatever keeps the person's passwords.
                <input type="hidden" name="email" autocomplete="username" value=email/>
                <Field kind=FieldKind::Password name="present" label="Present password" autocomplete="current-password"
                    problem=problems.present.map(PresentProblem::words) autofocus=at_present/>
                <Field kind=FieldKind::Password name="password" label="New password" autocomplete="new-password"
                    hint="At least 10 characters. Every other browser is signed out."
                    problem=problems.new.map(FieldProblem::words) autofocus=at_new/>
                <div class="page__acts"><button type="submit" class="button">"Change password"</button></div>
            </PostForm>
        </section>
    }
}

/// One press: it is changed often.
#[component]
fn AvailabilitySet(availability: Availability) -> Piece {
    let (to, class, is, words, press) = match availability {
        Availability::Available => (
            Saved::Away,
            "presence",
            "Available",
            "Rules give you conversations as long as one of your pages is open.",
            "Go away",
        ),
        Availability::Away => (
            Saved::Available,
            "presence presence--away",
            "Away",
            "Rules give you nothing new. What is yours stays yours.",
            "Be available",
        ),
    };
    piece! {
        <section class="page__set" aria-labelledby="your-availability">
            <h2 class="page__heading" id="your-availability">"Availability"</h2>
            <PostForm action=change(to) class="page__form">
                <p><span class=class>{is}</span></p>
                <p class="small" id="availability-words">{words}</p>
                <div class="page__acts">
                    <button type="submit" class="button" aria-describedby="availability-words">{press}</button>
                </div>
            </PostForm>
        </section>
    }
}

#[component]
fn ThemeSet(theme: Theme) -> Piece {
    let options = [
        (Theme::System, "system", "As the system has it"),
        (Theme::Light, "light", "Light"),
        (Theme::Dark, "dark", "Dark"),
    ];
    let options = options.map(|(it, word, title)| view! { <option value=word selected=it == theme>{title}</option> });
    piece! {
        <section class="page__set" aria-labelledby="your-theme">
            <h2 class="page__heading" id="your-theme">"Theme"</h2>
            <PostForm action=change(Saved::Theme) class="page__form">
                <div class="page__acts">
                    <span class="select select--boxed">
                        <select name="theme" aria-labelledby="your-theme">{options.collect_view()}</select>
                        <Icon symbol=Symbol::ChevronDown/>
                    </span>
                    <button type="submit" class="button">"Save theme"</button>
                </div>
            </PostForm>
        </section>
    }
}

/// The Enter key, and what calls somebody who looks elsewhere.
#[component]
fn LikingsSet(likings: Preferences) -> Piece {
    let tick = |word: &'static str, title: &str, hint: &str, is_on| {
        tick("likes", word, title.to_owned(), Some(hint.to_owned()), is_on)
    };
    let enter = tick("enter_sends", "Enter sends", "Else Ctrl+Enter does.", likings.enter_sends);
    let sound = "For new messages to you or nobody, and when somebody mentions you.";
    let notifies = "The same, shown by the system. The menu of the inbox asks your browser to allow it.";
    let sound = tick("sound", "Sound", sound, likings.sound);
    let notifies = tick("notifies", "Desktop notifications", notifies, likings.notifies);
    piece! {
        <section class="page__set" aria-labelledby="your-likings">
            <h2 class="page__heading" id="your-likings">"Writing and notifications"</h2>
            <PostForm action=change(Saved::Likings) class="page__form">
                <div class="choices">{enter}{sound}{notifies}</div>
                <div class="page__acts"><button type="submit" class="button">"Save likings"</button></div>
            </PostForm>
        </section>
    }
}

fn change(what: Saved) -> String {
    Path::ChangeMe { what: what.what() }.to_string()
}
