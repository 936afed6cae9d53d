//! The body of an upload on its way into the media store, without ever being in memory as a whole.

use super::UploadError;
use crate::media::keep::{MediaStore, Writing};
use crate::media::sniff;
use crate::program::Program;
use axum::body::{Body, BodyDataStream};
use futures::StreamExt as _;
use model::media::MediaId;
use model::outgoing::{FileKind, FileProblem, file_kind, most_bytes};
use model::platform::Platform;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// Pictures may be made smaller.
const PICTURES_MOST: i64 = 40 * 1024 * 1024;

/// Somebody who sends nothing for so long has gone.
const SILENCE: Duration = Duration::from_mins(1);

/// A browser reads no answer before it has sent everything. What is refused is heard out, within reason.
const HEARD_OUT: i64 = 64 * 1024 * 1024;
const HEARD_OUT_WITHIN: Duration = Duration::from_secs(30);

/// A whole file in the media store.
#[derive(Debug, Clone, Copy)]
pub(super) struct Received {
    pub id: MediaId,
    pub content_type: &'static str,
    pub size: i64,
}

/// After an error there is no file.
pub(super) async fn receive(
    program: &Program,
    platform: Platform,
    announced: Option<i64>,
    body: Body,
) -> Result<Received, UploadError> {
    let id: MediaId = program.seams.new_id();
    let mut writing = program.media.begin(&MediaStore::key(id));
    let mut arriving = Arriving {
        chunks: body.into_data_stream(),
        announced,
        platform,
        head: Vec::new(),
        content_type: None,
        size: 0,
    };
    match arriving.pour(&mut writing).await {
        Ok(()) => {
            writing.finish().await?;
            Ok(Received { id, content_type: sniff::content_type(&arriving.head), size: arriving.size })
        }
        Err(error) => {
            writing.abort().await;
            if matches!(error, UploadError::TooLarge(_)) {
                arriving.hear_out().await;
            }
            Err(error)
        }
    }
}

struct Arriving {
    chunks: BodyDataStream,
    /// How much the browser says there is.
    announced: Option<i64>,
    platform: Platform,
    head: Vec<u8>,
    /// Once enough has come to know it.
    content_type: Option<&'static str>,
    size: i64,
}

impl Arriving {
    async fn pour(&mut self, writing: &mut Writing) -> Result<(), UploadError> {
        self.check_size()?;
        while let Some(chunk) = timeout(SILENCE, self.chunks.next()).await.map_err(|_| UploadError::BrokenOff)? {
            let chunk = chunk.map_err(|_| UploadError::BrokenOff)?;
            self.size = self.size.saturating_add_unsigned(chunk.len() as u64);
            if self.content_type.is_none() {
                self.head.extend_from_slice(&chunk[..chunk.len().min(sniff::SNIFFED - self.head.len())]);
                self.content_type = (self.head.len() == sniff::SNIFFED).then(|| sniff::content_type(&self.head));
            }
            self.check_size()?;
            writing.put(chunk).await?;
        }
        // A connection that is cut off may look like the end.
        if self.announced.is_some_and(|it| it != self.size) { Err(UploadError::BrokenOff) } else { Ok(()) }
    }

    fn check_size(&self) -> Result<(), UploadError> {
        // Before enough has come, it may be a picture.
        let kind = self.content_type.map_or(FileKind::Image, file_kind);
        let most = if kind == FileKind::Image { PICTURES_MOST } else { most_bytes(kind) };
        let size = self.announced.unwrap_or_default().max(self.size);
        if size <= most {
            return Ok(());
        }
        let kind = if self.content_type.is_none() { FileKind::File } else { kind };
        let problem = FileProblem::TooLarge { platform: self.platform, kind, size, most: most_bytes(kind) };
        Err(UploadError::TooLarge(problem.words()))
    }

    async fn hear_out(&mut self) {
        let end = Instant::now() + HEARD_OUT_WITHIN;
        while self.size < HEARD_OUT {
            let Ok(Some(Ok(chunk))) = timeout_at(end, self.chunks.next()).await else { return };
            self.size = self.size.saturating_add_unsigned(chunk.len() as u64);
        }
    }
}
