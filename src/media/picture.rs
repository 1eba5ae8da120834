//! I420 pictures in buffers that return to a pool when they are dropped.
use crate::sync::{Mutex, MutexGuard};
use std::sync::Arc;

/// The pixels of a frame in I420: 8-bit Y, U and V planes, 4:2:0, rows without padding.
#[derive(Debug)]
pub struct Picture {
    width: u32,
    height: u32,
    data: Vec<u8>,
    pool: Option<PicturePool>,
}

impl Picture {
    /// Allocates a picture of `width` × `height` pixels without a pool; all bytes are 0.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        Self {
            width,
            height,
            data: vec![0; size(width, height)],
            pool: None,
        }
    }

    /// Width in pixels.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Width of the chroma planes: half the width, rounded up.
    #[must_use]
    pub const fn chroma_width(&self) -> u32 {
        self.width.div_ceil(2)
    }

    /// Height of the chroma planes: half the height, rounded up.
    #[must_use]
    pub const fn chroma_height(&self) -> u32 {
        self.height.div_ceil(2)
    }

    /// The Y, U and V planes in one slice.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// The Y, U and V planes in one mutable slice.
    pub fn data_mut(&mut self) -> &mut [u8] {
        &mut self.data
    }

    /// The Y, U and V planes.
    #[must_use]
    pub fn planes(&self) -> [&[u8]; 3] {
        let (y, chroma) = self.data.split_at(self.luma_size());
        let (u, v) = chroma.split_at(chroma.len() / 2);
        [y, u, v]
    }

    /// The Y, U and V planes, mutable.
    pub fn planes_mut(&mut self) -> [&mut [u8]; 3] {
        let luma = self.luma_size();
        let (y, chroma) = self.data.split_at_mut(luma);
        let half = chroma.len() / 2;
        let (u, v) = chroma.split_at_mut(half);
        [y, u, v]
    }

    fn luma_size(&self) -> usize {
        self.width as usize * self.height as usize
    }
}

/// Pictures are equal if their sizes and pixels are.
impl PartialEq for Picture {
    fn eq(&self, other: &Self) -> bool {
        (self.width, self.height, &self.data) == (other.width, other.height, &other.data)
    }
}

impl Eq for Picture {}

impl Drop for Picture {
    fn drop(&mut self) {
        if let Some(pool) = self.pool.take() {
            pool.give_back(std::mem::take(&mut self.data));
        }
    }
}

/// Size of an I420 picture in bytes.
fn size(width: u32, height: u32) -> usize {
    let chroma = width.div_ceil(2) as usize * height.div_ceil(2) as usize;
    width as usize * height as usize + 2 * chroma
}

/// Free buffers beyond this are deallocated: a short peak must not keep memory forever.
const MAX_FREE: usize = 4;

/// A pool of buffers for pictures of one size. At most 4 free buffers are kept. Clones share the pool.
#[derive(Clone, Debug)]
pub struct PicturePool {
    width: u32,
    height: u32,
    free: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl PicturePool {
    /// Creates an empty pool for pictures of `width` × `height` pixels.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        Self {
            width,
            height,
            free: Arc::default(),
        }
    }

    /// Returns a picture with undefined content.
    #[must_use]
    pub fn take(&self) -> Picture {
        let reused = self.lock().pop();
        Picture {
            width: self.width,
            height: self.height,
            data: reused.unwrap_or_else(|| vec![0; size(self.width, self.height)]),
            pool: Some(self.clone()),
        }
    }

    fn give_back(&self, data: Vec<u8>) {
        let mut free = self.lock();
        if free.len() < MAX_FREE {
            free.push(data);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.free.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_sizes_round_chroma_up() {
        let picture = Picture::new(5, 3);
        assert_eq!(picture.planes().map(<[u8]>::len), [15, 6, 6]);
    }

    #[test]
    fn a_dropped_picture_is_the_next_one_taken() {
        let pool = PicturePool::new(4, 4);
        let mut first = pool.take();
        first.data_mut()[0] = 7;
        drop(first);
        assert_eq!(pool.take().data()[0], 7);
        let (_a, _b) = (pool.take(), pool.take());
        assert_eq!(pool.lock().len(), 0);
    }

    #[test]
    fn after_many_pictures_at_once_only_a_few_buffers_stay() {
        let pool = PicturePool::new(4, 4);
        drop((0..20).map(|_| pool.take()).collect::<Vec<_>>());
        assert_eq!(pool.lock().len(), MAX_FREE);
    }
}
