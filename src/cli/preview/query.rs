//! The values in the query of a URL.

/// The first value of this name, as it is: none of those that matter needs an escape.
pub fn value<'a>(query: Option<&'a str>, name: &str) -> Option<&'a str> {
    let pairs = query?.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .into_iter()
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_of_a_name_counts_and_nothing_else() {
        let query = Some("a=1&token=x&token=y&b&=z&c=");
        assert_eq!(value(query, "token"), Some("x"));
        assert_eq!(value(query, "c"), Some(""));
        for name in ["b", "d", "tok"] {
            assert_eq!(value(query, name), None);
        }
        assert_eq!(value(None, "token"), None);
    }
}
