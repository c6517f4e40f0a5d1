//! Everything needed to answer a failing page, read at once.

use rayback_core::settings::Settings;
use rayback_core::view::World;
use rayback_core::watch::Watch;

use crate::browser::storage::Area;
use crate::concurrent::both;
use crate::error::Error;

use super::forms::{self, Forms};
use super::{Key, settings, watches, world};

/// What's stored about one origin, and for all of them.
pub(crate) struct Reading {
    /// The origin's watch; `None` if there's none, or none that this version can read.
    pub(crate) watch: Option<Watch>,
    /// The user's settings.
    pub(crate) settings: Settings,
    /// The submitted forms.
    pub(crate) forms: Forms,
    /// Everything else that's drawn.
    pub(crate) world: World,
}

impl Reading {
    /// Reads both storage areas at the same time.
    pub(crate) async fn load(key: &Key) -> Result<Self, Error> {
        let world_keys = world::keys(key);
        let mut session_keys = vec![forms::SENT, forms::RESTORABLE, key.as_str()];
        session_keys.extend(world_keys.iter().map(String::as_str));
        let local_keys = [settings::KEY, forms::SINCE, key.as_str()];
        let (local, session) = both(Area::Local.get_many(&local_keys), Area::Session.get_many(&session_keys)).await;
        let (local, session) = (local?, session?);
        let watch = if key.area() == Area::Local { &local } else { &session }.get(key.as_str())?;
        Ok(Self {
            watch: if watch.is_undefined() { None } else { watches::read(key, &watch).await },
            settings: settings::read(&local.get(settings::KEY)?).await,
            forms: Forms::read(&local.get(forms::SINCE)?, &session)?,
            world: world::of(key, &session)?,
        })
    }
}
