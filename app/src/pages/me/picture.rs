use super::{Saved, change};
use crate::parts::avatar::{Avatar, Faces};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::person::PersonId;

/// What colleagues see of the person beside their name. A form with a file is encoded in its own way.
#[component]
pub(super) fn PictureSet(id: PersonId, name: String, problem: Option<&'static str>) -> Piece {
    let seed = id.to_string();
    let has_one = use_context::<Faces>().unwrap_or_default().find(&seed).is_some();
    let remove = has_one.then(|| {
        view! {
            <PostForm action=Path::RemoveMyPicture.to_string()>
                <button type="submit" class="button button--quiet">"Remove picture"</button>
            </PostForm>
        }
    });
    let (words, class, role) = match problem {
        Some(words) => (words, "field__problem", Some("alert")),
        None => ("A square of its middle is shown. PNG, JPEG or WebP, at most 8 MB.", "field__hint", None),
    };
    piece! {
        <section class="page__set" aria-labelledby="your-picture">
            <h2 class="page__heading" id="your-picture">"Picture"</h2>
            <div class="page__form picture">
                <Avatar name seed class="avatar--xl"/>
                <form method="post" enctype="multipart/form-data" action=change(Saved::Picture) class="picture__form">
                    <input type="file" name="picture" accept="image/png,image/jpeg,image/webp" required
                        aria-labelledby="your-picture" aria-describedby="picture-below"
                        aria-invalid=problem.map(|_| "true")/>
                    <p class=class id="picture-below" role=role>{words}</p>
                    <div class="page__acts"><button type="submit" class="button">"Save picture"</button></div>
                </form>
                {remove}
            </div>
        </section>
    }
}
