//! Whatever bytes Meta signs: they are taken apart without a panic, each item can be read again
//! alone as the same, and a scrubbed one can still be read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use model::meta::read;
use model::time::Timestamp;

const NOW: Timestamp = Timestamp(1_795_089_600_000);

fuzz_target!(|body: &[u8]| {
    let Ok(items) = read::items(body, NOW) else { return };
    for item in items {
        let again = read::one(&item.raw, NOW);
        assert_eq!(again.as_ref().map(|it| &it.event), Some(&item.event));
        assert_eq!(again.map(|it| it.dedupe_key()), Some(item.dedupe_key()));
        let _ = read::one(&read::scrub(&item.raw), NOW);
    }
});
