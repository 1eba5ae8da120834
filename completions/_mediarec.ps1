
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'mediarec' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'mediarec'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'mediarec' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('record', 'record', [CompletionResultType]::ParameterValue, 'Record into a file or a pipe')
            [CompletionResult]::new('photo', 'photo', [CompletionResultType]::ParameterValue, 'Take one still picture of a camera')
            [CompletionResult]::new('list-devices', 'list-devices', [CompletionResultType]::ParameterValue, 'List cameras, microphones and speakers')
            [CompletionResult]::new('probe', 'probe', [CompletionResultType]::ParameterValue, 'Open devices, show what they are and why they were chosen, close them')
            [CompletionResult]::new('supports', 'supports', [CompletionResultType]::ParameterValue, 'Tell which MIME types can be recorded')
            [CompletionResult]::new('constraints', 'constraints', [CompletionResultType]::ParameterValue, 'List what can be asked of devices')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Show what is in a WebM file, also in one that is unfinished or broken')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions of a shell')
            break
        }
        'mediarec;record' {
            [CompletionResult]::new('--fake-devices', '--fake-devices', [CompletionResultType]::ParameterName, 'Use fake devices instead of the machine''s: colour bars and a tone, in real time, or as fast as they are taken with SPEC `unpaced`; SPEC can script them: unplug=camera1@3s, plug=camera1@5s, mute=mic1@1s..2s, stall=mic1@3s, resize=camera1:640x480@2s, skew=mic1:1000ppm, busy=camera2, deny=camera1, none')
            [CompletionResult]::new('--camera-backend', '--camera-backend', [CompletionResultType]::ParameterName, 'Way to the machine''s cameras [default: v4l2 on Linux, nokhwa elsewhere]')
            [CompletionResult]::new('--microphone-backend', '--microphone-backend', [CompletionResultType]::ParameterName, 'Way to the machine''s microphones [default: the first that works]')
            [CompletionResult]::new('--input', '--input', [CompletionResultType]::ParameterName, 'Record a media file instead of devices: WebM (VP8, VP9, AV1, Opus), Y4M or WAV, or - for standard input; several join as tracks')
            [CompletionResult]::new('--canvas', '--canvas', [CompletionResultType]::ParameterName, 'Record raw pictures from standard input, one each FPS-th of a second (30 if not said), rows without padding; with --audio or --microphone sound beside them, in real time')
            [CompletionResult]::new('--video', '--video', [CompletionResultType]::ParameterName, 'Take pictures, as constraints say: width==1280,frameRate>=25 or a JSON object; once a track')
            [CompletionResult]::new('--audio', '--audio', [CompletionResultType]::ParameterName, 'Take sound, as constraints say; once a track')
            [CompletionResult]::new('--camera', '--camera', [CompletionResultType]::ParameterName, 'Take this camera and no other: its id, its number in list-devices, its label or a part of that')
            [CompletionResult]::new('--microphone', '--microphone', [CompletionResultType]::ParameterName, 'Take this microphone and no other')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Pixels a row: 1280 (ideally), ==1280 (exactly), ''>=640'', ''<=1920''; like the following, repeatable')
            [CompletionResult]::new('--height', '--height', [CompletionResultType]::ParameterName, 'Rows')
            [CompletionResult]::new('--aspect-ratio', '--aspect-ratio', [CompletionResultType]::ParameterName, 'Width divided by height, such as 16:9')
            [CompletionResult]::new('--frame-rate', '--frame-rate', [CompletionResultType]::ParameterName, 'Pictures a second')
            [CompletionResult]::new('--facing-mode', '--facing-mode', [CompletionResultType]::ParameterName, 'Where the camera looks: user, environment, left or right')
            [CompletionResult]::new('--resize-mode', '--resize-mode', [CompletionResultType]::ParameterName, 'none: as the device has it; crop-and-scale: made of that')
            [CompletionResult]::new('--sample-rate', '--sample-rate', [CompletionResultType]::ParameterName, 'Samples a second')
            [CompletionResult]::new('--sample-size', '--sample-size', [CompletionResultType]::ParameterName, 'Bits a sample')
            [CompletionResult]::new('--channel-count', '--channel-count', [CompletionResultType]::ParameterName, 'Channels')
            [CompletionResult]::new('--latency', '--latency', [CompletionResultType]::ParameterName, 'Seconds from sound to samples')
            [CompletionResult]::new('--echo-cancellation', '--echo-cancellation', [CompletionResultType]::ParameterName, 'Whether what the speakers play is taken out')
            [CompletionResult]::new('--auto-gain-control', '--auto-gain-control', [CompletionResultType]::ParameterName, 'Whether loudness is evened out')
            [CompletionResult]::new('--noise-suppression', '--noise-suppression', [CompletionResultType]::ParameterName, 'Whether noise is taken out')
            [CompletionResult]::new('--constraints', '--constraints', [CompletionResultType]::ParameterName, 'The W3C dictionary as it is: {"video":{"width":{"min":640}},"audio":true}')
            [CompletionResult]::new('--mime', '--mime', [CompletionResultType]::ParameterName, 'Container and codecs, such as video/webm or "audio/webm;codecs=opus"')
            [CompletionResult]::new('--timeslice', '--timeslice', [CompletionResultType]::ParameterName, 'How much media each chunk holds at least; 0 for the lowest latency, none for one chunk at the end')
            [CompletionResult]::new('--video-bitrate', '--video-bitrate', [CompletionResultType]::ParameterName, 'Target of all video tracks together in bit/s, such as 2500k or 2.5M [default: 2.5M]')
            [CompletionResult]::new('--audio-bitrate', '--audio-bitrate', [CompletionResultType]::ParameterName, 'Target of all audio tracks together in bit/s [default: 128k]')
            [CompletionResult]::new('--bitrate', '--bitrate', [CompletionResultType]::ParameterName, 'Target of everything together in bit/s; overrides the other two')
            [CompletionResult]::new('--audio-bitrate-mode', '--audio-bitrate-mode', [CompletionResultType]::ParameterName, 'Whether every packet of sound is of one size')
            [CompletionResult]::new('--keyframe-interval', '--keyframe-interval', [CompletionResultType]::ParameterName, 'How far apart key frames are, as time (2s) or as frames (60f) [default: 4s]')
            [CompletionResult]::new('--duration', '--duration', [CompletionResultType]::ParameterName, 'Stop after this much media')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Stop before the finished file would be larger, such as 100M or 2GiB')
            [CompletionResult]::new('--speed', '--speed', [CompletionResultType]::ParameterName, 'Encoder speed, 0 (careful) to 16 (fast; VP9 knows up to 9, AV1 up to 10) [default: 8, AV1 9; a live recording that falls behind goes faster]')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Encoder threads a video track [default: what suits picture and machine]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'File to record into, or - for standard output [default: standard output when it is a pipe or a file, else mediarec-YYYYmmdd-HHMMSS.webm]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'File to record into, or - for standard output [default: standard output when it is a pipe or a file, else mediarec-YYYYmmdd-HHMMSS.webm]')
            [CompletionResult]::new('--chunks', '--chunks', [CompletionResultType]::ParameterName, 'Write each chunk as DIR/000000.webm and so on, too, and a line about it into DIR/index.ndjson. No other file is made unless -o names one')
            [CompletionResult]::new('--on-chunk', '--on-chunk', [CompletionResultType]::ParameterName, 'Have the shell run this after each chunk file; its path is $1')
            [CompletionResult]::new('--fsync', '--fsync', [CompletionResultType]::ParameterName, 'Force data to the disk this often')
            [CompletionResult]::new('--events', '--events', [CompletionResultType]::ParameterName, 'Write a line of JSON for every event; - is standard error')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Show a status line while recording')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours')
            [CompletionResult]::new('--realtime', '--realtime', [CompletionResultType]::ParameterName, 'Read files as fast as they are meant to be played, not as fast as they are encoded')
            [CompletionResult]::new('--no-video', '--no-video', [CompletionResultType]::ParameterName, 'Take no pictures')
            [CompletionResult]::new('--no-audio', '--no-audio', [CompletionResultType]::ParameterName, 'Take no sound')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Names that nobody knows are an error, not only a warning')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Say how far each device is from what is asked, and why the chosen one was chosen')
            [CompletionResult]::new('--start-paused', '--start-paused', [CompletionResultType]::ParameterName, 'Begin with a pause: nothing is recorded before SIGUSR2')
            [CompletionResult]::new('--reencode', '--reencode', [CompletionResultType]::ParameterName, 'Encode anew what a WebM file has encoded already')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite the output file, or chunks, if they exist')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Never go back in the output: neither duration nor index')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'mediarec;photo' {
            [CompletionResult]::new('--fake-devices', '--fake-devices', [CompletionResultType]::ParameterName, 'Use fake devices instead of the machine''s: colour bars and a tone, in real time, or as fast as they are taken with SPEC `unpaced`; SPEC can script them: unplug=camera1@3s, plug=camera1@5s, mute=mic1@1s..2s, stall=mic1@3s, resize=camera1:640x480@2s, skew=mic1:1000ppm, busy=camera2, deny=camera1, none')
            [CompletionResult]::new('--camera-backend', '--camera-backend', [CompletionResultType]::ParameterName, 'Way to the machine''s cameras [default: v4l2 on Linux, nokhwa elsewhere]')
            [CompletionResult]::new('--microphone-backend', '--microphone-backend', [CompletionResultType]::ParameterName, 'Way to the machine''s microphones [default: the first that works]')
            [CompletionResult]::new('--video', '--video', [CompletionResultType]::ParameterName, 'Take pictures, as constraints say: width==1280,frameRate>=25 or a JSON object; once a track')
            [CompletionResult]::new('--audio', '--audio', [CompletionResultType]::ParameterName, 'Take sound, as constraints say; once a track')
            [CompletionResult]::new('--camera', '--camera', [CompletionResultType]::ParameterName, 'Take this camera and no other: its id, its number in list-devices, its label or a part of that')
            [CompletionResult]::new('--microphone', '--microphone', [CompletionResultType]::ParameterName, 'Take this microphone and no other')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Pixels a row: 1280 (ideally), ==1280 (exactly), ''>=640'', ''<=1920''; like the following, repeatable')
            [CompletionResult]::new('--height', '--height', [CompletionResultType]::ParameterName, 'Rows')
            [CompletionResult]::new('--aspect-ratio', '--aspect-ratio', [CompletionResultType]::ParameterName, 'Width divided by height, such as 16:9')
            [CompletionResult]::new('--frame-rate', '--frame-rate', [CompletionResultType]::ParameterName, 'Pictures a second')
            [CompletionResult]::new('--facing-mode', '--facing-mode', [CompletionResultType]::ParameterName, 'Where the camera looks: user, environment, left or right')
            [CompletionResult]::new('--resize-mode', '--resize-mode', [CompletionResultType]::ParameterName, 'none: as the device has it; crop-and-scale: made of that')
            [CompletionResult]::new('--sample-rate', '--sample-rate', [CompletionResultType]::ParameterName, 'Samples a second')
            [CompletionResult]::new('--sample-size', '--sample-size', [CompletionResultType]::ParameterName, 'Bits a sample')
            [CompletionResult]::new('--channel-count', '--channel-count', [CompletionResultType]::ParameterName, 'Channels')
            [CompletionResult]::new('--latency', '--latency', [CompletionResultType]::ParameterName, 'Seconds from sound to samples')
            [CompletionResult]::new('--echo-cancellation', '--echo-cancellation', [CompletionResultType]::ParameterName, 'Whether what the speakers play is taken out')
            [CompletionResult]::new('--auto-gain-control', '--auto-gain-control', [CompletionResultType]::ParameterName, 'Whether loudness is evened out')
            [CompletionResult]::new('--noise-suppression', '--noise-suppression', [CompletionResultType]::ParameterName, 'Whether noise is taken out')
            [CompletionResult]::new('--constraints', '--constraints', [CompletionResultType]::ParameterName, 'The W3C dictionary as it is: {"video":{"width":{"min":640}},"audio":true}')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'File to write, .jpg or .png, or - for a JPEG on standard output [default: mediarec-YYYYmmdd-HHMMSS.jpg]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'File to write, .jpg or .png, or - for a JPEG on standard output [default: mediarec-YYYYmmdd-HHMMSS.jpg]')
            [CompletionResult]::new('--settle', '--settle', [CompletionResultType]::ParameterName, 'How long the camera may find its exposure before [default: 1s, of fake cameras 0s]')
            [CompletionResult]::new('--no-video', '--no-video', [CompletionResultType]::ParameterName, 'Take no pictures')
            [CompletionResult]::new('--no-audio', '--no-audio', [CompletionResultType]::ParameterName, 'Take no sound')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Names that nobody knows are an error, not only a warning')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Say how far each device is from what is asked, and why the chosen one was chosen')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite the file if it exists')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'mediarec;list-devices' {
            [CompletionResult]::new('--fake-devices', '--fake-devices', [CompletionResultType]::ParameterName, 'Use fake devices instead of the machine''s: colour bars and a tone, in real time, or as fast as they are taken with SPEC `unpaced`; SPEC can script them: unplug=camera1@3s, plug=camera1@5s, mute=mic1@1s..2s, stall=mic1@3s, resize=camera1:640x480@2s, skew=mic1:1000ppm, busy=camera2, deny=camera1, none')
            [CompletionResult]::new('--camera-backend', '--camera-backend', [CompletionResultType]::ParameterName, 'Way to the machine''s cameras [default: v4l2 on Linux, nokhwa elsewhere]')
            [CompletionResult]::new('--microphone-backend', '--microphone-backend', [CompletionResultType]::ParameterName, 'Way to the machine''s microphones [default: the first that works]')
            [CompletionResult]::new('--kind', '--kind', [CompletionResultType]::ParameterName, 'List devices of this kind only')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one array of JSON')
            [CompletionResult]::new('--capabilities', '--capabilities', [CompletionResultType]::ParameterName, 'Add what the inputs can do')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Print a line of JSON for every device that comes or goes, until interrupted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'mediarec;probe' {
            [CompletionResult]::new('--fake-devices', '--fake-devices', [CompletionResultType]::ParameterName, 'Use fake devices instead of the machine''s: colour bars and a tone, in real time, or as fast as they are taken with SPEC `unpaced`; SPEC can script them: unplug=camera1@3s, plug=camera1@5s, mute=mic1@1s..2s, stall=mic1@3s, resize=camera1:640x480@2s, skew=mic1:1000ppm, busy=camera2, deny=camera1, none')
            [CompletionResult]::new('--camera-backend', '--camera-backend', [CompletionResultType]::ParameterName, 'Way to the machine''s cameras [default: v4l2 on Linux, nokhwa elsewhere]')
            [CompletionResult]::new('--microphone-backend', '--microphone-backend', [CompletionResultType]::ParameterName, 'Way to the machine''s microphones [default: the first that works]')
            [CompletionResult]::new('--video', '--video', [CompletionResultType]::ParameterName, 'Take pictures, as constraints say: width==1280,frameRate>=25 or a JSON object; once a track')
            [CompletionResult]::new('--audio', '--audio', [CompletionResultType]::ParameterName, 'Take sound, as constraints say; once a track')
            [CompletionResult]::new('--camera', '--camera', [CompletionResultType]::ParameterName, 'Take this camera and no other: its id, its number in list-devices, its label or a part of that')
            [CompletionResult]::new('--microphone', '--microphone', [CompletionResultType]::ParameterName, 'Take this microphone and no other')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Pixels a row: 1280 (ideally), ==1280 (exactly), ''>=640'', ''<=1920''; like the following, repeatable')
            [CompletionResult]::new('--height', '--height', [CompletionResultType]::ParameterName, 'Rows')
            [CompletionResult]::new('--aspect-ratio', '--aspect-ratio', [CompletionResultType]::ParameterName, 'Width divided by height, such as 16:9')
            [CompletionResult]::new('--frame-rate', '--frame-rate', [CompletionResultType]::ParameterName, 'Pictures a second')
            [CompletionResult]::new('--facing-mode', '--facing-mode', [CompletionResultType]::ParameterName, 'Where the camera looks: user, environment, left or right')
            [CompletionResult]::new('--resize-mode', '--resize-mode', [CompletionResultType]::ParameterName, 'none: as the device has it; crop-and-scale: made of that')
            [CompletionResult]::new('--sample-rate', '--sample-rate', [CompletionResultType]::ParameterName, 'Samples a second')
            [CompletionResult]::new('--sample-size', '--sample-size', [CompletionResultType]::ParameterName, 'Bits a sample')
            [CompletionResult]::new('--channel-count', '--channel-count', [CompletionResultType]::ParameterName, 'Channels')
            [CompletionResult]::new('--latency', '--latency', [CompletionResultType]::ParameterName, 'Seconds from sound to samples')
            [CompletionResult]::new('--echo-cancellation', '--echo-cancellation', [CompletionResultType]::ParameterName, 'Whether what the speakers play is taken out')
            [CompletionResult]::new('--auto-gain-control', '--auto-gain-control', [CompletionResultType]::ParameterName, 'Whether loudness is evened out')
            [CompletionResult]::new('--noise-suppression', '--noise-suppression', [CompletionResultType]::ParameterName, 'Whether noise is taken out')
            [CompletionResult]::new('--constraints', '--constraints', [CompletionResultType]::ParameterName, 'The W3C dictionary as it is: {"video":{"width":{"min":640}},"audio":true}')
            [CompletionResult]::new('--no-video', '--no-video', [CompletionResultType]::ParameterName, 'Take no pictures')
            [CompletionResult]::new('--no-audio', '--no-audio', [CompletionResultType]::ParameterName, 'Take no sound')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Names that nobody knows are an error, not only a warning')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Say how far each device is from what is asked, and why the chosen one was chosen')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one object of JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'mediarec;supports' {
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Whether pictures this wide fit, in pixels; what is left out is 1280×720 at 30 a second, 2.5 Mbit/s')
            [CompletionResult]::new('--height', '--height', [CompletionResultType]::ParameterName, 'Whether pictures this high fit, in pixels')
            [CompletionResult]::new('--frame-rate', '--frame-rate', [CompletionResultType]::ParameterName, 'Whether so many pictures a second fit')
            [CompletionResult]::new('--video-bitrate', '--video-bitrate', [CompletionResultType]::ParameterName, 'Whether so many bit/s fit, such as 2500k or 2.5M')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'mediarec;constraints' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one object of JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'mediarec;inspect' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one object of JSON')
            [CompletionResult]::new('--packets', '--packets', [CompletionResultType]::ParameterName, 'List every packet')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'mediarec;completions' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
