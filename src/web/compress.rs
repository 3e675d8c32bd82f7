//! Whole pages, compressed at the cheapest level, in one buffer with a Content-Length.
//!
//! A chunked answer waits about 40 ms for the client's delayed acknowledgement, and brotli on a request costs more than the
//! page itself; so: zstd 1 where the browser takes it, else gzip 1, never brotli.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT_ENCODING;
use std::cell::RefCell;

/// Below this a packet holds it anyway.
const SMALLEST_BYTES: usize = 1_000;

struct Compressors {
    zstd: Option<zstd::bulk::Compressor<'static>>,
    gzip: libdeflater::Compressor,
}

thread_local! {
    static COMPRESSORS: RefCell<Compressors> = RefCell::new(Compressors {
        zstd: zstd::bulk::Compressor::new(1).ok(),
        gzip: libdeflater::Compressor::new(libdeflater::CompressionLvl::fastest()),
    });
}

/// The body for this request and the name of its encoding, if it has one.
pub fn body(request: &HttpRequest, page: Vec<u8>) -> (Vec<u8>, Option<&'static str>) {
    if page.len() < SMALLEST_BYTES {
        return (page, None);
    }
    let accepted = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    COMPRESSORS.with_borrow_mut(|compressors| {
        if accepts(accepted, "zstd")
            && let Some(packed) = compressors.zstd.as_mut().and_then(|zstd| zstd.compress(&page).ok())
        {
            return (packed, Some("zstd"));
        }
        if accepts(accepted, "gzip")
            && let Some(packed) = gzip(&mut compressors.gzip, &page)
        {
            return (packed, Some("gzip"));
        }
        (page, None)
    })
}

fn gzip(compressor: &mut libdeflater::Compressor, page: &[u8]) -> Option<Vec<u8>> {
    let mut packed = vec![0; compressor.gzip_compress_bound(page.len())];
    let length = compressor.gzip_compress(page, &mut packed).ok()?;
    packed.truncate(length);
    Some(packed)
}

/// True if the list names the encoding and does not forbid it with `q=0`.
pub fn accepts(list: &str, encoding: &str) -> bool {
    list.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let is_named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        is_named && !parts.any(|part| part.strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok()) == Some(0.0))
    })
}
