//! What somebody who logged in lets an app do, until the app has fetched its token for it.

use super::World;
use super::account::{Holder, Token};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use std::collections::BTreeSet;

const CODE_MS: i64 = 60 * 60 * 1000;
/// A token that ended is known as one that ended for so long; then it is as if it had never been.
const REMEMBERED_MS: i64 = 90 * 24 * 60 * 60 * 1000;

#[derive(Debug, Clone)]
pub struct Grant {
    pub app_id: String,
    /// The code is good only together with the address that it was sent to.
    pub redirect_uri: String,
    pub holder: Holder,
    pub permissions: BTreeSet<String>,
    /// Whoever fetches the token must know what this is the SHA-256 of (PKCE).
    pub challenge: Option<String>,
    pub at_ms: i64,
}

/// A code that was given out.
#[derive(Debug)]
pub struct Code {
    value: String,
    grant: Grant,
    used: bool,
}

/// How an app asks for what it was granted.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    pub code: &'a str,
    pub app_id: &'a str,
    pub redirect_uri: &'a str,
    pub verifier: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unredeemed {
    Unknown,
    Used,
    Expired,
    OtherAddress,
    WrongVerifier,
}

impl Code {
    fn is_good(&self, now_ms: i64) -> bool {
        now_ms - self.grant.at_ms < CODE_MS
    }
}

impl World {
    /// The code for it: good for an hour, and once.
    pub fn give_code(&mut self, grant: Grant) -> String {
        let value = self.ids.token("AQ");
        let now_ms = self.now_ms();
        self.codes.retain(|it| it.is_good(now_ms));
        self.codes.push(Code { value: value.clone(), grant, used: false });
        value
    }

    pub fn redeem(&mut self, claim: &Claim) -> Result<Grant, Unredeemed> {
        let now_ms = self.now_ms();
        let is_it = |it: &&mut Code| it.value == claim.code && it.grant.app_id == claim.app_id;
        let code = self.codes.iter_mut().find(is_it).ok_or(Unredeemed::Unknown)?;
        let challenge = claim.verifier.map(|it| URL_SAFE_NO_PAD.encode(digest(&SHA256, it.as_bytes())));
        if code.used {
            return Err(Unredeemed::Used);
        }
        if !code.is_good(now_ms) {
            return Err(Unredeemed::Expired);
        }
        if code.grant.redirect_uri != claim.redirect_uri {
            return Err(Unredeemed::OtherAddress);
        }
        if code.grant.challenge.is_some() && code.grant.challenge != challenge {
            return Err(Unredeemed::WrongVerifier);
        }
        code.used = true;
        Ok(code.grant.clone())
    }

    /// A new token; without end, if it is not said how long it is good.
    pub fn issue(
        &mut self,
        prefix: &str,
        app_id: &str,
        holder: Holder,
        permissions: BTreeSet<String>,
        lasts_ms: Option<i64>,
    ) -> String {
        let value = self.ids.token(prefix);
        let issued_ms = self.now_ms();
        self.tokens.retain(|it| it.expires_ms.is_none_or(|at_ms| issued_ms.saturating_sub(at_ms) < REMEMBERED_MS));
        self.tokens.push(Token {
            value: value.clone(),
            app_id: app_id.to_owned(),
            holder,
            permissions,
            issued_ms,
            expires_ms: lasts_ms.map(|it| issued_ms + it),
            revoked: None,
        });
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn what_is_of_no_use_any_more_is_not_kept() {
        let mut world = World::empty(Clock::standing(1_000), "http://meta");
        let grant = |world: &World| Grant {
            app_id: "1".to_owned(),
            redirect_uri: String::new(),
            holder: Holder::User,
            permissions: BTreeSet::new(),
            challenge: None,
            at_ms: world.now_ms(),
        };
        let issue = |world: &mut World, lasts_ms| world.issue("T", "1", Holder::User, BTreeSet::new(), lasts_ms);
        let lasting = issue(&mut world, None);
        let short = issue(&mut world, Some(1_000));
        for _ in 0..3 {
            let before = grant(&world);
            world.give_code(before);
            world.clock.advance(CODE_MS).unwrap();
        }
        assert_eq!(world.codes.len(), 1);
        issue(&mut world, None);
        assert!(world.token(&short).is_some(), "whoever uses it is told that it ended");
        world.clock.advance(REMEMBERED_MS).unwrap();
        issue(&mut world, None);
        assert!(world.token(&short).is_none() && world.token(&lasting).is_some());
    }
}
