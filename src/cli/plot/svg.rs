//! A writer of SVG: shapes and text, one after the other.
use std::fmt::Write;

/// A picture that is being drawn.
pub struct Svg {
    text: String,
}

impl Svg {
    /// A white picture of this size in pixels, with a name for those who cannot see it.
    pub fn new(width: f64, height: f64, name: &str) -> Self {
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" \
             role=\"img\" font-family=\"system-ui, 'Segoe UI', Helvetica, Arial, sans-serif\" font-size=\"12\">\n",
            w = number(width),
            h = number(height)
        );
        let _ = writeln!(text, "<title>{}</title>", escaped(name));
        let mut svg = Self { text };
        svg.rectangle([0.0, 0.0, width, height], "fill=\"#ffffff\"");
        svg
    }

    /// A rectangle: left, top, width, height. `style` is attributes as they are.
    pub fn rectangle(&mut self, [x, y, width, height]: [f64; 4], style: &str) {
        let [x, y, width, height] = [x, y, width, height].map(number);
        let _ = writeln!(
            self.text,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {style}/>"
        );
    }

    /// A line from one point to another.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), style: &str) {
        self.path(&[from, to], style);
    }

    /// Lines through these points.
    pub fn path(&mut self, points: &[(f64, f64)], style: &str) {
        let points = points
            .iter()
            .map(|(x, y)| format!("{},{}", number(*x), number(*y)));
        let points = points.collect::<Vec<_>>().join(" ");
        let _ = writeln!(self.text, "<polyline points=\"{points}\" {style}/>");
    }

    /// A line of text, which is escaped.
    pub fn text(&mut self, (x, y): (f64, f64), style: &str, text: &str) {
        let (x, y, text) = (number(x), number(y), escaped(text));
        let _ = writeln!(self.text, "<text x=\"{x}\" y=\"{y}\" {style}>{text}</text>");
    }

    /// The whole picture.
    pub fn finish(mut self) -> String {
        self.text.push_str("</svg>\n");
        self.text
    }
}

/// A tenth of a pixel is exact enough.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

/// Text as XML 1.0 allows it: markup is escaped, and characters that no document may have are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
            char if char.is_control() => {}
            char => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_be_taken_for_markup() {
        assert_eq!(
            escaped("a<b> & \"c\"\u{1b}[2J\u{0}\u{ffff} ü"),
            "a&lt;b&gt; &amp; &quot;c&quot;[2J ü"
        );
    }

    #[test]
    fn a_picture_is_made_of_its_shapes() {
        let mut svg = Svg::new(20.0, 10.0, "a&b");
        svg.line((1.0, 2.04), (3.5, 4.0), "stroke=\"#000\"");
        svg.text((5.0, 6.0), "fill=\"#000\"", "x<y");
        let text = svg.finish();
        assert!(text.contains("viewBox=\"0 0 20 10\""), "{text}");
        assert!(text.contains("<title>a&amp;b</title>"), "{text}");
        assert!(
            text.contains("<polyline points=\"1,2 3.5,4\" stroke=\"#000\"/>"),
            "{text}"
        );
        assert!(
            text.ends_with("<text x=\"5\" y=\"6\" fill=\"#000\">x&lt;y</text>\n</svg>\n"),
            "{text}"
        );
    }
}
