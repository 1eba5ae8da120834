//! The file that a plot is written to.
use crate::cli::new_file::NewFile;
use crate::cli::output_path::check_is_new;
use anyhow::{Context, bail};
use mediarec::error::Error;
use same_file::is_same_file;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A file for a plot; it is created only when there is a plot to write.
pub struct PlotTarget {
    path: PathBuf,
    force: bool,
    format: Format,
}

/// What the name of the file says that it contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Svg,
    #[cfg(feature = "png-plots")]
    Png,
}

impl PlotTarget {
    /// The file at `path`, for a plot of the file `input`.
    ///
    /// # Errors
    /// If it is not the name of a file that can be written, is the input, or must not be overwritten.
    pub fn new(path: &Path, force: bool, input: &Path) -> anyhow::Result<Self> {
        let format = format_of(path)?;
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
            format,
        })
    }

    /// Writes the plot, which is SVG.
    ///
    /// # Errors
    /// Those of the system; there is no half of a file then.
    pub fn write(&self, plot: &str) -> anyhow::Result<()> {
        let plot = match self.format {
            Format::Svg => plot.as_bytes().to_vec(),
            #[cfg(feature = "png-plots")]
            Format::Png => crate::cli::plot::png::rendered(plot)?,
        };
        let mut file = NewFile::create(&self.path, self.force)?;
        let written = file.file().write_all(&plot);
        written.with_context(|| format!("cannot write {}", self.path.display()))?;
        file.keep()
    }
}

fn format_of(path: &Path) -> Result<Format, Error> {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    let (name, svg) = (path.display(), path.with_extension("svg"));
    let svg = svg.display();
    match ending.to_ascii_lowercase().as_str() {
        "svg" => Ok(Format::Svg),
        #[cfg(feature = "png-plots")]
        "png" => Ok(Format::Png),
        #[cfg(not(feature = "png-plots"))]
        "png" => Err(usage(format!(
            "this program was built without the feature png-plots; use --plot {svg}, then convert it: \
             rsvg-convert {svg} -o {name}, or inkscape {svg} -o {name}"
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
    fn the_name_says_what_a_plot_is() {
        assert_eq!(format_of(Path::new("d/a.SVG")).unwrap(), Format::Svg);
        let message = |name: &str| format_of(Path::new(name)).unwrap_err().to_string();
        #[cfg(feature = "png-plots")]
        assert_eq!(format_of(Path::new("a.png")).unwrap(), Format::Png);
        #[cfg(not(feature = "png-plots"))]
        assert!(message("a.png").contains("rsvg-convert a.svg -o a.png"));
        assert!(message("a.pdf").contains("--plot a.svg"));
        assert!(message("a").contains("--plot a.svg"));
    }
}
