//! Cloudflare's address ranges, as published on 2026-08-18, as text and from the API.

use http::Response;
use serde_json::json;

use super::{Call, FullResponse, json as json_response, not_found, text};

const V4: &str = "173.245.48.0/20\n103.21.244.0/22\n103.22.200.0/22\n103.31.4.0/22\n141.101.64.0/18\n\
    108.162.192.0/18\n190.93.240.0/20\n188.114.96.0/20\n197.234.240.0/22\n198.41.128.0/17\n162.158.0.0/15\n\
    104.16.0.0/13\n104.24.0.0/14\n172.64.0.0/13\n131.0.72.0/22";

const V6: &str = "2400:cb00::/32\n2606:4700::/32\n2803:f800::/32\n2405:b500::/32\n2405:8100::/32\n\
    2a06:98c0::/29\n2c0f:f248::/32";

pub(super) fn respond(call: &Call) -> FullResponse {
    match call.path.as_str() {
        "/ips-v4" | "/ips-v4/" => text(200, "text/plain", V4.into()),
        "/ips-v6" | "/ips-v6/" => text(200, "text/plain", V6.into()),
        "/client/v4/ips" => {
            let list = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
            let result =
                json!({"ipv4_cidrs": list(V4), "ipv6_cidrs": list(V6), "etag": "38f79d050aa027e3be3865e495dcc9bc"});
            json_response(
                Response::builder(),
                &json!({"result": result, "success": true, "errors": [], "messages": []}),
            )
        }
        _ => not_found(),
    }
}
