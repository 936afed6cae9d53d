//! Who is where, as far as this process knows.

use model::desk::{PRESENT_FOR_S, Present};
use model::ids::{AccountId, ConversationId};
use model::inbox::NamedPerson;
use model::person::PersonId;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use tokio::time::Instant;

const PRESENT_FOR: Duration = Duration::from_secs(PRESENT_FOR_S.unsigned_abs());
/// A browser says that somebody writes every few seconds.
const WRITES_FOR: Duration = Duration::from_secs(6);
/// Pages of one person; whoever has more open shows the newest.
const PAGES_MOST: usize = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub conversation: ConversationId,
    pub account: AccountId,
}

#[derive(Default)]
pub(super) struct Places {
    pages: HashMap<(PersonId, String), Stay>,
    writing: HashMap<(PersonId, ConversationId), Stay>,
    /// By process.
    elsewhere: HashMap<(String, ConversationId), Elsewhere>,
    /// What was told last.
    told: HashMap<ConversationId, Vec<Present>>,
}

struct Stay {
    name: String,
    place: Place,
    until: Instant,
}

struct Elsewhere {
    place: Place,
    people: Vec<Present>,
    until: Instant,
}

impl Places {
    /// A page shows that conversation, or none. The answer of this and the others is where something
    /// may have changed.
    pub(super) fn be_at(&mut self, me: &NamedPerson, page: String, at: Option<Place>, now: Instant) -> Vec<Place> {
        let key = (me.id, page);
        let mut touched: Vec<Place> = self.pages.remove(&key).map(|it| it.place).into_iter().collect();
        if let Some(place) = at {
            touched.extend(self.make_room(me.id));
            self.pages.insert(key, Stay { name: me.name.clone(), place, until: now + PRESENT_FOR });
            touched.push(place);
        }
        touched.dedup();
        touched
    }

    fn make_room(&mut self, person: PersonId) -> Option<Place> {
        let mine = || self.pages.iter().filter(|((of, _), _)| *of == person);
        if mine().count() < PAGES_MOST {
            return None;
        }
        let oldest = mine().min_by_key(|(_, it)| it.until).map(|(key, _)| key.clone())?;
        self.pages.remove(&oldest).map(|it| it.place)
    }

    pub(super) fn write(&mut self, me: &NamedPerson, place: Place, on: bool, now: Instant) -> Vec<Place> {
        let key = (me.id, place.conversation);
        if on {
            self.writing.insert(key, Stay { name: me.name.clone(), place, until: now + WRITES_FOR });
            return vec![place];
        }
        self.writing.remove(&key).map(|it| it.place).into_iter().collect()
    }

    pub(super) fn gone(&mut self, person: PersonId) -> Vec<Place> {
        let pages = self.pages.extract_if(|(of, _), _| *of == person).map(|(_, it)| it.place);
        let mut touched: Vec<Place> = pages.collect();
        touched.extend(self.writing.extract_if(|(of, _), _| *of == person).map(|(_, it)| it.place));
        touched
    }

    /// What another process says of a conversation, all of it.
    pub(super) fn hear(&mut self, process: String, place: Place, people: Vec<Present>, now: Instant) {
        let key = (process, place.conversation);
        if people.is_empty() {
            self.elsewhere.remove(&key);
        } else {
            self.elsewhere.insert(key, Elsewhere { place, people, until: now + PRESENT_FOR });
        }
    }

    pub(super) fn expire(&mut self, now: Instant) -> Vec<Place> {
        let pages = self.pages.extract_if(|_, it| it.until <= now).map(|(_, it)| it.place);
        let mut touched: Vec<Place> = pages.collect();
        touched.extend(self.writing.extract_if(|_, it| it.until <= now).map(|(_, it)| it.place));
        touched.extend(self.elsewhere.extract_if(|_, it| it.until <= now).map(|(_, it)| it.place));
        touched
    }

    /// When the next expires.
    pub(super) fn next(&self) -> Option<Instant> {
        let ours = self.pages.values().chain(self.writing.values()).map(|it| it.until);
        ours.chain(self.elsewhere.values().map(|it| it.until)).min()
    }

    /// Those of this process.
    pub(super) fn ours(&self, at: ConversationId) -> Vec<Present> {
        sorted(self.found_here(at))
    }

    pub(super) fn people(&self, at: ConversationId) -> Vec<Present> {
        let mut found = self.found_here(at);
        for it in self.elsewhere.values().filter(|it| it.place.conversation == at).flat_map(|it| &it.people) {
            let present = found.entry(it.person.id).or_insert_with(|| it.clone());
            present.is_writing |= it.is_writing;
        }
        sorted(found)
    }

    fn found_here(&self, at: ConversationId) -> BTreeMap<PersonId, Present> {
        let mut found = BTreeMap::new();
        let pages = self.pages.iter().map(|((person, _), stay)| (*person, stay, false));
        let writing = self.writing.iter().map(|((person, _), stay)| (*person, stay, true));
        for (id, stay, is_writing) in pages.chain(writing).filter(|(_, stay, _)| stay.place.conversation == at) {
            let name = || NamedPerson { id, name: stay.name.clone() };
            let present = found.entry(id).or_insert_with(|| Present { person: name(), is_writing });
            present.is_writing |= is_writing;
        }
        found
    }

    /// Who is there now, if that is not what was told last.
    pub(super) fn news(&mut self, place: Place) -> Option<Vec<Present>> {
        let people = self.people(place.conversation);
        let told = self.told.get(&place.conversation).map(Vec::as_slice).unwrap_or_default();
        if people == told {
            return None;
        }
        if people.is_empty() {
            self.told.remove(&place.conversation);
        } else {
            self.told.insert(place.conversation, people.clone());
        }
        Some(people)
    }
}

