//! Plots as PNG files, by resvg.
use anyhow::{Context, bail};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};

/// Pixels of the picture for each of the plot: text is legible on any screen.
const SCALE: f32 = 2.0;

/// Families for text where the first is not installed, in the order in which they are tried.
const SANS_SERIF: [&str; 5] = [
    "Arial",
    "Liberation Sans",
    "DejaVu Sans",
    "Noto Sans",
    "Helvetica",
];

/// Draws a plot, which is SVG.
///
/// # Errors
/// If the system has no fonts.
pub fn rendered(plot: &str) -> anyhow::Result<Vec<u8>> {
    let mut options = Options::default();
    let fonts = options.fontdb_mut();
    fonts.load_system_fonts();
    let Some(family) = sans_serif(fonts) else {
        bail!("the plot cannot be drawn as PNG, as no fonts are installed; use --plot FILE.svg");
    };
    fonts.set_sans_serif_family(family);
    let tree = Tree::from_str(plot, &options).context("the plot cannot be drawn")?;
    let size = tree.size().to_int_size();
    let scaled = |length: u32| length * SCALE as u32;
    let picture = Pixmap::new(scaled(size.width()), scaled(size.height()));
    let mut picture = picture.context("the plot is too large to be drawn")?;
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut picture.as_mut());
    picture.encode_png().context("the plot cannot be written as PNG")
}

fn sans_serif(fonts: &Database) -> Option<String> {
    let families = || {
        fonts
            .faces()
            .flat_map(|face| &face.families)
            .map(|(name, _)| name)
    };
    let known = SANS_SERIF
        .iter()
        .find(|known| families().any(|name| name == *known));
    known
        .map(|name| (*name).to_owned())
        .or_else(|| families().next().cloned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::plot::svg::Svg;

    #[test]
    fn a_plot_has_its_shapes_and_its_text() {
        let mut svg = Svg::new(100.0, 40.0, "bit rate");
        svg.rectangle([0.0, 0.0, 50.0, 40.0], "fill=\"#000000\"");
        let plain = Pixmap::decode_png(&rendered(&svg.finish()).unwrap()).unwrap();
        assert_eq!((plain.width(), plain.height()), (200, 80));
        let red = |x, y| plain.pixel(x, y).unwrap().red();
        assert_eq!((red(50, 40), red(150, 40)), (0, 255));
    }
}
