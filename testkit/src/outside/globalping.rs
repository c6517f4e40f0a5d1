//! Globalping: HTTP measurements from other regions
//! ([API](https://globalping.io/docs/api.globalping.io)).

use std::collections::HashMap;

use http::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, FullResponse, json as json_response, not_found};

/// The result of one remote probe.
#[derive(Clone, Debug)]
pub struct Vantage {
    /// The probe's continent, two letters.
    pub continent: &'static str,
    /// The probe's country, two letters.
    pub country: &'static str,
    /// The probe's city.
    pub city: &'static str,
    /// The status of its response; `None` if its request fails.
    pub status: Option<u16>,
    /// The data centre that responds, from `cf-ray`.
    pub data_centre: &'static str,
}

/// The service: its measurements and their results.
pub(super) struct Globalping {
    pub(super) vantages: Vec<Vantage>,
    /// The number of polls of each measurement, by its identifier.
    polls: HashMap<String, u32>,
}

impl Default for Globalping {
    fn default() -> Self {
        let vantage = |continent, country, city, data_centre| Vantage {
            continent,
            country,
            city,
            status: Some(522),
            data_centre,
        };
        Self {
            vantages: vec![
                vantage("EU", "DE", "Falkenstein", "FRA"),
                vantage("NA", "US", "Ashburn", "IAD"),
                vantage("AS", "JP", "Tokyo", "NRT"),
            ],
            polls: HashMap::new(),
        }
    }
}

impl Globalping {
    pub(super) fn respond(&mut self, call: &Call) -> FullResponse {
        match (call.method.as_str(), call.path.as_str()) {
            ("POST", "/v1/measurements") => self.create(&call.body),
            ("GET", "/v1/limits") => {
                let create = json!({"type": "ip", "limit": 250, "remaining": 250, "reset": 0});
                json_response(Response::builder(), &json!({"rateLimit": {"measurements": {"create": create}}}))
            }
            ("GET", path) => match path.strip_prefix("/v1/measurements/") {
                Some(id) => self.poll(id),
                None => not_found(),
            },
            _ => not_found(),
        }
    }

    fn create(&mut self, body: &[u8]) -> FullResponse {
        #[derive(Deserialize)]
        struct Order {
            r#type: String,
            #[expect(dead_code, reason = "makes the member required")]
            target: String,
        }
        let order: Option<Order> = serde_json::from_slice(body).ok();
        if order.is_none_or(|order| order.r#type != "http") {
            let error = json!({"type": "validation_error", "message": "Parameter validation failed."});
            return json_response(Response::builder().status(400), &json!({"error": error}));
        }
        let id = format!("nzGzfAGL7sZfUs{:02}", self.polls.len());
        self.polls.insert(id.clone(), 0);
        let response = Response::builder()
            .status(202)
            .header("location", format!("https://api.globalping.io/v1/measurements/{id}"))
            .header("x-ratelimit-limit", 250)
            .header("x-ratelimit-consumed", self.vantages.len())
            .header("x-ratelimit-remaining", 250_usize.saturating_sub(self.vantages.len()))
            .header("x-ratelimit-reset", 3600);
        json_response(response, &json!({"id": id, "probesCount": self.vantages.len()}))
    }

    /// In progress at the first poll, finished at the second.
    fn poll(&mut self, id: &str) -> FullResponse {
        let Some(polls) = self.polls.get_mut(id) else {
            return not_found();
        };
        *polls += 1;
        let finished = *polls > 1;
        let results: Vec<_> = self.vantages.iter().map(|vantage| result(vantage, finished)).collect();
        json_response(
            Response::builder(),
            &json!({
                "id": id,
                "type": "http",
                "status": if finished { "finished" } else { "in-progress" },
                "probesCount": results.len(),
                "results": results,
            }),
        )
    }
}

fn result(vantage: &Vantage, finished: bool) -> Value {
    let result = match (finished, vantage.status) {
        (false, _) => json!({"status": "in-progress", "rawOutput": ""}),
        (true, None) => json!({"status": "failed", "rawOutput": "connection timed out", "failureSource": "target"}),
        (true, Some(status)) => json!({
            "status": "finished",
            "statusCode": status,
            "statusCodeName": "",
            "headers": {"server": "cloudflare", "cf-ray": format!("9f140b785e57c458-{}", vantage.data_centre)},
            "rawHeaders": "",
            "rawBody": "",
            "truncated": false,
            "resolvedAddress": "104.16.132.229",
            "timings": {"total": 240, "dns": 12, "tcp": 20, "tls": 41, "firstByte": 160, "download": 7},
        }),
    };
    json!({
        "probe": {
            "continent": vantage.continent,
            "country": vantage.country,
            "state": null,
            "city": vantage.city,
            "asn": 64_496,
            "network": "Example Network",
            "latitude": 0.0,
            "longitude": 0.0,
            "tags": ["datacenter-network"],
            "resolvers": ["private"],
        },
        "result": result,
    })
}
