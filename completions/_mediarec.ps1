
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
            [CompletionResult]::new('record', 'record', [CompletionResultType]::ParameterValue, 'Record to a file or a pipe')
            [CompletionResult]::new('photo', 'photo', [CompletionResultType]::ParameterValue, 'Take a photo with a camera')
            [CompletionResult]::new('list-devices', 'list-devices', [CompletionResultType]::ParameterValue, 'List cameras, microphones and speakers')
            [CompletionResult]::new('probe', 'probe', [CompletionResultType]::ParameterValue, 'Open devices and show their settings, capabilities and why they were selected')
            [CompletionResult]::new('supports', 'supports', [CompletionResultType]::ParameterValue, 'Check whether MIME types can be recorded')
            [CompletionResult]::new('constraints', 'constraints', [CompletionResultType]::ParameterValue, 'List the supported constraints')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Show the contents of a WebM file, even if it is unfinished or damaged')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Name the rules of WebM that files break, and where')
            [CompletionResult]::new('fix', 'fix', [CompletionResultType]::ParameterValue, 'Repair WebM files that were cut off, or that players cannot seek in')
            [CompletionResult]::new('join', 'join', [CompletionResultType]::ParameterValue, 'Make one WebM file of chunks, or of several recordings')
            [CompletionResult]::new('ctl', 'ctl', [CompletionResultType]::ParameterValue, 'Control a running recording, or ask how it is')
            [CompletionResult]::new('upload', 'upload', [CompletionResultType]::ParameterValue, 'Send what recordings have not uploaded yet')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print shell completions')
            break
        }
        'mediarec;record' {
            [CompletionResult]::new('--fake-devices', '--fake-devices', [CompletionResultType]::ParameterName, 'Use fake devices instead of the machine''s')
            [CompletionResult]::new('--camera-backend', '--camera-backend', [CompletionResultType]::ParameterName, 'Camera API to use [default: v4l2 on Linux, nokhwa elsewhere]')
            [CompletionResult]::new('--microphone-backend', '--microphone-backend', [CompletionResultType]::ParameterName, 'Audio API to use [default: the first that works]')
            [CompletionResult]::new('--input', '--input', [CompletionResultType]::ParameterName, 'Record a media file instead of devices')
            [CompletionResult]::new('--canvas', '--canvas', [CompletionResultType]::ParameterName, 'Record raw video from standard input')
            [CompletionResult]::new('--on-lost', '--on-lost', [CompletionResultType]::ParameterName, 'What to do when a device is unplugged or fails [default: stop]')
            [CompletionResult]::new('--reconnect', '--reconnect', [CompletionResultType]::ParameterName, 'Wait this long for a lost device [default: 60s]')
            [CompletionResult]::new('--video', '--video', [CompletionResultType]::ParameterName, 'Record video, as in --video=''width>=1280''')
            [CompletionResult]::new('--audio', '--audio', [CompletionResultType]::ParameterName, 'Record audio; CONSTRAINTS as for --video')
            [CompletionResult]::new('--camera', '--camera', [CompletionResultType]::ParameterName, 'Use this camera: number, label, name or ID')
            [CompletionResult]::new('--microphone', '--microphone', [CompletionResultType]::ParameterName, 'Use this microphone, given as for --camera')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width in pixels: 1280, ''==1280'' or ''>=640''')
            [CompletionResult]::new('--height', '--height', [CompletionResultType]::ParameterName, 'Height in pixels')
            [CompletionResult]::new('--aspect-ratio', '--aspect-ratio', [CompletionResultType]::ParameterName, 'Width divided by height, such as 1.778 or 16:9')
            [CompletionResult]::new('--frame-rate', '--frame-rate', [CompletionResultType]::ParameterName, 'Frames per second')
            [CompletionResult]::new('--facing-mode', '--facing-mode', [CompletionResultType]::ParameterName, 'Direction the camera faces: user, environment, left or right')
            [CompletionResult]::new('--resize-mode', '--resize-mode', [CompletionResultType]::ParameterName, 'none: a native mode of the camera; crop-and-scale: also cropped, scaled or reduced in frame rate')
            [CompletionResult]::new('--sample-rate', '--sample-rate', [CompletionResultType]::ParameterName, 'Sample rate in Hz')
            [CompletionResult]::new('--sample-size', '--sample-size', [CompletionResultType]::ParameterName, 'Sample size in bits')
            [CompletionResult]::new('--channel-count', '--channel-count', [CompletionResultType]::ParameterName, 'Number of audio channels')
            [CompletionResult]::new('--latency', '--latency', [CompletionResultType]::ParameterName, 'Audio latency in seconds')
            [CompletionResult]::new('--echo-cancellation', '--echo-cancellation', [CompletionResultType]::ParameterName, 'Remove the sound of the speakers from the microphone signal')
            [CompletionResult]::new('--auto-gain-control', '--auto-gain-control', [CompletionResultType]::ParameterName, 'Level the volume automatically')
            [CompletionResult]::new('--noise-suppression', '--noise-suppression', [CompletionResultType]::ParameterName, 'Suppress background noise')
            [CompletionResult]::new('--constraints', '--constraints', [CompletionResultType]::ParameterName, 'All constraints as a W3C dictionary in JSON')
            [CompletionResult]::new('--gain', '--gain', [CompletionResultType]::ParameterName, 'Gain of the microphone, such as -6dB')
            [CompletionResult]::new('--mime', '--mime', [CompletionResultType]::ParameterName, 'Container and codecs [default: by the ending of -o, or video/webm]')
            [CompletionResult]::new('--timeslice', '--timeslice', [CompletionResultType]::ParameterName, 'Minimum duration of a chunk')
            [CompletionResult]::new('--video-bitrate', '--video-bitrate', [CompletionResultType]::ParameterName, 'Video bit rate in bit/s [default: 2.5M]')
            [CompletionResult]::new('--audio-bitrate', '--audio-bitrate', [CompletionResultType]::ParameterName, 'Audio bit rate in bit/s [default: 128k]')
            [CompletionResult]::new('--bitrate', '--bitrate', [CompletionResultType]::ParameterName, 'Bit rate of all tracks together')
            [CompletionResult]::new('--audio-bitrate-mode', '--audio-bitrate-mode', [CompletionResultType]::ParameterName, 'Bit rate mode of the audio encoder')
            [CompletionResult]::new('--keyframe-interval', '--keyframe-interval', [CompletionResultType]::ParameterName, 'Maximum time (2s) or frames (60f) between key frames [default: 4s]')
            [CompletionResult]::new('--duration', '--duration', [CompletionResultType]::ParameterName, 'Stop after this long, such as 90s or 1h30m')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Stop before the file is larger, such as 100M')
            [CompletionResult]::new('--speed', '--speed', [CompletionResultType]::ParameterName, 'Encoder speed, 0 (best) to 16 (fastest)')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Encoder threads per video track [default: depends on frame size and machine]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output file, or - [default: mediarec-DATE-TIME.webm]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output file, or - [default: mediarec-DATE-TIME.webm]')
            [CompletionResult]::new('--chunks', '--chunks', [CompletionResultType]::ParameterName, 'Write each chunk to a file of its own')
            [CompletionResult]::new('--on-chunk', '--on-chunk', [CompletionResultType]::ParameterName, 'Shell command to run after each chunk file')
            [CompletionResult]::new('--fsync', '--fsync', [CompletionResultType]::ParameterName, 'Flush data to the disk at this interval')
            [CompletionResult]::new('--events', '--events', [CompletionResultType]::ParameterName, 'Write one JSON object per event and line')
            [CompletionResult]::new('--control', '--control', [CompletionResultType]::ParameterName, 'Take commands from other programs')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Show a status line while recording')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours')
            [CompletionResult]::new('--segment-time', '--segment-time', [CompletionResultType]::ParameterName, 'Begin a new file after this long, such as 15m')
            [CompletionResult]::new('--segment-size', '--segment-size', [CompletionResultType]::ParameterName, 'Begin a new file before the file is larger, such as 1G')
            [CompletionResult]::new('--segment-list', '--segment-list', [CompletionResultType]::ParameterName, 'List the segments in FILE.ndjson, FILE.csv or FILE.m3u8')
            [CompletionResult]::new('--on-segment', '--on-segment', [CompletionResultType]::ParameterName, 'Shell command to run after each segment')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Remove the oldest segments: keep 7d, 200G or 100')
            [CompletionResult]::new('--min-free', '--min-free', [CompletionResultType]::ParameterName, 'Keep this much of the disk free, such as 5G')
            [CompletionResult]::new('--upload', '--upload', [CompletionResultType]::ParameterName, 'Send finished files to an object store')
            [CompletionResult]::new('--upload-wait', '--upload-wait', [CompletionResultType]::ParameterName, 'How long uploads may go on after a stop')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'Keep the last part of the recording in memory, such as 30s')
            [CompletionResult]::new('--history-after', '--history-after', [CompletionResultType]::ParameterName, 'Let clips go on for this long after the request')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'Name of clips, with a number or the time')
            [CompletionResult]::new('--alarm', '--alarm', [CompletionResultType]::ParameterName, 'Warn when nothing is heard, seen or new')
            [CompletionResult]::new('--on-alarm', '--on-alarm', [CompletionResultType]::ParameterName, 'Shell command to run when an alarm is raised or cleared')
            [CompletionResult]::new('--title', '--title', [CompletionResultType]::ParameterName, 'Title of the recording')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Tag of the recording, such as ARTIST=Ana')
            [CompletionResult]::new('--realtime', '--realtime', [CompletionResultType]::ParameterName, 'Read --input or --canvas at playback speed')
            [CompletionResult]::new('--follow-default', '--follow-default', [CompletionResultType]::ParameterName, 'Move to another microphone when it becomes the system''s default')
            [CompletionResult]::new('--no-video', '--no-video', [CompletionResultType]::ParameterName, 'Record no video')
            [CompletionResult]::new('--no-audio', '--no-audio', [CompletionResultType]::ParameterName, 'Record no audio')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Treat unknown constraint names as an error instead of a warning')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Print how each device fits the constraints')
            [CompletionResult]::new('--mix', '--mix', [CompletionResultType]::ParameterName, 'Mix all microphones to one track')
            [CompletionResult]::new('--start-paused', '--start-paused', [CompletionResultType]::ParameterName, 'Start paused')
            [CompletionResult]::new('--reencode', '--reencode', [CompletionResultType]::ParameterName, 'Re-encode input files that are already encoded')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite existing output files and chunks')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Never seek in the output')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print a summary at the end')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print a summary at the end')
            [CompletionResult]::new('--segment-clock', '--segment-clock', [CompletionResultType]::ParameterName, 'Align --segment-time to the clock')
            [CompletionResult]::new('--alarm-exit', '--alarm-exit', [CompletionResultType]::ParameterName, 'Exit with code 9 if an alarm was raised')
            [CompletionResult]::new('--reproducible', '--reproducible', [CompletionResultType]::ParameterName, 'Make the same input give the same bytes')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'mediarec;photo' {
            [CompletionResult]::new('--fake-devices', '--fake-devices', [CompletionResultType]::ParameterName, 'Use fake devices instead of the machine''s')
            [CompletionResult]::new('--camera-backend', '--camera-backend', [CompletionResultType]::ParameterName, 'Camera API to use [default: v4l2 on Linux, nokhwa elsewhere]')
            [CompletionResult]::new('--microphone-backend', '--microphone-backend', [CompletionResultType]::ParameterName, 'Audio API to use [default: the first that works]')
            [CompletionResult]::new('--video', '--video', [CompletionResultType]::ParameterName, 'Record video, as in --video=''width>=1280''')
            [CompletionResult]::new('--audio', '--audio', [CompletionResultType]::ParameterName, 'Record audio; CONSTRAINTS as for --video')
            [CompletionResult]::new('--camera', '--camera', [CompletionResultType]::ParameterName, 'Use this camera: number, label, name or ID')
            [CompletionResult]::new('--microphone', '--microphone', [CompletionResultType]::ParameterName, 'Use this microphone, given as for --camera')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width in pixels: 1280, ''==1280'' or ''>=640''')
            [CompletionResult]::new('--height', '--height', [CompletionResultType]::ParameterName, 'Height in pixels')
            [CompletionResult]::new('--aspect-ratio', '--aspect-ratio', [CompletionResultType]::ParameterName, 'Width divided by height, such as 1.778 or 16:9')
            [CompletionResult]::new('--frame-rate', '--frame-rate', [CompletionResultType]::ParameterName, 'Frames per second')
            [CompletionResult]::new('--facing-mode', '--facing-mode', [CompletionResultType]::ParameterName, 'Direction the camera faces: user, environment, left or right')
            [CompletionResult]::new('--resize-mode', '--resize-mode', [CompletionResultType]::ParameterName, 'none: a native mode of the camera; crop-and-scale: also cropped, scaled or reduced in frame rate')
            [CompletionResult]::new('--sample-rate', '--sample-rate', [CompletionResultType]::ParameterName, 'Sample rate in Hz')
            [CompletionResult]::new('--sample-size', '--sample-size', [CompletionResultType]::ParameterName, 'Sample size in bits')
            [CompletionResult]::new('--channel-count', '--channel-count', [CompletionResultType]::ParameterName, 'Number of audio channels')
            [CompletionResult]::new('--latency', '--latency', [CompletionResultType]::ParameterName, 'Audio latency in seconds')
            [CompletionResult]::new('--echo-cancellation', '--echo-cancellation', [CompletionResultType]::ParameterName, 'Remove the sound of the speakers from the microphone signal')
            [CompletionResult]::new('--auto-gain-control', '--auto-gain-control', [CompletionResultType]::ParameterName, 'Level the volume automatically')
            [CompletionResult]::new('--noise-suppression', '--noise-suppression', [CompletionResultType]::ParameterName, 'Suppress background noise')
            [CompletionResult]::new('--constraints', '--constraints', [CompletionResultType]::ParameterName, 'All constraints as a W3C dictionary in JSON')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output file, .jpg or .png, or - for JPEG on standard output [default: mediarec-YYYYmmdd-HHMMSS.jpg]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output file, .jpg or .png, or - for JPEG on standard output [default: mediarec-YYYYmmdd-HHMMSS.jpg]')
            [CompletionResult]::new('--settle', '--settle', [CompletionResultType]::ParameterName, 'Time for the camera to adjust its exposure [default: 1s; fake cameras 0s]')
            [CompletionResult]::new('--no-video', '--no-video', [CompletionResultType]::ParameterName, 'Record no video')
            [CompletionResult]::new('--no-audio', '--no-audio', [CompletionResultType]::ParameterName, 'Record no audio')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Treat unknown constraint names as an error instead of a warning')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Print how each device fits the constraints')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite an existing file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'mediarec;list-devices' {
            [CompletionResult]::new('--fake-devices', '--fake-devices', [CompletionResultType]::ParameterName, 'Use fake devices instead of the machine''s')
            [CompletionResult]::new('--camera-backend', '--camera-backend', [CompletionResultType]::ParameterName, 'Camera API to use [default: v4l2 on Linux, nokhwa elsewhere]')
            [CompletionResult]::new('--microphone-backend', '--microphone-backend', [CompletionResultType]::ParameterName, 'Audio API to use [default: the first that works]')
            [CompletionResult]::new('--kind', '--kind', [CompletionResultType]::ParameterName, 'List devices of this kind only')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print a JSON array')
            [CompletionResult]::new('--capabilities', '--capabilities', [CompletionResultType]::ParameterName, 'Include the capabilities of input devices in the JSON')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Print a line of JSON when devices are plugged in or unplugged, until interrupted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'mediarec;probe' {
            [CompletionResult]::new('--fake-devices', '--fake-devices', [CompletionResultType]::ParameterName, 'Use fake devices instead of the machine''s')
            [CompletionResult]::new('--camera-backend', '--camera-backend', [CompletionResultType]::ParameterName, 'Camera API to use [default: v4l2 on Linux, nokhwa elsewhere]')
            [CompletionResult]::new('--microphone-backend', '--microphone-backend', [CompletionResultType]::ParameterName, 'Audio API to use [default: the first that works]')
            [CompletionResult]::new('--video', '--video', [CompletionResultType]::ParameterName, 'Record video, as in --video=''width>=1280''')
            [CompletionResult]::new('--audio', '--audio', [CompletionResultType]::ParameterName, 'Record audio; CONSTRAINTS as for --video')
            [CompletionResult]::new('--camera', '--camera', [CompletionResultType]::ParameterName, 'Use this camera: number, label, name or ID')
            [CompletionResult]::new('--microphone', '--microphone', [CompletionResultType]::ParameterName, 'Use this microphone, given as for --camera')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width in pixels: 1280, ''==1280'' or ''>=640''')
            [CompletionResult]::new('--height', '--height', [CompletionResultType]::ParameterName, 'Height in pixels')
            [CompletionResult]::new('--aspect-ratio', '--aspect-ratio', [CompletionResultType]::ParameterName, 'Width divided by height, such as 1.778 or 16:9')
            [CompletionResult]::new('--frame-rate', '--frame-rate', [CompletionResultType]::ParameterName, 'Frames per second')
            [CompletionResult]::new('--facing-mode', '--facing-mode', [CompletionResultType]::ParameterName, 'Direction the camera faces: user, environment, left or right')
            [CompletionResult]::new('--resize-mode', '--resize-mode', [CompletionResultType]::ParameterName, 'none: a native mode of the camera; crop-and-scale: also cropped, scaled or reduced in frame rate')
            [CompletionResult]::new('--sample-rate', '--sample-rate', [CompletionResultType]::ParameterName, 'Sample rate in Hz')
            [CompletionResult]::new('--sample-size', '--sample-size', [CompletionResultType]::ParameterName, 'Sample size in bits')
            [CompletionResult]::new('--channel-count', '--channel-count', [CompletionResultType]::ParameterName, 'Number of audio channels')
            [CompletionResult]::new('--latency', '--latency', [CompletionResultType]::ParameterName, 'Audio latency in seconds')
            [CompletionResult]::new('--echo-cancellation', '--echo-cancellation', [CompletionResultType]::ParameterName, 'Remove the sound of the speakers from the microphone signal')
            [CompletionResult]::new('--auto-gain-control', '--auto-gain-control', [CompletionResultType]::ParameterName, 'Level the volume automatically')
            [CompletionResult]::new('--noise-suppression', '--noise-suppression', [CompletionResultType]::ParameterName, 'Suppress background noise')
            [CompletionResult]::new('--constraints', '--constraints', [CompletionResultType]::ParameterName, 'All constraints as a W3C dictionary in JSON')
            [CompletionResult]::new('--no-video', '--no-video', [CompletionResultType]::ParameterName, 'Record no video')
            [CompletionResult]::new('--no-audio', '--no-audio', [CompletionResultType]::ParameterName, 'Record no audio')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Treat unknown constraint names as an error instead of a warning')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Print how each device fits the constraints')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print a JSON object')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'mediarec;supports' {
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of the video in pixels [default: 1280]')
            [CompletionResult]::new('--height', '--height', [CompletionResultType]::ParameterName, 'Height of the video in pixels [default: 720]')
            [CompletionResult]::new('--frame-rate', '--frame-rate', [CompletionResultType]::ParameterName, 'Frame rate of the video [default: 30]')
            [CompletionResult]::new('--video-bitrate', '--video-bitrate', [CompletionResultType]::ParameterName, 'Bit rate of the video in bit/s, such as 2500k [default: 2.5M]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print a JSON array: supported, smooth and powerEfficient of each type')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'mediarec;constraints' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print a JSON object')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'mediarec;inspect' {
            [CompletionResult]::new('--plot', '--plot', [CompletionResultType]::ParameterName, 'Draw the bit rate of each track over time, with its gaps, key frames and changes of size, as SVG')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print a JSON object')
            [CompletionResult]::new('--packets', '--packets', [CompletionResultType]::ParameterName, 'List every packet')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite an existing plot')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'mediarec;check' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print a JSON object')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'The files are meant to be live: no Duration, no Cues [default: as each file looks]')
            [CompletionResult]::new('--final', '--final', [CompletionResultType]::ParameterName, 'The files are meant to be finished: seekable, with sizes [default: as each file looks]')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Fail on warnings, too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'mediarec;fix' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the repaired file there instead of replacing it; - is standard output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the repaired file there instead of replacing it; - is standard output')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Take the header from this file, the first piece of the same recording')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite an existing file')
            [CompletionResult]::new('--in-place', '--in-place', [CompletionResultType]::ParameterName, 'Only repair in place, without a copy: finalise interrupted recordings of this program')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Compare the packets of the repaired file with those of the original')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'mediarec;join' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'File to write')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'File to write')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite an existing file')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'mediarec;ctl' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer as a line of JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'mediarec;upload' {
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
