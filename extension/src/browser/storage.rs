//! Storage: `local` outlives the browser, `session` only the worker.
//! <https://developer.chrome.com/docs/extensions/reference/api/storage>

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

use super::settled;
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
        Values(self.read(&key.into()).await?).get(key)
    }

    /// The values of several keys, read at once.
    pub(crate) async fn get_many(self, keys: &[&str]) -> Result<Values, Error> {
        let keys: js_sys::Array = keys.iter().map(|key| JsValue::from_str(key)).collect();
        self.read(&keys).await.map(Values)
    }

    /// Every key with its value.
    pub(crate) async fn all(self) -> Result<Vec<(String, JsValue)>, Error> {
        let found = self.read(&JsValue::NULL).await?;
        Ok(Object::entries(&Object::from(found))
            .iter()
            .filter_map(|entry| {
                let entry = js_sys::Array::from(&entry);
                Some((entry.get(0).as_string()?, entry.get(1)))
            })
            .collect())
    }

    /// An object with the values of these keys, of all if they're `null`.
    async fn read(self, keys: &JsValue) -> Result<JsValue, Error> {
        let found = match self {
            Self::Local => js::local_get(keys),
            Self::Session => js::session_get(keys),
        };
        settled("storage.get", found).await
    }

    /// Stores a value under a key.
    pub(crate) async fn set(self, key: &str, value: &JsValue) -> Result<(), Error> {
        let items = Object::new();
        Reflect::set(&items, &key.into(), value).map_err(Error::browser("storage.set"))?;
        let stored = match self {
            Self::Local => js::local_set(&items),
            Self::Session => js::session_set(&items),
        };
        settled("storage.set", stored).await.map(drop)
    }

    /// Removes a key, if it is there.
    pub(crate) async fn remove(self, key: &str) -> Result<(), Error> {
        let removed = match self {
            Self::Local => js::local_remove(key),
            Self::Session => js::session_remove(key),
        };
        settled("storage.remove", removed).await.map(drop)
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
    use js_sys::{Object, Promise};
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "storage", "local"], js_name = get)]
        pub(super) fn local_get(keys: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "storage", "local"], js_name = set)]
        pub(super) fn local_set(items: &Object) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "storage", "local"], js_name = remove)]
        pub(super) fn local_remove(key: &str) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "storage", "session"], js_name = get)]
        pub(super) fn session_get(keys: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "storage", "session"], js_name = set)]
        pub(super) fn session_set(items: &Object) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "storage", "session"], js_name = remove)]
        pub(super) fn session_remove(key: &str) -> Result<Promise, JsValue>;
        #[wasm_bindgen(js_namespace = ["chrome", "storage", "onChanged"], js_name = addListener)]
        pub(super) fn add_listener(changed: &Closure<dyn FnMut(JsValue, String)>);
    }
}
