# A formula for Homebrew, for the crate as crates.io would have it. docs/install.md tells what of it was tried.
class Mediarec < Formula
  desc "Recorder of cameras and microphones to WebM, with the APIs of the web"
  # A placeholder: whoever publishes the formula puts an address here.
  homepage "https://mediarec.example/"
  url "https://static.crates.io/crates/mediarec/mediarec-0.2.0.crate"
  # That of the crate is put in by script/release.
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license any_of: ["MIT", "Apache-2.0"]

  depends_on "cmake" => :build
  depends_on "pkgconf" => :build
  depends_on "rust" => :build
  depends_on "aom"
  depends_on "libvpx"

  # libclang, which reads the headers of libvpx and libaom.
  uses_from_macos "llvm" => :build

  on_linux do
    depends_on "alsa-lib"
  end

  def install
    # Those of the package for Debian. Not h264, as patents may apply to it.
    features = %w[audio-decoders network png-plots preview upload]
    system "cargo", "install", *std_cargo_args(features: features)
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/mediarec.bash" => "mediarec"
    zsh_completion.install "completions/_mediarec"
    fish_completion.install "completions/mediarec.fish"
  end

  test do
    system bin/"mediarec", "record", "--fake-devices", "--duration", "1s", "-o", "first.webm"
    system bin/"mediarec", "check", "first.webm"
  end
end
