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
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "record" -d 'Record to a file or a pipe'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "photo" -d 'Take a photo with a camera'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "list-devices" -d 'List cameras, microphones and speakers'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "probe" -d 'Open devices and show their settings, capabilities and why they were selected'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "doctor" -d 'Try what a recording needs, and say what to do about what is in the way'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "supports" -d 'Check whether MIME types can be recorded'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "constraints" -d 'List the supported constraints'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "inspect" -d 'Show the contents of a WebM file, even if it is unfinished or damaged'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "check" -d 'Name the rules of WebM that files break, and where'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "fix" -d 'Repair WebM files that were cut off, or that players cannot seek in'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "join" -d 'Make one WebM file of chunks, or of several recordings'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "ctl" -d 'Control a running recording, or ask how it is'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "preview" -d 'Watch cameras and microphones in the browser, without a file'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "serve" -d 'Record what several programs publish, each to its own file'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "upload" -d 'Send what recordings have not uploaded yet'
complete -c mediarec -n "__fish_mediarec_needs_command" -f -a "completions" -d 'Print shell completions'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l fake-devices -d 'Use fake devices instead of the machine\'s' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l camera-backend -d 'Camera API to use [default: v4l2 on Linux, nokhwa elsewhere]' -r -f -a "v4l2\t'Video4Linux 2'
nokhwa\t'The nokhwa library (AVFoundation, Media Foundation, V4L2)'"
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l microphone-backend -d 'Audio API to use [default: the first that works]' -r -f -a "pulseaudio\t''
alsa\t''"
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l input -d 'Record a media file instead of devices' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l canvas -d 'Record raw video from standard input' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l on-lost -d 'What to do when a device is unplugged or fails [default: stop]' -r -f -a "stop\t'Its track ends'
wait\t'It is waited for'
switch\t'Another device takes its place'"
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l reconnect -d 'Wait this long for a lost device [default: 60s]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l video -d 'Record video, as in --video=\'width>=1280\'' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l audio -d 'Record audio; CONSTRAINTS as for --video' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l camera -d 'Use this camera: number, label, name or ID' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l microphone -d 'Use this microphone, given as for --camera' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l width -d 'Width in pixels: 1280, \'==1280\' or \'>=640\'' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l height -d 'Height in pixels' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l aspect-ratio -d 'Width divided by height, such as 1.778 or 16:9' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l frame-rate -d 'Frames per second' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l facing-mode -d 'Direction the camera faces: user, environment, left or right' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l resize-mode -d 'none: a native mode of the camera; crop-and-scale: also cropped, scaled or reduced in frame rate' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l sample-rate -d 'Sample rate in Hz' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l sample-size -d 'Sample size in bits' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l channel-count -d 'Number of audio channels' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l latency -d 'Audio latency in seconds' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l echo-cancellation -d 'Remove the sound of the speakers from the microphone signal' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l auto-gain-control -d 'Level the volume automatically' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l noise-suppression -d 'Suppress background noise' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l constraints -d 'All constraints as a W3C dictionary in JSON' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l gain -d 'Gain of the microphone, such as -6dB' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l channels -d 'Channels of the microphone that are recorded, such as 2, or 2,1' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l monitor -d 'Hear what is recorded, on the default speaker or on this one' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l mime -d 'Container and codecs [default: by the ending of -o, or video/webm]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l timeslice -d 'Minimum duration of a chunk' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l video-bitrate -d 'Video bit rate in bit/s [default: 2.5M]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l audio-bitrate -d 'Audio bit rate in bit/s [default: 128k]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l bitrate -d 'Bit rate of all tracks together' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l audio-bitrate-mode -d 'Bit rate mode of the audio encoder' -r -f -a "variable\t'The bit rate follows the signal'
constant\t'Every packet has the same size'"
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l keyframe-interval -d 'Maximum time (2s) or frames (60f) between key frames [default: 4s]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l duration -d 'Stop after this long, such as 90s or 1h30m' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l max-size -d 'Stop before the file is larger, such as 100M' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l quality -d 'Constant video quality, whatever is in the picture' -r -f -a "draft\t'Small and fast; artefacts can be seen'
good\t'Artefacts are seen by those who look for them'
best\t'Next to no artefacts; files are encoded slowly'"
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l speed -d 'Encoder speed, 0 (best) to 16 (fastest)' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l threads -d 'Encoder threads per video track [default: depends on frame size and machine]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l jobs -d 'Encoders that share each video track of a file [default: depends on frame size and machine]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -s o -l output -d 'Output file, or - [default: mediarec-DATE-TIME.webm]' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l chunks -d 'Write each chunk to a file of its own' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l on-chunk -d 'Shell command to run after each chunk file' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l fsync -d 'Flush data to the disk at this interval' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l events -d 'Write one JSON object per event and line' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l control -d 'Take commands from other programs' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l progress -d 'Show a status line while recording' -r -f -a "auto\t'If standard error is a terminal'
always\t'Always'
never\t'Never'"
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l color -d 'Use colours' -r -f -a "auto\t'If standard error is a terminal'
always\t'Always'
never\t'Never'"
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l segment-time -d 'Begin a new file after this long, such as 15m' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l segment-size -d 'Begin a new file before the file is larger, such as 1G' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l segment-list -d 'List the segments in FILE.ndjson, FILE.csv or FILE.m3u8' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l on-segment -d 'Shell command to run after each segment' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l keep -d 'Remove the oldest segments: keep 7d, 200G or 100' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l min-free -d 'Keep this much of the disk free, such as 5G' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l upload -d 'Send finished files to an object store' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l upload-wait -d 'How long uploads may go on after a stop' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l preview -d 'Serve a live page of what is recorded [default: 127.0.0.1:8787]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l preview-control -d 'Whether viewers may pause, stop and so on' -r -f -a "yes\t'They may'
no\t'They may not'"
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l preview-token -d 'Token that the URL of the page must have [default: a new one, if one is needed]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l tls-cert -d 'Certificate chain of the page (PEM): it is served by TLS' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l tls-key -d 'Private key of the certificate (PEM)' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l listen -d 'Record what another program sends, such as a browser or OBS' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l listen-token -d 'Token that publishers must have [default: a new one, if one is needed]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l whip -d 'Send what is recorded to a media server, too' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l whip-token -d 'Token that the media server demands' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l whep-token -d 'Token that the media server of --input whep+https://… demands' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l ice-server -d 'STUN or TURN server that helps to find a way through the network, such as `turn:turn.example.org`; may be repeated' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l ice-username -d 'User name for the TURN servers' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l ice-credential -d 'Password for the TURN servers' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l history -d 'Keep the last part of the recording in memory, such as 30s' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l history-after -d 'Let clips go on for this long after the request' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l history-file -d 'Name of clips, with a number or the time' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l alarm -d 'Warn when nothing is heard, seen or new' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l on-alarm -d 'Shell command to run when an alarm is raised or cleared' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l title -d 'Title of the recording' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l tag -d 'Tag of the recording, such as ARTIST=Ana' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l realtime -d 'Read --input or --canvas at playback speed'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l pick -d 'Choose the camera and the microphone in the terminal'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l follow-default -d 'Move to another microphone when it becomes the system\'s default'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l no-video -d 'Record no video'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l no-audio -d 'Record no audio'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l strict -d 'Treat unknown constraint names as an error instead of a warning'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l explain -d 'Print how each device fits the constraints'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l mix -d 'Mix all microphones to one track'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l start-paused -d 'Start paused'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l reencode -d 'Re-encode input files that are already encoded'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l force -d 'Overwrite existing output files and chunks'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l live -d 'Never seek in the output'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -s q -l quiet -d 'Print errors only'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -s v -l verbose -d 'Print a summary at the end'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l segment-clock -d 'Align --segment-time to the clock'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l alarm-exit -d 'Exit with code 9 if an alarm was raised'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l reproducible -d 'Make the same input give the same bytes'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -l sandbox -d 'Confine the program, to re-encode files of strangers'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand record" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l fake-devices -d 'Use fake devices instead of the machine\'s' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l camera-backend -d 'Camera API to use [default: v4l2 on Linux, nokhwa elsewhere]' -r -f -a "v4l2\t'Video4Linux 2'
nokhwa\t'The nokhwa library (AVFoundation, Media Foundation, V4L2)'"
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l microphone-backend -d 'Audio API to use [default: the first that works]' -r -f -a "pulseaudio\t''
alsa\t''"
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l video -d 'Record video, as in --video=\'width>=1280\'' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l audio -d 'Record audio; CONSTRAINTS as for --video' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l camera -d 'Use this camera: number, label, name or ID' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l microphone -d 'Use this microphone, given as for --camera' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l width -d 'Width in pixels: 1280, \'==1280\' or \'>=640\'' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l height -d 'Height in pixels' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l aspect-ratio -d 'Width divided by height, such as 1.778 or 16:9' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l frame-rate -d 'Frames per second' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l facing-mode -d 'Direction the camera faces: user, environment, left or right' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l resize-mode -d 'none: a native mode of the camera; crop-and-scale: also cropped, scaled or reduced in frame rate' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l sample-rate -d 'Sample rate in Hz' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l sample-size -d 'Sample size in bits' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l channel-count -d 'Number of audio channels' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l latency -d 'Audio latency in seconds' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l echo-cancellation -d 'Remove the sound of the speakers from the microphone signal' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l auto-gain-control -d 'Level the volume automatically' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l noise-suppression -d 'Suppress background noise' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l constraints -d 'All constraints as a W3C dictionary in JSON' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -s o -l output -d 'Output file, .jpg or .png, or - for JPEG on standard output [default: mediarec-YYYYmmdd-HHMMSS.jpg]' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l settle -d 'Time for the camera to adjust its exposure [default: 1s; fake cameras 0s]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l no-video -d 'Record no video'
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l no-audio -d 'Record no audio'
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l strict -d 'Treat unknown constraint names as an error instead of a warning'
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l explain -d 'Print how each device fits the constraints'
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -l force -d 'Overwrite an existing file'
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand photo" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand list-devices" -l fake-devices -d 'Use fake devices instead of the machine\'s' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand list-devices" -l camera-backend -d 'Camera API to use [default: v4l2 on Linux, nokhwa elsewhere]' -r -f -a "v4l2\t'Video4Linux 2'
nokhwa\t'The nokhwa library (AVFoundation, Media Foundation, V4L2)'"
complete -c mediarec -n "__fish_mediarec_using_subcommand list-devices" -l microphone-backend -d 'Audio API to use [default: the first that works]' -r -f -a "pulseaudio\t''
alsa\t''"
complete -c mediarec -n "__fish_mediarec_using_subcommand list-devices" -l kind -d 'List devices of this kind only' -r -f -a "audioinput\t'Microphones'
videoinput\t'Cameras'
audiooutput\t'Speakers'"
complete -c mediarec -n "__fish_mediarec_using_subcommand list-devices" -l json -d 'Print a JSON array'
complete -c mediarec -n "__fish_mediarec_using_subcommand list-devices" -l capabilities -d 'Include the capabilities of input devices in the JSON'
complete -c mediarec -n "__fish_mediarec_using_subcommand list-devices" -l watch -d 'Print a line of JSON when devices are plugged in or unplugged, until interrupted'
complete -c mediarec -n "__fish_mediarec_using_subcommand list-devices" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand list-devices" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l fake-devices -d 'Use fake devices instead of the machine\'s' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l camera-backend -d 'Camera API to use [default: v4l2 on Linux, nokhwa elsewhere]' -r -f -a "v4l2\t'Video4Linux 2'
nokhwa\t'The nokhwa library (AVFoundation, Media Foundation, V4L2)'"
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l microphone-backend -d 'Audio API to use [default: the first that works]' -r -f -a "pulseaudio\t''
alsa\t''"
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l video -d 'Record video, as in --video=\'width>=1280\'' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l audio -d 'Record audio; CONSTRAINTS as for --video' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l camera -d 'Use this camera: number, label, name or ID' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l microphone -d 'Use this microphone, given as for --camera' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l width -d 'Width in pixels: 1280, \'==1280\' or \'>=640\'' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l height -d 'Height in pixels' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l aspect-ratio -d 'Width divided by height, such as 1.778 or 16:9' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l frame-rate -d 'Frames per second' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l facing-mode -d 'Direction the camera faces: user, environment, left or right' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l resize-mode -d 'none: a native mode of the camera; crop-and-scale: also cropped, scaled or reduced in frame rate' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l sample-rate -d 'Sample rate in Hz' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l sample-size -d 'Sample size in bits' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l channel-count -d 'Number of audio channels' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l latency -d 'Audio latency in seconds' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l echo-cancellation -d 'Remove the sound of the speakers from the microphone signal' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l auto-gain-control -d 'Level the volume automatically' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l noise-suppression -d 'Suppress background noise' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l constraints -d 'All constraints as a W3C dictionary in JSON' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l no-video -d 'Record no video'
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l no-audio -d 'Record no audio'
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l strict -d 'Treat unknown constraint names as an error instead of a warning'
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l explain -d 'Print how each device fits the constraints'
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -l json -d 'Print a JSON object'
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand probe" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand doctor" -l fake-devices -d 'Use fake devices instead of the machine\'s' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand doctor" -l camera-backend -d 'Camera API to use [default: v4l2 on Linux, nokhwa elsewhere]' -r -f -a "v4l2\t'Video4Linux 2'
nokhwa\t'The nokhwa library (AVFoundation, Media Foundation, V4L2)'"
complete -c mediarec -n "__fish_mediarec_using_subcommand doctor" -l microphone-backend -d 'Audio API to use [default: the first that works]' -r -f -a "pulseaudio\t''
alsa\t''"
complete -c mediarec -n "__fish_mediarec_using_subcommand doctor" -l folder -d 'Folder in which recordings are to be made' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand doctor" -l json -d 'Print a JSON object'
complete -c mediarec -n "__fish_mediarec_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand doctor" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand supports" -l width -d 'Width of the video in pixels [default: 1280]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand supports" -l height -d 'Height of the video in pixels [default: 720]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand supports" -l frame-rate -d 'Frame rate of the video [default: 30]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand supports" -l video-bitrate -d 'Bit rate of the video in bit/s, such as 2500k [default: 2.5M]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand supports" -l json -d 'Print a JSON array: supported, smooth and powerEfficient of each type'
complete -c mediarec -n "__fish_mediarec_using_subcommand supports" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand supports" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand constraints" -l json -d 'Print a JSON object'
complete -c mediarec -n "__fish_mediarec_using_subcommand constraints" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand constraints" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand inspect" -l plot -d 'Draw the bit rate of each track over time, with its gaps, key frames and changes of size, as SVG' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand inspect" -l json -d 'Print a JSON object'
complete -c mediarec -n "__fish_mediarec_using_subcommand inspect" -l packets -d 'List every packet'
complete -c mediarec -n "__fish_mediarec_using_subcommand inspect" -l force -d 'Overwrite an existing plot'
complete -c mediarec -n "__fish_mediarec_using_subcommand inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand inspect" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand check" -l json -d 'Print a JSON object'
complete -c mediarec -n "__fish_mediarec_using_subcommand check" -l live -d 'The files are meant to be live: no Duration, no Cues [default: as each file looks]'
complete -c mediarec -n "__fish_mediarec_using_subcommand check" -l final -d 'The files are meant to be finished: seekable, with sizes [default: as each file looks]'
complete -c mediarec -n "__fish_mediarec_using_subcommand check" -l strict -d 'Fail on warnings, too'
complete -c mediarec -n "__fish_mediarec_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand check" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand fix" -s o -l output -d 'Write the repaired file there instead of replacing it; - is standard output' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand fix" -l header -d 'Take the header from this file, the first piece of the same recording' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand fix" -l force -d 'Overwrite an existing file'
complete -c mediarec -n "__fish_mediarec_using_subcommand fix" -l in-place -d 'Only repair in place, without a copy: finalise interrupted recordings of this program'
complete -c mediarec -n "__fish_mediarec_using_subcommand fix" -l verify -d 'Compare the packets of the repaired file with those of the original'
complete -c mediarec -n "__fish_mediarec_using_subcommand fix" -s q -l quiet -d 'Print errors only'
complete -c mediarec -n "__fish_mediarec_using_subcommand fix" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand fix" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand join" -s o -l output -d 'File to write' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand join" -l force -d 'Overwrite an existing file'
complete -c mediarec -n "__fish_mediarec_using_subcommand join" -s q -l quiet -d 'Print errors only'
complete -c mediarec -n "__fish_mediarec_using_subcommand join" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand join" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand ctl" -l json -d 'Print the answer as a line of JSON'
complete -c mediarec -n "__fish_mediarec_using_subcommand ctl" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand ctl" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l fake-devices -d 'Use fake devices instead of the machine\'s' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l camera-backend -d 'Camera API to use [default: v4l2 on Linux, nokhwa elsewhere]' -r -f -a "v4l2\t'Video4Linux 2'
nokhwa\t'The nokhwa library (AVFoundation, Media Foundation, V4L2)'"
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l microphone-backend -d 'Audio API to use [default: the first that works]' -r -f -a "pulseaudio\t''
alsa\t''"
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l input -d 'Record a media file instead of devices' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l canvas -d 'Record raw video from standard input' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l on-lost -d 'What to do when a device is unplugged or fails [default: stop]' -r -f -a "stop\t'Its track ends'
wait\t'It is waited for'
switch\t'Another device takes its place'"
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l reconnect -d 'Wait this long for a lost device [default: 60s]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l video -d 'Record video, as in --video=\'width>=1280\'' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l audio -d 'Record audio; CONSTRAINTS as for --video' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l camera -d 'Use this camera: number, label, name or ID' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l microphone -d 'Use this microphone, given as for --camera' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l width -d 'Width in pixels: 1280, \'==1280\' or \'>=640\'' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l height -d 'Height in pixels' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l aspect-ratio -d 'Width divided by height, such as 1.778 or 16:9' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l frame-rate -d 'Frames per second' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l facing-mode -d 'Direction the camera faces: user, environment, left or right' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l resize-mode -d 'none: a native mode of the camera; crop-and-scale: also cropped, scaled or reduced in frame rate' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l sample-rate -d 'Sample rate in Hz' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l sample-size -d 'Sample size in bits' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l channel-count -d 'Number of audio channels' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l latency -d 'Audio latency in seconds' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l echo-cancellation -d 'Remove the sound of the speakers from the microphone signal' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l auto-gain-control -d 'Level the volume automatically' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l noise-suppression -d 'Suppress background noise' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l constraints -d 'All constraints as a W3C dictionary in JSON' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l gain -d 'Gain of the microphone, such as -6dB' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l channels -d 'Channels of the microphone that are recorded, such as 2, or 2,1' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l monitor -d 'Hear what is recorded, on the default speaker or on this one' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l mime -d 'Container and codecs [default: by the ending of -o, or video/webm]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l timeslice -d 'Minimum duration of a chunk' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l video-bitrate -d 'Video bit rate in bit/s [default: 2.5M]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l audio-bitrate -d 'Audio bit rate in bit/s [default: 128k]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l bitrate -d 'Bit rate of all tracks together' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l audio-bitrate-mode -d 'Bit rate mode of the audio encoder' -r -f -a "variable\t'The bit rate follows the signal'
constant\t'Every packet has the same size'"
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l keyframe-interval -d 'Maximum time (2s) or frames (60f) between key frames [default: 4s]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l duration -d 'Stop after this long, such as 90s or 1h30m' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l max-size -d 'Stop before the file is larger, such as 100M' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l quality -d 'Constant video quality, whatever is in the picture' -r -f -a "draft\t'Small and fast; artefacts can be seen'
good\t'Artefacts are seen by those who look for them'
best\t'Next to no artefacts; files are encoded slowly'"
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l speed -d 'Encoder speed, 0 (best) to 16 (fastest)' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l threads -d 'Encoder threads per video track [default: depends on frame size and machine]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l jobs -d 'Encoders that share each video track of a file [default: depends on frame size and machine]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l listen -d 'Where the page is served' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l terminal -d 'Show a small picture in the terminal instead of a page' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l preview-control -d 'Whether viewers may pause, stop and so on' -r -f -a "yes\t'They may'
no\t'They may not'"
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l preview-token -d 'Token that the URL of the page must have [default: a new one, if one is needed]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l tls-cert -d 'Certificate chain of the page (PEM): it is served by TLS' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l tls-key -d 'Private key of the certificate (PEM)' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l realtime -d 'Read --input or --canvas at playback speed'
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l pick -d 'Choose the camera and the microphone in the terminal'
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l follow-default -d 'Move to another microphone when it becomes the system\'s default'
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l no-video -d 'Record no video'
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l no-audio -d 'Record no audio'
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l strict -d 'Treat unknown constraint names as an error instead of a warning'
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l explain -d 'Print how each device fits the constraints'
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l mix -d 'Mix all microphones to one track'
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l start-paused -d 'Start paused'
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l reencode -d 'Re-encode input files that are already encoded'
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -l open -d 'Open the page in the browser of the desktop'
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -s q -l quiet -d 'Print errors and the URL only'
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand preview" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -s o -l output -d 'Names of the files' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -l max-publishers -d 'How many may publish at once; others are told to come back' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -l listen-token -d 'Token that publishers must have [default: a new one, if one is needed]' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -l tls-cert -d 'Certificate chain (PEM): publishers come by TLS' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -l tls-key -d 'Private key of the certificate (PEM)' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -l ice-server -d 'STUN or TURN server that helps to find a way through the network, such as `turn:turn.example.org`; may be repeated' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -l ice-username -d 'User name for the TURN servers' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -l ice-credential -d 'Password for the TURN servers' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -l duration -d 'End the recording of a publisher after this long' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -l max-size -d 'End the recording of a publisher before its file is larger' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -l events -d 'Write one JSON object per event and line; each names its publisher' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -l segment-time -d 'Begin a new file after this long, such as 15m' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -l segment-size -d 'Begin a new file before the file is larger, such as 1G' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -l segment-list -d 'List the segments in FILE.ndjson, FILE.csv or FILE.m3u8' -r -F
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -l on-segment -d 'Shell command to run after each segment' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -l keep -d 'Remove the oldest segments: keep 7d, 200G or 100' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -l min-free -d 'Keep this much of the disk free, such as 5G' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -l title -d 'Title of the recording' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -l tag -d 'Tag of the recording, such as ARTIST=Ana' -r
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -l segment-clock -d 'Align --segment-time to the clock'
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -l reproducible -d 'Make the same input give the same bytes'
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -s q -l quiet -d 'Print errors and the URL only'
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand serve" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand upload" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand upload" -s V -l version -d 'Print version'
complete -c mediarec -n "__fish_mediarec_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mediarec -n "__fish_mediarec_using_subcommand completions" -s V -l version -d 'Print version'
