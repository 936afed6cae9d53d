//! What the pages call, which asks first what the caller may see.

use super::{OPEN, ago};
use crate::bed::Bed;
use crate::parts::parts;
use model::ids::MessageId;
use model::person::{Me, Preferences, Role};
use model::view::View;
use server::auth::Caller;
use server::inbox::{self, InboxError};
use server::program::Program;

crate::on_both!(what_is_out_of_sight_is_not_there, who_was_shut_out_is_signed_out);

async fn ines(bed: &Bed) -> (Program, Caller, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let parts = parts(bed.store.clone(), bed.seams.clone(), folder.path(), "http://127.0.0.1:3000", &[]);
    let ines = bed.person("ines@luna.example", "Ines");
    bed.store.insert_person(ines.clone(), bed.audit()).await.unwrap();
    let me =
        Me { id: ines.id, name: ines.name, email: ines.email, role: Role::Agent, preferences: Preferences::default() };
    (Program::new(parts), Caller { me, business: "Luna Ceramics".to_owned() }, folder)
}

async fn what_is_out_of_sight_is_not_there(bed: Bed) {
    let (program, ines, _folder) = ines(&bed).await;
    let [open, sales] = [bed.an_account("1").await, bed.an_account("2").await];
    bed.team("sales", &[sales], &[]).await;
    let (seen, unseen) = (OPEN.into(&bed, open).await, OPEN.into(&bed, sales).await);
    let place = (ago(0), MessageId::from_bits(1));
    let gone = |it: Result<(), InboxError>| matches!(it, Err(InboxError::NotFound));
    for (id, is_seen) in [(seen, true), (unseen, false), (bed.seams.new_id(), false)] {
        assert_eq!(inbox::row(&program, &ines, id).await.unwrap().is_some(), is_seen);
        assert_eq!(gone(inbox::open(&program, &ines, id).await.map(drop)), !is_seen);
        assert_eq!(gone(inbox::older(&program, &ines, id, place).await.map(drop)), !is_seen);
        assert_eq!(gone(inbox::lines(&program, &ines, id, vec![place.1]).await.map(drop)), !is_seen);
        assert_eq!(gone(inbox::look(&program, &ines, id, ago(0)).await), !is_seen);
    }
    let rows = inbox::list(&program, &ines, View::AllOpen, None, None).await.unwrap().rows;
    assert_eq!(rows.iter().map(|it| it.id).collect::<Vec<_>>(), [seen]);
    let counts = inbox::counts(&program, &ines).await.unwrap();
    assert_eq!(counts.views.iter().find(|it| it.0 == View::AllOpen).unwrap().1, 1);
    assert!(gone(inbox::lines(&program, &ines, seen, vec![place.1; 1001]).await.map(drop)));
}

async fn who_was_shut_out_is_signed_out(bed: Bed) {
    let (program, ines, _folder) = ines(&bed).await;
    let id = OPEN.into(&bed, bed.an_account("1").await).await;
    assert!(inbox::open(&program, &ines, id).await.is_ok());
    bed.execute("update people set state = 'deactivated'").await;
    assert!(matches!(inbox::open(&program, &ines, id).await, Err(InboxError::SignedOut)));
    assert!(matches!(inbox::list(&program, &ines, View::Mine, None, None).await, Err(InboxError::SignedOut)));
}
