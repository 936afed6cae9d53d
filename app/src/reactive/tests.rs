use super::*;
use leptos::prelude::Owner;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn under_an_owner(test: impl FnOnce()) {
    Owner::new().with(test);
}

/// A memo counts how often it is worked out.
fn counting<T: Send + Sync + 'static>(
    of: impl Fn() -> T + Send + Sync + 'static,
) -> (impl Fn() -> T, Arc<AtomicUsize>) {
    let n = Arc::new(AtomicUsize::new(0));
    let counted = n.clone();
    let count = move || {
        counted.fetch_add(1, Ordering::Relaxed);
        of()
    };
    (count, n)
}

#[test]
fn what_follows_is_worked_out_again_only_after_a_change() {
    under_an_owner(|| {
        let one = RwSignal::new(1);
        let (double, n) = counting(move || one.get() * 2);
        let memo = Memo::new(move |_| double());
        assert_eq!((memo.get(), memo.get(), n.load(Ordering::Relaxed)), (2, 2, 1));
        one.set(5);
        assert_eq!((memo.get_untracked(), memo.with(|it| it + 1), n.load(Ordering::Relaxed)), (10, 11, 2));
    });
}

#[test]
fn what_comes_out_the_same_is_no_change_for_what_follows() {
    under_an_owner(|| {
        let one = ArcRwSignal::new(1);
        let source = one.clone();
        let is_odd = Memo::new(move |_| source.get() % 2 == 1);
        let (words, n) = counting(move || if is_odd.get() { "odd" } else { "even" });
        let words = ArcMemo::new(move |_| words());
        assert_eq!(words.get(), "odd");
        one.set(3);
        assert_eq!((words.get(), n.load(Ordering::Relaxed)), ("odd", 1));
        one.update(|it| *it += 1);
        assert_eq!((words.get(), n.load(Ordering::Relaxed)), ("even", 2));
    });
}

#[test]
fn a_memo_is_told_what_it_was_before() {
    under_an_owner(|| {
        let one = RwSignal::new(1);
        let sum = Memo::new(move |before: Option<&i32>| before.copied().unwrap_or_default() + one.get());
        assert_eq!(sum.get(), 1);
        one.set(2);
        assert_eq!(sum.get(), 3);
    });
}

#[test]
fn a_change_that_says_so_is_told_to_nobody() {
    under_an_owner(|| {
        let one = RwSignal::new(1);
        let (same, n) = counting(move || one.get());
        let memo = Memo::new(move |_| same());
        memo.get();
        assert_eq!(one.try_maybe_update(|it| (false, std::mem::replace(it, 2))), Some(1));
        assert_eq!((memo.get(), n.load(Ordering::Relaxed)), (1, 1));
    });
}

#[test]
fn a_value_may_be_read_while_it_is_read() {
    under_an_owner(|| {
        let name = RwSignal::new("Hannah".to_owned());
        assert_eq!(name.with(|it| format!("{it} and {}", name.get())), "Hannah and Hannah");
    });
}

#[test]
fn nothing_is_found_or_changed_after_the_owner_has_gone() {
    let owner = Owner::new();
    let (signal, stored, derived) =
        owner.with(|| (RwSignal::new(1), StoredValue::new(1), Signal::derive(|| "still here".to_owned())));
    owner.with(|| {
        assert!(signal.try_set(2) && stored.try_set_value(2));
        assert_eq!(
            (signal.try_get(), stored.try_get_value(), derived.get().as_str()),
            (Some(2), Some(2), "still here")
        );
    });
    drop(owner);
    assert!(!signal.try_set(3) && !stored.try_set_value(3));
    assert_eq!((signal.try_get_untracked(), stored.try_get_value(), derived.try_get()), (None, None, None));
    assert_eq!(signal.try_update(|it| *it += 1), None);
}

#[test]
#[should_panic(expected = "after its owner had gone")]
fn to_insist_on_what_has_gone_is_a_fault() {
    let signal = Owner::new().with(|| RwSignal::new(1));
    signal.get_untracked();
}
