//! Where a post stands: the one place that knows how many stand on a page. Here, because notices lead to posts and this slice
//! stands below threads.

/// Posts on a page of a thread. Source: product.md, "Limits to start from".
pub const POSTS_A_PAGE: i32 = 20;

/// The page of a thread on which that position stands, from 1.
pub fn page_of(position: i32) -> i32 {
    (position.max(1) - 1) / POSTS_A_PAGE + 1
}

/// Where a post stands, from anywhere. `thread_href`: `/threads/812`, with or without a readable end.
pub fn post_href(thread_href: &str, position: i32) -> String {
    match page_of(position) {
        1 => format!("{thread_href}#p{position}"),
        page => format!("{thread_href}?page={page}#p{position}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_posts_stand_on_a_page() {
        for (position, page) in [(1, 1), (20, 1), (21, 2), (40, 2), (41, 3), (0, 1)] {
            assert_eq!(page_of(position), page, "{position}");
        }
    }

    #[test]
    fn an_address_leads_to_the_page_on_which_the_post_stands() {
        assert_eq!(post_href("/threads/812", 1), "/threads/812#p1");
        assert_eq!(post_href("/threads/812", 20), "/threads/812#p20");
        assert_eq!(post_href("/threads/812", 21), "/threads/812?page=2#p21");
        assert_eq!(post_href("/threads/812/how-do-you-sleep", 10_000), "/threads/812/how-do-you-sleep?page=500#p10000");
    }
}
