//! Device and constraint flags, shared by `record`, `photo` and `probe`.
use clap::Args;
use mediarec::constraints::Property;

/// Flags that leave out a kind of track, of devices and of files.
#[derive(Args, Debug)]
pub struct LeaveOutArgs {
    /// Record no video
    #[arg(long, conflicts_with_all = ["no_audio", "video"])]
    pub no_video: bool,
    /// Record no audio
    #[arg(long, conflicts_with = "audio")]
    pub no_audio: bool,
}

/// Constraint flags.
#[derive(Args, Debug)]
#[command(next_help_heading = "Constraints")]
pub struct ConstraintArgs {
    /// Record video, as in --video='width>=1280'
    ///
    /// CONSTRAINTS is a list such as width==1280,frameRate>=25 or a JSON object. Repeat the flag for several video tracks
    #[arg(long, value_name = "CONSTRAINTS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub video: Vec<String>,
    /// Record audio; CONSTRAINTS as for --video
    ///
    /// Repeat the flag for several audio tracks
    #[arg(long, value_name = "CONSTRAINTS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub audio: Vec<String>,
    #[command(flatten)]
    pub leave_out: LeaveOutArgs,
    /// Use this camera: number, label, name or ID
    ///
    /// As list-devices shows them; a part of the label will do if no other camera has it
    #[arg(long, value_name = "X")]
    pub camera: Option<String>,
    /// Use this microphone, given as for --camera
    #[arg(long, value_name = "X")]
    pub microphone: Option<String>,
    /// Width in pixels: 1280, '==1280' or '>=640'
    ///
    /// A bare value is ideal, '==1280' exact, '>=640' a minimum, '<=1920' a maximum. Repeat the flag to combine them. The
    /// following flags take the same operators
    #[arg(long, value_name = "[OP]N")]
    pub width: Vec<String>,
    /// Height in pixels
    #[arg(long, value_name = "[OP]N")]
    pub height: Vec<String>,
    /// Width divided by height, such as 1.778 or 16:9
    #[arg(long, value_name = "[OP]N", hide_short_help = true)]
    pub aspect_ratio: Vec<String>,
    /// Frames per second
    #[arg(long, value_name = "[OP]N")]
    pub frame_rate: Vec<String>,
    /// Direction the camera faces: user, environment, left or right
    #[arg(long, value_name = "[OP]MODE", hide_short_help = true)]
    pub facing_mode: Vec<String>,
    /// none: a native mode of the camera; crop-and-scale: also cropped, scaled or reduced in frame rate
    #[arg(long, value_name = "[OP]MODE", hide_short_help = true)]
    pub resize_mode: Vec<String>,
    /// Sample rate in Hz
    #[arg(long, value_name = "[OP]N", hide_short_help = true)]
    pub sample_rate: Vec<String>,
    /// Sample size in bits
    #[arg(long, value_name = "[OP]N", hide_short_help = true)]
    pub sample_size: Vec<String>,
    /// Number of audio channels
    #[arg(long, value_name = "[OP]N", hide_short_help = true)]
    pub channel_count: Vec<String>,
    /// Audio latency in seconds
    #[arg(long, value_name = "[OP]N", hide_short_help = true)]
    pub latency: Vec<String>,
    /// Remove the sound of the speakers from the microphone signal
    #[arg(long, value_name = "[OP]BOOL|MODE", hide_short_help = true)]
    pub echo_cancellation: Vec<String>,
    /// Level the volume automatically
    #[arg(long, value_name = "[OP]BOOL", hide_short_help = true)]
    pub auto_gain_control: Vec<String>,
    /// Suppress background noise
    #[arg(long, value_name = "[OP]BOOL", hide_short_help = true)]
    pub noise_suppression: Vec<String>,
    /// All constraints as a W3C dictionary in JSON
    ///
    /// The dictionary is that of getUserMedia, such as {"video":{"width":{"min":640}},"audio":true}; @FILE reads it from a file
    #[arg(long, value_name = "JSON", conflicts_with_all = ["video", "audio", "no_video", "no_audio"])]
    pub constraints: Option<String>,
    /// Treat unknown constraint names as an error instead of a warning
    #[arg(long, hide_short_help = true)]
    pub strict: bool,
    /// Print how each device fits the constraints
    ///
    /// The fitness distance of each of its modes, 0 being a perfect fit, and why one was selected
    #[arg(long)]
    pub explain: bool,
}

impl ConstraintArgs {
    /// The flags of single constraints, with the values that were typed.
    pub fn single_flags(&self) -> [(Property, &[String]); 13] {
        [
            (Property::Width, &self.width),
            (Property::Height, &self.height),
            (Property::AspectRatio, &self.aspect_ratio),
            (Property::FrameRate, &self.frame_rate),
            (Property::FacingMode, &self.facing_mode),
            (Property::ResizeMode, &self.resize_mode),
            (Property::SampleRate, &self.sample_rate),
            (Property::SampleSize, &self.sample_size),
            (Property::ChannelCount, &self.channel_count),
            (Property::Latency, &self.latency),
            (Property::EchoCancellation, &self.echo_cancellation),
            (Property::AutoGainControl, &self.auto_gain_control),
            (Property::NoiseSuppression, &self.noise_suppression),
        ]
    }
}
