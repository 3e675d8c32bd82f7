//! Words: what people type, and what may be shown of it.
//!
//! Promises to people:
//! - Nothing they typed vanishes. What cannot be shown as it was meant (HTML, a link that leads nowhere, a table that is too
//!   wide, nesting that is too deep) is shown as the characters they typed.
//! - A line break stays a line break, a number at the beginning of a line stays that number, and a dose such as `1*500`,
//!   `<5` or `~30` reads as it was typed. Markdown is read as people type it, not as programmers do.
//! - A link leads where it says. It never leads to a page of this site by being relative.
//! - Two handles that look alike are one handle.
//!
//! Invariants:
//! - [`PostSource`] holds typed words only: 1 to 20,000 characters (40,000 for a document), line feeds only, no control characters.
//! - [`SafeHtml`] comes out of the sanitiser, or out of the database, where only sanitised HTML goes. [`render`] is the one
//!   function that makes it. Sanitising it again changes nothing.
//! - The HTML is nested 16 deep at most, and its size and the time it takes grow with the words, whatever they are.

mod excerpt;
mod guard;
pub mod line;
mod links;
mod markdown;
mod safe;
mod source;
#[cfg(test)]
mod tests;

pub use excerpt::excerpt;
pub use markdown::{RENDER_VERSION, render};
pub use safe::SafeHtml;
pub use source::{PostSource, SourceFault, plain_words};
