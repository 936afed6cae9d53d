//! A new migration is compiled in at once: cargo does not see it by itself.

fn main() {
    println!("cargo:rerun-if-changed=../migrations");
}
