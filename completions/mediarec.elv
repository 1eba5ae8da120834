
use builtin;
use str;

set edit:completion:arg-completer[mediarec] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'mediarec'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'mediarec'= {
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand record 'Record into a file or a pipe'
            cand list-devices 'List cameras, microphones and speakers'
            cand probe 'Open devices, show what they are and why they were chosen, close them'
            cand supports 'Tell which MIME types can be recorded'
            cand constraints 'List what can be asked of devices'
            cand inspect 'Show what is in a WebM file, also in one that is unfinished or broken'
            cand completions 'Print the completions of a shell'
        }
        &'mediarec;record'= {
            cand --fake-devices 'Use fake devices instead of the machine''s: colour bars and a tone, in real time, or as fast as they are taken with SPEC `unpaced`; SPEC can script them: unplug=camera1@3s, plug=camera1@5s, mute=mic1@1s..2s, stall=mic1@3s, resize=camera1:640x480@2s, skew=mic1:1000ppm, busy=camera2, deny=camera1, none'
            cand --camera-backend 'Way to the machine''s cameras [default: v4l2 on Linux, nokhwa elsewhere]'
            cand --microphone-backend 'Way to the machine''s microphones [default: the first that works]'
            cand --input 'Record a media file instead of devices: WebM (VP8, VP9, Opus), Y4M or WAV, or - for standard input; several join as tracks'
            cand --canvas 'Record raw pictures from standard input, one each FPS-th of a second (30 if not said), rows without padding; with --audio or --microphone sound beside them, in real time'
            cand --video 'Take pictures, as constraints say: width==1280,frameRate>=25 or a JSON object; once a track'
            cand --audio 'Take sound, as constraints say; once a track'
            cand --camera 'Take this camera and no other: its id, its number in list-devices, its label or a part of that'
            cand --microphone 'Take this microphone and no other'
            cand --width 'Pixels a row: 1280 (ideally), ==1280 (exactly), ''>=640'', ''<=1920''; like the following, repeatable'
            cand --height 'Rows'
            cand --aspect-ratio 'Width divided by height, such as 16:9'
            cand --frame-rate 'Pictures a second'
            cand --facing-mode 'Where the camera looks: user, environment, left or right'
            cand --resize-mode 'none: as the device has it; crop-and-scale: made of that'
            cand --sample-rate 'Samples a second'
            cand --sample-size 'Bits a sample'
            cand --channel-count 'Channels'
            cand --latency 'Seconds from sound to samples'
            cand --echo-cancellation 'Whether what the speakers play is taken out'
            cand --auto-gain-control 'Whether loudness is evened out'
            cand --noise-suppression 'Whether noise is taken out'
            cand --constraints 'The W3C dictionary as it is: {"video":{"width":{"min":640}},"audio":true}'
            cand --mime 'Container and codecs, such as video/webm or "audio/webm;codecs=opus"'
            cand --timeslice 'How much media each chunk holds at least; 0 for the lowest latency, none for one chunk at the end'
            cand --video-bitrate 'Target of all video tracks together in bit/s, such as 2500k or 2.5M [default: 2.5M]'
            cand --audio-bitrate 'Target of all audio tracks together in bit/s [default: 128k]'
            cand --bitrate 'Target of everything together in bit/s; overrides the other two'
            cand --audio-bitrate-mode 'Whether every packet of sound is of one size'
            cand --keyframe-interval 'How far apart key frames are, as time (2s) or as frames (60f) [default: 4s]'
            cand --duration 'Stop after this much media'
            cand --max-size 'Stop before the finished file would be larger, such as 100M or 2GiB'
            cand --speed 'Encoder speed, 0 (careful) to 16 (fast; VP9 knows up to 9, AV1 up to 10) [default: 8, AV1 9; a live recording that falls behind goes faster]'
            cand --threads 'Encoder threads a video track [default: what suits picture and machine]'
            cand -o 'File to record into, or - for standard output [default: standard output when it is a pipe or a file, else mediarec-YYYYmmdd-HHMMSS.webm]'
            cand --output 'File to record into, or - for standard output [default: standard output when it is a pipe or a file, else mediarec-YYYYmmdd-HHMMSS.webm]'
            cand --chunks 'Write each chunk as DIR/000000.webm and so on, too, and a line about it into DIR/index.ndjson. No other file is made unless -o names one'
            cand --on-chunk 'Have the shell run this after each chunk file; its path is $1 and $MEDIAREC_CHUNK'
            cand --fsync 'Force data to the disk this often'
            cand --events 'Write a line of JSON for every event; - is standard error'
            cand --progress 'Show a status line while recording'
            cand --color 'Use colours'
            cand --realtime 'Read files as fast as they are meant to be played, not as fast as they are encoded'
            cand --no-video 'Take no pictures'
            cand --no-audio 'Take no sound'
            cand --strict 'Names that nobody knows are an error, not only a warning'
            cand --explain 'Say how far each device is from what is asked, and why the chosen one was chosen'
            cand --start-paused 'Begin with a pause: nothing is recorded before SIGUSR2'
            cand --force 'Overwrite the output file, or chunks, if they exist'
            cand --live 'Never go back in the output: neither duration nor index'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more'
            cand --verbose 'Say more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'mediarec;list-devices'= {
            cand --fake-devices 'Use fake devices instead of the machine''s: colour bars and a tone, in real time, or as fast as they are taken with SPEC `unpaced`; SPEC can script them: unplug=camera1@3s, plug=camera1@5s, mute=mic1@1s..2s, stall=mic1@3s, resize=camera1:640x480@2s, skew=mic1:1000ppm, busy=camera2, deny=camera1, none'
            cand --camera-backend 'Way to the machine''s cameras [default: v4l2 on Linux, nokhwa elsewhere]'
            cand --microphone-backend 'Way to the machine''s microphones [default: the first that works]'
            cand --kind 'List devices of this kind only'
            cand --json 'Print one array of JSON'
            cand --capabilities 'Add what the inputs can do'
            cand --watch 'Print a line of JSON for every device that comes or goes, until interrupted'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'mediarec;probe'= {
            cand --fake-devices 'Use fake devices instead of the machine''s: colour bars and a tone, in real time, or as fast as they are taken with SPEC `unpaced`; SPEC can script them: unplug=camera1@3s, plug=camera1@5s, mute=mic1@1s..2s, stall=mic1@3s, resize=camera1:640x480@2s, skew=mic1:1000ppm, busy=camera2, deny=camera1, none'
            cand --camera-backend 'Way to the machine''s cameras [default: v4l2 on Linux, nokhwa elsewhere]'
            cand --microphone-backend 'Way to the machine''s microphones [default: the first that works]'
            cand --video 'Take pictures, as constraints say: width==1280,frameRate>=25 or a JSON object; once a track'
            cand --audio 'Take sound, as constraints say; once a track'
            cand --camera 'Take this camera and no other: its id, its number in list-devices, its label or a part of that'
            cand --microphone 'Take this microphone and no other'
            cand --width 'Pixels a row: 1280 (ideally), ==1280 (exactly), ''>=640'', ''<=1920''; like the following, repeatable'
            cand --height 'Rows'
            cand --aspect-ratio 'Width divided by height, such as 16:9'
            cand --frame-rate 'Pictures a second'
            cand --facing-mode 'Where the camera looks: user, environment, left or right'
            cand --resize-mode 'none: as the device has it; crop-and-scale: made of that'
            cand --sample-rate 'Samples a second'
            cand --sample-size 'Bits a sample'
            cand --channel-count 'Channels'
            cand --latency 'Seconds from sound to samples'
            cand --echo-cancellation 'Whether what the speakers play is taken out'
            cand --auto-gain-control 'Whether loudness is evened out'
            cand --noise-suppression 'Whether noise is taken out'
            cand --constraints 'The W3C dictionary as it is: {"video":{"width":{"min":640}},"audio":true}'
            cand --no-video 'Take no pictures'
            cand --no-audio 'Take no sound'
            cand --strict 'Names that nobody knows are an error, not only a warning'
            cand --explain 'Say how far each device is from what is asked, and why the chosen one was chosen'
            cand --json 'Print one object of JSON'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'mediarec;supports'= {
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'mediarec;constraints'= {
            cand --json 'Print one object of JSON'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'mediarec;inspect'= {
            cand --json 'Print one object of JSON'
            cand --packets 'List every packet'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'mediarec;completions'= {
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
    ]
    $completions[$command]
}
