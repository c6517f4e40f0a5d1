//! Codes that are mistaken for one another.

/// Two codes that are mistaken for one another; the words file tells how to keep them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// The smaller code.
    pub first: u16,
    /// The larger code.
    pub second: u16,
}

const fn n(first: u16, second: u16) -> Neighbour {
    Neighbour { first, second }
}

/// Every such pair, in order.
pub const NEIGHBOURS: &[Neighbour] = &[
    n(499, 522),
    n(500, 1101),
    n(502, 504),
    n(502, 520),
    n(502, 521),
    n(503, 1200),
    n(504, 522),
    n(504, 524),
    n(520, 521),
    n(521, 522),
    n(521, 523),
    n(522, 523),
    n(522, 524),
    n(525, 526),
    n(521, 525),
    n(530, 1016),
    n(530, 1033),
    n(1000, 1002),
    n(1001, 1016),
    n(1006, 1020),
    n(1009, 1020),
    n(1010, 1020),
    n(1015, 1027),
    n(1016, 1033),
    n(1018, 1023),
    n(1025, 1027),
    n(1101, 1102),
];

/// The codes that one is mistaken for, with the pair.
pub fn neighbours(code: u16) -> impl Iterator<Item = (u16, &'static Neighbour)> {
    NEIGHBOURS.iter().filter_map(move |pair| match code {
        _ if pair.first == code => Some((pair.second, pair)),
        _ if pair.second == code => Some((pair.first, pair)),
        _ => None,
    })
}

impl Neighbour {
    /// The name under which words are filed, as `521-522`.
    #[must_use]
    pub fn id(self) -> String {
        format!("{}-{}", self.first, self.second)
    }
}
