//! What the database alone can take: the rows that `load` makes the program write, in groups of the
//! same size, without HTTP, signatures or anything being applied.

use crate::event::{body, customer};
use clap::Args;
use serde_json::json;
use server::config::DatabaseUrl;
use server::intake::rows;
use server::seams::Seams;
use server::store::{self, intake::NewInbound};
use std::error::Error;
use std::io::Write as _;
use std::time::{Duration, Instant};

#[derive(Args)]
pub struct Floor {
    #[arg(long)]
    database_url: DatabaseUrl,
    /// Rows in one unit of work
    #[arg(long)]
    group: u64,
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    #[arg(long, default_value_t = 2000)]
    customers: u64,
}

impl Floor {
    #[expect(clippy::cast_precision_loss, reason = "counts of some seconds")]
    pub async fn run(self) -> Result<(), Box<dyn Error>> {
        let store = store::open(&self.database_url).await?;
        store.migrate().await?;
        let seams = Seams::system();
        let (mut n_rows, mut took) = (0, Duration::ZERO);
        while took < Duration::from_secs(self.seconds) {
            let group = self.group(&seams, n_rows);
            // Only the writing counts.
            let start = Instant::now();
            n_rows += store.insert_inbound(group).await?;
            took += start.elapsed();
        }
        store.close().await;
        let told = json!({"rows_s": n_rows as f64 / took.as_secs_f64()});
        writeln!(std::io::stdout(), "{told}")?;
        Ok(())
    }

    fn group(&self, seams: &Seams, first: u64) -> Vec<NewInbound> {
        let row = |number: u64| {
            let customer = customer(number * 7919 % self.customers);
            rows(seams, body(&customer, seams.now().0, number).as_bytes())
        };
        (first..first + self.group).flat_map(row).collect()
    }
}
