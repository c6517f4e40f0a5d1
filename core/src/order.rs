//! Sorting by a number, with one routine for all types.
//!
//! The standard library compiles a sort for each type that's sorted, 4 KB of a module each.

/// Sorts by a number. Equals keep their order.
pub(crate) fn by_number<T>(items: impl IntoIterator<Item = T>, number: impl Fn(&T) -> i64) -> Vec<T> {
    let mut items: Vec<_> = items.into_iter().map(Some).collect();
    let numbers = items.iter().map(|item| item.as_ref().map_or(0, &number));
    let mut order: Vec<(i64, usize)> = numbers.zip(0..).collect();
    order.sort_unstable();
    order.into_iter().filter_map(|(_, index)| items.get_mut(index)?.take()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_keep_their_order() {
        let sorted = by_number([(3, 'a'), (-1, 'b'), (3, 'c'), (0, 'd')], |(number, _)| *number);
        assert_eq!(sorted, [(-1, 'b'), (0, 'd'), (3, 'a'), (3, 'c')]);
        assert!(by_number(Vec::<i64>::new(), |number| *number).is_empty());
    }
}
