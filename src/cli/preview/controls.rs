//! What the buttons of the page do: the commands of `--control`.
use crate::cli::control::command::Command;
use crate::cli::preview::plan::Offers;

/// The command of a path such as `/pause`; `None` if there is none, or it is not offered.
pub fn command(path: &str, text: &str, offers: Offers) -> Option<Command> {
    let (command, is_offered) = match path {
        "/pause" => (Command::Pause {}, offers.control),
        "/resume" => (Command::Resume {}, offers.control),
        "/stop" => (Command::Stop {}, offers.control),
        "/split" => (Command::Split {}, offers.split),
        "/save-history" => (Command::SaveHistory {}, offers.history),
        "/mark" => (
            Command::Mark {
                text: text.to_owned(),
            },
            offers.mark,
        ),
        _ => return None,
    };
    is_offered.then_some(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_offered_is_done() {
        let all = |control| Offers {
            control,
            mark: control,
            split: control,
            history: control,
        };
        for path in ["/pause", "/resume", "/stop", "/split", "/save-history", "/mark"] {
            assert!(command(path, "", all(true)).is_some(), "{path}");
            assert_eq!(command(path, "", all(false)), None, "{path}");
        }
        for path in ["/", "/status", "/mute", "/pause/", "/Pause"] {
            assert_eq!(command(path, "", all(true)), None, "{path}");
        }
        let mark = Command::Mark { text: "goal".into() };
        assert_eq!(command("/mark", "goal", all(true)), Some(mark));
    }
}
