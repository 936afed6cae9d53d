//! The microphone. What is recorded comes out as plain samples, whatever the browser records in.

use js_sys::futures::JsFuture;
use js_sys::{Array, ArrayBuffer, Promise, Reflect, Uint8Array};
use leptos::prelude::window;
use leptos::wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{
    AudioBuffer, BlobEvent, File, FilePropertyBag, MediaRecorder, MediaStream, MediaStreamConstraints,
    MediaStreamTrack, OfflineAudioContext,
};

/// So many samples a second: enough for a voice.
pub const RATE: u32 = 16_000;

/// A recording under way. Letting go of it turns the microphone off.
pub struct Recorder {
    stream: MediaStream,
    recorder: MediaRecorder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The person, or their system, does not want it.
    NotAllowed,
    NoMicrophone,
    /// An old browser, or a page that did not come over https.
    NotPossible,
}

impl Recorder {
    /// Asks the person first, if they were not asked before.
    pub async fn begin() -> Result<Self, Refused> {
        let wanted = MediaStreamConstraints::new();
        wanted.set_audio_bool(true);
        let devices = window().navigator().media_devices().map_err(|_| Refused::NotPossible)?;
        // Where the page is not secure there are none, whatever their type says.
        if devices.is_undefined() {
            return Err(Refused::NotPossible);
        }
        let asked = devices.get_user_media_with_constraints(&wanted).map_err(|_| Refused::NotPossible)?;
        let stream: MediaStream = JsFuture::from(asked).await.map_err(|it| why(&it))?.unchecked_into();
        let recorder = MediaRecorder::new_with_media_stream(&stream).map_err(|_| Refused::NotPossible)?;
        let it = Self { stream, recorder };
        it.recorder.start().map_err(|_| Refused::NotPossible)?;
        Ok(it)
    }

    /// Everything that was said, at [`RATE`], in one channel.
    pub async fn finish(self) -> Option<Vec<f32>> {
        let done = Promise::new(&mut |done, _| self.recorder.set_ondataavailable(Some(done.unchecked_ref())));
        self.recorder.stop().ok()?;
        let event: BlobEvent = JsFuture::from(done).await.ok()?.unchecked_into();
        drop(self);
        let bytes: ArrayBuffer = JsFuture::from(event.data()?.array_buffer()).await.ok()?.unchecked_into();
        // Decoding also brings it to the rate of whatever decodes.
        #[expect(clippy::cast_precision_loss, reason = "it is small")]
        let decoder =
            OfflineAudioContext::new_with_number_of_channels_and_length_and_sample_rate(1, 1, RATE as f32).ok()?;
        let sounding = decoder.decode_audio_data(&bytes).ok()?;
        let sound: AudioBuffer = JsFuture::from(sounding).await.ok()?.unchecked_into();
        let channels: Vec<Vec<f32>> =
            (0..sound.number_of_channels()).filter_map(|it| sound.get_channel_data(it).ok()).collect();
        Some(mixed(channels))
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        for track in self.stream.get_tracks() {
            track.unchecked_into::<MediaStreamTrack>().stop();
        }
    }
}

fn why(error: &JsValue) -> Refused {
    let name = Reflect::get(error, &"name".into()).ok().and_then(|it| it.as_string()).unwrap_or_default();
    match name.as_str() {
        "NotAllowedError" | "SecurityError" => Refused::NotAllowed,
        "NotFoundError" | "NotReadableError" | "OverconstrainedError" => Refused::NoMicrophone,
        _ => Refused::NotPossible,
    }
}

fn mixed(mut channels: Vec<Vec<f32>>) -> Vec<f32> {
    let Some(mut first) = channels.pop() else { return Vec::new() };
    let share = 1.0 / f32::from(u8::try_from(channels.len() + 1).unwrap_or(u8::MAX));
    for (at, sample) in first.iter_mut().enumerate() {
        *sample = (*sample + channels.iter().filter_map(|it| it.get(at)).sum::<f32>()) * share;
    }
    first
}

/// What was made here, as if it had been chosen from a disk.
pub fn file(bytes: &[u8], name: &str, content_type: &str) -> Option<File> {
    let kind = FilePropertyBag::new();
    kind.set_type(content_type);
    let pieces = Array::of1(&Uint8Array::from(bytes));
    File::new_with_buffer_source_sequence_and_options(&pieces, name, &kind).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_become_one() {
        assert_eq!(mixed(vec![vec![1.0, 0.0], vec![0.0, 0.5]]), [0.5, 0.25]);
        assert_eq!(mixed(vec![vec![0.3]]), [0.3]);
        assert_eq!(mixed(Vec::new()), Vec::<f32>::new());
    }
}
