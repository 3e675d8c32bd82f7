//! When a letter is tried again, when it is given up, and what of it may be shown. Pure.

use crate::clock::Timestamp;
use chrono::Duration;

/// A letter that could not be sent is tried for so long after it was written.
pub const GIVEN_UP_AFTER: Duration = Duration::days(2);
/// Days for which the log of letters is kept. Source: product.md, "Retention".
pub const KEPT_DAYS: i64 = 90;
/// Letters of a line, where a line can be broken. Source: RFC 5322 recommends below 78; 72 leaves room for quoting.
const LINE: usize = 72;

/// What happens with a letter that could not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Try again then.
    TryAt(Timestamp),
    /// It will not arrive.
    GiveUp,
}

/// After one more failure; `attempts` counts the failures before it.
pub fn after_failure(attempts: i32, created_at: Timestamp, now: Timestamp) -> Next {
    let end = created_at.plus(GIVEN_UP_AFTER);
    if now >= end {
        return Next::GiveUp;
    }
    // The last try stands at the very end of the two days, whatever the pauses add up to.
    Next::TryAt(now.plus(pause(attempts)).min(end))
}

/// A mail server that greylists wants minutes; one that is being repaired wants hours.
fn pause(attempts: i32) -> Duration {
    match attempts {
        i32::MIN..=0 => Duration::minutes(1),
        1 => Duration::minutes(5),
        2 => Duration::minutes(15),
        3 => Duration::hours(1),
        _ => Duration::hours(3),
    }
}

/// An address as administrators see it: enough to find what is wrong with a mail server, not enough to know who it is.
pub fn masked(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((name, host)) => format!("{}…@{host}", name.chars().next().map(String::from).unwrap_or_default()),
        None => "…".to_owned(),
    }
}

/// Words of a mail server with every address in them masked, at most 300 characters on one line.
pub fn without_addresses(words: &str) -> String {
    let is_edge = |character: char| !character.is_alphanumeric();
    let masked = words.split_whitespace().map(|word| {
        if word.contains('@') {
            masked(word.trim_matches(is_edge))
        } else {
            word.chars().filter(|character| !character.is_control()).collect()
        }
    });
    masked.collect::<Vec<_>>().join(" ").chars().take(300).collect()
}

/// Plain text with long lines broken at spaces; a link is never broken. Ends with one new line.
pub fn wrapped(text: &str) -> String {
    let mut result = String::with_capacity(text.len() + 32);
    let mut is_gap = true;
    for line in text.trim().lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.is_empty() {
            if !is_gap {
                result.push('\n');
            }
            is_gap = true;
            continue;
        }
        is_gap = false;
        let mut length = 0;
        for word in words {
            let width = word.chars().count();
            if length > 0 && length + 1 + width > LINE {
                result.push('\n');
                length = 0;
            } else if length > 0 {
                result.push(' ');
                length += 1;
            }
            result.push_str(word);
            length += width;
        }
        result.push('\n');
    }
    result
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn minutes(minutes: i64) -> Timestamp {
        Timestamp::from_micros(0).plus(Duration::minutes(minutes))
    }

    #[test]
    fn a_letter_that_does_not_get_through_is_tried_after_longer_and_longer_pauses() {
        let mut now = minutes(0);
        let mut tries = Vec::new();
        for attempts in 0..100 {
            match after_failure(attempts, minutes(0), now) {
                Next::TryAt(at) => now = at,
                Next::GiveUp => break,
            }
            tries.push(now.since(minutes(0)).num_minutes());
        }
        assert_eq!(&tries[..7], [1, 6, 21, 81, 261, 441, 621]);
        assert_eq!(*tries.last().unwrap(), 48 * 60, "the last try stands at the end of the second day");
        assert_eq!(tries.len(), 20);
    }

    #[test]
    fn a_letter_is_given_up_after_two_days_and_not_before() {
        let two_days = 48 * 60;
        assert_eq!(after_failure(3, minutes(0), minutes(two_days - 1)), Next::TryAt(minutes(two_days)));
        assert_eq!(after_failure(3, minutes(0), minutes(two_days)), Next::GiveUp);
        assert_eq!(after_failure(0, minutes(0), minutes(two_days * 9)), Next::GiveUp);
    }

    #[test]
    fn an_administrator_does_not_learn_whose_address_it_is() {
        assert_eq!(masked("tansy@example.org"), "t…@example.org");
        assert_eq!(masked("\"odd@name\"@example.org"), "\"…@example.org");
        assert_eq!(masked("@"), "…@");
        assert_eq!(masked("nonsense"), "…");
        let words =
            "permanent error (550): <tansy@example.org>: no such user, see\r\n https://mail.example/?who=tansy@example.org";
        assert_eq!(without_addresses(words), "permanent error (550): t…@example.org no such user, see h…@example.org");
        assert_eq!(without_addresses(&"x".repeat(900)).len(), 300);
    }

    #[test]
    fn lines_are_broken_at_spaces_and_links_stay_whole() {
        let link = format!("https://forum.example/confirm/{}", "k".repeat(80));
        let long = "word ".repeat(40);
        let text = wrapped(&format!("\n\nHello,\n\n\n{long}\n   \n{link} and more\n\n"));
        assert!(text.starts_with("Hello,\n\nword word"), "{text}");
        assert!(text.contains(&format!("\n\n{link}\nand more\n")), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 72 || line == link), "{text}");
        assert!(text.ends_with("more\n"));
    }
}
