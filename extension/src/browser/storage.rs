//! Storage: `local` outlives the browser, `session` only the worker.
//! <https://developer.chrome.com/docs/extensions/reference/api/storage>

use js_sys::{Array, Object, Reflect};
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
    /// The value of a key; `undefined` if there's none.
    pub(crate) async fn get(self, key: &str) -> Result<JsValue, Error> {
        Values(self.read(&key.into()).await?).get(key)
    }

    /// The values of several keys, read at once.
    pub(crate) async fn get_many(self, keys: &[&str]) -> Result<Values, Error> {
        self.read(&list(keys)).await.map(Values)
    }

    /// Every key with its value.
    pub(crate) async fn all(self) -> Result<Vec<(String, JsValue)>, Error> {
        let found = self.read(&JsValue::NULL).await?;
        Ok(Object::entries(&Object::from(found))
            .iter()
            .filter_map(|entry| {
                let entry = Array::from(&entry);
                Some((entry.get(0).as_string()?, entry.get(1)))
            })
            .collect())
    }

    /// An object with the values of these keys, of all if they're `null`.
    async fn read(self, keys: &JsValue) -> Result<JsValue, Error> {
        settled("storage.get", self.with(|area| area.get(keys))).await
    }

    /// Stores a value under a key.
    pub(crate) async fn set(self, key: &str, value: &JsValue) -> Result<(), Error> {
        let items = Object::new();
        Reflect::set(&items, &key.into(), value).map_err(Error::browser("storage.set"))?;
        settled("storage.set", self.with(|area| area.set(&items))).await.map(drop)
    }

    /// Removes these keys at once, if they're there.
    pub(crate) async fn remove(self, keys: &[&str]) -> Result<(), Error> {
        let keys = list(keys);
        settled("storage.remove", self.with(|area| area.remove(&keys))).await.map(drop)
    }

    /// Removes every key with this prefix.
    pub(crate) async fn remove_all(self, prefix: &str) -> Result<(), Error> {
        let found = self.all().await?;
        let keys: Vec<_> = found.iter().map(|(key, _)| key.as_str()).filter(|key| key.starts_with(prefix)).collect();
        if keys.is_empty() { Ok(()) } else { self.remove(&keys).await }
    }

    fn with<T>(self, call: impl FnOnce(&js::StorageArea) -> T) -> T {
        match self {
            Self::Local => js::LOCAL.with(call),
            Self::Session => js::SESSION.with(call),
        }
    }
}

fn list(keys: &[&str]) -> Array {
    keys.iter().map(|key| JsValue::from_str(key)).collect()
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
    use js_sys::{Array, Object, Promise};
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        pub(super) type StorageArea;

        #[wasm_bindgen(thread_local_v2, js_namespace = ["chrome", "storage"], js_name = local)]
        pub(super) static LOCAL: StorageArea;
        #[wasm_bindgen(thread_local_v2, js_namespace = ["chrome", "storage"], js_name = session)]
        pub(super) static SESSION: StorageArea;
        #[wasm_bindgen(method, catch)]
        pub(super) fn get(this: &StorageArea, keys: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(method, catch)]
        pub(super) fn set(this: &StorageArea, items: &Object) -> Result<Promise, JsValue>;
        #[wasm_bindgen(method, catch)]
        pub(super) fn remove(this: &StorageArea, keys: &Array) -> Result<Promise, JsValue>;
        #[wasm_bindgen(js_namespace = ["chrome", "storage", "onChanged"], js_name = addListener)]
        pub(super) fn add_listener(changed: &Closure<dyn FnMut(JsValue, String)>);
    }
}
