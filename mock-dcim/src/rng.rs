//! The one source of chance: the same seed gives the same sequence for ever.

use serde::{Deserialize, Serialize};

/// `SplitMix64`: small, seedable, and stable, so that recorded runs stay replayable.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Draw a number from 0 to `bound`, without `bound` itself.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        // The bias of a remainder is one in 2^32: nobody will ever see it.
        u32::try_from(self.next() % u64::from(bound.max(1))).unwrap_or(0)
    }

    /// Draw an opaque token of 40 hexadecimal digits.
    pub(crate) fn token(&mut self) -> String {
        let (high, middle, low) = (self.next(), self.next(), self.next());
        format!("{high:016x}{middle:016x}{:08x}", low >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::Rng;

    #[test]
    fn the_sequence_is_the_published_one() {
        let mut rng = Rng::new(1_234_567);
        assert_eq!(rng.next(), 6_457_827_717_110_365_317);
        assert_eq!(rng.next(), 3_203_168_211_198_807_973);
    }
}
