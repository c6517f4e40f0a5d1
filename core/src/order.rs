//! Sorting by a number, with one routine for all types, and the median.
//!
//! The standard library compiles a sort for each type that's sorted, 4 KB of a module each.

use core::time::Duration;

/// Sorts by a number. Equals keep their order.
pub(crate) fn by_number<T>(items: impl IntoIterator<Item = T>, number: impl Fn(&T) -> i64) -> Vec<T> {
    let mut items: Vec<_> = items.into_iter().map(Some).collect();
    let numbers = items.iter().map(|item| item.as_ref().map_or(0, &number));
    let mut order: Vec<(i64, usize)> = numbers.zip(0..).collect();
    order.sort_unstable();
    order.into_iter().filter_map(|(_, index)| items.get_mut(index)?.take()).collect()
}

/// The median and the longest of these durations; `None` if there are none. For an even number, the median is the
/// shorter of the middle two.
pub(crate) fn median_and_longest(durations: &[Duration]) -> Option<(Duration, Duration)> {
    let sorted = by_number(durations, |duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX));
    let median = sorted.get(sorted.len().saturating_sub(1) / 2)?;
    Some((**median, **sorted.last()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_is_the_shorter_of_the_middle_two() {
        let of = |minutes: &[u64]| {
            let durations: Vec<_> = minutes.iter().map(|it| Duration::from_mins(*it)).collect();
            median_and_longest(&durations).map(|(median, longest)| (median.as_secs() / 60, longest.as_secs() / 60))
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[7]), Some((7, 7)));
        assert_eq!(of(&[30, 4, 10]), Some((10, 30)));
        assert_eq!(of(&[30, 4, 12, 10]), Some((10, 30)));
    }

    #[test]
    fn equals_keep_their_order() {
        let sorted = by_number([(3, 'a'), (-1, 'b'), (3, 'c'), (0, 'd')], |(number, _)| *number);
        assert_eq!(sorted, [(-1, 'b'), (0, 'd'), (3, 'a'), (3, 'c')]);
        assert!(by_number(Vec::<i64>::new(), |number| *number).is_empty());
    }
}
