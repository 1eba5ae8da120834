//! Keeps ALSA from writing its messages to stderr: its errors are returned as values, too.
//!
//! The only file that sets a handler of libasound, and the `unsafe` code for that.
#![allow(unsafe_code)]

use alsa_sys::__va_list_tag as Arguments;
use std::ffi::{c_char, c_int};

/// Drops the messages of this thread.
///
/// The crate `alsa` has a handler that formats them into a buffer. libasound 1.2.8 crashes in there if a message has more than 256 bytes,
/// such as one with the path of a plugin that cannot be loaded.
pub(super) fn silence_error_output() {
    // SAFETY: the handler is of the type that libasound declares, lasts as long as the program, and reads none of its arguments.
    unsafe { alsa_sys::snd_lib_error_set_local(Some(drop_message)) };
}

unsafe extern "C" fn drop_message(
    _file: *const c_char,
    _line: c_int,
    _function: *const c_char,
    _error: c_int,
    _format: *const c_char,
    _arguments: *mut Arguments,
) {
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CString;
    use std::ptr;

    #[test]
    fn a_message_of_any_length_is_dropped() {
        silence_error_output();
        let unknown = CString::new("nothing-of-this-name-".repeat(40)).unwrap();
        let mut device = ptr::null_mut();
        // SAFETY: the pointers are to live values, and no device is opened.
        let error = unsafe {
            alsa_sys::snd_pcm_open(
                &raw mut device,
                unknown.as_ptr(),
                alsa_sys::SND_PCM_STREAM_CAPTURE,
                0,
            )
        };
        assert!(error < 0);
    }
}
