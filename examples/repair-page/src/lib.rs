//! `webm::fix` for web pages: functions that `repair.mjs` calls, on the memory of the module.
use mediarec::webm;
use std::io::Cursor;

/// The result of [`repair`]: the repaired file, empty if it could not be repaired, and what was repaired, a line each, or
/// why it could not be.
#[repr(C)]
pub struct Output {
    file: *mut u8,
    file_size: usize,
    report: *mut u8,
    report_size: usize,
}

/// Allocates memory for a file.
#[unsafe(no_mangle)]
pub extern "C" fn allocate(size: usize) -> *mut u8 {
    leak(vec![0; size]).0
}

/// Repairs the file of `size` bytes at `input`.
///
/// # Safety
/// `allocate(size)` returned `input`, which is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn repair(input: *mut u8, size: usize) -> *mut Output {
    // SAFETY: as above.
    let input = unsafe { unleak(input, size) };
    let mut repaired = Cursor::new(Vec::with_capacity(size));
    let (file, report) = match webm::fix(&*input, &mut repaired) {
        Ok(repairs) => {
            let lines: Vec<String> = repairs.list.iter().map(ToString::to_string).collect();
            (repaired.into_inner(), lines.join("\n"))
        }
        Err(error) => (Vec::new(), error.to_string()),
    };
    let ((file, file_size), (report, report_size)) = (leak(file), leak(report.into_bytes()));
    Box::into_raw(Box::new(Output {
        file,
        file_size,
        report,
        report_size,
    }))
}

/// Frees a result.
///
/// # Safety
/// `repair` returned `output`, which is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn release(output: *mut Output) {
    // SAFETY: as above.
    unsafe {
        let output = Box::from_raw(output);
        drop(unleak(output.file, output.file_size));
        drop(unleak(output.report, output.report_size));
    }
}

fn leak(bytes: Vec<u8>) -> (*mut u8, usize) {
    let bytes = Box::leak(bytes.into_boxed_slice());
    (bytes.as_mut_ptr(), bytes.len())
}

/// # Safety
/// `bytes` and `size` were leaked by `leak`, once.
unsafe fn unleak(bytes: *mut u8, size: usize) -> Box<[u8]> {
    // SAFETY: as above.
    unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(bytes, size)) }
}
