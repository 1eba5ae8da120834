//! The program and the library from outside: real media in, and independent programs judge what comes out.
//!
//! One binary, a module a subject. `util` makes a folder a test and runs the program in it, `inputs` makes media
//! files whose every frame and sample is known, `judges` asks ffmpeg, mkvinfo and `webm_info` what they see.
//! `control_client` sends commands to a recording, `object_store` is a store that recordings are
//! uploaded to, and `arrivals` says what has arrived there. `peers` are other programs that speak WebRTC, `turn_server`
//! is one that passes their media on.
//! `terminal` is one that nobody sits at. `preview_client` asks the live page of a recording, and `remote_page` drives that page in a
//! browser.
//! `fake_recordings` and `fake_tracks` open fake devices through the library.
//! Real time passes only where it is the point. The machine may be busy: a live recording may lose frames, but
//! never one that it does not count, and no test demands that it loses none.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    reason = "what is not as it should be fails the test, and says where"
)]

#[cfg(feature = "upload")]
mod arrivals;
mod browser;
mod browser_process;
mod control_client;
mod damage;
mod ebml;
mod fake_recordings;
mod fake_tracks;
mod inputs;
mod judges;
#[cfg(feature = "network")]
mod listening;
#[cfg(feature = "upload")]
mod object_store;
mod page_server;
#[cfg(feature = "network")]
mod peers;
#[cfg(feature = "preview")]
mod preview_client;
mod quality;
mod random;
#[cfg(feature = "preview")]
mod remote_page;
mod terminal;
mod terminal_graphics;
#[cfg(feature = "network")]
mod turn_server;
mod util;
#[cfg(feature = "preview")]
mod websocket;

mod alarm_reports;
mod alarms;
mod appended_files;
mod bad_input;
mod bare_processes;
mod bit_rates;
mod browser_recordings;
mod browsers;
mod canvas;
mod check;
mod chunks;
mod cli;
mod clocks;
mod codecs;
mod constraints;
mod control;
mod control_lines;
mod control_socket;
mod controls;
mod copied_codecs;
mod copied_properties;
mod ctl;
mod damaged_corpus;
mod damaged_files;
mod device_lists;
mod device_scripts;
mod doctor;
mod documents;
mod environment;
mod events;
mod faults;
mod file_tracks;
mod fix;
mod help;
mod history;
mod inspect;
mod jobs;
mod keys;
mod library;
mod library_ends;
mod library_program;
#[cfg(all(feature = "network", feature = "preview"))]
mod listen;
mod long_files;
mod lost_devices;
mod memory;
mod metadata;
mod mime_types;
mod mixes;
mod outputs;
mod pass_through;
mod pauses;
mod photo;
mod pick;
mod pipes;
mod plot;
mod power_cut;
#[cfg(feature = "preview")]
mod preview;
#[cfg(feature = "preview")]
mod preview_page;
mod re_encoding;
mod recipes;
mod record_devices;
mod record_files;
mod record_webm;
mod recorder_blobs;
mod recorder_history;
mod recorder_options;
mod recorder_segments;
mod recorder_states;
mod round_trip;
mod sandbox;
mod segments;
#[cfg(all(feature = "network", feature = "preview"))]
mod serve;
mod service;
mod signals;
#[cfg(feature = "network")]
mod slow_networks;
mod starved;
mod steering;
mod streams;
mod track_settings;
mod tracks;
mod truncated_files;
mod trust;
#[cfg(feature = "network")]
mod turn;
#[cfg(feature = "upload")]
mod uploads;
#[cfg(feature = "upload")]
mod uploads_to_s3;
mod webm_files;
#[cfg(feature = "network")]
mod whep;
#[cfg(feature = "network")]
mod whip;
mod write_to;
mod y4m_files;
