use super::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

fn meta(address: SocketAddr) -> Meta {
    let options =
        Options { seed: Seed::Empty, now_ms: 1_795_000_000_000, callback: None, app_secret: None, verify_token: None };
    Meta::new(&options, address)
}

#[tokio::test]
async fn a_request_that_never_ends_does_not_keep_it_from_stopping() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async move { drop(stopped.await) };
    let running = tokio::spawn(meta(address).run(listener, false, shutdown));
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = "POST /control/clock HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                expect: 100-continue\r\ncontent-length: 99\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut asked_for_more = [0; 12];
    stream.read_exact(&mut asked_for_more).await.unwrap();
    assert_eq!(&asked_for_more, b"HTTP/1.1 100");
    stream.write_all(b"{\"advance").await.unwrap();
    stop.send(()).unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(8), running).await;
    ended.expect("it goes on and on").unwrap().unwrap();
    drop(stream);
}

#[test]
fn media_is_linked_to_where_it_can_be_reached() {
    for (address, expected) in [
        ("0.0.0.0:8800", "http://127.0.0.1:8800/"),
        ("[::]:8800", "http://[::1]:8800/"),
        ("192.168.1.2:8800", "http://192.168.1.2:8800/"),
    ] {
        let url = meta(address.parse().unwrap()).0.look().files.url("a.jpg");
        assert!(url.starts_with(expected), "{url}");
    }
}
