//! Storage: `local` outlives the browser, `session` only the worker.
//! <https://developer.chrome.com/docs/extensions/reference/api/storage>

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::error::Error;

/// Where a value is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Area {
    /// On the disk.
    Local,
    /// In memory, until the browser closes or the extension is replaced.
    Session,
}

impl Area {
    /// The value of a key; `undefined` if there is none.
    pub(crate) async fn get(self, key: &str) -> Result<JsValue, Error> {
        let found = match self {
            Self::Local => js::local_get(&key.into()).await,
            Self::Session => js::session_get(&key.into()).await,
        }
        .map_err(Error::browser("storage.get"))?;
        Reflect::get(&found, &key.into()).map_err(Error::browser("storage.get"))
    }

    /// The values of several keys, read at once.
    pub(crate) async fn get_many(self, keys: &[&str]) -> Result<Values, Error> {
        let keys: js_sys::Array = keys.iter().map(|key| JsValue::from_str(key)).collect();
        let found = match self {
            Self::Local => js::local_get(&keys).await,
            Self::Session => js::session_get(&keys).await,
        };
        found.map(Values).map_err(Error::browser("storage.get"))
    }

    /// Every key with its value.
    pub(crate) async fn all(self) -> Result<Vec<(String, JsValue)>, Error> {
        let found = match self {
            Self::Local => js::local_get(&JsValue::NULL).await,
            Self::Session => js::session_get(&JsValue::NULL).await,
        }
        .map_err(Error::browser("storage.get"))?;
        Ok(Object::entries(&Object::from(found))
            .iter()
            .filter_map(|entry| {
                let entry = js_sys::Array::from(&entry);
                Some((entry.get(0).as_string()?, entry.get(1)))
            })
            .collect())
    }

    /// Stores a value under a key.
    pub(crate) async fn set(self, key: &str, value: &JsValue) -> Result<(), Error> {
        let items = Object::new();
        Reflect::set(&items, &key.into(), value).map_err(Error::browser("storage.set"))?;
        match self {
            Self::Local => js::local_set(&items).await,
            Self::Session => js::session_set(&items).await,
        }
        .map_err(Error::browser("storage.set"))
    }

    /// Removes a key, if it is there.
    pub(crate) async fn remove(self, key: &str) -> Result<(), Error> {
        match self {
            Self::Local => js::local_remove(key).await,
            Self::Session => js::session_remove(key).await,
        }
        .map_err(Error::browser("storage.remove"))
    }
}

/// Values that were read at once.
pub(crate) struct Values(JsValue);

impl Values {
    /// The value of a key; `undefined` if there's none.
    pub(crate) fn get(&self, key: &str) -> Result<JsValue, Error> {
        Reflect::get(&self.0, &key.into()).map_err(Error::browser("storage.get"))
    }
}

/// Calls a function with each change and the name of its area, as long as the page lives.
pub(crate) fn on_changed(changed: &Closure<dyn FnMut(JsValue, String)>) {
    js::add_listener(changed);
}

mod js {
    use js_sys::Object;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "storage", "local"], js_name = get)]
        pub(super) async fn local_get(keys: &JsValue) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "storage", "local"], js_name = set)]
        pub(super) async fn local_set(items: &Object) -> Result<(), JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "storage", "local"], js_name = remove)]
        pub(super) async fn local_remove(key: &str) -> Result<(), JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "storage", "session"], js_name = get)]
        pub(super) async fn session_get(keys: &JsValue) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "storage", "session"], js_name = set)]
        pub(super) async fn session_set(items: &Object) -> Result<(), JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "storage", "session"], js_name = remove)]
        pub(super) async fn session_remove(key: &str) -> Result<(), JsValue>;
        #[wasm_bindgen(js_namespace = ["chrome", "storage", "onChanged"], js_name = addListener)]
        pub(super) fn add_listener(changed: &Closure<dyn FnMut(JsValue, String)>);
    }
}
