//! The files of the page, which are a part of the program.

/// A file of the page.
pub struct PageFile {
    pub content_type: &'static str,
    pub text: &'static str,
}

/// The file of this path. Nothing else is served: no path leads to the disk.
pub fn file(path: &str) -> Option<PageFile> {
    let (content_type, text) = match path {
        "/" => ("text/html; charset=utf-8", include_str!("page/index.html")),
        "/style.css" => ("text/css; charset=utf-8", include_str!("page/style.css")),
        "/player.js" => ("text/javascript; charset=utf-8", include_str!("page/player.js")),
        "/page.js" => ("text/javascript; charset=utf-8", include_str!("page/page.js")),
        "/icon.svg" => ("image/svg+xml", include_str!("page/icon.svg")),
        _ => return None,
    };
    Some(PageFile { content_type, text })
}
