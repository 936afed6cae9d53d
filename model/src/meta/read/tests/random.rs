use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use std::sync::LazyLock;

static BODIES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| payloads().into_iter().map(|(_, body)| body).collect());

/// Reads a body, if it can be read, and its rows again.
fn check(body: &[u8]) {
    let Ok(items) = items(body, NOW) else { return };
    for item in items {
        assert_eq!(one(&item.raw, NOW).as_ref(), Some(&item), "{}", item.raw);
        let scrubbed = one(&scrub(&item.raw), NOW).unwrap();
        assert_eq!(scrubbed.account, item.account);
        // What is known by all of its content could not be used, so nothing of it is there to be unsent.
        if !item.identity.starts_with("item\n") {
            assert_eq!(scrubbed.identity, item.identity, "{}", item.raw);
        }
        // As `Debug` prints U+0000, beside backslashes that stand for themselves.
        assert!(!format!("{:?}", item.event).replace("\\\\", "").contains("\\0"), "{}", item.raw);
        item.dedupe_key();
        assert!(item.lane() < identity::LANES);
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        "[a-z_]{1,8}",
        ".{0,6}",
        proptest::sample::select(vec![
            "object",
            "entry",
            "id",
            "time",
            "messaging",
            "standby",
            "changes",
            "field",
            "value",
            "message",
            "mid",
            "text",
            "attachments",
            "type",
            "payload",
            "sender",
            "recipient",
            "reaction",
            "read",
            "postback",
            "feed",
            "comments",
            "instagram",
            "page",
            "from",
            "message_edit",
            "num_edit",
            "optin",
            "referral",
            "delivery",
            "watermark",
        ])
        .prop_map(str::to_owned),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((word.clone(), inner), 0..6).prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

/// The addresses of all parts.
fn pointers(value: &Value, here: &str, all: &mut Vec<(String, String)>) {
    let parts: Vec<_> = match value {
        Value::Array(list) => list.iter().enumerate().map(|(place, it)| (place.to_string(), it)).collect(),
        Value::Object(pairs) => pairs.iter().map(|(key, it)| (key.clone(), it)).collect(),
        _ => vec![],
    };
    for (key, it) in parts {
        all.push((here.to_owned(), key.clone()));
        pointers(it, &format!("{here}/{}", key.replace('~', "~0").replace('/', "~1")), all);
    }
}

/// Puts `new` in the place of some part, or takes that part away.
fn change(body: &mut Value, place: Index, new: Option<Value>) {
    let mut all = Vec::new();
    pointers(body, "", &mut all);
    if all.is_empty() {
        return;
    }
    let (parent, key) = place.get(&all);
    match (body.pointer_mut(parent), new) {
        (Some(Value::Object(pairs)), Some(new)) => {
            pairs.insert(key.clone(), new);
        }
        (Some(Value::Object(pairs)), None) => {
            pairs.remove(key);
        }
        (Some(Value::Array(list)), Some(new)) => list[key.parse::<usize>().unwrap()] = new,
        (Some(Value::Array(list)), None) => {
            list.remove(key.parse().unwrap());
        }
        _ => panic!("no such place: {parent} {key}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn no_bytes_make_it_panic(body: Vec<u8>) {
        check(&body);
    }

    #[test]
    fn no_json_makes_it_panic(body in any_json()) {
        check(body.to_string().as_bytes());
        let wrapped = json!({"object": "instagram", "entry": [{"id": INSTAGRAM, "time": 5, "messaging": [body], "changes": [body]}]});
        check(wrapped.to_string().as_bytes());
    }

    #[test]
    fn payloads_with_changed_bytes_are_read_or_refused(which: Index, changes in vec((any::<Index>(), any::<u8>()), 1..6)) {
        let mut body = BODIES[which.index(BODIES.len())].clone();
        for (place, byte) in changes {
            let place = place.index(body.len());
            body[place] = byte;
        }
        check(&body);
    }

    #[test]
    fn payloads_with_swapped_and_deleted_parts_are_read(
        which: Index,
        changes in vec((any::<Index>(), prop::option::of(any_json())), 1..5),
    ) {
        let mut body: Value = serde_json::from_slice(BODIES[which.index(BODIES.len())].as_slice()).unwrap();
        for (place, new) in changes {
            change(&mut body, place, new);
        }
        prop_assert!(items(body.to_string().as_bytes(), NOW).is_ok());
        check(body.to_string().as_bytes());
    }

    #[test]
    fn broken_escapes_in_payloads_are_read(which: Index, place: Index, unit in 0xd800u16..0xe000) {
        let body: Value = serde_json::from_slice(BODIES[which.index(BODIES.len())].as_slice()).unwrap();
        let text = body.to_string();
        let ends: Vec<_> = text.match_indices("\":\"").map(|(at, found)| at + found.len()).collect();
        let (before, after) = text.split_at(*place.get(&ends));
        let broken = format!("{before}\\u{unit:04x}{after}");
        prop_assert_eq!(items(broken.as_bytes(), NOW).unwrap().len(), read(text.as_bytes()).len());
        check(broken.as_bytes());
    }
}
