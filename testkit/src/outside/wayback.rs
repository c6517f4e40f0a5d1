//! The Wayback Machine's availability API
//! ([documentation](https://archive.org/help/wayback_api.php)).

use http::Response;
use serde_json::json;

use super::{Call, FullResponse, json as json_response, not_found, text};

/// The time of the newest copy, as `YYYYMMDDhhmmss`.
pub(super) struct Archive(pub(super) Option<String>);

impl Default for Archive {
    fn default() -> Self {
        Self(Some("20261030081522".into()))
    }
}

impl Archive {
    pub(super) fn respond(&self, call: &Call) -> FullResponse {
        if call.path != "/wayback/available" {
            return not_found();
        }
        let Some(url) = call.parameter("url") else {
            return text(400, "text/plain", "no url".into());
        };
        // The real service always links its copies with http:.
        let snapshots = match &self.0 {
            Some(timestamp) => json!({"closest": {
                "available": true,
                "url": format!("http://web.archive.org/web/{timestamp}/{url}"),
                "timestamp": timestamp,
                "status": "200",
            }}),
            None => json!({}),
        };
        json_response(Response::builder(), &json!({"url": url, "archived_snapshots": snapshots}))
    }
}
