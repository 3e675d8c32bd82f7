//! What is served under `/assets/`: style, script, drawings and fonts, embedded in the binary.
//!
//! A name carries the hash of its content, so an answer may be cached for good and a new version has a new address.
//! `src/build.rs` makes the names and the packed forms; brotli only in a release, because it is slow to make.

/// One file, ready to be sent.
#[derive(Debug)]
pub struct Asset {
    /// The name that templates use: `site.css`, `fonts/atkinson-next-latin.woff2`.
    pub name: &'static str,
    /// The address: `/assets/site.0123456789ab.css`.
    pub path: &'static str,
    /// For the header of the same name.
    pub content_type: &'static str,
    /// As it is.
    pub raw: &'static [u8],
    /// Packed with brotli, where that is smaller.
    pub brotli: Option<&'static [u8]>,
    /// Packed with gzip, where that is smaller.
    pub gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Everything that is served.
pub fn all() -> &'static [Asset] {
    ASSETS
}

/// The asset at the part of an address that stands after `/assets/`. Only the newest version is known.
pub fn find(path_after_assets: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path.strip_prefix("/assets/") == Some(path_after_assets))
}

/// The address of an asset by the name that templates use; nothing if there is no such asset.
pub fn asset_path(name: &str) -> Option<&'static str> {
    ASSETS.iter().find(|asset| asset.name == name).map(|asset| asset.path)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_found_under_its_hashed_name_only() {
        let path = asset_path("site.css").unwrap();
        let after = path.strip_prefix("/assets/").unwrap();
        assert_eq!(after.len(), "site.0123456789ab.css".len());
        assert_eq!(find(after).unwrap().name, "site.css");
        assert!(find("site.css").is_none());
        assert!(find("../Cargo.toml").is_none());
        assert!(asset_path("no-such.css").is_none());
    }

    #[test]
    fn the_sheet_names_fonts_that_exist() {
        let sheet =
            std::str::from_utf8(find(asset_path("site.css").unwrap().strip_prefix("/assets/").unwrap()).unwrap().raw)
                .unwrap();
        let mut fonts = 0;
        for part in sheet.split("url(\"").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(find(name).is_some(), "{name}");
            fonts += 1;
        }
        assert_eq!(fonts, 2);
    }

    #[test]
    fn the_budget_of_the_sheet_holds() {
        let sheet = ASSETS.iter().find(|asset| asset.name == "site.css").unwrap();
        assert!(sheet.raw.len() <= 31 * 1024, "{} bytes", sheet.raw.len());
    }

    #[test]
    fn what_is_text_is_packed_and_unpacks_to_itself() {
        for asset in all() {
            let Some(packed) = asset.gzip else {
                assert!(asset.name.starts_with("fonts/"), "{}", asset.name);
                continue;
            };
            let mut raw = vec![0; asset.raw.len()];
            let length = libdeflater::Decompressor::new().gzip_decompress(packed, &mut raw).unwrap();
            assert_eq!(raw.get(..length).unwrap(), asset.raw);
        }
    }
}
