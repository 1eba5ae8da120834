//! The file that a plot is written to.
use crate::cli::new_file::NewFile;
use crate::cli::output::check_is_new;
use anyhow::{Context, bail};
use mediarec::error::Error;
use same_file::is_same_file;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A file for a plot; it is created only when there is a plot to write.
pub struct PlotTarget {
    path: PathBuf,
    force: bool,
}

impl PlotTarget {
    /// The file at `path`, for a plot of the file `input`.
    ///
    /// # Errors
    /// If it is not an SVG file by its name, is the input, or must not be overwritten.
    pub fn new(path: &Path, force: bool, input: &Path) -> anyhow::Result<Self> {
        check_ending(path)?;
        if is_same_file(path, input).unwrap_or(false) {
            return Err(usage(format!(
                "{} is the input; choose another name for --plot",
                path.display()
            ))
            .into());
        }
        if path.exists() && !path.is_file() {
            bail!("{} is not a regular file", path.display());
        }
        if !force {
            check_is_new(path)?;
        }
        Ok(Self {
            path: path.to_owned(),
            force,
        })
    }

    /// Writes the plot.
    ///
    /// # Errors
    /// Those of the system; there is no half of a file then.
    pub fn write(&self, plot: &str) -> anyhow::Result<()> {
        let mut file = NewFile::create(&self.path, self.force)?;
        let written = file.file().write_all(plot.as_bytes());
        written.with_context(|| format!("cannot write {}", self.path.display()))?;
        file.keep()
    }
}

fn check_ending(path: &Path) -> Result<(), Error> {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    let (name, svg) = (path.display(), path.with_extension("svg"));
    let svg = svg.display();
    match ending.to_ascii_lowercase().as_str() {
        "svg" => Ok(()),
        "png" => Err(usage(format!(
            "plots are written as SVG only; use --plot {svg}, then convert it: rsvg-convert {svg} -o {name}, or \
             inkscape {svg} -o {name}"
        ))),
        _ => Err(usage(format!(
            "{name} is not the name of an SVG file; use --plot {svg}"
        ))),
    }
}

fn usage(message: String) -> Error {
    Error::Type { message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plot_is_an_svg_file_and_a_png_file_is_made_of_one() {
        assert!(check_ending(Path::new("d/a.SVG")).is_ok());
        let message = |name: &str| check_ending(Path::new(name)).unwrap_err().to_string();
        assert!(message("a.png").contains("rsvg-convert a.svg -o a.png"));
        assert!(message("a.pdf").contains("--plot a.svg"));
        assert!(message("a").contains("--plot a.svg"));
    }
}
