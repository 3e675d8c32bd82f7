//! The site: everything that a handler or the worker needs, in one cheap handle.

use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::db::Db;
use crate::locale::Locales;
use crate::web::endpoint::NotExtracted;
use crate::web::page::Templates;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex, PoisonError};

/// A running site. Clones lead to the same one.
#[derive(Clone)]
pub struct Site {
    /// The database.
    pub db: Db,
    /// What time it is.
    pub clock: Clock,
    /// The settings.
    pub config: Arc<Config>,
    /// Every page's template.
    pub templates: Templates,
    /// Every sentence.
    pub locales: Locales,
    shelf: Arc<Mutex<Shelf>>,
}

type Shelf = HashMap<TypeId, Arc<dyn Any + Send + Sync>>;

impl Site {
    /// Opens the database and reads templates and sentences. Migrates nothing.
    pub fn open(config: Config, clock: Clock) -> anyhow::Result<Self> {
        let locales = Locales::load()?;
        let templates = Templates::load(&locales)?;
        Self::with(config, clock, locales, templates)
    }

    /// The same with templates and sentences that are there already: many sites in one test process share them.
    pub fn with(config: Config, clock: Clock, locales: Locales, templates: Templates) -> anyhow::Result<Self> {
        let db = Db::open(config.database.clone(), config.database_connections, clock.clone())?;
        Ok(Self { db, clock, config: Arc::new(config), templates, locales, shelf: Arc::default() })
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What a slice keeps in memory: one value of each type, made when it is first asked for. A crash may lose it, so it
    /// holds only what the database has too, or what nobody misses (reading positions of the last seconds).
    pub fn kept<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = shelf.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default()));
        match Arc::clone(kept).downcast::<T>() {
            Ok(kept) => kept,
            Err(_) => unreachable!("the shelf keeps each value under its own type"),
        }
    }

    /// A link for a letter: always from the configured address, never from a request's Host header.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.config.public_address)
    }
}

impl FromRequest for Site {
    type Error = NotExtracted;
    type Future = Ready<Result<Self, NotExtracted>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(of(request).map_err(NotExtracted::from))
    }
}

/// The site that a request belongs to.
pub fn of(request: &HttpRequest) -> crate::error::Result<Site> {
    request.app_data::<Site>().cloned().ok_or_else(|| crate::error::Error::Broken(anyhow::anyhow!("the app has no site")))
}
