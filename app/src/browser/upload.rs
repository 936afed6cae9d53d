//! Sending a file to the server, watching how far it is. Only `XMLHttpRequest` tells that.

use leptos::wasm_bindgen::JsCast as _;
use leptos::wasm_bindgen::closure::Closure;
use model::media::{UploadRefused, UploadedMedia};
use web_sys::{File, ProgressEvent, XmlHttpRequest};

/// An upload under way. Letting go of it does not end it.
pub struct Upload(XmlHttpRequest);

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The server says so, in words for the agent.
    Problem(String),
    TooLarge,
    NoConnection,
    SignedOut,
    Broken,
}

impl Upload {
    /// `progress` is told the share that has gone, from 0 to 1; `end` is called once, but not after
    /// [`Upload::cancel`].
    pub fn begin(
        address: &str,
        file: &File,
        progress: impl Fn(f64) + 'static,
        end: impl FnOnce(Result<UploadedMedia, Refused>) + 'static,
    ) -> Option<Self> {
        let request = XmlHttpRequest::new().ok()?;
        request.open("POST", address).ok()?;
        let on_progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
            if event.length_computable() && event.total() > 0.0 {
                progress(event.loaded() / event.total());
            }
        });
        if let Ok(upload) = request.upload() {
            upload.set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
        }
        let answered = request.clone();
        // Whatever ended it, this comes last. It keeps the other closure alive until then.
        let on_end = Closure::once_into_js(move || {
            let _alive = on_progress;
            let status = answered.status().unwrap_or_default();
            let body = answered.response_text().ok().flatten().unwrap_or_default();
            end(read(status, &body));
        });
        request.set_onload(Some(on_end.unchecked_ref()));
        request.set_onerror(Some(on_end.unchecked_ref()));
        request.set_ontimeout(Some(on_end.unchecked_ref()));
        request.send_with_opt_blob(Some(file)).ok()?;
        Some(Self(request))
    }

    pub fn cancel(&self) {
        self.0.set_onload(None);
        self.0.set_onerror(None);
        _ = self.0.abort();
    }

    /// Best effort: the server lets go of what nobody sends anyway.
    pub fn take_away(address: &str) {
        if let Ok(request) = XmlHttpRequest::new()
            && request.open("DELETE", address).is_ok()
        {
            _ = request.send();
        }
    }
}

fn read(status: u16, body: &str) -> Result<UploadedMedia, Refused> {
    match status {
        0 | 502..=504 => Err(Refused::NoConnection),
        200..=299 => UploadedMedia::read(body).ok_or(Refused::Broken),
        401 => Err(Refused::SignedOut),
        _ => Err(match UploadRefused::read(body) {
            Some(it) => Refused::Problem(it.problem),
            None if status == 413 => Refused::TooLarge,
            None => Refused::Broken,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_says_of_a_file_reaches_the_agent() {
        let kept =
            r#"{"id":"01kag3v5c00000000000000m1a","kind":"image","name":"Mug","content_type":"image/png","size":9}"#;
        assert_eq!(read(200, kept).map(|it| it.name).as_deref(), Ok("Mug"));
        assert_eq!(
            read(422, r#"{"problem":"Instagram takes no such file."}"#),
            Err(Refused::Problem("Instagram takes no such file.".to_owned()))
        );
        assert_eq!(read(413, "<html>too large</html>"), Err(Refused::TooLarge));
        assert_eq!(read(0, ""), Err(Refused::NoConnection));
        assert_eq!(read(502, "<html>"), Err(Refused::NoConnection));
        assert_eq!(read(401, ""), Err(Refused::SignedOut));
        assert_eq!(read(200, "<html>"), Err(Refused::Broken));
    }
}
