use super::*;
use proptest::prelude::*;

fn names() -> Names {
    let name = |it: &str| it.to_owned();
    Names {
        people: vec![
            (PersonId::from_bits(1), name("Noah")),
            (PersonId::from_bits(2), name("Mia Lindqvist")),
            (PersonId::from_bits(3), name("Noah")),
            (PersonId::from_bits(4), name("Me")),
        ],
        teams: vec![(TeamId::from_bits(1), name("Returns")), (TeamId::from_bits(2), name("日本語"))],
        labels: vec![
            (LabelId::from_bits(1), name("Damaged")),
            (LabelId::from_bits(2), name("Damaged in the post")),
            (LabelId::from_bits(3), name("the “big” order")),
            (LabelId::from_bits(4), name("«vip")),
            (LabelId::from_bits(5), name("a:b is:unread")),
        ],
        accounts: vec![(AccountId::from_bits(1), name("Luna Ceramics"))],
    }
}

#[test]
fn filters_stand_among_words() {
    let typed = Typed::read("blue label:damaged Label:\"Damaged in the Post\" mug is:unread assignee:me", &names());
    let filter = Filter {
        words: "blue mug".to_owned(),
        labels: vec![LabelId::from_bits(1), LabelId::from_bits(2)],
        is_unread: true,
        assignee: Some(Assignee::Me),
        ..Filter::default()
    };
    assert_eq!(typed, Typed { filter, problems: Vec::new() });
    assert!(has_filters("mug IS:unread") && !has_filters("http://is/it: label"));
}

#[test]
fn what_nothing_is_called_is_said() {
    let typed = Typed::read("label:Dmaged team:x platform:fax priority:5 is:read state:open window:", &names());
    assert_eq!(typed.problems.len(), 6, "{typed:?}");
    assert_eq!(typed.problems[0], "No label is called “Dmaged”.");
    assert_eq!(typed.problems[2], "“platform:” is followed by instagram or messenger, not by “fax”.");
    assert!(typed.filter.is_empty());
}

#[test]
fn what_has_no_name_of_its_own_is_called_by_its_id() {
    let text = |assignee| Filter { assignee: Some(assignee), ..Filter::default() }.text(&names());
    assert_eq!(text(Assignee::Person(PersonId::from_bits(1))), "assignee:Noah");
    assert_eq!(text(Assignee::Person(PersonId::from_bits(2))), "assignee:\"Mia Lindqvist\"");
    assert_eq!(text(Assignee::Person(PersonId::from_bits(3))), "assignee:00000000000000000000000003");
    assert_eq!(text(Assignee::Person(PersonId::from_bits(4))), "assignee:00000000000000000000000004");
    assert_eq!(text(Assignee::Person(PersonId::from_bits(9))), "assignee:00000000000000000000000009");
}

fn filters() -> impl Strategy<Value = Filter> {
    let assignee = prop_oneof![
        Just(Assignee::Me),
        Just(Assignee::Nobody),
        (1u128..6).prop_map(|it| Assignee::Person(PersonId::from_bits(it)))
    ];
    let platform = prop_oneof![Just(Platform::Instagram), Just(Platform::Page)];
    let window = (0usize..3).prop_map(|it| WindowKind::ALL[it]);
    let named = (
        prop::option::of(assignee),
        prop::option::of((1u128..4).prop_map(TeamId::from_bits)),
        prop::collection::btree_set(1u128..7, 0..4),
        prop::option::of(Just(AccountId::from_bits(1))),
        prop::option::of(platform),
        prop::option::of(window),
        prop::option::of((0usize..3).prop_map(|it| Priority::ALL[it])),
    );
    (named, any::<[bool; 5]>(), "([a-zé]{1,5}( [a-z@\"“]{1,5})?)?").prop_map(|(named, is, words)| Filter {
        words,
        assignee: named.0,
        team: named.1,
        labels: named.2.into_iter().map(LabelId::from_bits).collect(),
        account: named.3,
        platform: named.4,
        window: named.5,
        priority: named.6,
        any_state: is[0],
        is_unread: is[1],
        is_waiting: is[2],
        mentions_me: is[3],
        longest_first: is[4],
        owner: None,
    })
}

proptest! {
    #[test]
    fn a_filter_is_read_as_it_was_written(filter in filters()) {
        let text = filter.text(&names());
        prop_assert_eq!(Typed::read(&text, &names()), Typed { filter, problems: Vec::new() }, "{}", text);
    }

    #[test]
    fn a_kept_filter_is_read_again(filter in filters()) {
        let kept = serde_json::to_string(&filter).unwrap();
        prop_assert_eq!(serde_json::from_str::<Filter>(&kept).unwrap(), filter);
    }

    #[test]
    fn any_text_is_a_filter(text in any::<String>()) {
        let typed = Typed::read(&text, &names());
        prop_assert!(!typed.filter.words.starts_with(char::is_whitespace));
    }
}
