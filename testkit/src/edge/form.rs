//! The format of the edge's own error responses.

/// The format of an error response, negotiated by `Accept`
/// ([error responses](https://developers.cloudflare.com/fundamentals/reference/error-responses/)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The branded page.
    Html,
    /// The same members as [`Form::ProblemJson`], as `application/json`.
    Json,
    /// RFC 9457.
    ProblemJson,
    /// Markdown: YAML front matter and a short text.
    Markdown,
    /// `error code: 522`, for clients that aren't browsers and request no particular format.
    PlainText,
}

impl Form {
    /// The format that `accept` requests. The highest quality wins; of equal ones, the first.
    #[must_use]
    pub fn negotiate(accept: Option<&str>, user_agent: Option<&str>) -> Self {
        let mut best: Option<(f32, Self)> = None;
        for range in accept.unwrap_or_default().split(',') {
            let (media_type, quality) = parse(range);
            let form = match media_type.to_ascii_lowercase().as_str() {
                "application/json" => Self::Json,
                "application/problem+json" => Self::ProblemJson,
                "text/markdown" | "text/*" => Self::Markdown,
                "text/html" | "application/xhtml+xml" => Self::Html,
                "*/*" => Self::default_for(user_agent),
                _ => continue,
            };
            if quality > best.map_or(0.0, |(quality, _)| quality) {
                best = Some((quality, form));
            }
        }
        best.map_or_else(|| Self::default_for(user_agent), |(_, form)| form)
    }

    /// Its `content-type`.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=UTF-8",
            Self::Json => "application/json; charset=utf-8",
            Self::ProblemJson => "application/problem+json; charset=utf-8",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::PlainText => "text/plain; charset=UTF-8",
        }
    }

    fn default_for(user_agent: Option<&str>) -> Self {
        if user_agent.is_some_and(|name| name.starts_with("Mozilla/")) { Self::Html } else { Self::PlainText }
    }
}

fn parse(range: &str) -> (&str, f32) {
    let mut parts = range.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default();
    let quality = parts.find_map(|parameter| parameter.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
    (media_type, quality)
}

#[cfg(test)]
mod tests {
    use super::Form;

    const BROWSER: Option<&str> = Some("Mozilla/5.0 (X11; Linux x86_64)");

    #[test]
    fn accept_headers_negotiate_the_documented_formats() {
        for (accept, form) in [
            ("application/json", Form::Json),
            ("application/problem+json", Form::ProblemJson),
            ("application/json, text/markdown;q=0.9", Form::Json),
            ("text/markdown", Form::Markdown),
            ("text/*", Form::Markdown),
            ("text/markdown, application/json", Form::Markdown),
            ("text/html", Form::Html),
            ("*/*", Form::Html),
            ("text/html;q=0.9, application/problem+json", Form::ProblemJson),
            ("text/html, application/json;q=0", Form::Html),
        ] {
            assert_eq!(Form::negotiate(Some(accept), BROWSER), form, "Accept: {accept}");
        }
        assert_eq!(Form::negotiate(None, BROWSER), Form::Html);
    }

    #[test]
    fn a_program_that_requests_no_format_gets_plain_text() {
        assert_eq!(Form::negotiate(Some("*/*"), Some("curl/8.5")), Form::PlainText);
        assert_eq!(Form::negotiate(None, None), Form::PlainText);
    }
}
