use super::thread;
use crate::bed::Bed;
use crate::rows;
use server::store::accounts::incident;

crate::on_both!(a_refused_tag_is_news_once, two_that_are_refused_at_once_make_one_incident);

async fn a_refused_tag_is_news_once(bed: Bed) {
    let it = thread(&bed).await;
    let mia = bed.person("mia@luna.example", "Mia");
    let id = mia.id;
    bed.store.insert_person(mia, bed.audit()).await.unwrap();
    bed.execute("update people set role = 'admin'").await;
    let now = bed.seams.now();
    assert!(bed.store.tag_refused(it.account, bed.seams.new_id(), now).await.unwrap());
    assert!(!bed.store.tag_refused(it.account, bed.seams.new_id(), now).await.unwrap());
    assert!(!bed.store.tag_refused(bed.seams.new_id(), bed.seams.new_id(), now).await.unwrap(), "no such account");
    assert_eq!(bed.value("select human_agent from accounts").await.as_deref(), Some("refused"));
    assert_eq!(bed.store.list_open_incidents(10).await.unwrap().len(), 1);
    let told = rows::lines(&bed.url, "select person_id || ' ' || kind from notifications").await;
    assert_eq!(told, [format!("{id} {}", incident::TAG_REFUSED)]);
    let feed = rows::lines(&bed.url, "select kind from changes order by kind").await;
    assert_eq!(feed, ["account", "notification"]);
}

async fn two_that_are_refused_at_once_make_one_incident(bed: Bed) {
    let it = thread(&bed).await;
    let stores = super::two_stores(&bed).await;
    let tasks: Vec<_> = (0..6)
        .map(|n| {
            let (store, account, now) = (stores[n % 2].clone(), it.account, bed.seams.now());
            let incident = bed.seams.new_id();
            tokio::spawn(async move { store.tag_refused(account, incident, now).await.unwrap() })
        })
        .collect();
    let mut n_news = 0;
    for task in tasks {
        n_news += u32::from(task.await.unwrap());
    }
    assert_eq!(n_news, 1);
}
