use crate::bed::Bed;
use model::audit::Action;
use model::people::Refusal;
use model::person::{PersonId, Role};
use model::time::Timestamp;
use server::store::audit::Subject;
use server::store::second_factor::NewSecondFactor;

crate::on_both!(
    a_second_factor_is_turned_on_once,
    a_code_is_used_once,
    a_recovery_code_is_used_once_and_by_its_owner,
    new_recovery_codes_end_those_before,
    whoever_turns_it_off_has_none,
    an_admin_resets_that_of_somebody_else,
    an_admin_requires_it_of_everybody,
);

fn new(step: i64, codes: &[&str]) -> NewSecondFactor {
    let recovery_codes = codes.iter().map(ToString::to_string).collect();
    NewSecondFactor { sealed: "sealed".to_owned(), step, recovery_codes }
}

async fn with_it(bed: &Bed, name: &str, role: Role) -> PersonId {
    let id = bed.somebody(name, role).await;
    assert!(bed.store.turn_on_second_factor(bed.deed(id), new(10, &["one", "two"])).await.unwrap());
    id
}

async fn standing(bed: &Bed, id: PersonId) -> (Option<Timestamp>, i64, bool) {
    let it = bed.store.second_factor_standing(id).await.unwrap();
    (it.since, it.n_codes, it.is_required)
}

async fn wants_code(bed: &Bed, name: &str) -> bool {
    bed.store.find_credentials(format!("{name}@luna.example")).await.unwrap().unwrap().wants_code
}

async fn a_second_factor_is_turned_on_once(bed: Bed) {
    let mia = bed.somebody("mia", Role::Admin).await;
    assert_eq!((standing(&bed, mia).await, wants_code(&bed, "mia").await), ((None, 0, false), false));
    assert_eq!(bed.store.find_second_factor(mia).await.unwrap(), None);
    assert!(bed.store.turn_on_second_factor(bed.deed(mia), new(10, &["one"])).await.unwrap());
    assert_eq!(bed.last_action().await, (Action::SecondFactorOn, Some(mia), Some(Subject::Person(mia))));
    assert_eq!((standing(&bed, mia).await, wants_code(&bed, "mia").await), ((Some(bed.seams.now()), 1, false), true));
    assert_eq!(bed.store.find_second_factor(mia).await.unwrap().as_deref(), Some("sealed"));
    assert!(bed.stands(mia).await.has_second_factor);
    assert!(!bed.store.turn_on_second_factor(bed.deed(mia), new(11, &["two"])).await.unwrap(), "it stays as it is");
}

async fn a_code_is_used_once(bed: Bed) {
    let mia = with_it(&bed, "mia", Role::Admin).await;
    let used = async |step| bed.store.use_step(mia, step).await.unwrap();
    assert!(!used(10).await, "by turning it on");
    assert!(used(12).await && !used(12).await && !used(11).await && used(13).await);
    let ines = bed.somebody("ines", Role::Agent).await;
    assert!(!bed.store.use_step(ines, 20).await.unwrap(), "she has none");
}

async fn a_recovery_code_is_used_once_and_by_its_owner(bed: Bed) {
    let (mia, ines) = (with_it(&bed, "mia", Role::Admin).await, bed.somebody("ines", Role::Agent).await);
    let used = async |by, code: &str| bed.store.use_recovery_code(bed.deed(by), code.to_owned()).await.unwrap();
    assert!(!used(ines, "one").await && !used(mia, "three").await);
    assert!(used(mia, "one").await && !used(mia, "one").await);
    assert_eq!(bed.last_action().await.0, Action::RecoveryCodeUsed);
    assert_eq!(standing(&bed, mia).await.1, 1);
}

async fn new_recovery_codes_end_those_before(bed: Bed) {
    let (mia, ines) = (with_it(&bed, "mia", Role::Admin).await, bed.somebody("ines", Role::Agent).await);
    let replace = async |by| bed.store.replace_recovery_codes(bed.deed(by), vec!["three".to_owned()]).await.unwrap();
    assert!(replace(mia).await && !replace(ines).await);
    assert_eq!((standing(&bed, mia).await.1, standing(&bed, ines).await.1), (1, 0));
    assert!(!bed.store.use_recovery_code(bed.deed(mia), "one".to_owned()).await.unwrap());
    assert!(bed.store.use_recovery_code(bed.deed(mia), "three".to_owned()).await.unwrap());
}

async fn whoever_turns_it_off_has_none(bed: Bed) {
    let mia = with_it(&bed, "mia", Role::Admin).await;
    bed.store.turn_off_second_factor(bed.deed(mia)).await.unwrap();
    assert_eq!(bed.last_action().await.0, Action::SecondFactorOff);
    assert_eq!((standing(&bed, mia).await, wants_code(&bed, "mia").await), ((None, 0, false), false));
    assert!(!bed.store.use_recovery_code(bed.deed(mia), "one".to_owned()).await.unwrap());
    assert!(!bed.store.use_step(mia, 20).await.unwrap());
    assert!(bed.store.turn_on_second_factor(bed.deed(mia), new(5, &[])).await.unwrap(), "and can have it again");
}

async fn an_admin_resets_that_of_somebody_else(bed: Bed) {
    let (mia, ines) = (bed.somebody("mia", Role::Admin).await, with_it(&bed, "ines", Role::Agent).await);
    let noah = bed.somebody("noah", Role::Agent).await;
    let refused = bed.store.reset_second_factor(bed.change(noah, ines)).await.unwrap();
    assert_eq!((refused, wants_code(&bed, "ines").await), (Err(Refusal::NotAllowed), true));
    assert_eq!(bed.store.reset_second_factor(bed.change(mia, ines)).await.unwrap(), Ok(()));
    assert!(!wants_code(&bed, "ines").await);
    assert_eq!(bed.last_action().await, (Action::SecondFactorReset, Some(mia), Some(Subject::Person(ines))));
}

async fn an_admin_requires_it_of_everybody(bed: Bed) {
    let (mia, ines) = (with_it(&bed, "mia", Role::Admin).await, bed.somebody("ines", Role::Agent).await);
    let lacks = async |id| bed.store.find_signed_in(id).await.unwrap().unwrap().lacks_second_factor;
    assert!(!lacks(mia).await && !lacks(ines).await);
    let require = async |by, it| bed.store.require_second_factor(bed.deed(by), it).await.unwrap();
    assert_eq!(require(ines, true).await, Err(Refusal::NotAllowed));
    assert_eq!(require(mia, true).await, Ok(()));
    assert!(!lacks(mia).await && lacks(ines).await && standing(&bed, ines).await.2);
    assert_eq!(bed.last_action().await.0, Action::SecondFactorRequired);
    let n_lines = bed.store.list_audit(None, 100).await.unwrap().len();
    assert_eq!(require(mia, true).await, Ok(()));
    assert_eq!(bed.store.list_audit(None, 100).await.unwrap().len(), n_lines, "nothing was changed");
    assert_eq!(require(mia, false).await, Ok(()));
    assert!(!lacks(ines).await);
    assert_eq!(bed.last_action().await.0, Action::SecondFactorOptional);
}
