//! The argument of `--channels`.
use std::str::FromStr;

/// The highest channel of an audio interface that can be named.
const MAX_CHANNEL: u16 = 64;

/// Channels of a microphone, such as `2,1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelsArg(Vec<u16>);

impl ChannelsArg {
    /// Their numbers, from 0 on.
    pub fn indices(&self) -> &[u16] {
        &self.0
    }
}

impl FromStr for ChannelsArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |word: &str| word.trim().parse::<u16>().ok();
        let numbers: Option<Vec<u16>> = text.split(',').map(number).collect();
        match numbers {
            Some(numbers)
                if numbers.len() <= 8 && numbers.iter().all(|number| (1..=MAX_CHANNEL).contains(number)) =>
            {
                Ok(Self(numbers.into_iter().map(|number| number - 1).collect()))
            }
            _ => Err(
                "give one to eight channels from 1 on, such as 2 for the second one or 2,1 to swap both"
                    .into(),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_counted_from_one() {
        let indices = |text: &str| text.parse::<ChannelsArg>().map(|channels| channels.0);
        assert_eq!(indices("2"), Ok(vec![1]));
        assert_eq!(indices("2, 1"), Ok(vec![1, 0]));
        assert_eq!(indices("64,64"), Ok(vec![63, 63]));
        for text in ["", "0", "1,", "left", "-1", "65", "1,2,3,4,5,6,7,8,9"] {
            assert!(indices(text).is_err(), "{text}");
        }
    }
}
