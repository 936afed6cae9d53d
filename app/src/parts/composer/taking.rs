//! Files on their way into the composer: uploaded at once, sent with the reply.

use super::size::size;
use crate::browser::files;
use crate::browser::upload::{Refused, Upload};
use crate::prelude::*;
use crate::query;
use model::ids::ConversationId;
use model::media::UploadedMedia;
use send_wrapper::SendWrapper;
use std::sync::Arc;
use web_sys::File;

/// One file in the composer.
#[derive(Clone)]
pub struct Taken {
    pub key: u32,
    pub name: String,
    /// Where this page can show it as a picture, or play it.
    pub preview: Option<String>,
    /// It is heard and not seen.
    pub is_sound: bool,
    pub state: ArcRwSignal<Taking>,
    at_hand: Option<Arc<SendWrapper<AtHand>>>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Taking {
    /// So much of it has gone, from 0 to 1.
    Going(f64),
    Kept(UploadedMedia),
    /// The server does not want it, or it did not get there: then it can be tried again.
    Failed {
        words: String,
        again: bool,
    },
}

/// What only the browser has of it.
struct AtHand {
    file: File,
    upload: std::cell::RefCell<Option<Upload>>,
}

impl Taken {
    pub fn begin(key: u32, file: File, conversation: ConversationId) -> Self {
        let is_sound = file.type_().starts_with("audio/");
        let is_shown = is_sound || file.type_().starts_with("image/");
        let preview = is_shown.then(|| files::preview(&file)).flatten();
        let it = Self {
            key,
            name: file.name(),
            preview,
            is_sound,
            state: ArcRwSignal::new(Taking::Going(0.0)),
            at_hand: Some(Arc::new(SendWrapper::new(AtHand { file, upload: None.into() }))),
        };
        it.upload(conversation);
        it
    }

    /// A file of a draft, which the server has already.
    pub fn of_draft(key: u32, media: UploadedMedia) -> Self {
        let is_sound = media.content_type.starts_with("audio/");
        let is_shown = is_sound || media.content_type.starts_with("image/");
        let preview = is_shown.then(|| format!("/media/{}", media.id));
        Self {
            key,
            name: media.name.clone(),
            preview,
            is_sound,
            state: ArcRwSignal::new(Taking::Kept(media)),
            at_hand: None,
        }
    }

    /// Begins, or begins again.
    pub fn upload(&self, conversation: ConversationId) {
        let Some(at_hand) = &self.at_hand else { return };
        self.state.set(Taking::Going(0.0));
        let address = format!("/media?conversation={conversation}&name={}", query::encode(&self.name));
        let (progress, end, name, bytes) =
            (self.state.clone(), self.state.clone(), self.name.clone(), at_hand.file.size());
        let upload = Upload::begin(
            &address,
            &at_hand.file,
            move |share| progress.set(Taking::Going(share)),
            move |got| end.set(got.map_or_else(|refused| failed(refused, &name, bytes), Taking::Kept)),
        );
        if upload.is_none() {
            self.state.set(failed(Refused::Broken, &self.name, at_hand.file.size()));
        }
        *at_hand.upload.borrow_mut() = upload;
    }

    /// It is not to be sent: ends the upload, and lets go of what the browser and the server hold.
    pub fn remove(&self) {
        if let Some(at_hand) = &self.at_hand
            && let Some(upload) = at_hand.upload.borrow_mut().take()
        {
            upload.cancel();
        }
        if let Taking::Kept(media) = self.state.get_untracked() {
            Upload::take_away(&format!("/media/{}", media.id));
        }
        self.let_go();
    }

    /// It was sent, or removed.
    pub fn let_go(&self) {
        if self.at_hand.is_some()
            && let Some(address) = &self.preview
        {
            files::let_go_of_preview(address);
        }
    }

    pub fn kept(&self) -> Option<UploadedMedia> {
        match self.state.get() {
            Taking::Kept(media) => Some(media),
            Taking::Going(_) | Taking::Failed { .. } => None,
        }
    }

    pub fn is_going(&self) -> bool {
        self.state.with(|it| matches!(it, Taking::Going(_)))
    }
}

fn failed(refused: Refused, name: &str, bytes: f64) -> Taking {
    let (words, again) = match refused {
        Refused::Problem(words) => (words, false),
        Refused::TooLarge => (format!("{name} is {}, which is more than can be sent.", size(bytes)), false),
        Refused::NoConnection => (format!("{name} did not get through: no connection."), true),
        Refused::SignedOut => ("You are signed out.".to_owned(), true),
        Refused::Broken => (format!("{name} could not be taken in."), true),
    };
    Taking::Failed { words, again }
}
