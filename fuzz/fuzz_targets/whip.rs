#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| mediarec_fuzz::whip::run(data));
