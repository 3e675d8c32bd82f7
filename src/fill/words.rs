//! Invented words for load tests: the same for the same seed.

/// A small generator of numbers that look random: `SplitMix64` (Steele, Lea, Flood 2014). Not for secrets.
#[derive(Debug, Clone)]
pub struct Seeded(u64);

impl Seeded {
    /// The same seed gives the same numbers.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 if there is none.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.number() % end).unwrap_or_default()
    }

    /// True once in so many.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of a list that is not empty; the fallback of its type if it is.
    pub fn one_of<T: Copy + Default>(&mut self, list: &[T]) -> T {
        list.get(self.below(list.len())).copied().unwrap_or_default()
    }
}

/// About so many characters a post has: the length on which the measurements rest.
pub const POST_CHARS: usize = 650;

const OPENINGS: &[&str] = &[
    "I have read here for weeks and never written, so this is a first.",
    "Not sure where this belongs, move it if it is wrong here.",
    "A short report from the waiting room, chair four, under the clock.",
    "This may be a silly question, and I would rather ask it here than nowhere.",
    "Second week of the new tablets, and I promised to say how it goes.",
    "Thank you for what you wrote, I read it twice and then aloud to my husband.",
    "It was a better day than yesterday, which is not saying much, but I am saying it.",
    "My nurse laughed at me today, kindly, and I want to tell you why.",
];

const SENTENCES: &[&str] = &[
    "I sleep four hours, then lie awake and count the cars that pass.",
    "What helped me was writing the three questions on the back of my hand.",
    "The letter came on a Saturday, when nobody could be asked about it.",
    "I take mine with toast, because without it I feel seasick until noon.",
    "My sister says I sound like a weather report, and she is right.",
    "Nobody told me that being tired is a thing you can be **so good at**.",
    "We bought a kitchen timer for it, the loud kind, shaped like a hen.",
    "They were kind, they were late, and I forgave them for the second because of the first.",
    "I had the same in spring, and by June it had gone, for me.",
    "On bad days I do the stairs once, with everything in a rucksack.",
    "There is a chair in the pharmacy now, and I believe it was our letter.",
    "I cried in the car park and then bought an ice cream; it was February.",
    "Mine began with *one* cold foot, which I took for a draught.",
    "He does not say much, but he has started to warm the car for me.",
    "The booklet explains it well on the fourth page: leaflets.example/tired",
    "I keep a list on the fridge, and the list keeps me.",
    "Does anyone else hear their pulse in the left ear when it is quiet?",
    "I rang them, and it took nine minutes, and I had been afraid of it for nine days.",
    "At work they know half of it, and that half is enough for now.",
    "My mother would have said: eat something, then be sad.",
];

const LISTS: &[&str] = &[
    "What I bring with me now:\n\n- a cardigan with sleeves that roll\n- water, half a litre\n- something to read that is **not** about this",
    "So far:\n\n1. the blood test, which was nothing\n2. the scan, which was loud\n3. the waiting, which is the worst of the three",
    "My evening:\n\n- tablet at 8\n- the cat at 9\n- lying down at 10 and hoping",
];

const QUOTES: &[&str] = &[
    "> Bring somebody who writes things down.\n\nThat was the best advice I was given, and it was not from a doctor.",
    "> You do not have to be brave on Tuesdays.\n\nI have that above the sink now.",
];

const CLOSINGS: &[&str] = &[
    "That is all. It helped to type it.",
    "How was it for you?\nI mean the first weeks.",
    "More when I know more.",
    "You need not answer, it is enough that somebody reads it.",
    "Going to bed now, good night to the others who are awake.",
];

const SUBJECTS: &[&str] = &[
    "the first month",
    "cold hands",
    "the waiting room",
    "a letter I do not understand",
    "sleep, or what is left of it",
    "telling my children",
    "the new tablets",
    "stairs",
    "work and when to say it",
    "Sundays",
];
const FRAMES: &[&str] = &[
    "How do you manage {}?",
    "A question about {}",
    "Somebody else here with thoughts on {}?",
    "What I learned about {}",
    "Small victory: {}",
    "Can we talk about {}",
    "{}, again",
];

/// Where something invented was read.
pub const SOURCES: &[&str] = &[
    "“Living with it”, Northmoor Patients’ Association, page 4",
    "leaflets.example/tired",
    "A talk in the library, my own notes",
];

/// A title of 5 to 150 characters.
pub fn title(seeded: &mut Seeded) -> String {
    let title = seeded.one_of(FRAMES).replace("{}", seeded.one_of(SUBJECTS));
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Markdown of about [`POST_CHARS`] characters: paragraphs, line breaks, emphasis, and now and then a list, a quotation or
/// a link.
pub fn post(seeded: &mut Seeded) -> String {
    let mut words = seeded.one_of(OPENINGS).to_owned();
    match seeded.below(5) {
        0 => words = words + "\n\n" + seeded.one_of(LISTS),
        1 => words = words + "\n\n" + seeded.one_of(QUOTES),
        _ => {}
    }
    let closing = seeded.one_of(CLOSINGS);
    words += "\n\n";
    let mut in_paragraph = 0;
    while words.chars().count() + closing.chars().count() + 2 < POST_CHARS {
        words += seeded.one_of(SENTENCES);
        in_paragraph += 1;
        words += match in_paragraph {
            3 => "\n\n",
            _ if seeded.once_in(6) => "\n",
            _ => " ",
        };
        in_paragraph %= 3;
    }
    words.trim_end().to_owned() + "\n\n" + closing
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::text::{self, PostSource};
    use std::collections::BTreeSet;

    #[test]
    fn the_same_seed_gives_the_same_words() {
        let words = |seed| {
            let mut seeded = Seeded::new(seed);
            (title(&mut seeded), post(&mut seeded))
        };
        assert_eq!(words(7), words(7));
        assert_ne!(words(7), words(8));
        // The first numbers of the published algorithm for the seed 1234567.
        let mut known = Seeded::new(1_234_567);
        assert_eq!([known.number(), known.number()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn posts_have_the_length_on_which_measurements_rest_and_are_all_different() {
        let mut seeded = Seeded::new(1);
        let posts: Vec<_> = (0..200).map(|_| post(&mut seeded)).collect();
        let average = posts.iter().map(|post| post.chars().count()).sum::<usize>() / posts.len();
        assert!((600..=720).contains(&average), "{average}");
        assert!(posts.iter().collect::<BTreeSet<_>>().len() > 190);
        let html: Vec<_> = posts.iter().map(|post| text::render(&PostSource::parse(post).unwrap())).collect();
        for tag in ["<ul>", "<ol>", "<blockquote>", "<strong>", "<em>", "<a ", "<br"] {
            assert!(html.iter().any(|html| html.as_str().contains(tag)), "no {tag}");
        }
    }

    #[test]
    fn titles_may_stand_and_numbers_stay_below_their_end() {
        let mut seeded = Seeded::new(3);
        for _ in 0..500 {
            assert!((5..=150).contains(&title(&mut seeded).chars().count()));
            assert!(seeded.below(3) < 3);
        }
        assert_eq!(seeded.below(0), 0);
        assert_eq!(seeded.one_of::<u8>(&[]), 0);
    }
}
