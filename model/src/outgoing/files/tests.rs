use super::*;

const PLATFORMS: [Platform; 2] = [Platform::Instagram, Platform::Page];

fn taken(platform: Platform, content_type: &str) -> bool {
    fits(platform, file_kind(content_type), content_type, 1).is_ok()
}

#[test]
fn each_platform_takes_its_own_types() {
    let both = [
        "image/jpeg",
        "image/png",
        "image/gif",
        "IMAGE/PNG",
        "audio/aac",
        "audio/mp4",
        "audio/x-wav",
        "video/mp4",
        "video/quicktime",
        "video/webm",
        "video/x-msvideo",
        "video/ogg",
        "application/ogg",
        "application/pdf",
    ];
    for content_type in both {
        assert!(PLATFORMS.into_iter().all(|it| taken(it, content_type)), "{content_type}");
    }
    let messenger_only = [
        "image/webp",
        "image/heic",
        "image/svg+xml",
        "audio/mpeg",
        "audio/ogg; codecs=opus",
        "video/3gpp",
        "text/plain",
        "application/zip",
        "application/octet-stream",
        "",
    ];
    for content_type in messenger_only {
        assert!(taken(Platform::Page, content_type) && !taken(Platform::Instagram, content_type), "{content_type}");
    }
}

#[test]
fn a_type_must_be_of_its_kind() {
    for platform in PLATFORMS {
        assert!(fits(platform, FileKind::Image, "video/mp4", 1).is_err());
        assert!(fits(platform, FileKind::Video, "audio/mp4", 1).is_err());
        assert!(fits(platform, FileKind::Audio, "image/png", 1).is_err());
    }
    assert_eq!(fits(Platform::Instagram, FileKind::Audio, "video/mp4", 1), Ok(()), "a voice message as MP4");
}

#[test]
fn sizes_end_at_8_and_25_mb() {
    for platform in PLATFORMS {
        for (content_type, most) in
            [("image/png", 8 * MB), ("audio/aac", 25 * MB), ("video/mp4", 25 * MB), ("application/pdf", 25 * MB)]
        {
            let kind = file_kind(content_type);
            assert_eq!(fits(platform, kind, content_type, most), Ok(()));
            let problem = FileProblem::TooLarge { platform, kind, size: most + 1, most };
            assert_eq!(fits(platform, kind, content_type, most + 1), Err(problem));
        }
    }
}

#[test]
fn the_words_say_what_is_taken() {
    let words = |platform, content_type: &str, size| {
        fits(platform, file_kind(content_type), content_type, size).unwrap_err().words()
    };
    let (instagram, messenger) = (Platform::Instagram, Platform::Page);
    assert_eq!(words(instagram, "image/jpeg", 11 * MB), "The picture is 11 MB, Instagram takes 8 MB.");
    assert_eq!(words(messenger, "video/mp4", 25 * MB + 1), "The video is 25.1 MB, Messenger takes 25 MB.");
    for content_type in ["image/webp", "image/heic"] {
        assert_eq!(words(instagram, content_type, 1), "Instagram takes pictures as JPEG, PNG or GIF only.");
    }
    assert_eq!(words(instagram, "audio/mpeg", 1), "Instagram takes audio as AAC, M4A, WAV or MP4 only.");
    assert_eq!(words(instagram, "application/zip", 1), "Instagram takes files as PDF only.");
}

#[test]
fn pictures_of_the_four_known_types_can_be_made_anew() {
    for content_type in ["image/jpeg", "image/png", "image/gif", "image/webp"] {
        assert!(can_be_converted(content_type));
    }
    for content_type in ["image/heic", "image/svg+xml", "image/bmp", "video/mp4", "application/pdf"] {
        assert!(!can_be_converted(content_type));
    }
}
