//! What Meta has to know of us and we of Meta.

use super::Finding::{self, Bad, Good, Odd};
use crate::config::{MetaSettings, Settings};
use crate::vault::key::{self, Source};

pub(super) fn secret_key(settings: &Settings) -> Finding {
    match key::find(settings) {
        Ok(Some((_, Source::Setting))) => Good("secret key: from SWITCHBOARD_SECRET_KEY".to_owned()),
        Ok(Some((_, Source::File(path) | Source::NewFile(path)))) if key::is_open_to_others(&path) => {
            let path = path.display();
            Odd(format!("secret key: others on this machine may read {path}; chmod 600 {path}"))
        }
        Ok(Some((_, source))) => Good(format!("secret key: from {source}")),
        Ok(None) => {
            let path = key::file_of(&settings.database_url);
            Odd(format!("secret key: there is none yet; switchboard serve makes {}", path.display()))
        }
        Err(error) => Bad(format!("secret key: {error}")),
    }
}

pub(super) fn settings(settings: &Settings) -> Vec<Finding> {
    let meta = &settings.meta;
    let secrets = match meta.secrets().count() {
        0 => {
            Odd("Meta app secrets: none (SWITCHBOARD_META_APP_SECRETS); nothing that Meta sends can be believed".into())
        }
        n_secrets => Good(format!("Meta app secrets: {n_secrets}")),
    };
    let verify_token = match &meta.verify_token {
        None => Odd("verify token: not set (SWITCHBOARD_META_VERIFY_TOKEN); Meta cannot subscribe".to_owned()),
        Some(_) => Good("verify token: set".to_owned()),
    };
    let mut findings = vec![secrets, verify_token];
    findings.extend(open_roads(meta));
    findings
}

fn open_roads(meta: &MetaSettings) -> impl Iterator<Item = Finding> {
    let unsafe_ones = [&meta.graph_url, &meta.instagram_graph_url].into_iter().filter(|it| !it.is_safe());
    unsafe_ones.map(|it| Bad(format!("Graph API: {it} is not https: tokens would travel in the open")))
}