fn sorted(found: BTreeMap<PersonId, Present>) -> Vec<Present> {
    let mut people: Vec<Present> = found.into_values().collect();
    people.sort_by_cached_key(|it| (it.person.name.to_lowercase(), it.person.id));
    people
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::Id as _;

    fn place(n: i64) -> Place {
        Place { conversation: ConversationId::compose(n, [1; 10]), account: AccountId::compose(1, [2; 10]) }
    }

    fn person(n: i64, name: &str) -> NamedPerson {
        NamedPerson { id: PersonId::compose(n, [0; 10]), name: name.to_owned() }
    }

    fn names(people: &[Present]) -> Vec<String> {
        people.iter().map(|it| format!("{}{}", it.person.name, if it.is_writing { " writes" } else { "" })).collect()
    }

    #[test]
    fn somebody_is_where_a_page_of_theirs_is_until_it_says_otherwise() {
        let (mut places, mia, now) = (Places::default(), person(1, "Mia"), Instant::now());
        let [kiln, mugs] = [place(1), place(2)];
        let page = || "a".to_owned();
        assert_eq!(places.be_at(&mia, page(), Some(kiln), now), [kiln]);
        assert_eq!(names(&places.news(kiln).unwrap()), ["Mia"]);
        places.be_at(&mia, page(), Some(kiln), now);
        assert_eq!(places.news(kiln), None, "nothing new");
        assert_eq!(places.be_at(&mia, page(), Some(mugs), now), [kiln, mugs]);
        assert_eq!(places.news(kiln), Some(Vec::new()));
        places.be_at(&mia, "b".to_owned(), Some(mugs), now);
        assert_eq!(names(&places.people(mugs.conversation)), ["Mia"], "once, however many pages");
        assert_eq!(places.be_at(&mia, page(), None, now), [mugs]);
        assert_eq!(names(&places.people(mugs.conversation)), ["Mia"]);
        assert_eq!(places.gone(mia.id), [mugs]);
        assert!(places.people(mugs.conversation).is_empty());
    }

    #[test]
    fn whoever_says_nothing_is_not_there_any_more() {
        let (mut places, now, kiln) = (Places::default(), Instant::now(), place(1));
        let [mia, ines] = [person(1, "Mia"), person(2, "Ines")];
        places.be_at(&mia, "a".to_owned(), Some(kiln), now);
        places.write(&ines, kiln, true, now);
        assert_eq!(names(&places.people(kiln.conversation)), ["Ines writes", "Mia"]);
        assert_eq!(places.next(), Some(now + WRITES_FOR));
        assert_eq!(places.expire(now + WRITES_FOR), [kiln]);
        assert_eq!(names(&places.people(kiln.conversation)), ["Mia"]);
        assert_eq!(places.expire(now + PRESENT_FOR), [kiln]);
        assert!(places.people(kiln.conversation).is_empty() && places.next().is_none());
    }

    #[test]
    fn writing_ends_when_it_is_said() {
        let (mut places, now, kiln, mia) = (Places::default(), Instant::now(), place(1), person(1, "Mia"));
        places.be_at(&mia, "a".to_owned(), Some(kiln), now);
        places.write(&mia, kiln, true, now);
        assert_eq!(names(&places.people(kiln.conversation)), ["Mia writes"]);
        assert_eq!(places.write(&mia, kiln, false, now), [kiln]);
        assert_eq!(names(&places.people(kiln.conversation)), ["Mia"]);
        assert!(places.write(&mia, kiln, false, now).is_empty());
    }

    #[test]
    fn other_processes_count_until_they_say_nothing_more() {
        let (mut places, now, kiln) = (Places::default(), Instant::now(), place(1));
        let [mia, ines] = [person(1, "Mia"), person(2, "Ines")];
        places.be_at(&mia, "a".to_owned(), Some(kiln), now);
        let there = [(mia, true), (ines, false)].map(|(person, is_writing)| Present { person, is_writing });
        places.hear("other".to_owned(), kiln, there.to_vec(), now);
        assert_eq!(names(&places.people(kiln.conversation)), ["Ines", "Mia writes"]);
        assert_eq!(names(&places.ours(kiln.conversation)), ["Mia"]);
        places.hear("other".to_owned(), kiln, Vec::new(), now);
        assert_eq!(names(&places.people(kiln.conversation)), ["Mia"]);
        places.hear("other".to_owned(), kiln, there.to_vec(), now + Duration::from_secs(1));
        places.expire(now + PRESENT_FOR);
        assert_eq!(names(&places.people(kiln.conversation)), ["Ines", "Mia writes"]);
        places.expire(now + PRESENT_FOR + Duration::from_secs(1));
        assert!(places.people(kiln.conversation).is_empty());
    }

    #[test]
    fn a_person_has_only_so_many_pages() {
        let (mut places, now, mia) = (Places::default(), Instant::now(), person(1, "Mia"));
        for n in 0..PAGES_MOST {
            let n_s = u64::try_from(n).unwrap();
            places.be_at(&mia, n.to_string(), Some(place(1)), now + Duration::from_secs(n_s));
        }
        let touched = places.be_at(&mia, "one more".to_owned(), Some(place(2)), now + PRESENT_FOR);
        assert_eq!(touched, [place(1), place(2)]);
        assert_eq!(places.pages.len(), PAGES_MOST);
        assert!(!places.pages.contains_key(&(mia.id, "0".to_owned())));
    }
}
