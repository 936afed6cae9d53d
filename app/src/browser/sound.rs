//! Two soft notes, made on the spot.

use std::cell::RefCell;
use web_sys::wasm_bindgen::JsValue;
use web_sys::{AudioContext, OscillatorType};

/// Hertz, and seconds from the first.
const NOTES: [(f32, f64); 2] = [(659.3, 0.0), (880.0, 0.13)];
const LOUD: f32 = 0.07;

thread_local! {
    // Browsers have room for a few of them only.
    static CONTEXT: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
}

/// A page in which nobody has pressed anything yet stays silent: browsers want it so.
pub fn play() {
    CONTEXT.with_borrow_mut(|kept| {
        if kept.is_none() {
            *kept = AudioContext::new().ok();
        }
        if let Some(context) = kept {
            _ = context.resume();
            for (hertz, after) in NOTES {
                // Refused only by a browser without sound.
                _ = note(context, hertz, context.current_time() + after);
            }
        }
    });
}

fn note(context: &AudioContext, hertz: f32, at: f64) -> Result<(), JsValue> {
    let (voice, volume) = (context.create_oscillator()?, context.create_gain()?);
    voice.set_type(OscillatorType::Sine);
    voice.frequency().set_value(hertz);
    volume.gain().set_value_at_time(0.0, at)?;
    volume.gain().linear_ramp_to_value_at_time(LOUD, at + 0.02)?;
    volume.gain().linear_ramp_to_value_at_time(0.0, at + 0.4)?;
    voice.connect_with_audio_node(&volume)?;
    volume.connect_with_audio_node(&context.destination())?;
    voice.start_with_when(at)?;
    voice.stop_with_when(at + 0.4)
}
