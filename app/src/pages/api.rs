use crate::parts::frame::{Frame, FramedPage, Place};
use crate::path::Path;
use crate::prelude::*;
use server::api::PATH;
use server::api::guide::{Call, Field, Guide, ProblemKind, Shape};

/// What the API can do, for whoever writes a program that uses it.
#[derive(Debug, Clone)]
pub struct ApiGuide {
    pub frame: Frame,
    pub guide: Guide,
}

#[component]
pub fn ApiPage(api: ApiGuide) -> Piece {
    let ApiGuide { frame, guide } = api;
    let Guide { about, calls, shapes, problems } = guide;
    piece! {
        <FramedPage frame place=Place::Tokens title="API" lead=about>
            <p class="page__words">
                "All of it begins with "<code>{PATH}</code>". Programs read the same as "
                <a class="link-button link-button--inline" href=Path::ApiDocument.to_string()>"an OpenAPI document"</a>"."
            </p>
            {calls.into_iter().map(call).collect_view()}
            <section class="page__part" aria-labelledby="shapes">
                <h2 class="page__heading" id="shapes">"What is sent and given"</h2>
                {shapes.into_iter().map(shape).collect_view()}
            </section>
            <section class="page__part" aria-labelledby="problems">
                <h2 class="page__heading" id="problems">"What can go wrong"</h2>
                <p class="soft">
                    "Problems are application/problem+json with type, title, status and detail. The type ends with one of these."
                </p>
                {problem_table(problems)}
            </section>
        </FramedPage>
    }
}

fn call(it: Call) -> Piece {
    let Call { method, path, about, scope, parameters, takes, gives } = it;
    let id = format!("{}{}", method.to_lowercase(), path.replace(['/', '{', '}'], "-"));
    let (titled, label) = (id.clone(), format!("Parameters of {method} {path}"));
    let gives = gives.into_iter().map(|(status, what)| format!("{status}: {what}")).collect::<Vec<_>>().join(", ");
    let facts = match takes {
        Some(takes) => format!("Scope {scope}. Takes {takes}. Gives {gives}."),
        None => format!("Scope {scope}. Gives {gives}."),
    };
    let table = (!parameters.is_empty()).then(|| fields(label, parameters));
    piece! {
        <section class="page__part" aria-labelledby=titled>
            <h2 class="page__heading" id=id><code>{method}" "{path}</code></h2>
            <p>{about}</p>
            <p class="soft">{facts}</p>
            {table}
        </section>
    }
}

fn shape(it: Shape) -> Piece {
    let (id, label) = (format!("shape-{}", it.name), format!("Fields of {}", it.name));
    let titled = id.clone();
    let about = (!it.about.is_empty()).then(|| view! { <p class="soft">{it.about}</p> });
    let table = (!it.fields.is_empty()).then(|| fields(label, it.fields));
    piece! {
        <section class="page__more" aria-labelledby=titled>
            <h3 class="strong" id=id>{it.name}</h3>
            {about}
            {table}
        </section>
    }
}

fn fields(label: String, fields: Vec<Field>) -> Piece {
    let rows = fields.into_iter().map(|it| {
        view! {
            <tr>
                <th scope="row"><code>{it.name}</code></th>
                <td>{it.kind}</td>
                <td>{it.about}</td>
            </tr>
        }
    });
    piece! {
        <div class="table-scroll" tabindex="0" role="group" aria-label=label>
            <table class="table table--words">
                <thead>
                    <tr><th scope="col">"Name"</th><th scope="col">"Value"</th><th scope="col">"Meaning"</th></tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

fn problem_table(problems: Vec<ProblemKind>) -> Piece {
    let rows = problems.into_iter().map(|it| {
        view! {
            <tr id=it.name>
                <th scope="row"><code>{it.name}</code></th>
                <td class="number">{it.status.to_string()}</td>
                <td>{it.title}</td>
            </tr>
        }
    });
    piece! {
        <div class="table-scroll" tabindex="0" role="group" aria-label="Problems, as a table">
            <table class="table table--words">
                <thead>
                    <tr><th scope="col">"Type"</th><th scope="col" class="number">"Status"</th><th scope="col">"Title"</th></tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}
