//! What can be typed to ask something of devices, and nothing else.
use clap::Args;
use mediarec::constraints::Property;

/// What is not wanted, of devices and of files.
#[derive(Args, Debug)]
pub struct LeaveOutArgs {
    /// Take no pictures
    #[arg(long, conflicts_with_all = ["no_audio", "video"])]
    pub no_video: bool,
    /// Take no sound
    #[arg(long, conflicts_with = "audio")]
    pub no_audio: bool,
}

/// What is asked of devices.
#[derive(Args, Debug)]
#[command(next_help_heading = "Constraints")]
pub struct ConstraintArgs {
    /// Take pictures, as constraints say: width==1280,frameRate>=25 or a JSON object; once a track
    #[arg(long, value_name = "CONSTRAINTS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub video: Vec<String>,
    /// Take sound, as constraints say; once a track
    #[arg(long, value_name = "CONSTRAINTS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub audio: Vec<String>,
    #[command(flatten)]
    pub leave_out: LeaveOutArgs,
    /// Take this camera and no other: its id, its number in list-devices, its label or a part of that
    #[arg(long, value_name = "X")]
    pub camera: Option<String>,
    /// Take this microphone and no other
    #[arg(long, value_name = "X")]
    pub microphone: Option<String>,
    /// Pixels a row: 1280 (ideally), ==1280 (exactly), '>=640', '<=1920'; like the following, repeatable
    #[arg(long, value_name = "[OP]N")]
    pub width: Vec<String>,
    /// Rows
    #[arg(long, value_name = "[OP]N")]
    pub height: Vec<String>,
    /// Width divided by height, such as 16:9
    #[arg(long, value_name = "[OP]N")]
    pub aspect_ratio: Vec<String>,
    /// Pictures a second
    #[arg(long, value_name = "[OP]N")]
    pub frame_rate: Vec<String>,
    /// Where the camera looks: user, environment, left or right
    #[arg(long, value_name = "[OP]MODE")]
    pub facing_mode: Vec<String>,
    /// none: as the device has it; crop-and-scale: made of that
    #[arg(long, value_name = "[OP]MODE")]
    pub resize_mode: Vec<String>,
    /// Samples a second
    #[arg(long, value_name = "[OP]N")]
    pub sample_rate: Vec<String>,
    /// Bits a sample
    #[arg(long, value_name = "[OP]N")]
    pub sample_size: Vec<String>,
    /// Channels
    #[arg(long, value_name = "[OP]N")]
    pub channel_count: Vec<String>,
    /// Seconds from sound to samples
    #[arg(long, value_name = "[OP]N")]
    pub latency: Vec<String>,
    /// Whether what the speakers play is taken out
    #[arg(long, value_name = "[OP]BOOL|MODE")]
    pub echo_cancellation: Vec<String>,
    /// Whether loudness is evened out
    #[arg(long, value_name = "[OP]BOOL")]
    pub auto_gain_control: Vec<String>,
    /// Whether noise is taken out
    #[arg(long, value_name = "[OP]BOOL")]
    pub noise_suppression: Vec<String>,
    /// The W3C dictionary as it is: {"video":{"width":{"min":640}},"audio":true}
    #[arg(long, value_name = "JSON|@FILE", conflicts_with_all = ["video", "audio", "no_video", "no_audio"])]
    pub constraints: Option<String>,
    /// Names that nobody knows are an error, not only a warning
    #[arg(long)]
    pub strict: bool,
    /// Say how far each device is from what is asked, and why the chosen one was chosen
    #[arg(long)]
    pub explain: bool,
}

impl ConstraintArgs {
    /// The flags of single constraints and the values that were typed.
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
