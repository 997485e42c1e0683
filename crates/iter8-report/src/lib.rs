//! An experiment's result as text, HTML, JSON, JUnit XML and Markdown.
//!
//! Reports are strings made from an experiment and a [`Context`]. This crate reads no clock and
//! no file, judges nothing by itself, and knows neither where the experiment came from nor where
//! the report goes.
//!
//! Start with [`render`]; what every format shows is decided once, in [`view`].

pub mod html;
pub mod json;
pub mod junit;
pub mod load;
pub mod markdown;
pub mod text;
pub mod view;

use std::str::FromStr;

use iter8_model::experiment::Experiment;
use jiff::Timestamp;

use view::View;

/// The forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// For a terminal, as Iter8 0.13 prints it.
    Text,
    /// One page that needs nothing else.
    Html,
    /// For programs; versioned and documented.
    Json,
    /// For CI systems that show test results.
    JUnit,
    /// For the summary of a CI job or a comment on a change.
    Markdown,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 5] = [Self::Text, Self::Html, Self::Json, Self::JUnit, Self::Markdown];

    /// The name that users write.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html => "html",
            Self::Json => "json",
            Self::JUnit => "junit",
            Self::Markdown => "markdown",
        }
    }
}

/// A text that names no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unsupported report format {0}")]
pub struct UnsupportedFormat(pub String);

impl FromStr for Format {
    type Err = UnsupportedFormat;

    /// Case does not matter.
    fn from_str(text: &str) -> Result<Self, UnsupportedFormat> {
        let known = Self::ALL.into_iter().find(|format| format.as_str().eq_ignore_ascii_case(text));
        known.ok_or_else(|| UnsupportedFormat(text.to_owned()))
    }
}

/// What a report says besides the experiment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// Name of the experiment's group.
    pub group: String,
    /// When the report is made; `None` leaves the time out, so that the report can be repeated.
    pub generated_at: Option<Timestamp>,
    /// Version of the program that makes the report.
    pub tool_version: String,
    /// Whether the text report lists aggregates of sample metrics (gRPC latencies, for example).
    /// All other formats always do.
    pub show_samples: bool,
}

/// A finished report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The report itself.
    pub text: String,
    /// What could not be shown as the experiment asks for; for the log, one line each.
    pub warnings: Vec<String>,
}

/// Makes a report. This cannot fail: what is missing is shown as missing.
pub fn render(experiment: &Experiment, context: &Context, format: Format) -> Report {
    let view = View::new(experiment);
    let text = match format {
        Format::Text => text::render(&view, context),
        Format::Html => html::render(&view, context),
        Format::Json => json::render(&view, context),
        Format::JUnit => junit::render(&view, context),
        Format::Markdown => markdown::render(&view, context),
    };
    Report { text, warnings: view.warnings }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_names_read_back_in_any_case() {
        for format in Format::ALL {
            assert_eq!(format.as_str().parse(), Ok(format));
            assert_eq!(format.as_str().to_uppercase().parse(), Ok(format));
        }
        let error = "Pdf".parse::<Format>().unwrap_err();
        assert_eq!(error.to_string(), "unsupported report format Pdf");
    }
}
