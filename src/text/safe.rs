//! HTML that may be shown.

use ammonia::{Builder, UrlRelative};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::LazyLock;

/// Sanitised HTML of a post: paragraphs, headings from `h3`, lists, quotes, code, tables in `div.scroll`, emphasis and links
/// to other sites. No picture, no script, no style, no id.
#[derive(Clone, PartialEq, Eq, AsExpression, FromSqlRow, serde::Serialize)]
#[diesel(sql_type = sql_types::Text)]
#[serde(transparent)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// The only constructor: there is no way round the sanitiser.
    pub(super) fn sanitise(html: &str) -> Self {
        Self(SANITISER.clean(html).to_string())
    }

    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What may stand in a post. `style`, `svg`, `math`, `noscript`, `title`, `textarea` and `xmp` must never join: a sanitiser
/// that keeps them can be made to read HTML otherwise than the browser does (mutation XSS).
static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from([
            "p",
            "br",
            "hr",
            "h3",
            "h4",
            "h5",
            "strong",
            "em",
            "del",
            "a",
            "ul",
            "ol",
            "li",
            "blockquote",
            "pre",
            "code",
            "div",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
        ]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("ol", HashSet::from(["start"])),
            ("li", HashSet::from(["value"])),
        ]))
        .tag_attribute_values(HashMap::from([("th", HashMap::from([("scope", HashSet::from(["col"]))]))]))
        .allowed_classes(HashMap::from([("div", HashSet::from(["scroll"]))]))
        // With their words: these hold code, not something a person wrote to others.
        .clean_content_tags(HashSet::from(["script", "style"]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("ugc nofollow noopener noreferrer"))
        .strip_comments(true);
    builder
});

impl<DB: Backend> ToSql<sql_types::Text, DB> for SafeHtml
where
    str: ToSql<sql_types::Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.as_str().to_sql(out)
    }
}

/// The database keeps only what the sanitiser made.
impl<DB: Backend> FromSql<sql_types::Text, DB> for SafeHtml
where
    String: FromSql<sql_types::Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        String::from_sql(bytes).map(Self)
    }
}

/// Its size only: what people write must not reach a log.
impl fmt::Debug for SafeHtml {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SafeHtml({} bytes)", self.0.len())
    }
}
