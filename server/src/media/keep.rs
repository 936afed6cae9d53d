//! Where the files lie: a folder, or a bucket that speaks S3.

use crate::config::MediaUrl;
use crate::start::{StartError, chain};
use axum::body::Bytes;
use futures::TryStreamExt as _;
use futures::future::ready;
use futures::stream::BoxStream;
use model::id::Id as _;
use model::media::MediaId;
use model::time::Timestamp;
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{GetOptions, ObjectStore, ObjectStoreExt as _};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::io::AsyncWriteExt as _;

/// What is gathered in memory before it is written.
const FOLDER_PART: usize = 256 * 1024;
/// S3 takes no smaller parts.
const BUCKET_PART: usize = 5 * 1024 * 1024;

#[derive(Debug, thiserror::Error)]
#[error("could not {doing} the media store")]
pub struct KeepError {
    doing: &'static str,
    source: object_store::Error,
}

fn doing(what: &'static str) -> impl Fn(object_store::Error) -> KeepError {
    move |source| KeepError { doing: what, source }
}

#[derive(Debug, Clone)]
pub struct MediaStore {
    files: Arc<dyn ObjectStore>,
    part: usize,
    /// Where the files lie, if it is a folder.
    folder: Option<PathBuf>,
}

/// A file, or the part of it that was asked for.
pub struct Reading {
    pub n_bytes: u64,
    pub bytes: BoxStream<'static, Result<Bytes, KeepError>>,
}

impl MediaStore {
    /// Makes the folder if it is missing. A bucket is not asked yet.
    pub fn open(url: &MediaUrl) -> Result<Self, StartError> {
        let cannot = |why: String| StartError::new(format!("cannot use the media store {url}: {why}"));
        match url {
            MediaUrl::Folder(folder) => {
                crate::store::make_folder(folder).map_err(|error| {
                    StartError::new(format!("cannot make the media folder {}: {error}", folder.display()))
                })?;
                let files = LocalFileSystem::new_with_prefix(folder).map_err(|error| cannot(chain(&error)))?;
                // By the time a power cut is over, the link may have run out.
                Ok(Self { files: Arc::new(files.with_fsync(true)), part: FOLDER_PART, folder: Some(folder.clone()) })
            }
            MediaUrl::Bucket { name, prefix } => {
                let builder = AmazonS3Builder::from_env().with_bucket_name(name);
                Self::bucket(builder, prefix).map_err(|error| cannot(chain(&error)))
            }
        }
    }

    fn bucket(builder: AmazonS3Builder, prefix: &str) -> object_store::Result<Self> {
        // Fails only if a provider was installed before, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // Not everything that speaks S3 can delete many at once, and we delete one at a time.
        let bucket = builder.with_disable_bulk_delete(true).build()?;
        let files = PrefixStore::new(bucket, Path::from(prefix));
        Ok(Self { files: Arc::new(files), part: BUCKET_PART, folder: None })
    }

    /// The key of a new file. Ids made at one time begin alike, so the folder is named by the end.
    pub fn key(id: MediaId) -> String {
        let id = id.to_string();
        format!("{}/{id}", &id[id.len() - 2..])
    }

    /// All folders that [`Self::key`] names.
    pub fn folders() -> impl Iterator<Item = String> {
        // The last two characters of an id are its last ten bits.
        (0..1024).filter_map(|bits| Self::key(MediaId::from_bits(bits)).split_once('/').map(|it| it.0.to_owned()))
    }

    /// The files in `folder` that are named as ours are, made before `before`.
    pub async fn list_kept(&self, folder: &str, before: Timestamp) -> Result<Vec<MediaId>, KeepError> {
        let end = MediaId::compose(before.0, [0; 10]);
        let files = self.files.list(Some(&Path::from(folder)));
        let ids = files.try_filter_map(|file| {
            let id = file.location.filename().and_then(|it| it.parse::<MediaId>().ok());
            let is_ours = |id: &MediaId| *id < end && file.location.as_ref() == Self::key(*id);
            ready(Ok(id.filter(is_ours)))
        });
        ids.try_collect().await.map_err(doing("list what is in"))
    }

    /// Deletes files in `folder` that were begun before `before` and never finished. What a bucket
    /// has of such it shows to nobody, and can be told to delete by itself.
    pub async fn delete_unfinished(&self, folder: &str, before: Timestamp) -> Result<(), KeepError> {
        let Some(folder) = self.folder.as_ref().map(|it| it.join(folder)) else { return Ok(()) };
        let end = MediaId::compose(before.0, [0; 10]);
        let deleted = tokio::task::spawn_blocking(move || delete_unfinished(&folder, end)).await;
        let failed = |source| doing("delete from")(object_store::Error::Generic { store: "media", source });
        deleted.map_err(|error| failed(error.into()))?.map_err(|error| failed(error.into()))
    }

    /// Begins a file; it is there once it is finished, whole or not at all.
    pub fn begin(&self, key: &str) -> Writing {
        let writer = BufWriter::with_capacity(self.files.clone(), Path::from(key), self.part);
        Writing(writer.with_max_concurrency(1))
    }

