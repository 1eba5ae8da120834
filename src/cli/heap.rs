//! The memory that the program keeps when it is freed.

/// Makes the C library keep some.
///
/// Otherwise glibc returns what is freed at the end of the heap to the system, which gives it back page by page, filled with zeros:
/// a quarter of the time that copying a file takes. It keeps twice the size of the largest block that was mapped on its own and
/// freed (`M_TRIM_THRESHOLD` in mallopt(3)); this one is never touched, and so costs nothing.
pub fn keep_freed_memory() {
    const BLOCK: usize = 1 << 20;
    if cfg!(target_env = "gnu") {
        drop(std::hint::black_box(Vec::<u8>::with_capacity(BLOCK)));
    }
}
