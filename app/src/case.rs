//! Capital and small letters of every script. The browser has the tables already; Rust's would be
//! carried to it a second time.

pub fn small(text: &str) -> String {
    #[cfg(feature = "ssr")]
    return text.to_lowercase();
    #[cfg(not(feature = "ssr"))]
    return js_sys::JsString::from(text).to_lower_case().into();
}

pub fn capital(text: &str) -> String {
    #[cfg(feature = "ssr")]
    return text.to_uppercase();
    #[cfg(not(feature = "ssr"))]
    return js_sys::JsString::from(text).to_upper_case().into();
}
