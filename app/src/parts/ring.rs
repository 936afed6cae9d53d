use crate::markup::Markup;
use crate::prelude::*;
use crate::whole::whole;

/// The ring that drains: `left` of a window, from 0 to 1. An attribute and not a style, which the
/// page's policy would refuse.
#[component]
pub fn Ring(#[prop(into)] left: Signal<f64>) -> Piece {
    piece! {
        <svg class="ring" viewBox="0 0 16 16" aria-hidden="true">
            <circle class="ring__track" cx="8" cy="8" r="6.5"/>
            <circle class="ring__left" cx="8" cy="8" r="6.5" pathLength="100"
                stroke-dasharray=shown(move || dashes(left.get()))/>
        </svg>
    }
}

fn dashes(left: f64) -> String {
    format!("{} 100", whole(left * 100.0))
}

/// The same, as text.
pub fn write_ring(to: &mut Markup, left: f64) {
    to.open_with("svg", "ring", &[("viewBox", "0 0 16 16"), ("aria-hidden", "true")]);
    let left = dashes(left);
    let round = [("cx", "8"), ("cy", "8"), ("r", "6.5")];
    to.open_with("circle", "ring__track", &round);
    to.close("circle");
    let drawn = [("pathLength", "100"), ("stroke-dasharray", left.as_str())];
    to.open_with("circle", "ring__left", &[&round[..], &drawn[..]].concat());
    to.close("circle");
    to.close("svg");
}
