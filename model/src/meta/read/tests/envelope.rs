use super::*;

fn kinds(body: &Value) -> Vec<What> {
    read(body.to_string().as_bytes()).into_iter().map(|it| it.event.unwrap().what).collect()
}

#[test]
fn what_is_no_json_is_said() {
    for body in ["", "hello", "{", "{\"object\":\"page\"", "[1,]", "{\"a\":\"\u{1}\"}"] {
        assert_eq!(items(body.as_bytes(), NOW), Err(NotJson), "{body}");
    }
    for body in ["{}", "[]", "5", "null", "\"entry\"", "{\"entry\":[]}", "{\"entry\":null}", "[[{}]]", "\u{feff}{}"] {
        assert_eq!(items(body.as_bytes(), NOW), Ok(vec![]), "{body}");
    }
}

#[test]
fn a_batch_mixes_entries_kinds_and_shapes() {
    let items = read(&payload("instagram.batch"));
    let accounts: Vec<_> = items.iter().map(|it| it.account.as_str()).collect();
    assert_eq!(accounts, [INSTAGRAM, INSTAGRAM, INSTAGRAM, "17841471839920461", INSTAGRAM]);
    assert!(matches!(items[4].event.as_ref().unwrap().what, What::Commented(_)));
    let standby: Vec<_> = read(&payload("page.batch")).iter().map(|it| it.event.as_ref().unwrap().standby).collect();
    assert_eq!(standby, [false, false, true]);
}

#[test]
fn a_body_in_a_list_and_merged_bodies_give_the_items_of_their_parts() {
    let bodies: Vec<Value> = payloads().iter().map(|(_, body)| serde_json::from_slice(body).unwrap()).collect();
    let parts: Vec<_> = bodies.iter().flat_map(|it| read(it.to_string().as_bytes())).collect();
    assert_eq!(read(Value::from(bodies.clone()).to_string().as_bytes()), parts);
    for object in ["instagram", "page"] {
        let entries: Vec<_> = bodies
            .iter()
            .filter(|it| it["object"] == object)
            .flat_map(|it| it["entry"].as_array().unwrap().clone())
            .collect();
        let merged = json!({"object": object, "entry": entries});
        let of_object: Vec<_> = parts.iter().filter(|it| it.object == object).cloned().collect();
        assert_eq!(read(merged.to_string().as_bytes()), of_object);
    }
}

#[test]
fn the_dashboards_test_makes_nobody() {
    for name in ["messages_test", "message_reactions_test", "messaging_seen_test"] {
        let item = only(&format!("instagram.changes.{name}"));
        assert_eq!(item.contact, None);
        assert_eq!(item.event.unwrap().what, What::Nothing(Nothing::Test), "{name}");
    }
    assert_eq!(what_of("page.changes.messages_test"), What::Nothing(Nothing::Test));
    let comment = json!({"object": "instagram", "entry": [{"id": "0", "time": 1_795_001_508, "changes":
        [{"field": "comments", "value": {"id": "1", "from": {"id": "2"}, "text": "x"}}]}]});
    assert_eq!(kinds(&comment), [What::Nothing(Nothing::Test)]);
    let literal = json!({"sender": {"id": "12334"}, "recipient": {"id": "23245"}, "message": {"mid": "random_mid"}});
    let item = instagram(&literal);
    assert_eq!(
        (item.contact, item.at),
        (None, Timestamp(1_795_000_000_000)),
        "the entry's time: each press is a new one"
    );
}

#[test]
fn a_message_event_in_the_form_of_a_change_is_real_for_a_real_account() {
    let change = json!({"field": "messaging_postbacks", "value": {
        "sender": {"user_ref": "ur-1"}, "recipient": {"id": "104857600932817"}, "timestamp": "1794994200",
        "postback": {"mid": "m_1", "title": "Get Started", "payload": "GET_STARTED",
            "referral": {"ref": "window_qr", "source": "SHORT-URL", "type": "OPEN_THREAD"}}}});
    let in_list =
        json!({"object": "page", "entry": [{"id": "104857600932817", "time": 1_794_994_201, "changes": [change]}]});
    let on_entry = json!({"object": "page", "entry": [{"id": "104857600932817", "time": 1_794_994_201,
        "field": change["field"], "value": change["value"]}]});
    for body in [in_list, on_entry] {
        let item = read(body.to_string().as_bytes()).remove(0);
        assert_eq!(item.contact.as_deref(), Some("user_ref:ur-1"));
        assert_eq!(item.at, Timestamp(1_794_994_200_000));
        assert_eq!(one(&item.raw, NOW), Some(item.clone()));
        let said = said(item.event.unwrap().what);
        assert_eq!(said.detail.referral.unwrap().source.as_deref(), Some("SHORT-URL"));
    }
}

#[test]
fn names_of_fields_without_values_are_told() {
    let body = json!({"object": "page", "entry": [{"id": "1", "time": 1_795_001_508, "changed_fields": ["messages"]}]});
    assert_eq!(kinds(&body), [What::Nothing(Nothing::NoValues)]);
    let body = json!({"object": "page", "entry": [{"id": "1", "changes": [{"field": "feed"}]}]});
    assert_eq!(kinds(&body), [What::Nothing(Nothing::NoValues)]);
}

