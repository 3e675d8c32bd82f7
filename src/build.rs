//! Prepares what travels inside the binary: assets with the hash of their content in their name, compressed beforehand,
//! and, for a release, the list of templates and sentences. In debug those two are read from disk, so that a change of
//! words needs no build.

use sha2::{Digest, Sha256};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// What is served under `/assets/`. Fonts come first: the sheet names them by their hashed names.
const ASSETS: [&str; 8] = [
    "fonts/atkinson-next-latin.woff2",
    "fonts/atkinson-next-latin-ext.woff2",
    "icons.svg",
    "art.svg",
    "mark.svg",
    "site.css",
    "site.js",
    "passkeys.js",
];

struct Asset {
    name: &'static str,
    hashed: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let is_release = std::env::var("PROFILE")? == "release";

    println!("cargo::rerun-if-changed=src/build.rs");
    println!("cargo::rerun-if-changed=migrations");
    for name in ASSETS {
        println!("cargo::rerun-if-changed=assets/{name}");
    }
    if is_release {
        println!("cargo::rerun-if-changed=templates");
        println!("cargo::rerun-if-changed=assets/locales");
    }

    let mut assets = String::new();
    write_assets(&root, &out, is_release, &mut assets)?;
    fs::write(out.join("assets.rs"), assets)?;
    let mut texts = String::new();
    write_texts(&root, &mut texts)?;
    fs::write(out.join("texts.rs"), texts)?;
    Ok(())
}

/// Writes each asset, its packed forms and one line about it.
fn write_assets(root: &Path, out: &Path, is_release: bool, generated: &mut String) -> Result<(), Box<dyn Error>> {
    let mut done: Vec<Asset> = Vec::new();
    writeln!(generated, "static ASSETS: &[Asset] = &[")?;
    for name in ASSETS {
        let mut bytes = fs::read(root.join("assets").join(name))?;
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        if ending == "css" {
            bytes = with_hashed_addresses(&String::from_utf8(bytes)?, &done)?.into_bytes();
        }
        let hashed = hashed_name(name, &bytes)?;
        let file = out.join(hashed.replace('/', "-"));
        fs::write(&file, &bytes)?;

        let is_packed_already = ending == "woff2";
        let brotli = if is_packed_already || !is_release { None } else { Some(brotli(&bytes)?) };
        let gzip = if is_packed_already { None } else { Some(gzip(&bytes, if is_release { 12 } else { 1 })?) };
        writeln!(generated, "    Asset {{")?;
        writeln!(generated, "        name: {name:?},")?;
        writeln!(generated, "        path: {:?},", format!("/assets/{hashed}"))?;
        writeln!(generated, "        content_type: {:?},", content_type(ending)?)?;
        writeln!(generated, "        raw: include_bytes!({:?}),", path_text(&file)?)?;
        for (field, ending, packed) in [("brotli", "br", brotli), ("gzip", "gz", gzip)] {
            match packed.filter(|packed| packed.len() < bytes.len()) {
                Some(packed) => {
                    let file = PathBuf::from(format!("{}.{ending}", path_text(&file)?));
                    fs::write(&file, packed)?;
                    writeln!(generated, "        {field}: Some(include_bytes!({:?})),", path_text(&file)?)?;
                }
                None => writeln!(generated, "        {field}: None,")?,
            }
        }
        writeln!(generated, "    }},")?;
        done.push(Asset { name, hashed });
    }
    writeln!(generated, "];\n")?;
    Ok(())
}

/// The templates and sentences, by their names below `templates/` and `assets/locales/`.
fn write_texts(root: &Path, generated: &mut String) -> Result<(), Box<dyn Error>> {
    for (list, folder, endings) in
        [("TEMPLATES", "templates", [".html", ".txt"].as_slice()), ("LOCALES", "assets/locales", [".ftl"].as_slice())]
    {
        let top = root.join(folder);
        let mut files = Vec::new();
        collect(&top, &mut files)?;
        files.sort();
        writeln!(generated, "static {list}: &[(&str, &str)] = &[")?;
        for file in files {
            let name = path_text(file.strip_prefix(&top)?)?.replace('\\', "/");
            if endings.iter().any(|ending| name.ends_with(ending)) {
                writeln!(generated, "    ({name:?}, include_str!({:?})),", path_text(&file)?)?;
            }
        }
        writeln!(generated, "];\n")?;
    }
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// `site.css` becomes `site.0123456789ab.css`.
fn hashed_name(name: &str, bytes: &[u8]) -> Result<String, Box<dyn Error>> {
    let mut hash = String::new();
    for byte in Sha256::digest(bytes).iter().take(6) {
        write!(hash, "{byte:02x}")?;
    }
    let (stem, ending) = name.rsplit_once('.').ok_or("an asset has no ending")?;
    Ok(format!("{stem}.{hash}.{ending}"))
}

/// Every `url("…")` of a sheet must name an asset that came before it.
fn with_hashed_addresses(sheet: &str, done: &[Asset]) -> Result<String, Box<dyn Error>> {
    let mut result = String::with_capacity(sheet.len() + 64);
    let mut rest = sheet;
    while let Some((before, after)) = rest.split_once("url(\"") {
        let (name, after) = after.split_once("\")").ok_or("site.css: an address has no end")?;
        let asset =
            done.iter().find(|asset| asset.name == name).ok_or(format!("site.css names {name}, which is no asset"))?;
        write!(result, "{before}url(\"{}\")", asset.hashed)?;
        rest = after;
    }
    result.push_str(rest);
    Ok(result)
}

fn content_type(ending: &str) -> Result<&'static str, Box<dyn Error>> {
    match ending {
        "css" => Ok("text/css; charset=utf-8"),
        "js" => Ok("text/javascript; charset=utf-8"),
        "svg" => Ok("image/svg+xml"),
        "woff2" => Ok("font/woff2"),
        _ => Err(format!("no content type is known for .{ending}").into()),
    }
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, 11, 22);
    writer.write_all(bytes)?;
    Ok(writer.into_inner())
}

fn gzip(bytes: &[u8], level: i32) -> Result<Vec<u8>, Box<dyn Error>> {
    let level = libdeflater::CompressionLvl::new(level).map_err(|_| "no such gzip level")?;
    let mut compressor = libdeflater::Compressor::new(level);
    let mut packed = vec![0; compressor.gzip_compress_bound(bytes.len())];
    let length = compressor.gzip_compress(bytes, &mut packed)?;
    packed.truncate(length);
    Ok(packed)
}

fn path_text(path: &Path) -> Result<&str, Box<dyn Error>> {
    path.to_str().ok_or_else(|| "a path is not UTF-8".into())
}
