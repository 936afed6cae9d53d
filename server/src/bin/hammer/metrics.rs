//! What the program says of itself at `/metrics`.

use crate::connection::Connection;
use std::error::Error;

#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    /// New rows of the journal, and the units of work that wrote them.
    pub rows: f64,
    pub writes: f64,
    /// Rows of the journal that are done with.
    pub applied: f64,
}

pub async fn read(connection: &mut Connection) -> Result<Counts, Box<dyn Error>> {
    let (status, body) = connection.ask(b"GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n").await?;
    if status != 200 {
        return Err(format!("/metrics answers {status}").into());
    }
    let text = String::from_utf8(body)?;
    let of = |name: &str| {
        let values = text.lines().filter(|it| it.split([' ', '{']).next() == Some(name));
        values.filter_map(|it| it.rsplit(' ').next()?.parse::<f64>().ok()).sum()
    };
    Ok(Counts {
        rows: of("switchboard_journal_rows_total"),
        writes: of("switchboard_journal_writes_total"),
        applied: of("switchboard_applied_total"),
    })
}