#[test]
fn an_entry_without_items_is_none_and_one_of_another_shape_is_unknown() {
    let body = json!({"object": "page", "entry": [{"id": "1", "time": 5}, {"id": "1", "messaging": []},
        {"id": "1", "calls": [{"x": 1}]}, 7, {"id": "1", "messaging": "x"}]});
    let unknown = |kind: &str| What::Unknown { kind: kind.to_owned() };
    assert_eq!(kinds(&body), [unknown("calls"), unknown("entry"), unknown("item")]);
    for item in read(body.to_string().as_bytes()) {
        assert_eq!(one(&item.raw, NOW), Some(item));
    }
}

#[test]
fn an_object_that_is_not_ours_is_acknowledged() {
    let body = json!({"object": "permissions", "entry": [{"id": 12, "time": 1_795_001_508, "changed_fields": ["x"]},
        {"id": 13, "time": 1_795_001_508, "changes": [{"field": "x", "value": {}}]}]});
    let items = read(body.to_string().as_bytes());
    assert_eq!(items.iter().map(|it| it.account.as_str()).collect::<Vec<_>>(), ["12", "13"]);
    assert!(items.iter().all(|it| it.event.is_none() && it.object == "permissions"));
}

#[test]
fn an_item_that_cannot_be_used_does_not_spoil_the_others() {
    let good = from_mia(&json!({"message": {"mid": "m1", "text": "hello"}}));
    let bad = [
        json!(5),
        json!(null),
        json!([]),
        from_mia(&json!({"message": {"text": "no mid"}})),
        from_mia(&json!({"message": "text"})),
        from_mia(&json!({"reaction": {"action": "react"}})),
        from_mia(&json!({"read": {}})),
        from_mia(&json!({"postback": {}})),
        from_mia(&json!({"delivery": {"mids": []}})),
        from_mia(&json!({"message_edit": {"mid": "m1", "num_edit": 1}})),
        json!({"message": {"mid": "m1", "text": "from nobody"}}),
    ];
    for bad in bad {
        let entry = json!({"id": INSTAGRAM, "time": 1_795_000_000_000_i64, "messaging": [bad, good]});
        let kinds = kinds(&json!({"object": "instagram", "entry": [entry]}));
        assert!(is_unknown(&kinds[0]), "{bad}: {:?}", kinds[0]);
        assert_eq!(said(kinds[1].clone()).text.as_deref(), Some("hello"));
    }
}

#[test]
fn depth_and_broken_texts_do_not_spoil_the_rest() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let body = format!(
        r#"{{"object":"instagram","entry":[{{"id":"{INSTAGRAM}","time":1795000000000,"messaging":[
            {{"sender":{{"id":"{MIA}"}},"novelty":{deep}}},
            {{"sender":{{"id":"{MIA}"}},"message":{{"mid":"m1","text":"cut \ud83d","new":{deep}}}}}]}}]}}"#
    );
    let items = read(body.as_bytes());
    assert_eq!(items[0].event.as_ref().unwrap().what, What::Unknown { kind: "novelty".into() });
    assert_eq!(said(items[1].event.clone().unwrap().what).text.as_deref(), Some("cut \u{fffd}"));
    assert!(items[1].raw.contains("cut \\ud83d"), "as it came");
    for item in items {
        assert_eq!(one(&item.raw, NOW), Some(item));
    }
    assert_eq!(items_of_invalid_utf8().text.as_deref(), Some("a\u{fffd}b"));
}

fn items_of_invalid_utf8() -> Said {
    let item = from_mia(&json!({"message": {"mid": "m1", "text": "aXb"}}));
    let body = json!({"object": "instagram", "entry": [{"id": INSTAGRAM, "messaging": [item]}]}).to_string();
    let bytes: Vec<u8> = body.bytes().map(|it| if it == b'X' { 0xff } else { it }).collect();
    said(read(&bytes).remove(0).event.unwrap().what)
}

#[test]
fn the_time_is_the_items_then_the_entrys_then_that_of_arrival() {
    let at = |item: Value, entry: Value| {
        let body = json!({"object": "instagram", "entry": [{"id": INSTAGRAM, "time": entry, "messaging": [item]}]});
        read(body.to_string().as_bytes()).remove(0)
    };
    let item = |time: Value| json!({"sender": {"id": MIA}, "timestamp": time, "message": {"mid": "m1"}});
    assert_eq!(at(item(json!("1527459824")), json!(null)).at, Timestamp(1_527_459_824_000));
    assert_eq!(at(item(json!(null)), json!(1_795_001_508)).at, Timestamp(1_795_001_508_000));
    assert_eq!(at(item(json!(-1)), json!(1_795_001_508)).at, Timestamp(1_795_001_508_000));
    let neither = at(item(json!(-1)), json!(i64::MAX));
    assert_eq!(neither.at, NOW);
    let again = one(&neither.raw, NOW.plus_s(60)).unwrap();
    assert_eq!(again.dedupe_key(), neither.dedupe_key(), "the moment of arrival is no part of the key");
    assert_eq!(only("page.referral.lead_complete").at, Timestamp(1_794_994_200_000));
    assert_eq!(only("page.messaging_feedback").at, Timestamp(1_795_011_212_509));
}
