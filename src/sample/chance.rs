//! What a draw without any deviation allows to be said of the rest: the hypergeometric distribution, which is exact for
//! populations that end.

/// Of equal chances, one more is no less: what is compared lies on a grid far coarser than this.
const TIE: f64 = 1e-9;

/// The chance that a draw of so many finds none of those that deviate.
fn chance_of_none(population: usize, drawn: usize, deviating: usize) -> f64 {
    if drawn + deviating > population {
        return 0.0;
    }
    // Drawing and deviating can change places; the shorter product is the more exact one.
    let (few, many) = (drawn.min(deviating), drawn.max(deviating));
    #[expect(clippy::cast_precision_loss, reason = "populations are counted in thousands")]
    let of = |step: usize| (population - many - step) as f64 / (population - step) as f64;
    (0..few).map(of).product()
}

/// The chance that a draw of so many finds at least one of those that deviate.
pub fn chance_to_find(population: usize, drawn: usize, deviating: usize) -> f64 {
    1.0 - chance_of_none(population, drawn, deviating)
}

/// The least number of deviations that a draw of so many without any rules out, with a confidence in percent; one more
/// than there are records if it rules out none.
pub fn fewer_than(population: usize, drawn: usize, confidence: u32) -> usize {
    let allowed = f64::from(100 - confidence.min(100)) / 100.0 * (1.0 + TIE);
    let (mut possible, mut ruled_out) = (0, population + 1);
    while possible + 1 < ruled_out {
        let middle = possible + (ruled_out - possible) / 2;
        if chance_of_none(population, drawn, middle) <= allowed {
            ruled_out = middle;
        } else {
            possible = middle;
        }
    }
    ruled_out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_records_so_many_are_needed_as_auditors_say() {
        let many = 10_000_000;
        for (confidence, percent, needed) in [(95, 10, 29), (95, 5, 59), (90, 10, 22)] {
            let deviating = many / 100 * percent;
            assert!(fewer_than(many, needed, confidence) <= deviating, "{needed}");
            assert!(fewer_than(many, needed - 1, confidence) > deviating, "{needed}");
        }
    }

    #[test]
    fn a_draw_finds_one_as_often_as_auditors_say() {
        let percent = |population, drawn, deviating| {
            format!("{:.1}", 100.0 * chance_to_find(population, drawn, deviating))
        };
        assert_eq!(percent(50, 5, 5), "42.3");
        assert_eq!(percent(1_000, 25, 100), "93.1");
    }

    #[test]
    fn who_reads_all_knows_all_and_who_reads_nothing_knows_nothing() {
        assert_eq!(fewer_than(7, 7, 95), 1);
        assert_eq!(fewer_than(7, 0, 95), 8);
        assert_eq!(fewer_than(0, 0, 95), 1);
        assert!(chance_to_find(7, 7, 1) >= 1.0 && chance_to_find(7, 0, 7) <= 0.0);
        // One of twenty is left: the chance that it is the one is five of a hundred, and no more.
        assert_eq!(fewer_than(20, 19, 95), 1);
        assert_eq!(fewer_than(21, 19, 95), 2);
    }

    #[test]
    fn counting_every_draw_gives_the_same() {
        for population in 1..=9_usize {
            for (drawn, deviating) in (0..=population).flat_map(|a| (0..=population).map(move |b| (a, b))) {
                // The first `deviating` records deviate; a draw is a set of bits.
                let draws = (0..1_u32 << population).filter(|set| set.count_ones() as usize == drawn);
                let (mut all, mut none) = (0_u32, 0_u32);
                for set in draws {
                    all += 1;
                    none += u32::from(set & ((1 << deviating) - 1) == 0);
                }
                let expected = f64::from(none) / f64::from(all);
                assert!((chance_of_none(population, drawn, deviating) - expected).abs() < 1e-12);
            }
        }
    }
}
