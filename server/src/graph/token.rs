//! Tokens that are made to last.

use super::{Access, Graph, GraphError, Token};
use serde_json::Value;

#[derive(Debug)]
pub struct LastingToken {
    pub token: Token,
    /// From now on, if Meta says so.
    pub lasts_s: Option<i64>,
}

impl Graph {
    /// Asks for the next token of an account that is reached by Instagram's own login. The old one must be a day old
    /// and alive. The call stands beside the versions, and of all calls it is documented with the token in the address
    /// only; addresses are in no log and no error.
    pub async fn refresh(&self, access: &Access) -> Result<LastingToken, GraphError> {
        let mut url = self.instagram.clone();
        url.set_path("/refresh_access_token");
        let query = [("grant_type", "ig_refresh_token"), ("access_token", access.token.expose())];
        url.query_pairs_mut().extend_pairs(query);
        let answer = self.say(access, self.client.get(url)).await.outcome?;
        read(&answer).ok_or_else(|| GraphError::strange(200, "the answer holds no token"))
    }
}

pub(super) fn read(answer: &Value) -> Option<LastingToken> {
    let token = answer["access_token"].as_str().filter(|it| !it.is_empty() && Token::is_sayable(it))?;
    let lasts_s = answer["expires_in"].as_i64().filter(|it| *it > 0);
    Some(LastingToken { token: Token::new(token.to_owned()), lasts_s })
}
