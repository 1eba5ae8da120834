# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_mediarec_global_optspecs
    string join \n h/help V/version
end

function __fish_mediarec_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_mediarec_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_mediarec_using_subcommand
    set -l cmd (__fish_mediarec_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c mediarec -n "__fish_mediarec_needs_command" -s h -l help -d 'Print help'
complete -c mediarec -n "__fish_mediarec_needs_command" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "record" -d 'Record into a file or a pipe'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "photo" -d 'Take one still picture of a camera'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "list-devices" -d 'List cameras, microphones and speakers'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "probe" -d 'Open devices, show what they are and why they were chosen, close them'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "supports" -d 'Tell which MIME types can be recorded'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "constraints" -d 'List what can be asked of devices'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "inspect" -d 'Show what is in a WebM file, also in one that is unfinished or broken'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "completions" -d 'Print the completions of a shell'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l fake-devices -d 'Use fake devices instead of the machine\'s: colour bars and a tone, in real time, or as fast as they are taken with SPEC `unpaced`; SPEC can script them: unplug=camera1@3s, plug=camera1@5s, mute=mic1@1s..2s, stall=mic1@3s, resize=camera1:640x480@2s, skew=mic1:1000ppm, busy=camera2, deny=camera1, none' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l camera-backend -d 'Way to the machine\'s cameras [default: v4l2 on Linux, nokhwa elsewhere]' -r -f -a "v4l2\t'Video4Linux 2'
nokhwa\t'The crate nokhwa'"
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l microphone-backend -d 'Way to the machine\'s microphones [default: the first that works]' -r -f -a "pulseaudio\t''
alsa\t''"
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l input -d 'Record a media file instead of devices: WebM (VP8, VP9, AV1, Opus), Y4M or WAV, or - for standard input; several join as tracks' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l canvas -d 'Record raw pictures from standard input, one each FPS-th of a second (30 if not said), rows without padding; with --audio or --microphone sound beside them, in real time' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l video -d 'Take pictures, as constraints say: width==1280,frameRate>=25 or a JSON object; once a track' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l audio -d 'Take sound, as constraints say; once a track' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l camera -d 'Take this camera and no other: its id, its number in list-devices, its label or a part of that' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l microphone -d 'Take this microphone and no other' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l width -d 'Pixels a row: 1280 (ideally), ==1280 (exactly), \'>=640\', \'<=1920\'; like the following, repeatable' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l height -d 'Rows' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l aspect-ratio -d 'Width divided by height, such as 16:9' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l frame-rate -d 'Pictures a second' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l facing-mode -d 'Where the camera looks: user, environment, left or right' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l resize-mode -d 'none: as the device has it; crop-and-scale: made of that' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l sample-rate -d 'Samples a second' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l sample-size -d 'Bits a sample' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l channel-count -d 'Channels' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l latency -d 'Seconds from sound to samples' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l echo-cancellation -d 'Whether what the speakers play is taken out' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l auto-gain-control -d 'Whether loudness is evened out' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l noise-suppression -d 'Whether noise is taken out' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l constraints -d 'The W3C dictionary as it is: {"video":{"width":{"min":640}},"audio":true}' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l mime -d 'Container and codecs, such as video/webm or "audio/webm;codecs=opus"' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l timeslice -d 'How much media each chunk holds at least; 0 for the lowest latency, none for one chunk at the end' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l video-bitrate -d 'Target of all video tracks together in bit/s, such as 2500k or 2.5M [default: 2.5M]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l audio-bitrate -d 'Target of all audio tracks together in bit/s [default: 128k]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l bitrate -d 'Target of everything together in bit/s; overrides the other two' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l audio-bitrate-mode -d 'Whether every packet of sound is of one size' -r -f -a "variable\t'As many bits as each moment needs'
constant\t'The same for every moment'"
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l keyframe-interval -d 'How far apart key frames are, as time (2s) or as frames (60f) [default: 4s]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l duration -d 'Stop after this much media' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l max-size -d 'Stop before the finished file would be larger, such as 100M or 2GiB' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l speed -d 'Encoder speed, 0 (careful) to 16 (fast; VP9 knows up to 9, AV1 up to 10) [default: 8, AV1 9; a live recording that falls behind goes faster]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l threads -d 'Encoder threads a video track [default: what suits picture and machine]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -s o -l output -d 'File to record into, or - for standard output [default: standard output when it is a pipe or a file, else mediarec-YYYYmmdd-HHMMSS.webm]' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l chunks -d 'Write each chunk as DIR/000000.webm and so on, too, and a line about it into DIR/index.ndjson. No other file is made unless -o names one' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l on-chunk -d 'Have the shell run this after each chunk file; its path is $1' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l fsync -d 'Force data to the disk this often' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l events -d 'Write a line of JSON for every event; - is standard error' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l progress -d 'Show a status line while recording' -r -f -a "auto\t'When standard error is a terminal'
always\t'Always'
never\t'Never'"
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l color -d 'Use colours' -r -f -a "auto\t'When standard error is a terminal'
always\t'Always'
never\t'Never'"
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l realtime -d 'Read files as fast as they are meant to be played, not as fast as they are encoded'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l no-video -d 'Take no pictures'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l no-audio -d 'Take no sound'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l strict -d 'Names that nobody knows are an error, not only a warning'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l explain -d 'Say how far each device is from what is asked, and why the chosen one was chosen'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l start-paused -d 'Begin with a pause: nothing is recorded before SIGUSR2'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l reencode -d 'Encode anew what a WebM file has encoded already'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l force -d 'Overwrite the output file, or chunks, if they exist'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l live -d 'Never go back in the output: neither duration nor index'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -s q -l quiet -d 'Say nothing but errors'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -s v -l verbose -d 'Say more'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l fake-devices -d 'Use fake devices instead of the machine\'s: colour bars and a tone, in real time, or as fast as they are taken with SPEC `unpaced`; SPEC can script them: unplug=camera1@3s, plug=camera1@5s, mute=mic1@1s..2s, stall=mic1@3s, resize=camera1:640x480@2s, skew=mic1:1000ppm, busy=camera2, deny=camera1, none' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l camera-backend -d 'Way to the machine\'s cameras [default: v4l2 on Linux, nokhwa elsewhere]' -r -f -a "v4l2\t'Video4Linux 2'
nokhwa\t'The crate nokhwa'"
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l microphone-backend -d 'Way to the machine\'s microphones [default: the first that works]' -r -f -a "pulseaudio\t''
alsa\t''"
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l video -d 'Take pictures, as constraints say: width==1280,frameRate>=25 or a JSON object; once a track' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l audio -d 'Take sound, as constraints say; once a track' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l camera -d 'Take this camera and no other: its id, its number in list-devices, its label or a part of that' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l microphone -d 'Take this microphone and no other' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l width -d 'Pixels a row: 1280 (ideally), ==1280 (exactly), \'>=640\', \'<=1920\'; like the following, repeatable' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l height -d 'Rows' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l aspect-ratio -d 'Width divided by height, such as 16:9' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l frame-rate -d 'Pictures a second' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l facing-mode -d 'Where the camera looks: user, environment, left or right' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l resize-mode -d 'none: as the device has it; crop-and-scale: made of that' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l sample-rate -d 'Samples a second' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l sample-size -d 'Bits a sample' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l channel-count -d 'Channels' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l latency -d 'Seconds from sound to samples' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l echo-cancellation -d 'Whether what the speakers play is taken out' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l auto-gain-control -d 'Whether loudness is evened out' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l noise-suppression -d 'Whether noise is taken out' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l constraints -d 'The W3C dictionary as it is: {"video":{"width":{"min":640}},"audio":true}' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -s o -l output -d 'File to write, .jpg or .png, or - for a JPEG on standard output [default: mediarec-YYYYmmdd-HHMMSS.jpg]' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l settle -d 'How long the camera may find its exposure before [default: 1s, of fake cameras 0s]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l no-video -d 'Take no pictures'
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l no-audio -d 'Take no sound'
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l strict -d 'Names that nobody knows are an error, not only a warning'
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l explain -d 'Say how far each device is from what is asked, and why the chosen one was chosen'
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l force -d 'Overwrite the file if it exists'
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand list-devices" -l fake-devices -d 'Use fake devices instead of the machine\'s: colour bars and a tone, in real time, or as fast as they are taken with SPEC `unpaced`; SPEC can script them: unplug=camera1@3s, plug=camera1@5s, mute=mic1@1s..2s, stall=mic1@3s, resize=camera1:640x480@2s, skew=mic1:1000ppm, busy=camera2, deny=camera1, none' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand list-devices" -l camera-backend -d 'Way to the machine\'s cameras [default: v4l2 on Linux, nokhwa elsewhere]' -r -f -a "v4l2\t'Video4Linux 2'
nokhwa\t'The crate nokhwa'"
complete -c mediarec -n "__fish_mediarec_using_subcommand list-devices" -l microphone-backend -d 'Way to the machine\'s microphones [default: the first that works]' -r -f -a "pulseaudio\t''
alsa\t''"
complete -c mediarec -n "__fish_mediarec_using_subcommand list-devices" -l kind -d 'List devices of this kind only' -r -f -a "audioinput\t'Microphones'
videoinput\t'Cameras'
audiooutput\t'Speakers'"
complete -c mediarec -n "__fish_mediarec_using_subcommand list-devices" -l json -d 'Print one array of JSON'
complete -c mediarec -n "__fish_mediarec_using_subcommand list-devices" -l capabilities -d 'Add what the inputs can do'
complete -c mediarec -n "__fish_mediarec_using_subcommand list-devices" -l watch -d 'Print a line of JSON for every device that comes or goes, until interrupted'
complete -c mediarec -n "__fish_mediarec_using_subcommand list-devices" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand list-devices" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l fake-devices -d 'Use fake devices instead of the machine\'s: colour bars and a tone, in real time, or as fast as they are taken with SPEC `unpaced`; SPEC can script them: unplug=camera1@3s, plug=camera1@5s, mute=mic1@1s..2s, stall=mic1@3s, resize=camera1:640x480@2s, skew=mic1:1000ppm, busy=camera2, deny=camera1, none' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l camera-backend -d 'Way to the machine\'s cameras [default: v4l2 on Linux, nokhwa elsewhere]' -r -f -a "v4l2\t'Video4Linux 2'
nokhwa\t'The crate nokhwa'"
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l microphone-backend -d 'Way to the machine\'s microphones [default: the first that works]' -r -f -a "pulseaudio\t''
alsa\t''"
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l video -d 'Take pictures, as constraints say: width==1280,frameRate>=25 or a JSON object; once a track' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l audio -d 'Take sound, as constraints say; once a track' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l camera -d 'Take this camera and no other: its id, its number in list-devices, its label or a part of that' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l microphone -d 'Take this microphone and no other' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l width -d 'Pixels a row: 1280 (ideally), ==1280 (exactly), \'>=640\', \'<=1920\'; like the following, repeatable' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l height -d 'Rows' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l aspect-ratio -d 'Width divided by height, such as 16:9' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l frame-rate -d 'Pictures a second' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l facing-mode -d 'Where the camera looks: user, environment, left or right' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l resize-mode -d 'none: as the device has it; crop-and-scale: made of that' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l sample-rate -d 'Samples a second' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l sample-size -d 'Bits a sample' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l channel-count -d 'Channels' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l latency -d 'Seconds from sound to samples' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l echo-cancellation -d 'Whether what the speakers play is taken out' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l auto-gain-control -d 'Whether loudness is evened out' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l noise-suppression -d 'Whether noise is taken out' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l constraints -d 'The W3C dictionary as it is: {"video":{"width":{"min":640}},"audio":true}' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l no-video -d 'Take no pictures'
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l no-audio -d 'Take no sound'
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l strict -d 'Names that nobody knows are an error, not only a warning'
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l explain -d 'Say how far each device is from what is asked, and why the chosen one was chosen'
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l json -d 'Print one object of JSON'
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand supports" -l width -d 'Whether pictures this wide fit, in pixels; what is left out is 1280×720 at 30 a second, 2.5 Mbit/s' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand supports" -l height -d 'Whether pictures this high fit, in pixels' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand supports" -l frame-rate -d 'Whether so many pictures a second fit' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand supports" -l video-bitrate -d 'Whether so many bit/s fit, such as 2500k or 2.5M' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand supports" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand supports" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand constraints" -l json -d 'Print one object of JSON'
complete -c mediarec -n "__fish_mediarec_using_subcommand constraints" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand constraints" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand inspect" -l json -d 'Print one object of JSON'
complete -c mediarec -n "__fish_mediarec_using_subcommand inspect" -l packets -d 'List every packet'
complete -c mediarec -n "__fish_mediarec_using_subcommand inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand inspect" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand completions" -s V -l version -d 'Print version'
