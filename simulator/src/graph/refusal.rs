//! What reading, signing in and thread control refuse, in Meta's codes and words.

use super::error::GraphError;
use axum::http::StatusCode;

pub fn parameter(why: &str) -> GraphError {
    refused(100, None, &format!("(#100) {why}"))
}

pub fn no_field(field: &str, node: &str) -> GraphError {
    parameter(&format!("Tried accessing nonexisting field ({field}) on node type ({node})"))
}

pub fn field_syntax(at: usize) -> GraphError {
    refused(2500, None, &format!("Syntax error in the parameter fields at character {at}."))
}

/// Also what Meta says of messages that it does not want to show any more.
pub fn message_deleted() -> GraphError {
    refused(9_000_001, None, "This Message has been deleted by the user or the business.")
}

pub fn no_permission(permission: &str) -> GraphError {
    refused(10, None, &format!("(#10) Application does not have permission for this action: {permission} is missing"))
}

pub fn page_permission(permission: &str) -> GraphError {
    refused(200, None, &format!("(#200) Requires {permission} permission to manage the object"))
}

pub fn no_profile() -> GraphError {
    refused(100, Some(2_018_218), "(#100) No profile available for this user.")
}

pub fn profile_permission() -> GraphError {
    refused(100, Some(2_018_247), "(#100) Insufficient permission to access user profile.")
}

pub fn no_instagram_user() -> GraphError {
    refused(100, Some(2_534_014), "(#100) No matching Instagram user")
}

pub fn no_page_user() -> GraphError {
    refused(100, Some(2_018_001), "(#100) No matching user found")
}

pub fn page_not_linked() -> GraphError {
    refused(100, Some(2_534_013), "(#100) The page is not linked to an Instagram account")
}

pub fn not_thread_owner() -> GraphError {
    refused(100, Some(2_534_037), "(#100) The action is invalid since it's not the thread owner.")
}

pub fn thread_controlled() -> GraphError {
    refused(10, Some(2_018_300), "(#10) Message failed to send because another app is controlling this thread now.")
}

pub fn no_receiver_role() -> GraphError {
    refused(100, Some(2_018_171), "(#100) Only primary and secondary receivers may do this.")
}

pub fn client_secret() -> GraphError {
    refused(1, None, "Error validating client secret.")
}

pub fn no_app(id: &str) -> GraphError {
    refused(
        101,
        None,
        &format!("Error validating application. Cannot get application info due to a system error. ({id})"),
    )
}

pub fn code_expired() -> GraphError {
    refused(100, Some(36_007), "This authorization code has expired.")
}

pub fn code_of_another_address() -> GraphError {
    refused(
        100,
        Some(36_008),
        "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in \
         the OAuth dialog request",
    )
}

pub fn code_used() -> GraphError {
    refused(100, Some(36_009), "This authorization code has been used.")
}

pub fn callback(why: &str) -> GraphError {
    refused(2200, None, &format!("(#2200) Callback verification failed with the following errors: {why}"))
}

pub fn not_our_token() -> GraphError {
    refused(190, None, "Invalid OAuth access token - Cannot parse access token")
}

fn refused(code: u32, subcode: Option<u32>, message: &str) -> GraphError {
    GraphError {
        status: StatusCode::BAD_REQUEST,
        code,
        subcode,
        kind: "OAuthException",
        message: message.to_owned(),
        user_title: None,
        user_message: None,
        transient: false,
    }
}