    /// `None` if there is no such file.
    pub async fn read(&self, key: &str, range: Option<Range<u64>>) -> Result<Option<Reading>, KeepError> {
        let options = GetOptions::new().with_range(range);
        match self.files.get_opts(&Path::from(key), options).await {
            Ok(found) => {
                let n_bytes = found.range.end - found.range.start;
                let bytes = found.into_stream().map_err(doing("read from"));
                Ok(Some(Reading { n_bytes, bytes: Box::pin(bytes) }))
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(doing("read from")(error)),
        }
    }

    /// A whole file in memory. `None` if there is no such file.
    pub async fn read_whole(&self, key: &str) -> Result<Option<Bytes>, KeepError> {
        match self.files.get(&Path::from(key)).await {
            Ok(found) => found.bytes().await.map(Some).map_err(doing("read from")),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(doing("read from")(error)),
        }
    }

    /// Harmless if the file is gone already.
    pub async fn delete(&self, key: &str) -> Result<(), KeepError> {
        match self.files.delete(&Path::from(key)).await {
            Err(object_store::Error::NotFound { .. }) => Ok(()),
            done => done.map_err(doing("delete from")),
        }
    }

    /// Writes, reads and deletes a small file under `key`, which nobody else uses.
    pub async fn try_out(&self, key: &str) -> Result<(), KeepError> {
        let written = Bytes::from_static(b"switchboard");
        let mut writing = self.begin(key);
        writing.put(written.clone()).await?;
        writing.finish().await?;
        let read = self.read_whole(key).await?;
        self.delete(key).await?;
        if read == Some(written) {
            return Ok(());
        }
        let source = "what was read is not what was written".into();
        Err(doing("rely on")(object_store::Error::Generic { store: "media", source }))
    }
}

/// In a folder a file carries a `#` and a number behind its name until it is whole.
fn delete_unfinished(folder: &std::path::Path, end: MediaId) -> std::io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let id = name.to_str().and_then(|it| it.split_once('#')).and_then(|(id, _)| id.parse::<MediaId>().ok());
        if id.is_some_and(|it| it < end) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// A file on its way into the store.
pub struct Writing(BufWriter);

impl Writing {
    pub async fn put(&mut self, bytes: Bytes) -> Result<(), KeepError> {
        self.0.put(bytes).await.map_err(doing("write to"))
    }

    pub async fn finish(mut self) -> Result<(), KeepError> {
        let done = self.0.shutdown().await;
        done.map_err(|error| doing("write to")(object_store::Error::Generic { store: "media", source: error.into() }))
    }

