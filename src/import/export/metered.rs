//! A reader that stops where one row has taken too much, and knows on which line a byte stands.

use std::{
    cell::RefCell,
    collections::VecDeque,
    io::{self, Read},
    rc::Rc,
};

use super::ROW_LIMIT;

/// What was read, and how much more may be until the end of the row.
#[derive(Clone, Debug)]
pub(super) struct Meter(Rc<RefCell<State>>);

#[derive(Debug)]
struct State {
    left: u64,
    /// Bytes so far.
    offset: u64,
    /// Line feeds before the last row that was asked for.
    lines: u64,
    /// Where signs that end lines stand behind it, and whether they are line feeds.
    ends: VecDeque<(u64, bool)>,
}

impl Meter {
    pub(super) fn new() -> Self {
        Self(Rc::new(RefCell::new(State { left: ROW_LIMIT, offset: 0, lines: 0, ends: VecDeque::new() })))
    }

    /// A row has ended.
    pub(super) fn row_ended(&self) {
        self.0.borrow_mut().left = ROW_LIMIT;
    }

    /// Whether a row was longer than what is read.
    pub(super) fn is_spent(&self) -> bool {
        self.0.borrow().left == 0
    }

    /// The line of what begins at a byte, or behind the ends of lines that stand there.
    pub(super) fn line(&self, mut at: u64) -> u64 {
        let mut read = self.0.borrow_mut();
        while let Some((end, is_feed)) = read.ends.front().copied().filter(|(end, _)| *end <= at) {
            at += u64::from(end == at);
            read.lines += u64::from(is_feed);
            read.ends.pop_front();
        }
        read.lines + 1
    }
}

/// The reader.
pub(super) struct Metered<R> {
    pub(super) inner: R,
    pub(super) meter: Meter,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut read = self.meter.0.borrow_mut();
        if read.left == 0 {
            return Err(io::Error::other("the row is too long"));
        }
        let most = usize::try_from(read.left).unwrap_or(usize::MAX).min(buffer.len());
        let count = self.inner.read(&mut buffer[..most])?;
        let offset = read.offset;
        read.ends.extend(
            memchr::memchr2_iter(b'\n', b'\r', &buffer[..count])
                .map(|at| (offset + at as u64, buffer[at] == b'\n')),
        );
        read.left -= count as u64;
        read.offset += count as u64;
        Ok(count)
    }
}