    /// Leaves nothing behind.
    pub async fn abort(mut self) {
        if let Err(error) = self.0.abort().await {
            tracing::warn!(error = %chain(&error), "an unfinished file stays in the media store");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::extract::{Request, State};
    use axum::http::{Method, StatusCode};
    use axum::response::{IntoResponse as _, Response};
    use std::collections::HashMap;
    use std::os::unix::fs::PermissionsExt as _;
    use std::sync::Mutex;

    async fn collect(store: &MediaStore, range: Option<Range<u64>>) -> Option<Vec<u8>> {
        let reading = store.read("ab/file", range).await.unwrap()?;
        let (n_bytes, chunks) = (reading.n_bytes, reading.bytes.try_collect::<Vec<_>>().await.unwrap());
        let bytes = chunks.concat();
        assert_eq!(bytes.len() as u64, n_bytes);
        Some(bytes)
    }

    async fn keeps(store: &MediaStore) {
        assert_eq!(collect(store, None).await, None);
        let mut writing = store.begin("ab/file");
        for part in ["two ", "blue ", "mugs"] {
            writing.put(Bytes::from(part)).await.unwrap();
        }
        assert_eq!(collect(store, None).await, None, "half a file is no file");
        writing.finish().await.unwrap();
        assert_eq!(collect(store, None).await.unwrap(), b"two blue mugs");
        assert_eq!(collect(store, Some(4..8)).await.unwrap(), b"blue");
        store.delete("ab/file").await.unwrap();
        store.delete("ab/file").await.unwrap();
        assert_eq!(collect(store, None).await, None);
        store.try_out("check").await.unwrap();
        assert!(store.read_whole("check").await.unwrap().is_none(), "nothing is left of it");
        lists(store).await;
    }

    async fn lists(store: &MediaStore) {
        let at = Timestamp(1_763_665_200_000);
        let id = |at: Timestamp, chance| MediaId::compose(at.0, [chance; 10]);
        let (old, older, new) = (id(at, 7), id(at.plus_s(-1), 7), id(at.plus_s(60), 7));
        let folder = MediaStore::key(old).split_once('/').unwrap().0.to_owned();
        let elsewhere = MediaStore::key(id(at, 8));
        let foreign =
            [format!("{folder}/notes"), format!("{folder}/{}", id(at, 9)), format!("{folder}x/{old}"), elsewhere];
        let keys: Vec<_> = [old, older, new].map(MediaStore::key).into_iter().chain(foreign).collect();
        for key in &keys {
            let mut writing = store.begin(key);
            writing.put(Bytes::from("mugs")).await.unwrap();
            writing.finish().await.unwrap();
        }
        let mut kept = store.list_kept(&folder, at.plus_s(60)).await.unwrap();
        kept.sort();
        assert_eq!(kept, [older, old], "named as ours are, and old enough");
        assert_eq!(store.list_kept("zz", at.plus_s(60)).await.unwrap(), [], "a folder that is not there");
        for key in &keys {
            store.delete(key).await.unwrap();
        }
    }

    #[test]
    fn every_key_lies_in_one_of_the_folders() {
        let folders: Vec<_> = MediaStore::folders().collect();
        assert_eq!(folders.len(), 1024);
        for bits in [0, 31, 32, 1023, 1024, u128::MAX >> 3] {
            let key = MediaStore::key(MediaId::from_bits(bits));
            assert!(folders.iter().any(|it| key.starts_with(&format!("{it}/"))), "{key}");
        }
    }

    #[tokio::test]
    async fn a_folder_keeps_files_for_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let url = MediaUrl::in_folder(folder.path());
        let store = MediaStore::open(&url).unwrap();
        let mode = std::fs::metadata(folder.path().join("media")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        keeps(&store).await;
        MediaStore::open(&url).unwrap();
    }

    #[tokio::test]
    async fn a_file_that_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = MediaStore::open(&MediaUrl::in_folder(folder.path())).unwrap();
        let mut writing = store.begin("ab/file");
        writing.put(Bytes::from(vec![b'x'; 3 * FOLDER_PART])).await.unwrap();
        let files = || std::fs::read_dir(folder.path().join("media/ab")).unwrap().count();
        assert_eq!(files(), 1);
        writing.abort().await;
        assert_eq!(files(), 0);
    }

    type Bucket = Arc<Mutex<HashMap<String, Bytes>>>;

    /// As much of S3 as small files need.
    async fn s3(State(bucket): State<Bucket>, request: Request) -> Response {
        let path = request.uri().path().to_owned();
        assert!(request.headers()["authorization"].to_str().unwrap().starts_with("AWS4-HMAC-SHA256 "));
        if let Some(query) = request.uri().query().filter(|it| it.contains("list-type=2")) {
            return list(&bucket.lock().unwrap(), query).into_response();
        }
        let range = request.headers().get("range").map(|it| it.to_str().unwrap().to_owned());
        match *request.method() {
            Method::PUT => {
                let body = axum::body::to_bytes(request.into_body(), 1_000_000).await.unwrap();
                bucket.lock().unwrap().insert(path, body);
                [("etag", "\"a\"")].into_response()
            }
            Method::DELETE => {
                bucket.lock().unwrap().remove(&path);
                StatusCode::NO_CONTENT.into_response()
            }
            _ => match (bucket.lock().unwrap().get(&path).cloned(), range) {
                (None, _) => StatusCode::NOT_FOUND.into_response(),
                (Some(file), None) => (last_modified(), file).into_response(),
                (Some(file), Some(range)) => {
                    assert_eq!(range, "bytes=4-7");
                    let said = [("content-range", format!("bytes 4-7/{}", file.len()))];
                    (StatusCode::PARTIAL_CONTENT, said, last_modified(), file.slice(4..8)).into_response()
                }
            },
        }
    }

    fn list(bucket: &HashMap<String, Bytes>, query: &str) -> String {
        let (_, prefix) = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "prefix").unwrap();
        let keys = bucket.keys().filter_map(|it| it.strip_prefix("/luna-inbox/")).filter(|it| it.starts_with(&*prefix));
        let file = |key| {
            let rest = "<LastModified>2025-11-20T19:00:00.000Z</LastModified><ETag>\"a\"</ETag><Size>4</Size>";
            format!("<Contents><Key>{key}</Key>{rest}</Contents>")
        };
        let files: String = keys.map(file).collect();
        format!("<ListBucketResult><IsTruncated>false</IsTruncated>{files}</ListBucketResult>")
    }

    fn last_modified() -> [(&'static str, &'static str); 2] {
        [("last-modified", "Thu, 20 Nov 2025 19:00:00 GMT"), ("etag", "\"a\"")]
    }

    #[tokio::test]
    async fn a_bucket_keeps_files_under_its_prefix() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = format!("http://{}", listener.local_addr().unwrap());
        let bucket = Bucket::default();
        let app = Router::new().fallback(s3).with_state(bucket.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        let builder = AmazonS3Builder::new()
            .with_bucket_name("luna-inbox")
            .with_region("eu-north-1")
            .with_endpoint(at)
            .with_allow_http(true)
            .with_access_key_id("mia")
            .with_secret_access_key("kiln");
        let store = MediaStore::bucket(builder, "switchboard/media").unwrap();
        keeps(&store).await;
        let mut writing = store.begin("ab/file");
        writing.put(Bytes::from("mugs")).await.unwrap();
        writing.finish().await.unwrap();
        let keys: Vec<_> = bucket.lock().unwrap().keys().cloned().collect();
        assert_eq!(keys, ["/luna-inbox/switchboard/media/ab/file"]);
    }
}
